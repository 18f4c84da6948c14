"""How large an adapter's update is, and how much of it a merge lost."""

# torch, peft and transformers have partial types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from share_rs.tuner.layer import ShareLayer
from share_rs.tuner.linear import ShareLinear

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import nn


def delta_norms(model: nn.Module, adapter_name: str) -> dict[str, float]:
    """How large an adapter's update is, without forming any n x d matrix.

    Returns:
        ||dW|| in Frobenius norm, computed in float64, by the subspace's name of the layer, sorted; empty where no layer has the
        adapter.
    """
    found: dict[str, float] = {}
    for layer in _layers(model):
        if layer.has(adapter_name):
            eps_alpha, eps_beta, scale = layer.coefficients(adapter_name)
            with torch.no_grad():
                a = layer.basis_alpha.double() @ eps_alpha.double()
                b = layer.basis_beta.double() @ eps_beta.double()
                squared = ((a.T @ a) * (b.T @ b)).sum().clamp(min=0)
            found[layer.layer] = abs(scale) * float(squared.sqrt())
    return dict(sorted(found.items()))


def merge_residuals(model: nn.Module) -> dict[str, float]:
    """What the last merge lost to rounding: ||W' - W - dW|| / ||dW||, in Frobenius norm.

    In bfloat16, with dW a thousandth of W, it is 0.7: most of such an update is lost, so serve it unmerged.

    Returns:
        By the subspace's name of the layer, sorted; the layers that a merge touched alone.
    """
    return {
        layer.layer: layer.merge_residual
        for layer in sorted(_layers(model), key=lambda one: one.layer)
        if isinstance(layer, ShareLinear) and layer.merge_residual is not None
    }


def _layers(model: nn.Module) -> Iterator[ShareLayer]:
    return (module for module in model.modules() if isinstance(module, ShareLayer))
