"""The basis of one layer, from the stacks of both sides."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import torch

from share_rs.subspace.balance import signs_of
from share_rs.subspace.columns import centred
from share_rs.subspace.directions import leading_directions
from share_rs.subspace.linalg import qr
from share_rs.subspace.sizes import rule
from share_rs.subspace.space import LayerBasis

if TYPE_CHECKING:
    from torch import Tensor

    from share_rs.subspace.settings import FitSettings

GUESS = 32
"""Directions that an iteration begins with where their number follows from the energies."""


def layer_basis(
    layer: str,
    rows_b: Tensor,
    rows_a: Tensor,
    settings: FitSettings,
    *,
    k_b: int | None = None,
    k_a: int | None = None,
    least: tuple[int, int] = (1, 1),
) -> LayerBasis:
    """Beta and alpha of a layer, float64, orthonormal to 1e-10, with deterministic signs.

    Args:
        layer: its name, which seeds the padding.
        rows_b: m x n, what all skills add to the side of B.
        rows_a: m x d.
        settings: how many directions are kept, centring, padding.
        k_b: columns of beta where they are decided already.
        k_a: columns of alpha, likewise.
        least: columns that a rule on energy gives beta and alpha at the least.
    """
    beta, spectrum_b, energy_b = _side(f"{layer} b", rows_b, settings, k_b, least[0])
    alpha, spectrum_a, energy_a = _side(f"{layer} a", rows_a, settings, k_a, least[1])
    return LayerBasis(beta, alpha, spectrum_b, spectrum_a, energy_b, energy_a)


def _side(name: str, rows: Tensor, settings: FitSettings, k: int | None, least: int) -> tuple[Tensor, Tensor, float]:
    """Columns, energies and total energy of one side."""
    width = rows.shape[1]
    rest, first = centred(rows, settings)
    has_mean = first is not None
    asked = rule(settings, k)
    wanted = settings.k if k is None and settings.budget is None and settings.target_error is None else k
    cap = min(width, settings.max_k or width) - int(has_mean)

    def enough(energies: Tensor, total: float) -> int | None:
        # Its mean column is one of the k.
        if wanted is not None:
            count = min(wanted - int(has_mean), cap)
            return count if len(energies) >= count else None
        found = asked(energies, total)
        if found is not None and found < least:
            found = least if len(energies) >= least else None
        return min(found, cap) if found is not None else (cap if len(energies) >= cap else None)

    found = leading_directions(rest, enough, guess=wanted or GUESS, seed=settings.seed)
    basis, energies = found.basis, found.energies
    if first is not None:
        for _ in range(2):
            basis = basis - torch.outer(first, first @ basis)
        basis = qr(torch.cat([first.unsqueeze(1), basis], 1))[0]
        basis = basis * signs_of(basis)
        energies = torch.cat([energies.new_zeros(1), energies])
    missing = (
        min(wanted or 1, settings.max_k or width) - basis.shape[1]
        if settings.padding == "random" or basis.shape[1] == 0
        else 0
    )
    missing = min(missing, width - basis.shape[1])
    if missing > 0:
        basis = _padded(name, basis, missing, settings.seed)
        energies = torch.cat([energies, energies.new_zeros(missing)])
    return basis, energies, found.total


def _padded(name: str, basis: Tensor, missing: int, seed: int) -> Tensor:
    """Random orthogonal columns at the end, seeded by the layer's name: they are declared by their energy of 0."""
    digest = int.from_bytes(sha256(f"{seed} {name}".encode()).digest()[:8], "little") >> 1
    generator = torch.Generator().manual_seed(digest)
    drawn = torch.randn(basis.shape[0], missing, generator=generator, dtype=basis.dtype)
    for _ in range(2):
        drawn = qr(drawn - basis @ (basis.T @ drawn))[0]
    return torch.cat([basis, drawn * signs_of(drawn)], 1)
