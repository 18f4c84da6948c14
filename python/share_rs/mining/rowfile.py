"""Files of rows: JSON lines, or Parquet by the name's end; read one row at a time, written whole or appended."""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import IO, TYPE_CHECKING, final

from share_rs.errors import RowError
from share_rs.mining.line import from_line, to_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from io import FileIO
    from types import TracebackType

    from share_rs.mining.row import Row

PARQUET = ".parquet"


def read_rows(path: str | os.PathLike[str], *, torn: Callable[[str], None] = warnings.warn) -> Iterator[Row]:
    """The rows of a file, one at a time. A last line that a killed process left torn is passed over, and `torn` is told.

    Raises:
        RowError: the file cannot be read, or a row is unsound; file, line and field are named.
    """
    path = Path(path)
    if path.suffix == PARQUET:
        from share_rs.mining.parquet import read_parquet  # noqa: PLC0415 - needs pyarrow

        yield from read_parquet(path)
        return
    try:
        with path.open("rb") as file:
            for number, text in enumerate(file, start=1):
                try:
                    row = from_line(text)
                except RowError as error:
                    if text.endswith(b"\n"):
                        raise RowError(f"{path}, line {number}: {error}") from None
                    torn(f"{path}, line {number}: torn after {len(text)} bytes, and passed over")
                    return
                yield row
    except OSError as error:
        raise RowError(f"cannot read the rows {path}: {error.strerror}") from error


def write_rows(path: str | os.PathLike[str], rows: Iterable[Row]) -> int:
    """Writes a file of rows in one step, and returns how many: readers see the old file or the new one.

    Raises:
        RowError: the file cannot be written.
    """
    path = Path(path)
    if path.suffix == PARQUET:
        from share_rs.mining.parquet import write_parquet  # noqa: PLC0415 - needs pyarrow

        return write_parquet(path, rows)
    partial = path.with_name(f".{path.name}.partial")
    count = 0
    try:
        with partial.open("w", encoding="utf-8", newline="\n") as file:
            for count, row in enumerate(rows, start=1):  # noqa: B007 - counts
                file.write(to_line(row))
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        raise RowError(f"cannot write the rows {path}: {error.strerror}") from error
    finally:
        partial.unlink(missing_ok=True)
    return count


@final
class RowFile:
    """JSON lines that one process appends to; a context manager. Opening it again goes on behind the last whole line.

    Raises:
        RowError: another process appends, the file cannot be written, or a whole line in it is no sound row.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self.torn = 0
        """Bytes of a torn last line that were cut off when it was opened."""
        self.ids: set[str] = set()
        """Of the rows in it; one of these is not written twice."""
        self._file: FileIO | None = None

    def __enter__(self) -> RowFile:
        try:
            self._file = self.path.open("ab+", buffering=0)
            lock(self._file, self.path)
            self._recover(self._file)
        except OSError as error:
            self.close()
            raise RowError(f"cannot append to the rows {self.path}: {error.strerror}") from error
        except RowError:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the file and lets others append; may be called twice."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def append(self, row: Row) -> bool:
        """Adds a row and hands it to the kernel, so that it outlives this process; False where it is there already.

        Raises:
            RowError: it cannot be written, for example because the disk is full.
        """
        if self._file is None:
            raise RowError(f"the rows {self.path} are not open; use them as a context manager")
        if row.id in self.ids:
            return False
        try:
            rest = memoryview(to_line(row).encode())
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            raise RowError(f"cannot append to the rows {self.path}: {error.strerror}") from error
        self.ids.add(row.id)
        return True

    def _recover(self, file: FileIO) -> None:
        whole = 0
        with self.path.open("rb") as lines:
            for number, text in enumerate(lines, start=1):
                if not text.endswith(b"\n"):
                    break
                try:
                    self.ids.add(from_line(text).id)
                except RowError as error:
                    raise RowError(f"{self.path}, line {number}: {error}") from None
                whole += len(text)
        self.torn = file.seek(0, os.SEEK_END) - whole
        if self.torn:
            file.truncate(whole)


def lock(file: IO[bytes] | FileIO, path: Path) -> None:
    """Keeps other processes from appending to the rows at `path` until the open file is closed.

    Raises:
        RowError: another process holds it.
    """
    import fcntl  # noqa: PLC0415 - not on every system, and reading needs none of it

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise RowError(f"another process appends to the rows {path}; wait for it, or stop it") from None
