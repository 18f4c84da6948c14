"""A supply of rows is the same however often it was interrupted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from share_rs.errors import RowError
from share_rs.mining import supply as module
from share_rs.mining.copies import duplicate_key
from share_rs.mining.progress import Growing
from share_rs.mining.rowfile import read_rows
from share_rs.mining.supply import supply
from share_rs.mining.wanted import Wanted

if TYPE_CHECKING:
    from pathlib import Path

    from share_rs import Sandbox

WANTED = Wanted(rows=12, families=("bc_move", "bc_mut"), seed=4)


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PROGRAMS", 6)


@pytest.fixture(scope="module")
def whole(wide: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "PROGRAMS", 6)
        out = tmp_path_factory.mktemp("rows") / "rows.jsonl"
        supply(wide, out, WANTED)
    return out


def test_every_family_gets_its_rows_no_two_of_them_copies(whole: Path) -> None:
    rows = list(read_rows(whole))
    assert [row.family for row in rows].count("bc_move") == 12
    assert [row.family for row in rows].count("bc_mut") == 12
    assert len({duplicate_key(row) for row in rows}) == len(rows) == 24


def test_an_interrupted_supply_goes_on_and_ends_with_the_same_bytes(wide: Sandbox, whole: Path, tmp_path: Path) -> None:
    out = tmp_path / "rows.jsonl"

    class StoppedError(Exception):
        pass

    def stop(_: object) -> None:
        raise StoppedError

    for _ in range(2):
        with pytest.raises(StoppedError):
            supply(wide, out, WANTED, report=stop)
        # What a kill leaves in the middle of a batch.
        with out.open("ab") as file:
            file.write(b'{"id": "half a row')
    supply(wide, out, WANTED)
    assert out.read_bytes() == whole.read_bytes()


def test_other_settings_do_not_continue_a_file(wide: Sandbox, whole: Path) -> None:
    before = whole.read_bytes()
    with pytest.raises(RowError, match="begun with"):
        supply(wide, whole, Wanted(rows=13, families=("bc_move", "bc_mut"), seed=4))
    assert whole.read_bytes() == before


def test_a_file_that_is_no_supply_is_left_alone(wide: Sandbox, tmp_path: Path) -> None:
    out = tmp_path / "rows.jsonl"
    out.write_text("mine\n")
    with pytest.raises(RowError, match="expected no file"):
        supply(wide, out, WANTED)
    assert out.read_text() == "mine\n"


def test_the_time_is_kept_and_the_counts_are_told(wide: Sandbox, tmp_path: Path) -> None:
    out = tmp_path / "rows.jsonl"
    assert supply(wide, out, WANTED, minutes=0).rows == {}
    seen: list[int] = []
    progress = supply(wide, out, WANTED, report=lambda now: seen.append(sum(now.rows.values())))
    assert seen == sorted(seen)
    assert seen[-1] == sum(progress.rows.values()) == 24
    assert json.loads((tmp_path / "rows.jsonl.progress.json").read_text())["rows"] == progress.rows


def test_when_the_families_are_full_a_pattern_gets_the_rows_that_it_lacks(wide: Sandbox, tmp_path: Path) -> None:
    wanted = Wanted(rows=2, families=("rh_custom_error",), patterns=4, seed=4)
    progress = supply(wide, tmp_path / "rows.jsonl", wanted)
    assert progress.patterns["result_map_err"] == 4
    assert progress.rows["rh_custom_error"] >= 4


def test_two_processes_do_not_append_to_one_file(wide: Sandbox, tmp_path: Path) -> None:
    out = tmp_path / "rows.jsonl"
    with Growing(out, {"source": "other"}), pytest.raises(RowError, match="another process appends to the rows"):
        supply(wide, out, WANTED)
    assert supply(wide, out, WANTED, minutes=0).rows == {}
