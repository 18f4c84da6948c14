"""What the layer's forms take: shapes that fit, and one dtype."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import torch

if TYPE_CHECKING:
    from torch import Tensor

_ID_TYPES = (torch.int8, torch.int16, torch.int32, torch.int64)


class Operands(NamedTuple):
    """The tensors of one call, as `share_linear` names them; the weight is n x d."""

    x: Tensor
    weight: Tensor | None
    bias: Tensor | None
    alpha: Tensor
    beta: Tensor
    eps_alpha: Tensor
    eps_beta: Tensor
    skill_ids: Tensor | None

    def cast(self) -> Operands:
        """The same in one dtype: that of x, or autocast's, which leaves float64 alone as it does everywhere."""
        operands = self.cast_all_but_coefficients()
        dtype = operands.x.dtype
        return operands._replace(eps_alpha=self.eps_alpha.to(dtype), eps_beta=self.eps_beta.to(dtype))

    def cast_all_but_coefficients(self) -> Operands:
        """The same, but the coefficients in their own dtype: the kernels read them in any, and need no copies.

        Raises:
            TypeError: without autocast, the weight or the bias has another dtype than x.
        """
        dtype = self.x.dtype
        device = self.x.device.type
        autocast = torch.is_autocast_enabled(device) and dtype != torch.float64
        if autocast:
            dtype = torch.get_autocast_dtype(device)
        for name, one in (("weight", self.weight), ("bias", self.bias)):
            if one is not None and one.dtype != dtype and not autocast:
                raise TypeError(
                    f"expected {name} in the dtype of x, {dtype}, got {one.dtype}; cast one of them, or use autocast"
                )
        return self._replace(
            x=self.x.to(dtype),
            # Without autocast a weight of another dtype is an error, as in any linear layer.
            weight=self.weight.to(dtype) if autocast and self.weight is not None else self.weight,
            bias=self.bias.to(dtype) if autocast and self.bias is not None else self.bias,
            alpha=self.alpha.to(dtype),
            beta=self.beta.to(dtype),
            skill_ids=None if self.skill_ids is None else self.skill_ids.to(device=self.x.device, dtype=torch.int64),
        )


def checked(operands: Operands) -> Operands:
    """The operands, if their shapes fit.

    Raises:
        ValueError: a shape or a device does not fit, an id is out of range, or a basis requires a gradient.
        TypeError: `skill_ids` are no signed integers, or something else is of no floating dtype.
    """
    _check_places(operands)
    x, weight, bias, alpha, beta, eps_alpha, eps_beta, ids = operands
    if alpha.ndim != 2 or beta.ndim != 2:  # noqa: PLR2004 - matrices
        raise ValueError(
            f"expected bases alpha (d x k_a) and beta (n x k_b), got shapes {tuple(alpha.shape)} and {tuple(beta.shape)}"
        )
    (d, k_a), (n, k_b) = alpha.shape, beta.shape
    if x.ndim == 0 or x.shape[-1] != d:
        raise ValueError(f"expected x (..., d) with d = {d} as in alpha (d x k_a), got shape {tuple(x.shape)}")
    if weight is not None and weight.shape != (n, d):
        raise ValueError(
            f"expected weight (n x d) of shape {(n, d)} as in beta and alpha, got {tuple(weight.shape)}; "
            "a weight that is stored d x n needs fan_in_fan_out=True"
        )
    if bias is not None and bias.shape != (n,):
        raise ValueError(f"expected bias of shape {(n,)}, got {tuple(bias.shape)}")
    for name, basis in (("alpha", alpha), ("beta", beta)):
        if basis.requires_grad:
            raise ValueError(f"expected frozen bases, got {name} with requires_grad=True: pass it detached")
    _check_coefficients(eps_alpha, eps_beta, k_a, k_b, 0 if ids is None else 1)
    if ids is not None:
        _check_ids(ids, x, eps_alpha.shape[0])
    return operands


def _check_places(operands: Operands) -> None:
    place = operands.x.device
    for name, one in zip(operands._fields[:-1], operands[:-1], strict=True):
        if one is None:
            continue
        if not one.is_floating_point():
            raise TypeError(f"expected {name} of a floating dtype, got {one.dtype}")
        if one.device != place:
            raise ValueError(f"expected {name} on {place}, where x is, got it on {one.device}")


def _check_coefficients(eps_alpha: Tensor, eps_beta: Tensor, k_a: int, k_b: int, bank: int) -> None:
    if eps_alpha.ndim != 2 + bank or eps_beta.ndim != 2 + bank:
        form = "N x k x p, as skill_ids are given" if bank else "k x p; a bank N x k x p needs skill_ids"
        raise ValueError(
            f"expected coefficients {form}, got shapes {tuple(eps_alpha.shape)} for eps_alpha and "
            f"{tuple(eps_beta.shape)} for eps_beta"
        )
    if eps_alpha.shape[bank] != k_a or eps_beta.shape[bank] != k_b:
        raise ValueError(
            f"expected eps_alpha with k_a = {k_a} and eps_beta with k_b = {k_b} rows, got shapes "
            f"{tuple(eps_alpha.shape)} and {tuple(eps_beta.shape)}"
        )
    if eps_alpha.shape[-1] != eps_beta.shape[-1] or eps_alpha.shape[:bank] != eps_beta.shape[:bank]:
        raise ValueError(
            f"expected the same p and the same N in both coefficients, got shapes {tuple(eps_alpha.shape)} for eps_alpha "
            f"and {tuple(eps_beta.shape)} for eps_beta"
        )


def _check_ids(ids: Tensor, x: Tensor, skills: int) -> None:
    if ids.dtype not in _ID_TYPES:
        raise TypeError(f"expected skill_ids of a signed integer dtype, got {ids.dtype}")
    leading = tuple(x.shape[:-1])
    if tuple(ids.shape) != leading[: ids.ndim]:
        raise ValueError(
            f"expected skill_ids whose shape begins the leading sizes {leading} of x, got shape {tuple(ids.shape)}"
        )
    if skills == 0:
        raise ValueError("expected a bank of at least one skill, got N = 0")
    # Elsewhere the values are out of reach without waiting for the device; indexing stops on what is too large.
    if ids.device.type == "cpu" and not torch.compiler.is_compiling() and ids.numel():
        low, high = int(ids.min()), int(ids.max())
        if low < -1 or high >= skills:
            raise ValueError(
                f"expected skill_ids from -1 (base) to N - 1 = {skills - 1}, got values from {low} to {high}"
            )
