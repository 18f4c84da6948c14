"""The rule that scores an answer to a row: the same for models and for cheats."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from share_rs._native import Koan, canonical, mutations
from share_rs.errors import RowError
from share_rs.mining.together import TOGETHER, Text, check_together, lexes
from share_rs.sandbox import Candidate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from share_rs.mining.row import Row
    from share_rs.sandbox import Sandbox


@dataclass(frozen=True)
class Score:
    """Whether an answer is right, and by which judge."""

    right: bool
    judge: str
    reason: str
    """In a word or two: `passes`, `does not compile`, `other values`, `lint is there`, `other program`."""


def score(sandbox: Sandbox, answers: Sequence[tuple[Row, str]]) -> list[Score]:
    """Scores answers, whole programs, in their order.

    Rows of crates are scored by equality alone, for a window does not compile without its crate; see `tested.score_in_crate`.

    `value`: the probes record what they record of the working program. `lint`: it compiles, the lint is silent and, where there
    are probes, they record the same. `repair`: it compiles, and is the working program or an alternative up to layout, comments
    and the order of derives. Broken programs are never right.

    Args:
        sandbox: one whose limits are `together.LIMITS`, or wider.
        answers: rows, each with a program.

    Raises:
        RowError: a row whose judge are the tests of a crate, which only that crate has.
        ToolchainError, JailError: as `Sandbox.start`.
    """
    for row, _ in answers:
        if row.judge == "tests":
            raise RowError(f"row {row.id}, judge: expected value, lint or repair, got tests; score it in its crate")
    compiles = _compiling(sandbox, answers)
    found: list[Score | None] = [
        None if index in compiles else Score(False, row.judge, "does not compile")
        for index, (row, _) in enumerate(answers)
    ]
    _lints(sandbox, answers, found)
    _values(sandbox, answers, found)
    for index, (row, text) in enumerate(answers):
        if found[index] is None:
            right = row.judge != "repair" or is_same(row, text)
            found[index] = Score(right, row.judge, "passes" if right else "other program")
    return [one for one in found if one is not None]


def _compiling(sandbox: Sandbox, answers: Sequence[tuple[Row, str]]) -> set[int]:
    """The answers, by place, that compile. What leaves a bracket or a quote open does not, and is not asked for.

    Nor is a window of a crate, which compiles nowhere else: it is equal to what does, or not.
    """
    windows = {index for index, (row, _) in enumerate(answers) if row.source_kind == "crate"}
    closed = [index for index, (_, text) in enumerate(answers) if index not in windows and lexes(text)]
    # One that does not parse would be looked for among others by halving their crate.
    found = set(windows)
    for together, size in ((True, TOGETHER), (False, 1)):
        asked = [index for index in closed if _parses(answers[index][1]) == together]
        texts = [
            Text(text, row.edition, row.allow_unsafe, row.externs) for row, text in (answers[index] for index in asked)
        ]
        errors = check_together(sandbox, texts, size=size)
        found |= {index for index, own in zip(asked, errors, strict=True) if not own}
    return found


def _parses(text: str) -> bool:
    try:
        mutations(text)
    except ValueError:
        return False
    return True


def is_same(row: Row, text: str) -> bool:
    """Whether an answer is the working program or an alternative, up to layout, comments and the order of derives."""
    try:
        mine = canonical(text)
        return any(mine == canonical(right) for right in (row.fixed, *row.alternatives))
    except ValueError:
        return False


def _lints(sandbox: Sandbox, answers: Sequence[tuple[Row, str]], found: list[Score | None]) -> None:
    asked = [index for index, (row, _) in enumerate(answers) if row.judge == "lint" and found[index] is None]
    verdicts = sandbox.lint(
        (answers[index][1], answers[index][0].edition, answers[index][0].codes[0]) for index in asked
    )
    for index, verdict in zip(asked, verdicts, strict=True):
        if verdict.outcome != "compiles":
            found[index] = Score(False, "lint", "does not compile")
        elif verdict.diagnostics:
            found[index] = Score(False, "lint", "lint is there")


def _values(sandbox: Sandbox, answers: Sequence[tuple[Row, str]], found: list[Score | None]) -> None:
    asked = [index for index, (row, _) in enumerate(answers) if row.probes and found[index] is None]
    koans = {row.id: _koan(row) for row in (answers[index][0] for index in asked)}
    verdicts = sandbox.run(Candidate(koans[answers[index][0].id], answers[index][1]) for index in asked)
    for index, verdict in zip(asked, verdicts, strict=True):
        if not verdict.passed:
            found[index] = Score(False, answers[index][0].judge, "other values")


def _koan(row: Row) -> Koan:
    return Koan.of(
        "row",
        fixed=row.fixed,
        probes=row.probes,
        edition=row.edition,
        allow_unsafe=row.allow_unsafe,
        externs=row.externs,
    )
