"""The main loop with a judge that needs no compiler."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from share_rs.errors import RunError, ShareError
from share_rs.evaluation import EvaluationSettings, Summary, evaluate
from share_rs.evaluation.record import Cell, Record
from share_rs.evaluation.run_directory import read_run
from share_rs.repair.protocol import Proposal, Task

SETTINGS = EvaluationSettings(attempts=3)


@dataclass(frozen=True)
class FakeKoan:
    id: str
    family: str = "bc"
    title: str = "title"
    edition: str = "2024"
    allow_unsafe: bool = False
    externs: tuple[str, ...] = ()
    broken: str = "broken"
    content_hash: str = "c" * 64


@dataclass(frozen=True)
class FakeVerdict:
    outcome: str
    stage: str | None = None
    codes: tuple[str, ...] = ()
    diagnostics: tuple[Any, ...] = ()
    detail: str = "detail"
    cpu_seconds: float = 0.0
    cached: bool = False
    key: str = "k"
    toolchain: str = "rustc"
    jail: str = "jail"

    @property
    def passed(self) -> bool:
        return self.outcome == "pass"


@dataclass
class FakeJudge:
    """Takes the candidate's text for its outcome; stops like a kill after `budget` verdicts."""

    budget: int = 1_000
    seen: list[tuple[str, str, int]] = field(default_factory=list[tuple[str, str, int]])
    toolchain: dict[str, str] = field(default_factory=lambda: {"release": "1.90.0"})
    jail: str = "jail"

    def start(self) -> None:
        pass

    def judge(self, candidates: Sequence[tuple[Any, bytes, int]]) -> Any:  # noqa: ANN401 - stands for the binding's
        return Stream(self, candidates)


@dataclass
class Stream:
    judge: FakeJudge
    candidates: Sequence[tuple[Any, bytes, int]]

    def __iter__(self) -> Iterator[tuple[int, FakeVerdict]]:
        for index, (koan, source, seed) in reversed(list(enumerate(self.candidates))):
            if self.judge.budget == 0:
                raise KeyboardInterrupt
            self.judge.budget -= 1
            text = source.decode("utf-8", "surrogatepass")
            self.judge.seen.append((koan.id, text, seed))
            yield index, FakeVerdict("compile_error" if text == "broken" else text.split(":")[0])

    def close(self) -> None:
        pass


@dataclass
class Scripted:
    """Proposes the next list of its script in each round."""

    script: Sequence[Sequence[str | Proposal]]
    name: str = "scripted"
    control: bool = False
    tasks: list[Task] = field(default_factory=list[Task])
    rounds: int = 0

    def propose(self, tasks: Sequence[Task]) -> list[Sequence[str | Proposal]]:
        self.tasks.extend(tasks)
        self.rounds += 1
        return [self.script[self.rounds - 1] if self.rounds <= len(self.script) else [] for _ in tasks]


@dataclass
class Asked(Scripted):
    """As a solver with a model does, tells what it depends on and how many tasks it takes at a time."""

    at_once: int = 1
    of: str = "h"

    def identity(self) -> dict[str, Any]:
        return {"hash": self.of, "generation": {"samples": 1}}


def play(
    directory: Path,
    script: Sequence[Sequence[str | Proposal]],
    *,
    judge: FakeJudge | None = None,
    settings: EvaluationSettings = SETTINGS,
) -> tuple[Summary, Scripted]:
    solver = Scripted(script)
    koans: Any = [FakeKoan("bc_001"), FakeKoan("bc_002")]
    return evaluate(settings, [solver], koans, judge or FakeJudge(), directory, report=False), solver


def outcomes(directory: Path) -> list[str]:
    lines = read_run(directory)[1]
    return [line.outcome for line in lines if isinstance(line, Record) and line.koan == "bc_001"]


def test_a_pass_ends_a_cell(tmp_path: Path) -> None:
    summary, _ = play(tmp_path, [["test_fail"], ["pass"], ["panic"]])
    assert outcomes(tmp_path) == ["test_fail", "pass"]
    assert summary.arms["scripted"].solved == ["bc_001", "bc_002"]


def test_a_solver_that_proposes_nothing_or_only_what_was_tried_ends_a_cell(tmp_path: Path) -> None:
    play(tmp_path / "nothing", [["test_fail"], []])
    play(tmp_path / "again", [["test_fail"], ["test_fail", "test_fail"]])
    assert outcomes(tmp_path / "nothing") == outcomes(tmp_path / "again") == ["test_fail"]


def test_rounds_end_at_the_limit_and_each_hears_what_became_of_the_last(tmp_path: Path) -> None:
    _, solver = play(tmp_path, [["panic"], ["panic:2"], ["panic:3"], ["pass"]])
    assert outcomes(tmp_path) == ["panic"] * 3
    last = [task for task in solver.tasks if task.koan == "bc_001"][-1]
    assert [(attempt.source, attempt.outcome, attempt.feedback) for attempt in last.attempts] == [
        ("panic", "panic", "detail"),
        ("panic:2", "panic", "detail"),
    ]


def test_verdicts_in_any_order_reach_the_solver_in_its_own(tmp_path: Path) -> None:
    _, solver = play(tmp_path, [["panic:1", "panic:2"]])
    assert [attempt.source for attempt in solver.tasks[-1].attempts] == ["panic:1", "panic:2"]


def test_repeats_have_seeds_of_their_own(tmp_path: Path) -> None:
    judge = FakeJudge()
    play(tmp_path, [["panic"]], judge=judge, settings=EvaluationSettings(repeats=2, seed=7, attempts=1))
    assert sorted(judge.seen) == [
        ("bc_001", "broken", 7),
        ("bc_001", "panic", 7),
        ("bc_001", "panic", 8),
        ("bc_002", "broken", 7),
        ("bc_002", "panic", 7),
        ("bc_002", "panic", 8),
    ]


@pytest.mark.parametrize("budget", range(2, 10))
def test_a_run_that_was_stopped_anywhere_resumes_to_the_same_lines(tmp_path: Path, budget: int) -> None:
    script = [["panic", "panic:2"], ["panic", "panic:3", "pass"]]
    whole, _ = play(tmp_path / "whole", script)
    stopped = FakeJudge(budget=budget)
    with pytest.raises(KeyboardInterrupt):
        play(tmp_path / "stopped", script, judge=stopped)
    reported = set(map(str, read_run(tmp_path / "stopped")[1]))
    resumed, _ = play(tmp_path / "stopped", script)
    lines = [str(line) for line in read_run(tmp_path / "stopped")[1]]
    assert resumed == whole
    assert sorted(lines) == sorted(str(line) for line in read_run(tmp_path / "whole")[1])
    assert reported <= set(lines)


def test_a_finished_run_asks_nobody_again(tmp_path: Path) -> None:
    first, _ = play(tmp_path, [["pass"]])
    judge = FakeJudge(budget=0)
    second, solver = play(tmp_path, [["panic"]], judge=judge)
    assert second == first
    assert solver.tasks == []


def test_an_infra_error_is_not_scored_and_tried_again(tmp_path: Path) -> None:
    summary, _ = play(tmp_path, [["infra_error"], ["panic"]])
    arm = summary.arms["scripted"]
    assert (arm.passed, arm.total, arm.infra_errors) == (0, 0, 2)
    again, _ = play(tmp_path, [["pass"]])
    assert (again.arms["scripted"].passed, again.infra_errors) == (2, 0)


def test_a_pass_beside_an_infra_error_is_a_pass(tmp_path: Path) -> None:
    summary, _ = play(tmp_path, [["infra_error", "pass"]])
    assert (summary.arms["scripted"].passed, summary.infra_errors) == (2, 2)


def test_a_broken_program_without_a_verdict_asks_no_solver(tmp_path: Path) -> None:
    koans: Any = [FakeKoan("bc_001", broken="infra_error")]
    solver = Scripted([["pass"]])
    summary = evaluate(SETTINGS, [solver], koans, FakeJudge(), tmp_path, report=False)
    assert solver.tasks == []
    assert (summary.arms["scripted"].total, summary.infra_errors) == (0, 1)


def test_a_cell_without_a_candidate_is_a_miss_that_is_scored(tmp_path: Path) -> None:
    summary, _ = play(tmp_path, [])
    assert summary.arms["scripted"].total == 2
    cells = [line for line in read_run(tmp_path)[1] if isinstance(line, Cell)]
    assert [(cell.candidates, cell.attempts) for cell in cells] == [(0, 0), (0, 0)]


def test_a_lone_surrogate_is_a_candidate_like_any_other(tmp_path: Path) -> None:
    play(tmp_path, [["panic:\ud800"]])
    assert outcomes(tmp_path) == ["panic"]


def test_other_settings_are_refused(tmp_path: Path) -> None:
    play(tmp_path, [["pass"]])
    with pytest.raises(RunError, match=r"settings\.seed \(0 in the directory, 1 wanted\)"):
        play(tmp_path, [["pass"]], settings=EvaluationSettings(seed=1))


def test_what_a_solver_or_caller_does_wrong_is_told(tmp_path: Path) -> None:
    koans: Any = [FakeKoan("bc_001")]
    with pytest.raises(ShareError, match="'scripted' more than once"):
        evaluate(SETTINGS, [Scripted([]), Scripted([])], koans, FakeJudge(), tmp_path)
    with pytest.raises(ShareError, match="at least one koan"):
        evaluate(SETTINGS, [Scripted([])], [], FakeJudge(), tmp_path)
    with pytest.raises(ValueError, match="'rustfix' is not an arm"):
        evaluate(EvaluationSettings(baseline="rustfix"), [Scripted([])], koans, FakeJudge(), tmp_path)
    assert not list(tmp_path.iterdir())


def test_the_summary_file_is_the_summary_and_progress_counts_cells(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    koans: Any = [FakeKoan("bc_001"), FakeKoan("bc_002")]

    def tell(done: int, total: int) -> None:
        told.append((done, total))

    summary = evaluate(SETTINGS, [Scripted([["pass"]])], koans, FakeJudge(), tmp_path, tell, report=False)
    assert json.loads((tmp_path / "summary.json").read_text()) == json.loads(json.dumps(summary.to_dict()))
    assert told == [(0, 2), (1, 2), (2, 2)]


def test_what_a_proposal_knows_of_its_making_is_in_its_row(tmp_path: Path) -> None:
    made = Proposal("panic", skill="moves", subspace="b" * 64, cut=True)
    play(tmp_path, [[made, "panic:2"], ["pass"]])
    rows = [line for line in read_run(tmp_path)[1] if isinstance(line, Record) and line.koan == "bc_001"]
    assert {row.source: (row.skill, row.subspace, row.cut) for row in rows} == {
        "panic": ("moves", "b" * 64, True),
        "panic:2": (None, None, False),
        "pass": (None, None, False),
    }


def test_a_proposal_without_a_program_ends_its_cell_and_tells_why(tmp_path: Path) -> None:
    summary, _ = play(tmp_path, [["panic"], [Proposal(None, note="not asked: too long")]])
    assert outcomes(tmp_path) == ["panic"]
    cells = [line for line in read_run(tmp_path)[1] if isinstance(line, Cell)]
    assert [(cell.note, cell.scored, cell.passed) for cell in cells] == [("not asked: too long", True, False)] * 2
    assert summary.arms["scripted"].total == 2


def test_a_slow_solver_is_asked_for_a_few_cells_at_a_time_so_that_a_kill_loses_few(tmp_path: Path) -> None:
    koans: Any = [FakeKoan(f"bc_{n:03}") for n in range(5)]
    solver = Asked([["pass"]] * 3, at_once=2)
    with pytest.raises(KeyboardInterrupt):
        evaluate(SETTINGS, [solver], koans, FakeJudge(budget=5 + 3), tmp_path, report=False)
    done = [line.koan for line in read_run(tmp_path)[1] if isinstance(line, Cell)]
    assert done[:2] == ["bc_001", "bc_000"]
    assert solver.rounds == 2
    summary = evaluate(SETTINGS, [Asked([["pass"]] * 3, at_once=2)], koans, FakeJudge(), tmp_path, report=False)
    assert summary.arms["scripted"].passed == 5


def test_the_model_is_part_of_the_run_and_another_one_is_refused(tmp_path: Path) -> None:
    koans: Any = [FakeKoan("bc_001")]
    evaluate(SETTINGS, [Asked([["pass"]])], koans, FakeJudge(), tmp_path, report=False)
    assert json.loads((tmp_path / "run.json").read_text())["model"] == Asked([]).identity()
    with pytest.raises(RunError, match=r"model\.hash \('h' in the directory, 'other' wanted\)"):
        evaluate(SETTINGS, [Asked([["pass"]], of="other")], koans, FakeJudge(), tmp_path, report=False)
    both = [Asked([]), Asked([], name="two", of="other")]
    with pytest.raises(ShareError, match="arms of one model"):
        evaluate(SETTINGS, both, koans, FakeJudge(), tmp_path / "both", report=False)


def test_a_run_without_a_model_says_nothing_of_one(tmp_path: Path) -> None:
    play(tmp_path, [["pass"]])
    assert "model" not in json.loads((tmp_path / "run.json").read_text())


@pytest.mark.parametrize(
    ("arms", "baseline"), [(["copy", "base"], "base"), (["copy", "routed"], "copy"), (["routed"], None)]
)
def test_arms_are_compared_with_the_base_model_where_it_takes_part(arms: list[str], baseline: str | None) -> None:
    assert SETTINGS.resolved(arms).baseline == baseline
