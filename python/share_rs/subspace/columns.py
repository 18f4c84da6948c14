"""The columns whose leading directions are a basis: weighted and free of gauge, or raw and centred."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from share_rs.subspace.balance import decompose
from share_rs.subspace.linalg import norm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from share_rs.subspace.settings import FitSettings

POWERS = {"balanced": 0.5, "delta": 1.0, "unit": 0.0}
"""What a direction is weighted by: this power of its singular value."""


def weighted_columns(b: Tensor, a: Tensor, settings: FitSettings) -> tuple[Tensor, Tensor]:
    """What one update adds to the stacks of its layer, as q x n and q x d rows.

    Args:
        b: n x r, scale folded in.
        a: r x d.
        settings: weighting and centring. Without centring the rows are those of the singular value decomposition of B A,
            so that (B R)(R^-1 A) gives the same moments; with it, the factors as they are.
    """
    if settings.centring != "none":
        return b.T, a
    u, s, v = singular_directions(b, a)
    weight = s ** POWERS[settings.weighting]
    return (u * weight).T, (v * weight).T


def singular_directions(b: Tensor, a: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """U (n x q), S (q) and V (d x q) of B A, with all singular values that are more than rounding."""
    u, s, v = decompose(b, a.T)
    size = float(s[0]) if len(s) else 0.0
    kept = s > size * max(b.shape[0], a.shape[1]) * torch.finfo(s.dtype).eps
    return u[:, kept], s[kept], v[:, kept]


def stack(rows: Sequence[Tensor], width: int) -> Tensor:
    """All rows of one side, m x width."""
    return torch.cat(list(rows)) if rows else torch.zeros(0, width, dtype=torch.float64)


def centred(rows: Tensor, settings: FitSettings) -> tuple[Tensor, Tensor | None]:
    """The rows without their mean, and, where it becomes a column of the basis, that column; the rows are free of it."""
    if settings.centring == "none" or not len(rows):
        return rows, None
    mean = rows.mean(0)
    rest = rows - mean
    if settings.centring != "keep" or norm(mean) == 0:
        return rest, None
    first = mean / norm(mean)
    # Twice is enough (Parlett, The Symmetric Eigenvalue Problem, 6.9).
    for _ in range(2):
        rest = rest - torch.outer(rest @ first, first)
    return rest, first
