"""Whether somebody who sees the broken program and its errors could know what to write."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from share_rs._native import skeleton

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from share_rs._native import Diagnostic
    from share_rs.mining.row import Edit

MOST_LINES = 3
"""More lines than that, in one place, are a body that nobody can guess."""
MOST_WORDS = 14
"""So are more words."""
MOST_OF_AN_IMPL = 4
"""Line ends within one whose function has one line."""
_IMPL = re.compile(r"impl (?P<trait>[^{]+?) for (?P<type>[^{]+?) \{")
_PATH = re.compile(r"\b\w+::(?=\w)")
_OF_AN_IMPL = frozenset({"impl", "for", "fn", "from", "From", "Self", "self", "mut"})
_WORD = re.compile(r"[A-Za-z_]\w*")
_LITERAL = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])\'|\b\d[\w.]*\b')
_REASON = re.compile(r'\.expect\(\s*"(?:\\.|[^"\\])*"\s*\)')
"""Why something cannot be missing: any words do, for no value depends on them."""
_PLAIN = frozenset({"0", "1", '""', "0.0", "1.0"})
"""What stands for nothing in particular."""


def inferable(broken: str, edits: Sequence[Edit], messages: Iterable[str]) -> bool:
    """Whether what the repair inserts can be inferred.

    Every literal in it must stand in the program, beside what is inserted, or in what the compiler says, a text be it as a name
    such as `OpenOrder` for `"open order"`; and it must be short, or lines that stand elsewhere in the program.
    """
    raw, messages = broken.encode(), list(messages)
    known = set(_LITERAL.findall(broken + "\n" + "\n".join(messages))) | _PLAIN
    names = {_bare(one) for one in _WORD.findall(broken)}
    for start, end, replacement in edits:
        removed = raw[start:end].decode()
        fresh = _fresh(removed, replacement)
        # Lines that stand elsewhere have only to be moved.
        if "\n" in fresh.strip() and fresh.strip() in broken:
            continue
        if _is_like_another(fresh, broken, messages) or _is_asked_for(fresh, broken, messages):
            continue
        if fresh.count("\n") >= MOST_LINES or len(_WORD.findall(fresh)) > MOST_WORDS:
            return False
        unknown = [one for one in _LITERAL.findall(_REASON.sub(".expect()", fresh)) if one not in known]
        if not all(one.startswith('"') and _bare(one) in names for one in unknown):
            return False
    return True


def _is_asked_for(item: str, broken: str, messages: Sequence[str]) -> bool:
    """Whether it is the impl that the compiler misses, short, and all but the name of a binding is known."""
    head = _IMPL.match(item.strip())
    if head is None or item.strip().count("\n") > MOST_OF_AN_IMPL or _LITERAL.search(item):
        return False
    said = _PATH.sub("", "\n".join(messages))
    asked = f"the trait `{_PATH.sub('', head['trait'])}` is not implemented for `{head['type']}`"
    words = set(_WORD.findall(item)) - set(_WORD.findall(broken)) - set(_WORD.findall(said)) - _OF_AN_IMPL
    return asked in said and len(words) <= 1


def _is_like_another(item: str, broken: str, messages: Sequence[str]) -> bool:
    """Whether an item of the program shows how a whole item is made, whose words are known."""
    if item.count("\n") < MOST_LINES or not set(_WORD.findall(item)) <= set(
        _WORD.findall("\n".join([broken, *messages]))
    ):
        return False
    shape = _shape(item)
    return shape is not None and any(_shape(block) == shape for block in broken.split("\n\n"))


def _shape(text: str) -> str | None:
    """None of what does not lex."""
    try:
        return skeleton(text.strip())
    except ValueError:
        return None


def _bare(text: str) -> str:
    """Letters and digits only, in small letters."""
    return "".join(one for one in text.lower() if one.isalnum())


def said(error: Diagnostic) -> list[str]:
    """All that somebody reads in a diagnostic."""
    labels = [span.label or "" for span in error.spans]
    children = [child.message for child in error.children]
    return [
        error.message,
        *labels,
        *children,
        *(span.replacement or "" for one in error.children for span in one.spans),
    ]


def _fresh(removed: str, inserted: str) -> str:
    """What is inserted, without what stood at either end of it before."""
    start = 0
    while start < min(len(removed), len(inserted)) and removed[start] == inserted[start]:
        start += 1
    end = 0
    while end < min(len(removed), len(inserted)) - start and removed[-1 - end] == inserted[-1 - end]:
        end += 1
    return inserted[start : len(inserted) - end]
