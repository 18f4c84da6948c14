"""The rule that scores answers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from share_rs.errors import RowError
from share_rs.mining.row import Row
from share_rs.mining.score import score

if TYPE_CHECKING:
    from collections.abc import Sequence

    from share_rs import Sandbox
    from share_rs.mining.row import Judge

PROBES = """use crate::smallest;
use probe::{Draw, Record};

pub fn drawn(draw: &mut Draw, record: &mut Record) {
    let numbers: Vec<u32> = draw.vec(1..5, |draw| draw.int(0..90));
    let found: u32 = smallest(numbers);
    record.value("found", &found);
}

pub fn none(_: &mut Draw, record: &mut Record) {
    let found: u32 = smallest(Vec::new());
    record.value("found", &found);
}
"""
RIGHT = "pub fn smallest(numbers: Vec<u32>) -> u32 { numbers.iter().copied().min().unwrap_or(0) }\n"
BROKEN = RIGHT.replace(".unwrap_or(0)", "")
OTHER = (
    "pub fn smallest(mut numbers: Vec<u32>) -> u32 { numbers.sort(); numbers.first().copied().unwrap_or_default() }\n"
)
WRONG = RIGHT.replace("min()", "max()")


def row(judge: Judge, alternatives: Sequence[str] = ()) -> Row:
    start = BROKEN.index("min()") + len("min()")
    return Row.make(
        family="rh_option",
        variant="drop_default_value",
        pattern="option_unwrapped",
        judge=judge,
        broken=BROKEN,
        diagnostics=[{"code": "E0308", "message": "mismatched types", "spans": []}],
        edits=[(start, start, ".unwrap_or(0)")],
        alternatives=alternatives,
        probes=PROBES if judge == "value" else "",
        source_kind="generator",
        source_group="0" * 32,
        licence="CC0-1.0",
        toolchain="rustc",
        edition="2024",
        target="x86_64-unknown-linux-gnu",
    )


def reasons(sandbox: Sandbox, row: Row, *texts: str) -> list[tuple[bool, str]]:
    return [(one.right, one.reason) for one in score(sandbox, [(row, text) for text in texts])]


def test_values_judge_by_what_a_program_does(wide: Sandbox) -> None:
    assert reasons(wide, row("value"), RIGHT, OTHER, WRONG, BROKEN, "") == [
        (True, "passes"),
        (True, "passes"),
        (False, "other values"),
        (False, "does not compile"),
        (False, "other values"),
    ]


def test_without_probes_an_answer_is_the_repair_or_an_alternative(wide: Sandbox) -> None:
    laid_out = RIGHT.replace("{ ", "{\n    // the least\n    ").replace("(0) }", "(0)\n}")
    assert reasons(wide, row("repair", alternatives=[OTHER]), laid_out, OTHER, WRONG, BROKEN) == [
        (True, "passes"),
        (True, "passes"),
        (False, "other program"),
        (False, "does not compile"),
    ]


def test_rows_that_tests_judge_are_scored_in_their_crate(wide: Sandbox) -> None:
    place = {"source_kind": "crate", "file": "src/lib.rs", "crate": "a 1.0.0", "kept": ((0, 9),), "tests": ("lib a",)}
    with pytest.raises(RowError, match="expected value, lint or repair, got tests"):
        score(wide, [(row("repair").changed(judge="tests", **place), RIGHT)])


def test_a_row_that_was_tampered_with_is_refused() -> None:
    with pytest.raises(RowError, match="edits"):
        replace(row("value"), broken=WRONG)


def test_what_does_not_lex_or_parse_is_wrong_and_spoils_no_other_answer(wide: Sandbox) -> None:
    texts = [RIGHT, RIGHT.replace("}", ""), RIGHT + 'const A: &str = "', "fn else", RIGHT.replace(">", "> >"), OTHER]
    scores = score(wide, [(row("value"), text) for text in texts])
    assert [one.right for one in scores] == [True, False, False, False, False, True]
    assert {one.reason for one in scores if not one.right} == {"does not compile"}
