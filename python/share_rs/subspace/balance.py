"""The balanced form of B A: the same update, whatever the gauge it came in.

(B R)(R^-1 A) is B A for every invertible R, so a basis made from factors as they are holds the accidents of training. Here
B A = U S V^T by thin QR of both factors and the SVD of an r x r matrix, and the form is U sqrt(S) and V sqrt(S). No n x d
matrix is ever made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from share_rs.subspace.linalg import qr, svd

if TYPE_CHECKING:
    from torch import Tensor


def decompose(b: Tensor, a: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The singular value decomposition of B A.

    Args:
        b: ... x n x r, float64.
        a: ... x d x r, the transpose of A, float64.

    Returns:
        U (... x n x q), S (... x q, descending) and V (... x d x q), q = min(r, n, d); U and V are orthonormal, and the
        largest entry of each column of U is positive.
    """
    q_b, r_b = qr(b)
    q_a, r_a = qr(a)
    left, s, right = svd(r_b @ r_a.mT)
    signs = signs_of(q_b @ left)
    return q_b @ (left * signs), s, q_a @ (right.mT * signs)


def balanced(b: Tensor, a: Tensor, p: int | None = None) -> tuple[Tensor, Tensor]:
    """U sqrt(S) and V sqrt(S), cut to the p largest singular values: the best approximation of that rank.

    Args:
        b: ... x n x r.
        a: ... x d x r, the transpose of A.
        p: how many to keep; all by default. Missing ones are filled with zero columns.
    """
    u, s, v = decompose(b, a)
    kept = s.shape[-1] if p is None else p
    root = s[..., :kept].sqrt().unsqueeze(-2)
    return _widened(u[..., :kept] * root, kept), _widened(v[..., :kept] * root, kept)


def signs_of(matrix: Tensor) -> Tensor:
    """The sign (1 or -1) of the largest entry of each column, as ... x 1 x columns.

    Of entries that are equal to one part in a million, the first counts: rounding does not decide.
    """
    sizes = matrix.abs()
    large = sizes >= (1 - 1e-6) * sizes.amax(-2, keepdim=True)
    first = large.to(torch.uint8).argmax(-2, keepdim=True)
    return torch.where(matrix.gather(-2, first) < 0, -1.0, 1.0).to(matrix.dtype)


def _widened(matrix: Tensor, columns: int) -> Tensor:
    missing = columns - matrix.shape[-1]
    return torch.nn.functional.pad(matrix, (0, missing)) if missing > 0 else matrix
