"""A supply of rows in a file that grows and can be continued: generated programs, family by family, or a list of sources."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from share_rs.mining.aim import counted, is_wanted, next_aim
from share_rs.mining.attempt import Choice
from share_rs.mining.clock import Clock
from share_rs.mining.generate.program import program
from share_rs.mining.need import promising, variants_of
from share_rs.mining.progress import Growing
from share_rs.mining.source import generated
from share_rs.mining.verify import verify
from share_rs.mining.wanted import Wanted

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


def supply(
    sandbox: Sandbox,
    out: str | PathLike[str],
    wanted: Wanted | None = None,
    *,
    minutes: float | None = None,
    report: Callable[[Progress], None] | None = None,
) -> Progress:
    """Appends rows of generated programs to the JSON lines file `out` until all that is wanted is there, or gives no more, or time is over.

    A run that is interrupted leaves whole rows, and the next one continues behind them. A row whose broken program has the
    shape of another one of its variant, names and literals aside, is not kept.

    Raises:
        RowError: the file was begun with other settings.
        ToolchainError, JailError: as `Sandbox.start`.
        OSError: the disk is full; what was written stays.
    """
    wanted = wanted or Wanted()
    with Growing(Path(out), {"source": "generator", **asdict(wanted)}) as growing:
        now = growing.progress
        clock = Clock(now, minutes)
        while (aim := next_aim(now, wanted)) is not None and not clock.over():
            start = now.next.get(aim.family, 0)
            made = [generated(program(wanted.seed, aim.family, start + index)) for index in range(POOL * PROGRAMS)]
            chosen = promising([variants_of(one) for one in made], aim.family, aim.need, PROGRAMS)
            choice = Choice(wanted.per_source, wanted.per_variant, need=aim.need)
            found = verify(sandbox, [made[index] for index in chosen], choice=choice, seed=wanted.seed)
            fresh = growing.add(found, wanted=lambda row: is_wanted(row, now, wanted))
            now.next[aim.family] = start + len(made)
            counted(now, aim, fruitful=any(aim.meets(row) for row in fresh))
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
    with Growing(Path(out), settings) as growing:
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
