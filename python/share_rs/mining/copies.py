"""Which rows are copies of each other, or of programs that are known: by skeleton, and nearly so by runs of symbols."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

from share_rs._native import near_copies, skeleton

if TYPE_CHECKING:
    from collections.abc import Sequence

    from share_rs.mining.known import Known
    from share_rs.mining.row import Row

SIZE = 5
"""Symbols in a shingle."""
LEAST = 20
"""Shingles of the smaller of two programs: what is shorter is near to everything."""
KNOWN_SHARE = 0.6
"""From this share on a program is a near copy of a known one. The most of any two of the 42 bundled koans is 0.570 (of 861
pairs 5 reach 0.5), of 1,500 generated programs and these koans less than 0.6; a koan with one statement more has 0.9."""
NEAR_SHARE = 0.9
"""From this share on rows of two splits are near copies: of 1,500 generated programs one pair in 12,000 is."""


def skeletons(row: Row) -> frozenset[str]:
    """Hashes of the skeletons of the broken program and of its repair; a text that does not lex counts as it stands."""
    return frozenset((skeleton_hash(row.broken), skeleton_hash(row.fixed)))


def group(row: Row) -> str:
    """What counts once, whatever copies it has under other names: the skeleton of the working program, and the variant."""
    return _hashed(f"{row.family}/{row.variant}\n{skeleton_hash(row.fixed)}")


def duplicate_key(row: Row) -> str:
    """Equal for rows that break copies of one program at the same place in the same way."""
    return f"{group(row)}/{skeleton_hash(row.broken)}"


@lru_cache(maxsize=1 << 16)
def skeleton_hash(source: str) -> str:
    """32 hexadecimal digits: equal for a copy under other names, with other literals or its items in another order."""
    try:
        return _hashed(skeleton(source))
    except ValueError:
        return _hashed(f"text\n{source}")


def near_known(
    rows: Sequence[Row], known: Sequence[Known], share: float = KNOWN_SHARE
) -> list[tuple[Row, Known, float]]:
    """The rows of which a program is a copy, or nearly so, of a known one: one of those, and how near it is, up to 1."""
    by_skeleton: dict[str, Known] = {}
    for one in known:
        by_skeleton.setdefault(skeleton_hash(one.source), one)
    found: dict[str, tuple[Row, Known, float]] = {}
    for row in rows:
        for one in sorted(skeletons(row) & by_skeleton.keys()):
            found.setdefault(row.id, (row, by_skeleton[one], 1.0))
    rest = [row for row in rows if row.id not in found]
    for row, place, how_near in _near(rest, [one.source for one in known], share):
        found[row.id] = (row, known[place], how_near)
    return [found[row.id] for row in rows if row.id in found]


def near_rows(rows: Sequence[Row], others: Sequence[Row], share: float = NEAR_SHARE) -> list[tuple[Row, Row, float]]:
    """The rows whose repair is nearly a copy of another's: one of those, and how near it is, up to 1."""
    by_text: dict[str, Row] = {}
    for other in others:
        by_text.setdefault(other.fixed, other)
    texts = list(by_text)
    found = {row.id: (row, by_text[texts[place]], how_near) for row, place, how_near in _near(rows, texts, share)}
    return [found[row.id] for row in rows if row.id in found]


def _near(rows: Sequence[Row], texts: Sequence[str], share: float) -> list[tuple[Row, int, float]]:
    by_text: dict[str, list[Row]] = {}
    for row in rows:
        by_text.setdefault(row.fixed, []).append(row)
    own = list(by_text)
    pairs = near_copies(own, texts, size=SIZE, least=LEAST, share=share)
    return [(row, second, how_near) for first, second, how_near in pairs for row in by_text[own[first]]]


def _hashed(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:32]
