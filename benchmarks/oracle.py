"""What a fit must give, computed anew: balanced factors, their Gram matrices and full eigendecompositions, all in float64."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import torch
from safetensors import safe_open  # pyright: ignore[reportUnknownVariableType]
from torch import Tensor

from share_rs.subspace.linalg import eigh, norm, qr, svd

Factors = tuple[Tensor, Tensor]
"""B (n x r) and A (r x d), float64."""

CHUNK = 64
"""Adapters whose factors are stacked at once."""


@dataclass(frozen=True)
class Side:
    """The moment of one side's stacked factors."""

    energies: Tensor
    """Eigenvalues, descending."""
    vectors: Tensor
    """Eigenvectors in the columns, in the same order."""

    def gap(self, k: int) -> float:
        """sigma_k / sigma_(k+1), infinite where nothing is left."""
        rest = max(float(self.energies[k]), 0.0) if k < len(self.energies) else 0.0
        return (float(self.energies[k - 1]) / rest) ** 0.5 if rest else float("inf")

    def angle(self, basis: Tensor) -> float:
        """Sine of the largest principal angle between the basis and as many leading eigenvectors."""
        basis = qr(basis.double())[0]
        own = self.vectors[:, : basis.shape[1]]
        return float(svd(basis - own @ (own.T @ basis))[1][0])

    def missed(self, basis: Tensor) -> float:
        """By which share the basis captures less energy than as many leading eigenvectors do."""
        basis = qr(basis.double())[0]
        best = float(self.energies[: basis.shape[1]].sum())
        seen = (self.vectors.T @ basis).square().sum(1) @ self.energies
        return (best - float(seen)) / best


def factors(path: Path, layer: str) -> Factors:
    """The factors of a layer of one adapter; alpha/r is 1 in these benchmarks."""
    with cast("Any", safe_open(path / "adapter_model.safetensors", "pt")) as file:
        key = f"base_model.model.{layer}.lora_"
        return file.get_tensor(f"{key}B.weight").double(), file.get_tensor(f"{key}A.weight").double()


def balanced(b: Tensor, a: Tensor) -> Factors:
    """The same product with B^T B = A A^T, diagonal: U sqrt(S) and sqrt(S) V^T of its thin SVD."""
    left, upper = qr(b)
    right, lower = qr(a.T)
    u, s, vh = svd(upper @ lower.T)
    return left @ (u * s.sqrt()), (s.sqrt()[:, None] * vh) @ right.T


def sides(paths: Sequence[Path], layer: str) -> tuple[Side, Side]:
    """The moments of the stacked B (n x n) and A^T (d x d), decomposed."""
    b, a = factors(paths[0], layer)
    grams = [torch.zeros(len(b), len(b), dtype=b.dtype), torch.zeros(a.shape[1], a.shape[1], dtype=a.dtype)]
    for start in range(0, len(paths), CHUNK):
        pairs = [balanced(*factors(path, layer)) for path in paths[start : start + CHUNK]]
        for side, columns in enumerate((torch.cat([b for b, _ in pairs], 1), torch.cat([a for _, a in pairs]).T)):
            grams[side] += columns @ columns.T
    return Side(*eigh(grams[0])), Side(*eigh(grams[1]))


def relative_errors(pairs: Sequence[tuple[Factors, Factors]]) -> tuple[float, float]:
    """Relative error of dW over all skills in Frobenius norm, total and mean per skill: true factors, given-back factors.

    With X = [B, -B'] and Y = [A; A'], |XY|^2 = |R_X R_Y^T|^2 of the thin QRs of X and Y^T: nothing n x d is formed.
    """
    lost = [energy(torch.cat([b, -c.double()], 1), torch.cat([a, e.double()])) for (b, a), (c, e) in pairs]
    whole = [energy(b, a) for (b, a), _ in pairs]
    each = [(part / of) ** 0.5 for part, of in zip(lost, whole, strict=True)]
    return (sum(lost) / sum(whole)) ** 0.5, sum(each) / len(each)


def energy(b: Tensor, a: Tensor) -> float:
    """|BA|^2 in Frobenius norm."""
    return norm(qr(b)[1] @ qr(a.T)[1].T) ** 2
