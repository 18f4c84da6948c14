"""The loss of a language model's head without its logits: T x V numbers are never there at once.

At 8,192 tokens and Qwen2.5's vocabulary of 151,936 the logits are 2.5 GB in bfloat16, and their gradient as much again. A token
that is not supervised costs nothing here, whereas the plain form makes its logits too.
"""

# torch's own types are partial.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch.autograd.function import once_differentiable

if TYPE_CHECKING:
    from torch import Tensor

IGNORED = -100
"""The label of a token that is not supervised, PyTorch's `ignore_index`."""
LOGITS = 1 << 25
"""Logits that are made at a time, by default: 128 MB in float32."""


def linear_cross_entropy(
    hidden: Tensor, weight: Tensor, labels: Tensor, bias: Tensor | None = None, *, chunk: int | None = None
) -> Tensor:
    """The cross entropy of each token, -log softmax(W h + bias)[label], 0 where the label is -100.

    The same as `cross_entropy(linear(hidden, weight, bias), labels, reduction="none")`, in chunks of tokens. The gradient of a
    token's loss in its own h is made with the loss, as it only waits for one factor: two products with W in all, and kept are the
    supervised tokens' d numbers each. Where W or the bias is trained, the logits are made a second time.

    Args:
        hidden: T x d, what the head sees; under autocast, all are cast to its dtype.
        weight: V x d, in the dtype of `hidden`.
        labels: T, integers in [0, V), or -100.
        bias: V, or None.
        chunk: tokens whose logits are made at a time; by default as many as give 32 M logits.

    Returns:
        T losses in float32, or in float64 where `hidden` is float64. They may be weighted by any function before `backward`.

    Raises:
        ValueError: shapes or dtypes do not fit, or a label is none.
    """
    device = hidden.device.type
    if torch.is_autocast_enabled(device) and hidden.dtype != torch.float64:
        dtype = torch.get_autocast_dtype(device)
        hidden, weight, bias = hidden.to(dtype), weight.to(dtype), None if bias is None else bias.to(dtype)
    _check(hidden, weight, labels, bias)
    size = max(1, LOGITS // max(1, weight.shape[0])) if chunk is None else chunk
    if size < 1:
        raise ValueError(f"expected chunk of at least one token, got {chunk}")
    if hidden.is_cuda and torch.cuda.is_current_stream_capturing():
        # How many are supervised would have to be waited for, and another number would be another graph: all are computed.
        ignored = labels == IGNORED
        with torch.autocast(device, enabled=False):
            losses = _Losses.apply(hidden, weight, bias, labels.long().masked_fill(ignored, 0), size)
        return losses.masked_fill(ignored, 0)
    kept = (labels != IGNORED).nonzero().flatten()
    with torch.autocast(device, enabled=False):
        losses = _Losses.apply(hidden.index_select(0, kept), weight, bias, labels.index_select(0, kept).long(), size)
    return losses.new_zeros(labels.shape[0]).index_copy(0, kept, losses)


class _Losses(torch.autograd.Function):
    """The losses of supervised tokens."""

    @staticmethod
    def forward(  # noqa: PLR0917 - autograd's
        ctx: Any,  # noqa: ANN401
        hidden: Tensor,
        weight: Tensor,
        bias: Tensor | None,
        labels: Tensor,
        size: int,
    ) -> Tensor:
        needs_hidden, needs_weight, needs_bias, _, _ = ctx.needs_input_grad
        again = needs_weight or needs_bias
        losses: list[Tensor] = []
        slopes: list[Tensor] = []
        for rows, own in zip(hidden.split(size), labels.split(size), strict=True):
            logits = _logits(rows, weight, bias)
            total = logits.logsumexp(1)
            losses.append(total - logits.gather(1, own[:, None])[:, 0])
            if needs_hidden and not again:
                slopes.append(_slope(logits, total, own).to(weight.dtype) @ weight)
        ctx.size, ctx.again = size, again
        if again:
            ctx.save_for_backward(hidden, weight, bias, labels)
        elif needs_hidden:
            ctx.save_for_backward(torch.cat(slopes) if slopes else hidden)
        return torch.cat(losses) if losses else hidden.new_zeros(0, dtype=_wide(hidden.dtype))

    @staticmethod
    @once_differentiable
    def backward(  # pyright: ignore[reportIncompatibleMethodOverride] - autograd's
        ctx: Any,  # noqa: ANN401
        *grad_outputs: Tensor,
    ) -> tuple[Tensor | None, ...]:
        (grad,) = grad_outputs
        if not ctx.again:
            (slopes,) = ctx.saved_tensors
            return (slopes * grad[:, None]).to(slopes.dtype), None, None, None, None
        hidden, weight, bias, labels = ctx.saved_tensors
        needs_hidden, needs_weight, needs_bias, _, _ = ctx.needs_input_grad
        wide = _wide(weight.dtype)
        d_hidden: list[Tensor] = []
        d_weight = torch.zeros_like(weight, dtype=wide) if needs_weight else None
        d_bias = None if bias is None or not needs_bias else torch.zeros_like(bias, dtype=wide)
        for rows, own, part in zip(hidden.split(ctx.size), labels.split(ctx.size), grad.split(ctx.size), strict=True):
            logits = _logits(rows, weight, bias)
            slope = _slope(logits, logits.logsumexp(1), own).mul_(part[:, None])
            if needs_hidden:
                d_hidden.append(slope.to(weight.dtype) @ weight)
            if d_weight is not None:
                d_weight += slope.t() @ rows.to(wide)
            if d_bias is not None:
                d_bias += slope.sum(0)
        return (
            (torch.cat(d_hidden) if d_hidden else torch.zeros_like(hidden)) if needs_hidden else None,
            None if d_weight is None else d_weight.to(weight.dtype),
            None if d_bias is None else d_bias.to(weight.dtype),
            None,
            None,
        )


def _logits(rows: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    return torch.nn.functional.linear(rows, weight, bias).to(_wide(weight.dtype))


def _slope(logits: Tensor, total: Tensor, labels: Tensor) -> Tensor:
    """The gradient of each loss in its logits, softmax less one at the label; in the place of the logits."""
    slope = logits.sub_(total[:, None]).exp_()
    return slope.scatter_add_(1, labels[:, None], slope.new_full((len(labels), 1), -1.0))


def _wide(dtype: torch.dtype) -> torch.dtype:
    return torch.promote_types(dtype, torch.float32)


def _check(hidden: Tensor, weight: Tensor, labels: Tensor, bias: Tensor | None) -> None:
    if hidden.ndim != 2 or weight.ndim != 2 or hidden.shape[1] != weight.shape[1]:  # noqa: PLR2004 - matrices
        raise ValueError(
            f"expected hidden (T x d) and weight (V x d) with the same d, got shapes {tuple(hidden.shape)} and {tuple(weight.shape)}"
        )
    if hidden.dtype != weight.dtype or (bias is not None and bias.dtype != weight.dtype):
        got = f"{hidden.dtype} and {weight.dtype}" + ("" if bias is None else f", bias {bias.dtype}")
        raise ValueError(f"expected hidden, weight and bias of one dtype, got {got}")
    if bias is not None and bias.shape != weight.shape[:1]:
        raise ValueError(f"expected bias of shape {(weight.shape[0],)}, got {tuple(bias.shape)}")
    if labels.shape != hidden.shape[:1] or labels.dtype.is_floating_point or labels.dtype == torch.bool:
        raise ValueError(
            f"expected labels as {hidden.shape[0]} integers, one for each row of hidden, got {labels.dtype} of shape "
            f"{tuple(labels.shape)}"
        )
    # Elsewhere the values are out of reach without waiting for the device; indexing stops on what is too large.
    if labels.device.type == "cpu" and labels.numel():
        wrong = labels[(labels != IGNORED) & ((labels < 0) | (labels >= weight.shape[0]))]
        if wrong.numel():
            raise ValueError(f"expected labels from 0 to V - 1 = {weight.shape[0] - 1}, or -100, got {int(wrong[0])}")
