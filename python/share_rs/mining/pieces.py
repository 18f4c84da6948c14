"""The pieces of a file that a row shows, and an answer put back among what the row leaves out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from share_rs._native import Window
    from share_rs.mining.row import Edit

_MARK = re.compile(r"[ \t]*// …(?:\r?\n|$)| ?/\* … \*/ ?")
"""What `share_rs._native.window` shows for elided lines, and for elided text within a line."""


def kept(shown: Window, back: Sequence[Edit]) -> tuple[tuple[int, int], ...]:
    """The bytes of the working file that a window of the broken file shows, after the edits `back` of the broken file."""
    found: list[tuple[int, int]] = []
    moved = 0
    rest = sorted(back, key=lambda edit: edit[:2])
    for start, end in shown.kept:
        begin = start + moved
        while rest and start <= rest[0][0] and rest[0][1] <= end:
            first, last, new = rest.pop(0)
            moved += len(new.encode()) - (last - first)
        found.append((begin, end + moved))
    return tuple(found)


def put_back(text: str, kept: Sequence[tuple[int, int]], answer: str) -> str:
    """The file `text` with what a row shows of it replaced by an answer.

    Raises:
        ValueError: the answer has more or fewer marks of elided text than the row.
    """
    raw = text.encode()
    hidden = [raw[start:end].decode() for start, end in _between(kept, len(raw))]
    parts = _MARK.split(answer)
    if len(parts) != len(hidden) + 1:
        raise ValueError(f"expected {len(hidden)} marks of elided text, got {len(parts) - 1}; leave them as they are")
    return "".join(part + gap for part, gap in zip(parts, [*hidden, ""], strict=True))


def _between(kept: Sequence[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    starts = [0, *(end for _, end in kept)]
    ends = [*(start for start, _ in kept), length]
    return [(start, end) for start, end in zip(starts, ends, strict=True) if start < end]
