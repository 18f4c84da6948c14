"""The layer in three launches forward and five backward: the frozen product by PyTorch, the update by these kernels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch.autograd.function import once_differentiable

from share_rs.kernels.gpu.aligned import aligned, packed
from share_rs.kernels.gpu.expand_add import expand_add
from share_rs.kernels.gpu.grad_reduce import grad_reduce
from share_rs.kernels.gpu.shrink_route import shrink_route
from share_rs.kernels.gpu.skills import Skills

if TYPE_CHECKING:
    from torch import Tensor


class Fused(torch.autograd.Function):
    """Operands as `share_linear` checks and casts them. Kept for the backward pass: z and the ids; x only where W is trained."""

    @staticmethod
    def forward(  # noqa: D102 - autograd's
        ctx: Any,  # noqa: ANN401
        x: Tensor,
        weight: Tensor,
        bias: Tensor | None,
        alpha: Tensor,
        beta: Tensor,
        eps_alpha: Tensor,
        eps_beta: Tensor,
        skill_ids: Tensor | None,
        scale: float,
    ) -> Tensor:
        needs_x, needs_weight, _, _, _, needs_alpha, needs_beta, _, _ = ctx.needs_input_grad
        keep = needs_alpha or needs_beta
        y, z = forward(x, weight, bias, alpha, beta, eps_alpha, eps_beta, skill_ids, scale, keep=keep)
        ctx.save_for_backward(
            x if needs_weight else None,
            weight if needs_x else None,
            alpha,
            beta,
            eps_alpha,
            eps_beta,
            skill_ids,
            z,
        )
        ctx.scale = scale
        ctx.shape = x.shape
        return y

    @staticmethod
    @once_differentiable
    def backward(  # noqa: D102 - autograd's  # pyright: ignore[reportIncompatibleMethodOverride]
        ctx: Any,  # noqa: ANN401
        *grad_outputs: Tensor,
    ) -> tuple[Tensor | None, ...]:
        x, weight, alpha, beta, eps_alpha, eps_beta, skill_ids, z = ctx.saved_tensors
        _, needs_weight, needs_bias, _, _, needs_alpha, needs_beta, _, _ = ctx.needs_input_grad
        (dy,) = grad_outputs
        dx, d_alpha, d_beta = backward(dy, weight, alpha, beta, eps_alpha, eps_beta, skill_ids, z, ctx.scale)
        rows = dy.reshape(-1, dy.shape[-1])
        d_weight = rows.t() @ x.reshape(-1, x.shape[-1]) if needs_weight else None
        d_bias = rows.sum(0) if needs_bias else None
        dx = None if dx is None else dx.view(ctx.shape)
        return (
            dx,
            d_weight,
            d_bias,
            None,
            None,
            d_alpha if needs_alpha else None,
            d_beta if needs_beta else None,
            None,
            None,
        )


def forward(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    alpha: Tensor,
    beta: Tensor,
    eps_alpha: Tensor,
    eps_beta: Tensor,
    skill_ids: Tensor | None,
    scale: float,
    *,
    keep: bool,
) -> tuple[Tensor, Tensor | None]:
    """The output y (..., n), and z (T x k_a) if it is to be kept."""
    rows = packed(x)
    y = torch.nn.functional.linear(rows, weight, bias)
    skills = Skills.of(eps_alpha, eps_beta, skill_ids)
    z, v = shrink_route(rows, aligned(alpha), skills, keep=x.dtype if keep else None)
    expand_add(y, v, aligned(beta), scale, skills.ids)
    return y.view(*x.shape[:-1], weight.shape[0]), z


def backward(
    dy: Tensor,
    weight: Tensor | None,
    alpha: Tensor,
    beta: Tensor,
    eps_alpha: Tensor,
    eps_beta: Tensor,
    skill_ids: Tensor | None,
    z: Tensor | None,
    scale: float,
) -> tuple[Tensor | None, Tensor | None, Tensor | None]:
    """Dx (T x d; None without a weight) and the coefficients' gradients (None without z)."""
    if weight is None and z is None:
        return None, None, None
    rows = packed(dy)
    skills = Skills.of(eps_alpha, eps_beta, skill_ids)
    # In float32: u is a sum over n, of gradients that float16 may be too narrow for.
    u, w = shrink_route(rows, aligned(beta), skills.turned, keep=None if z is None else torch.float32)
    dx = None if weight is None else expand_add(rows @ weight, w, aligned(alpha), scale, skills.ids)
    if z is None or u is None:
        return dx, None, None
    d_alpha, d_beta = grad_reduce(z, u, skills, scale)
    return dx, d_alpha.view(eps_alpha.shape), d_beta.view(eps_beta.shape)
