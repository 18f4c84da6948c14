"""A run that is killed goes on where it was, and what comes out is what would have come out."""

import json
import os
from pathlib import Path

import pytest

from share_rs.errors import RunError
from share_rs.training import read_log, train

from .models import write_model
from .runs import ROWS, contents, run, settings, train_and_interrupt, train_and_kill


@pytest.fixture(scope="module")
def whole(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that nothing ended; dropout makes it depend on the generator's state."""
    out = tmp_path_factory.mktemp("whole") / "run"
    run(model, out, dropout=0.2)
    return out


def steps(out: Path) -> list[dict[str, object]]:
    return [event for event in read_log(out) if event["event"] == "step"]


def test_equal_runs_give_equal_bytes(model: Path, whole: Path, tmp_path: Path) -> None:
    again = run(model, tmp_path / "run", dropout=0.2)
    assert contents(again) == contents(whole / "skill")
    assert read_log(tmp_path / "run") == read_log(whole)
    assert contents(run(model, tmp_path / "other", dropout=0.2, seed=1)) != contents(again)


def test_a_killed_run_resumes_to_the_same_bytes(model: Path, whole: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    train_and_kill(model, out, settings(dropout=0.2), at=7)
    assert not (out / "skill").exists()
    assert len(steps(out)) == 7
    assert contents(run(model, out, dropout=0.2)) == contents(whole / "skill")
    assert steps(out) == steps(whole)
    assert [event["step"] for event in read_log(out) if event["event"] == "resume"] == [6]
    assert sorted(path.name for path in out.iterdir()) == ["log.jsonl", "run.json", "run.lock", "skill"]


def test_who_may_read_checkpoints_and_the_skill_is_as_the_umask_says(model: Path, tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        train_and_interrupt(model, tmp_path / "run", settings(), at=4)
        modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.rglob("*") if path.is_file()}
        assert "trainable.safetensors" in modes
        assert {name: oct(mode) for name, mode in modes.items()} == dict.fromkeys(modes, "0o640")
        run(model, tmp_path / "run")
    finally:
        os.umask(before)
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.rglob("*") if path.is_file()}
    assert "adapter_model.safetensors" in modes
    assert {name: oct(mode) for name, mode in modes.items()} == dict.fromkeys(modes, "0o640")


def test_a_checkpoint_that_was_torn_is_passed_over(model: Path, whole: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    train_and_interrupt(model, out, settings(dropout=0.2), at=7)
    state = out / "checkpoints" / "checkpoint-6" / "trainer_state.json"
    state.write_bytes(state.read_bytes()[:20])
    with (out / "log.jsonl").open("ab") as log:
        log.write(b'{"event":"step","st')
    assert contents(run(model, out, dropout=0.2)) == contents(whole / "skill")
    assert steps(out) == steps(whole)
    assert [event["step"] for event in read_log(out) if event["event"] == "resume"] == [3]


def test_a_run_that_ended_before_its_first_checkpoint_begins_again(model: Path, whole: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    train_and_interrupt(model, out, settings(dropout=0.2), at=2)
    assert contents(run(model, out, dropout=0.2)) == contents(whole / "skill")
    assert read_log(out) == read_log(whole)


def test_a_finished_run_is_not_made_again(model: Path, whole: Path) -> None:
    before = (whole / "skill" / "adapter_model.safetensors").stat().st_mtime_ns
    assert run(model, whole, dropout=0.2) == whole / "skill"
    assert (whole / "skill" / "adapter_model.safetensors").stat().st_mtime_ns == before


def test_another_runs_folder_is_refused_and_left_as_it_is(model: Path, whole: Path, tmp_path: Path) -> None:
    before = (whole / "run.json").read_bytes()
    with pytest.raises(
        RunError, match=r"holds another run, which differs in settings\.lr \(0\.01 in the directory, 0\.02"
    ):
        run(model, whole, dropout=0.2, lr=0.02)
    with pytest.raises(RunError, match=r"differs in rows\.content_hash"):
        train(ROWS[::-1], model, whole, settings(dropout=0.2))
    with pytest.raises(RunError, match=r"differs in model\.content_hash"):
        run(write_model(tmp_path / "other", seed=6), whole, dropout=0.2)
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(RunError, match=r"is not empty and holds no run\.json \(found notes\.txt\)"):
        run(model, tmp_path)
    (tmp_path / "run.json").write_text(json.dumps({"format": 1, "arms": []}))
    with pytest.raises(RunError, match=r"is not of a training run"):
        run(model, tmp_path)
    assert (whole / "run.json").read_bytes() == before


def test_the_same_model_in_another_folder_is_the_same_model(model: Path, whole: Path, tmp_path: Path) -> None:
    assert run(write_model(tmp_path / "copy"), whole, dropout=0.2) == whole / "skill"
    assert model != tmp_path / "copy"
