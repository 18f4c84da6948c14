"""Rows that their crate judges: which of them its tests can judge, and answers to them scored in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.crates import Patch
from share_rs.errors import RowError
from share_rs.mining.deletion import without_line
from share_rs.mining.pieces import put_back
from share_rs.mining.score import Score, is_same

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from share_rs.crates import CrateSandbox
    from share_rs.mining.row import Row


_REASONS = {"pass": "passes", "compile_error": "does not compile", "infra_error": "not judged"}


def score_in_crate(crate: CrateSandbox, answers: Sequence[tuple[Row, str]]) -> list[Score]:
    """Scores answers to rows of a crate in that crate, in their order.

    An answer is the row's window after the repair, with the marks of what it leaves out as they were. `tests`: the crate builds
    with it, and every test passes that passes in the original: weaker than a judgement by value, for the answer runs in the
    process that says so. `repair`: the library compiles with it, and it is the working program or an alternative up to layout,
    comments and the order of derives.

    Args:
        crate: the crate, opened, as it was when it was mined.
        answers: rows, each with its window after the repair.

    Raises:
        RowError: a row is of another crate or version, its file has changed, or a lint or values judge it.
        CrateError: none of the crate's tests passes twice in the jail.
    """
    texts = _texts(crate, [row for row, _ in answers])
    changed = [_changed(texts, row, answer) for row, answer in answers]
    found: list[Score | None] = [
        Score(False, row.judge, "other window") if files is None else None
        for (row, _), files in zip(answers, changed, strict=True)
    ]
    compiling = _compiling(crate, changed)
    for index, ((row, answer), compiles) in enumerate(zip(answers, compiling, strict=True)):
        if found[index] is None and not compiles:
            found[index] = Score(False, row.judge, "does not compile")
        elif found[index] is None and row.judge == "repair":
            right = is_same(row, answer)
            found[index] = Score(right, row.judge, "passes" if right else "other program")
    outcomes = _outcomes(crate, [files if found[index] is None else None for index, files in enumerate(changed)])
    return [
        score or Score(outcome == "pass", row.judge, _REASONS.get(outcome, "tests fail"))
        for (row, _), score, outcome in zip(answers, found, outcomes, strict=True)
    ]


def judged(crate: CrateSandbox, texts: Mapping[str, str], rows: Sequence[tuple[Row, tuple[str, ...]]]) -> list[Row]:
    """The rows, those whose item some tests run as rows that the tests judge, where these tell the repair from less.

    A row keeps its judge where the tests pass, too, without the line of its error; alternatives that fail them are left out.

    Args:
        crate: the crate, opened.
        texts: its files, as they are.
        rows: each with the tests that run its item.
    """
    tried: list[tuple[Row, str]] = []
    for row, tests in rows:
        if tests and row.kept:
            tried += [(row, answer) for answer in (without_line(row), *row.alternatives)]
    changed = [_changed(texts, row, answer) for row, answer in tried]
    compiling = _compiling(crate, changed)
    outcomes = _outcomes(crate, [files if fits else None for files, fits in zip(changed, compiling, strict=True)])
    told = {(row.id, answer): outcome for (row, answer), outcome in zip(tried, outcomes, strict=True)}
    found: list[Row] = []
    for row, tests in rows:
        if tests and row.kept and told[row.id, without_line(row)] not in {"pass", "infra_error"}:
            others = tuple(answer for answer in row.alternatives if told[row.id, answer] == "pass")
            found.append(row.changed(judge="tests", tests=tests, alternatives=others))
        else:
            found.append(row)
    return found


def _texts(crate: CrateSandbox, rows: Sequence[Row]) -> dict[str, str]:
    name = f"{crate.name} {crate.version}"
    texts: dict[str, str] = {}
    for row in rows:
        if row.crate != name or row.judge not in {"tests", "repair"}:
            raise RowError(
                f"row {row.id}: expected one of {name} that tests or repair judge, got {row.crate or 'no crate'}, {row.judge}"
            )
        if row.file not in texts:
            try:
                texts[row.file] = (crate.root / row.file).read_bytes().decode()
            except (OSError, UnicodeDecodeError) as error:
                raise RowError(
                    f"row {row.id}, file: cannot read {row.file}, {error}; name the crate that was mined"
                ) from error
        if _changed(texts, row, row.fixed) != {row.file: texts[row.file]}:
            raise RowError(f"row {row.id}: {row.file} has changed since the crate was mined; mine it again")
    return texts


def _changed(texts: Mapping[str, str], row: Row, answer: str) -> dict[str, str] | None:
    """The file of a row with an answer; None where the answer does not fit its window."""
    try:
        return {row.file: put_back(texts[row.file], row.kept, answer)}
    except ValueError:
        return None


def _compiling(crate: CrateSandbox, changed: Sequence[Mapping[str, str] | None]) -> list[bool]:
    """Whether the library compiles with each."""
    given = [files for files in changed if files is not None]
    verdicts = iter(crate.checks(given))
    return [files is not None and next(verdicts).outcome == "compiles" for files in changed]


def _outcomes(crate: CrateSandbox, changed: Sequence[Mapping[str, str] | None]) -> list[str]:
    """What the tests come to with each, nothing where there is none; equal ones are run once."""
    unique = {tuple(files.items()): files for files in changed if files is not None}
    verdicts = crate.run([Patch(files) for files in unique.values()], "test")
    found = {key: verdict.outcome for key, verdict in zip(unique, verdicts, strict=True)}
    return ["" if files is None else found[tuple(files.items())] for files in changed]
