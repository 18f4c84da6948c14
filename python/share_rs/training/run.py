"""A training run on disk: run.json first, log.jsonl appended, checkpoints while it goes on, the result renamed into place."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from stat import S_IMODE
from typing import IO, TYPE_CHECKING, Any, cast, final

from share_rs.errors import RunError
from share_rs.evaluation.manifest import difference
from share_rs.evaluation.run_directory import LOCK, RUN, locked, replace

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping
    from types import TracebackType

FORMAT = 1
LOG = "log.jsonl"
CHECKPOINTS = "checkpoints"
_STATE = "trainer_state.json"
"""What transformers' Trainer writes last into a checkpoint."""


@final
class TrainingRun:
    """A run that one process writes; a context manager that holds the directory's lock.

    Opening it again with an equal manifest resumes it.

    Raises:
        RunError: another process trains here, the folder is no training run or is damaged, or it is the run of another
            manifest (the message names the differing setting).
    """

    def __init__(self, path: str | os.PathLike[str], manifest: Mapping[str, Any]) -> None:
        self.path = Path(path)
        self._manifest: dict[str, Any] = {"format": FORMAT, "kind": "train", **manifest}
        self._lock: IO[bytes] | None = None

    def __enter__(self) -> TrainingRun:
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._lock = locked(self.path / LOCK)
            self._claim()
        except OSError as error:
            self._close()
            raise RunError(f"cannot write the run directory {self.path}: {error.strerror}") from error
        except RunError:
            self._close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    @property
    def result(self) -> Path:
        """Where the trained skill is, once it is: a folder of its name."""
        return self.path / str(self._manifest["settings"]["name"])

    @property
    def checkpoints(self) -> Path:
        """Where the trainer keeps what a killed run resumes from."""
        return self.path / CHECKPOINTS

    def checkpoint(self) -> tuple[int, Path] | None:
        """Step and folder of the last checkpoint that is whole; None where the run starts from nothing."""
        steps = ((_step(folder), folder) for folder in self.checkpoints.glob("checkpoint-*"))
        return max(((step, folder) for step, folder in steps if step is not None), default=None)

    def append(self, **event: object) -> None:
        """Adds one line to the log."""
        with (self.path / LOG).open("a", encoding="ascii", newline="\n") as file:
            file.write(json.dumps(event, separators=(",", ":")) + "\n")

    def events(self) -> list[dict[str, Any]]:
        """The lines of the log; a last one that a killed process left torn is left out."""
        return read_log(self.path)

    def rewind(self, step: int) -> None:
        """Cuts the log back to what was known at `step`: the steps after it are made again."""
        if (self.path / LOG).exists():
            kept = [event for event in self.events() if event.get("step", 0) <= step]
            replace(self.path / LOG, "".join(json.dumps(event, separators=(",", ":")) + "\n" for event in kept))

    def publish(self, save: Callable[[Path], None]) -> Path:
        """Lets `save` fill a folder, and makes it the result in one step; then the checkpoints are removed."""
        partial = self.path / f".{self.result.name}.partial"
        shutil.rmtree(partial, ignore_errors=True)
        save(partial)
        self._readable(partial)
        partial.rename(self.result)
        shutil.rmtree(self.checkpoints, ignore_errors=True)
        return self.result

    def _readable(self, folder: Path) -> None:
        """For whom the umask lets read a new file: safetensors, by which PEFT saves, gives its files a mode of 0600."""
        probe = self.path / f".{self.result.name}.mode"
        probe.touch()
        mode = S_IMODE(probe.stat().st_mode)
        probe.unlink()
        for path in folder.rglob("*"):
            if path.is_file():
                path.chmod(mode)

    def _claim(self) -> None:
        if not (self.path / RUN).exists():
            ours = {LOCK, f".{RUN}.partial"}
            foreign = sorted(entry.name for entry in self.path.iterdir() if entry.name not in ours)
            if foreign:
                raise RunError(
                    f"{self.path} is not empty and holds no {RUN} (found {foreign[0]}); give another directory"
                )
            replace(self.path / RUN, json.dumps(self._manifest, indent=2) + "\n")
            return
        differing = difference(read_manifest(self.path), self._manifest)
        if differing is not None:
            raise RunError(
                f"{self.path} holds another run, which differs in {differing}; "
                "give the same settings to resume it, or another directory"
            )

    def _close(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None


def read_manifest(folder: str | os.PathLike[str]) -> dict[str, Any]:
    """What run.json of a training run holds.

    Raises:
        RunError: the folder is no training run.
    """
    path = Path(folder) / RUN
    try:
        manifest: Any = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RunError(f"{folder} is not a run directory: it holds no {RUN}") from None
    except (OSError, ValueError, RecursionError) as error:
        raise RunError(f"{path} cannot be read ({error}); give another directory") from error
    if not isinstance(manifest, dict) or cast("dict[str, Any]", manifest).get("kind") != "train":
        raise RunError(f"{path} is not of a training run; give another directory")
    if (found := cast("dict[str, Any]", manifest).get("format")) != FORMAT:
        raise RunError(f"{path} is of another version of share_rs; expected format {FORMAT}, got {found}")
    settings: Any = cast("dict[str, Any]", manifest).get("settings")
    for name in ("name", "method"):
        value: object = cast("dict[str, Any]", settings).get(name) if isinstance(settings, dict) else settings
        if not isinstance(value, str):
            raise RunError(f"{path}: settings.{name}: expected a string, got {value!r}; give another directory")
    return cast("dict[str, Any]", manifest)


def read_log(folder: str | os.PathLike[str]) -> list[dict[str, Any]]:
    """The events of a training run in their order; a last line that a killed process left torn is left out.

    Raises:
        RunError: a line before the last is damaged.
    """
    path = Path(folder) / LOG
    lines = path.read_bytes().split(b"\n") if path.exists() else []
    return [_event(path, number, line) for number, line in enumerate(lines[:-1], start=1)]


def _event(path: Path, number: int, line: bytes) -> dict[str, Any]:
    try:
        event: Any = json.loads(line)
    except (ValueError, RecursionError):
        event = None
    if not isinstance(event, dict) or not isinstance(cast("dict[str, Any]", event).get("event"), str):
        raise RunError(f"{path}, line {number}, is damaged; give another directory")
    return cast("dict[str, Any]", event)


def _step(checkpoint: Path) -> int | None:
    """The step of a checkpoint; None where the process was killed while it was written."""
    try:
        state: Any = json.loads((checkpoint / _STATE).read_text(encoding="utf-8"))
        return int(state["global_step"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
