"""Windows of files, put back into them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from share_rs._native import apply_edits, items, mutations, window
from share_rs.mining.pieces import kept, put_back
from share_rs.mining.undo import undone
from tests.mining.samples import SAMPLES

if TYPE_CHECKING:
    from share_rs._native import Mutation

TEXT = "\n".join(sorted(SAMPLES.values())[:12])
ALL = mutations(TEXT)


@given(st.sampled_from(ALL), st.integers(200, 3000))
def test_a_window_put_back_is_its_file_broken_and_repaired(one: Mutation, budget: int) -> None:
    broken, back = undone(TEXT, one.edits)
    grown = sum(
        len(new.encode()) - (last - first) for first, last, new in one.edits if one.item[0] <= first < one.item[1]
    )
    try:
        shown = window(broken, (one.item[0], one.item[1] + grown), budget=budget, remote=[edit[:2] for edit in back])
        repaired = apply_edits(shown.text, shown.from_file(back))
    except ValueError:
        return
    ranges = kept(shown, back)
    assert put_back(TEXT, ranges, repaired) == TEXT
    assert put_back(TEXT, ranges, shown.text) == broken


def test_an_answer_with_other_marks_is_refused() -> None:
    (start, end), _, _ = items(TEXT)[0]
    shown = window(TEXT, (start, end), budget=200)
    assert "…" in shown.text
    ranges = kept(shown, ())
    with pytest.raises(ValueError, match=r"expected \d+ marks of elided text, got"):
        put_back(TEXT, ranges, shown.text + "// …\n")
    with pytest.raises(ValueError, match="leave them as they are"):
        put_back(TEXT, ranges, "fn main() {}\n")
