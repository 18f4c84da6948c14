"""Rows that must stay together: mutants of one source, and copies of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.mining.copies import skeletons

if TYPE_CHECKING:
    from collections.abc import Sequence

    from share_rs.mining.row import Row


def components(rows: Sequence[Row]) -> list[list[Row]]:
    """The connected components of rows that share a source or a skeleton, in the order of their first rows."""
    parent = list(range(len(rows)))

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    first: dict[tuple[str, str], int] = {}
    for place, row in enumerate(rows):
        ties = [(row.source_kind, row.source_group), *(("skeleton", one) for one in skeletons(row))]
        for tie in ties:
            other = root(first.setdefault(tie, place))
            mine = root(place)
            parent[max(other, mine)] = min(other, mine)
    found: dict[int, list[Row]] = {}
    for place, row in enumerate(rows):
        found.setdefault(root(place), []).append(row)
    return list(found.values())
