"""The programs that must score zero, each kind an arm of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from share_rs._native import Koan
    from share_rs.repair.protocol import Task


class Cheat:
    """Proposes every program of one kind, all at once: one that passed would count."""

    control = True

    def __init__(self, kind: str, programs: dict[str, list[str]]) -> None:
        self.name = f"cheat:{kind}"
        self._programs = programs

    def propose(self, tasks: Sequence[Task]) -> list[list[str]]:
        """Gives each task all programs of this kind that were made for its koan."""
        return [[] if task.attempts else self._programs.get(task.koan, []) for task in tasks]


def cheats(koans: Sequence[Koan]) -> list[Cheat]:
    """One solver for each kind of cheat that any of the koans has, in the gate's order."""
    kinds: dict[str, dict[str, list[str]]] = {}
    for koan in koans:
        for kind, programs in koan.cheats().items():
            kinds.setdefault(kind, {})[koan.id] = programs
    return [Cheat(kind, programs) for kind, programs in kinds.items()]
