"""How many bytes a forward pass keeps for its backward pass, parameters and buffers apart."""

# torch has partial types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from typing import Any

import torch
from torch import Tensor

from qwen import Shape, base, lora, shared

SHAPE = Shape(hidden=1536, intermediate=8960, layers=2, vocabulary=128, heads=12, key_value_heads=2)
"""Two layers of Qwen2.5-Coder-1.5B; bytes per token and layer do not depend on how many there are."""
TOKENS = 512


def saved_bytes() -> dict[str, float]:
    """Contender to bytes per token and layer, on a bfloat16 base."""
    found: dict[str, float] = {}
    for name in ("frozen", "share", "lora_float32_adapters", "lora_bfloat16_adapters"):
        model: Any = base(SHAPE, torch.bfloat16)
        if name == "share":
            model = shared(model)
        elif name != "frozen":
            model = lora(model, autocast=name == "lora_float32_adapters")
        body = model.model if name == "frozen" else model.base_model.model.model
        found[name] = _kept(body) / TOKENS / SHAPE.layers
    return found


def _kept(body: Any) -> int:  # noqa: ANN401 - a model of transformers
    """Bytes of the distinct storages that autograd keeps."""
    draw = torch.Generator().manual_seed(2)
    inputs = torch.randn(1, TOKENS, SHAPE.hidden, generator=draw).to(torch.bfloat16).requires_grad_()
    fixed = {one.untyped_storage().data_ptr() for one in (*body.parameters(), *body.buffers())}
    kept: dict[int, tuple[int, Tensor]] = {}

    def keep(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in fixed:
            kept[storage.data_ptr()] = storage.nbytes(), tensor  # held, so that no address is used twice
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        body(inputs_embeds=inputs)
    return sum(size for size, _ in kept.values())
