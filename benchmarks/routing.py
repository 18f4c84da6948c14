"""A thousand skills in one batch beside one skill, and beside PEFT's `adapter_names`."""

# torch and peft have partial types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import warnings
from itertools import cycle
from typing import Any

import torch
from peft import LoraConfig, get_peft_model
from torch import Tensor, nn

from interleaved import Work
from layers import Layer, Operands, operands, pass_of
from share_rs.kernels import dispatch_linear, share_linear

R = 16
POSITIONS = 2
"""Of each sample of PEFT's batch, which names an adapter for a sample; one where there are too few samples for all adapters."""


def forwards(layer: Layer, counts: tuple[int, ...]) -> dict[str, Work]:
    """A forward pass without gradients: `routed_N` with N skills, `collapsed` with one, `frozen`."""
    found: dict[str, Work] = {}
    for count in counts:
        held = _bank(layer, count)
        found[f"routed_{count}"] = _forward(held)
    held = operands(layer)
    inputs = cycle(held.inputs)
    found["collapsed"] = _without_gradients(lambda: dispatch_linear(next(inputs), *held.skill()[1:]))
    found["frozen"] = _without_gradients(lambda: nn.functional.linear(next(inputs), held.weight))
    return found


def passes(layer: Layer, counts: tuple[int, ...]) -> dict[str, Work]:
    """The same forward and backward, as where many skills are trained at once."""
    found: dict[str, Work] = {}
    for count in counts:
        held = _bank(layer, count)
        found[f"routed_{count}"] = pass_of(lambda x, held=held: _routed(x, held), held)
    held = operands(layer)
    found["collapsed"] = pass_of(lambda x: dispatch_linear(x, *held.skill()[1:]), held)
    return found


def peft_forward(layer: Layer, count: int) -> Work:
    """PEFT's mixed batch: as many LoRA adapters, each named by its samples."""
    held = operands(layer)
    base = nn.Linear(layer.d, layer.n, bias=False, device=layer.device, dtype=layer.dtype)
    base.weight.data.copy_(held.weight)
    config = LoraConfig(r=R, lora_alpha=R, target_modules=["0"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        model: Any = get_peft_model(nn.Sequential(base), config, adapter_name="0")
    adapted = model.base_model.model[0]
    for number in range(1, count):
        adapted.update_layer(str(number), r=R, lora_alpha=R, config=config)
    model.eval()
    positions = POSITIONS if layer.rows // POSITIONS >= count else 1
    samples = layer.rows // positions
    names = [str(number % count) for number in range(samples)]
    inputs = cycle([one.detach().view(samples, positions, layer.d) for one in held.inputs])
    return _without_gradients(lambda: adapted(next(inputs), adapter_names=names))


def grouped_lora(layer: Layer, count: int) -> Work:
    """As many LoRA adapters in one batch as plain PyTorch allows: rows sorted by adapter, padded, and two batched products.

    Places are found beforehand, for nothing: where ids change they cost a sort for each batch.
    """
    held = operands(layer, count)
    draw = torch.Generator(layer.device).manual_seed(7)

    def normal(*shape: int) -> Tensor:
        return (torch.randn(*shape, generator=draw, device=layer.device) / shape[1] ** 0.5).to(layer.dtype)

    a, b = normal(count, layer.d, R), normal(count, R, layer.n)
    order = held.ids.argsort(stable=True)
    owner = held.ids[order]
    sizes = owner.bincount(minlength=count)
    place = torch.arange(layer.rows, device=layer.device) - (sizes.cumsum(0) - sizes)[owner]
    longest = int(sizes.max())
    inputs = cycle([one.detach() for one in held.inputs])

    def forward() -> Tensor:
        x = next(inputs)
        apart = x.new_zeros(count, longest, layer.d)
        apart[owner, place] = x[order]
        added = apart.bmm(a).bmm(b)[owner, place]
        return nn.functional.linear(x, held.weight).index_add_(0, order, added)

    return _without_gradients(forward)


def resident(layer: Layer, contender: str) -> int:
    """Bytes that a contender keeps beside the frozen weight: bases and a float32 bank, or LoRA's factors in the dtype of the weight."""
    name, _, count = contender.rpartition("_")
    skills = int(count) if count.isdigit() else int(contender == "collapsed")
    if name in {"grouped_lora", "peft"}:
        return skills * R * (layer.d + layer.n) * layer.dtype.itemsize
    bases = layer.k * (layer.d + layer.n) * layer.dtype.itemsize if skills else 0
    return bases + skills * 2 * layer.k * layer.p * 4


def routing_errors(layer: Layer, count: int) -> float:
    """The largest relative error of a row of y with many skills, against each row's own update in float64."""
    held = _bank(layer, count)
    x = held.inputs[0].detach()
    found = _routed(x, held).detach().double()
    wide = x.double()
    into, out = held.eps_alpha.detach().double()[held.ids], held.eps_beta.detach().double()[held.ids]
    h = torch.einsum("tk,tkp->tp", wide @ held.alpha.double(), into)
    due = wide @ held.weight.double().T + torch.einsum("tp,tkp->tk", h, out) @ held.beta.double().T
    return float((torch.linalg.vector_norm(found - due, dim=1) / torch.linalg.vector_norm(due, dim=1)).max())


def _bank(layer: Layer, count: int) -> Operands:
    held = operands(layer, count)
    if count == 1:
        held.eps_alpha = held.eps_alpha.detach()[None].requires_grad_()
        held.eps_beta = held.eps_beta.detach()[None].requires_grad_()
    return held


def _routed(x: Tensor, held: Operands) -> Tensor:
    """The routed form whatever the number of skills: on a CPU the dispatcher has a faster one for a few."""
    call = dispatch_linear if x.is_cuda else share_linear
    frozen = held.weight, None, held.alpha, held.beta
    return call(x, *frozen, held.eps_alpha, held.eps_beta, skill_ids=held.ids)


def _forward(held: Operands) -> Work:
    inputs = cycle(held.inputs)
    return _without_gradients(lambda: _routed(next(inputs), held))


def _without_gradients(work: Work) -> Work:
    def quiet() -> object:
        with torch.no_grad():
            return work()

    return quiet
