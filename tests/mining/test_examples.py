"""Rows as what a model is trained on: asked as in evaluation, shown as a window where they are long."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from share_rs._native import apply_edits, diagnostics_from_json, mutations, render, window
from share_rs.errors import FormatError
from share_rs.mining.examples import Asked, Examples, example, write_examples
from share_rs.mining.row import Row
from share_rs.repair.formats import FORMATS, named_format
from share_rs.repair.prompt import repair_prompt
from share_rs.training.rows import read_rows

if TYPE_CHECKING:
    from pathlib import Path

    from share_rs import Sandbox

WORKING = """\
use std::collections::HashMap;

/// Counts.
pub struct Tally {
    counts: HashMap<String, usize>,
}

impl Tally {
    /// Nobody asks for it.
    pub fn unrelated(&self) -> usize {
        let all: Vec<usize> = self.counts.values().copied().collect();
        all.into_iter().max().unwrap_or_default()
    }

    /// The sum, doubled — “ünïcode”.
    pub fn total(&self) -> usize {
        let mut sum = 0;
        for count in self.counts.values() {
            sum += *count;
        }
        doubled(sum)
    }
}

fn doubled(value: usize) -> usize {
    let other = value;
    value + other
}
"""


@pytest.fixture(scope="module")
def row(sandbox: Sandbox) -> Row:
    """`mut` is gone, as rustc sees it."""
    found = next(one for one in mutations(WORKING) if one.variant == "drop_mut")
    broken = apply_edits(WORKING, found.edits)
    at = found.edits[0][0]
    (verdict,) = sandbox.check([(broken, "2021", False)])
    assert verdict.codes == ["E0384"]
    return Row.make(
        family=found.family,
        variant=found.variant,
        pattern="missing_mut",
        judge="repair",
        broken=broken,
        diagnostics=[one.to_dict() for one in verdict.diagnostics],
        edits=[(at, at, "mut ")],
        source_kind="docs",
        source_group="tally",
        licence="MIT",
        toolchain="rustc 1.0.0",
        edition="2021",
        target="x86_64-unknown-linux-gnu",
        item=(found.item[0], found.item[1] - 4),
    )


@pytest.mark.parametrize("name", FORMATS)
def test_a_row_is_asked_as_a_solver_asks_and_its_answer_repairs_it(row: Row, name: str) -> None:
    one = named_format(name)
    made = example(row, Asked(answer=name))
    found = diagnostics_from_json(json.dumps(row.diagnostics))
    assert made.prompt == repair_prompt(row.broken, render(found, row.broken), answer=one)
    assert one.decode(row.broken, made.answer) == row.fixed
    assert "ünïcode" in made.prompt


@pytest.mark.parametrize("name", FORMATS)
def test_a_long_program_is_asked_as_a_window_whose_answer_repairs_the_file(row: Row, name: str) -> None:
    made = example(row, Asked(answer=name, budget=450))
    shown = window(row.broken, row.item or (0, 0), budget=450)
    repaired = named_format(name).decode(shown.text, made.answer)
    assert "unrelated" not in made.prompt
    assert "fn doubled(value: usize) -> usize { /* … */ }" in made.prompt
    assert "cannot assign twice to immutable variable" in made.prompt
    # What the compiler points at stands in the window's own lines.
    number = next(at for at, line in enumerate(shown.text.split("\n"), start=1) if "sum += *count" in line)
    assert f"\n{number} | " in made.prompt.replace("\n ", "\n") or f"\n{number} |" in made.prompt
    edits = shown.to_file([(0, len(shown.text.encode()), repaired)])
    assert apply_edits(row.broken, edits) == row.fixed


def test_a_budget_that_holds_the_program_shows_it_whole(row: Row) -> None:
    assert example(row, Asked(budget=10_000)) == example(row)


def test_hints_are_those_of_the_evaluation(row: Row) -> None:
    assert "Errors of this kind" in example(row, Asked(hints=True)).prompt
    assert "Errors of this kind" not in example(row).prompt


def test_rows_that_a_format_cannot_say_are_counted_by_their_reason(row: Row) -> None:
    long = Row.make(
        **{
            name: value
            for name, value in row.to_dict().items()
            if name not in {"id", "codes", "fixed", "edits", "item"}
        },
        edits=[*row.edits, (len(row.broken.encode()), len(row.broken.encode()), "//\n" * 3)],
    )
    made = Examples([long, row, long])
    assert [one.row for one in made] == [row]
    assert made.refused == {"expected a repair of at most 3 changed lines, got one that needs more": 2}
    with pytest.raises(FormatError, match="one of the formats"):
        example(row, Asked(answer="patch"))
    with pytest.raises(FormatError, match="at most 3"):
        example(long)


def test_an_item_longer_than_the_budget_is_no_example(row: Row) -> None:
    made = Examples([row], Asked(budget=40))
    assert list(made) == []
    assert list(made.refused) == ["expected items of at most 40 bytes, got a longer one"]


def test_lines_are_what_trainers_read(row: Row, tmp_path: Path) -> None:
    made = example(row)
    assert write_examples(tmp_path / "rows.jsonl", [made]) == 1
    (sound,) = read_rows(tmp_path / "rows.jsonl").sound
    assert (sound.prompt, sound.answer) == (made.prompt, made.answer)
    trl = made.line("trl")
    assert trl["prompt"] == [{"role": "user", "content": made.prompt}]
    assert trl["completion"] == [{"role": "assistant", "content": made.answer}]
    assert {key: made.line("alpaca")[key] for key in ("instruction", "input", "output")} == {
        "instruction": made.prompt,
        "input": "",
        "output": made.answer,
    }
    assert made.line()["family"] == row.family
    assert replace(made, answer="x").line()["answer"] == "x"
