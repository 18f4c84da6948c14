"""What a solver is asked and what it answers; solvers with and without a model share it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from share_rs._native import Diagnostic


@dataclass(frozen=True)
class Attempt:
    """An earlier try at the same task."""

    source: str
    outcome: str
    feedback: str
    """The compiler's errors as text, or one sentence on how the program fared; free of any byte of the probes."""


@dataclass(frozen=True)
class Task:
    """One broken program with what rustc says of it, in one repeat of one arm."""

    koan: str
    family: str
    source: str
    edition: str
    allow_unsafe: bool
    diagnostics: list[Diagnostic]
    rendered: str
    """The diagnostics as text, free of paths and of anything else that varies."""
    pattern: str | None
    """What the router makes of the diagnostics; None where it abstains."""
    attempts: tuple[Attempt, ...]
    seed: int
    externs: tuple[str, ...] = ()
    """The crates that the program may use."""


@dataclass(frozen=True)
class Proposal:
    """A candidate with what is known of its making."""

    source: str | None
    """None where nothing is proposed; `note` then says why."""
    skill: str | None = None
    """The skill that was active in the model, as its layers told; None for a base model alone, or no model."""
    subspace: str | None = None
    """The hash of the shared bases that were attached to the model."""
    cut: bool = False
    """Whether the answer was as long as it might be, and not at its end."""
    note: str = ""


class Solver(Protocol):
    """Whatever proposes repairs, one arm of an evaluation."""

    @property
    def name(self) -> str:
        """The arm: `copy`, `cheat:todo_bodies`, `rustfix`, `suggestions`, ..."""
        ...

    @property
    def control(self) -> bool:
        """Whether the arm tests the bench (the cheats, the reference) and is no contender."""
        ...

    def propose(self, tasks: Sequence[Task]) -> Sequence[Sequence[str | Proposal]]:
        """For each task the candidates of this round, none where the solver has nothing more to try."""
        ...


@runtime_checkable
class UsesModel(Protocol):
    """What a solver with a model tells besides: it is slow, and its answers depend on more than its name."""

    @property
    def at_once(self) -> int:
        """How many tasks it is best asked at a time, so that a run that is killed loses little."""
        ...

    def identity(self) -> dict[str, Any]:
        """What its answers depend on besides the task and the choice of the skill, as plain JSON; no path."""
        ...
