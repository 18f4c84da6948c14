"""Rows that the tests of their crate judge: those of functions that tests run, scored where they come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from share_rs.errors import RowError
from share_rs.mining.compiled import left_out
from share_rs.mining.coverage import coverage
from share_rs.mining.crate import Mining, mine
from share_rs.mining.deletion import without_line
from share_rs.mining.rowfile import read_rows
from share_rs.mining.score import score
from share_rs.mining.tested import score_in_crate
from tests.mining.stock import BOOKS, LIB

if TYPE_CHECKING:
    from pathlib import Path

    from share_rs import Sandbox
    from share_rs.crates import CrateSandbox
    from share_rs.mining.row import Row

TEXTS = {"src/books.rs": BOOKS, "src/lib.rs": LIB}


@pytest.fixture(scope="module")
def rows(stock: CrateSandbox, stock_root: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    out = tmp_path_factory.mktemp("tested") / "rows.jsonl"
    done = mine(stock, stock_root, out, Mining(budget=900, tests=True))
    assert done.tests["failed"] == ["lib tests::a_network_is_found"]
    assert done.rejected["/: cfg'd out"] >= 1
    return list(read_rows(out))


def test_functions_are_run_by_the_tests_that_pass_and_call_them(stock: CrateSandbox) -> None:
    found = coverage(stock, TEXTS)
    names = {
        BOOKS.encode()[start:end].decode().partition("(")[0].split()[-1]: of
        for (_, (start, end)), of in found.tests.items()
    }
    # The test that calls `price` fails in the jail, and the derived `clone` is nobody's text.
    assert names == {
        "total": ("lib tests::prices_are_added_up",),
        "by_price": ("test outside names_are_found_by_price",),
    }
    assert (found.functions, found.unmarked) == (6, 0)


def test_a_function_that_cannot_be_marked_leaves_the_others_marked(stock: CrateSandbox) -> None:
    odd = (
        BOOKS
        + "#[deny(unused_results, unreachable_code)]\npub fn odd() -> ! {\n    extern crate core as share_rs_std;\n    loop {}\n}\n"
    )
    found = coverage(stock, {**TEXTS, "src/books.rs": odd})
    assert found.unmarked <= 1
    assert len(found.tests) == 2


def test_what_cfg_takes_out_is_left_out_and_nothing_else(stock: CrateSandbox) -> None:
    ((file, (start, end)),) = left_out(stock, TEXTS)
    assert file == "src/books.rs"
    assert BOOKS.encode()[start:end].startswith(b"#[cfg(any())]\npub fn never()")


def test_rows_of_functions_that_tests_run_are_judged_by_them(rows: list[Row]) -> None:
    by_judge = {judge: [row for row in rows if row.judge == judge] for judge in ("tests", "repair")}
    assert len(by_judge["tests"]) >= 4
    assert len(by_judge["repair"]) >= 2
    assert len(by_judge["tests"]) + len(by_judge["repair"]) == len(rows)
    for row in by_judge["tests"]:
        assert row.tests in {("lib tests::prices_are_added_up",), ("test outside names_are_found_by_price",)}
        assert (row.crate, row.file) == ("shelf 0.1.0", "src/books.rs")
    assert all(row.tests == () for row in by_judge["repair"])


def test_answers_are_scored_in_their_crate(stock: CrateSandbox, rows: list[Row]) -> None:
    row = next(row for row in rows if row.judge == "tests" and "fn total" in row.broken and "let sum" in row.broken)
    other = row.fixed.replace("let mut sum = 0;", "let mut sum = 1;\n    sum -= 1;")
    wrong = row.fixed.replace("sum += item.price", "sum += 2 * item.price")
    equal = next(row for row in rows if row.judge == "repair")
    answers = [row.fixed, other, wrong, row.broken, without_line(row), row.fixed + "// …\n"]
    found = score_in_crate(stock, [*((row, answer) for answer in answers), (equal, equal.fixed), (equal, equal.broken)])
    reasons = ["passes", "passes", "tests fail", "does not compile", "tests fail", "other window"]
    assert [one.reason for one in found] == [*reasons, "passes", "does not compile"]
    assert {one.judge for one in found[:6]} == {"tests"}


def test_every_row_scores_its_repair_as_right_and_no_row_the_cheapest_cheat(
    stock: CrateSandbox, rows: list[Row]
) -> None:
    assert all(one.right for one in score_in_crate(stock, [(row, row.fixed) for row in rows]))
    assert not any(one.right for one in score_in_crate(stock, [(row, without_line(row)) for row in rows]))


def test_a_row_of_another_crate_or_of_a_file_that_changed_is_refused(stock: CrateSandbox, rows: list[Row]) -> None:
    row = rows[0]
    with pytest.raises(RowError, match=r"expected one of shelf 0\.1\.0"):
        score_in_crate(stock, [(row.changed(crate="shelf 0.2.0"), row.fixed)])
    (start, end), *rest = row.kept
    with pytest.raises(RowError, match="has changed since"):
        score_in_crate(stock, [(row.changed(kept=((start, end - 1), *rest)), row.fixed)])


def test_rows_of_a_crate_are_scored_by_equality_where_the_crate_is_not_at_hand(wide: Sandbox, rows: list[Row]) -> None:
    equal = [row for row in rows if row.judge == "repair"]
    assert all(one.right for one in score(wide, [(row, row.fixed) for row in equal]))
    assert not any(one.right for one in score(wide, [(row, row.broken) for row in equal]))
