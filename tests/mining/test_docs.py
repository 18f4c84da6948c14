"""The examples of the installed documentation."""

from __future__ import annotations

import html
import subprocess
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

import pytest

from share_rs.errors import ToolchainError
from share_rs.mining.docs import documentation, examples
from share_rs.mining.together import Text, check_together

if TYPE_CHECKING:
    from pathlib import Path

    from share_rs import Sandbox
    from share_rs.mining.source import Source


@cache
def installed() -> tuple[Source, ...]:
    try:
        documentation()
    except ToolchainError:
        pytest.skip("the documentation of the toolchain is not installed")
    return tuple(examples())


def test_thousands_of_programs_are_found_each_once_and_in_one_order() -> None:
    found = installed()
    assert len(found) > 4000
    assert len({(one.text, one.edition) for one in found}) == len(found)
    assert tuple(examples()) == found


def test_most_of_them_compile(wide: Sandbox) -> None:
    sample = installed()[::60]
    errors = check_together(wide, [Text(one.text, one.edition, one.allow_unsafe) for one in sample])
    assert sum(not own for own in errors) > 0.9 * len(sample)


def toolchain(folder: Path, pages: dict[str, str]) -> Path:
    rustc = folder / "rustc"
    rustc.write_text(f"#!/bin/sh\necho '{folder}'\n")
    rustc.chmod(0o755)
    for name, page in pages.items():
        path = folder / "share/doc/rust/html" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page)
    return rustc


def link(code: str, rest: str = "&edition=2021") -> str:
    return f'<a href="https://play.rust-lang.org/?code={html.escape(quote_plus(code) + rest)}">Run</a>'


def test_a_program_comes_from_the_link_with_its_hidden_lines_and_its_edition(tmp_path: Path) -> None:
    code = 'fn main() {\n    let a = "1 + 2 & <3>";\n}'
    pages = {
        "std/index.html": link(code) + link(code),
        "core/a.html": link("#![feature(x)]\nfn main() {}") + link("fn n() {}", "&version=nightly&edition=2021"),
        "alloc/b.html": link("unsafe fn u() {}", ""),
    }
    found = examples(toolchain(tmp_path, pages))
    assert [(one.text, one.edition, one.allow_unsafe) for one in found] == [
        ("unsafe fn u() {}\n", "2015", True),
        (code + "\n", "2021", False),
    ]


def test_a_toolchain_without_documentation_is_told_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(ToolchainError, match="rustup component add rust-docs"):
        examples(toolchain(tmp_path, {}))


def test_a_compiler_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ToolchainError, match="expected rustc"):
        examples(tmp_path / "none")
    broken = tmp_path / "rustc"
    broken.write_text("#!/bin/sh\nexit 3\n")
    broken.chmod(0o755)
    assert subprocess.run([broken], check=False).returncode == 3
    with pytest.raises(ToolchainError, match="expected rustc"):
        examples(broken)
