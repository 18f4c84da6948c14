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
    rows: Mapping[str, int] = field(default_factory=dict[str, int])
    """By family/variant."""
    full: frozenset[str] = frozenset()
    """Of these, family/variant, no more rows are wanted."""

    def wants(self, one: Mutation) -> bool:
        """Whether a row of a mutation is of use."""
        return (not self.families or one.family in self.families) and variant_of(one) not in self.full

    def urgency(self, one: Mutation) -> int:
        """Less for what is wanted more."""
        return self.rows.get(variant_of(one), 0)


def variant_of(one: Mutation) -> str:
    """`family/variant`."""
    return f"{one.family}/{one.variant}"


def variants_of(source: Source) -> frozenset[str]:
    """What can be broken in a program, by family/variant."""
    return frozenset(variant_of(one) for one in mutations(source.text))


def promising(offers: Sequence[frozenset[str]], family: str, need: Need, most: int) -> list[int]:
    """The places of up to `most` programs, of which these variants are offered, such that a family's rarest are served first.

    What a chosen program offers counts as served, so that the variants of the family take turns.
    """
    wanted = [sorted(one for one in offer - need.full if one.startswith(f"{family}/")) for offer in offers]
    served = dict(need.rows)
    left = dict(enumerate(wanted))
    chosen: list[int] = []
    while left and len(chosen) < most:
        best = max(left, key=lambda place: (sum(1 / (1 + served.get(one, 0)) for one in left[place]), -place))
        for one in left.pop(best):
            served[one] = served.get(one, 0) + 1
        chosen.append(best)
    return sorted(chosen)


def most_of_a_variant(rows: int, variants: int) -> int:
    """How many of a family's rows one of its variants may have, so that no easy one crowds out the others."""
    return ceil(rows * min(0.7, 1.2 / sqrt(max(1, variants))))
