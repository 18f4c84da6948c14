"""What the coefficients of an adapter are before any training.

Letters: eps_beta (k_b x p), eps_alpha (k_a x p), scale s; dW = s beta eps_beta eps_alpha^T alpha^T, whose Frobenius norm is that of
its core C = s eps_beta eps_alpha^T, as the bases are orthonormal.
"""

# torch, peft and transformers have partial types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import hashlib
import math
from typing import TYPE_CHECKING

import torch
from torch.nn.functional import pad

from share_rs.subspace.space import Coefficients

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

    from share_rs.subspace.space import Skill

GAUSSIAN_SIGMA = 0.01
"""Of `gaussian`, where none is given."""


def zero(k_b: int, k_a: int, p: int, generator: torch.Generator, sigma: float | None = None) -> Coefficients:
    """Coefficients of dW = 0 whose gradient is not 0, float32.

    Both factors zero would be a saddle: each one's gradient is a multiple of the other. So every column has one factor drawn and
    the other zero. With p = 1 that is eps_beta = 0, which moves on the first step, and eps_alpha on the second; with p >= 2 the
    columns take turns, and both factors move on the first step.
    """
    eps_beta = _normal(k_b, p, generator, 1 / math.sqrt(k_b) if sigma is None else sigma)
    eps_alpha = _normal(k_a, p, generator, 1 / math.sqrt(k_a) if sigma is None else sigma)
    eps_beta[:, 0::2] = 0
    eps_alpha[:, 1::2] = 0
    return Coefficients(eps_beta, eps_alpha)


def gaussian(k_b: int, k_a: int, p: int, generator: torch.Generator, sigma: float | None = None) -> Coefficients:
    """Both factors from N(0, sigma^2), float32; the expected norm of dW is about s sigma^2 sqrt(k_b k_a p)."""
    sigma = GAUSSIAN_SIGMA if sigma is None else sigma
    return Coefficients(_normal(k_b, p, generator, sigma), _normal(k_a, p, generator, sigma))


def uniform(k_b: int, k_a: int, p: int, generator: torch.Generator, _sigma: float | None = None) -> Coefficients:
    """Both factors from U(-0.5, 0.5), float32, as the authors' code begins."""
    return Coefficients(torch.rand(k_b, p, generator=generator) - 0.5, torch.rand(k_a, p, generator=generator) - 0.5)


def mean_core(skills: Mapping[str, Skill], layer: str) -> Tensor | None:
    """The mean of the cores, k_b x k_a in float64; a skill without the layer counts as zero. None if no skill has it."""
    cores = [core(skill, layer) for skill in skills.values() if layer in skill.coefficients]
    return torch.stack(cores).sum(0) / len(skills) if cores else None


def core(skill: Skill, layer: str) -> Tensor:
    """C = s eps_beta eps_alpha^T, k_b x k_a in float64."""
    found = skill.coefficients[layer]
    return skill.scale * found.eps_beta.double() @ found.eps_alpha.double().T


def truncated(matrix: Tensor, p: int, scale: float) -> Coefficients:
    """The best coefficients of pseudo-rank p for a core, the square roots of its singular values on both sides, float32."""
    u, singular, vh = torch.linalg.svd(matrix / scale, full_matrices=False)
    p = min(p, len(singular))
    root = singular[:p].sqrt()
    return Coefficients((u[:, :p] * root).float(), (vh[:p].T * root).float())


def nearest_to_mean(skills: Mapping[str, Skill], layers: tuple[str, ...]) -> str:
    """The skill whose dW, over all layers, is nearest to the mean dW; the first by name where two are equally near."""
    squared = dict.fromkeys(sorted(skills), 0.0)
    for layer in layers:
        mean = mean_core(skills, layer)
        if mean is None:
            continue
        for name in squared:
            own = core(skills[name], layer) if layer in skills[name].coefficients else torch.zeros_like(mean)
            squared[name] += float((own - mean).square().sum())
    return min(squared, key=lambda name: squared[name])


def widened(found: Coefficients, p: int, generator: torch.Generator, sigma: float | None) -> Coefficients:
    """The same dW with p columns, all of which can learn: `zero` fills those that there are not, or that are zero on both sides."""
    (k_b, had), k_a = found.eps_beta.shape, found.eps_alpha.shape[0]
    wide = zero(k_b, k_a, p, generator, sigma)
    dead = (found.eps_beta == 0).all(0) & (found.eps_alpha == 0).all(0)
    for column in range(had):
        if not dead[column]:
            wide.eps_beta[:, column] = found.eps_beta[:, column]
            wide.eps_alpha[:, column] = found.eps_alpha[:, column]
    return wide


def filled(found: Coefficients, p: int) -> Coefficients:
    """The same dW with p columns, zero where there were none."""
    columns = (0, p - found.p)
    return Coefficients(pad(found.eps_beta, columns), pad(found.eps_alpha, columns))


def generator_of(seed: int, layer: str) -> torch.Generator:
    """One for each layer, so that what a layer draws does not depend on which others are adapted."""
    digest = hashlib.blake2b(f"{seed}:{layer}".encode(), digest_size=7).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest, "little"))


def _normal(k: int, p: int, generator: torch.Generator, sigma: float) -> Tensor:
    return torch.randn(k, p, generator=generator) * sigma
