"""Train, validation and test: no source in two of them, every family in each of them, nothing that is known elsewhere."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from share_rs.errors import RowError
from share_rs.mining.components import components
from share_rs.mining.copies import duplicate_key, near_known, near_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from share_rs.mining.known import Known
    from share_rs.mining.row import Row

TRAIN, VALIDATION, TEST = NAMES = ("train", "validation", "test")
_SPREAD = 3
"""Components from which on a family has one for each split."""


@dataclass(frozen=True)
class LeftOut:
    """A row that is in no split."""

    id: str
    reason: str
    """`duplicate`, `known`, `near copy` or `cap`."""
    of: str
    """The row or the program that it copies; the family, where that has enough."""


@dataclass(frozen=True)
class Splits:
    """Rows by split, each sorted by id, and those that are in none."""

    rows: Mapping[str, tuple[Row, ...]]
    left_out: tuple[LeftOut, ...]


def split(
    rows: Iterable[Row],
    *,
    seed: int = 0,
    validation: float = 0.05,
    test: float = 0.05,
    cap: int | None = None,
    known: Sequence[Known] = (),
) -> Splits:
    """Sorts rows into `train`, `validation` and `test`; the order of the rows does not matter.

    Rows that share a source or a skeleton stay together. Left out are copies of rows, copies and near copies of `known`
    programs, rows of `train` or `validation` that are near copies of rows that a model is judged by later, and what a
    family has beyond `cap` rows in `train`.

    Args:
        rows: of any sources and families.
        seed: of the assignment.
        validation: the fraction of each family's rows; so is `test`, and `train` has the rest.
        test: as above.
        cap: the most rows of one family in `train`.
        known: programs that no row may copy, see `share_rs.mining.known`.

    Raises:
        RowError: the fractions leave nothing for `train`, or `cap` is below 1.
    """
    if not (0 <= validation < 1 and 0 <= test < 1 and validation + test < 1):
        raise RowError(f"expected fractions whose sum is below 1, got validation {validation} and test {test}")
    if cap is not None and cap < 1:
        raise RowError(f"expected a cap of at least 1 row a family, got {cap}")
    left_out: list[LeftOut] = []
    kept = _without_known(_without_copies(rows, left_out), known, left_out)
    fractions = {TRAIN: 1 - validation - test, VALIDATION: validation, TEST: test}
    assigned = _assigned(components(kept), seed, {name: part for name, part in fractions.items() if part > 0})
    sides = {name: [row for row in kept if assigned[row.id] == name] for name in NAMES}
    sides[VALIDATION] = _without_near(sides[VALIDATION], sides[TEST], left_out)
    sides[TRAIN] = _without_near(sides[TRAIN], [*sides[VALIDATION], *sides[TEST]], left_out)
    if cap is not None:
        sides[TRAIN] = _capped(sides[TRAIN], cap, seed, left_out)
    return Splits({name: tuple(side) for name, side in sides.items()}, tuple(sorted(left_out, key=lambda one: one.id)))


def _without_copies(rows: Iterable[Row], left_out: list[LeftOut]) -> list[Row]:
    first: dict[str, Row] = {}
    kept: list[Row] = []
    for row in sorted(rows, key=lambda row: row.id):
        earlier = first.setdefault(duplicate_key(row), row)
        if earlier is row:
            kept.append(row)
        elif earlier.id != row.id:
            left_out.append(LeftOut(row.id, "duplicate", earlier.id))
    return kept


def _without_known(rows: list[Row], known: Sequence[Known], left_out: list[LeftOut]) -> list[Row]:
    copies = {row.id: one.name for row, one, _ in near_known(rows, known)}
    left_out.extend(LeftOut(row, "known", name) for row, name in copies.items())
    return [row for row in rows if row.id not in copies]


def _without_near(rows: list[Row], others: list[Row], left_out: list[LeftOut]) -> list[Row]:
    copies = {row.id: other.id for row, other, _ in near_rows(rows, others)}
    left_out.extend(LeftOut(row, "near copy", other) for row, other in copies.items())
    return [row for row in rows if row.id not in copies]


def _assigned(parts: list[list[Row]], seed: int, fractions: Mapping[str, float]) -> dict[str, str]:
    """The split of each row's id: rare families first, large components first, each to where its families lack most."""
    totals = Counter(row.family for part in parts for row in part)
    held: Counter[tuple[str, str]] = Counter()
    counts = [Counter(row.family for row in part) for part in parts]
    rarest = [min(count, key=lambda family: (totals[family], family)) for count in counts]
    order = sorted(
        range(len(parts)),
        key=lambda at: (totals[rarest[at]], rarest[at], -len(parts[at]), _drawn(seed, parts[at][0].id)),
    )
    chosen: dict[int, str] = {}
    for at in order:
        # Each family counts by what its split lacks of it, so that those that only come along stay in proportion too.
        lacks = {
            name: sum(
                count * (part - held[family, name] / totals[family]) / totals[family]
                for family, count in counts[at].items()
            )
            for name, part in fractions.items()
        }
        chosen[at] = max(fractions, key=lacks.__getitem__)
        for one, count in counts[at].items():
            held[one, chosen[at]] += count
    _spread(chosen, counts, order, fractions)
    return {row.id: chosen[at] for at, part in enumerate(parts) for row in part}


def _spread(
    chosen: dict[int, str], counts: list[Counter[str]], order: list[int], fractions: Mapping[str, float]
) -> None:
    """Moves the smallest component of a family to a split that has none of it, where another can spare it."""
    where: dict[str, list[int]] = {}
    for at in order:
        for family in counts[at]:
            where.setdefault(family, []).append(at)

    def spared(at: int) -> bool:
        return all(sum(chosen[other] == chosen[at] for other in where[family]) > 1 for family in counts[at])

    for family in sorted(where):
        places = where[family]
        for name in fractions if len(places) >= _SPREAD else ():
            if any(chosen[at] == name for at in places):
                continue
            free = [at for at in places if spared(at)]
            if free:
                chosen[min(free, key=lambda at: (counts[at].total(), at))] = name


def _capped(rows: list[Row], cap: int, seed: int, left_out: list[LeftOut]) -> list[Row]:
    """At most `cap` rows of each family, its variants in turn."""
    turns: Counter[str] = Counter()
    drawn = sorted(rows, key=lambda row: _drawn(seed, row.id))
    ranked: list[tuple[int, int, Row]] = []
    for number, row in enumerate(drawn):
        variant = f"{row.family}/{row.variant}"
        ranked.append((turns[variant], number, row))
        turns[variant] += 1
    taken: Counter[str] = Counter()
    kept: list[Row] = []
    for _, _, row in sorted(ranked, key=lambda one: one[:2]):
        taken[row.family] += 1
        if taken[row.family] <= cap:
            kept.append(row)
        else:
            left_out.append(LeftOut(row.id, "cap", row.family))
    return sorted(kept, key=lambda row: row.id)


def _drawn(seed: int, name: str) -> str:
    return sha256(f"{seed}/{name}".encode()).hexdigest()
