"""A skill per row: the coefficients of each row come from a bank, the bases are shared by all.

The cost does not grow with the number of skills: a row gathers (k_a + k_b) p numbers, 256 bytes at k = 32 and p = 1 in float32.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch.autograd.function import once_differentiable
from torch.nn.functional import linear

if TYPE_CHECKING:
    from torch import Tensor


class Routed(torch.autograd.Function):
    """Operands as `share_linear` checks and casts them; M ids, each for S = T / M consecutive rows."""

    @staticmethod
    def forward(  # noqa: D102, PLR0917 - autograd's
        ctx: Any,  # noqa: ANN401
        x: Tensor,
        weight: Tensor,
        bias: Tensor | None,
        alpha: Tensor,
        beta: Tensor,
        eps_alpha: Tensor,
        eps_beta: Tensor,
        skill_ids: Tensor,
        scale: float,
    ) -> Tensor:
        rows = x.reshape(-1, x.shape[-1])
        y = linear(rows, weight, bias)
        z = blocks(rows @ alpha, skill_ids)
        h = z @ gather(eps_alpha, skill_ids)
        v = h @ gather(eps_beta, skill_ids).mT
        y.addmm_(v.flatten(0, 1), beta.t(), alpha=scale)
        needs_x, needs_weight, _, _, _, needs_alpha, needs_beta, _, _ = ctx.needs_input_grad
        ctx.save_for_backward(
            x if needs_weight else None,
            weight if needs_x else None,
            alpha,
            beta,
            eps_alpha,
            eps_beta,
            skill_ids,
            z if needs_alpha else None,
            h if needs_beta else None,
        )
        ctx.scale = scale
        ctx.shape = x.shape
        return y.view(*x.shape[:-1], weight.shape[0])

    @staticmethod
    @once_differentiable
    def backward(  # noqa: D102 - autograd's  # pyright: ignore[reportIncompatibleMethodOverride]
        ctx: Any,  # noqa: ANN401
        *grad_outputs: Tensor,
    ) -> tuple[Tensor | None, ...]:
        x, weight, alpha, beta, eps_alpha, eps_beta, skill_ids, z, h = ctx.saved_tensors
        needs_x, needs_weight, needs_bias, _, _, needs_alpha, needs_beta, _, _ = ctx.needs_input_grad
        (grad,) = grad_outputs
        dy = grad.reshape(-1, grad.shape[-1])
        dx = d_weight = d_bias = d_alpha = d_beta = None
        if needs_x or needs_alpha or needs_beta:
            u = blocks(dy @ beta, skill_ids).mul_(ctx.scale)
            g = u @ gather(eps_beta, skill_ids)
            if needs_x:
                w = g @ gather(eps_alpha, skill_ids).mT
                dx = (dy @ weight).addmm_(w.flatten(0, 1), alpha.t()).view(ctx.shape)
            if needs_alpha:
                d_alpha = scatter(z.mT @ g, skill_ids, eps_alpha)
            if needs_beta:
                d_beta = scatter(u.mT @ h, skill_ids, eps_beta)
        if needs_weight:
            d_weight = dy.t() @ x.reshape(-1, x.shape[-1])
        if needs_bias:
            d_bias = dy.sum(0)
        return dx, d_weight, d_bias, None, None, d_alpha, d_beta, None, None


def blocks(rows: Tensor, skill_ids: Tensor) -> Tensor:
    """T x k rows as M x S x k; rows of the base are zero, whatever overflowed in them."""
    ids = skill_ids.reshape(-1, 1, 1)
    per_id = rows.shape[0] // max(ids.shape[0], 1)
    return rows.view(ids.shape[0], per_id, rows.shape[1]).masked_fill(ids < 0, 0)


def gather(bank: Tensor, skill_ids: Tensor) -> Tensor:
    """M x k x p from N x k x p; zero for the base, so that no other skill's numbers, not even NaN, reach it."""
    ids = skill_ids.reshape(-1)
    return bank[ids.clamp(min=0)].masked_fill((ids < 0).reshape(-1, 1, 1), 0)


def scatter(gradients: Tensor, skill_ids: Tensor, bank: Tensor) -> Tensor:
    """The gradient of the bank, N x k x p, from those of its M gathered entries; summed in float32 at least."""
    dtype = torch.promote_types(bank.dtype, torch.float32)
    total = torch.zeros(bank.shape, dtype=dtype, device=bank.device)
    return total.index_add_(0, skill_ids.reshape(-1).clamp(min=0), gradients.to(dtype)).to(bank.dtype)
