"""In which programs clippy does not find a lint: many in one clippy, each that may have it alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.mining.together import TOGETHER, Text, can_share, joined

if TYPE_CHECKING:
    from collections.abc import Iterable

    from share_rs._native import Verdict
    from share_rs.sandbox import Sandbox


def silent_together(sandbox: Sandbox, asked: Iterable[tuple[str, str, str]]) -> set[tuple[str, str, str]]:
    """Those of (program, edition, lint) that compile and in which clippy does not find the lint.

    Args:
        sandbox: one whose limits are `together.LIMITS`, or wider.
        asked: as `Sandbox.lint` takes them.

    Raises:
        ToolchainError, JailError: as `Sandbox.lint`.
    """
    wanted = sorted(set(asked))
    sharing = [one for one in wanted if can_share(one[0])]
    groups = [
        same[start : start + TOGETHER]
        for kind in sorted({one[1:] for one in sharing})
        for same in [[one for one in sharing if one[1:] == kind]]
        for start in range(0, len(same), TOGETHER)
    ]
    crates = [joined([Text(text, edition) for text, edition, _ in group]) for group in groups]
    verdicts = sandbox.lint((crate.source, *group[0][1:]) for crate, group in zip(crates, groups, strict=True))
    silent = {
        one
        for group, crate, verdict in zip(groups, crates, verdicts, strict=True)
        for one, loud in zip(group, _loud(crate.places, verdict), strict=True)
        if not loud
    }
    rest = [one for one in wanted if one not in silent]
    return silent | {one for one, verdict in zip(rest, sandbox.lint(rest), strict=True) if _is_silent(verdict)}


def _is_silent(verdict: Verdict) -> bool:
    return verdict.outcome == "compiles" and not verdict.diagnostics and not verdict.truncated


def _loud(places: tuple[tuple[int, int], ...], verdict: Verdict) -> list[bool]:
    """Which programs of a crate may have the lint; all where that cannot be told."""
    if verdict.outcome != "compiles" or verdict.truncated:
        return [True] * len(places)
    spans = [next((span for span in one.spans if span.is_primary), None) for one in verdict.diagnostics]
    if any(span is None for span in spans):
        return [True] * len(places)
    return [
        any(span is not None and span.byte_start < end and span.byte_end > start for span in spans)
        for start, end in places
    ]
