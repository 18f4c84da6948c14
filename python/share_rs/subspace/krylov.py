"""Few leading directions of many columns, by a block Krylov iteration on the stacked factors.

K = [V, G V, G^2 V, ...] with G = X X^T, which is never formed; Rayleigh-Ritz on K; restart from the best (Musco and Musco,
arXiv:1504.05477; Golub and Van Loan, Matrix Computations, 10.3). The first sweeps multiply in float32, which is twice as
fast and settles all but the last digits. What they find is measured in float64; a correction that is small by that measure
is multiplied in float32 once more, as its rounding is scaled down with it, and all others in float64.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from share_rs.subspace.linalg import norm, qr, svd, triangle

if TYPE_CHECKING:
    from torch import Tensor

COARSE_STEPS = (3, 3)
FINE_STEPS = (2, 3, 6, 6, 6, 6, 6)
"""Blocks per cycle, and how many cycles: in float32, then in float64 until it is exact enough."""
SLOW = 8
"""A cycle of six blocks that shrinks the residual less than this leaves a spectrum too flat to iterate on."""
GAP = 1.1
"""sigma_k / sigma_(k+1) from which on the subspace itself is wanted, not its energy alone."""
ANGLE, ENERGY = 5e-7, 1e-12
"""Bounds on the sine of the largest angle and on the share of the captured energy that may be missed."""
SETTLED = 1e-2
"""The relative residual up to which an energy tells whether there is a gap; rounding's is above it from 1e-7 sigma_1 down."""
SMALL = 1e-4
"""The sine of a correction up to which float32 is enough for it: 1e-7 of 1e-4 are left of its rounding."""


@dataclass(frozen=True)
class _Ritz:
    """The best approximations in a Krylov space, with what the next cycle starts from."""

    vectors: Tensor
    """n x b, orthonormal, by descending energy."""
    energies: Tensor
    """b."""
    products: Tensor
    """X^T times the vectors, m x b."""
    image: Tensor
    """G times the vectors, n x b; empty where it was not asked for."""

    def residuals(self, k: int) -> Tensor:
        """What G does to the first k beyond scaling them, n x k."""
        return (self.image - self.vectors * self.energies)[:, :k]

    def converged(self, residuals: Tensor) -> bool:
        """Whether the first are as exact as they have to be, by their residuals (Parlett, The Symmetric EVP, 11.7)."""
        k = residuals.shape[1]
        head, edge = self.energies[:k], self.energies[-1]
        missed = float((residuals.square().sum(0) / (head - edge).clamp_min(1e-300)).sum())
        if missed > ENERGY * float(head.sum()):
            return False
        last, following = float(self.energies[k - 1]), float(self.energies[k])
        if last < GAP**2 * following * 0.98 and norm(residuals[:, -1:]) <= SETTLED * last:
            return True
        return norm(residuals) <= ANGLE * (last - following)

    def near(self, residuals: Tensor) -> bool:
        """Whether what is still to be added to the first is small."""
        k = residuals.shape[1]
        return norm(residuals) <= SMALL * float(self.energies[k - 1] - self.energies[-1])


def krylov_directions(rows: Tensor, k: int, seed: int) -> tuple[Tensor, Tensor] | None:
    """The k leading directions (n x k, orthonormal) and their energies; None where the iteration does not settle.

    Args:
        rows: m x n, float64, entries neither huge nor tiny.
        k: much smaller than m and n.
        seed: of the random start.
    """
    n = rows.shape[1]
    block = min(k + max(16, k // 4), *rows.shape)
    generator = torch.Generator().manual_seed(seed)
    start = torch.randn(n, block, generator=generator, dtype=torch.float32)
    coarse = rows.to(torch.float32)
    ritz = _measured(coarse, qr(start)[0])
    for left, steps in zip((True, False), COARSE_STEPS, strict=True):
        ritz = _cycle(coarse, ritz, steps, imaged=left)
    ritz, residual = _measured(rows, qr(ritz.vectors.to(torch.float64))[0]), float("inf")
    near = ritz.near(ritz.residuals(k))
    for steps in FINE_STEPS:
        ritz = _cycle(coarse if near else rows, ritz, steps)
        residuals = ritz.residuals(k)
        before, residual = residual, norm(residuals) / float(ritz.energies[k - 1])
        if ritz.converged(residuals):
            return ritz.vectors[:, :k].contiguous(), ritz.energies[:k].clone()
        if near:  # what float32 rounded in the products would stay in every space that is grown from them
            ritz, near = _measured(rows, ritz.vectors), False
        if steps == max(FINE_STEPS) and residual * SLOW > before:
            break
    return None


def _measured(rows: Tensor, vectors: Tensor) -> _Ritz:
    """Orthonormal vectors as they are, with their Rayleigh quotients."""
    products = _down(rows, vectors)
    return _Ritz(vectors, products.square().sum(0), products, _up(rows, products))


def _cycle(rows: Tensor, start: _Ritz, steps: int, *, imaged: bool = True) -> _Ritz:
    """The Ritz vectors in one Krylov space of `steps` blocks; what the rows' dtype rounds is the added blocks' alone."""
    block = start.vectors.shape[1]
    space, products, images = [start.vectors], [start.products], [start.image]
    for step in range(1, steps):
        following = images[-1]
        known = torch.cat(space, 1)
        if known.shape[1] + block > min(rows.shape):
            break
        # Twice is enough (Parlett, 6.9): after one pass, cancellation leaves a part along what is known.
        for _ in range(2):
            following = following - known @ (known.T @ following)
            following = qr(following)[0]
        space.append(following)
        products.append(_down(rows, following))
        if imaged or step + 1 < steps:
            images.append(_up(rows, products[-1]))
    basis, found = torch.cat(space, 1), torch.cat(products, 1)
    _, values, right = svd(triangle(found))
    turn = right.T[:, :block].contiguous()
    # A product of two orthonormal matrices is orthonormal to rounding; QR brings it to the last digit, and flips signs.
    ritz, upper = qr(basis @ turn)
    image = torch.cat(images, 1) @ turn if imaged else basis[:, :0]
    return _Ritz(ritz * upper.diagonal().sign(), values[:block].square(), found @ turn, image)


# MKL 2024.2 takes half the time for the transposed products where the width is 64, 80, 128 or 160 (0.13 s for 0.25 s at
# 8,000 x 4,096 x 80 in float64), and no more for any other.


def _down(rows: Tensor, columns: Tensor) -> Tensor:
    """Rows @ columns, in the rows' dtype; given in that of the columns."""
    return (columns.T.to(rows.dtype) @ rows.T).T.to(columns.dtype)


def _up(rows: Tensor, columns: Tensor) -> Tensor:
    """rows.T @ columns, as `_down`."""
    return (columns.T.to(rows.dtype) @ rows).T.to(columns.dtype)
