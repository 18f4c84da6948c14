"""The check that splits leak nothing: no source, no copy and no near copy in two of them, and nothing that is known."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Literal, TypeAlias

from share_rs.errors import LeakError
from share_rs.mining.copies import KNOWN_SHARE, NEAR_SHARE, duplicate_key, near_known, near_rows, skeletons

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from share_rs.mining.known import Known
    from share_rs.mining.row import Row

Kind: TypeAlias = Literal["duplicate", "source", "copy", "near copy", "known"]
_SHOWN = 10


@dataclass(frozen=True)
class Leak:
    """One row beside what it must not be beside."""

    kind: Kind
    """`duplicate`: the same rows twice, names and literals aside. Of two splits: the same `source`; a `copy`, where names,
    literals, integer types or the order of the items may differ; a `near copy`. `known`: a copy of a known program."""
    row: str
    """`SPLIT ID`."""
    other: str
    """`SPLIT ID`, or the name of the known program."""
    share: float
    """How much of the smaller program the other has, up to 1."""

    def __str__(self) -> str:
        return f"{self.kind}: {self.row} and {self.other} ({self.share:.0%})"


def leaks(
    splits: Mapping[str, Sequence[Row]],
    known: Sequence[Known] = (),
    *,
    known_share: float = KNOWN_SHARE,
    near_share: float = NEAR_SHARE,
) -> list[Leak]:
    """Every row that leaks, with one of those that it leaks from for each kind and pair of splits.

    Args:
        splits: rows by the name of their split.
        known: programs that no row may copy, see `share_rs.mining.known`.
        known_share: of the smaller program, from which on it is a near copy of a known one.
        near_share: the same for rows of two splits.
    """
    found = [leak for name, rows in splits.items() for leak in _duplicates(name, rows)]
    for name, other in combinations(splits, 2):
        found += _across(name, splits[name], other, splits[other], near_share)
    for name, rows in splits.items():
        copies = near_known(rows, known, known_share)
        found += [Leak("known", f"{name} {row.id}", one.name, share) for row, one, share in copies]
    return found


def require_none(found: Sequence[Leak]) -> None:
    """Passes where nothing leaks.

    Raises:
        LeakError: with the first pairs, how many there are of each kind, and the remedy.
    """
    if found:
        counts = Counter(leak.kind for leak in found)
        shown = "\n".join(f"  {leak}" for leak in found[:_SHOWN])
        more = f"\n  ... and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        raise LeakError(
            f"expected no leaks, got {len(found)} ({', '.join(f'{count} {kind}' for kind, count in counts.items())}):\n"
            f"{shown}{more}\nsplit the rows again with `share-rs rows split`"
        )


def _duplicates(name: str, rows: Sequence[Row]) -> list[Leak]:
    first: dict[str, Row] = {}
    found: list[Leak] = []
    for row in rows:
        earlier = first.setdefault(duplicate_key(row), row)
        if earlier is not row:
            found.append(Leak("duplicate", f"{name} {row.id}", f"{name} {earlier.id}", 1.0))
    return found


def _across(name: str, rows: Sequence[Row], other: str, others: Sequence[Row], share: float) -> list[Leak]:
    sources = {(row.source_kind, row.source_group): row for row in others}
    by_skeleton = {one: row for row in others for one in skeletons(row)}
    found: list[Leak] = []
    told: set[str] = set()
    for row in rows:
        twin = sources.get((row.source_kind, row.source_group))
        if twin is not None:
            found.append(Leak("source", f"{name} {row.id}", f"{other} {twin.id}", 1.0))
        for one in sorted(skeletons(row) & by_skeleton.keys())[:1]:
            found.append(Leak("copy", f"{name} {row.id}", f"{other} {by_skeleton[one].id}", 1.0))
            told.add(row.id)
    rest = [row for row in rows if row.id not in told]
    for row, twin, near in near_rows(rest, others, share):
        found.append(Leak("near copy", f"{name} {row.id}", f"{other} {twin.id}", near))
    return found
