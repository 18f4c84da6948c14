"""A small Qwen2 as each contender trains it: frozen, with a Share skill, with PEFT's LoRA; and whether the skill is right."""

# torch, peft and transformers have partial types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import copy
import warnings
from dataclasses import dataclass
from typing import Any

import torch
from peft import LoraConfig, get_peft_model
from torch import Tensor, nn
from transformers import Qwen2Config, Qwen2ForCausalLM

from share_rs.subspace import LayerBasis, SharedSubspace
from share_rs.tuner import ShareConfig
from share_rs.tuner.layer import ShareLayer

LINEARS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
K, P, R = 32, 1, 8
TOLERANCE = 1e-4
"""Relative error against float64 of a float32 model of a few layers."""


@dataclass(frozen=True)
class Shape:
    """The sizes of a model."""

    hidden: int
    intermediate: int
    layers: int
    vocabulary: int
    heads: int
    key_value_heads: int


def base(shape: Shape, dtype: torch.dtype = torch.float32, device: str = "cpu") -> Any:  # noqa: ANN401 - a Qwen2ForCausalLM
    """A frozen model of random weights, the same each time on the same device, where they are drawn."""
    torch.manual_seed(0)
    config = Qwen2Config(
        vocab_size=shape.vocabulary,
        hidden_size=shape.hidden,
        intermediate_size=shape.intermediate,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        num_key_value_heads=shape.key_value_heads,
        use_cache=False,
    )
    with torch.device(device):
        model: Any = Qwen2ForCausalLM(config)
    return model.to(dtype).requires_grad_(requires_grad=False).train()


def shared(model: Any, *, init: str = "zero") -> Any:  # noqa: ANN401 - PEFT's
    """With one skill on random orthonormal bases, k = 32 on both sides, p = 1."""
    draw = torch.Generator().manual_seed(1)
    ones = torch.ones(K, dtype=torch.float64)

    def columns(size: int) -> Tensor:
        return torch.linalg.qr(torch.randn(size, K, generator=draw)).Q

    layers = {
        name: LayerBasis(columns(module.out_features), columns(module.in_features), ones, ones, float(K), float(K))
        for name, module in sorted(dict(model.named_modules()).items())
        if isinstance(module, nn.Linear) and name.endswith(LINEARS)
    }
    space = SharedSubspace("random", layers)
    return _adapted(model, ShareConfig(subspace=space, p=P, init=init, sigma=0.3, task_type="CAUSAL_LM"))


def lora(model: Any, *, autocast: bool = True) -> Any:  # noqa: ANN401 - PEFT's
    """With PEFT's LoRA of rank 8 on the same layers; `autocast` is PEFT's default, float32 adapters on any base."""
    config = LoraConfig(r=R, lora_alpha=R, target_modules=list(LINEARS), task_type="CAUSAL_LM")
    return _adapted(model, config, autocast_adapter_dtype=autocast)


def _adapted(model: Any, config: Any, **options: Any) -> Any:  # noqa: ANN401
    with warnings.catch_warnings():  # PEFT asks transformers by a name that is on its way out
        warnings.simplefilter("ignore", FutureWarning)
        return get_peft_model(model, config, **options)


def relative_errors(shape: Shape, embedded: Tensor, labels: Tensor, device: str = "cpu") -> dict[str, float]:
    """A skill's logits, input gradients and coefficient gradients, against float64 with W + dW written out.

    The gradients of the coefficients follow from that G of W + dW: s beta^T G alpha eps_alpha and s alpha^T G^T beta eps_beta.
    """
    model = shared(base(shape, device=device), init="gaussian").to(device)
    embedded, labels = embedded.to(device), labels.to(device)
    inputs = embedded.clone().requires_grad_()
    found = model(inputs_embeds=inputs, labels=labels)
    found.loss.backward()

    exact = copy.deepcopy(base(shape, device=device)).double()
    layers = {one.layer: one for one in model.modules() if isinstance(one, ShareLayer)}
    for name, layer in layers.items():
        eps_alpha, eps_beta, scale = layer.coefficients("default")
        beta, alpha = layer.basis_beta.double(), layer.basis_alpha.double()
        weight: Any = exact.get_submodule(name).weight
        weight.data += scale * (beta @ eps_beta.double()) @ (alpha @ eps_alpha.double()).T
        weight.requires_grad_()
    wide = embedded.double().requires_grad_()
    due = exact(inputs_embeds=wide, labels=labels)
    due.loss.backward()

    errors = {"logits": _error(found.logits, due.logits), "inputs": _error(inputs.grad, wide.grad)}
    for name, layer in layers.items():
        eps_alpha, eps_beta, scale = layer.coefficients("default")
        beta, alpha = layer.basis_beta.double(), layer.basis_alpha.double()
        gradient: Any = exact.get_submodule(name).weight.grad
        errors[f"{name}.eps_beta"] = _error(eps_beta.grad, scale * beta.T @ gradient @ (alpha @ eps_alpha.double()))
        errors[f"{name}.eps_alpha"] = _error(eps_alpha.grad, scale * alpha.T @ gradient.T @ (beta @ eps_beta.double()))
    return errors


def _error(found: Tensor | None, due: Tensor | None) -> float:
    assert found is not None  # noqa: S101 - a backward pass has run
    assert due is not None  # noqa: S101
    found, due = found.detach().double(), due.detach()
    return float(torch.linalg.vector_norm(found - due) / torch.linalg.vector_norm(due))
