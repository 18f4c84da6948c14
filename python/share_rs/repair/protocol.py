"""What every solver is given, and what it gives back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from share_rs._native import Diagnostic


@dataclass(frozen=True)
class Attempt:
    """An earlier try at a task: the program, its outcome, and the compiler's words about it, free of probes."""

    source: str
    outcome: str
    feedback: str


@dataclass(frozen=True)
class Task:
    """One koan as a solver sees it: neither probes nor reference.

    `attempts` holds the earlier tries in order, and `seed` is what a solver that draws must draw from.
    """

    koan: str
    family: str
    source: str
    edition: str
    allow_unsafe: bool
    diagnostics: list[Diagnostic]
    rendered: str
    pattern: str | None
    attempts: tuple[Attempt, ...]
    seed: int


class Solver(Protocol):
    """An arm of an evaluation.

    `name` is the arm ("copy", "cheat:todo_bodies", "rustfix", "suggestions"); `control` marks cheats and the
    reference, which bound the figures and do not contend for them.
    """

    @property
    def name(self) -> str:
        """The arm's name, unique in one evaluation."""
        ...

    @property
    def control(self) -> bool:
        """Whether the arm is a control."""
        ...

    def propose(self, tasks: Sequence[Task]) -> list[list[str]]:
        """Gives, per task, the candidates of this round in the order they are to be judged; none where it gives up."""
        ...
