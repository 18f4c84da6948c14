"""A frozen linear layer and the update of one skill, or of a skill per row, in plain PyTorch: the specification.

Letters: x (T x d), weight W (n x d), bases beta (n x k_b) and alpha (d x k_a), coefficients eps_beta (k_b x p) and eps_alpha
(k_a x p), N skills, scale s. The update is dW = s beta eps_beta eps_alpha^T alpha^T (arXiv:2602.06043, section 3).

Covered: float16, bfloat16, float32 and float64, autocast, any layout of x, first derivatives in x, W, bias and both coefficients,
gradient checkpointing, torch.compile without a graph break. Not covered: gradients of the bases, which are frozen (refused), and
second derivatives (refused by PyTorch when they are asked for): they would need x, which is never kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.kernels.collapsed import Collapsed
from share_rs.kernels.operands import Operands, checked
from share_rs.kernels.routed import Routed

if TYPE_CHECKING:
    from torch import Tensor


def share_linear(  # noqa: PLR0917 - the order of the formula, shared with every other form
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    alpha: Tensor,
    beta: Tensor,
    eps_alpha: Tensor,
    eps_beta: Tensor,
    scale: float = 1.0,
    skill_ids: Tensor | None = None,
    *,
    fan_in_fan_out: bool = False,
) -> Tensor:
    """The layer's output y = x W^T + bias + s v beta^T, with v = x alpha eps_alpha eps_beta^T.

    One skill: collapsed, as y += s h b^T with b = beta eps_beta and h = x alpha eps_alpha. A skill per row: routed, from a bank.
    Kept for the backward pass: z = x alpha (T x k_a) and h (T x p) where coefficients are trained, x only where W is trained.
    Nothing n x d is formed.

    Args:
        x: (..., d), with T = the product of the leading sizes, which may be 0.
        weight: n x d, in the dtype of x.
        bias: n, or None.
        alpha: d x k_a, without gradient; cast to the dtype of x where it differs, as are beta and the coefficients.
        beta: n x k_b, without gradient.
        eps_alpha: k_a x p; with `skill_ids`, the bank N x k_a x p.
        eps_beta: k_b x p; with `skill_ids`, the bank N x k_b x p.
        scale: s.
        skill_ids: signed integers in [-1, N), one for each entry of some leading dimensions of x (all of them: a skill per row;
            the first: a skill per sample). -1 is the base layer, whose output is then exact whatever the bank holds.
        fan_in_fan_out: the weight is stored d x n, as in `transformers.pytorch_utils.Conv1D`.

    Returns:
        y (..., n), in the dtype of x, or in autocast's where that is on.

    Raises:
        ValueError: shapes, devices or ids do not fit, or a basis requires a gradient.
        TypeError: `skill_ids` are no signed integers, another operand is of no floating dtype, or the weight's is not that of x.
    """
    base = weight.t() if fan_in_fan_out else weight
    operands = checked(Operands(x, base, bias, alpha, beta, eps_alpha, eps_beta, skill_ids)).cast()
    if operands.skill_ids is None:
        return Collapsed.apply(*operands[:-1], scale)
    return Routed.apply(*operands, scale)
