"""Other right repairs: what rustc itself suggests, where it compiles and, with probes, does the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs._native import apply_edits, suggestions
from share_rs.mining.together import Text, check_together
from share_rs.sandbox import Candidate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from share_rs._native import Diagnostic, Koan
    from share_rs.mining.source import Source
    from share_rs.sandbox import Sandbox

MOST = 4
"""Suggestions that are tried for one program."""


def alternatives(
    sandbox: Sandbox, broken: Sequence[tuple[Source, Koan | None, str, Sequence[Diagnostic]]]
) -> list[tuple[str, ...]]:
    """For each (source, its koan where it has probes, broken program, errors): whole programs that are right, too.

    Raises:
        ToolchainError, JailError: as `Sandbox.start`.
    """
    tried = [
        (number, source, koan, program)
        for number, (source, koan, text, errors) in enumerate(broken)
        for program in _suggested(text, errors, source.text)
    ]
    texts = [Text(program, source.edition, source.allow_unsafe, source.externs) for _, source, _, program in tried]
    errors = check_together(sandbox, texts)
    compiling = [one for one, own in zip(tried, errors, strict=True) if not own]
    judged = [(koan, program) for _, _, koan, program in compiling if koan is not None]
    verdicts = iter(sandbox.run(Candidate(koan, program) for koan, program in judged))
    found: list[list[str]] = [[] for _ in broken]
    for number, _, koan, program in compiling:
        if koan is None or next(verdicts).passed:
            found[number].append(program)
    return [tuple(sorted(one)) for one in found]


def _suggested(text: str, errors: Sequence[Diagnostic], right: str) -> list[str]:
    """The programs that rustc's suggestions make, without the working program itself."""
    programs: list[str] = []
    for edits in suggestions(errors, text):
        try:
            program = apply_edits(text, edits)
        except ValueError:
            continue
        if program not in {text, right, *programs} and len(programs) < MOST:
            programs.append(program)
    return programs
