"""Intervals and tests for a few dozen koans; scipy is imported where it is used, for it takes longer than the rest."""

from collections.abc import Sequence
from math import comb


def wilson_interval(passed: int, total: int, confidence: float = 0.95) -> tuple[float, float]:
    """The Wilson score interval of a proportion, both ends in [0, 1].

    Of nothing measured nothing is known: `total` = 0 gives (0, 1).

    Raises:
        ValueError: `passed` is not in 0..=`total`.
    """
    if not 0 <= passed <= total:
        raise ValueError(f"expected 0 <= passed <= total, got passed = {passed}, total = {total}")
    if total == 0:
        return (0.0, 1.0)
    from scipy.stats import binomtest  # noqa: PLC0415 - 0.5 s at import

    interval = binomtest(passed, total).proportion_ci(confidence_level=confidence, method="wilson")
    return (float(interval.low), float(interval.high))


def mcnemar(gains: int, losses: int) -> float:
    """The two-sided p of the exact McNemar test: a sign test on the pairs that differ; 1 where none does."""
    if gains < 0 or losses < 0:
        raise ValueError(f"expected counts, got gains = {gains}, losses = {losses}")
    if gains + losses == 0:
        return 1.0
    from scipy.stats import binomtest  # noqa: PLC0415 - 0.5 s at import

    return float(binomtest(gains, gains + losses, 0.5).pvalue)


def pass_at_k(samples: int, correct: int, k: int) -> float:
    """The unbiased estimate of pass@k: the chance that k of the samples, drawn without replacement, hold a correct one.

    Source: Chen et al. 2021, arXiv:2107.03374, equation 1.

    Raises:
        ValueError: `correct` is not in 0..=`samples`, or `k` not in 1..=`samples`.
    """
    if not (0 <= correct <= samples and 1 <= k <= samples):
        raise ValueError(f"expected 0 <= correct <= samples and 1 <= k <= samples, got {correct=}, {samples=}, {k=}")
    return 1.0 - comb(samples - correct, k) / comb(samples, k)


def spread(counts: Sequence[int]) -> tuple[int, int]:
    """Lowest and highest over repeats; (0, 0) of none."""
    return (min(counts, default=0), max(counts, default=0))
