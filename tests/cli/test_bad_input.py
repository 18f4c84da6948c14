"""What is no program gets a verdict; what is no input gets exit code 2 and one sentence; a lacking machine gets 3."""

import json
from pathlib import Path

import pytest

from .conftest import Run


@pytest.mark.parametrize(
    ("source", "outcome"),
    [
        pytest.param(b"", "compile_error", id="empty"),
        pytest.param(b"pub fn f() {} \xff\xfe", "compile_error", id="not UTF-8"),
        pytest.param(b"\x00\x1b[31m\r\n", "compile_error", id="control characters"),
        pytest.param(b"// nothing\n" * 1_000_000, "policy_reject", id="11 MB"),
    ],
)
def test_whatever_the_bytes_are_they_get_a_verdict(run: Run, source: bytes, outcome: str) -> None:
    done = run("verdict", "-", "--koan", "bc_001", "--json", stdin=source)
    assert done.returncode == 1
    assert json.loads(done.stdout)["outcome"] == outcome
    assert done.stderr == b""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["verdict", "missing.rs", "--koan", "bc_001"], "cannot read missing.rs"),
        (["verdict", ".", "--koan", "bc_001"], "cannot read ."),
        (["verdict", "/dev/zero", "--koan", "bc_001"], "more than 64 MiB"),
        (["verdict", "-", "--koan", "bc_01"], "bc_001"),
        (["verdict", "-"], "--koan"),
        (["verdict", "-", "--koan", "bc_001", "--seed", "-1"], "--seed"),
        (["koans", "show", "bc_0001"], "bc_001"),
        (["koans", "check", "missing"], "missing"),
        (["koans", "check", "."], "koan"),
        (["koans", "new", "not an id"], "not an id"),
        (["eval", "--arms", "coppy"], "coppy"),
        (["eval", "--koans", "zz_*"], "zz_*"),
        (["eval", "--baseline", "nobody", "--arms", "copy"], "nobody"),
        (["eval", "--repeats", "0"], "--repeats"),
        (["eval", "--out", "/proc/no/such/folder", "--arms", "copy"], "/proc/no/such/folder"),
        (["no-such-verb"], "no-such-verb"),
    ],
)
def test_bad_input_is_named_without_a_traceback(run: Run, arguments: list[str], said: str) -> None:
    done = run(*arguments)
    stderr = done.stderr.decode()
    assert done.returncode == 2, stderr
    assert said in stderr
    assert "Traceback" not in stderr
    assert done.stdout == b""


@pytest.mark.parametrize(
    "arguments",
    [
        ["verdict", "-", "--koan", "bc_001"],
        ["diagnose", "-"],
        ["koans", "check"],
        ["eval", "--arms", "copy", "--out", "run"],
        ["env"],
    ],
)
def test_a_machine_without_rust_gets_the_remedy_and_exit_code_3(run: Run, tmp_path: Path, arguments: list[str]) -> None:
    done = run(*arguments, SHARE_RS_RUSTC="/nonexistent/rustc")
    stderr = done.stderr.decode()
    assert done.returncode == 3
    assert len(stderr.splitlines()) == 1
    assert "rustup.rs" in stderr
    assert not (tmp_path / "run").exists()


def test_what_needs_no_compiler_works_without_one(run: Run) -> None:
    for arguments in (["koans", "list"], ["koans", "show", "bc_001"], ["cache", "stats"], ["--help"], ["--version"]):
        assert run(*arguments, SHARE_RS_RUSTC="/nonexistent/rustc").returncode == 0
