"""What a whole crate will come to."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from share_rs.mining.forecast import forecast


def test_nothing_is_foretold_of_nothing_and_no_time_of_one_chunk() -> None:
    assert forecast([], 100) is None
    first = forecast([(10, 4, 1.0)], 100)
    assert first is not None
    assert first.minutes is None
    assert first.rows.expected == 40


@given(
    st.lists(st.tuples(st.integers(1, 200), st.floats(0, 1), st.floats(0.01, 900)), min_size=2), st.integers(0, 9000)
)
def test_bounds_hold_what_is_expected_and_what_is_known(drawn: list[tuple[int, float, float]], left: int) -> None:
    chunks = [(count, round(share * count), seconds) for count, share, seconds in drawn]
    tried, rows = sum(one[0] for one in chunks), sum(one[1] for one in chunks)
    found = forecast(chunks, tried + left)
    assert found is not None
    assert found.minutes is not None
    assert rows <= found.rows.low + 1e-6
    assert found.rows.low <= found.rows.expected + 1e-6
    assert found.rows.expected <= found.rows.high + 1e-6
    assert found.rows.high <= rows + left + 1e-6
    assert found.minutes.low <= found.minutes.expected <= found.minutes.high
    assert found.minutes.low * 60 >= sum(one[2] for one in chunks) - 1e-6


def test_the_bounds_hold_the_truth_nineteen_times_in_twenty() -> None:
    random = Random(5)  # noqa: S311 (a draw, no secret)
    held = 0
    for _ in range(400):
        outcomes = [random.random() < 0.3 for _ in range(2000)]
        found = forecast([(50, sum(outcomes[at : at + 50]), 1.0) for at in range(0, 200, 50)], 2000)
        assert found is not None
        held += found.rows.low <= sum(outcomes) <= found.rows.high
    assert held >= 0.93 * 400
