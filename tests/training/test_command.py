"""`share-rs train`, in this process: one of its own would import torch for seconds."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from share_rs.cli import main
from share_rs.subspace import load, save

from .runs import ROWS, weights
from .subspaces import subspace_of

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(tmp_path: Path, model: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    monkeypatch.chdir(tmp_path)
    Path("rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    save(subspace_of(model, strength=0.1), "space")

    def command(*arguments: str) -> tuple[int, str, str]:
        base = ["share-rs", "train", "rows.jsonl", "--model", str(model)]
        monkeypatch.setattr(sys, "argv", [*base, *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return command


def test_an_adapter_is_trained_and_its_settings_are_kept(call: Call) -> None:
    code, out, err = call(
        "--steps", "3", "--lr", "1e-2", "--rank", "4", "--targets", "q_proj", "--targets", "v_proj", "--json"
    )
    assert code == 0, err
    said = json.loads(out)
    assert (said["skill"], said["method"], said["rows"], said["steps"], said["skipped"]) == ("rows", "lora", 11, 3, [])
    assert said["result"] == str(Path("runs", "rows", "rows"))
    assert len(weights(Path(said["result"]))) == 2 * 2 * 2
    assert "runs/rows/rows after " in err
    again, out, _ = call("--config", "runs/rows/train.yaml", "--json")
    assert again == 0
    assert {**json.loads(out), "seconds": 0} == {**said, "seconds": 0}, (
        "the settings that were kept are those of this run"
    )
    code, _, err = call("--config", "runs/rows/train.yaml", "--lr", "2e-2")
    assert code == 2
    assert "holds another run, which differs in settings.lr (0.01 in the directory, 0.02 wanted)" in err


def test_a_skill_is_trained_on_a_subspace_and_joins_it(call: Call) -> None:
    before = load("space")
    code, out, err = call("--subspace", "space", "--into", "space", "--name", "new", "--p", "2", "--steps", "3")
    assert code == 0, err
    assert out.startswith("new: 11 rows, 3 steps, 476 trained parameters, loss 6.")
    after = load("space")
    assert list(after.skills) == ["new", "skill_0", "skill_1"]
    assert after.skills["new"].origin["kind"] == "trained"
    assert call("--subspace", "space", "--into", "space", "--name", "new", "--p", "2", "--steps", "3")[0] == 0
    assert len(load("space").history) == len(after.history)
    assert all(bool((after.layers[name].beta == one.beta).all()) for name, one in before.layers.items())


def test_several_files_become_several_skills_of_one_training(call: Call) -> None:
    before = load("space")
    for name in ("one", "two"):
        Path(f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS[: 4 + len(name)]))
    flags = ("one.jsonl", "two.jsonl", "--subspace", "space", "--into", "more", "--steps", "2")
    code, out, err = call(*flags, "--json")
    assert code == 0, err
    said = json.loads(out)["skills"]
    assert [one["skill"] for one in said] == ["rows", "one", "two"]
    assert [one["rows"] for one in said] == [11, 7, 7]
    after = load("more")
    assert set(after.skills) == set(before.skills) | {"rows", "one", "two"}
    assert call(*flags)[0] == 0, "the same call finds what is done"
    for wrong, message in (
        (("one.jsonl", "--steps", "1"), "give --subspace, or one file"),
        (("one.jsonl", "--subspace", "space", "--name", "x"), "named as the files"),
        (("./rows.jsonl", "--subspace", "space"), "two that are called rows"),
        (("--subspace", "space", "--packing"), "give more files of rows"),
    ):
        code, _, err = call(*wrong)
        assert code == 2
        assert message in " ".join(err.replace("│", " ").split())


def test_with_temporaries_a_lora_leaves(call: Call) -> None:
    code, out, err = call(
        "--subspace", "space", "--phi", "1", "--phi-mode", "slice", "--steps", "2", "--out", "here", "--json"
    )
    assert code == 0, err
    assert json.loads(out)["temporary_parameters"] > 0
    assert json.loads(Path("here/rows/adapter_config.json").read_text())["peft_type"] == "LORA"


def test_the_merge_verb_takes_what_was_trained(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    assert call("--subspace", "space", "--name", "a", "--steps", "2")[0] == 0
    assert call("--subspace", "space", "--name", "b", "--phi", "1", "--steps", "2")[0] == 0
    assert call("--name", "c", "--rank", "2", "--steps", "2")[0] == 0
    monkeypatch.setattr(sys, "argv", ["share-rs", "merge", "space", "runs/a", "runs/b/b", "runs/c", "--out", "merged"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code
    merged = load("merged")
    assert list(merged.skills) == ["a", "b", "c", "skill_0", "skill_1"]
    assert [merged.skills[name].origin["kind"] for name in "abc"] == ["trained", "trained", "adapter"]
    Path("runs/a/a").rename("runs/a/d")
    monkeypatch.setattr(sys, "argv", ["share-rs", "merge", "merged", "runs/a/d", "--out", "again"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2, "its coefficients are of the bases before the merge"
    assert not Path("again").exists()


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--p", "2"], "p: only for method share, this is lora; leave it out"),
        (["--subspace", "space", "--rank", "2"], "rank: only for method lora, this is share; leave it out"),
        (["--lr", "0"], "--lr: Input should be greater than 0, got 0.0"),
        (["--init", "nearby"], "--init: Input should be 'zero', 'gaussian', 'uniform', 'mean', 'nearest' or 'skill'"),
        (["--subspace", "nowhere"], "nowhere"),
        (["--subspace", "space", "--phi", "3"], "phi = 3 is not in [1, k/4]"),
        (["--subspace", "space", "--into", "."], "expected an empty folder"),
        (["--into", "space"], "--into writes the subspace with the skill in it; it needs --subspace"),
        (["--method", "share"], "method share got no subspace"),
        (["--name", "a/b"], "--name: String should match pattern"),
        (["--max-length", "10"], "no row is left to train on"),
        (["--config", "none.yaml"], "cannot read none.yaml"),
    ],
)
def test_what_cannot_be_done_is_a_sentence_and_exit_code_2(call: Call, flags: list[str], said: str) -> None:
    code, out, err = call(*flags)
    assert code == 2
    assert out == ""
    # Typer breaks a long message into lines.
    assert said in " ".join(err.split()), err
    assert "Traceback" not in err
