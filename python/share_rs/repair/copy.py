"""The arm that changes nothing: what any other must beat."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from share_rs.repair.protocol import Task


class Copy:
    """Proposes the broken program as it stands, once."""

    name = "copy"
    control = False

    def propose(self, tasks: Sequence[Task]) -> list[list[str]]:
        """The task's own program in the first round, nothing after it."""
        return [[] if task.attempts else [task.source] for task in tasks]
