"""`share-rs eval --model`: a small model made on the spot, whose score means nothing, with skills of both kinds."""

import json
import subprocess
import sys
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from share_rs import load_koans
from share_rs.cli import main

from .conftest import Call

ARMS = ["base", "mean", "averaged", "skill:moves", "skill:muts", "oracle", "routed"]
QUICK = ["--max-new-tokens", "4", "--attempts", "1", "--no-report"]
KOANS = ["--koans", "bc_001,bc_004"]
"""Of the patterns use_after_move and missing_mut."""


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`model`, `adapters` and `space`: two skills that differ strongly, one mapped, the other not."""
    from share_rs.subspace import Adapter, FitSettings, fit, save  # noqa: PLC0415 - torch is not for every test here
    from tests.repair.models import adapter_folder, model_folder  # noqa: PLC0415 - as above

    made = tmp_path_factory.mktemp("folders")
    model_folder(made / "model")
    found: list[Adapter] = []
    for seed, name in enumerate(("moves", "muts")):
        found.append(Adapter.open(adapter_folder(made / "adapters" / name, made / "model", seed=seed)))
    (made / "adapters" / "patterns.toml").write_text('use_after_move = "moves"\n')
    space = replace(fit(found, FitSettings(k=8, p=4)), patterns={"use_after_move": "moves"})
    save(space, made / "space")
    return made


def rows(run: Path) -> dict[str, list[Any]]:
    """The candidates of each arm."""
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for text in (run / "records.jsonl").read_text().splitlines():
        line = json.loads(text)
        if line["kind"] == "candidate":
            found[line["arm"]].append(line)
    return found


@pytest.fixture(scope="session")
def evaluated(folders: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of every arm of the model, and of two without, on the subspace."""
    out = tmp_path_factory.mktemp("runs") / "run"
    command = ["eval", "--model", folders / "model", "--subspace", folders / "space", *KOANS, *QUICK, "--out", out]
    arms = ["--arms", "reference,rustfix", "--arms", ",".join(ARMS)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["share-rs", *map(str, command), *arms])
        with pytest.raises(SystemExit) as ended:
            main()
    assert ended.value.code == 0
    return out


def test_the_arms_stand_in_order_and_are_compared_with_the_base_model(evaluated: Path) -> None:
    summary = json.loads((evaluated / "summary.json").read_text())
    assert [name for name in summary["arms"] if name in ARMS] == ARMS
    assert {comparison["baseline"] for comparison in summary["comparisons"]} == {"base"}
    assert summary["routing"] == {"hurt": [], "total": 2, "share": 0.0}


def test_the_arms_differ_where_their_weights_differ(evaluated: Path) -> None:
    found = {arm: [row["source"] for row in rows(evaluated)[arm]] for arm in ARMS[:5]}
    assert len({tuple(sources) for sources in found.values()}) == 5


def test_every_row_tells_the_skill_that_was_active_and_the_bases(evaluated: Path, folders: Path) -> None:
    from share_rs.repair.shared import SubspaceSkills  # noqa: PLC0415 - brings torch

    found = rows(evaluated)
    skills = {arm: {row["koan"]: row["skill"] for row in found[arm]} for arm in ARMS}
    koans = ("bc_001", "bc_004")
    assert skills == {
        "base": dict.fromkeys(koans),
        "mean": dict.fromkeys(koans, "mean"),
        "averaged": dict.fromkeys(koans, "averaged"),
        "skill:moves": dict.fromkeys(koans, "moves"),
        "skill:muts": dict.fromkeys(koans, "muts"),
        "oracle": {"bc_001": "moves", "bc_004": None},
        "routed": {"bc_001": "moves", "bc_004": None},
    }
    hashes = {row["subspace"] for arm in ARMS for row in found[arm]}
    manifest = json.loads((evaluated / "run.json").read_text())
    assert hashes == {manifest["model"]["skills"]["basis_hash"]}
    assert all(row["subspace"] is None for row in found["rustfix"])
    assert hashes == {SubspaceSkills(folders / "space").subspace}


def test_run_json_tells_what_the_answers_depend_on_and_no_path(evaluated: Path, folders: Path) -> None:
    text = (evaluated / "run.json").read_text()
    model = json.loads(text)["model"]
    assert str(folders) not in text
    assert len(model["hash"]) == 64
    assert model["dtype"] == "float32"
    assert model["generation"] == {"max_new_tokens": 4, "samples": 1, "temperature": 0.0, "top_p": 1.0}
    assert model["prompt"] == {"hints": False, "one_shot": False, "answer": "whole"}
    assert model["skills"]["patterns"] == {"use_after_move": "moves"}
    assert model["versions"].keys() == {"peft", "torch", "transformers"}


def test_plain_adapters_answer_as_the_subspace_that_holds_them(
    call: Call, folders: Path, tmp_path: Path, evaluated: Path
) -> None:
    done = call(
        *("eval", "--model", folders / "model", "--adapters", folders / "adapters", *KOANS, *QUICK),
        *("--arms", "base,mean,skill:*,oracle,routed", "--out", "run", "--json"),
    )
    assert done.code == 0, done.err
    plain, shared = rows(tmp_path / "run"), rows(evaluated)
    for arm in ("base", "mean", "skill:moves", "skill:muts", "oracle", "routed"):
        assert {(row["koan"], row["source"], row["skill"]) for row in plain[arm]} == {
            (row["koan"], row["source"], row["skill"]) for row in shared[arm]
        }
        assert {row["subspace"] for row in plain[arm]} == {None}


def test_a_run_that_was_killed_resumes_to_the_same_rows(
    call: Call, folders: Path, tmp_path: Path, evaluated: Path
) -> None:
    manifest = (evaluated / "run.json").read_text()
    lines = (evaluated / "records.jsonl").read_text().splitlines(keepends=True)
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "run.json").write_text(manifest)
    cut = next(place for place, text in enumerate(lines) if '"arm":"skill:moves"' in text) + 1
    (tmp_path / "run" / "records.jsonl").write_text("".join(lines[:cut]) + lines[cut][:40])
    asked = [
        *("eval", "--model", folders / "model", "--subspace", folders / "space", *KOANS, *QUICK, "--out", "run"),
        *("--arms", "reference,rustfix", "--arms", ",".join(ARMS)),
    ]
    assert call(*asked, "--batch-size", "1").code == 0
    known = ("arm", "koan", "source", "skill", "subspace", "outcome", "seed")
    assert {tuple(row[name] for name in known) for found in rows(tmp_path / "run").values() for row in found} == {
        tuple(row[name] for name in known) for found in rows(evaluated).values() for row in found
    }
    other = call(*asked, "--max-new-tokens", "5")
    assert other.code == 2
    assert "max_new_tokens" in other.err


def test_hints_the_example_and_draws_are_asked_for_and_labelled(call: Call, folders: Path, tmp_path: Path) -> None:
    done = call(
        *("eval", "--model", folders / "model", "--koans", "bc_001", *QUICK, "--arms", "base", "--out", "run"),
        *("--hints", "--one-shot", "--temperature", "1", "--samples", "2", "--dtype", "bfloat16", "--device", "cpu"),
        *("--answer", "lines"),
    )
    assert done.code == 0, done.err
    model = json.loads((tmp_path / "run" / "run.json").read_text())["model"]
    assert model["prompt"] == {"hints": True, "one_shot": True, "answer": "lines"}
    assert (model["dtype"], model["generation"]["samples"], model["skills"]) == ("bfloat16", 2, None)
    # What a model without training says is no edit: nothing is judged, and the cell says why.
    assert rows(tmp_path / "run")["base"] == []
    assert "no lines answer: " in (tmp_path / "run" / "records.jsonl").read_text()


def test_a_file_may_name_the_model_and_how_it_is_asked_and_all_of_it_is_saved(
    call: Call, folders: Path, tmp_path: Path
) -> None:
    named = {"model": str(folders / "model"), "subspace": str(folders / "space"), "koans": ["bc_001"], "arms": ["base"]}
    asked = {"max_new_tokens": 4, "attempts": 1, "hints": True, "one_shot": True}
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump({**named, **asked}))
    done = call("eval", "--config", "mine.yaml", "--no-hints", "--arms", "skill:*", "-o", "run", "--no-report")
    assert done.code == 0, done.err
    assert set(rows(tmp_path / "run")) == {"skill:moves", "skill:muts"}
    model = json.loads((tmp_path / "run" / "run.json").read_text())["model"]
    assert model["prompt"] == {"hints": False, "one_shot": True, "answer": "whole"}
    saved = yaml.safe_load((tmp_path / "run" / "eval.yaml").read_text())
    written_out = {"dtype": "auto", "device": "auto", "batch_size": 8, "samples": 1, "temperature": 0.0, "top_p": 1.0}
    rest = {"repeats": 1, "seed": 0, "baseline": None, "adapters": None}
    assert saved == {**named, **asked, **written_out, **rest, "arms": ["skill:*"], "hints": False, "answer": "whole"}
    again = call("eval", "--config", "run/eval.yaml", "-o", "run", "--no-report")
    assert (again.code, again.out) == (0, done.out), again.err
    # A flag for the one kind of skills takes the place of the file's other kind.
    other = call(
        *("eval", "--config", "run/eval.yaml", "--adapters", folders / "adapters", "-o", "other", "--no-report")
    )
    assert other.code == 0, other.err
    assert {row["subspace"] for found in rows(tmp_path / "other").values() for row in found} == {None}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--model", "missing"], "missing is not a model folder"),
        (["--model", "adapters"], "adapters is not a model folder"),
        (["--model", "model", "--subspace", "missing"], "missing"),
        (["--model", "model", "--subspace", "model"], "model"),
        (["--model", "model", "--adapters", "missing"], "expected a folder of adapter folders"),
        (["--model", "model", "--adapters", "adapters/moves"], "got one adapter"),
        (["--model", "model", "--adapters", "adapters", "--subspace", "space"], "give one of them"),
        (["--subspace", "space"], "give --model DIR too"),
        (["--temperature", "1"], "--temperature says how a model is asked"),
        (["--model", "model", "--samples", "2"], "expected a temperature"),
        (["--model", "model", "--max-new-tokens", "0"], "--max-new-tokens"),
        (["--model", "model", "--dtype", "int4"], "expected one of auto, float32, bfloat16"),
        (["--model", "model", "--device", "tpu"], "expected one of auto, cpu"),
        (["--model", "model", "--answer", "patch"], "expected one of lines, whole, diff, search_replace"),
        (["--answer", "lines"], "--answer says how a model is asked"),
        (["--model", "model", "--arms", "skill:*"], "no arm matches 'skill:*'"),
        (["--model", "model", "--subspace", "space", "--arms", "skill:nobody"], "skill:moves"),
    ],
)
def test_what_is_no_model_and_no_skill_is_named(
    call: Call, folders: Path, tmp_path: Path, arguments: list[str], said: str
) -> None:
    given = [folders / part if part.split("/")[0] in {"model", "adapters", "space"} else part for part in arguments]
    done = call("eval", *given, "--koans", "bc_001", "--out", "run", "--no-report")
    assert done.code == 2, done.err
    assert said in done.err
    assert "Traceback" not in done.err
    assert not (tmp_path / "run").exists()


def test_ranks_that_differ_leave_the_averaged_arm_out_and_say_why(call: Call, folders: Path, tmp_path: Path) -> None:
    from tests.repair.models import adapter_folder  # noqa: PLC0415 - brings torch

    for r in (1, 2):
        adapter_folder(tmp_path / "ranks" / str(r), folders / "model", seed=r, r=r)
    asked = ["eval", "--model", folders / "model", "--adapters", "ranks", "--koans", "bc_001", *QUICK]
    done = call(*asked, "--json")
    assert done.code == 0, done.err
    assert "without the arm averaged" in done.err
    assert "averaged" not in json.loads(done.out)["arms"]
    assert "mean" in json.loads(done.out)["arms"]
    refused = call(*asked, "--arms", "averaged")
    assert refused.code == 2
    assert "there is no arm averaged" in refused.err


LACKING = """
import sys

class Lacking:
    def find_spec(self, name, path=None, target=None):
        if name in ("torch", "transformers", "peft"):
            raise ImportError(f"{name} is not there")

sys.meta_path.insert(0, Lacking())
from share_rs.cli import main
main()
"""


@pytest.mark.parametrize(
    ("model", "code", "said"), [([], 0, "after"), (["--model", "model"], 3, "pip install 'share_rs[train]'")]
)
def test_torch_is_imported_and_missed_only_with_a_model(
    tmp_path: Path, environment: dict[str, str], model: list[str], code: int, said: str
) -> None:
    asked = ["eval", *model, "--koans", "bc_001", "--arms", "copy", "--no-report", "--out", "run"]
    command = [sys.executable, "-c", LACKING, *asked]
    done = subprocess.run(command, capture_output=True, check=False, cwd=tmp_path, env=environment)
    assert done.returncode == code, done.stderr.decode()
    assert said in done.stderr.decode()
    assert (tmp_path / "run").exists() == (code == 0)


def test_the_koans_of_this_test_have_the_patterns_that_it_needs() -> None:
    patterns = {koan.id: koan.pattern for koan in load_koans()}
    assert (patterns["bc_001"], patterns["bc_004"]) == ("use_after_move", "missing_mut")
