"""Where a fit keeps its finished layers: beside its output, until the output is whole."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from share_rs.errors import ShareError, SubspaceError

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path


@contextmanager
def work_folder(out: Path) -> Generator[Path]:
    """`.NAME.fit` beside `out`: gone after success and after an error, kept by a process that is stopped or killed.

    Of two fits of one output the second waits for the first, and then does what it was asked.

    Raises:
        SubspaceError: the folder cannot be made.
    """
    target = out.resolve()
    folder = target.with_name(f".{target.name}.fit")
    made = [parent for parent in folder.parents if not parent.exists()]
    with _held(folder):
        try:
            yield folder
        except (ShareError, OSError):
            _remove(folder, made)
            raise
        _remove(folder, [])


@contextmanager
def _held(folder: Path) -> Generator[None]:
    """Held by one process at a time; who waited finds that the folder was removed, and makes it again."""
    from share_rs.subspace.alone import alone  # noqa: PLC0415 - its package brings torch

    while True:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            before = folder.stat().st_ino
        except OSError as error:
            raise SubspaceError(
                f"{folder}: expected a folder for finished layers, it cannot be made: {error.strerror}"
            ) from error
        with alone(folder) as held:
            if held and folder.is_dir() and folder.stat().st_ino == before:
                yield
                return


def _remove(folder: Path, made: list[Path]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    for parent in made:
        if parent.exists() and not any(parent.iterdir()):
            parent.rmdir()
