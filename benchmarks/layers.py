"""One linear layer as every contender computes it, forward and backward, and whether ours are right."""

# torch and peft have partial types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle
from typing import Any

import torch
from peft import LoraConfig, VeraConfig, get_peft_model
from torch import Tensor, nn
from torch.nn.functional import linear

from addmm_lora import AddmmLora
from interleaved import Work
from share_rs.kernels import Bordered, dispatch_linear, share_linear

R = 16
"""Of every LoRA, PEFT's own guide's rank."""
SETS = 4
"""Inputs in turn, at least."""
CACHE = 64 << 20
"""Bytes of an accelerator's cache: there are so many inputs that one has left it when it comes again."""
TOLERANCES = {torch.float32: 1e-5, torch.bfloat16: 1e-2}
"""Relative errors against float64 beyond which no time is quoted."""
OURS = ("share", "share_routed", "share_bordered", "share_naive")

Forward = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Layer:
    """Its sizes, and where and in what it is computed."""

    d: int
    n: int
    k: int
    p: int
    rows: int
    dtype: torch.dtype = torch.float32
    device: str = "cpu"


@dataclass
class Operands:
    """Random, the same for every contender; the coefficients are trained, in float32."""

    weight: Tensor
    alpha: Tensor
    beta: Tensor
    eps_alpha: Tensor
    eps_beta: Tensor
    ids: Tensor
    inputs: list[Tensor]
    gradient: Tensor

    def skill(self) -> tuple[Tensor, Tensor, Tensor | None, Tensor, Tensor, Tensor, Tensor]:
        """What `share_linear` takes, after one x, for one skill."""
        return self.inputs[0], self.weight, None, self.alpha, self.beta, self.eps_alpha, self.eps_beta


def operands(layer: Layer, skills: int = 1) -> Operands:
    """A bank of skills where there are several, with an id for each row; every skill occurs where there are rows enough."""
    draw = torch.Generator(layer.device).manual_seed(5)

    def normal(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=draw, device=layer.device)

    def columns(size: int) -> Tensor:
        return torch.linalg.qr(normal(size, layer.k)).Q

    bank = () if skills == 1 else (skills,)
    ids = torch.arange(layer.rows, device=layer.device) % skills
    size = layer.rows * layer.d * layer.dtype.itemsize
    sets = SETS if layer.device == "cpu" else max(SETS, -(-CACHE // size))
    return Operands(
        (normal(layer.n, layer.d) / layer.d**0.5).to(layer.dtype),
        columns(layer.d).to(layer.dtype),
        columns(layer.n).to(layer.dtype),
        normal(*bank, layer.k, layer.p).requires_grad_(),
        normal(*bank, layer.k, layer.p).requires_grad_(),
        ids[torch.randperm(layer.rows, generator=draw, device=layer.device)],
        [normal(layer.rows, layer.d).to(layer.dtype).requires_grad_() for _ in range(sets)],
        normal(layer.rows, layer.n).to(layer.dtype),
    )


def forwards(layer: Layer, held: Operands) -> dict[str, Forward]:
    """The contenders by name; `frozen` is what all others stand beside."""
    bordered = Bordered(held.weight, None, held.alpha, held.beta)
    found: dict[str, Forward] = {
        "frozen": lambda x: linear(x, held.weight),
        "share": lambda x: dispatch_linear(x, *held.skill()[1:]),
        "share_routed": lambda x: _routed(x, held),
        "share_bordered": lambda x: bordered.linear(x, held.eps_alpha, held.eps_beta),
        "share_naive": lambda x: _naive(x, held),
        "lora": _peft(held, LoraConfig(r=R, lora_alpha=R, target_modules=["0"])),
        "lora_addmm": AddmmLora(held.weight, R),
        "vera": _peft(held, VeraConfig(r=layer.k, target_modules=["0"])),
    }
    if layer.dtype != torch.float32:
        narrow = _peft(held, LoraConfig(r=R, lora_alpha=R, target_modules=["0"]), autocast=False)
        found["lora_narrow"] = narrow
        found["lora_narrow_compiled"] = torch.compile(narrow)
        found["lora_autocast"] = _autocast(found["lora"], layer)
    return found


def pass_of(forward: Forward, held: Operands, trained: list[Tensor] | None = None) -> Work:
    """One forward and one backward; gradients of the last are dropped first, as an optimiser does."""
    inputs = cycle(held.inputs)
    trained = trained if trained is not None else trained_by(forward, held)

    def work() -> None:
        x = next(inputs)
        for one in (x, *trained):
            one.grad = None
        forward(x).backward(held.gradient)

    return work


def forward_of(forward: Forward, held: Operands) -> Work:
    """One forward alone, without gradients."""
    inputs = cycle(held.inputs)

    def work() -> None:
        with torch.no_grad():
            forward(next(inputs))

    return work


def trained_by(forward: Forward, held: Operands) -> list[Tensor]:
    """What a contender trains."""
    if isinstance(forward, nn.Module):
        return [one for one in forward.parameters() if one.requires_grad]
    return [held.eps_alpha, held.eps_beta]


def errors(layer: Layer, held: Operands) -> dict[str, float]:
    """By contender of ours, the largest relative error of y, dx and both coefficients' gradients against float64."""
    wide = [one.detach().double().requires_grad_(one.requires_grad) for one in held.skill() if one is not None]
    x, weight, alpha, beta, eps_alpha, eps_beta = wide
    due = _written_out(x, weight, alpha, beta, eps_alpha, eps_beta)
    due.backward(held.gradient.double())
    exact = [due, x.grad, eps_alpha.grad, eps_beta.grad]
    found: dict[str, float] = {}
    contenders = forwards(layer, held)
    for name in OURS:
        first, again = _gradients(contenders[name], held), _gradients(contenders[name], held)
        worst = max(_distance(one, true) for one, true in zip(first, exact, strict=True))
        repeats = all(torch.equal(one, other) for one, other in zip(first, again, strict=True))
        found[name] = worst if repeats else float("inf")
    return found


def _gradients(forward: Forward, held: Operands) -> list[Tensor]:
    x = held.inputs[0]
    for one in (x, held.eps_alpha, held.eps_beta):
        one.grad = None
    y = forward(x)
    y.backward(held.gradient)
    return [one.detach().clone() for one in (y, x.grad, held.eps_alpha.grad, held.eps_beta.grad) if one is not None]


def _distance(found: Tensor, due: Any) -> float:  # noqa: ANN401 - torch's gradients may be None
    return float(torch.linalg.vector_norm(found.double() - due.detach()) / torch.linalg.vector_norm(due.detach()))


def _written_out(*tensors: Tensor) -> Tensor:
    x, weight, alpha, beta, eps_alpha, eps_beta = tensors
    return x @ (weight + (beta @ eps_beta) @ (alpha @ eps_alpha).T).T


def _naive(x: Tensor, held: Operands) -> Tensor:
    """As anybody would write it, with autograd's own backward."""
    dtype = x.dtype
    v = (x @ held.alpha) @ held.eps_alpha.to(dtype) @ held.eps_beta.to(dtype).T
    return linear(x, held.weight) + v @ held.beta.T


def _routed(x: Tensor, held: Operands) -> Tensor:
    """The form for a skill per row, with one skill in its bank; the ids are the same tensor, as for all layers of a model."""
    call = dispatch_linear if x.is_cuda else share_linear
    coefficients = held.eps_alpha[None], held.eps_beta[None]
    return call(x, held.weight, None, held.alpha, held.beta, *coefficients, skill_ids=held.ids)


def _peft(held: Operands, config: Any, *, autocast: bool = True) -> nn.Module:  # noqa: ANN401
    n, d = held.weight.shape
    base = nn.Linear(d, n, bias=False, device=held.weight.device, dtype=held.weight.dtype)
    base.weight.data.copy_(held.weight)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        return get_peft_model(nn.Sequential(base), config, autocast_adapter_dtype=autocast)


def _autocast(forward: Forward, layer: Layer) -> nn.Module:
    class Autocast(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = forward

        def forward(self, x: Tensor) -> Tensor:
            with torch.autocast(layer.device, layer.dtype):
                return forward(x)

    return Autocast()
