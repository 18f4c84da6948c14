"""Each verb does what its help says."""

import json
import shutil
from pathlib import Path

import pytest

from share_rs import __version__, load_koans
from share_rs.cli.app import VERBS
from share_rs.koan import find_koan

from .conftest import Run


def test_the_help_names_every_verb_and_each_verb_has_its_own(run: Run) -> None:
    listed = run("--help").stdout.decode()
    for verb in VERBS:
        assert f"\n  {verb} " in listed
        shown = run(verb, "--help")
        assert shown.returncode == 0
        assert f"share-rs {verb}".encode() in shown.stdout.replace(b"-c ", b"share-rs ")


def test_the_version_is_that_of_the_package(run: Run) -> None:
    assert run("--version").stdout.decode() == f"share-rs {__version__}\n"


def test_the_list_holds_every_koan(run: Run) -> None:
    ids = [koan.id for koan in load_koans()]
    assert [line.split()[0] for line in run("koans", "list").stdout.decode().splitlines()] == ids
    assert [koan["id"] for koan in json.loads(run("koans", "list", "--json").stdout)["koans"]] == ids


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_a_koan_is_shown_without_its_answer_unless_it_is_asked_for(run: Run, form: list[str]) -> None:
    koan = find_koan("bc_001")
    probe = next(line for line in koan.probes.splitlines() if line.startswith("pub fn"))
    repair = next(line for line in koan.fixed.splitlines() if line not in koan.broken)
    escaped = json.dumps(repair)[1:-1] if form else repair
    shown = run("koans", "show", "bc_001", *form).stdout.decode()
    assert koan.title in shown
    assert probe not in shown
    assert escaped not in shown
    revealed = run("koans", "show", "bc_001", "--reveal", *form).stdout.decode()
    assert probe in revealed
    assert escaped in revealed


def test_a_repair_passes_and_the_broken_program_does_not(run: Run, tmp_path: Path) -> None:
    koan = find_koan("bc_001")
    (tmp_path / "repair.rs").write_text(koan.fixed)
    right = run("verdict", "repair.rs", "--koan", "bc_001", "--seed", "7", "--json")
    assert right.returncode == 0
    verdict = json.loads(right.stdout)
    assert (verdict["outcome"], verdict["seed"], verdict["koan"]) == ("pass", 7, "bc_001")
    wrong = run("verdict", "-", "--koan", "bc_001", stdin=koan.broken.encode())
    assert wrong.returncode == 1
    assert wrong.stdout.startswith(b"compile_error: ")
    assert b"error[E0382]" in wrong.stdout


def test_a_program_may_be_trusted_and_the_verdict_says_so(run: Run) -> None:
    done = run("verdict", "-", "--koan", "bc_001", "--trusted", "--json", stdin=find_koan("bc_001").fixed.encode())
    assert json.loads(done.stdout)["jail"] == "trusted"


def test_a_diagnosis_names_the_pattern(run: Run) -> None:
    source = find_koan("bc_001").broken.encode()
    said = run("diagnose", "-", stdin=source)
    assert said.returncode == 0
    assert b"error[E0382]" in said.stdout
    assert b"pattern: use_after_move" in said.stdout
    found = json.loads(run("diagnose", "-", "--json", stdin=source).stdout)
    assert (found["outcome"], found["classification"]["pattern"]) == ("compile_error", "use_after_move")


def test_a_program_without_errors_is_said_to_compile(run: Run) -> None:
    done = run("diagnose", "-", stdin=b"pub fn one() -> u8 {\n    1\n}\n")
    assert (done.returncode, done.stdout) == (0, b"it compiles\n")


def test_env_tells_what_a_bug_report_needs(run: Run) -> None:
    done = run("env", "--json")
    assert done.returncode == 0
    found = json.loads(done.stdout)
    assert found["share_rs"] == __version__
    assert found["toolchain"]["version"].startswith("rustc ")
    assert found["jail"]["seccomp"] is True
    assert found["koans"] == len(load_koans())


def test_the_cache_is_counted_and_cleared(run: Run, tmp_path: Path) -> None:
    cache = str(tmp_path / "own cache")
    run("verdict", "-", "--koan", "bc_001", SHARE_RS_CACHE=cache)
    held = json.loads(run("cache", "stats", "--json", SHARE_RS_CACHE=cache).stdout)
    assert held["entries"] >= 1
    assert json.loads(run("cache", "clear", "--json", SHARE_RS_CACHE=cache).stdout) == held
    assert json.loads(run("cache", "stats", "--json", SHARE_RS_CACHE=cache).stdout)["entries"] == 0


def test_a_new_koan_is_sound_and_is_not_overwritten(run: Run, tmp_path: Path) -> None:
    assert run("koans", "new", "my_001", "--into", "mine").returncode == 0
    checked = run("koans", "check", "mine")
    assert (checked.returncode, checked.stdout.decode()) == (0, "my_001 is sound\n1 of 1 koans are sound\n")
    assert run("koans", "list", "mine").stdout.startswith(b"my_001 ")
    fixed = (tmp_path / "mine" / "my_001" / "fixed.rs").read_bytes()
    assert run("verdict", "-", "--koan", "mine/my_001", stdin=fixed).returncode == 0
    again = run("koans", "new", "my_001", "--into", "mine")
    assert again.returncode == 2
    assert b"exists already" in again.stderr


def test_check_names_the_fault_of_a_koan(run: Run, tmp_path: Path) -> None:
    shutil.copytree(find_koan("bc_001").path, tmp_path / "mine" / "bc_001")
    (tmp_path / "mine" / "bc_001" / "repairs" / "wrong_not_at_all.rs").write_text(find_koan("bc_001").fixed)
    done = run("koans", "check", "mine", "--json")
    assert done.returncode == 1
    found = json.loads(done.stdout)
    assert (found["sound"], found["total"]) == (0, 1)
    (fault,) = found["koans"][0]["faults"]
    assert fault.startswith("repairs/wrong_not_at_all.rs passes")
