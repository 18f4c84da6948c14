"""One layer's bases made anew from what has a part in it, and every skill projected onto them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from share_rs.subspace.basis import layer_basis
from share_rs.subspace.columns import stack, weighted_columns
from share_rs.subspace.linalg import eigh, total
from share_rs.subspace.project import coefficients_of, product_norm, relative_error
from share_rs.subspace.sources import Source, small_space
from share_rs.subspace.space import Coefficients, LayerBasis, LayerMoments

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from torch import Tensor

    from share_rs.subspace.settings import FitSettings


@dataclass(frozen=True)
class Placed:
    """One skill in one layer, on the new bases."""

    coefficients: Coefficients
    loss: float
    """Relative to what was projected, ||dW - dW'|| / ||dW||."""
    norm: float
    """||dW||."""


@dataclass(frozen=True)
class Turned:
    """One layer after a merge or a removal."""

    basis: LayerBasis
    placed: Mapping[str, Placed]
    """By skill."""

    @property
    def tail(self) -> tuple[float, float]:
        """The energies beyond the bases: no merge loses more of the factors (Eckart and Young)."""
        basis = self.basis
        held = total(basis.spectrum_b), total(basis.spectrum_a)
        return max(0.0, basis.energy_b - held[0]), max(0.0, basis.energy_a - held[1])


def turn_layer(layer: str, old: LayerBasis | None, sources: Sequence[Source], settings: FitSettings) -> Turned:
    """The layer from reconstructions and new factors, in the small space of the old bases and what is new."""
    frame = small_space(old, sources, settings)
    k_b, k_a = _kept(old, settings)
    small = layer_basis(layer, frame.rows_b, frame.rows_a, settings, k_b=k_b, k_a=k_a, least=_least(old))
    beta, alpha = frame.lift(small)
    basis = LayerBasis(beta, alpha, small.spectrum_b, small.spectrum_a, small.energy_b, small.energy_a)
    return Turned(basis, {source.name: _placed(small, source) for source in frame.sources})


def turn_exactly(
    layer: str,
    old: LayerBasis | None,
    sources: Sequence[Source],
    moments: LayerMoments,
    settings: FitSettings,
    *,
    before: LayerMoments | None = None,
) -> Turned:
    """The layer from exact moments: the bases do not depend on any order; n^3 and d^3 operations.

    `before` are the moments from which those of a skill were taken: what their rounding left is no direction.
    """
    k_b, k_a = _kept(old, settings)
    rows_b, rows_a = _rows(moments.b, before and before.b), _rows(moments.a, before and before.a)
    basis = layer_basis(layer, rows_b, rows_a, settings, k_b=k_b, k_a=k_a)
    return Turned(basis, {source.name: _placed(basis, outside(source, old)) for source in sources})


def moments_of(
    sources: Iterable[Source], old: LayerBasis | None, shape: tuple[int, int], settings: FitSettings
) -> LayerMoments:
    """What updates add to the second moments of their layer, n x n and d x d."""
    found = [weighted_columns(one.b, one.a, settings) for one in (outside(source, old) for source in sources)]
    rows_b, rows_a = stack([rows for rows, _ in found], shape[0]), stack([rows for _, rows in found], shape[1])
    return LayerMoments(rows_b.T @ rows_b, rows_a.T @ rows_a)


def outside(source: Source, old: LayerBasis | None) -> Source:
    """The same update as full factors, n x r and r x d."""
    if not source.inside or old is None:
        return source
    return Source(source.name, old.beta.double() @ source.b, source.a @ old.alpha.double().T, inside=False, p=source.p)


def total_loss(placed: Iterable[Placed]) -> float:
    """The relative loss over layers together."""
    found = list(placed)
    whole = math.fsum(one.norm**2 for one in found)
    left = math.fsum((one.loss * one.norm) ** 2 for one in found)
    return math.sqrt(left / whole) if whole else 0.0


def _placed(basis: LayerBasis, source: Source) -> Placed:
    own = coefficients_of(basis, source.b, source.a, source.p)
    loss = relative_error(basis, own, source.b, source.a)
    return Placed(own, loss, product_norm(source.b, source.a))


def _kept(basis: LayerBasis | None, settings: FitSettings) -> tuple[int | None, int | None]:
    """A budget and an error decide sizes once, from all adapters: a merge keeps them."""
    if basis is None or (settings.budget is None and settings.target_error is None):
        return None, None
    return basis.beta.shape[1], basis.alpha.shape[1]


def _least(basis: LayerBasis | None) -> tuple[int, int]:
    """The columns that a rule on energy may not go below.

    Applied to what the last merge kept of what the one before had kept, it would erode old skills: from 4 columns to 1 in six
    merges of small newcomers.
    """
    return (1, 1) if basis is None else (basis.beta.shape[1], basis.alpha.shape[1])


def _rows(moment: Tensor, before: Tensor | None) -> Tensor:
    """Rows with this moment; after a subtraction rounding may leave energies of either sign, which are none."""
    energies, vectors = eigh(moment)
    largest = energies[0] if before is None else torch.maximum(energies[0], before.trace())
    kept = energies > largest.clamp_min(0) * len(energies) * torch.finfo(energies.dtype).eps
    return (vectors[:, kept] * energies[kept].sqrt()).T
