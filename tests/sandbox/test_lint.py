"""One lint of clippy at a time, whatever the caller's settings say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from share_rs import Sandbox, ShareError

if TYPE_CHECKING:
    from pathlib import Path

LINT = "clippy::uninlined_format_args"
OLD = 'pub fn shown(count: u32) -> String { format!("{}", count) }\n'
NEW = 'pub fn shown(count: u32) -> String { format!("{count}") }\n'


def test_the_lint_is_found_where_it_is_and_nowhere_else(sandbox: Sandbox) -> None:
    old, new, other, wrong = sandbox.lint(
        [(OLD, "2024", LINT), (NEW, "2021", LINT), (OLD, "2024", "clippy::map_clone"), ("fn", "2024", LINT)]
    )
    assert [(one.level, one.code, one.stage) for one in old.diagnostics] == [("warning", LINT, "lint")]
    assert [(one.outcome, one.codes) for one in (old, new, other)] == [
        ("compiles", [LINT]),
        ("compiles", []),
        ("compiles", []),
    ]
    assert (wrong.outcome, len(wrong.diagnostics)) == ("compile_error", 1)


@pytest.mark.parametrize("trusted", [False, True])
def test_no_setting_of_the_caller_leaks_in(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, *, trusted: bool
) -> None:
    # An older toolchain than the lint's would silence it.
    (tmp_path / "clippy.toml").write_text('msrv = "1.50.0"\n')
    (tmp_path / "work").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "work"))
    monkeypatch.setenv("CLIPPY_CONF_DIR", str(tmp_path))
    monkeypatch.setenv("CLIPPY_ARGS", "-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__")
    monkeypatch.setenv("CARGO_MANIFEST_DIR", str(tmp_path))
    with Sandbox(cache_dir=cache, trusted=trusted) as sandbox:
        old, new = sandbox.lint([(OLD, "2024", LINT), (NEW, "2024", LINT)])
    assert (old.outcome, old.codes, new.outcome, new.codes) == ("compiles", [LINT], "compiles", [])


def test_a_lint_that_clippy_lacks_is_an_error_and_no_silence(sandbox: Sandbox) -> None:
    for name in ("clippy::no_such_lint", "clippy::pedantic", "map_clone", "unused_mut"):
        with pytest.raises(ShareError, match=f"got `{name}`"):
            sandbox.lint([(OLD, "2024", name)])
