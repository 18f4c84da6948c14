"""A run on disk: run.json first, records.jsonl appended, artefacts under a temporary name and renamed."""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, cast, final

from share_rs.errors import RunError
from share_rs.evaluation.manifest import FORMAT, Manifest, difference
from share_rs.evaluation.record import Cell, CellKey, Line, Record, from_line, to_line

if TYPE_CHECKING:
    from io import FileIO

RUN = "run.json"
RECORDS = "records.jsonl"
LOCK = "run.lock"


@final
class RunDirectory:
    """A run that one process writes; a context manager that holds the directory's lock.

    Opening it again with an equal manifest resumes: a torn last line is cut off, and records of cells that are not
    done, or that an infra_error left open, are dropped, for such a cell is redone as a whole.

    Raises:
        RunError: another process writes here, the folder is not a run or is damaged, or it is the run of another
            manifest (the message names the differing setting).
    """

    def __init__(self, path: str | os.PathLike[str], manifest: Manifest) -> None:
        self.path = Path(path)
        self._manifest = manifest
        self._lines: list[Line] = []
        self._lock: IO[bytes] | None = None
        self._records: FileIO | None = None

    def __enter__(self) -> "RunDirectory":
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._lock = locked(self.path / LOCK)
            self._claim()
            self._recover()
            self._records = (self.path / RECORDS).open("ab", buffering=0)
        except OSError as error:
            self.close()
            raise RunError(f"cannot write the run directory {self.path}: {error.strerror}") from error
        except RunError:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the records and releases the lock; may be called twice."""
        for file in (self._records, self._lock):
            if file is not None:
                file.close()
        self._records = self._lock = None

    @property
    def lines(self) -> list[Line]:
        """Every line so far, those of an earlier process included."""
        return list(self._lines)

    @property
    def done(self) -> set[CellKey]:
        """The cells that need no more work."""
        return {line.key for line in self._lines if isinstance(line, Cell)}

    def append(self, line: Line) -> None:
        """Adds one line and hands it to the kernel, so that it outlives this process.

        Raises:
            RunError: the line cannot be written, for example because the disk is full.
        """
        if self._records is None:
            raise RunError(f"the run directory {self.path} is not open; use it as a context manager")
        try:
            rest = memoryview(to_line(line).encode("ascii"))
            while rest:
                rest = rest[self._records.write(rest) :]
        except OSError as error:
            raise RunError(f"cannot append to {self.path / RECORDS}: {error.strerror}") from error
        self._lines.append(line)

    def write(self, name: str, text: str) -> None:
        """Writes a whole file of the run in one step.

        Raises:
            RunError: the file cannot be written.
        """
        try:
            replace(self.path / name, text)
        except OSError as error:
            raise RunError(f"cannot write {self.path / name}: {error.strerror}") from error

    def _claim(self) -> None:
        if (self.path / RUN).exists():
            differing = difference(_read_manifest(self.path), self._manifest)
            if differing is not None:
                raise RunError(
                    f"{self.path} holds another run, which differs in {differing}; "
                    "give the same settings to resume it, or another directory"
                )
            return
        foreign = sorted(entry.name for entry in self.path.iterdir() if entry.name not in {LOCK, _temporary(RUN)})
        if foreign:
            raise RunError(f"{self.path} is not empty and holds no {RUN} (found {foreign[0]}); give another directory")
        replace(self.path / RUN, json.dumps(self._manifest, indent=2) + "\n")

    def _recover(self) -> None:
        path = self.path / RECORDS
        if not path.exists():
            return
        lines = _read_lines(path)
        done = {line.key for line in lines if isinstance(line, Cell) and line.scored}
        self._lines = [line for line in lines if (line.key if isinstance(line, Cell) else line.cell) in done]
        text = "".join(to_line(line) for line in self._lines)
        if text.encode("ascii") != path.read_bytes():
            replace(path, text)


def read_run(path: str | os.PathLike[str]) -> tuple[Manifest, list[Line]]:
    """The manifest and the whole cells of a run, finished or not; takes no lock and changes nothing.

    Raises:
        RunError: the folder is not a run, or is damaged.
    """
    folder = Path(path)
    manifest = _read_manifest(folder)
    lines = _read_lines(folder / RECORDS) if (folder / RECORDS).exists() else []
    done = {line.key for line in lines if isinstance(line, Cell)}
    return manifest, [line for line in lines if isinstance(line, Cell) or line.cell in done]


def records(lines: Iterable[Line]) -> list[Record]:
    """The candidates among the lines, sorted by arm, koan, repeat, attempt and sample."""
    found = [line for line in lines if isinstance(line, Record)]
    return sorted(found, key=lambda record: (*record.cell, record.attempt, record.sample))


def replace(path: Path, text: str) -> None:
    """Writes a whole file; a reader sees the old text or the new one, never a part."""
    partial = path.with_name(_temporary(path.name))
    with partial.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def _read_manifest(folder: Path) -> Manifest:
    try:
        manifest: Any = json.loads((folder / RUN).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RunError(f"{folder} is not a run directory: it holds no {RUN}") from None
    except (OSError, ValueError) as error:
        raise RunError(f"{folder / RUN} cannot be read ({error}); give another directory") from error
    if not isinstance(manifest, dict) or cast("Manifest", manifest).get("format") != FORMAT:
        raise RunError(f"{folder / RUN} is of another version of share_rs; expected format {FORMAT}")
    return cast("Manifest", manifest)


def _read_lines(path: Path) -> list[Line]:
    """The lines; a last one that a killed process left torn is left out."""
    raw = path.read_bytes().split(b"\n")
    complete = raw[:-1]
    lines: list[Line] = []
    for number, text in enumerate(complete, start=1):
        line = _parsed(text)
        if line is not None:
            lines.append(line)
        elif number < len(complete):
            raise RunError(f"{path}, line {number}, is damaged; give another directory")
    return lines


def _parsed(text: bytes) -> Line | None:
    try:
        return from_line(text.decode("ascii"))
    except ValueError:
        return None


def locked(path: Path) -> IO[bytes]:
    """The open lock file of a run; closing it releases the run.

    Raises:
        RunError: another process holds it.
    """
    import fcntl  # noqa: PLC0415 - not on every system, and reading a run needs none of it

    file = path.open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise RunError(f"another process writes the run directory {path.parent}; wait for it, or stop it") from None
    return file


def _temporary(name: str) -> str:
    return f".{name}.partial"
