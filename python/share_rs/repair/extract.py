"""The program in an answer, wherever it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_RUN = re.compile(r"`+|~{3,}")
_COMMENT = re.compile(r"\s*(?://|/\*|\*\s)")
_INDENT = re.compile(r"[ \t]*")
_ITEM = re.compile(
    r"^\s*(?:pub\b|unsafe\b|async\b|fn\b|struct\b|enum\b|union\b|trait\b|impl\b|mod\b|use\b|const\b|static\b|type\b"
    r"|extern\b|macro_rules\b|#!?\[)",
    re.MULTILINE,
)
_RUST = ("rust", "rs")
_SHORTEST = 3
"""Backticks or tildes of a fence (CommonMark 0.31, section 4.5)."""


def extract_program(answer: str) -> str:
    """The program in a model's answer, whatever the answer is.

    Of the fenced blocks that are tagged `rust` or `rs`, or not tagged, and that hold an item of Rust: the last one that
    is at least half as long as the longest. So neither a quotation of the broken program before the repair nor a short
    example after it is taken for the repair. A last block that was never closed counts where no closed one serves; then
    blocks with other tags; then what stands before a fence that only closes; then any block; then the whole answer.
    """
    blocks = _blocks(answer)
    rust = [block for block in blocks if block.rust]
    for group in (
        [block for block in rust if block.closed and block.program],
        [block for block in rust if block.program],
        [block for block in blocks if block.program],
    ):
        if group:
            return _last_long(group)
    above = "\n".join(answer.split("\n")[: blocks[0].line]) if blocks else ""
    if _ITEM.search(above):
        return answer if blocks[0].closed else above
    return _last_long(rust) if rust else answer


@dataclass(frozen=True)
class _Block:
    text: str
    tag: str
    closed: bool
    line: int
    """0-based, of the opening fence."""

    @property
    def rust(self) -> bool:
        return not self.tag or re.split(r"[,{:]", self.tag.lower())[0] in _RUST

    @property
    def program(self) -> bool:
        return _ITEM.search(self.text) is not None


def _blocks(answer: str) -> list[_Block]:
    """The fenced blocks in order. Lines end at newlines alone: other separators may stand in a literal of the program."""
    blocks: list[_Block] = []
    lines = answer.split("\n")
    start = 0
    while start < len(lines):
        opening = _opening(lines[start])
        if opening is None:
            start += 1
            continue
        fence, tag, indent = opening
        end = next((at for at in range(start + 1, len(lines)) if _closes(lines[at], fence)), None)
        inside = lines[start + 1 : end]
        text = "\n".join(line[len(_common(line, indent)) :] for line in inside)
        blocks.append(_Block(text + "\n" if end is not None and inside else text, tag, end is not None, start))
        start = len(lines) if end is None else end + 1
    return blocks


def _opening(line: str) -> tuple[str, str, str] | None:
    """Fence, tag and indent of a line that opens a block; in running text only a fence with the tag of Rust does."""
    runs = list(_RUN.finditer(line))
    if not runs:
        return None
    run = runs[0] if not line[: runs[0].start()].strip() else runs[-1]
    before, fence, rest = line[: run.start()], run[0], line[run.end() :]
    tag = (rest.split() or [""])[0]
    if len(fence) < _SHORTEST or "`" in rest:
        return None
    if not before.strip():
        return fence, tag, before
    return (fence, tag, "") if tag.lower() in _RUST and not _COMMENT.match(before) else None


def _closes(line: str, fence: str) -> bool:
    text = line.strip()
    return len(text) >= len(fence) and set(text) == {fence[0]}


def _common(line: str, indent: str) -> str:
    """The part of a block's indent that this line has too."""
    own = _INDENT.match(line)
    return own[0][: len(indent)] if own else ""


def _last_long(blocks: Sequence[_Block]) -> str:
    longest = max(len(block.text) for block in blocks)
    return next(block.text for block in reversed(blocks) if 2 * len(block.text) >= longest)
