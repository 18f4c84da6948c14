"""Copies of programs, as someone makes them who does not want to be found: token by token, knowing nothing of Rust's rules."""

from __future__ import annotations

import re
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)|(?P<text>b?"(?:\\.|[^"\\])*")|(?P<lifetime>'[a-z_]\w*\b(?!'))|(?P<char>b?'(?:\\.|[^'\\])')
    |(?P<number>\d[\d_]*(?:\.\d+)?(?:_?[iuf](?:8|16|32|64|128|size))?)|(?P<name>[A-Za-z_]\w*)""",
    re.VERBOSE | re.DOTALL,
)
WORDS = """
as async await bool break char const continue crate dyn else enum extern false fn for if impl in let loop match mod move
mut pub ref return self Self static str struct super trait true type unsafe use where while f32 f64 derive _
"""
KEPT = set(WORDS.split())
INTEGERS = ["i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128", "usize"]


def renamed(source: str, seed: int) -> str:
    """Every identifier and lifetime under another name, those of the standard library too."""
    random = Random(seed)  # noqa: S311 - nothing is secret here
    names: dict[str, str] = {}

    def other(kind: str, text: str) -> str:
        if kind == "lifetime" and text not in {"'static", "'_"}:
            return names.setdefault(text, f"'l{random.randrange(1 << 30)}x{len(names)}")
        if kind == "name" and text not in KEPT and text not in INTEGERS:
            return names.setdefault(text, f"{random.choice('abXYz')}{random.randrange(1 << 30)}x{len(names)}")
        return text

    return _changed(source, other)


def with_other_literals(source: str, seed: int) -> str:
    """Every number, text and character another."""
    random = Random(seed)  # noqa: S311 - nothing is secret here

    def other(kind: str, text: str) -> str:
        if kind == "number" and "." not in text:
            return str(random.randrange(1000))
        if kind == "text":
            return f'"{random.randrange(1 << 30)}"'
        return "'q'" if kind == "char" and text[0] != "b" else text

    return _changed(source, other)


def with_other_integers(source: str, seed: int) -> str:
    """Every integer type another."""
    random = Random(seed)  # noqa: S311 - nothing is secret here
    types = dict(zip(INTEGERS, random.sample(INTEGERS, len(INTEGERS)), strict=True))
    return _changed(source, lambda kind, text: types.get(text, text) if kind == "name" else text)


def laid_out_otherwise(source: str, seed: int) -> str:
    """Other comments, one token a line here and there."""
    random = Random(seed)  # noqa: S311 - nothing is secret here
    return _changed(
        source,
        lambda kind, text: "" if kind == "comment" else random.choice((text, f"{text}\n", f"/* {seed} */ {text}  ")),
    )


def shuffled(source: str, seed: int) -> str:
    """The items in another order: what stands between blank lines, where no line of it is indented at first."""
    # What is said of the whole file stays in front in Rust, and counts for nothing.
    own = re.sub(r"^//!.*\n", "", source, flags=re.MULTILINE)
    items = re.split(r"\n\n(?=\S)", own.strip("\n"))
    Random(seed).shuffle(items)  # noqa: S311 - nothing is secret here
    return "\n\n".join(items) + "\n"


COPIES: dict[str, Callable[[str, int], str]] = {
    "renamed": renamed,
    "literals": with_other_literals,
    "integers": with_other_integers,
    "layout": laid_out_otherwise,
    "shuffled": shuffled,
}


def _changed(source: str, other: Callable[[str, str], str]) -> str:
    return TOKEN.sub(lambda found: other(found.lastgroup or "", found.group()), source)
