"""A supply of rows in a file that grows and can be continued: generated programs, family by family, or a list of sources."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from share_rs.mining.attempt import Choice
from share_rs.mining.clock import Clock
from share_rs.mining.generate.program import program
from share_rs.mining.generate.scenes import SCENES
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
"""Programs that are made and checked at a time."""
PATIENCE = 12
"""Batches of a family without a new row before it is given up."""


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
        sources = [generated(program(wanted.seed, family, start + index)) for index in range(PROGRAMS)]
        needy = frozenset(one for one in wanted.families if now.rows.get(one, 0) < wanted.rows)
        choice = Choice(wanted.per_source, wanted.per_variant, needy)
        fresh = growing.add(verify(sandbox, sources, choice=choice, seed=wanted.seed), most=wanted.rows)
        now.next[family] = start + PROGRAMS
        now.idle[family] = 0 if any(row.family == family for row in fresh) else now.idle.get(family, 0) + 1
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
    settings = {"source": name, "programs": len(sources), "seed": seed, "families": sorted(choice.families)}
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


def _lacks(progress: Progress, wanted: Wanted, family: str) -> bool:
    return progress.rows.get(family, 0) < wanted.rows


def _poorest(progress: Progress, wanted: Wanted) -> str | None:
    """The family with the fewest rows that is neither full nor given up."""
    needy = [one for one in wanted.families if _lacks(progress, wanted, one) and progress.idle.get(one, 0) < PATIENCE]
    return min(needy, key=lambda one: (progress.rows.get(one, 0), one), default=None)
