"""What `cargo fix` would do: rustc's machine-applicable suggestions, applied until there are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs._native import machine_applicable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from share_rs.repair.protocol import Task
    from share_rs.sandbox import Sandbox

ROUNDS = 4
"""rustfix's own limit of rounds (its `fix` loop in cargo): each may uncover the next error."""


class Rustfix:
    """Applies every machine-applicable suggestion, compiles, and goes on with what rustc says then."""

    name = "rustfix"
    control = False

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def propose(self, tasks: Sequence[Task]) -> list[list[str]]:
        """Gives each task its program after all fixes, where there were any, whether it then compiles or not."""
        fixed: dict[int, str] = {}
        pending = {index: (task.source, task.diagnostics) for index, task in enumerate(tasks) if not task.attempts}
        for _ in range(ROUNDS):
            changed: dict[int, str] = {}
            for index, (source, diagnostics) in pending.items():
                applied = machine_applicable(diagnostics, source)
                if applied is not None and applied != source:
                    changed[index] = applied
            fixed.update(changed)
            if not changed:
                break
            checks = self._sandbox.check(
                [
                    (source, tasks[index].edition, tasks[index].allow_unsafe, tasks[index].externs)
                    for index, source in changed.items()
                ]
            )
            pending = {
                index: (changed[index], verdict.diagnostics)
                for index, verdict in zip(changed, checks, strict=True)
                if verdict.outcome == "compile_error"
            }
        return [[fixed[index]] if index in fixed else [] for index in range(len(tasks))]
