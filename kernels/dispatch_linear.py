"""`share_linear` by the fastest path that its operands, its device and the wishes of the user allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.kernels.collapsed import Collapsed
from share_rs.kernels.masked import Masked, few
from share_rs.kernels.operands import Operands, checked
from share_rs.kernels.paths import chosen
from share_rs.kernels.routed import Routed

if TYPE_CHECKING:
    from torch import Tensor

    from share_rs.kernels.paths import Path


def dispatch_linear(  # noqa: PLR0917 - the order of share_linear
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
    path: Path | None = None,
) -> Tensor:
    """The output of `share_linear`, whose arguments and errors are the same here, to rounding.

    On a device ids are not looked at, which would wait for it: the kernels take an id of N or more for N - 1.

    The path is `plain`, `triton` or `operator`; default what `use_path` or SHARE_RS_KERNELS says, and else `triton` where a device is
    present that can run the kernels (compute capability 8.0, k to 128, float16, bfloat16 or float32), `operator` while torch.compile
    traces there, and `plain` everywhere else. The logger `share_rs.kernels` tells each path once, and why.

    Raises:
        ValueError: as `share_linear`; or `triton` was asked for where it cannot run.
    """
    base = weight.t() if fan_in_fan_out else weight
    operands = checked(Operands(x, base, bias, alpha, beta, eps_alpha, eps_beta, skill_ids)).cast_all_but_coefficients()
    found = chosen(operands.x, alpha, beta, path)
    if found == "operator":
        from share_rs.kernels.operator import apply  # noqa: PLC0415 - the operator is registered when it is first asked for

        return apply(operands.cast(), scale)
    if found == "triton":
        from share_rs.kernels.gpu.linear import Fused  # noqa: PLC0415 - Triton, where it can run

        return Fused.apply(*operands, scale)
    operands = operands.cast()
    if operands.skill_ids is None:
        return Collapsed.apply(*operands[:-1], scale)
    products = few(operands)
    if products is not None:
        return Masked.apply(*operands, scale, *products)
    return Routed.apply(*operands, scale)
