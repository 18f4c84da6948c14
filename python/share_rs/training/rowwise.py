"""AdamW on a tensor whose rows are separate trainings: each with its rate, decay, clipping, step count and moments."""

# torch and transformers have partial types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from torch import Tensor, nn

BETAS, EPSILON = (0.9, 0.999), 1e-8
"""PyTorch's defaults for AdamW."""
_NORM_EPSILON = 1e-6
"""What `torch.nn.utils.clip_grad_norm_` adds to a norm."""


class RowAdamW:
    """`torch.optim.AdamW` (Loshchilov and Hutter, arXiv:1711.05101) for each row alone, all rows in a few operations."""

    def __init__(self, values: nn.Parameter, weight_decay: Tensor) -> None:
        """Makes the state, zero.

        Args:
            values: N x P.
            weight_decay: N.
        """
        self._values = values
        self._decay = weight_decay.to(values)
        self.first, self.second = torch.zeros_like(values.data), torch.zeros_like(values.data)
        """Running means of gradients and of their squares, N x P."""
        self.steps = torch.zeros(len(values), device=values.device)
        """Steps of each row, N."""

    @torch.no_grad()
    def step(self, lr: Tensor, rows: Tensor) -> None:
        """One step of some rows by `values.grad`; the others, with all of their state, stay as they are.

        Args:
            lr: N.
            rows: M different indices.
        """
        values, grad = self._values, self._values.grad
        if grad is None or not len(rows):
            return
        own, slope, rate = values[rows], grad[rows], lr.to(values)[rows, None]
        first = self.first[rows].lerp_(slope, 1 - BETAS[0])
        second = self.second[rows].mul_(BETAS[1]).addcmul_(slope, slope, value=1 - BETAS[1])
        steps = self.steps[rows].add_(1)
        correction = [
            1 - torch.tensor(beta, dtype=torch.float64, device=steps.device) ** steps.double() for beta in BETAS
        ]
        scale, root = (rate / correction[0][:, None]).to(values), correction[1][:, None].sqrt().to(values)
        own.mul_(1 - rate * self._decay[rows, None])
        own.sub_(scale * first / (second.sqrt() / root).add_(EPSILON))
        values[rows], self.first[rows], self.second[rows], self.steps[rows] = own, first, second, steps


@torch.no_grad()
def clip_rows(grad: Tensor, most: Tensor) -> Tensor:
    """Scales each row of a gradient (N x P) down to the norm that it may have (N), in place; returns the norms before.

    As `torch.nn.utils.clip_grad_norm_` does it with each row alone.
    """
    norms = torch.linalg.vector_norm(grad, dim=1)
    grad.mul_((most.to(grad) / (norms + _NORM_EPSILON)).clamp(max=1.0)[:, None])
    return norms
