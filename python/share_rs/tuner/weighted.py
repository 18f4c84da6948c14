"""Sums of adapters as an adapter: of updates, never of factors, whose mean is not the mean of what they do."""

# torch, peft and transformers have partial types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from share_rs.errors import SubspaceError
from share_rs.subspace.space import Coefficients
from share_rs.tuner import start

if TYPE_CHECKING:
    from collections.abc import Sequence

    from share_rs.tuner.layer import ShareLayer

COMBINATIONS = ("cat", "svd")


def check_combination(
    adapters: Sequence[str], weights: Sequence[float], known: Sequence[str], combination_type: str
) -> None:
    """Refuses what is no weighted sum of updates.

    Raises:
        SubspaceError: an unknown adapter or combination, none at all, or another number of weights.
    """
    if combination_type not in COMBINATIONS:
        raise SubspaceError(
            f"expected combination_type cat (exact, p is the sum) or svd (cut to rank p), got {combination_type!r}, which in PEFT "
            "combines factors; the sum of updates is not that"
        )
    unknown = sorted(set(adapters) - set(known))
    if unknown or not adapters:
        raise SubspaceError(
            f"expected names of adapters among {', '.join(sorted(known))}, got {', '.join(unknown) or 'none'}"
        )
    if len(weights) != len(adapters):
        raise SubspaceError(f"expected one weight for each of {len(adapters)} adapters, got {len(weights)}")


def combined(layer: ShareLayer, adapters: Sequence[str], weights: Sequence[float], p: int | None) -> Coefficients:
    """The coefficients of the sum of w dW in one layer, at scale 1; `p` columns, or as many as all adapters have (None)."""
    left: list[torch.Tensor] = []
    right: list[torch.Tensor] = []
    for name, weight in zip(adapters, weights, strict=True):
        if layer.has(name):
            eps_alpha, eps_beta, scale = layer.coefficients(name)
            left.append(eps_beta.detach().double() * (scale * weight))
            right.append(eps_alpha.detach().double())
    beta, alpha = torch.cat(left, 1), torch.cat(right, 1)
    if p is None:
        return Coefficients(beta.float(), alpha.float())
    return start.truncated(beta @ alpha.T, p, 1.0)
