"""What the next batch of a supply is for: the family that has the fewest rows, and then the patterns that have too few."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import sqrt
from typing import TYPE_CHECKING

from share_rs.mining.generate.program import program
from share_rs.mining.need import Need, most_of_a_variant, variants_of
from share_rs.mining.source import generated
from share_rs.mining.wanted import ROUTED

if TYPE_CHECKING:
    from share_rs.mining.progress import Progress
    from share_rs.mining.row import Row
    from share_rs.mining.wanted import Wanted

PATIENCE = 12
"""Batches without a new row before a family or a pattern is given up."""
RESTRAINT = 3
"""Such batches before a family's commonest variants may have more rows than their share."""
ALONG = 0.3
"""Of a family's rows, at most, that programs of other families give: they would leave no room for what only its own show."""
SAMPLE = 40
"""Programs of a family that tell how many variants it has."""


@dataclass(frozen=True)
class Aim:
    """One batch."""

    name: str
    """A family or a pattern."""
    family: str
    """Whose programs are made."""
    need: Need

    def meets(self, row: Row) -> bool:
        """Whether it was for this row."""
        return self.name in {row.family, row.pattern}


def next_aim(progress: Progress, wanted: Wanted) -> Aim | None:
    """None where everything has enough rows or was given up."""
    family = min(
        (one for one in wanted.families if _lacks(progress, wanted, one) and not _given_up(progress, one)),
        key=lambda one: (progress.rows.get(one, 0), one),
        default=None,
    )
    if family is not None:
        return Aim(family, family, _of_families(progress, wanted, family))
    for pattern in sorted(ROUTED, key=lambda one: (progress.patterns.get(one, 0), one)):
        shown = _shown(progress, wanted, pattern)
        if shown and progress.patterns.get(pattern, 0) < wanted.patterns and not _given_up(progress, pattern):
            family = _in_turn(shown, progress.turns.get(pattern, 0))
            only = frozenset(one for one in shown if one.startswith(f"{family}/"))
            return Aim(pattern, family, Need(frozenset({family}), _tried(progress), only=only))
    return None


def is_wanted(row: Row, progress: Progress, wanted: Wanted) -> bool:
    """Whether a row's family or pattern lacks rows."""
    if row.family not in wanted.families:
        return False
    rare = row.pattern in ROUTED and progress.patterns.get(row.pattern, 0) < wanted.patterns
    return rare or _lacks(progress, wanted, row.family)


def counted(progress: Progress, aim: Aim, *, fruitful: bool) -> None:
    """Notes whether a batch brought what it was for."""
    progress.turns[aim.name] = progress.turns.get(aim.name, 0) + 1
    progress.idle[aim.name] = 0 if fruitful else progress.idle.get(aim.name, 0) + 1
    if progress.idle[aim.name] >= RESTRAINT and aim.name not in progress.lifted:
        progress.lifted = sorted([*progress.lifted, aim.name])


def exhausted(progress: Progress, wanted: Wanted) -> list[str]:
    """The families that have too few rows although all their batches were tried."""
    return [one for one in wanted.families if _lacks(progress, wanted, one) and _given_up(progress, one)]


def _lacks(progress: Progress, wanted: Wanted, family: str) -> bool:
    return progress.rows.get(family, 0) < wanted.rows


def _given_up(progress: Progress, name: str) -> bool:
    return progress.idle.get(name, 0) >= PATIENCE


def _shown(progress: Progress, wanted: Wanted, pattern: str) -> dict[str, int]:
    """The rows of a pattern, by family/variant."""
    shown = {
        variant: count
        for name, count in progress.shown.items()
        for found, _, variant in [name.partition(": ")]
        if found == pattern
    }
    return {one: count for one, count in shown.items() if one.partition("/")[0] in wanted.families}


def _in_turn(shown: dict[str, int], turn: int) -> str:
    """One of the families that show a pattern often, another one each time."""
    counts: dict[str, int] = {}
    for variant, count in shown.items():
        family = variant.partition("/")[0]
        counts[family] = counts.get(family, 0) + count
    often = sorted(one for one in counts if 5 * counts[one] >= max(counts.values()))
    return often[turn % len(often)]


def _of_families(progress: Progress, wanted: Wanted, aim: str) -> Need:
    needy = frozenset(
        one
        for one in wanted.families
        if _lacks(progress, wanted, one) and (one == aim or progress.rows.get(one, 0) < ALONG * wanted.rows)
    )
    full = frozenset(
        name
        for name, count in progress.variants.items()
        if (family := name.partition("/")[0]) in needy
        and family not in progress.lifted
        # A share below that would be one of a hundred and more variants: none needs to be counted.
        and count > wanted.rows / 10
        and count >= most_of_a_variant(wanted.rows, _variants(wanted.seed, family))
    )
    return Need(needy, _tried(progress), full)


def _tried(progress: Progress) -> dict[str, float]:
    """Rows by family/variant, and a little for what was turned away: what seldom works is tried often, but not for ever first."""
    vain: dict[str, int] = {}
    for name, count in progress.rejected.items():
        variant = name.partition(": ")[0]
        vain[variant] = vain.get(variant, 0) + count
    names = sorted(progress.variants.keys() | vain.keys())
    return {name: progress.variants.get(name, 0) + sqrt(vain.get(name, 0)) for name in names}


@cache
def _variants(seed: int, family: str) -> int:
    """How many variants of a family a sample of its programs offers."""
    sample = [variants_of(generated(program(seed, family, index))) for index in range(SAMPLE)]
    return len({one for offer in sample for one in offer if one.startswith(f"{family}/")})
