"""What a whole crate will come to, from the mutations that were tried so far: they are a random draw from all."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_Z = 1.96
"""Standard deviations on both sides that hold 95 of 100."""
_LEAST = 2
"""Chunks from which on their times have a spread."""


@dataclass(frozen=True)
class Range:
    """A figure, and the bounds that hold it in 95 of 100 cases."""

    low: float
    expected: float
    high: float


@dataclass(frozen=True)
class Forecast:
    """What all mutations will come to."""

    rows: Range
    """Copies of earlier rows are not kept, and grow more frequent: the later rows are fewer rather than more."""
    minutes: Range | None
    """None before there are two chunks to compare."""


def forecast(chunks: Sequence[tuple[int, int, float]], total: int) -> Forecast | None:
    """The forecast from chunks, each its mutations, rows and seconds, of `total` mutations; None before the first.

    Rows: Wilson's interval for what is left, which is drawn without putting back. Minutes: by the spread of the chunks' pace.
    """
    tried = sum(count for count, _, _ in chunks)
    if not tried:
        return None
    rows = sum(found for _, found, _ in chunks)
    left = max(0, total - tried)
    low, high = _wilson(rows / tried, tried)
    # Of what was tried nothing is unknown any more.
    expected = Range(rows + low * left, rows + rows / tried * left, rows + high * left)
    return Forecast(expected, _minutes(chunks, left))


def _wilson(share: float, count: int) -> tuple[float, float]:
    square = _Z * _Z
    middle = (share + square / (2 * count)) / (1 + square / count)
    half = _Z / (1 + square / count) * math.sqrt(share * (1 - share) / count + square / (4 * count * count))
    return max(0.0, middle - half), min(1.0, middle + half)


def _minutes(chunks: Sequence[tuple[int, int, float]], left: int) -> Range | None:
    paces = [seconds / count for count, _, seconds in chunks if count]
    if len(paces) < _LEAST:
        return None
    spent = sum(seconds for _, _, seconds in chunks)
    pace = spent / sum(count for count, _, _ in chunks)
    half = _Z * stdev(paces) / math.sqrt(len(paces))
    slow, fast = fmean(paces) + half, max(0.0, fmean(paces) - half)
    return Range(
        (spent + min(fast, pace) * left) / 60, (spent + pace * left) / 60, (spent + max(slow, pace) * left) / 60
    )
