"""Rows of a crate: its own code, shown through windows, checked as its build checks it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from share_rs._native import apply_edits
from share_rs.errors import RowError
from share_rs.mining import crate as module
from share_rs.mining.crate import Mining, mine
from share_rs.mining.rowfile import read_rows

if TYPE_CHECKING:
    from pathlib import Path

    from share_rs.crates import CrateSandbox


@pytest.fixture(scope="module")
def mined(stock: CrateSandbox, stock_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("rows") / "rows.jsonl"
    mine(stock, stock_root, out, Mining(budget=900))
    return out


def test_rows_of_several_families_hold_windows_of_the_users_code(mined: Path, stock_root: Path) -> None:
    rows = list(read_rows(mined))
    assert len({row.family for row in rows}) >= 4
    text = (stock_root / "src/books.rs").read_text()
    for row in rows:
        assert (row.judge, row.source_kind, row.file, row.licence) == ("repair", "crate", "src/books.rs", "MIT")
        assert apply_edits(row.broken, list(row.edits)) == row.fixed
        assert len(row.broken) < len(text)
        assert row.codes[0]
        # What is not elided is the file's own text.
        assert all(line in text for line in row.fixed.splitlines() if "…" not in line)


def test_each_row_fails_in_its_crate_as_it_says(stock: CrateSandbox, mined: Path, stock_root: Path) -> None:
    text = (stock_root / "src/books.rs").read_text()
    row = next(row for row in read_rows(mined) if row.variant == "drop_mut")
    broken = text.replace("let mut sum = 0;", "let sum = 0;", 1)
    other = text.replace("let mut found", "let found", 1)
    expected = broken if "let sum" in row.broken else other
    (verdict,) = stock.checks([{"src/books.rs": expected}])
    assert tuple(verdict.codes) == row.codes


def test_what_clippy_judges_is_a_row_that_only_its_own_text_repairs(mined: Path) -> None:
    rows = [row for row in read_rows(mined) if row.family == "r24_copied"]
    assert [row.codes for row in rows] == [("clippy::map_clone",)]
    assert (rows[0].judge, rows[0].pattern, rows[0].alternatives) == ("repair", None, ())
    assert "copied()" in rows[0].fixed
    assert "copied()" not in rows[0].broken


def test_code_that_is_not_compiled_gives_no_rows(mined: Path) -> None:
    assert not any("fn never" in row.broken and "let sum" in row.broken for row in read_rows(mined))


def test_mining_goes_on_where_it_stopped_and_ends_with_the_same_bytes(
    stock: CrateSandbox, stock_root: Path, mined: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CHUNK", 10)
    out = tmp_path / "rows.jsonl"

    class StoppedError(Exception):
        pass

    def stop(*_: object) -> None:
        raise StoppedError

    with pytest.raises(StoppedError):
        mine(stock, stock_root, out, Mining(budget=900), report=stop)
    with out.open("ab") as file:
        file.write(b"half")
    done = mine(stock, stock_root, out, Mining(budget=900))
    assert sorted(row.id for row in read_rows(out)) == sorted(row.id for row in read_rows(mined))
    assert done.rows == {family: count for family, count in done.rows.items() if count}


def test_a_crate_that_changed_does_not_continue_a_file(stock: CrateSandbox, stock_root: Path, mined: Path) -> None:
    before = mined.read_bytes()
    with pytest.raises(RowError, match="begun with"):
        mine(stock, stock_root, mined, Mining(seed=1, budget=900))
    assert mined.read_bytes() == before


def test_rows_and_time_are_kept(stock: CrateSandbox, stock_root: Path, tmp_path: Path) -> None:
    assert mine(stock, stock_root, tmp_path / "none.jsonl", minutes=0).rows == {}
    assert sum(mine(stock, stock_root, tmp_path / "no.jsonl", rows=1).rows.values()) >= 1
