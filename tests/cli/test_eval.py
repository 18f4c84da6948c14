"""`share-rs eval`: the run directory, the document, the exit code, and Ctrl-C."""

import json
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest
import yaml

from share_rs.koan import find_koan

from .conftest import COMMAND, Run


def test_the_arms_are_run_and_the_figures_are_one_document(run: Run, tmp_path: Path) -> None:
    done = run("eval", "--koans", "bc_001", "--out", "out", "--json")
    assert done.returncode == 0, done.stderr.decode()
    summary = json.loads(done.stdout)
    arms = summary["arms"]
    assert [name for name in arms if not name.startswith("cheat:")] == ["reference", "copy", "rustfix", "suggestions"]
    assert any(name.startswith("cheat:") for name in arms)
    assert (arms["reference"]["passed"], arms["copy"]["passed"], arms["copy"]["total"]) == (1, 0, 1)
    assert summary["comparisons"][0]["baseline"] == "copy"
    assert json.loads((tmp_path / "out" / "summary.json").read_text())["arms"] == arms
    assert (tmp_path / "out" / "report.html").is_file() == (summary["report"] is not None)


def test_the_same_command_resumes_a_run_and_another_one_is_refused(run: Run, tmp_path: Path) -> None:
    command = ["eval", "--koans", "bc_00[1-3]", "--arms", "copy", "--arms", "rustfix", "--out", "out", "--no-report"]
    first = run(*command)
    records = (tmp_path / "out" / "records.jsonl").read_bytes()
    again = run(*command)
    assert (first.returncode, again.returncode) == (0, 0)
    assert first.stdout == again.stdout
    assert (tmp_path / "out" / "records.jsonl").read_bytes() == records
    other = run(*command, "--seed", "5")
    assert other.returncode == 2
    assert b"another run" in other.stderr


def test_the_settings_come_from_a_file_under_the_flags_and_are_saved_as_one(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("koans: [bc_001]\narms: [copy, rustfix]\nattempts: 2\nseed: 3\n")
    done = run("eval", "--config", "mine.yaml", "--seed", "4", "-o", "out", "--no-report")
    assert done.returncode == 0, done.stderr.decode()
    manifest = json.loads((tmp_path / "out" / "run.json").read_text())
    assert manifest["settings"] == {"repeats": 1, "attempts": 2, "seed": 4, "baseline": "copy"}
    assert [arm["name"] for arm in manifest["arms"]] == ["copy", "rustfix"]
    saved = yaml.safe_load((tmp_path / "out" / "eval.yaml").read_text())
    assert (saved["koans"], saved["seed"], saved["baseline"], saved["model"]) == (["bc_001"], 4, "copy", None)
    # The very run again, which has no more work, and the very file.
    text = (tmp_path / "out" / "eval.yaml").read_bytes()
    again = run("eval", "--config", "out/eval.yaml", "-o", "out", "--no-report")
    assert (again.returncode, again.stdout) == (0, done.stdout)
    assert (tmp_path / "out" / "eval.yaml").read_bytes() == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("attemps: 2", "mine.yaml: unknown key 'attemps'; did you mean attempts?"),
        ("attempts: 0", "mine.yaml: attempts: "),
        ("koans: bc_001", "mine.yaml: koans: "),
        ("temperature: 1", "mine.yaml: temperature says how a model is asked; give --model DIR too"),
        ("dtype: int4", "mine.yaml: dtype: expected one of auto, float32, bfloat16, got 'int4'"),
        ("trusted: true", "unknown key 'trusted'"),
        ("subspace: a\nadapters: b", "subspace and adapters both give skills"),
    ],
)
def test_a_bad_file_of_settings_is_named_and_no_run_begins(run: Run, tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "mine.yaml").write_text(text)
    done = run("eval", "--config", "mine.yaml", "--out", "out")
    assert done.returncode == 2
    assert said in done.stderr.decode()
    assert not (tmp_path / "out").exists()


def test_the_table_is_printed_whole_where_no_terminal_sets_its_width(run: Run) -> None:
    done = run("eval", "--koans", "bc_001", "--arms", "copy", "--arms", "suggestions", "--out", "out", "--no-report")
    assert "suggestions over copy" in done.stdout.decode()
    assert "…" not in done.stdout.decode()


def test_a_folder_of_the_users_own_is_evaluated(run: Run, tmp_path: Path) -> None:
    shutil.copytree(find_koan("bc_001").path, tmp_path / "mine" / "bc_001")
    done = run("eval", "--koans", "mine", "--arms", "reference", "--json")
    assert done.returncode == 0
    summary = json.loads(done.stdout)
    assert summary["arms"]["reference"]["total"] == 1
    assert (tmp_path / summary["directory"] / "run.json").is_file()


def test_exit_code_1_where_the_reference_fails(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "mine" / "bc_001"
    shutil.copytree(find_koan("bc_001").path, folder)
    (folder / "fixed.rs").write_text("//! Offers nothing that the probes call.\n")
    done = run("eval", "--koans", "mine", "--arms", "reference", "--no-report", "--out", "out")
    assert done.returncode == 1, done.stderr.decode()
    assert b"infra errors" in done.stdout


def test_an_interrupt_ends_with_130_and_leaves_a_run_that_resumes(
    run: Run, tmp_path: Path, environment: dict[str, str]
) -> None:
    # A seed that no other test has, so that nothing comes from the cache.
    command = [
        "eval",
        "--arms",
        "reference,copy,suggestions",
        "--koans",
        "bc_*",
        "--seed",
        "99",
        "--out",
        "out",
        "--no-report",
    ]
    process = subprocess.Popen(
        [*COMMAND, *command], cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    deadline = time.monotonic() + 30
    while not (tmp_path / "out" / "records.jsonl").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=5)
    assert process.returncode == 130, stderr.decode()
    assert b"Traceback" not in stderr
    assert run(*command).returncode == 0


def test_a_run_that_was_killed_goes_on_and_loses_nothing_that_it_had_reported(
    run: Run, tmp_path: Path, environment: dict[str, str]
) -> None:
    # A seed of its own, so that nothing comes from the cache; without the cheats, which are thousands.
    command = ["eval", "--arms", "reference,copy,suggestions", "--koans", "rh_*", "--seed", "98", "--no-report"]
    process = subprocess.Popen(
        [*COMMAND, *command, "--out", "out"], cwd=tmp_path, env=environment, stderr=subprocess.PIPE
    )
    records = tmp_path / "out" / "records.jsonl"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not (records.exists() and records.read_bytes().count(b"\n") >= 12):
        time.sleep(0.01)
    process.kill()
    process.communicate(timeout=5)
    assert not (tmp_path / "out" / "summary.json").exists(), "it was killed before its end"
    told = records.read_bytes().rpartition(b"\n")[0]
    assert run(*command, "--out", "out").returncode == 0
    assert records.read_bytes().startswith(told)
    assert run(*command, "--out", "whole").returncode == 0
    killed, whole = (json.loads((tmp_path / name / "summary.json").read_text()) for name in ("out", "whole"))
    assert killed["arms"] == whole["arms"]
    assert killed["comparisons"] == whole["comparisons"]
