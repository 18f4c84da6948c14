"""Search over rustc's suggestions, of any applicability: what the compiler knows without a model."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from share_rs._native import apply_edits, suggestions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from share_rs._native import Diagnostic
    from share_rs.repair.protocol import Task
    from share_rs.sandbox import Sandbox

DEPTH = 3
"""Edits on the way to one program."""
CHECKS = 120
"""Programs compiled for one task: the searches of the bundled koans end far below it, a hostile source's does not."""


@dataclass
class _Search:
    task: Task
    frontier: list[tuple[str, list[Diagnostic]]]
    seen: set[str]
    compiling: list[str] = field(default_factory=list[str])
    checks: int = 0

    def step(self) -> list[str]:
        """The programs one edit beyond the frontier that were not seen before, in rustc's order."""
        found: list[str] = []
        for source, diagnostics in self.frontier:
            for edits in suggestions(diagnostics, source):
                try:
                    program = apply_edits(source, edits)
                except ValueError:
                    continue
                if program not in self.seen and self.checks + len(found) < CHECKS:
                    self.seen.add(program)
                    found.append(program)
        self.checks += len(found)
        return found


class Suggestions:
    """Breadth first, fewest edits first; proposes the programs that compile, one in each round."""

    name = "suggestions"
    control = False

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self.checks: dict[str, int] = {}
        """Programs compiled for each koan in the last call of `propose`."""

    def propose(self, tasks: Sequence[Task]) -> list[list[str]]:
        """Gives each task the first compiling program that is not among its attempts."""
        searches = [_Search(task, [(task.source, task.diagnostics)], {task.source}) for task in tasks]
        tried = [{attempt.source for attempt in task.attempts} for task in tasks]
        open_searches = list(range(len(tasks)))
        for _ in range(DEPTH):
            programs = {index: searches[index].step() for index in open_searches}
            batch = [
                (program, tasks[index].edition, tasks[index].allow_unsafe, tasks[index].externs)
                for index, found in programs.items()
                for program in found
            ]
            verdicts = iter(self._sandbox.check(batch))
            for index, found in programs.items():
                search = searches[index]
                search.frontier = []
                for program in found:
                    verdict = next(verdicts)
                    if verdict.outcome == "compiles":
                        search.compiling.append(program)
                    elif verdict.outcome == "compile_error":
                        search.frontier.append((program, verdict.diagnostics))
            open_searches = [
                index
                for index in open_searches
                if searches[index].frontier and not set(searches[index].compiling) - tried[index]
            ]
        self.checks = {search.task.koan: search.checks for search in searches}
        proposals: list[list[str]] = []
        for search, sources in zip(searches, tried, strict=True):
            new = [program for program in search.compiling if program not in sources]
            proposals.append(new[:1])
        return proposals
