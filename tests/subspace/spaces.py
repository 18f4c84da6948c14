"""Random subspaces and adapters, drawn from a seed, for tests that need some."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from share_rs.subspace import Coefficients, LayerBasis, SharedSubspace, Skill
from share_rs.subspace.linalg import qr

if TYPE_CHECKING:
    from torch import Tensor

SHAPES = {"model.layers.0.q_proj": (6, 9), "model.layers.0.up_proj": (12, 5)}


def generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def normal(*shape: int, seed: int) -> Tensor:
    return torch.randn(*shape, generator=generator(seed), dtype=torch.float64)


def orthonormal(n: int, k: int, seed: int) -> Tensor:
    return qr(normal(n, k, seed=seed))[0]


def random_basis(n: int, d: int, k_b: int, k_a: int, seed: int) -> LayerBasis:
    return LayerBasis(
        beta=orthonormal(n, k_b, seed),
        alpha=orthonormal(d, k_a, seed + 1),
        spectrum_b=torch.linspace(2, 1, k_b, dtype=torch.float64),
        spectrum_a=torch.linspace(3, 1, k_a, dtype=torch.float64),
        energy_b=float(2 * k_b),
        energy_a=float(3 * k_a),
    )


def random_skill(name: str, layers: dict[str, LayerBasis], p: int, seed: int) -> Skill:
    coefficients = {
        layer: Coefficients(
            normal(basis.beta.shape[1], p, seed=seed + place), normal(basis.alpha.shape[1], p, seed=seed + place + 100)
        )
        for place, (layer, basis) in enumerate(layers.items())
    }
    return Skill(name, coefficients, errors=dict.fromkeys(layers, 0.25), origin={"kind": "trained"})


def random_subspace(skills: int = 2, k_b: int = 3, k_a: int = 4, p: int = 2, seed: int = 0) -> SharedSubspace:
    layers = {
        layer: random_basis(n, d, k_b, k_a, seed + 10 * place) for place, (layer, (n, d)) in enumerate(SHAPES.items())
    }
    names = [f"skill_{place}" for place in range(skills)]
    found = {name: random_skill(name, layers, p, seed + 1000 * place) for place, name in enumerate(names)}
    return SharedSubspace("base", layers, found, settings={"p": p})
