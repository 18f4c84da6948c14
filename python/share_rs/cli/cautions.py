"""What a user should know beside the figures of a fit or a merge: one sentence each."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, cast

from share_rs.analysis import layer_losses
from share_rs.cli.adapters import copies
from share_rs.subspace import Adapter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from share_rs.subspace import FitSettings, LayerBasis, SharedSubspace
    from share_rs.subspace.parts import Part


def base_cautions(came: Sequence[Part], base_model: str) -> list[str]:
    """Of adapters that do not say what they are for, in a subspace that does."""
    silent = [one.name for one in came if isinstance(one, Adapter) and not one.base_model]
    return [f"no base model is named by {_named(silent)}: taken for {base_model}"] if base_model and silent else []


def fit_cautions(subspace: SharedSubspace, settings: FitSettings) -> list[str]:
    """Of a fit."""
    resolved = settings.resolved()
    found: list[str] = []
    if len(subspace.skills) == 1:
        (name,) = subspace.skills
        found.append(f"one adapter only: the basis is that of {name} alone, and shares nothing")
    if resolved.k is None and resolved.target_error is None and resolved.budget is None:
        share = resolved.explained_variance
        left = math.sqrt(1 - share)
        found.append(
            f"{share:.0%} of a factor's energy is {left:.0%} relative error of that factor; "
            "the error of dW is in the table, and --target-error bounds it"
        )
    if resolved.centring == "drop":
        found.append("the mean is dropped, as in the authors' code: what it held of the adapters is lost")
    return [*found, *_short_bases(subspace, resolved), *_padded(subspace, resolved), *skill_cautions(subspace)]


def skill_cautions(subspace: SharedSubspace) -> list[str]:
    """Of the skills: copies, updates that are zero, and layers that some leave alone."""
    found = [f"{' and '.join(group)} are one adapter under several names" for group in copies(subspace.skills.values())]
    idle = [name for name, skill in subspace.skills.items() if _is_zero(skill.origin.get("norms"))]
    if idle:
        found.append(f"untrained, dW = 0: {_named(idle)}")
    partial = [name for name, skill in subspace.skills.items() if set(skill.coefficients) != set(subspace.layers)]
    if partial:
        found.append(f"not in every layer, and the base model in the others: {_named(partial)}")
    return found


def shortfalls(subspace: SharedSubspace, settings: FitSettings) -> list[str]:
    """Where the error is above the one that was asked for: p and others, which the rule for k knows nothing of, cost too."""
    if settings.target_error is None:
        return []
    above = {
        name: error for name, error in layer_losses(subspace).items() if error > settings.target_error * (1 + 1e-6)
    }
    if not above:
        return []
    worst = max(sorted(above), key=lambda name: above[name])
    return [
        (
            f"{len(above)} of {len(subspace.layers)} layers have a larger error of dW than {settings.target_error:g}, "
            f"the largest {above[worst]:.3g} in {worst}: {_costs(settings.resolved())}"
        )
    ]


def _costs(settings: FitSettings) -> str:
    """What stands between the bases and a target error, and what to do about it."""
    causes: list[str] = []
    if settings.centring == "drop":
        causes.append("the mean that is dropped costs the rest; give another --centring")
    if settings.max_k is not None:
        causes.append(f"max_k = {settings.max_k} ends the bases early; give a larger --max-k")
    if settings.p is not None:
        causes.append(f"p = {settings.p} costs the rest; give a larger --p")
    return ", and ".join(causes) or "it is as small as float64 makes it"


def _short_bases(subspace: SharedSubspace, settings: FitSettings) -> list[str]:
    if settings.k is None:
        return []
    short = [
        name
        for name, basis in subspace.layers.items()
        if min(basis.beta.shape[1], basis.alpha.shape[1]) < min(settings.k, *basis.shape, settings.max_k or settings.k)
    ]
    if not short:
        return []
    return [f"fewer than k = {settings.k} columns where the adapters have no more rank: {_named(short)}"]


def _padded(subspace: SharedSubspace, settings: FitSettings) -> list[str]:
    """Columns that hold nothing of the adapters, by layer: they are declared by their energy of 0, behind all others."""
    has_mean = settings.centring == "keep"
    counts = {
        name: sum(int((energies[int(has_mean) :] == 0).sum()) for energies in (basis.spectrum_b, basis.spectrum_a))
        for name, basis in subspace.layers.items()
    }
    padded = [f"{name} ({count})" for name, count in counts.items() if count]
    if not padded:
        return []
    total, all_of_them = sum(counts.values()), sum(sum(_columns(basis)) for basis in subspace.layers.values())
    return [
        f"{total} of {all_of_them} columns of the bases are random and hold no energy of the adapters: {_named(padded)}"
    ]


def _columns(basis: LayerBasis) -> tuple[int, int]:
    return basis.beta.shape[1], basis.alpha.shape[1]


def _is_zero(norms: object) -> bool:
    return isinstance(norms, dict) and not any(cast("dict[str, float]", norms).values())


def _named(names: list[str]) -> str:
    """Some names, and how many more there are."""
    shown = ", ".join(names[:5])
    return shown if len(names) <= 5 else f"{shown} and {len(names) - 5} more"  # noqa: PLR2004 - as many as are shown
