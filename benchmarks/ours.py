"""The fit of this package as the benchmarks call it: k columns per layer and side, nothing centred, balanced factors."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

from share_rs.subspace import Adapter, FitSettings, SharedSubspace, basis_hash, fit, project, skill_factors
from share_rs.subspace.linalg import qr

__all__ = ["basis_hash", "fitted", "given_back", "numbers", "on_random_basis", "read_bytes", "replicated"]

_read: list[int] = []


class Counted(Adapter):
    """An adapter that counts what is read of it."""

    def factors(self, layer: str, dtype: torch.dtype = torch.float64) -> tuple[Tensor, Tensor]:
        """As `Adapter.factors`."""
        b, a = super().factors(layer, dtype)
        _read.append(4 * (b.numel() + a.numel()))
        return b, a


def read_bytes() -> int:
    """Bytes of float32 factors that all fits of this process read, each as often as it was read."""
    return sum(_read)


def fitted(paths: Sequence[Path], k: int, p: int) -> SharedSubspace:
    """Bases of the layers of some adapter folders, and coefficients of every adapter."""
    return fit([Counted.open(path) for path in paths], FitSettings(k=k, p=p))


def replicated(paths: Sequence[Path], k: int) -> SharedSubspace:
    """As the authors' released code does it: the mean is taken out and dropped, p = r."""
    return fit([Counted.open(path) for path in paths], FitSettings(k=k, replication=True))


def on_random_basis(subspace: SharedSubspace, paths: Sequence[Path], p: int, seed: int) -> SharedSubspace:
    """The same adapters on random orthonormal bases of the same sizes: what a fit must beat."""
    draw = torch.Generator().manual_seed(seed)

    def drawn(like: Tensor) -> Tensor:
        return qr(torch.randn(like.shape, generator=draw, dtype=torch.float64))[0]

    layers = {
        layer: replace(basis, beta=drawn(basis.beta), alpha=drawn(basis.alpha))
        for layer, basis in subspace.layers.items()
    }
    empty = replace(subspace, layers=layers, skills={})
    skills = [project(empty, Adapter.open(path), p) for path in paths]
    return replace(empty, skills={skill.name: skill for skill in skills})


def given_back(subspace: SharedSubspace, name: str, layer: str) -> tuple[Tensor, Tensor]:
    """B (n x p) and A (p x d) of a skill."""
    return skill_factors(subspace, subspace.skills[name], layer)


def numbers(subspace: SharedSubspace) -> int:
    """How many float32 numbers are stored, bases and coefficients."""
    bases = sum(basis.beta.numel() + basis.alpha.numel() for basis in subspace.layers.values())
    coefficients = [one for skill in subspace.skills.values() for one in skill.coefficients.values()]
    return bases + sum(one.eps_beta.numel() + one.eps_alpha.numel() for one in coefficients)
