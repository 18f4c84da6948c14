"""torch's factorisations with types: the one place where its untyped `linalg` is called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from torch import Tensor

_linalg: Any = torch.linalg


def qr(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """Q (n x k, orthonormal columns) and R (k x m) of an n x m matrix, k = min(n, m)."""
    return _linalg.qr(matrix)


def triangle(matrix: Tensor) -> Tensor:
    """R alone; R^T R = M^T M without M^T M ever being formed."""
    return _linalg.qr(matrix, mode="r")[1]


def svd(matrix: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """U (n x k), singular values in descending order (k), and V^T (k x m) of an n x m matrix, k = min(n, m)."""
    return _linalg.svd(matrix, full_matrices=False)


def eigh(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """Eigenvalues in descending order and eigenvectors of a symmetric matrix."""
    values, vectors = _linalg.eigh(matrix)
    return values.flip(-1), vectors.flip(-1)


def cholesky(matrix: Tensor) -> Tensor | None:
    """L with L L^T = M, of a symmetric positive definite matrix; None of any other."""
    lower, failed = _linalg.cholesky_ex(matrix)
    return None if int(failed) else lower


def solve_upper(lower: Tensor, matrix: Tensor) -> Tensor:
    """L^-T M."""
    return _linalg.solve_triangular(lower.T, matrix, upper=True)


def norm(tensor: Tensor) -> float:
    """The Frobenius norm."""
    return float(_linalg.vector_norm(tensor))


def numbers(tensor: Tensor) -> list[float]:
    """The entries of a vector."""
    found: Any = tensor
    return found.tolist()


def total(tensor: Tensor) -> float:
    """The sum of all entries."""
    found: Any = tensor
    return float(found.sum())
