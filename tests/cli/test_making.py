"""`share-rs rows generate` and `rows docs`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from share_rs.cli.rows import app
from share_rs.errors import RowError
from share_rs.mining import supply
from share_rs.mining.docs import documentation, examples
from share_rs.mining.rowfile import read_rows

if TYPE_CHECKING:
    from pathlib import Path

    from share_rs.mining.source import Source


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(supply, "PROGRAMS", 6)
    monkeypatch.setenv("SHARE_RS_CACHE", str(tmp_path / "cache"))


def run(*arguments: str) -> tuple[int, dict[str, Any]]:
    result = CliRunner().invoke(app, [*arguments, "--json"], catch_exceptions=False)
    return result.exit_code, json.loads(result.stdout)


def test_generate_makes_the_rows_that_are_asked_for_and_continues_for_nothing(tmp_path: Path) -> None:
    out = tmp_path / "rows.jsonl"
    arguments = ["generate", "--out", str(out), "--rows", "6", "--family", "bc_move", "--seed", "3"]
    code, document = run(*arguments)
    assert code == 0
    assert document["families"] == {"bc_move": 6}
    assert document["rows"] == 6
    assert document["short"] == {}
    assert [row.family for row in read_rows(out)] == ["bc_move"] * 6
    before = out.read_bytes()
    assert run(*arguments)[0] == 0
    assert out.read_bytes() == before


def test_generate_says_what_is_missing_when_its_time_is_over(tmp_path: Path) -> None:
    code, document = run("generate", "--out", str(tmp_path / "rows.jsonl"), "--family", "bc_move", "--minutes", "0")
    assert code == 1
    assert document["short"] == {"bc_move": 0}


def test_generate_knows_its_families(tmp_path: Path) -> None:
    with pytest.raises(RowError, match="got bc_nothing"):
        run("generate", "--out", str(tmp_path / "rows.jsonl"), "--family", "bc_nothing")


def test_docs_walks_the_examples_and_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    documentation()

    def few(rustc: str) -> list[Source]:
        return examples(rustc)[::400][:12]

    monkeypatch.setattr("share_rs.cli.making.examples", few)
    out = tmp_path / "rows.jsonl"
    code, document = run("docs", "--out", str(out), "--minutes", "0")
    assert (code, document["programs_left"]) == (0, 12)
    code, document = run("docs", "--out", str(out))
    assert (code, document["programs_left"]) == (0, 0)
    rows = list(read_rows(out))
    assert {row.source_kind for row in rows} == {"docs"}
    assert {row.licence for row in rows} == {"MIT OR Apache-2.0"}
    assert len(rows) == document["rows"] > 5
