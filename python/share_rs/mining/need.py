"""What a supply of rows lacks, by family and variant, and which programs promise most of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil, sqrt
from typing import TYPE_CHECKING

from share_rs._native import mutations

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from share_rs._native import Mutation
    from share_rs.mining.source import Source


@dataclass(frozen=True)
class Need:
    """How many rows there are; by default nobody lacks one more than another."""

    families: frozenset[str] = frozenset()
    """Those that lack rows; all where it is empty."""
    rows: Mapping[str, float] = field(default_factory=dict[str, float])
    """By family/variant; what was tried in vain may count in part, or else it would be tried first for ever."""
    full: frozenset[str] = frozenset()
    """Of these, family/variant, no more rows are wanted."""
    only: frozenset[str] = frozenset()
    """Rows of these alone, family/variant, are wanted; all where it is empty."""

    def wants(self, one: Mutation) -> bool:
        """Whether a row of a mutation is of use."""
        return (not self.families or one.family in self.families) and self.open(variant_of(one))

    def open(self, variant: str) -> bool:
        """Whether a family/variant has not enough rows."""
        return variant not in self.full and (not self.only or variant in self.only)

    def urgency(self, one: Mutation) -> float:
        """Less for what is wanted more."""
        return self.rows.get(variant_of(one), 0)


def variant_of(one: Mutation) -> str:
    """`family/variant`."""
    return f"{one.family}/{one.variant}"


def variants_of(source: Source) -> frozenset[str]:
    """What can be broken in a program, by family/variant: nothing in one that does not parse."""
    try:
        return frozenset(variant_of(one) for one in mutations(source.text))
    except ValueError:
        return frozenset()


def promising(offers: Sequence[frozenset[str]], family: str, need: Need, most: int) -> list[int]:
    """The places of up to `most` programs, of which these variants are offered, such that a family's rarest are served first.

    What a chosen program offers counts as served, so that the variants of the family take turns. Half of the programs are the
    first ones, whatever they offer: not every offer is good, and a place may be rare where it is.
    """
    wanted = [sorted(one for one in offer if one.startswith(f"{family}/") and need.open(one)) for offer in offers]
    served = dict(need.rows)
    left = dict(enumerate(wanted))
    chosen: list[int] = []
    while left and len(chosen) < most:
        if len(chosen) < most // 2:
            best = min(left)
        else:
            best = max(left, key=lambda place: (sum(1 / (1 + served.get(one, 0)) for one in left[place]), -place))
        for one in left.pop(best):
            served[one] = served.get(one, 0) + 1
        chosen.append(best)
    return sorted(chosen)


def most_of_a_variant(rows: int, variants: int) -> int:
    """How many of a family's rows one of its variants may have, so that no easy one crowds out the others."""
    return ceil(rows * min(0.7, 1.2 / sqrt(max(1, variants))))
