"""Programs that share a crate get the errors that they get alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from share_rs._native import apply_edits, mutations
from share_rs.mining.generate.program import program
from share_rs.mining.generate.scenes import SCENES
from share_rs.mining.together import Text, check_together
from tests.mining.samples import SAMPLES

if TYPE_CHECKING:
    from share_rs import Sandbox


def alone(sandbox: Sandbox, texts: list[Text]) -> list[list[str | None]]:
    verdicts = sandbox.check((one.source, one.edition, one.allow_unsafe) for one in texts)
    return [[one.code for one in found.diagnostics if one.level == "error"] for found in verdicts]


def codes(sandbox: Sandbox, texts: list[Text], size: int = 60) -> list[list[str | None]]:
    return [[one.code for one in found] for found in check_together(sandbox, texts, size=size)]


def test_every_broken_sample_and_generated_program_has_the_codes_that_it_has_alone(wide: Sandbox) -> None:
    sources = [*SAMPLES.values(), *(program(11, family, 0).source for family in sorted(SCENES))]
    texts = [Text(apply_edits(one, found.edits), allow_unsafe=True) for one in sources for found in mutations(one)]
    texts = texts[:: max(1, len(texts) // 300)]
    assert codes(wide, texts) == alone(wide, texts)


HOSTILE = [
    "pub fn a( -> u32 { 1 }",
    "pub fn a() -> u32 { 1 } }",
    "} pub mod other { pub fn a() {}",
    '#![deny(unused)]\npub fn a() -> u32 { "1" }',
    "/* not closed",
    'pub fn a() { let b = "not closed; }',
    "pub const A: usize = [1][3];",
    "pub fn a() -> u8 { 300 }",
    "use nothing::Here;\npub fn a() {}",
    "pub fn a() { missing!() }",
    "pub struct A(A);",
    "pub fn f() { crate::f() }\npub fn g() { crate::h() }",
    "#[macro_export]\nmacro_rules! m { () => {}; }\npub fn a() { m!(1) }",
    "mod inner;\npub fn a() {}",
    "#![feature(never_type)]\npub fn a() {}",
    "pub fn a() -> impl Sized { a() }",
    'pub fn 名() -> u32 { "é" }',
    'pub fn a() { let x: i32 = 1; x.b(); assert_eq!(x, "1"); }',
    "\ufeffpub fn a() -> u32 { true }",
    "pub fn a() {}\r\npub fn b() -> u8 { a() }\r\n",
    "",
    "pub fn fine() {}",
]


@pytest.mark.parametrize("size", [1, 2, 60])
def test_programs_that_end_rustc_early_or_leave_their_module_change_nothing_for_others(
    wide: Sandbox, size: int
) -> None:
    texts = [Text(one) for one in HOSTILE]
    assert codes(wide, texts, size) == alone(wide, texts)


def test_spans_are_bytes_of_the_program_itself(wide: Sandbox) -> None:
    texts = [Text("pub fn é() {}"), Text("pub fn a() -> u32 { true }"), Text('pub fn b() { assert_eq!(1, "é"); }')]
    found = check_together(wide, texts)
    assert found[0] == []
    assert texts[1].source[found[1][0].start : found[1][0].end] == "true"
    assert texts[2].source.encode()[found[2][0].start :].startswith(b"assert_eq!(")


def test_strict_takes_warnings_for_errors(wide: Sandbox) -> None:
    texts = [Text("pub fn a() { let b = 1; }"), Text("pub fn a() -> u32 { 1 }"), Text("fn hidden() {}")]
    assert [[one.code for one in found] for found in check_together(wide, texts, strict=True)] == [
        ["unused_variables"],
        [],
        ["dead_code"],
    ]
