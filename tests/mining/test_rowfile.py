"""Files of rows give back what was put in, whole."""

from __future__ import annotations

import json
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from share_rs.errors import RowError
from share_rs.mining.line import from_line, to_line
from share_rs.mining.rowfile import RowFile, read_rows, write_rows
from tests.mining.rows import SUM, made_row

if TYPE_CHECKING:
    from pathlib import Path

ROWS = [
    made_row(),
    made_row(group="zoë\u2028", item=(0, 9), reach="remote", externs=["anyhow"], allow_unsafe=True, pattern=None),
    made_row(judge="value", probes="use crate::sum;", alternatives=["fn a() {}", "fn b() {}"], file="src/lib.rs"),
]


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.parquet"])
def test_what_is_written_is_read_and_equal_rows_give_equal_bytes(tmp_path: Path, name: str) -> None:
    path, again = tmp_path / name, tmp_path / f"again_{name}"
    assert write_rows(path, ROWS) == write_rows(again, ROWS) == 3
    assert list(read_rows(path)) == ROWS
    assert path.read_bytes() == again.read_bytes()
    assert sorted(one.name for one in tmp_path.iterdir()) == sorted([path.name, again.name])


@given(st.text(st.characters(codec="utf-8"), min_size=1).filter(str.strip), st.integers(-9, 9))
def test_a_line_is_one_line_whatever_the_row_holds(text: str, number: int) -> None:
    row = made_row(
        SUM + f"// {text!r}", group=text, diagnostics=[{"message": text, "code": None, "z": number, "a": []}]
    )
    line = to_line(row)
    assert (line.count("\n"), line[-1]) == (1, "\n")
    assert from_line(line.encode()) == row
    assert to_line(from_line(line.encode())) == line


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.parquet"])
def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    write_rows(path, ROWS[:1])

    def broken_off() -> object:
        yield ROWS[1]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_rows(path, broken_off())  # pyright: ignore[reportArgumentType]
    assert list(read_rows(path)) == ROWS[:1]
    assert [one.name for one in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("cut", [1, 5, 300])
def test_a_torn_last_line_is_cut_and_reported_and_nothing_else(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "rows.jsonl"
    write_rows(path, ROWS[:2])
    whole = path.read_bytes()
    last = len(to_line(ROWS[1]).encode())
    path.write_bytes(whole[:-cut])
    told: list[str] = []
    assert list(read_rows(path, torn=told.append)) == (ROWS[:2] if cut == 1 else ROWS[:1])
    assert len(told) == (cut > 1)
    with RowFile(path) as file:
        assert file.torn == last - cut
        assert [file.append(row) for row in ROWS] == [False, True, True]
    assert list(read_rows(path)) == ROWS


def test_a_damaged_line_in_the_middle_is_named_and_nothing_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    write_rows(path, ROWS)
    lines = path.read_bytes().splitlines(keepends=True)
    for damaged in (lines[1][:100] + b"\n", lines[1].replace(b"bc_mut", b"bc_ref"), b"\n", b"\xff\n", b"[]\n"):
        path.write_bytes(lines[0] + damaged + lines[2])
        before = path.read_bytes()
        with pytest.raises(RowError, match=r"rows\.jsonl, line 2: "):
            list(read_rows(path))
        with pytest.raises(RowError, match=r"rows\.jsonl, line 2: "), RowFile(path):
            pass
        assert path.read_bytes() == before


def test_two_do_not_append_at_once(tmp_path: Path) -> None:
    with (
        RowFile(tmp_path / "rows.jsonl"),
        pytest.raises(RowError, match="another process"),
        RowFile(tmp_path / "rows.jsonl"),
    ):
        pass


def test_what_is_no_parquet_of_rows_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    path.write_bytes(b"PAR1")
    with pytest.raises(RowError, match="cannot read"):
        list(read_rows(path))
    pyarrow: Any = import_module("pyarrow")
    parquet: Any = import_module("pyarrow.parquet")
    parquet.write_table(pyarrow.table({"id": ["a"]}), path)
    with pytest.raises(RowError, match="expected the columns id, family"):
        list(read_rows(path))
    with pytest.raises(RowError, match="No such file"):
        list(read_rows(tmp_path / "missing.parquet"))


def test_the_keys_stand_in_order() -> None:
    said = {"message": "m", "code": None, "level": "error"}
    assert list(json.loads(to_line(made_row(diagnostics=[said])))["diagnostics"][0]) == ["code", "level", "message"]
