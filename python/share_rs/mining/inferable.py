"""Whether somebody who sees the broken program and its errors could know what to write."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from share_rs.mining.row import Edit

MOST_LINES = 3
"""More lines than that, in one place, are a body that nobody can guess."""
MOST_WORDS = 14
"""So are more words."""
_WORD = re.compile(r"[A-Za-z_]\w*")
_LITERAL = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])\'|\b\d[\w.]*\b')
_PLAIN = frozenset({"0", "1", '""', "0.0", "1.0"})
"""What stands for nothing in particular."""


def inferable(broken: str, edits: Sequence[Edit], messages: Iterable[str]) -> bool:
    """Whether what the repair inserts can be inferred.

    Every literal in it must stand in the program, beside what is inserted, or in what the compiler says; and it must be short.
    """
    raw = broken.encode()
    known = set(_LITERAL.findall(broken + "\n" + "\n".join(messages))) | _PLAIN
    for start, end, replacement in edits:
        removed = raw[start:end].decode()
        fresh = _fresh(removed, replacement)
        if fresh.count("\n") >= MOST_LINES or len(_WORD.findall(fresh)) > MOST_WORDS:
            return False
        if not known.issuperset(_LITERAL.findall(fresh)):
            return False
    return True


def _fresh(removed: str, inserted: str) -> str:
    """What is inserted, without what stood at either end of it before."""
    start = 0
    while start < min(len(removed), len(inserted)) and removed[start] == inserted[start]:
        start += 1
    end = 0
    while end < min(len(removed), len(inserted)) - start and removed[-1 - end] == inserted[-1 - end]:
        end += 1
    return inserted[start : len(inserted) - end]
