"""What files of rows hold: rows and groups of each family, their judges, sources and licences."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from share_rs.mining.copies import group

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from share_rs.mining.row import Row

PRIVATE = "rows from crates hold source text of those crates: keep them where their licences allow"


@dataclass(frozen=True)
class Family:
    """One family of a summary."""

    rows: int
    groups: int
    """Rows that differ in more than names and literals, see `share_rs.mining.copies.group`."""
    variants: tuple[str, ...]
    codes: dict[str, int]
    """First codes and their rows, the most frequent first."""


@dataclass
class Tally:
    """Counts of rows that pass through."""

    rows: int = 0
    licences: Counter[str] = field(default_factory=Counter[str])
    """By SPDX expression."""
    source_kinds: Counter[str] = field(default_factory=Counter[str])
    judges: Counter[str] = field(default_factory=Counter[str])

    def through(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Hands rows on and counts them."""
        for row in rows:
            self.rows += 1
            self.licences[row.licence] += 1
            self.source_kinds[row.source_kind] += 1
            self.judges[row.judge] += 1
            yield row

    @property
    def holds_private_source(self) -> bool:
        """Whether any row comes from somebody's crate."""
        return self.source_kinds["crate"] > 0


def families(rows: Iterable[Row]) -> dict[str, Family]:
    """Each family's rows, groups, variants and first codes, sorted by name."""
    counts: Counter[str] = Counter()
    groups: dict[str, set[str]] = {}
    variants: dict[str, set[str]] = {}
    codes: dict[str, Counter[str]] = {}
    for row in rows:
        counts[row.family] += 1
        groups.setdefault(row.family, set()).add(group(row))
        variants.setdefault(row.family, set()).add(row.variant)
        codes.setdefault(row.family, Counter())[row.codes[0]] += 1
    return {
        name: Family(
            counts[name],
            len(groups[name]),
            tuple(sorted(variants[name])),
            dict(sorted(codes[name].items(), key=lambda one: (-one[1], one[0]))),
        )
        for name in sorted(counts)
    }
