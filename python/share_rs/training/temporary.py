"""Temporary factors: phi columns a side that are trained beside coefficients, and are part of the skill that leaves.

arXiv:2602.06043, phase 2. Three readings of it:

- slice (the paper's): B = beta_phi c_b, where beta_phi starts as the first phi columns of beta and is trained;
- residual: B = beta eps_beta + (I - beta beta^T) V_b c_b, where V_b starts at zero, so that what is trained beside the
  coefficients is always orthogonal to the basis;
- additive (the authors' code, for replication): B = beta eps_beta + V_b c_b, all entries of V_b and c_b drawn from
  U(-0.5, 0.5), and nothing kept apart from the basis.

The same for A^T and alpha. Either way the update is s B A with B n x p and A p x d: a LoRA of rank p, whose two factors
are made of parameters instead of being ones. So PEFT's own layer computes it, and the trained skill leaves as a stock LoRA
folder in which temporaries and coefficients are one. The authors' code keeps them apart and loses the former at a merge.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import nn
from torch.nn import functional

from share_rs.errors import TrainError

if TYPE_CHECKING:
    from torch import Tensor

    from share_rs.subspace import SharedSubspace


class Factor(nn.Module):
    """One side of one layer, m x p, where m is n or d."""

    basis: Tensor

    def __init__(
        self, basis: Tensor, eps: Tensor | None, columns: Tensor, mixing: Tensor, *, outside: bool = True
    ) -> None:
        """`basis` m x k, frozen; `eps` k x p, None in mode slice; `columns` m x phi; `mixing` phi x p.

        `outside`: only what of the columns is orthogonal to the basis counts.
        """
        super().__init__()
        self.outside = outside
        self.register_buffer("basis", basis, persistent=False)
        self.eps = None if eps is None else nn.Parameter(eps)
        self.columns = nn.Parameter(columns)
        self.mixing = nn.Parameter(mixing)

    def forward(self) -> Tensor:
        """The factor, m x p."""
        temporary = self.columns @ self.mixing
        if self.eps is None:
            return temporary
        if not self.outside:
            return temporary + self.basis @ self.eps
        return temporary + self.basis @ (self.eps - self.basis.T @ temporary)


class ComposedA(nn.Module):
    """In the place of PEFT's `lora_A`, a linear map d -> p."""

    def __init__(self, factor: Factor) -> None:
        super().__init__()
        self.factor = factor

    @property
    def weight(self) -> Tensor:
        """A, p x d."""
        return self.factor().T

    def forward(self, x: Tensor) -> Tensor:
        """X A^T, T x p from T x d."""
        return functional.linear(x, self.weight)


class ComposedB(nn.Module):
    """In the place of PEFT's `lora_B`, a linear map p -> n."""

    def __init__(self, factor: Factor) -> None:
        super().__init__()
        self.factor = factor

    @property
    def weight(self) -> Tensor:
        """B, n x p."""
        return self.factor()

    def forward(self, x: Tensor) -> Tensor:
        """X B^T, T x n from T x p."""
        return functional.linear(x, self.weight)


def check_phi(subspace: SharedSubspace, phi: int) -> None:
    """1 <= phi <= k/4 in every layer and on both sides.

    Raises:
        TrainError: names the first layer with the fewest columns.
    """
    sizes = [
        (basis.shape[1], side, layer)
        for layer, one in sorted(subspace.layers.items())
        for side, basis in (("k_b", one.beta), ("k_a", one.alpha))
    ]
    k, side, layer = min(sizes, key=lambda size: size[0])
    if not 1 <= phi <= k / 4:
        most = f"at most {k // 4}" if k >= 4 else "a subspace of k >= 4 there, or no temporaries"  # noqa: PLR2004 - phi's bound
        raise TrainError(f"phi = {phi} is not in [1, k/4]: {layer} has {side} = {k}; expected {most}")


def slice_factor(basis: Tensor, mixing: Tensor) -> Factor:
    """Mode slice: the first phi columns of `basis` (m x k) and their coefficients `mixing` (phi x p)."""
    return Factor(basis, None, basis[:, : mixing.shape[0]].clone(), mixing)


def residual_factor(basis: Tensor, eps: Tensor, phi: int, generator: torch.Generator) -> Factor:
    """Mode residual: `eps` (k x p) on `basis` (m x k), and phi columns that add nothing yet but have a gradient."""
    mixing = torch.randn(phi, eps.shape[1], generator=generator) / phi**0.5
    return Factor(basis, eps, torch.zeros(basis.shape[0], phi), mixing)


def additive_factor(basis: Tensor, eps: Tensor, phi: int, generator: torch.Generator) -> Factor:
    """Mode additive: `eps` (k x p) on `basis` (m x k), and phi columns and their mixing from U(-0.5, 0.5)."""
    columns = torch.rand(basis.shape[0], phi, generator=generator) - 0.5
    mixing = torch.rand(phi, eps.shape[1], generator=generator) - 0.5
    return Factor(basis, eps, columns, mixing, outside=False)
