"""Adapters on disk: random ones in PEFT's format, and real ones made by PEFT on small models."""

from __future__ import annotations

import json
import warnings
from typing import TYPE_CHECKING, Any

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import save_file  # pyright: ignore[reportUnknownVariableType]
from transformers import GPT2Config, GPT2LMHeadModel, Qwen2Config, Qwen2ForCausalLM

from tests.subspace.spaces import normal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from torch import Tensor
    from transformers import PreTrainedModel

Factors = dict[str, tuple["Tensor", "Tensor"]]
"""By layer: B (n x r) and A (r x d)."""


def seeded(seed: int) -> None:
    torch.manual_seed(seed)  # pyright: ignore[reportUnknownMemberType]


def qwen(seed: int = 0) -> PreTrainedModel:
    seeded(seed)
    config = Qwen2Config(
        vocab_size=32,
        hidden_size=16,
        intermediate_size=24,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
    )
    return Qwen2ForCausalLM(config)


def gpt2(seed: int = 0) -> PreTrainedModel:
    seeded(seed)
    return GPT2LMHeadModel(GPT2Config(vocab_size=32, n_positions=16, n_embd=16, n_layer=1, n_head=2))


def peft_adapter(folder: Path, base: PreTrainedModel, seed: int = 0, **settings: Any) -> PeftModel:  # noqa: ANN401
    """Writes an adapter of PEFT with random factors, and gives the model that it was saved from."""
    model = get_peft_model(base, LoraConfig(**settings))
    seeded(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "lora_" in name or "modules_to_save" in name:
                parameter.copy_(torch.randn_like(parameter))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Setting `save_embedding_layers`")
        warnings.filterwarnings("ignore", "Adapter 'default': . LoRA tensor.s. have invalid shape")  # its own lora_bias
        model.save_pretrained(str(folder))
    return model


def write_adapter(
    folder: Path,
    factors: Mapping[str, tuple[Tensor, Tensor]],
    *,
    dtype: torch.dtype = torch.float64,
    **config: Any,  # noqa: ANN401
) -> Path:
    """Writes factors in PEFT's format as they are; the config's rank is that of the first layer, its scale 1."""
    tensors: dict[str, Tensor] = {}
    for layer, (b, a) in factors.items():
        tensors[f"base_model.model.{layer}.lora_A.weight"] = a.to(dtype).contiguous()
        tensors[f"base_model.model.{layer}.lora_B.weight"] = b.to(dtype).contiguous()
    write_raw(folder, tensors, r=next(iter(factors.values()))[1].shape[0], **config)
    return folder


def write_raw(folder: Path, tensors: Mapping[str, Tensor], *, r: int = 2, **config: Any) -> None:  # noqa: ANN401
    folder.mkdir(parents=True, exist_ok=True)
    save_file(dict(tensors), folder / "adapter_model.safetensors")
    fields = {"peft_type": "LORA", "base_model_name_or_path": "base", "r": r, "lora_alpha": r, "bias": "none", **config}
    (folder / "adapter_config.json").write_text(json.dumps(fields))


def random_factors(shapes: Mapping[str, tuple[int, int]], r: int, seed: int) -> Factors:
    return {
        layer: (normal(n, r, seed=seed + 2 * place), normal(r, d, seed=seed + 2 * place + 1))
        for place, (layer, (n, d)) in enumerate(shapes.items())
    }


def deltas(model: PeftModel) -> dict[str, Tensor]:
    """PEFT's own update of every layer, as n x d."""
    found: dict[str, Tensor] = {}
    base: Any = model.get_base_model()
    for name, layer in base.named_modules():
        if hasattr(layer, "lora_A"):
            delta = layer.get_delta_weight(layer.active_adapters[0]).detach().double()
            found[name] = delta.T if layer.fan_in_fan_out else delta
    return found
