"""One arm on its cells, round by round: propose, judge, write, and hand the feedback to the next round."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from share_rs._native import PatternTable, render
from share_rs.errors import ShareError
from share_rs.evaluation.record import Cell, Record, source_hash
from share_rs.evaluation.run_directory import RunDirectory
from share_rs.repair.protocol import Attempt, Proposal, Task

if TYPE_CHECKING:
    from share_rs._native import Koan, Verdict
    from share_rs.repair.protocol import Solver


class Verdicts(Protocol):
    """Index and verdict of each candidate, as they come; closing it stops the rest."""

    def __iter__(self) -> "Iterator[tuple[int, Verdict]]":
        """The iterator."""
        ...

    def close(self) -> None:
        """Stops the rest."""
        ...


class Judge(Protocol):
    """The part of `share_rs.sandbox.Sandbox` that a run needs."""

    def start(self) -> None:
        """Finds the toolchain and the jail, so that the next two are known."""
        ...

    @property
    def toolchain(self) -> dict[str, str]:
        """The version lines of rustc."""
        ...

    @property
    def jail(self) -> str:
        """The layers in force."""
        ...

    def judge(self, candidates: "Sequence[tuple[Koan, bytes, int]]") -> Verdicts:
        """Index and verdict of each (koan, candidate, seed), as they come."""
        ...


@dataclass(frozen=True)
class Diagnosis:
    """What the compiler says about a broken program."""

    verdict: "Verdict"
    rendered: str
    pattern: str | None


@dataclass(frozen=True)
class Candidate:
    """A program, and how it was made."""

    source: str
    made: Proposal


@dataclass
class Work:
    """A cell under way: one koan in one repeat."""

    koan: "Koan"
    repeat: int
    seed: int
    diagnosis: Diagnosis
    attempts: list[Attempt] = field(default_factory=list[Attempt])
    candidates: int = 0
    pending: int = 0
    passed: bool = False
    infra: bool = False
    note: str = ""

    def task(self) -> Task:
        """The cell as the solver sees it: no probe, no reference."""
        return Task(
            koan=self.koan.id,
            family=self.koan.family,
            source=self.koan.broken,
            edition=self.koan.edition,
            allow_unsafe=self.koan.allow_unsafe,
            diagnostics=self.diagnosis.verdict.diagnostics,
            rendered=self.diagnosis.rendered,
            pattern=self.diagnosis.pattern,
            attempts=tuple(self.attempts),
            seed=self.seed,
            externs=tuple(self.koan.externs),
        )

    def fresh(self, proposals: "Iterable[str | Proposal]") -> list[Candidate]:
        """The programs that this cell has not judged yet, each once: a verdict does not change by asking again."""
        tried = {attempt.source for attempt in self.attempts}
        found: dict[str, Candidate] = {}
        for one in proposals:
            made = Proposal(one) if isinstance(one, str) else one
            if made.source is None:
                self.note = made.note
            elif made.source not in tried:
                found.setdefault(made.source, Candidate(made.source, made))
        return list(found.values())


def diagnose(koans: "Sequence[Koan]", seed: int, judge: Judge) -> dict[str, Diagnosis]:
    """Koan id to what the compiler says about its broken program."""
    table = PatternTable()
    diagnoses: dict[str, Diagnosis] = {}
    with closing(judge.judge([(koan, _bytes(koan.broken), seed) for koan in koans])) as verdicts:
        for index, verdict in verdicts:
            koan = koans[index]
            pattern = table.classify(verdict.diagnostics).pattern
            diagnoses[koan.id] = Diagnosis(verdict, _rendered(verdict, koan.broken), pattern)
    return diagnoses


@dataclass(frozen=True)
class Rounds:
    """How one arm is played: at most `limit` rounds, each verdict a line of `run`, `closed` called after each cell."""

    solver: "Solver"
    limit: int
    judge: Judge
    run: RunDirectory
    closed: Callable[[], None]

    def play(self, work: Sequence[Work]) -> None:
        """Brings every cell to its end.

        Raises:
            ShareError: the solver did not answer with one list per task.
        """
        cells = [cell for cell in work if self._diagnosed(cell)]
        for attempt in range(1, self.limit + 1):
            if not cells:
                return
            proposals = self.solver.propose([cell.task() for cell in cells])
            if len(proposals) != len(cells):
                raise ShareError(
                    f"the solver {self.solver.name} broke its protocol: expected {len(cells)} lists of candidates, "
                    f"one per task, got {len(proposals)}"
                )
            batch: list[tuple[Work, int, Candidate]] = []
            for cell, proposed in zip(cells, proposals, strict=True):
                fresh = cell.fresh(proposed)
                batch.extend((cell, sample, candidate) for sample, candidate in enumerate(fresh))
                cell.pending = len(fresh)
                if not fresh:
                    self._close(cell, attempt - 1)
            self._judge(batch, attempt)
            going_on = {id(cell) for cell, _, _ in batch if not cell.passed}
            cells = [cell for cell in cells if id(cell) in going_on]

    def _diagnosed(self, cell: Work) -> bool:
        """Closes a cell whose broken program got no verdict: a solver cannot be asked, so nothing is scored."""
        verdict = cell.diagnosis.verdict
        if verdict.outcome != "infra_error":
            return True
        broken = Candidate(cell.koan.broken, Proposal(cell.koan.broken))
        self.run.append(_record(self.solver.name, cell, broken, verdict, attempt=0, sample=0))
        cell.infra = True
        cell.candidates = 1
        self._close(cell, 0)
        return False

    def _judge(self, batch: list[tuple[Work, int, Candidate]], attempt: int) -> None:
        programs = [(cell.koan, _bytes(candidate.source), cell.seed) for cell, _, candidate in batch]
        found: dict[int, Verdict] = {}
        with closing(self.judge.judge(programs)) as verdicts:
            for index, verdict in verdicts:
                cell, sample, candidate = batch[index]
                found[index] = verdict
                self.run.append(_record(self.solver.name, cell, candidate, verdict, attempt=attempt, sample=sample))
                cell.passed |= verdict.passed
                cell.infra |= verdict.outcome == "infra_error"
                cell.candidates += 1
                cell.pending -= 1
                if cell.pending == 0 and (cell.passed or attempt == self.limit):
                    self._close(cell, attempt)
        # Verdicts come in any order; the feedback keeps the solver's.
        for index, (cell, _, candidate) in enumerate(batch):
            verdict = found[index]
            feedback = _rendered(verdict, candidate.source) or verdict.detail
            cell.attempts.append(Attempt(source=candidate.source, outcome=verdict.outcome, feedback=feedback))

    def _close(self, cell: Work, attempts: int) -> None:
        self.run.append(
            Cell(
                arm=self.solver.name,
                koan=cell.koan.id,
                family=cell.koan.family,
                repeat=cell.repeat,
                passed=cell.passed,
                scored=cell.passed or not cell.infra,
                attempts=attempts,
                candidates=cell.candidates,
                note=cell.note,
            )
        )
        self.closed()


def _record(arm: str, cell: Work, candidate: Candidate, verdict: "Verdict", *, attempt: int, sample: int) -> Record:
    source = candidate.source
    return Record(
        arm=arm,
        koan=cell.koan.id,
        family=cell.koan.family,
        repeat=cell.repeat,
        attempt=attempt,
        sample=sample,
        seed=cell.seed,
        outcome=verdict.outcome,
        passed=verdict.passed,
        stage=verdict.stage,
        codes=list(verdict.codes),
        detail=verdict.detail,
        source_hash=source_hash(source),
        source=source,
        diagnostics=_rendered(verdict, source),
        cpu_seconds=verdict.cpu_seconds,
        cached=verdict.cached,
        key=verdict.key,
        toolchain=verdict.toolchain,
        jail=verdict.jail,
        skill=candidate.made.skill,
        subspace=candidate.made.subspace,
        cut=candidate.made.cut,
    )


def _rendered(verdict: "Verdict", source: str) -> str:
    # A lone surrogate is no text for the binary; the spans stay right, for it is three bytes either way.
    return render(verdict.diagnostics, source.encode("utf-8", "surrogatepass").decode("utf-8", "replace"))


def _bytes(source: str) -> bytes:
    """A lone surrogate, which a model's decoder may give, is judged as the bytes that it stands for."""
    return source.encode("utf-8", "surrogatepass")
