"""LoRA adapters with a known structure: every layer has 64 directions that all share, decaying, and noise of each one's own.

    B = strength * (U_b diag(w) G_b + tail * E_b),   A = (U_a diag(w) G_a + tail * E_a)^T

with U orthonormal, w_j = 0.97^j, G and E standard normal. The tail stands clearly below w_63, so the spectrum of the
stacked factors has a gap at 64 and none before it.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import save_file  # pyright: ignore[reportUnknownVariableType]
from torch import Tensor

from share_rs.subspace.linalg import qr

SHARED = 64
"""Directions per side that all adapters share."""
DECAY, TAIL = 0.97, 0.02


@dataclass(frozen=True)
class Make:
    """What is made."""

    count: int
    width: int
    """n = d of every module."""
    rank: int
    layers: tuple[str, ...]
    """Module names in the base model."""
    seed: int = 7

    @property
    def bytes(self) -> int:
        """Of all factors, float32."""
        return 4 * self.count * len(self.layers) * 2 * self.width * self.rank


def modules(blocks: int) -> tuple[str, ...]:
    """q, k and v of the first blocks of a decoder."""
    return tuple(f"model.layers.{block}.self_attn.{name}_proj" for block in range(blocks) for name in "qkv")


def write(make: Make, folder: Path) -> list[Path]:
    """Writes the adapters as PEFT folders; equal settings give equal files."""
    shared = {layer: (_basis(make, place, 0), _basis(make, place, 1)) for place, layer in enumerate(make.layers)}
    paths: list[Path] = []
    for number in range(make.count):
        path = folder / f"skill_{number:04}"
        path.mkdir(parents=True)
        save_file(dict(_tensors(make, number, shared)), path / "adapter_model.safetensors", {"format": "pt"})
        (path / "adapter_config.json").write_text(json.dumps(_config(make)), "utf-8")
        paths.append(path)
    return paths


def _basis(make: Make, layer: int, side: int) -> Tensor:
    draw = torch.Generator().manual_seed(make.seed * 1_000_003 + 2 * layer + side)
    return qr(torch.randn(make.width, SHARED, generator=draw))[0] * DECAY ** torch.arange(SHARED)


def _tensors(make: Make, number: int, shared: dict[str, tuple[Tensor, Tensor]]) -> Iterator[tuple[str, Tensor]]:
    draw = torch.Generator().manual_seed(make.seed * 7_000_003 + number)
    strength = float(torch.randn((), generator=draw).mul(0.5).exp())
    for layer, bases in shared.items():
        b, a = (
            basis @ torch.randn(SHARED, make.rank, generator=draw)
            + TAIL * torch.randn(make.width, make.rank, generator=draw)
            for basis in bases
        )
        yield f"base_model.model.{layer}.lora_B.weight", strength * b
        yield f"base_model.model.{layer}.lora_A.weight", a.T.contiguous()


def _config(make: Make) -> dict[str, object]:
    return {
        "base_model_name_or_path": "bench/base",
        "bias": "none",
        "fan_in_fan_out": False,
        "lora_alpha": make.rank,
        "peft_type": "LORA",
        "r": make.rank,
        "target_modules": sorted({layer.rsplit(".", 1)[1] for layer in make.layers}),
        "task_type": "CAUSAL_LM",
    }
