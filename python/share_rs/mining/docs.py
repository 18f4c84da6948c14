"""The examples of Rust's own documentation, as the user's toolchain has them installed: short programs that people wrote."""

from __future__ import annotations

import html
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from share_rs.errors import ToolchainError
from share_rs.mining.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from os import PathLike

LICENCE = "MIT OR Apache-2.0"
"""Of the standard library and its examples."""
PARTS = ("alloc", "core", "std")
"""The books of the documentation that are read, in this order."""
# The page shows no hidden lines; the link to the playground carries the whole program and its edition.
_LINK = re.compile(r'href="https://play\.rust-lang\.org/\?([^"]*)"')
_NIGHTLY = re.compile(r"^\s*#!\s*\[\s*feature\b", re.MULTILINE)
_UNSAFE = re.compile(r"\bunsafe\b")


def examples(rustc: str | PathLike[str] = "rustc") -> list[Source]:
    """Every distinct example that is meant for a stable compiler, in the order of the pages' paths.

    Args:
        rustc: the compiler whose documentation is read.

    Raises:
        ToolchainError: there is no such compiler, or its documentation is not installed.
    """
    root = documentation(rustc)
    found: dict[tuple[str, str], Source] = {}
    for part in PARTS:
        for page in sorted((root / part).rglob("*.html")):
            for text, edition in _programs(page.read_text("utf-8", "replace")):
                unsafe = _UNSAFE.search(text) is not None
                found.setdefault((text, edition), Source(text, "docs", LICENCE, edition=edition, allow_unsafe=unsafe))
    return list(found.values())


def documentation(rustc: str | PathLike[str] = "rustc") -> Path:
    """The folder of the installed documentation.

    Raises:
        ToolchainError: as `examples`.
    """
    try:
        said = subprocess.run([rustc, "--print", "sysroot"], check=True, capture_output=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise ToolchainError(
            f"expected rustc to tell where it is installed, got {error}; install Rust, or name a compiler"
        ) from None
    root = Path(said.strip()) / "share" / "doc" / "rust" / "html"
    if not (root / "std" / "index.html").is_file():
        raise ToolchainError(
            "expected the documentation of the toolchain, found none; install it with `rustup component add rust-docs`"
        )
    return root


def _programs(page: str) -> Iterator[tuple[str, str]]:
    """Text and edition of the examples of a page."""
    for match in _LINK.finditer(page):
        asked = parse_qs(html.unescape(match[1]), keep_blank_values=True)
        (text,), (edition,) = asked.get("code", [""]), asked.get("edition", ["2015"])
        if text.strip() and asked.get("version", ["stable"]) != ["nightly"] and not _NIGHTLY.search(text):
            yield text + "\n", edition
