"""What happens between the two bases, in plain PyTorch: a row's coordinates, its skill's coefficients, and their gradients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.kernels.routed import blocks, gather, scatter

if TYPE_CHECKING:
    from torch import Tensor


def route(z: Tensor, into: Tensor, out: Tensor, skill_ids: Tensor | None) -> Tensor:
    """Coordinates v = z into out^T (T x k_out); into and out are k x p, or banks N x k x p where there are ids."""
    if skill_ids is None:
        return (z @ into) @ out.t()
    return ((blocks(z, skill_ids) @ gather(into, skill_ids)) @ gather(out, skill_ids).mT).flatten(0, 1)


def gradients(  # noqa: PLR0917 - in the order of the formula
    z: Tensor, u: Tensor, into: Tensor, out: Tensor, skill_ids: Tensor | None, scale: float
) -> tuple[Tensor, Tensor]:
    """Of `into` and `out`: s z^T u out and s u^T z into, for coordinates z of the input and u of the output's gradient."""
    if skill_ids is None:
        u = u * scale
        return z.t() @ (u @ out), u.t() @ (z @ into)
    z, u = blocks(z, skill_ids), blocks(u, skill_ids) * scale
    of_into = z.mT @ (u @ gather(out, skill_ids))
    of_out = u.mT @ (z @ gather(into, skill_ids))
    return scatter(of_into, skill_ids, into), scatter(of_out, skill_ids, out)
