"""One layer of many adapters from one reading: the columns that its bases are made of, and coefficients on any bases.

Where nothing is centred, the weighted columns of an adapter are U w and V w of its dW = U S V^T, so they hold dW itself: what
it is on some bases follows from their products with these, without the factors. Signs are left as they come; no moment and
no core knows them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from share_rs.subspace.balance import balanced
from share_rs.subspace.columns import POWERS, singular_directions
from share_rs.subspace.linalg import cholesky, norm, solve_upper, svd
from share_rs.subspace.project import relative_error
from share_rs.subspace.space import Coefficients

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from torch import Tensor

    from share_rs.subspace.adapter import Adapter
    from share_rs.subspace.settings import FitSettings
    from share_rs.subspace.space import LayerBasis

SOUND = 1e-3
"""Smallest over largest diagonal entry of a Cholesky factor down to which a Gram matrix stands for its factor: what squaring
loses is then 1e-10 at most of the directions, and nothing of their product."""
PLAIN = 1e-4
"""A squared relative error above this is told to six digits and more by a difference of squares; below, by the difference."""


@dataclass(frozen=True)
class Update:
    """One adapter in the stacks."""

    name: str
    rows: slice
    sizes: Tensor
    """The singular values of dW, one for each row."""

    @property
    def norm(self) -> float:
        """The Frobenius norm of dW."""
        return norm(self.sizes)


@dataclass(frozen=True)
class Placed:
    """One adapter on the bases."""

    name: str
    coefficients: Coefficients
    error: float
    """Of dW, relative, in Frobenius norm; 0 where dW is."""
    norm: float
    """Of dW."""


@dataclass(frozen=True)
class Stacked:
    """The stacks of one layer."""

    rows_b: Tensor
    """m x n, float64: w u^T of all adapters."""
    rows_a: Tensor
    """m x d: w v^T."""
    updates: tuple[Update, ...]
    power: float
    """The weight w is this power of a singular value."""

    def balanced_rows(self, rows: Tensor, update: Update) -> Tensor:
        """Rows of one update, or their products with a basis, with the weight sqrt(s) in the place of w."""
        return rows[update.rows] * (update.sizes ** (0.5 - self.power)).unsqueeze(1)


def stacked(layer: str, adapters: Sequence[Adapter], settings: FitSettings) -> Stacked:
    """Reads one layer of each adapter once.

    Args:
        layer: one that all of them have.
        adapters: in the order of the stacks.
        settings: weighting; nothing is centred.

    Raises:
        AdapterError: an adapter is damaged.
    """
    n, d = adapters[0].shape(layer)
    most = sum(min(adapter.rank(layer), n, d) for adapter in adapters)
    rows_b = torch.empty(most, n, dtype=torch.float64)
    rows_a = torch.empty(most, d, dtype=torch.float64)
    power = POWERS[settings.weighting]
    updates: list[Update] = []
    used = 0
    for adapter in adapters:
        sizes = _write(*adapter.factors(layer), power, rows_b[used:], rows_a[used:])
        updates.append(Update(adapter.name, slice(used, used + len(sizes)), sizes))
        used += len(sizes)
    return Stacked(rows_b[:used], rows_a[:used], tuple(updates), power)


def placed(stacks: Stacked, basis: LayerBasis, p: int) -> Iterator[Placed]:
    """Every update on orthonormal bases, as `coefficients_of` puts it there."""
    # In this order MKL takes half the time (krylov.py).
    held_b, held_a = (basis.beta.T @ stacks.rows_b.T).T, (basis.alpha.T @ stacks.rows_a.T).T
    for update in stacks.updates:
        b, a = stacks.balanced_rows(held_b, update), stacks.balanced_rows(held_a, update)
        found = Coefficients(*balanced(b.T, a.T, p))
        yield Placed(update.name, found, _error(stacks, update, basis, found), update.norm)


def _error(stacks: Stacked, update: Update, basis: LayerBasis, found: Coefficients) -> float:
    """By Pythagoras: the coefficients are an orthogonal projection of dW, and of its core the best of rank p."""
    whole = update.norm**2
    if not whole:
        return 0.0
    # Columns of both coefficients are orthogonal, so that the singular values are the products of their lengths.
    held = norm(found.eps_beta.square().sum(0).sqrt() * found.eps_alpha.square().sum(0).sqrt()) ** 2
    if whole - held > PLAIN * whole:
        return math.sqrt((whole - held) / whole)
    b, a = stacks.balanced_rows(stacks.rows_b, update), stacks.balanced_rows(stacks.rows_a, update)
    return relative_error(basis, found, b.T, a)


def _write(b: Tensor, a: Tensor, power: float, rows_b: Tensor, rows_a: Tensor) -> Tensor:
    """Writes the rows of one update to the heads of the stacks, and gives its singular values."""
    lower_b, lower_a = cholesky(b.T @ b), cholesky(a @ a.T)
    if lower_b is None or lower_a is None or not (_sound(lower_b) and _sound(lower_a)):
        u, sizes, v = singular_directions(b, a)
        weight = sizes**power
        rows_b[: len(sizes)], rows_a[: len(sizes)] = (u * weight).T, (v * weight).T
        return sizes
    # B = Q_b L_b^T, so B A = Q_b (L_b^T L_a) Q_a^T, and U = B L_b^-T U' with U' of the small product.
    left, sizes, right = svd(lower_b.T @ lower_a)
    weight = sizes**power
    torch.mm(solve_upper(lower_b, left * weight).T, b.T, out=rows_b[: len(sizes)])
    torch.mm(solve_upper(lower_a, right.T * weight).T, a, out=rows_a[: len(sizes)])
    return sizes


def _sound(lower: Tensor) -> bool:
    diagonal = lower.diagonal()
    return float(diagonal.min()) >= SOUND * float(diagonal.max())
