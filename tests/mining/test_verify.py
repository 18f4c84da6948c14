"""A row is what rustc says of a program that worked, and the way back to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from share_rs._native import apply_edits
from share_rs.mining.attempt import Choice
from share_rs.mining.deletion import without_line
from share_rs.mining.generate.program import program
from share_rs.mining.need import Need
from share_rs.mining.score import score
from share_rs.mining.source import Source, generated
from share_rs.mining.verify import Verified, verify

if TYPE_CHECKING:
    from share_rs import Sandbox

PROBES = """use crate::total;
use probe::{Draw, Record};

pub fn totals(draw: &mut Draw, record: &mut Record) {
    let names: Vec<String> = draw.words(0..5);
    let found: usize = total(&names);
    record.value("found", &found);
}

pub fn nothing(_: &mut Draw, record: &mut Record) {
    let found: usize = total(&[]);
    record.value("found", &found);
}
"""
WORKS = """/// How long all names are.
pub fn total(names: &[String]) -> usize {
    let mut sum = 0; // so far
    for name in names {
        sum += name.len();
    }
    sum
}
"""


@pytest.fixture(scope="module")
def made(wide: Sandbox) -> Verified:
    return verify(wide, [generated(program(21, "bc_move", index)) for index in range(8)])


def source(text: str, probes: str = "") -> Source:
    return Source(text, "generator", "CC0-1.0", probes=probes, aim="bc_mut")


def test_every_row_fails_as_it_says_and_its_repair_does_what_the_source_did(wide: Sandbox, made: Verified) -> None:
    assert len(made.rows) > 20
    linted = [row for row in made.rows if row.judge == "lint"]
    failing = [row for row in made.rows if row.judge != "lint"]
    verdicts = wide.check((row.broken, row.edition, row.allow_unsafe) for row in failing)
    verdicts += wide.lint((row.broken, row.edition, row.codes[0]) for row in linted)
    assert [tuple(found.codes) for found in verdicts] == [row.codes for row in (*failing, *linted)]
    assert all(apply_edits(row.broken, list(row.edits)) == row.fixed for row in made.rows)
    assert all(one.right for one in score(wide, [(row, row.fixed) for row in made.rows]))
    assert not any(one.right for one in score(wide, [(row, row.broken) for row in made.rows]))


def test_no_row_is_right_without_the_line_of_its_error(wide: Sandbox, made: Verified) -> None:
    assert not any(one.right for one in score(wide, [(row, without_line(row)) for row in made.rows]))


def test_every_alternative_is_another_program_that_is_right(wide: Sandbox, made: Verified) -> None:
    others = [(row, text) for row in made.rows for text in row.alternatives]
    assert others
    assert all(text != row.fixed for row, text in others)
    assert all(one.right for one in score(wide, others))


def test_the_same_sources_and_seed_give_the_same_rows(wide: Sandbox, made: Verified) -> None:
    again = verify(wide, [generated(program(21, "bc_move", index)) for index in range(8)])
    assert again.rows == made.rows
    assert again.rejected == made.rejected


def test_the_item_that_was_changed_holds_the_error(made: Verified) -> None:
    for row in made.rows:
        assert row.item is not None
        item = row.broken.encode()[row.item[0] : row.item[1]].decode()
        assert item.strip().startswith(("pub ", "fn ", "impl", "#["))
        if row.reach != "remote":
            (first, *_) = [span for span in row.diagnostics[0]["spans"] if span["is_primary"]]
            assert row.item[0] <= first["byte_start"] <= first["byte_end"] <= row.item[1]


def test_comments_and_layout_survive(wide: Sandbox) -> None:
    found = verify(wide, [source(WORKS, PROBES)], choice=Choice(need=Need(frozenset({"bc_mut"}))))
    (row,) = found.rows
    assert row.broken == WORKS.replace("let mut sum", "let sum")
    assert row.fixed == WORKS
    assert (row.judge, row.variant, row.pattern, row.codes) == ("value", "drop_mut", "missing_mut", ("E0384",))


def test_a_source_without_probes_is_judged_by_its_repair(wide: Sandbox) -> None:
    found = verify(wide, [source(WORKS)], choice=Choice(need=Need(frozenset({"bc_mut"}))))
    (row,) = found.rows
    answers = [WORKS.replace("// so far", "").replace("    ", " "), WORKS.replace("sum += name.len()", "sum += 1")]
    assert [one.right for one in score(wide, [(row, text) for text in answers])] == [True, False]


def test_sources_that_do_not_work_are_counted(wide: Sandbox) -> None:
    random = """use std::hash::{BuildHasher, RandomState};
pub fn total(names: &[String]) -> usize { RandomState::new().hash_one(names) as usize }
"""
    found = verify(wide, [source("pub fn a() { let b = 1; }"), source("fn"), source(random, PROBES)])
    assert found.rows == []
    assert found.rejected == {
        ("bc_mut", "", "source has errors or warnings"): 2,
        ("bc_mut", "", "source fails its own probes"): 1,
    }


def test_a_program_gives_no_more_rows_than_are_asked_for(wide: Sandbox) -> None:
    sources = [generated(program(21, "bc_move", index)) for index in range(4)]
    found = verify(wide, sources, choice=Choice(per_source=2, per_variant=1))
    groups = [row.source_group for row in found.rows]
    assert max(groups.count(one) for one in groups) == 2


@pytest.mark.parametrize("before", ["", "pub const LEAST: u32 = 3;\n\n"])
def test_a_macro_that_was_moved_away_is_an_item_without_a_byte(wide: Sandbox, before: str) -> None:
    macro = "macro_rules! half {\n    ($of:expr) => {\n        $of / 2\n    };\n}"
    text = f"{before}{macro}\n\npub fn middle(count: u32) -> u32 {{\n    half!(count)\n}}\n"
    found = verify(wide, [source(text)], choice=Choice(need=Need(frozenset({"adv_macro"}))))
    (row,) = [one for one in found.rows if one.variant == "defined_later"]
    assert row.item == (len(before), len(before))
    assert row.fixed == text
