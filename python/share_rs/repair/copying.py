"""The floor: hands the broken program back."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from share_rs.repair.protocol import Task


class Copy:
    """Proposes the input unchanged, once."""

    name = "copy"
    control = False

    def propose(self, tasks: Sequence[Task]) -> list[list[str]]:
        """Gives back each task's own source."""
        return [[] if task.attempts else [task.source] for task in tasks]
