"""Rows are sound, or they are refused by name."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from share_rs._native import apply_edits
from share_rs.errors import RowError
from share_rs.mining.row import Row, content_id
from share_rs.mining.undo import undone
from tests.mining.rows import SUM, made_row


def test_a_row_holds_the_way_back() -> None:
    row = made_row()
    assert "let total = 0" in row.broken
    assert row.edits == ((44, 44, "mut "),)
    assert apply_edits(row.broken, row.edits) == row.fixed == SUM
    assert row.codes == ("E0384",)


def test_the_fields_stand_in_their_order() -> None:
    wanted = (
        "id family variant pattern codes judge broken diagnostics edits fixed alternatives probes "
        "source_kind source_group licence toolchain edition target"
    )
    assert list(made_row().to_dict()) == wanted.split()


def test_the_id_is_that_of_the_content_and_nothing_else() -> None:
    assert made_row().id == made_row().id == made_row(allow_unsafe=False).id
    assert len({made_row(group=group).id for group in "abc"}) == 3
    assert hash(made_row()) == hash(made_row())


def test_json_gives_the_same_row_back() -> None:
    row = made_row(item=(0, 20), reach="body", externs=["anyhow"], alternatives=["fn other() {}"])
    assert Row.from_dict(json.loads(json.dumps(row.to_dict()))) == row


SPOILT: dict[str, list[Any]] = {
    "id": [None, "", "0" * 32],
    "family": [None, "", "Bc", "a b"],
    "variant": [3, ""],
    "pattern": [""],
    "codes": [(), ("E0382",), ["E0384"], (None,)],
    "judge": ["cargo", None, "value"],
    "broken": [None, " ", SUM, "fn a() {}", "\ud800"],
    "diagnostics": [
        (),
        ({},),
        ("E0384",),
        ({"code": 3, "message": ""},),
        ({"code": "E0384", "message": float("nan")},),
    ],
    "edits": [(), ((0, 0),), ((44, 44, "mut"),), ((999, 999, "mut "),), ((-1, 0, ""),), ((True, 1, ""),)],
    "fixed": ["", "fn a() {}", None],
    "alternatives": [[], ("",), (SUM,), ("fn a() {}", "fn a() {}"), ("\udfff",)],
    "probes": ["use super::*;", None],
    "source_kind": ["web"],
    "source_group": [""],
    "licence": ["", None],
    "toolchain": [""],
    "edition": [2024, "2027"],
    "target": [""],
    "externs": [("any-how",), ["anyhow"]],
    "allow_unsafe": [1, None],
    "file": ["/src/lib.rs", None],
    "item": [(0, 9999), (3, 1), [0, 1], (0,), (-1, 3)],
    "reach": ["far"],
}


@pytest.mark.parametrize("field", SPOILT)
def test_a_field_that_is_not_as_it_must_be_is_named_with_its_row(field: str) -> None:
    row = made_row()
    for value in SPOILT[field]:
        values = {one.name: getattr(row, one.name) for one in fields(row)} | {field: value}
        values[field] = value
        values["id"] = value if field == "id" else _id(values)
        with pytest.raises(RowError, match=r"^row.*expected .*got|^row .*(out of range|cuts|overlap|convert)"):
            Row(**values)


def _id(values: dict[str, Any]) -> str:
    try:
        return content_id(values)
    except (TypeError, ValueError):
        return "unhashed"


def test_missing_and_unknown_fields_are_named() -> None:
    values = made_row().to_dict()
    del values["licence"]
    with pytest.raises(RowError, match="lacks licence and has unknown colour"):
        Row.from_dict({**values, "colour": "red"})
    with pytest.raises(RowError, match="got list"):
        Row.from_dict([])


def test_a_path_of_the_machine_is_refused_and_one_of_the_program_is_not() -> None:
    said = {"level": "error", "code": None, "message": "the type is written to '/tmp/a/long-type.txt'"}
    with pytest.raises(RowError, match=r"no paths, got '/tmp/a/long-type\.txt'"):
        made_row(diagnostics=[said])
    assert made_row(SUM + 'pub const HOME: &str = "/tmp/a/long-type.txt";\n', diagnostics=[said]).codes == ("",)
    assert made_row(diagnostics=[{**said, "message": "cannot divide `f64/i32/u8` by a / b"}])


def test_a_changed_copy_without_a_new_id_is_refused() -> None:
    with pytest.raises(RowError, match="the hash of its other fields"):
        replace(made_row(), licence="MIT")


@given(st.text(st.characters(codec="utf-8")), st.data())
def test_edits_are_taken_back(source: str, data: st.DataObject) -> None:
    starts = [len(source[:at].encode()) for at in range(len(source) + 1)]
    cuts = sorted(data.draw(st.lists(st.sampled_from(starts), max_size=8)))
    edits = [(cuts[at], cuts[at + 1], data.draw(st.text(max_size=3))) for at in range(0, len(cuts) - 1, 2)]
    changed, back = undone(source, data.draw(st.permutations(edits)))
    assert apply_edits(changed, back) == source
    assert list(back) == sorted(back, key=lambda edit: edit[:2])
