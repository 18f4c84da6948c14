"""A run's folder: one writer, a log that can be cut back, a result that is there whole or not at all."""

import json
from pathlib import Path

import pytest

from share_rs.errors import RunError
from share_rs.training import read_log, summary
from share_rs.training.run import TrainingRun, read_manifest

MANIFEST = {"settings": {"name": "skill", "method": "lora"}}


def test_one_process_writes_at_a_time(tmp_path: Path) -> None:
    with (
        TrainingRun(tmp_path / "run", MANIFEST),
        pytest.raises(RunError, match="another process writes the run directory"),
        TrainingRun(tmp_path / "run", MANIFEST),
    ):
        pass
    with TrainingRun(tmp_path / "run", MANIFEST) as again:
        assert again.checkpoint() is None


def test_the_manifest_is_the_first_file(tmp_path: Path) -> None:
    with TrainingRun(tmp_path / "run", MANIFEST):
        assert sorted(path.name for path in (tmp_path / "run").iterdir()) == ["run.json", "run.lock"]
    assert read_manifest(tmp_path / "run") == {"format": 1, "kind": "train", **MANIFEST}


def test_the_log_is_cut_back_to_a_step(tmp_path: Path) -> None:
    with TrainingRun(tmp_path / "run", MANIFEST) as run:
        run.append(event="start", step=0)
        for step in (1, 2, 3):
            run.append(event="step", step=step, loss=1.5)
        run.rewind(2)
        assert [event["step"] for event in read_log(run.path)] == [0, 1, 2]
        run.append(event="resume", step=2)
        run.rewind(-1)
        assert read_log(run.path) == []


def test_a_torn_last_line_is_left_out_and_any_other_is_a_sentence(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    log.write_text('{"event":"step","step":1}\n{"event":"st')
    assert len(read_log(tmp_path)) == 1
    log.write_text('{"event":"st\n{"event":"step","step":1}\n')
    with pytest.raises(RunError, match=r"log\.jsonl, line 1, is damaged"):
        read_log(tmp_path)


def test_a_result_that_could_not_be_written_is_not_there(tmp_path: Path) -> None:
    def half(folder: Path) -> None:
        folder.mkdir()
        (folder / "a").write_text("a")
        raise OSError("the disk is full")

    def whole(folder: Path) -> None:
        folder.mkdir()
        (folder / "b").write_text("b")

    with TrainingRun(tmp_path / "run", MANIFEST) as run:
        run.checkpoints.mkdir()
        with pytest.raises(OSError, match="the disk is full"):
            run.publish(half)
        assert not run.result.exists()
        assert run.checkpoints.exists(), "from which it can be made again"
        assert [path.name for path in run.publish(whole).iterdir()] == ["b"]
        assert sorted(path.name for path in run.path.iterdir()) == ["run.json", "run.lock", "skill"]


@pytest.mark.parametrize(
    ("manifest", "message"),
    [
        ("{", r"run\.json cannot be read"),
        ("[]", r"run\.json is not of a training run"),
        (json.dumps({"format": 1}), r"run\.json is not of a training run"),
        (json.dumps({"kind": "train", "format": 2}), "is of another version of share_rs; expected format 1, got 2"),
    ],
)
def test_a_manifest_that_is_none_is_a_sentence(tmp_path: Path, manifest: str, message: str) -> None:
    (tmp_path / "run.json").write_text(manifest)
    with pytest.raises(RunError, match=message):
        read_manifest(tmp_path)
    with pytest.raises(RunError, match=message), TrainingRun(tmp_path, MANIFEST):
        pass
    assert (tmp_path / "run.json").read_text() == manifest


def test_a_run_that_made_no_step_has_no_summary(tmp_path: Path) -> None:
    with (
        TrainingRun(tmp_path / "run", MANIFEST) as run,
        pytest.raises(RunError, match=r"has made no step: log\.jsonl holds none"),
    ):
        summary(run.path)


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="cannot write the run directory"), TrainingRun(tmp_path / "file", MANIFEST):
        pass
