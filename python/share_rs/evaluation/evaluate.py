"""The main loop: each arm proposes in rounds, the sandbox judges, every verdict is a line on disk."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from os import PathLike
from typing import TYPE_CHECKING

from share_rs.errors import ShareError
from share_rs.evaluation.manifest import describe
from share_rs.evaluation.report import report_available, write_report
from share_rs.evaluation.rounds import Judge, Rounds, Work, diagnose
from share_rs.evaluation.run_directory import RunDirectory
from share_rs.evaluation.settings import EvaluationSettings
from share_rs.evaluation.summary import Summary, summarise
from share_rs.repair.protocol import UsesModel

if TYPE_CHECKING:
    from share_rs._native import Koan
    from share_rs.repair.protocol import Solver

Progress = Callable[[int, int], None]
"""Called with the cells that are done and with their number in all."""


def evaluate(  # noqa: PLR0917 - settings, arms, koans, where: in the order in which they are read aloud
    settings: EvaluationSettings,
    solvers: "Sequence[Solver]",
    koans: "Sequence[Koan]",
    sandbox: Judge,
    directory: str | PathLike[str],
    progress: Progress | None = None,
    *,
    report: bool | None = None,
) -> Summary:
    """Runs every solver on every koan in every repeat, and writes the run to `directory`.

    A killed run is resumed by the same call. A solver that proposes nothing new, or a candidate that passes, ends a
    cell. A cell without a pass in which the sandbox itself failed (`infra_error`) is not scored, and tried again when
    the run is resumed.

    Args:
        settings: What is asked; part of the run's identity.
        solvers: The arms, in the order of the table; their names are distinct.
        koans: The koans; their ids are distinct.
        sandbox: What judges; it is started where it is not yet.
        directory: An empty or new folder, or that of the same run.
        progress: Called after each cell.
        report: Whether report.html is written; by default where its libraries are installed.

    Returns:
        The figures that summary.json holds.

    Raises:
        RunError: `directory` is in use, or is not this run's.
        ShareError: a report is asked for and its libraries are missing, names repeat, or a solver breaks its protocol.
        ValueError: the baseline takes no part.
        ToolchainError, JailError: the sandbox cannot start.
    """
    _distinct("arm", [solver.name for solver in solvers])
    _distinct("koan", [koan.id for koan in koans])
    if report:
        report_available(required=True)
    resolved = settings.resolved([solver.name for solver in solvers])
    sandbox.start()
    manifest = describe(resolved, solvers, koans, toolchain=sandbox.toolchain, jail=sandbox.jail)
    with RunDirectory(directory, manifest) as run:
        done = run.done
        count = _Count(len(done), len(solvers) * len(koans) * resolved.repeats, progress)
        diagnoses = diagnose(koans, resolved.seed, sandbox) if count.done < count.total else {}
        for solver in solvers:
            work = [
                Work(koan, repeat, seed, diagnoses[koan.id])
                for koan in koans
                for repeat, seed in enumerate(resolved.seeds())
                if (solver.name, koan.id, repeat) not in done
            ]
            rounds = Rounds(solver, resolved.attempts, sandbox, run, count.one_more)
            size = solver.at_once if isinstance(solver, UsesModel) else len(work)
            for start in range(0, len(work), size or 1):
                rounds.play(work[start : start + size])
        summary = summarise(manifest, run.lines)
        run.write("summary.json", json.dumps(summary.to_dict(), indent=2) + "\n")
        if report or (report is None and report_available()):
            write_report(run.path)
    return summary


class _Count:
    """Tells the progress of a run."""

    def __init__(self, done: int, total: int, progress: Progress | None) -> None:
        self.done = done
        self.total = total
        self._progress = progress
        self._tell()

    def one_more(self) -> None:
        self.done += 1
        self._tell()

    def _tell(self) -> None:
        if self._progress is not None:
            self._progress(self.done, self.total)


def _distinct(what: str, names: list[str]) -> None:
    repeated = sorted(name for name, count in Counter(names).items() if count > 1)
    if repeated:
        raise ShareError(f"expected distinct names, got the {what} {repeated[0]!r} more than once")
    if not names:
        raise ShareError(f"expected at least one {what}, got none")
