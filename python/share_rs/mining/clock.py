"""How long a run that may be continued has taken, and when it is over."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from share_rs.mining.progress import Progress


class Clock:
    """The seconds of this run, on top of those of the runs before it."""

    def __init__(self, progress: Progress, minutes: float | None) -> None:
        self._progress = progress
        self._before = progress.seconds
        self._started = time.monotonic()
        self._most = None if minutes is None else 60 * minutes

    def over(self) -> bool:
        """Whether the minutes are used up."""
        return self._most is not None and time.monotonic() - self._started >= self._most

    def stamp(self) -> None:
        """Writes the time into the progress."""
        self._progress.seconds = round(self._before + time.monotonic() - self._started, 1)
