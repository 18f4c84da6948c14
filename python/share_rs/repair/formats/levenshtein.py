"""The shortest way from one list of lines to another, as replaced, inserted and deleted lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

Kind: TypeAlias = Literal["keep", "replace", "insert", "delete"]
Step: TypeAlias = tuple[Kind, int, int]
"""A line of the old list, and one of the new: the second takes the first's place, stands before it, or is not there."""
_Cost: TypeAlias = tuple[int, int]
"""Steps, and characters that differ: of equally short ways the one that replaces lines by similar ones."""


def steps(old: Sequence[str], new: Sequence[str], limit: int) -> list[Step] | None:
    """At most `limit` steps, in the order of the lines; None where it takes more. Equal lists take none."""
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    left, right = old[start : len(old) - end], new[start : len(new) - end]
    if abs(len(left) - len(right)) > limit:
        return None
    table: list[dict[int, _Cost]] = []
    for i in range(len(left) + 1):
        table.append({})
        for j in range(max(0, i - limit), min(len(right), i + limit) + 1):
            table[i][j] = min((cost for cost, _ in _ways(left, right, table, (i, j))), default=(0, 0))
    if table[len(left)][len(right)][0] > limit:
        return None
    return [(kind, start + i, start + j) for kind, i, j in _back(left, right, table)]


def _ways(
    old: Sequence[str], new: Sequence[str], table: Sequence[dict[int, _Cost]], at: tuple[int, int]
) -> list[tuple[_Cost, Step]]:
    """How the first i old lines become the first j new ones: each cost with the last step, the preferred way first."""
    i, j = at
    ways: list[tuple[_Cost, Step]] = []
    if i and (before := table[i - 1].get(j - 1)) is not None:
        one, other = old[i - 1], new[j - 1]
        kind: Kind = "keep" if one == other else "replace"
        ways.append((_sum(before, int(one != other), _different(one, other)), (kind, i - 1, j - 1)))
    if (before := table[i].get(j - 1)) is not None:
        ways.append((_sum(before, 1, len(new[j - 1])), ("insert", i, j - 1)))
    if i and (before := table[i - 1].get(j)) is not None:
        ways.append((_sum(before, 1, len(old[i - 1])), ("delete", i - 1, j)))
    return ways


def _back(old: Sequence[str], new: Sequence[str], table: Sequence[dict[int, _Cost]]) -> list[Step]:
    found: list[Step] = []
    i, j = len(old), len(new)
    while i or j:
        step = min(_ways(old, new, table, (i, j)), key=lambda way: way[0])[1]
        kind, i, j = step
        if kind != "keep":
            found.append(step)
    return found[::-1]


def _sum(cost: _Cost, more: int, characters: int) -> _Cost:
    return cost[0] + more, cost[1] + characters


def _different(one: str, other: str) -> int:
    start = _common(one, other)
    end = _common(one[start:][::-1], other[start:][::-1])
    return len(one) + len(other) - 2 * (start + end)


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many elements both begin with."""
    pairs = zip(one, other, strict=False)
    return next((place for place, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
