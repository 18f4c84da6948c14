"""The statistics against formulas that share nothing with scipy."""

from itertools import combinations
from math import comb, isclose, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from share_rs.evaluation.statistics import mcnemar, pass_at_k, spread, wilson_interval

wilson_interval(1, 2)  # imports scipy now, so that hypothesis does not time it

counts = st.integers(1, 300).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total)))


@given(counts)
def test_the_wilson_interval_holds_the_shares_that_a_score_test_does_not_reject(count: tuple[int, int]) -> None:
    passed, total = count
    low, high = wilson_interval(passed, total)
    z = 1.959963984540054
    centre = (passed + z * z / 2) / (total + z * z)
    half = z / (total + z * z) * sqrt(passed * (total - passed) / total + z * z / 4)
    assert isclose(low, max(centre - half, 0.0), abs_tol=1e-9)
    assert isclose(high, min(centre + half, 1.0), abs_tol=1e-9)


@given(counts)
def test_the_wilson_interval_holds_the_share_itself_and_mirrors(count: tuple[int, int]) -> None:
    passed, total = count
    low, high = wilson_interval(passed, total)
    mirrored_low, mirrored_high = wilson_interval(total - passed, total)
    assert 0 <= low <= passed / total + 1e-12
    assert passed / total - 1e-12 <= high <= 1
    assert isclose(low, 1 - mirrored_high, abs_tol=1e-9)
    assert isclose(high, 1 - mirrored_low, abs_tol=1e-9)


def test_nothing_measured_is_nothing_known() -> None:
    assert wilson_interval(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize(("passed", "total"), [(-1, 3), (4, 3), (1, 0)])
def test_impossible_counts_are_refused(passed: int, total: int) -> None:
    with pytest.raises(ValueError, match="0 <= passed <= total"):
        wilson_interval(passed, total)


@given(st.integers(0, 60), st.integers(0, 60))
def test_mcnemar_is_the_share_of_outcomes_at_least_as_unlikely(gains: int, losses: int) -> None:
    pairs = gains + losses
    rarer = sum(comb(pairs, k) for k in range(pairs + 1) if comb(pairs, k) <= comb(pairs, gains))
    assert isclose(mcnemar(gains, losses), rarer / 2**pairs, rel_tol=1e-9)
    assert mcnemar(gains, losses) == mcnemar(losses, gains)


def test_mcnemar_of_no_difference_is_one_and_six_gains_are_the_first_significant_result() -> None:
    assert mcnemar(0, 0) == 1.0
    assert mcnemar(5, 0) == pytest.approx(0.0625)
    assert mcnemar(6, 0) == pytest.approx(0.03125)
    with pytest.raises(ValueError, match="expected counts"):
        mcnemar(-1, 2)


@given(st.integers(1, 9).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n), st.integers(1, n))))
def test_pass_at_k_is_the_share_of_draws_that_hold_a_correct_sample(drawn: tuple[int, int, int]) -> None:
    samples, correct, k = drawn
    draws = list(combinations([True] * correct + [False] * (samples - correct), k))
    assert isclose(pass_at_k(samples, correct, k), sum(map(any, draws)) / len(draws), abs_tol=1e-12)


@pytest.mark.parametrize(("samples", "correct", "k"), [(3, 4, 1), (3, 1, 0), (3, 1, 4), (3, -1, 1)])
def test_pass_at_k_refuses_draws_that_cannot_be(samples: int, correct: int, k: int) -> None:
    with pytest.raises(ValueError, match="1 <= k <= samples"):
        pass_at_k(samples, correct, k)


def test_the_spread_is_lowest_and_highest() -> None:
    assert spread([3, 5, 4]) == (3, 5)
    assert spread([]) == (0, 0)
