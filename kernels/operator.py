"""The layer as `torch.ops.share_rs.linear`: one node in a graph that is compiled or exported, whatever runs inside.

In eager training an autograd.Function costs half as much per call, so this is for graphs and for serving from them.
"""

# torch's own types are partial.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from share_rs.kernels.coordinates import gradients, route
from share_rs.kernels.paths import obstacle

if TYPE_CHECKING:
    from share_rs.kernels.operands import Operands

from torch import Tensor


@torch.library.custom_op(
    "share_rs::linear",
    mutates_args=(),
    schema="(Tensor x, Tensor weight, Tensor? bias, Tensor alpha, Tensor beta, Tensor eps_alpha, Tensor eps_beta, "
    "Tensor? skill_ids, float scale, bool keep) -> (Tensor, Tensor)",
)
def linear(  # noqa: PLR0917 - the order of share_linear
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    alpha: Tensor,
    beta: Tensor,
    eps_alpha: Tensor,
    eps_beta: Tensor,
    skill_ids: Tensor | None,
    scale: float,
    keep: bool,  # noqa: FBT001 - the schema's
) -> tuple[Tensor, Tensor]:
    """Y (..., n), and z (T x k_a), of no rows unless it is kept."""
    if obstacle(x, alpha, beta) is None:
        from share_rs.kernels.gpu import linear as gpu  # noqa: PLC0415 - Triton, where it can run

        y, z = gpu.forward(x, weight, bias, alpha, beta, eps_alpha, eps_beta, skill_ids, scale, keep=keep)
    else:
        rows = x.reshape(-1, x.shape[-1])
        z = rows @ alpha
        y = torch.nn.functional.linear(rows, weight, bias)
        y.addmm_(route(z, eps_alpha, eps_beta, skill_ids), beta.t(), alpha=scale)
        y = y.view(*x.shape[:-1], weight.shape[0])
        z = z if keep else None
    return y, x.new_empty(0, alpha.shape[1]) if z is None else z


@torch.library.custom_op(
    "share_rs::linear_backward",
    mutates_args=(),
    schema="(Tensor dy, Tensor? weight, Tensor alpha, Tensor beta, Tensor eps_alpha, Tensor eps_beta, Tensor? skill_ids, "
    "Tensor? z, float scale) -> (Tensor, Tensor, Tensor)",
)
def linear_backward(  # noqa: PLR0917 - the order of share_linear
    dy: Tensor,
    weight: Tensor | None,
    alpha: Tensor,
    beta: Tensor,
    eps_alpha: Tensor,
    eps_beta: Tensor,
    skill_ids: Tensor | None,
    z: Tensor | None,
    scale: float,
) -> tuple[Tensor, Tensor, Tensor]:
    """The gradients of x (..., d), eps_alpha and eps_beta; empty where the weight or z is None."""
    if obstacle(dy, alpha, beta) is None:
        from share_rs.kernels.gpu import linear as gpu  # noqa: PLC0415 - Triton, where it can run

        dx, d_alpha, d_beta = gpu.backward(dy, weight, alpha, beta, eps_alpha, eps_beta, skill_ids, z, scale)
    else:
        rows = dy.reshape(-1, dy.shape[-1])
        u = rows @ beta
        dx = d_alpha = d_beta = None
        if weight is not None:
            w = route(u, eps_beta, eps_alpha, skill_ids)
            dx = (rows @ weight).addmm_(w, alpha.t(), alpha=scale)
        if z is not None:
            d_alpha, d_beta = gradients(z, u, eps_alpha, eps_beta, skill_ids, scale)
    none = dy.new_empty(0)
    return (
        none if dx is None else dx.view(*dy.shape[:-1], alpha.shape[0]),
        dy.new_empty(0) if d_alpha is None else d_alpha,
        dy.new_empty(0) if d_beta is None else d_beta,
    )


@linear.register_fake
def _(x: Tensor, weight: Tensor, *rest: Any) -> tuple[Tensor, Tensor]:  # noqa: ANN401 - as the operator's
    alpha, keep = rest[1], rest[-1]
    rows = x.shape[:-1].numel() if keep else 0
    return x.new_empty(*x.shape[:-1], weight.shape[0]), x.new_empty(rows, alpha.shape[1])


@linear_backward.register_fake
def _(  # noqa: PLR0917 - the operator's
    dy: Tensor,
    weight: Tensor | None,
    alpha: Tensor,
    beta: Tensor,  # noqa: ARG001 - the operator's
    eps_alpha: Tensor,
    eps_beta: Tensor,
    skill_ids: Tensor | None,  # noqa: ARG001 - the operator's
    z: Tensor | None,
    scale: float,  # noqa: ARG001 - the operator's
) -> tuple[Tensor, Tensor, Tensor]:
    return (
        dy.new_empty(0) if weight is None else dy.new_empty(*dy.shape[:-1], alpha.shape[0]),
        dy.new_empty(0) if z is None else eps_alpha.new_empty(eps_alpha.shape),
        dy.new_empty(0) if z is None else eps_beta.new_empty(eps_beta.shape),
    )


def _remember(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, Tensor]) -> None:  # noqa: ANN401 - autograd's
    x, weight, _, alpha, beta, eps_alpha, eps_beta, skill_ids, scale, keep = inputs
    needs_x, needs_weight = ctx.needs_input_grad[:2]
    ctx.mark_non_differentiable(output[1])
    ctx.save_for_backward(
        x if needs_weight else None,
        weight if needs_x else None,
        alpha,
        beta,
        eps_alpha,
        eps_beta,
        skill_ids,
        output[1] if keep else None,
    )
    ctx.scale = scale


def _backward(ctx: Any, dy: Tensor, _: Tensor | None) -> tuple[Tensor | None, ...]:  # noqa: ANN401 - autograd's
    x, weight, alpha, beta, eps_alpha, eps_beta, skill_ids, z = ctx.saved_tensors
    needs_x, needs_weight, needs_bias, _, _, needs_alpha, needs_beta = ctx.needs_input_grad[:7]
    dx = d_alpha = d_beta = None
    if needs_x or z is not None:
        dx, d_alpha, d_beta = torch.ops.share_rs.linear_backward(
            dy, weight, alpha, beta, eps_alpha, eps_beta, skill_ids, z, ctx.scale
        )
    rows = dy.reshape(-1, dy.shape[-1])
    return (
        dx if needs_x else None,
        rows.t() @ x.reshape(-1, x.shape[-1]) if needs_weight else None,
        rows.sum(0) if needs_bias else None,
        None,
        None,
        d_alpha if needs_alpha else None,
        d_beta if needs_beta else None,
        None,
        None,
        None,
    )


linear.register_autograd(_backward, setup_context=_remember)


def apply(operands: Operands, scale: float) -> Tensor:
    """The operator on operands as `share_linear` checks and casts them."""
    trained = operands.eps_alpha.requires_grad or operands.eps_beta.requires_grad
    y, _ = torch.ops.share_rs.linear(*operands, scale, trained and torch.is_grad_enabled())
    return y
