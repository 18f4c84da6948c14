"""A subspace of the small model, drawn at random: bases that no initialiser makes again, and skills of some strength."""

# PyTorch's linear algebra is untyped.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from pathlib import Path
from typing import Any, cast

import torch

from share_rs.subspace import Coefficients, LayerBasis, SharedSubspace, Skill
from share_rs.training.base import load_base


def linear_layers(model: Path) -> dict[str, tuple[int, int]]:
    base = cast("Any", load_base(model, "float32"))
    found = {
        name: one for name, one in base.named_modules() if isinstance(one, torch.nn.Linear) and "lm_head" not in name
    }
    return {name: (one.out_features, one.in_features) for name, one in sorted(found.items())}


def orthonormal(rows: int, columns: int, generator: torch.Generator) -> torch.Tensor:
    drawn = torch.randn(rows, columns, generator=generator, dtype=torch.float64)
    return torch.linalg.qr(drawn)[0].float().contiguous()


def subspace_of(
    model: Path, *, k: int = 8, p: int = 2, skills: int = 2, strength: float = 1.0, seed: int = 3
) -> SharedSubspace:
    """k_b = k and k_a = k + 1, so that nothing works that mixes the sides up."""
    generator = torch.Generator().manual_seed(seed)
    layers: dict[str, LayerBasis] = {}
    for name, (n, d) in linear_layers(model).items():
        energies = [torch.linspace(2, 1, size, dtype=torch.float64) for size in (k, k + 1)]
        layers[name] = LayerBasis(
            beta=orthonormal(n, k, generator),
            alpha=orthonormal(d, k + 1, generator),
            spectrum_b=energies[0],
            spectrum_a=energies[1],
            energy_b=float(energies[0].sum()),
            energy_a=float(energies[1].sum()),
        )
    made: dict[str, Skill] = {}
    for index in range(skills):
        coefficients = {
            layer: Coefficients(
                strength * torch.randn(k, p, generator=generator), strength * torch.randn(k + 1, p, generator=generator)
            )
            for layer in layers
        }
        made[f"skill_{index}"] = Skill(name=f"skill_{index}", coefficients=coefficients, scale=0.5)
    return SharedSubspace(base_model=str(model), layers=layers, skills=made)
