"""Adapter folders made by PEFT itself, on a model of two blocks; equal seeds give equal adapters."""

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

LAYERS = [f"layers.{block}.{name}" for block in (0, 1) for name in ("q_proj", "v_proj")]
D, N = 12, 8
"""In features of all layers, out features of v_proj; q_proj has as many as it takes."""


class Block(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.q_proj = nn.Linear(D, D, bias=False)
        self.v_proj = nn.Linear(D, N, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.v_proj(self.q_proj(x)) @ torch.ones(N, D) / D


class Tiny(nn.Module):
    """A base model that PEFT takes."""

    def __init__(self, name: str = "tiny/base") -> None:
        super().__init__()
        self.name_or_path = name
        self.layers = nn.ModuleList([Block(), Block()])
        self.score = nn.Linear(D, 3)

    def forward(self, x: Tensor) -> Tensor:
        for block in self.layers:
            x = block(x)
        return self.score(x)


def write_adapter(path: Path, seed: int, *, base: str = "tiny/base", **config: Any) -> Path:  # noqa: ANN401 - LoraConfig's own
    """Trains nothing: B is drawn, so that dW is not zero."""
    import peft  # noqa: PLC0415 - seconds, and only the tests that need adapters pay them

    settings = {"r": 4, "lora_alpha": 8, "target_modules": ["q_proj", "v_proj"], **config}
    model: Any = peft.get_peft_model(Tiny(base), peft.LoraConfig(**settings))  # pyright: ignore[reportArgumentType]
    draw = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if "lora_" in name:
                weight.copy_(torch.randn(weight.shape, generator=draw))
    # PEFT would ask the hub for the base's vocabulary.
    model.save_pretrained(path, save_embedding_layers=False)
    return path


def delta(path: Path, layer: str) -> Tensor:
    """dW (n x d) of a LoRA layer as PEFT computes it, float64."""
    import peft  # noqa: PLC0415 - as above

    untyped: Any = peft.PeftModel
    model = untyped.from_pretrained(Tiny(), str(path))
    module = model.base_model.model.get_submodule(layer)
    return module.get_delta_weight("default").detach().double()
