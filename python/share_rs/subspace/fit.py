"""Phase 1: from adapters one basis per layer and side, and the coefficients of every adapter (arXiv:2602.06043, section 3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from share_rs.subspace.agreement import check_adapters
from share_rs.subspace.basis import layer_basis
from share_rs.subspace.columns import centred, stack, weighted_columns
from share_rs.subspace.directions import leading_directions
from share_rs.subspace.project import coefficients_of, origin_of, product_norm, relative_error
from share_rs.subspace.settings import FitSettings
from share_rs.subspace.sizes import NUMBER, Side, by_budget, by_error, everything, fixed
from share_rs.subspace.space import LayerBasis, LayerMoments, SharedSubspace, Skill
from share_rs.subspace.stacked import Placed, placed, stacked
from share_rs.subspace.work import Finished, Work

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator, Sequence

    from torch import Tensor

    from share_rs.subspace.adapter import Adapter


def fit(
    adapters: Sequence[Adapter],
    settings: FitSettings | None = None,
    *,
    progress: Callable[[int, int], None] | None = None,
    work: str | os.PathLike[str] | None = None,
) -> SharedSubspace:
    """A shared subspace of adapters of one base model. Layers are read one after another, so memory holds one of them.

    Args:
        adapters: their order does not matter; names are distinct.
        settings: by default the paper's: 60 % of the energy, p = 1, but no centring.
        progress: called with the layers that are done and with their number.
        work: a folder for finished layers; a fit that was stopped goes on from there. It may be removed afterwards.

    Returns:
        Bases and coefficients in float64; `save` writes float32. A layer that an adapter does not have stays unchanged by it.

    Raises:
        AdapterError: the adapters do not belong together, have not the same layers, or one is damaged.
        SubspaceError: the budget is less than one column for every side, or `work` cannot be written.
    """
    chosen = (settings or FitSettings()).resolved()
    ordered = sorted(adapters, key=lambda adapter: adapter.name)
    shapes = check_adapters(ordered, chosen.layers)
    budgeted = _budgeted(ordered, shapes, chosen) if chosen.budget is not None else {}
    done: dict[str, Finished] = {}
    with Work(work, ordered, chosen) as finished:
        for count, layer in enumerate(shapes):
            if progress is not None:
                progress(count, len(shapes))
            sizes = budgeted.get((layer, "b")), budgeted.get((layer, "a"))
            known = finished.read(layer, sizes)
            if known is None:
                owners = [adapter for adapter in ordered if layer in adapter.layers]
                known = _fit_layer(layer, owners, chosen, *sizes)
                finished.write(layer, sizes, known)
            done[layer] = known
    if progress is not None:
        progress(len(shapes), len(shapes))
    return _together(ordered, done, chosen)


def columns_of_layer(layer: str, adapters: Sequence[Adapter], settings: FitSettings) -> tuple[Tensor, Tensor]:
    """The stacks of both sides of one layer, m x n and m x d, float64."""
    found = [weighted_columns(*adapter.factors(layer), settings) for adapter in adapters]
    n, d = adapters[0].shape(layer)
    return stack([rows for rows, _ in found], n), stack([rows for _, rows in found], d)


def _fit_layer(
    layer: str, adapters: Sequence[Adapter], settings: FitSettings, k_b: int | None, k_a: int | None
) -> Finished:
    stacks = stacked(layer, adapters, settings) if settings.centring == "none" else None
    rows_b, rows_a = (stacks.rows_b, stacks.rows_a) if stacks else columns_of_layer(layer, adapters, settings)
    basis = layer_basis(layer, rows_b, rows_a, settings, k_b=k_b, k_a=k_a)
    if settings.target_error is not None:
        basis = _cut_to_error(basis, layer, adapters, settings.target_error)
    moments = LayerMoments(rows_b.T @ rows_b, rows_a.T @ rows_a) if settings.moments == "exact" else None
    # Of mixed ranks the largest, so that all skills of a layer have one shape.
    p = max(adapter.rank(layer) for adapter in adapters) if settings.p is None else settings.p
    found = list(placed(stacks, basis, p) if stacks else _placed(layer, adapters, basis, p))
    return Finished(
        basis,
        {one.name: one.coefficients for one in found},
        {one.name: one.error for one in found},
        {one.name: one.norm for one in found},
        moments,
    )


def _placed(layer: str, adapters: Sequence[Adapter], basis: LayerBasis, p: int) -> Iterator[Placed]:
    """The updates of centred columns, which do not hold them: from their factors."""
    for adapter in adapters:
        b, a = adapter.factors(layer)
        own = coefficients_of(basis, b, a, p)
        yield Placed(adapter.name, own, relative_error(basis, own, b, a), product_norm(b, a))


def _cut_to_error(basis: LayerBasis, layer: str, adapters: Sequence[Adapter], target: float) -> LayerBasis:
    norms = [product_norm(*adapter.factors(layer)) for adapter in adapters]
    factors = (adapter.factors(layer) for adapter in adapters)
    cores = ((basis.beta.T @ b) @ (a @ basis.alpha) for b, a in factors)
    k_b, k_a = by_error(cores, norms, basis.spectrum_b, basis.spectrum_a, target)
    return LayerBasis(
        basis.beta[:, :k_b].contiguous(),
        basis.alpha[:, :k_a].contiguous(),
        basis.spectrum_b[:k_b],
        basis.spectrum_a[:k_a],
        basis.energy_b,
        basis.energy_a,
    )


def _budgeted(
    adapters: Sequence[Adapter], shapes: dict[str, tuple[int, int]], settings: FitSettings
) -> dict[Side, int]:
    """What a budget of bytes gives every side; needs the spectra of all layers first."""
    energies: dict[Side, Tensor] = {}
    widths: dict[Side, int] = {}
    for layer, (n, d) in shapes.items():
        rows = columns_of_layer(layer, [adapter for adapter in adapters if layer in adapter.layers], settings)
        for side, found, width in zip("ba", rows, (n, d), strict=True):
            affordable = (settings.budget or 0) // (NUMBER * width)
            rest, mean = centred(found, settings)
            enough = fixed(affordable) if 0 < affordable < min(rest.shape) else everything
            directions = leading_directions(rest, enough, guess=max(1, affordable), seed=settings.seed)
            # The mean's column is the first of its side, and every side has its first.
            before = directions.energies.new_zeros(0 if mean is None else 1)
            energies[layer, side], widths[layer, side] = torch.cat([before, directions.energies]), width
    return by_budget(energies, widths, settings.budget or 0)


def _together(adapters: Sequence[Adapter], done: dict[str, Finished], settings: FitSettings) -> SharedSubspace:
    skills: dict[str, Skill] = {}
    for adapter in adapters:
        own = {layer: found for layer, found in done.items() if adapter.name in found.coefficients}
        skills[adapter.name] = Skill(
            adapter.name,
            {layer: found.coefficients[adapter.name] for layer, found in own.items()},
            head=adapter.head(),
            errors={layer: found.errors[adapter.name] for layer, found in own.items()},
            origin={**origin_of(adapter), "norms": {layer: found.norms[adapter.name] for layer, found in own.items()}},
        )
    entry = {
        "event": "fit",
        "came": [adapter.name for adapter in adapters],
        "note": "the basis is this adapter's own" if len(adapters) == 1 else "",
    }
    return SharedSubspace(
        base_model=next((adapter.base_model for adapter in adapters if adapter.base_model), ""),
        layers={layer: found.basis for layer, found in done.items()},
        skills=skills,
        settings=settings.model_dump(mode="json"),
        history=(entry,),
        fan_in_fan_out=frozenset(layer for adapter in adapters for layer in adapter.fan_in_fan_out),
        moments={layer: found.moments for layer, found in done.items() if found.moments is not None},
    )
