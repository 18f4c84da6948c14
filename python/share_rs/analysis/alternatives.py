"""What other sizes would cost and keep: k by other shares of the energy, and other pseudo-ranks p, beside those of a fit.

Each layer is decomposed once, to the largest share. With C = (beta^T B)(A alpha) in those bases, the core of a smaller share
is a corner of C, and what rank p keeps of it are its p largest singular values: |dW|^2 - sum of their squares is lost.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from share_rs.subspace.directions import leading_directions
from share_rs.subspace.fit import columns_of_layer
from share_rs.subspace.linalg import svd, triangle
from share_rs.subspace.project import product_norm
from share_rs.subspace.sizes import by_energy

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import Tensor

    from share_rs.subspace import Adapter, FitSettings

SHARES = (0.60, 0.80, 0.90, 0.95)
"""Of the energy; the first is the paper's."""
HEAVY = 640
"""Stacks whose smaller side is larger than this take long to decompose to 95 % (50 s a side at 4096), so that a few layers
stand for all."""
FEW = 2
"""How many layers stand for all where they are heavy."""
NUMBER = 4
"""Bytes of a number, float32."""


@dataclass(frozen=True)
class Alternative:
    """One share and one p, over the layers that were looked at."""

    share: float
    p: int
    columns: int
    """k_b + k_a, summed over the layers."""
    basis_bytes: int
    skill_bytes: int
    """Of the coefficients of one skill."""
    mean: float
    """Relative error of dW, mean over skills."""
    total: float
    """The same over all skills together."""


@dataclass(frozen=True)
class Alternatives:
    """All of them, and the layers that they were made from."""

    rows: tuple[Alternative, ...]
    looked_at: tuple[str, ...]
    of: int
    """How many layers there are."""


def alternatives(
    adapters: Sequence[Adapter], settings: FitSettings, *, progress: Callable[[int, int], None] | None = None
) -> Alternatives:
    """Costs and errors of 60, 80, 90 and 95 % of the energy with p = 1, r/3 and r, uncentred.

    Args:
        adapters: those that are fitted.
        settings: weighting, and the seed; how k and p are chosen there has no influence.
        progress: called with the layers that are done and with their number.

    Raises:
        AdapterError: an adapter is damaged.
    """
    layers = sorted({layer for adapter in adapters for layer in adapter.layers})
    chosen = _chosen(layers, adapters)
    plain = settings.model_copy(update={"centring": "none"})
    rank = max((adapter.rank(layer) for adapter in adapters for layer in adapter.layers), default=1)
    ranks = tuple(sorted({1, max(1, rank // 3), rank}))
    sums = _Sums({(share, p): _Row() for share in SHARES for p in ranks})
    for count, layer in enumerate(chosen):
        if progress is not None:
            progress(count, len(chosen))
        sums.add(layer, [adapter for adapter in adapters if layer in adapter.layers], plain)
    if progress is not None:
        progress(len(chosen), len(chosen))
    return Alternatives(sums.rows(), tuple(chosen), len(layers))


def _chosen(layers: list[str], adapters: Sequence[Adapter]) -> list[str]:
    """All layers, or evenly spread ones where each takes seconds."""

    def side(layer: str) -> int:
        owners = [adapter for adapter in adapters if layer in adapter.layers]
        return min(max(owners[0].shape(layer)), sum(adapter.rank(layer) for adapter in owners))

    if len(layers) <= FEW or max(map(side, layers)) <= HEAVY:
        return layers
    return [layers[(2 * place + 1) * len(layers) // (2 * FEW)] for place in range(FEW)]


@dataclass
class _Row:
    columns: int = 0
    basis: int = 0
    skill: int = 0


class _Sums:
    """What adds up from layer to layer."""

    def __init__(self, sizes: dict[tuple[float, int], _Row]) -> None:
        self._sizes = sizes
        self._whole: dict[str, float] = {}
        self._held: dict[tuple[float, int], dict[str, float]] = {row: {} for row in sizes}

    def add(self, layer: str, adapters: Sequence[Adapter], settings: FitSettings) -> None:
        """One layer."""
        rows = columns_of_layer(layer, adapters, settings)
        found = [leading_directions(one, by_energy(SHARES[-1]), seed=settings.seed) for one in rows]
        (n, d) = adapters[0].shape(layer)
        cuts = {
            share: tuple(by_energy(share)(one.energies, one.total) or len(one.energies) for one in found)
            for share in SHARES
        }
        for (share, p), row in self._sizes.items():
            k_b, k_a = cuts[share]
            row.columns += k_b + k_a
            row.basis += k_b * n + k_a * d
            row.skill += (k_b + k_a) * p
        for adapter in adapters:
            b, a = adapter.factors(layer)
            self._whole[adapter.name] = self._whole.get(adapter.name, 0.0) + product_norm(b, a) ** 2
            left, right = found[0].basis.T @ b, a @ found[1].basis
            for share, (k_b, k_a) in cuts.items():
                energies = _energies(left[:k_b], right[:, :k_a])
                for p in {p for _, p in self._sizes}:
                    held = self._held[share, p]
                    held[adapter.name] = held.get(adapter.name, 0.0) + math.fsum(energies[:p])

    def rows(self) -> tuple[Alternative, ...]:
        """One alternative per share and p."""
        return tuple(
            Alternative(share, p, row.columns, NUMBER * row.basis, NUMBER * row.skill, *self._errors(share, p))
            for (share, p), row in self._sizes.items()
        )

    def _errors(self, share: float, p: int) -> tuple[float, float]:
        held = self._held[share, p]
        lost = {name: max(whole - held[name], 0.0) for name, whole in self._whole.items()}
        each = [math.sqrt(lost[name] / whole) if whole else 0.0 for name, whole in self._whole.items()]
        everything = math.fsum(self._whole.values())
        return (
            math.fsum(each) / len(each) if each else 0.0,
            math.sqrt(math.fsum(lost.values()) / everything) if everything else 0.0,
        )


def _energies(left: Tensor, right: Tensor) -> list[float]:
    """Squared singular values of left @ right, k_b x r and r x k_a, descending; an r x r matrix has them, too."""
    if not left.numel() or not right.numel():
        return []
    return [float(one) ** 2 for one in svd(triangle(left) @ triangle(right.T).T)[1]]
