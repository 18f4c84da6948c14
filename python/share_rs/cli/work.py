"""Where a fit keeps its finished layers: beside its output, until the output is whole."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from share_rs.errors import ShareError

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path


@contextmanager
def work_folder(out: Path) -> Generator[Path]:
    """`.NAME.fit` beside `out`: gone after success and after an error, kept by a process that is stopped or killed."""
    target = out.resolve()
    folder = target.with_name(f".{target.name}.fit")
    made = [parent for parent in folder.parents if not parent.exists()]
    try:
        yield folder
    except (ShareError, OSError):
        _remove(folder, made)
        raise
    _remove(folder, [])


def _remove(folder: Path, made: list[Path]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    for parent in made:
        if parent.exists() and not any(parent.iterdir()):
            parent.rmdir()
