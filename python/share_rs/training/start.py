"""What coefficients start from. Both factors zero is a saddle, where no gradient ever is; every start here is live."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import torch

from share_rs.errors import TrainError
from share_rs.subspace import Coefficients, Skill
from share_rs.subspace.linalg import svd
from share_rs.tuner.start import gaussian, generator_of, uniform, zero

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

    from share_rs.subspace import SharedSubspace


Draw = Callable[[int, int, int, torch.Generator, float | None], Coefficients]
DRAWN: dict[str, Draw] = {"zero": zero, "gaussian": gaussian, "uniform": uniform}


def drawn(
    subspace: SharedSubspace,
    name: str,
    draw: Draw | None = None,
    *,
    p: int,
    scale: float,
    sigma: float | None,
    seed: int,
) -> Skill:
    """A start of no skill, float32, by default zero or, with a sigma, gaussian: what ShareConfig draws for the same seed."""
    draw = draw or (zero if sigma is None else gaussian)
    coefficients = {
        layer: draw(*_sizes(subspace, layer), p, generator_of(seed, layer), sigma) for layer in sorted(subspace.layers)
    }
    return Skill(name=name, coefficients=coefficients, scale=scale)


def continued(
    subspace: SharedSubspace, cores: Mapping[str, Tensor], name: str, *, p: int, scale: float, seed: int
) -> Skill:
    """An update, given by its core k_b x k_a in each layer, as a start of pseudo-rank `p` and scale `scale`, float32.

    Where p is below the rank of a core, it is the best approximation of rank p; where p is above, the update is exact and
    the columns left over are live and add nothing. A layer without a core starts at dW = 0.

    Raises:
        TrainError: a core does not fit the layer's basis.
    """
    coefficients: dict[str, Coefficients] = {}
    for layer in sorted(subspace.layers):
        k_b, k_a = _sizes(subspace, layer)
        begun = zero(k_b, k_a, p, generator_of(seed, layer))
        if layer in cores:
            core = cores[layer]
            if core.shape != (k_b, k_a):
                raise TrainError(
                    f"{layer}: expected a core k_b x k_a = {k_b} x {k_a}, got {core.shape[0]} x {core.shape[1]}; it is of "
                    "another subspace"
                )
            u, values, v = svd(core.double() / scale)
            # Values of rounding size would give columns that are zero on both sides but for rounding: a saddle again.
            kept = min(p, int((values > values[:1] * 1e-12).sum()))
            roots = values[:kept].sqrt()
            begun.eps_beta[:, :kept] = u[:, :kept] * roots
            begun.eps_alpha[:, :kept] = v[:kept].T * roots
        coefficients[layer] = begun
    return Skill(name=name, coefficients=coefficients, scale=scale)


def _sizes(subspace: SharedSubspace, layer: str) -> tuple[int, int]:
    basis = subspace.layers[layer]
    return basis.beta.shape[1], basis.alpha.shape[1]


def update_norm(factors: dict[str, tuple[Tensor, Tensor]]) -> float:
    """Frobenius norm over all layers of the updates B @ A^T, from B (n x p) and A^T (d x p); nothing n x d is made."""
    total = 0.0
    for b, a in factors.values():
        left, right = b.detach().double(), a.detach().double()
        total += float(((left.T @ left) * (right.T @ right)).sum().clamp(min=0))
    return total**0.5
