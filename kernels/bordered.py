"""The frozen weight with both bases at its border, so that one product gives y0 and z, and backward dx0 and u.

M = [W | beta; alpha^T | 0] is allocated once per layer, as weight and bases are frozen: x M[:, :d]^T = [y0 | z], dy M[:n] = [dx0 | u].
It saves the second reading of x and of dy. On a CPU it is slower than the plain forms at every size that was measured.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch.autograd.function import once_differentiable
from torch.nn.functional import linear

from share_rs.kernels.coordinates import gradients, route
from share_rs.kernels.operands import Operands, checked
from share_rs.kernels.paths import chosen

if TYPE_CHECKING:
    from torch import Tensor

    from share_rs.kernels.paths import Path

MULTIPLE = 16
"""Of numbers: the border is padded to it once, so that every row begins where a device loads it whole."""


class Bordered:
    """One layer's frozen part; `weight`, `alpha` and `beta` are views of it, and the originals may be dropped."""

    def __init__(self, weight: Tensor, bias: Tensor | None, alpha: Tensor, beta: Tensor) -> None:
        """Copies them side by side.

        Raises:
            ValueError: shapes do not fit, or one of them requires a gradient.
            TypeError: they are not of one floating dtype.
        """
        for name, one in (("weight", weight), ("bias", bias), ("alpha", alpha), ("beta", beta)):
            if one is not None and one.requires_grad:
                raise ValueError(f"expected a frozen {name}, got one with requires_grad=True: pass it detached")
            if one is not None and one.dtype != weight.dtype:
                raise TypeError(f"expected {name} in the weight's {weight.dtype}, got {one.dtype}")
        empty = alpha.new_empty(alpha.shape[1], 1), beta.new_empty(beta.shape[1], 1)
        checked(Operands(weight.new_empty(0, alpha.shape[0]), weight, bias, alpha, beta, *empty, None))
        (n, d), k_a, k_b = weight.shape, alpha.shape[1], beta.shape[1]
        self.frame = weight.new_zeros(n + _padded(k_a), d + _padded(k_b))
        self.frame[:n, :d] = weight
        self.frame[n : n + k_a, :d] = alpha.t()
        self.frame[:n, d : d + k_b] = beta
        self.n, self.d, self.k_a, self.k_b = n, d, k_a, k_b
        self.bias: Tensor | None = None
        if bias is not None:
            self.bias = weight.new_zeros(self.frame.shape[0])
            self.bias[:n] = bias

    @property
    def weight(self) -> Tensor:
        """W, n x d, in rows that lie further apart than d."""
        return self.frame[: self.n, : self.d]

    @property
    def alpha(self) -> Tensor:
        """The basis d x k_a, with neighbouring features side by side."""
        return self.frame[self.n : self.n + self.k_a, : self.d].t()

    @property
    def beta(self) -> Tensor:
        """The basis n x k_b."""
        return self.frame[: self.n, self.d : self.d + self.k_b]

    def linear(
        self,
        x: Tensor,
        eps_alpha: Tensor,
        eps_beta: Tensor,
        scale: float = 1.0,
        skill_ids: Tensor | None = None,
        *,
        path: Path | None = None,
    ) -> Tensor:
        """The output of `share_linear`, whose arguments, and errors for them, are the same here; to rounding.

        Rows of the base have exactly their part of the product with M, whatever the bank holds. `path` is `plain` or `triton`, as in
        `dispatch_linear`; there is no operator of this form.

        Raises:
            ValueError: as `dispatch_linear`, or the path is `operator`.
            TypeError: as `share_linear`, or x has another dtype than the frozen part.
        """
        frozen = self.weight, None if self.bias is None else self.bias[: self.n], self.alpha, self.beta
        operands = checked(Operands(x, *frozen, eps_alpha, eps_beta, skill_ids)).cast_all_but_coefficients()
        if operands.x.dtype != self.frame.dtype:
            raise TypeError(
                f"expected x in the dtype of the bordered weight, {self.frame.dtype}, got {operands.x.dtype}"
            )
        if path == "operator":
            raise ValueError("expected the path plain or triton, got operator, which the bordered form does not have")
        found = chosen(operands.x, self.alpha, self.beta, path)
        if found != "triton":
            operands = operands.cast()
        return _Linear.apply(
            operands.x, operands.eps_alpha, operands.eps_beta, operands.skill_ids, scale, self, found == "triton"
        )


class _Linear(torch.autograd.Function):
    @staticmethod
    def forward(  # noqa: PLR0917 - autograd's
        ctx: Any,  # noqa: ANN401
        x: Tensor,
        eps_alpha: Tensor,
        eps_beta: Tensor,
        skill_ids: Tensor | None,
        scale: float,
        frozen: Bordered,
        fused: bool,  # noqa: FBT001
    ) -> Tensor:
        keep = any(ctx.needs_input_grad[1:3])
        product = linear(x.reshape(-1, frozen.d), frozen.frame[:, : frozen.d], frozen.bias)
        into, out = eps_alpha, eps_beta
        y, z = _expanded(product, frozen.beta, into, out, skill_ids, scale, x.dtype if keep else None, fused=fused)
        ctx.save_for_backward(eps_alpha, eps_beta, skill_ids, z)
        ctx.scale, ctx.frozen, ctx.fused, ctx.shape = scale, frozen, fused, x.shape
        return y.view(*x.shape[:-1], frozen.n)

    @staticmethod
    @once_differentiable
    def backward(  # pyright: ignore[reportIncompatibleMethodOverride]
        ctx: Any,  # noqa: ANN401
        *grad_outputs: Tensor,
    ) -> tuple[Tensor | None, ...]:
        eps_alpha, eps_beta, skill_ids, z = ctx.saved_tensors
        needs_x, needs_alpha, needs_beta = ctx.needs_input_grad[:3]
        frozen: Bordered = ctx.frozen
        dy = grad_outputs[0].reshape(-1, frozen.n)
        product = dy @ frozen.frame[: frozen.n]
        keep = None if z is None else torch.promote_types(dy.dtype, torch.float32)
        dx, u = _expanded(product, frozen.alpha, eps_beta, eps_alpha, skill_ids, ctx.scale, keep, fused=ctx.fused)
        d_alpha = d_beta = None
        if z is not None and u is not None:
            if ctx.fused:
                from share_rs.kernels.gpu.grad_reduce import grad_reduce  # noqa: PLC0415 - Triton, where it can run
                from share_rs.kernels.gpu.skills import Skills  # noqa: PLC0415

                found = grad_reduce(z, u, Skills.of(eps_alpha, eps_beta, skill_ids), ctx.scale)
            else:
                found = gradients(z, u.to(z.dtype), eps_alpha, eps_beta, skill_ids, ctx.scale)
            d_alpha, d_beta = (one.view(like.shape) for one, like in zip(found, (eps_alpha, eps_beta), strict=True))
        return (
            dx.view(ctx.shape) if needs_x else None,
            d_alpha if needs_alpha else None,
            d_beta if needs_beta else None,
            None,
            None,
            None,
            None,
        )


def _expanded(  # noqa: PLR0917 - in the order of the formula
    product: Tensor,
    basis: Tensor,
    into: Tensor,
    out: Tensor,
    skill_ids: Tensor | None,
    scale: float,
    keep: torch.dtype | None,
    *,
    fused: bool,
) -> tuple[Tensor, Tensor | None]:
    """Gives y = y0 + s (z into out^T) basis^T of the product [y0 | z], and z by itself, so that no view keeps the product alive."""
    if fused:
        from share_rs.kernels.gpu.route_expand import route_expand  # noqa: PLC0415 - Triton, where it can run
        from share_rs.kernels.gpu.skills import Skills  # noqa: PLC0415

        return route_expand(product, basis, Skills.of(into, out, skill_ids), scale, keep=keep)
    features, k = basis.shape[0], into.shape[-2]
    z = product[:, features : features + k].contiguous()
    y = torch.addmm(product[:, :features], route(z, into, out, skill_ids), basis.t(), alpha=scale)
    return y, z.to(keep) if keep is not None else None


def _padded(k: int) -> int:
    return -(-k // MULTIPLE) * MULTIPLE
