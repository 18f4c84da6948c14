"""Clippy finds in programs that share a crate what it finds in each alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs._native import apply_edits, mutations
from share_rs.mining.generate.program import EDITION, program
from share_rs.mining.silent import silent_together
from tests.mining.idioms import IDIOMS

if TYPE_CHECKING:
    from share_rs import Sandbox


def alone(sandbox: Sandbox, asked: list[tuple[str, str, str]]) -> set[tuple[str, str, str]]:
    verdicts = sandbox.lint(asked)
    return {
        one
        for one, verdict in zip(asked, verdicts, strict=True)
        if verdict.outcome == "compiles" and not verdict.diagnostics
    }


def test_programs_with_and_without_a_lint_are_told_apart_as_they_are_alone(wide: Sandbox) -> None:
    sources = [*IDIOMS.values(), *(program(3, "r24_clippy_modern", index).source for index in range(6))]
    asked: list[tuple[str, str, str]] = []
    for source in sources[::2]:
        for one in [one for one in mutations(source) if one.judge == "lint"][:1]:
            asked += [(text, EDITION, one.expected[0]) for text in (source, apply_edits(source, one.edits))]
    silent = silent_together(wide, asked)
    assert silent == alone(wide, asked)
    assert 0 < len(silent) < len(set(asked))


def test_what_does_not_compile_is_not_silent_and_makes_no_other_loud(wide: Sandbox) -> None:
    lint = "clippy::needless_return"
    asked = [
        ("pub fn a() -> u8 { 1 }", EDITION, lint),
        ("pub fn b() -> u8 { return 1; }", EDITION, lint),
        ("pub fn c() -> u8 { true }", EDITION, lint),
        ("pub fn d( -> u8 { 1 }", EDITION, lint),
        ("pub fn e() -> u8 { crate::f() }\npub fn f() -> u8 { 1 }", EDITION, lint),
    ]
    assert silent_together(wide, asked) == {asked[0], asked[4]}
    assert silent_together(wide, []) == set()
