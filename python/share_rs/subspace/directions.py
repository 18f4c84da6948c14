"""The leading directions of stacked columns: eigenvectors of their moment, without the moment.

For columns X (n x m) these are the left singular vectors; an energy is a squared singular value, and the total energy is
the trace, ||X||^2. Small stacks are decomposed directly. Large ones are iterated on (krylov.py) as long as few directions
are wanted, else their smaller Gram side is decomposed (gram.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from share_rs.subspace.balance import signs_of
from share_rs.subspace.gram import gram_directions
from share_rs.subspace.krylov import krylov_directions
from share_rs.subspace.linalg import norm, svd

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

DIRECT = 640
"""Up to this smaller side a stack is decomposed by SVD (0.4 s at 640 on one core)."""
SMALL = 2.0**-20
"""Rows whose largest entry is between this and its inverse are far from where squares of float32 overflow or vanish."""
FEW = 6
"""Iterating pays while at most one direction in this many of the smaller side is wanted."""


@dataclass(frozen=True)
class Directions:
    """Directions with positive energy, in descending order of it."""

    basis: Tensor
    """n x k, orthonormal, float64; the largest entry of each column is positive."""
    energies: Tensor
    """k, float64."""
    total: float
    """The energy of all columns, captured or not."""


def leading_directions(
    rows: Tensor, enough: Callable[[Tensor, float], int | None], *, guess: int = 32, seed: int = 0
) -> Directions:
    """The leading directions, as many as are wanted, or all where there are fewer.

    Args:
        rows: m x n, float64: the transpose of the columns, so that each lies together in memory.
        enough: from descending energies and the total energy to how many are wanted; None where more energies are needed.
        guess: how many are wanted, roughly.
        seed: of the start of an iteration; it moves results by rounding only.

    Returns:
        Where sigma_k / sigma_(k+1) is 1.1 or more, within sin 1e-6 of the exact subspace, as long as float64 holds it
        (sigma_k above 1e-8 sigma_1); captured energy to 1e-10 always.
    """
    m, n = rows.shape
    # No copy of all rows for their sizes.
    peak = max(-float(rows.min()), float(rows.max())) if rows.numel() else 0.0
    if peak == 0.0:
        return Directions(rows.new_zeros(n, 0), rows.new_zeros(0), 0.0)
    if SMALL <= peak <= 1 / SMALL:
        peak, scaled = 1.0, rows  # no copy of what can be squared as it is
    else:
        scaled = rows / peak
    total = norm(scaled) ** 2
    smaller = min(m, n)
    found = None
    k = max(1, guess)
    while smaller > DIRECT and k * FEW <= smaller:
        attempt = krylov_directions(scaled, k, seed)
        if attempt is None:
            break
        basis, energies = attempt
        wanted = enough(energies * peak**2, total * peak**2)
        rank = _rank(energies, m, n)
        if rank < k or (wanted is not None and wanted <= k):
            count = rank if wanted is None else min(wanted, rank)
            found = basis[:, :count], energies[:count]
            break
        k = 2 * k if wanted is None else wanted
    if found is None:
        basis, energies = _all(scaled, lambda found: enough(found * peak**2, total * peak**2))
        rank = _rank(energies, m, n)
        wanted = enough(energies[:rank] * peak**2, total * peak**2)
        count = rank if wanted is None else min(wanted, rank)
        found = basis[:, :count], energies[:count]
    basis, energies = found
    return Directions(basis * signs_of(basis), energies * peak**2, total * peak**2)


def _all(rows: Tensor, enough: Callable[[Tensor], int | None]) -> tuple[Tensor, Tensor]:
    if min(rows.shape) > DIRECT:
        return gram_directions(rows, enough)
    basis, values, _ = svd(rows.T)
    return basis, values**2


def _rank(energies: Tensor, m: int, n: int) -> int:
    """How many energies are more than rounding: singular values above max(m, n) eps of the largest."""
    if not len(energies):
        return 0
    threshold = (max(m, n) * torch.finfo(torch.float64).eps) ** 2 * float(energies[0])
    return int((energies > threshold).sum())
