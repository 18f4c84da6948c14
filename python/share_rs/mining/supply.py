"""A supply of generated rows: family by family until each has enough, in a file that grows and can be continued."""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from share_rs.errors import RowError
from share_rs.mining.attempt import Choice
from share_rs.mining.generate.program import program
from share_rs.mining.generate.scenes import SCENES
from share_rs.mining.line import to_line
from share_rs.mining.rowfile import read_rows
from share_rs.mining.shape import shape
from share_rs.mining.source import generated
from share_rs.mining.verify import verify

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from os import PathLike

    from share_rs.mining.row import Row
    from share_rs.sandbox import Sandbox

PROGRAMS = 60
"""Programs that are made and checked at a time."""
PATIENCE = 12
"""Batches of a family without a new row before it is given up."""


@dataclass(frozen=True)
class Wanted:
    """What is asked for; the same settings continue a file that was left unfinished."""

    rows: int = 1000
    """Of each family."""
    families: tuple[str, ...] = tuple(sorted(SCENES))
    seed: int = 0
    per_source: int = 8
    per_variant: int = 2


@dataclass
class Progress:
    """How far it came, as the file beside the rows holds it."""

    wanted: dict[str, Any]
    bytes: int = 0
    """Of the file of rows that are known to be whole."""
    next: dict[str, int] = field(default_factory=dict[str, int])
    """The first program of each family that was not made yet."""
    idle: dict[str, int] = field(default_factory=dict[str, int])
    """Batches of each family since the last new row."""
    rows: dict[str, int] = field(default_factory=dict[str, int])
    """By family."""
    variants: dict[str, int] = field(default_factory=dict[str, int])
    """By family/variant."""
    patterns: dict[str, int] = field(default_factory=dict[str, int])
    """By routing pattern."""
    rejected: dict[str, int] = field(default_factory=dict[str, int])
    """By family/variant: reason."""
    repeated: int = 0
    """Rows that were renamed copies of others."""
    seconds: float = 0.0


def supply(
    sandbox: Sandbox,
    out: str | PathLike[str],
    wanted: Wanted | None = None,
    *,
    minutes: float | None = None,
    report: Callable[[Progress], None] | None = None,
) -> Progress:
    """Appends rows to the JSON lines file `out` until every family has enough, is exhausted, or the time is over.

    A run that is interrupted leaves whole rows, and the next one continues behind them. A row whose broken program has the
    shape of another one of its variant, names and literals aside, is not kept.

    Raises:
        RowError: the file was begun with other settings.
        ToolchainError, JailError: as `Sandbox.start`.
        OSError: the disk is full; what was written stays.
    """
    wanted = wanted or Wanted()
    path = Path(out)
    progress, seen = _begun(path, wanted)
    deadline = None if minutes is None else time.monotonic() + 60 * minutes
    started, before = time.monotonic(), progress.seconds
    while (family := _poorest(progress, wanted)) is not None and (deadline is None or time.monotonic() < deadline):
        start = progress.next.get(family, 0)
        sources = [generated(program(wanted.seed, family, start + index)) for index in range(PROGRAMS)]
        open_families = frozenset(one for one in wanted.families if progress.rows.get(one, 0) < wanted.rows)
        choice = Choice(wanted.per_source, wanted.per_variant, open_families)
        found = verify(sandbox, sources, choice=choice, seed=wanted.seed)
        fresh = _fresh(found.rows, progress, seen, wanted)
        for (of, variant, reason), count in sorted(found.rejected.items()):
            _add(progress.rejected, f"{of}/{variant}: {reason}", count)
        progress.next[family] = start + PROGRAMS
        grown = any(row.family == family for row in fresh)
        progress.idle[family] = 0 if grown else progress.idle.get(family, 0) + 1
        progress.seconds = before + time.monotonic() - started
        _write(path, fresh, progress)
        if report is not None:
            report(progress)
    return progress


def exhausted(progress: Progress, wanted: Wanted) -> list[str]:
    """The families that have too few rows although all their batches were tried."""
    return [
        one
        for one in wanted.families
        if progress.rows.get(one, 0) < wanted.rows and progress.idle.get(one, 0) >= PATIENCE
    ]


def _poorest(progress: Progress, wanted: Wanted) -> str | None:
    """The family with the fewest rows that is neither full nor given up."""
    needy = [
        one
        for one in wanted.families
        if progress.rows.get(one, 0) < wanted.rows and progress.idle.get(one, 0) < PATIENCE
    ]
    return min(needy, key=lambda one: (progress.rows.get(one, 0), one), default=None)


def _fresh(rows: Sequence[Row], progress: Progress, seen: set[str], wanted: Wanted) -> list[Row]:
    fresh: list[Row] = []
    for row in rows:
        if progress.rows.get(row.family, 0) >= wanted.rows:
            continue
        key = shape(row)
        if key in seen:
            progress.repeated += 1
            continue
        seen.add(key)
        fresh.append(row)
        _add(progress.rows, row.family)
        _add(progress.variants, f"{row.family}/{row.variant}")
        _add(progress.patterns, row.pattern or "unknown")
    return fresh


def _add(counts: dict[str, int], key: str, count: int = 1) -> None:
    counts[key] = counts.get(key, 0) + count


def _begun(path: Path, wanted: Wanted) -> tuple[Progress, set[str]]:
    """Where an earlier run stopped, with the shapes of its rows; the beginning where there was none."""
    beside = _beside(path)
    settings = cast("dict[str, Any]", json.loads(json.dumps(asdict(wanted))))
    if not beside.exists():
        if path.exists() and path.stat().st_size:
            raise RowError(
                f"{path}: expected no file, or one with {beside.name} beside it to continue; move it, or name another"
            )
        return Progress(settings), set()
    progress = Progress(**json.loads(beside.read_text("utf-8")))
    if progress.wanted != settings:
        raise RowError(
            f"{beside}: begun with {progress.wanted}, got {settings}; use those settings, or name another file"
        )
    with path.open("r+b") as file:
        # What lies behind was cut off in the middle of a batch.
        file.truncate(progress.bytes)
    return progress, {shape(row) for row in read_rows(path)}


def _write(path: Path, rows: Sequence[Row], progress: Progress) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        file.truncate(progress.bytes)
        file.write("".join(to_line(row) for row in rows).encode())
        file.flush()
        os.fsync(file.fileno())
        progress.bytes = file.tell()
    beside = _beside(path)
    draft = beside.with_name(beside.name + ".tmp")
    draft.write_text(json.dumps(asdict(progress), sort_keys=True, indent=1) + "\n", "utf-8")
    draft.replace(beside)


def _beside(path: Path) -> Path:
    return path.with_name(path.name + ".progress.json")
