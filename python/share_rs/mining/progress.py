"""A file of rows that grows batch by batch, and how far it came: a run that was killed goes on behind its last whole batch."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, cast

from share_rs.errors import RowError
from share_rs.mining.copies import duplicate_key
from share_rs.mining.line import to_line
from share_rs.mining.rowfile import lock, read_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

    from typing_extensions import Self

    from share_rs.mining.row import Row
    from share_rs.mining.verify import Verified


@dataclass
class Progress:
    """How far it came, as the file beside the rows holds it."""

    wanted: dict[str, Any]
    bytes: int = 0
    """Of the file of rows that are known to be whole."""
    next: dict[str, int] = field(default_factory=dict[str, int])
    """The first program of each family, or of a list, that was not tried yet."""
    idle: dict[str, int] = field(default_factory=dict[str, int])
    """Batches of each family since the last new row."""
    turns: dict[str, int] = field(default_factory=dict[str, int])
    """Batches for each family or pattern."""
    lifted: list[str] = field(default_factory=list[str])
    """Families of which any variant may have any share: the others gave no more."""
    rows: dict[str, int] = field(default_factory=dict[str, int])
    """By family."""
    variants: dict[str, int] = field(default_factory=dict[str, int])
    """By family/variant."""
    patterns: dict[str, int] = field(default_factory=dict[str, int])
    """By routing pattern."""
    shown: dict[str, int] = field(default_factory=dict[str, int])
    """By routing pattern: family/variant."""
    rejected: dict[str, int] = field(default_factory=dict[str, int])
    """By family/variant: reason."""
    repeated: int = 0
    """Rows that were renamed copies of others."""
    seconds: float = 0.0
    total: int = 0
    """Of a crate: its mutations that are to be tried."""
    chunks: list[tuple[int, int, float]] = field(default_factory=list[tuple[int, int, float]])
    """Of a crate: mutations, rows and seconds of each chunk, for a forecast."""
    tests: dict[str, Any] = field(default_factory=dict[str, Any])
    """Of a crate whose tests judge: how many pass, the names of those that do not or that differ, and what they run."""


class Growing:
    """The file and its progress, to be used in a `with` statement.

    A row whose broken program has the shape of another one of its variant, names and literals aside, is not kept.

    Args:
        path: JSON lines; its progress lies beside it.
        settings: what the rows depend on; the same settings continue a file.

    Raises:
        RowError: the file was begun with other settings, or is no such file, or another process appends to it.
    """

    def __init__(self, path: Path, settings: Mapping[str, Any]) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._held = path.open("ab")
        try:
            lock(self._held, path)
            self.progress, self._seen = _begun(path, cast("dict[str, Any]", json.loads(json.dumps(dict(settings)))))
        except BaseException:
            self._held.close()
            raise

    def __enter__(self) -> Self:
        """Returns itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Lets other processes append."""
        self._held.close()

    def add(self, found: Verified, *, wanted: Callable[[Row], bool] | None = None) -> list[Row]:
        """The rows that are new, and wanted when it is their turn, counted but not yet written."""
        fresh: list[Row] = []
        now = self.progress
        for row in found.rows:
            if wanted is not None and not wanted(row):
                continue
            key = duplicate_key(row)
            if key in self._seen:
                now.repeated += 1
                continue
            self._seen.add(key)
            fresh.append(row)
            _add(now.rows, row.family)
            _add(now.variants, f"{row.family}/{row.variant}")
            pattern = row.pattern or "unknown"
            _add(now.patterns, pattern)
            _add(now.shown, f"{pattern}: {row.family}/{row.variant}")
        for (of, variant, reason), count in sorted(found.rejected.items()):
            _add(now.rejected, f"{of}/{variant}: {reason}", count)
        return fresh

    def write(self, rows: Sequence[Row]) -> None:
        """Appends rows, then records that they are whole.

        Raises:
            OSError: the disk is full; what was recorded before stays.
        """
        with self.path.open("ab") as file:
            file.truncate(self.progress.bytes)
            file.write("".join(to_line(row) for row in rows).encode())
            file.flush()
            os.fsync(file.fileno())
            self.progress.bytes = file.tell()
        beside = _beside(self.path)
        draft = beside.with_name(beside.name + ".tmp")
        draft.write_text(json.dumps(asdict(self.progress), sort_keys=True, indent=1) + "\n", "utf-8")
        draft.replace(beside)


def _add(counts: dict[str, int], key: str, count: int = 1) -> None:
    counts[key] = counts.get(key, 0) + count


def _begun(path: Path, wanted: dict[str, Any]) -> tuple[Progress, set[str]]:
    """Where an earlier run stopped, with the shapes of its rows; the beginning where there was none."""
    beside = _beside(path)
    if not beside.exists():
        if path.exists() and path.stat().st_size:
            raise RowError(
                f"{path}: expected no file, or one with {beside.name} beside it to continue; move it, or name another"
            )
        return Progress(wanted), set()
    try:
        progress = Progress(**json.loads(beside.read_text("utf-8")))
    except (ValueError, TypeError) as error:
        raise RowError(f"{beside}: expected the progress of a supply of rows, got {error}; remove both files") from None
    if progress.wanted != wanted:
        raise RowError(
            f"{beside}: begun with {progress.wanted}, got {wanted}; use those settings, or name another file"
        )
    if not path.exists() or path.stat().st_size < progress.bytes:
        raise RowError(f"{path}: expected at least {progress.bytes} bytes, as {beside.name} says; remove both files")
    with path.open("r+b") as file:
        # What lies behind was cut off in the middle of a batch.
        file.truncate(progress.bytes)
    return progress, {duplicate_key(row) for row in read_rows(path)}


def _beside(path: Path) -> Path:
    return path.with_name(path.name + ".progress.json")
