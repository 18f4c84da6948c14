"""A few skills in one batch: all of their coefficients side by side, N p columns, of which each row keeps its own.

For a few columns this is nearly the price of one skill, on CPU: y += s h b^T as in `collapsed`, with h (T x N p) in the place of the
routed form's v (T x k). Each row is multiplied with the columns of other skills, too, and set to zero there. A number that is not
finite would pass from one skill to another by that, so it is looked for: in the coefficients before, in the gradients after.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch.autograd.function import once_differentiable
from torch.nn.functional import linear

if TYPE_CHECKING:
    from torch import Tensor

    from share_rs.kernels.operands import Operands

MOST = 16
"""Columns N p up to which this is used: at k = 32 it takes 0.9 of the routed form's time with 8 columns, and as much with 32."""


def few(operands: Operands) -> tuple[Tensor, Tensor] | None:
    """The products a = alpha eps_alpha (d x N p) and b (n x N p), where the form is for these operands; None where it is not.

    It is for a CPU, as it looks at numbers, which an accelerator would be waited for; and not for a graph that is compiled.
    """
    x, _, _, alpha, beta, eps_alpha, eps_beta, _ = operands
    skills, _, p = eps_alpha.shape
    if x.device.type != "cpu" or skills * p > MOST or torch.compiler.is_compiling():
        return None
    with torch.no_grad():
        a, b = alpha @ _side_by_side(eps_alpha), beta @ _side_by_side(eps_beta)
    finite = bool(a.isfinite().all() and b.isfinite().all())
    return (a, b) if finite else None


class Masked(torch.autograd.Function):
    """Operands as `share_linear` checks and casts them, and the products of `few`."""

    @staticmethod
    def forward(  # noqa: D102, PLR0917 - autograd's
        ctx: Any,  # noqa: ANN401
        x: Tensor,
        weight: Tensor,
        bias: Tensor | None,
        alpha: Tensor,
        beta: Tensor,
        eps_alpha: Tensor,
        eps_beta: Tensor,  # noqa: ARG004 - its gradient is asked for
        skill_ids: Tensor,
        scale: float,
        a: Tensor,
        b: Tensor,
    ) -> Tensor:
        rows = x.reshape(-1, x.shape[-1])
        y = linear(rows, weight, bias)
        ids = skill_ids.reshape(-1)
        ids = ids.repeat_interleave(len(rows) // max(len(ids), 1))
        z = rows @ alpha
        h = (z @ _side_by_side(eps_alpha)).masked_fill_(_others(ids, eps_alpha), 0)
        y.addmm_(h, b.t(), alpha=scale)
        needs_x, needs_weight, _, _, _, needs_alpha, needs_beta, *_ = ctx.needs_input_grad
        ctx.save_for_backward(
            x if needs_weight else None,
            weight if needs_x else None,
            beta,
            eps_alpha,
            a if needs_x else None,
            b,
            ids,
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
        x, weight, beta, eps_alpha, a, b, ids, z, h = ctx.saved_tensors
        needs_x, needs_weight, needs_bias, _, _, needs_alpha, needs_beta, *_ = ctx.needs_input_grad
        (grad,) = grad_outputs
        dy = grad.reshape(-1, grad.shape[-1])
        dx = d_weight = d_bias = d_alpha = d_beta = None
        if needs_x or needs_alpha:
            g = (dy @ b).mul_(ctx.scale).masked_fill_(_others(ids, eps_alpha), 0)
            if needs_x:
                dx = (dy @ weight).addmm_(g, a.t()).view(ctx.shape)
            if needs_alpha:
                d_alpha = _one_below_another(_apart(z, g, ids, eps_alpha), eps_alpha)
        if needs_beta:
            d_beta = _one_below_another((beta.t() @ _apart(dy, h, ids, eps_alpha)).mul_(ctx.scale), eps_alpha)
        if needs_weight:
            d_weight = dy.t() @ x.reshape(-1, x.shape[-1])
        if needs_bias:
            d_bias = dy.sum(0)
        return dx, d_weight, d_bias, None, None, d_alpha, d_beta, None, None, None, None


def _side_by_side(bank: Tensor) -> Tensor:
    """The columns of all skills, k x N p from N x k x p."""
    return bank.transpose(0, 1).reshape(bank.shape[1], -1)


def _one_below_another(columns: Tensor, bank: Tensor) -> Tensor:
    """N x k x p from k x N p; N and p are those of a bank."""
    return columns.view(-1, bank.shape[0], bank.shape[2]).transpose(0, 1)


def _others(ids: Tensor, bank: Tensor) -> Tensor:
    """T x N p: whether a column is of another skill than the row."""
    skills, _, p = bank.shape
    return ids[:, None] != torch.arange(skills, device=ids.device).repeat_interleave(p)


def _apart(rows: Tensor, columns: Tensor, ids: Tensor, bank: Tensor) -> Tensor:
    """rows^T columns, where the columns of a skill (T x N p) are zero in the rows of others."""
    found = rows.t() @ columns
    if not bool(found.isfinite().all()):
        # Zero times infinity is NaN: here each skill's columns see its own rows alone.
        skills, _, p = bank.shape
        for skill in range(skills):
            own = ids == skill
            found[:, skill * p : (skill + 1) * p] = rows[own].t() @ columns[own, skill * p : (skill + 1) * p]
    return found
