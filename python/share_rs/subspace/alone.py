"""One process at a time in a folder: what another one is doing there is waited for.

The lock is the kernel's, on the folder itself: no file of it is left, and it ends with the process.
"""

from __future__ import annotations

import fcntl
import logging
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

_log = logging.getLogger(__name__)


@contextmanager
def alone(folder: Path) -> Generator[bool]:
    """Held by whoever reads a subspace, changes it and writes it back, so that no skill of another's change is lost.

    A warning of this module's logger tells that another process is waited for.

    Args:
        folder: one that is there, or nothing is held. Asking for it again inside waits for ever.

    Yields:
        Whether there was a folder.

    Raises:
        OSError: the folder cannot be opened.
    """
    if not folder.is_dir():
        yield False
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        _wait(handle, folder)
        yield True
    finally:
        os.close(handle)


def _wait(handle: int, folder: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        _log.warning("%s: waiting for another process that is at work there", folder)
        fcntl.flock(handle, fcntl.LOCK_EX)
    except OSError as error:
        # Some file systems over a network have no locks.
        _log.warning("%s: not locked (%s): let no other process change it meanwhile", folder, error.strerror)
