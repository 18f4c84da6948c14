"""`share-rs rows` counts, shows, checks, splits and exports."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from share_rs import find_koan
from share_rs.mining.rowfile import read_rows, write_rows
from tests.mining.copying import renamed
from tests.mining.rows import SUM, made_row
from tests.mining.test_splits import ROWS, rows_of

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Call


@pytest.fixture
def file(tmp_path: Path) -> Path:
    write_rows(tmp_path / "rows.jsonl", ROWS)
    return tmp_path / "rows.jsonl"


def test_rows_are_split_and_the_splits_pass_the_check(call: Call, file: Path, tmp_path: Path) -> None:
    done = call("rows", "split", file, "--out", "splits", "--test", "0.2", "--seed", "3", "--json")
    assert done.code == 0, done.err
    said = json.loads(done.out)
    parts = [tmp_path / "splits" / f"{name}.jsonl" for name in ("train", "validation", "test")]
    assert [len(list(read_rows(part))) for part in parts] == list(said["rows"].values())
    listed = json.loads((tmp_path / "splits" / "splits.json").read_text())["left_out_rows"]
    assert sum(said["rows"].values()) + len(listed) == len(ROWS)
    checked = call("rows", "check", *parts)
    assert (checked.code, checked.out.split(";")[0]) == (0, "0 leaks")


def test_a_leak_is_named_and_the_exit_code_is_one(call: Call, file: Path, tmp_path: Path) -> None:
    copy = rows_of(renamed(ROWS[0].fixed, 1), "copy")[0]
    koan = rows_of(renamed(find_koan("bc_001").fixed, 1), "koan")[0]
    write_rows(tmp_path / "test.jsonl", [copy, koan])
    done = call("rows", "check", file, "test.jsonl", "--no-explain", "--json")
    assert done.code == 1
    leaks = json.loads(done.out)["leaks"]
    assert {(one["kind"], one["other"]) for one in leaks if one["kind"] == "known"} == {("known", "koan bc_001, fixed")}
    assert f"test {copy.id}" in {one["other"] for one in leaks if one["kind"] == "copy"}
    assert (
        f"copy: rows {ROWS[0].id} and test {copy.id}" in call("rows", "check", file, "test.jsonl", "--no-explain").out
    )


def test_rows_are_shown_with_their_diagnostic_and_their_diff(call: Call, tmp_path: Path) -> None:
    span = {"line_start": 4, "is_primary": True, "label": "cannot assign twice"}
    said = {"level": "error", "code": "E0384", "message": "cannot assign", "spans": [span]}
    write_rows(tmp_path / "rows.jsonl", [made_row(diagnostics=[said])])
    lines = call("rows", "show", "rows.jsonl", "--family", "bc_mut").out.splitlines()
    assert "error[E0384]: cannot assign" in lines
    assert "   4 |         total += value;  <- cannot assign twice" in lines
    assert "-    let total = 0;" in lines
    assert "+    let mut total = 0;" in lines
    assert json.loads(call("rows", "show", "rows.jsonl", "--json").out)["rows"][0]["fixed"] == SUM


def test_few_of_each_family_are_shown_and_the_counts_are_those_of_the_rows(call: Call, file: Path) -> None:
    families = {row.family for row in ROWS}
    shown = json.loads(call("rows", "show", file, "-n", "1", "--json").out)["rows"]
    assert sorted(row["family"] for row in shown) == sorted(families)
    counted = json.loads(call("rows", "stats", file, "--json").out)
    assert counted["rows"] == sum(one["rows"] for one in counted["families"].values()) == len(ROWS)
    assert f"{len(ROWS)} rows in {len(families)} families" in call("rows", "stats", file).out


def test_an_export_prints_the_licences_and_warns_of_private_source(call: Call, tmp_path: Path) -> None:
    rows = [made_row(), made_row(group="own", source_kind="crate", licence="LicenseRef-Own")]
    write_rows(tmp_path / "rows.jsonl", rows)
    done = call("rows", "export", "rows.jsonl", "-o", "rows.parquet")
    assert done.out.splitlines() == [
        "rows.parquet: 2 rows",
        "      1 rows: LicenseRef-Own",
        "      1 rows: MIT OR Apache-2.0",
    ]
    assert "keep them where their licences allow" in done.err
    back = call("rows", "export", "rows.parquet", "-o", "back.jsonl", "--json")
    assert json.loads(back.out)["licences"] == {"LicenseRef-Own": 1, "MIT OR Apache-2.0": 1}
    assert (tmp_path / "back.jsonl").read_bytes() == (tmp_path / "rows.jsonl").read_bytes()


def test_an_export_for_trainers_has_prompts_and_answers_and_counts_what_it_leaves_out(
    call: Call, tmp_path: Path
) -> None:
    said = {"level": "error", "code": "E0384", "message": "cannot assign twice to immutable variable `total`"}
    whole: dict[str, Any] = {**said, "stage": "borrowck", "spans": [], "children": []}
    write_rows(tmp_path / "rows.jsonl", [made_row(diagnostics=[whole]), made_row(group="bare", diagnostics=[said])])
    done = call("rows", "export", "rows.jsonl", "-o", "train.jsonl", "--to", "prompt", "--answer", "lines")
    assert done.code == 0, done.err
    assert done.out.splitlines()[0] == "train.jsonl: 1 rows"
    assert "1 rows left out: expected diagnostics with every field" in done.out
    (line,) = (tmp_path / "train.jsonl").read_text("utf-8").splitlines()
    assert json.loads(line)["answer"] == "2→    let mut total = 0;"
    assert "1→pub fn sum" in json.loads(line)["prompt"]
    for to, key in (("trl", "completion"), ("alpaca", "output")):
        told = json.loads(call("rows", "export", "rows.jsonl", "-o", f"{to}.jsonl", "--to", to, "--json").out)
        assert told["written"] == sum(told["refused"].values()) == 1
        assert key in json.loads((tmp_path / f"{to}.jsonl").read_text("utf-8"))


def test_bad_input_is_named(call: Call, file: Path, tmp_path: Path) -> None:
    (tmp_path / "damaged.jsonl").write_bytes(b"{}\n")
    for arguments, said in {
        ("check", "missing.jsonl"): "cannot read the rows missing.jsonl",
        ("check", "damaged.jsonl"): "damaged.jsonl, line 1: row without id lacks id, family",
        ("check", file, file): "each file once",
        ("export", file, "-o", "rows.csv"): ".parquet",
        ("export", file, "-o", "rows.parquet", "--to", "trl"): "ends in .jsonl",
        ("export", file, "-o", "rows.jsonl", "--to", "chat"): "prompt, trl, alpaca",
        ("export", file, "-o", "rows.jsonl", "--to", "trl", "--answer", "patch"): "one of the formats",
        ("show", file, "--family", "nobody"): "nobody",
        ("split", file, "--out", "out", "--test", "0.5", "--validation", "0.5"): "sum is below 1",
        ("check", file, "--koans", "missing"): "missing",
    }.items():
        done = call("rows", *arguments)
        assert (done.code, said in done.err, done.out) == (2, True, ""), done.err
