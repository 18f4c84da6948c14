"""The update alone, for base layers whose own product must run: quantised ones, and those with hooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.kernels.operands import Operands, checked
from share_rs.kernels.routed import blocks, gather

if TYPE_CHECKING:
    from torch import Tensor


def share_delta(  # noqa: PLR0917 - the order of share_linear
    x: Tensor,
    alpha: Tensor,
    beta: Tensor,
    eps_alpha: Tensor,
    eps_beta: Tensor,
    scale: float = 1.0,
    skill_ids: Tensor | None = None,
) -> Tensor:
    """The second summand of `share_linear`, s x alpha eps_alpha eps_beta^T beta^T, differentiated by autograd.

    As the bases need no gradient, autograd too keeps z and h here and never x. Arguments and errors are those of `share_linear`.

    Returns:
        (..., n), in the dtype of x, or in autocast's where that is on.
    """
    operands = checked(Operands(x, None, None, alpha, beta, eps_alpha, eps_beta, skill_ids))
    x, _, _, alpha, beta, eps_alpha, eps_beta, ids = operands.cast()
    rows = x.reshape(-1, x.shape[-1])
    if ids is None:
        delta = (rows @ alpha @ eps_alpha) @ (beta @ eps_beta).t()
    else:
        v = (blocks(rows @ alpha, ids) @ gather(eps_alpha, ids)) @ gather(eps_beta, ids).mT
        delta = v.flatten(0, 1) @ beta.t()
    return (delta * scale).view(*x.shape[:-1], beta.shape[0])
