"""All directions of many columns, by the eigenvectors of the smaller Gram side, level by level.

Squaring loses directions whose singular value is below 1e-8 of the largest. So what the first level found is taken out of
the columns, and the rest, which rounding no longer hides, is decomposed in its turn.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import torch

from share_rs.subspace.linalg import eigh, norm, qr, svd, triangle

if TYPE_CHECKING:
    from collections.abc import Generator

    from torch import Tensor

LEVEL = 1e-10
"""Energies above this share of a level's largest are exact enough to keep; the others wait for the next level."""
ROUNDING = 1e-15
"""A rest of this relative size holds rounding only."""


def gram_directions(rows: Tensor) -> tuple[Tensor, Tensor]:
    """All directions (n x q, orthonormal, q at most min(m, n)) and their energies, in descending order.

    Args:
        rows: m x n, float64, entries at most 1.
    """
    m, n = rows.shape
    size = norm(rows)
    basis, rest = rows.new_zeros(n, 0), rows
    while basis.shape[1] < min(m, n) and norm(rest) > ROUNDING * size:
        found = _level(rest)[:, : min(m, n) - basis.shape[1]]
        for _ in range(2):
            found = qr(found - basis @ (basis.T @ found))[0]
        basis = torch.cat([basis, found], 1)
        rest = rows - (rows @ basis) @ basis.T
    _, values, right = svd(triangle(rows @ basis))
    return qr(basis @ right.T)[0], values.square()


def _level(rows: Tensor) -> Tensor:
    """The directions of one level, n x q, orthonormal."""
    m, n = rows.shape
    with one_thread():
        energies, vectors = eigh(rows @ rows.T if m < n else rows.T @ rows)
    kept = vectors[:, energies > LEVEL * energies[0]]
    return qr(rows.T @ kept)[0] if m < n else kept


@contextmanager
def one_thread() -> Generator[None]:
    """LAPACK's symmetric eigensolver on two threads took 24.9 s at 2048, on one 1.8 s."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
