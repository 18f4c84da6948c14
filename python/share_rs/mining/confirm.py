"""Whether rustc, or clippy, says of a broken program what its mutator expects."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from share_rs.mining.expected import as_expected, first_error
from share_rs.mining.inferable import inferable, said
from share_rs.mining.need import variant_of
from share_rs.mining.silent import silent_together
from share_rs.mining.together import check_together

if TYPE_CHECKING:
    from collections.abc import Sequence

    from share_rs._native import Diagnostic, Verdict
    from share_rs.mining.attempt import Attempt, Choice
    from share_rs.sandbox import Sandbox

SPARE = 2
"""Of a program, beyond the rows that are wanted: some are reported elsewhere, or cannot be inferred."""


def confirmed(
    sandbox: Sandbox, tried: Sequence[Attempt], rejected: Counter[tuple[str, str, str]], choice: Choice
) -> list[tuple[Attempt, Verdict]]:
    """The attempts that fail as expected, in their order, each with the verdict on it alone; others are counted by reason.

    Many in one crate first, which turns away most of the others, then each of the rest alone: its diagnostics are the row's.
    Of what is left of a program then, only a little more is compiled alone than rows are wanted.

    Raises:
        ToolchainError, JailError: as `Sandbox.start`; ToolchainError also where a lint judges and clippy is missing.
    """
    reasons = _together(sandbox, tried)
    left = _promoted(tried, [index for index, reason in enumerate(reasons) if reason is None], choice)
    verdicts = _alone(sandbox, [tried[index] for index in left])
    linted = [one for one in (tried[index] for index in left) if one.mutation.judge == "lint"]
    sources = {(one.source.text, one.source.edition, one.mutation.expected[0]) for one in linted}
    silent = silent_together(sandbox, sources)
    kept: list[tuple[Attempt, Verdict]] = []
    for index, verdict in zip(left, verdicts, strict=True):
        one = tried[index]
        reasons[index] = _lint_reason(one, verdict, silent) if one.mutation.judge == "lint" else _reason(one, verdict)
        if reasons[index] is None:
            kept.append((one, verdict))
    for one, reason in zip(tried, reasons, strict=True):
        if reason is not None:
            rejected[one.mutation.family, one.mutation.variant, reason] += 1
    return kept


def _promoted(tried: Sequence[Attempt], left: Sequence[int], choice: Choice) -> list[int]:
    """Those that are compiled alone: no variant of a program too often, its rarest first, as they were tried."""
    counts: Counter[str] = Counter()
    promoted: list[int] = []
    for index in left:
        one = tried[index]
        variant = f"{variant_of(one.mutation)}\n{one.source.text}"
        if counts[one.source.text] < choice.per_source + SPARE and counts[variant] <= choice.per_variant:
            counts[one.source.text] += 1
            counts[variant] += 1
            promoted.append(index)
    return promoted


def _together(sandbox: Sandbox, tried: Sequence[Attempt]) -> list[str | None]:
    """Why attempts are no rows, as far as many in one crate can tell."""
    reasons: list[str | None] = []
    for one, errors in zip(tried, check_together(sandbox, [one.text for one in tried]), strict=True):
        if one.mutation.judge == "lint":
            reasons.append("does not compile" if errors else None)
        elif not errors:
            reasons.append("still compiles")
        else:
            expected = as_expected(one.mutation, errors[0].code, errors[0].message)
            reasons.append(None if expected else "fails otherwise")
    return reasons


def _alone(sandbox: Sandbox, tried: Sequence[Attempt]) -> list[Verdict]:
    """What rustc, or clippy, says of each."""
    by_lint = [one for one in tried if one.mutation.judge == "lint"]
    by_code = [one for one in tried if one.mutation.judge != "lint"]
    linted = iter(sandbox.lint((one.broken, one.source.edition, one.mutation.expected[0]) for one in by_lint))
    checked = iter(sandbox.check((one.broken, *one.text.terms) for one in by_code))
    return [next(linted) if one.mutation.judge == "lint" else next(checked) for one in tried]


def _lint_reason(one: Attempt, verdict: Verdict, silent: set[tuple[str, str, str]]) -> str | None:
    lint = one.mutation.expected[0]
    if (one.source.text, one.source.edition, lint) not in silent:
        return "source has the lint"
    if verdict.outcome != "compiles" or not verdict.diagnostics or verdict.truncated:
        return "clippy is silent"
    if not _within(one, verdict.diagnostics[0]):
        return "reported elsewhere"
    return None if inferable(one.broken, one.back, said(verdict.diagnostics[0])) else "cannot be inferred"


def _reason(one: Attempt, verdict: Verdict) -> str | None:
    """Why an attempt is no row, by what rustc says of it alone."""
    error = first_error(verdict)
    if error is None or verdict.outcome != "compile_error" or verdict.truncated:
        return "not confirmed alone"
    if not as_expected(one.mutation, error.code, error.message):
        return "fails otherwise"
    if one.mutation.reach != "remote" and not _within(one, error):
        return "reported elsewhere"
    return None if inferable(one.broken, one.back, said(error)) else "cannot be inferred"


def _within(one: Attempt, error: Diagnostic) -> bool:
    """Whether an error lies in the item that was changed."""
    start, end = one.item
    span = next((span for span in error.spans if span.is_primary), None)
    return span is not None and start <= span.byte_start and span.byte_end <= end
