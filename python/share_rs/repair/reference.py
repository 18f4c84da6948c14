"""The ceiling: the koan's own repair, to show that the bench can be passed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from share_rs._native import Koan
    from share_rs.repair.protocol import Task


class Reference:
    """Proposes `fixed.rs`, which no contender may read."""

    name = "reference"
    control = True

    def __init__(self, koans: Iterable[Koan]) -> None:
        self._fixed = {koan.id: koan.fixed for koan in koans}

    def propose(self, tasks: Sequence[Task]) -> list[list[str]]:
        """Gives each task its reference, once."""
        return [[] if task.attempts else [self._fixed[task.koan]] for task in tasks]
