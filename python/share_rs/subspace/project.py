"""From an update to coefficients: the best of rank p inside the bases, and what that leaves out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from share_rs.subspace.balance import balanced
from share_rs.subspace.linalg import norm, triangle
from share_rs.subspace.space import Coefficients, Skill

if TYPE_CHECKING:
    from torch import Tensor

    from share_rs.subspace.adapter import Adapter
    from share_rs.subspace.space import LayerBasis, SharedSubspace


def coefficients_of(basis: LayerBasis, b: Tensor, a: Tensor, p: int | None) -> Coefficients:
    """The coefficients of B A on orthonormal bases: the core C = (beta^T B)(A alpha), cut to rank p by its SVD.

    C is the best that the bases hold, and its truncation the best of rank p in them; from p = rank(C) on nothing more is
    lost. Cutting columns of projected factors instead would depend on the gauge.

    Args:
        basis: of the layer.
        b: n x r, scale folded in.
        a: r x d.
        p: pseudo-rank; None for r.

    Returns:
        eps_beta (k_b x p) and eps_alpha (k_a x p), sqrt(S) in each.
    """
    beta, alpha = basis.beta.to(b.dtype), basis.alpha.to(a.dtype)
    eps_beta, eps_alpha = balanced(beta.T @ b, alpha.T @ a.T, b.shape[1] if p is None else p)
    return Coefficients(eps_beta, eps_alpha)


def product_norm(b: Tensor, a: Tensor) -> float:
    """The Frobenius norm of B A, from the triangles of both factors: no n x d matrix, and no difference of squares."""
    return norm(triangle(b) @ triangle(a.T).T)


def relative_error(basis: LayerBasis, found: Coefficients, b: Tensor, a: Tensor, scale: float = 1.0) -> float:
    """||B A - s beta eps_beta eps_alpha^T alpha^T|| / ||B A||; 0 where the update is zero and so are the coefficients.

    The difference is a product of stacked factors, so that an error of 1e-12 is told as such.
    """
    whole = product_norm(b, a)
    held_b = basis.beta.to(b.dtype) @ found.eps_beta.to(b.dtype)
    held_a = basis.alpha.to(a.dtype) @ found.eps_alpha.to(a.dtype)
    left = product_norm(torch.cat([b, -scale * held_b], 1), torch.cat([a, held_a.T]))
    return left / whole if whole else (0.0 if not left else float("inf"))


def project(subspace: SharedSubspace, adapter: Adapter, p: int | None = None, *, name: str | None = None) -> Skill:
    """An adapter as a skill of a subspace, with what that loses in each layer.

    Args:
        subspace: its bases stay as they are.
        adapter: of the same base model; layers that the subspace has no basis for are refused.
        p: pseudo-rank; by default what the subspace was fitted with.
        name: of the skill; the adapter's by default.

    Raises:
        AdapterError: another base model, an unknown layer, other sizes, or damaged factors.
    """
    from share_rs.subspace.agreement import check_adapter  # noqa: PLC0415 - it knows of fits

    check_adapter(subspace, adapter)
    rank = subspace.settings.get("p", 1) if p is None else p
    coefficients: dict[str, Coefficients] = {}
    errors: dict[str, float] = {}
    for layer in adapter.layers:
        b, a = adapter.factors(layer)
        coefficients[layer] = coefficients_of(subspace.layers[layer], b, a, rank)
        errors[layer] = relative_error(subspace.layers[layer], coefficients[layer], b, a)
    return Skill(name or adapter.name, coefficients, head=adapter.head(), errors=errors, origin=origin_of(adapter))


def origin_of(adapter: Adapter) -> dict[str, object]:
    """Where a skill came from, as plain JSON."""
    return {
        "kind": "adapter",
        "adapter": adapter.name,
        "sha256": adapter.content_hash,
        "rank": max(adapter.rank(layer) for layer in adapter.layers),
    }
