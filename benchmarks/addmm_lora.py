"""A LoRA layer as fast as plain PyTorch allows: in-place sums, a backward pass by hand, nothing kept but x and x A^T."""

# torch has partial types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import linear


class AddmmLora(nn.Module):
    """y = x W^T + (x A^T) B^T, with W frozen; A and B are in its dtype."""

    def __init__(self, weight: Tensor, r: int) -> None:
        """A is random, and B too, so that no product is one with zeros."""
        super().__init__()
        n, d = weight.shape
        draw = torch.Generator().manual_seed(6)
        self.weight = weight
        self.a = nn.Parameter((torch.randn(r, d, generator=draw) / d**0.5).to(weight))
        self.b = nn.Parameter((torch.randn(n, r, generator=draw) / r**0.5).to(weight))

    def forward(self, x: Tensor) -> Tensor:
        """(T x d) to (T x n)."""
        return _Apply.apply(x, self.weight, self.a, self.b)


class _Apply(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, a: Tensor, b: Tensor) -> Tensor:  # noqa: ANN401 - autograd's
        h = linear(x, a)
        ctx.save_for_backward(x, weight, a, b, h)
        return linear(x, weight).addmm_(h, b.t())

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Tensor) -> tuple[Tensor | None, ...]:  # noqa: ANN401 - autograd's
        x, weight, a, b, h = ctx.saved_tensors
        (dy,) = grad_outputs
        g = dy @ b
        return (dy @ weight).addmm_(g, a), None, g.t() @ x, dy.t() @ h
