"""A supply of rows in a file that grows and can be continued: generated programs, family by family, or a list of sources."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from share_rs.mining.attempt import Choice
from share_rs.mining.clock import Clock
from share_rs.mining.generate.program import program
from share_rs.mining.generate.scenes import SCENES
from share_rs.mining.need import Need, most_of_a_variant, promising, variants_of
from share_rs.mining.progress import Growing
from share_rs.mining.source import generated
from share_rs.mining.verify import verify

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from os import PathLike

    from share_rs.mining.progress import Progress
    from share_rs.mining.source import Source
    from share_rs.sandbox import Sandbox

PROGRAMS = 60
"""Programs that are checked at a time."""
POOL = 4
"""Times as many are made: those that promise the rarest variants are checked."""
SAMPLE = 40
"""Programs of a family that tell how many variants it has."""
PATIENCE = 12
"""Batches of a family without a new row before it is given up."""
RESTRAINT = 3
"""Such batches before its commonest variants may have more rows than their share."""


@dataclass(frozen=True)
class Wanted:
    """What is asked of the generator; the same settings continue a file that was left unfinished."""

    rows: int = 1000
    """Of each family."""
    families: tuple[str, ...] = tuple(sorted(SCENES))
    seed: int = 0
    per_source: int = 8
    per_variant: int = 2


def supply(
    sandbox: Sandbox,
    out: str | PathLike[str],
    wanted: Wanted | None = None,
    *,
    minutes: float | None = None,
    report: Callable[[Progress], None] | None = None,
) -> Progress:
    """Appends rows of generated programs to the JSON lines file `out` until every family has enough, is exhausted, or time is over.

    A run that is interrupted leaves whole rows, and the next one continues behind them. A row whose broken program has the
    shape of another one of its variant, names and literals aside, is not kept.

    Raises:
        RowError: the file was begun with other settings.
        ToolchainError, JailError: as `Sandbox.start`.
        OSError: the disk is full; what was written stays.
    """
    wanted = wanted or Wanted()
    growing = Growing(Path(out), {"source": "generator", **asdict(wanted)})
    now = growing.progress
    clock = Clock(now, minutes)
    while (family := _poorest(now, wanted)) is not None and not clock.over():
        start = now.next.get(family, 0)
        made = [generated(program(wanted.seed, family, start + index)) for index in range(POOL * PROGRAMS)]
        need = _need(now, wanted)
        chosen = promising([variants_of(one) for one in made], family, need, PROGRAMS)
        choice = Choice(wanted.per_source, wanted.per_variant, need)
        found = verify(sandbox, [made[index] for index in chosen], choice=choice, seed=wanted.seed)
        fresh = growing.add(found, most=wanted.rows)
        now.next[family] = start + len(made)
        now.idle[family] = 0 if any(row.family == family for row in fresh) else now.idle.get(family, 0) + 1
        if now.idle[family] >= RESTRAINT and family not in now.lifted:
            now.lifted = sorted([*now.lifted, family])
        clock.stamp()
        growing.write(fresh)
        if report is not None:
            report(now)
    return now


def walk(
    sandbox: Sandbox,
    out: str | PathLike[str],
    sources: Sequence[Source],
    name: str,
    *,
    seed: int = 0,
    choice: Choice | None = None,
    minutes: float | None = None,
    report: Callable[[Progress], None] | None = None,
) -> Progress:
    """Appends the rows of a list of sources, in its order, to the JSON lines file `out`; goes on where it was left.

    Args:
        sandbox: one whose limits are `together.LIMITS`, or wider.
        out: the file.
        sources: working programs, the same list for every run that continues the file.
        name: what the list is called, for the settings of the file.
        seed: of the choice among the mutations of a program.
        choice: which mutations are tried.
        minutes: when to stop.
        report: told after each batch.

    Raises:
        as `supply`.
    """
    choice = choice or Choice()
    settings = {"source": name, "programs": len(sources), "seed": seed, "families": sorted(choice.need.families)}
    settings |= {"per_source": choice.per_source, "per_variant": choice.per_variant}
    growing = Growing(Path(out), settings)
    now = growing.progress
    clock = Clock(now, minutes)
    while (start := now.next.get(name, 0)) < len(sources) and not clock.over():
        fresh = growing.add(verify(sandbox, sources[start : start + PROGRAMS], choice=choice, seed=seed))
        now.next[name] = min(start + PROGRAMS, len(sources))
        clock.stamp()
        growing.write(fresh)
        if report is not None:
            report(now)
    return now


def exhausted(progress: Progress, wanted: Wanted) -> list[str]:
    """The families that have too few rows although all their batches were tried."""
    return [one for one in wanted.families if _lacks(progress, wanted, one) and progress.idle.get(one, 0) >= PATIENCE]


def _need(progress: Progress, wanted: Wanted) -> Need:
    needy = frozenset(one for one in wanted.families if _lacks(progress, wanted, one))
    full = frozenset(
        name
        for name, count in progress.variants.items()
        if (family := name.partition("/")[0]) in needy
        and family not in progress.lifted
        # A share below that would be one of a hundred and more variants: none needs to be counted.
        and count > wanted.rows / 10
        and count >= most_of_a_variant(wanted.rows, _variants(wanted.seed, family))
    )
    return Need(needy, dict(progress.variants), full)


@cache
def _variants(seed: int, family: str) -> int:
    """How many variants of a family a sample of its programs offers."""
    sample = [variants_of(generated(program(seed, family, index))) for index in range(SAMPLE)]
    return len({one for offer in sample for one in offer if one.startswith(f"{family}/")})


def _lacks(progress: Progress, wanted: Wanted, family: str) -> bool:
    return progress.rows.get(family, 0) < wanted.rows


def _poorest(progress: Progress, wanted: Wanted) -> str | None:
    """The family with the fewest rows that is neither full nor given up."""
    needy = [one for one in wanted.families if _lacks(progress, wanted, one) and progress.idle.get(one, 0) < PATIENCE]
    return min(needy, key=lambda one: (progress.rows.get(one, 0), one), default=None)
