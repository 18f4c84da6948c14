"""All directions of many columns, by the eigenvectors of the smaller Gram side, level by level.

Squaring hides what is small beside what is large: an eigenvector with the energy e is mixed with the first by eps e_1 / e.
So only the energies near a level's largest are taken; what they found is taken out of the columns, and the rest is the next
level.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import torch

from share_rs.subspace.linalg import eigh, norm, qr

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from torch import Tensor

LEVEL = 1e-6
"""Energies above this share of a level's largest are kept: they mix by 1e-10 at most, which moves an energy by 1e-14."""
ROUNDING = 1e-15
"""A rest of this relative size holds rounding only."""


def gram_directions(rows: Tensor, enough: Callable[[Tensor], int | None]) -> tuple[Tensor, Tensor]:
    """Directions (n x q, orthonormal, q at most min(m, n)) and their energies, descending: all, or as many as are enough.

    Args:
        rows: m x n, float64, entries neither huge nor tiny.
        enough: from descending energies to how many are wanted; None where more are needed.
    """
    limit, size = min(rows.shape), norm(rows)
    basis, energies, rest = rows.new_zeros(rows.shape[1], 0), rows.new_zeros(0), rows
    while basis.shape[1] < limit and norm(rest) > ROUNDING * size:
        found, values = _level(rest)
        wanted = enough(torch.cat([energies, values]))
        room = limit if wanted is None else min(wanted, limit)
        found = found[:, : room - basis.shape[1]]
        if basis.shape[1]:
            for _ in range(2):
                found = qr(found - basis @ (basis.T @ found))[0]
        basis = torch.cat([basis, found], 1)
        images = rows @ basis
        energies = images.square().sum(0)
        if wanted is not None and basis.shape[1] >= wanted:
            break
        rest = rows - images @ basis.T
    order = energies.argsort(descending=True, stable=True)
    return basis[:, order], energies[order]


def _level(rows: Tensor) -> tuple[Tensor, Tensor]:
    """The directions of one level, n x q, orthonormal, and their energies."""
    m, n = rows.shape
    with one_thread():
        energies, vectors = eigh(rows @ rows.T if m < n else rows.T @ rows)
    kept = energies > LEVEL * energies[0]
    found = vectors[:, kept]
    return (qr(rows.T @ found)[0] if m < n else found), energies[kept]


@contextmanager
def one_thread() -> Generator[None]:
    """LAPACK's symmetric eigensolver on two threads took 24.9 s at 2048, on one 1.8 s."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
