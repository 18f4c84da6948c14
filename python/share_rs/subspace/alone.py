"""One process at a time in a folder: what another one is doing there is waited for.

The lock is the kernel's, on the folder itself: no file of it is left, and it ends with the process.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path


@contextmanager
def alone(folder: Path) -> Generator[None]:
    """Held by whoever reads a subspace, changes it and writes it back, so that no skill of another's change is lost.

    Args:
        folder: one that is there, or nothing is held. Asking for it again inside waits for ever.

    Raises:
        OSError: the folder cannot be opened.
    """
    if not folder.is_dir():
        yield
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        # A file system without locks, such as some over a network, goes without.
        with suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
