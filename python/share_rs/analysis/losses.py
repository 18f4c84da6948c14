"""What each skill of a subspace lost, over its layers together, and all skills together."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from share_rs.subspace import SharedSubspace, Skill


@dataclass(frozen=True)
class Losses:
    """Relative errors of dW in Frobenius norm; 0.63 is 63 %."""

    skills: Mapping[str, float]
    """By name, over all layers of a skill; a skill whose errors or norms are not known is not there."""
    mean: float | None
    """Of these; None where there are none."""
    total: float | None
    """Of all these skills' updates stacked: large skills count for more; None where there are none."""
    bounds: frozenset[str]
    """Skills whose error is an upper bound, for a merge had no original of them."""


def losses_of(subspace: SharedSubspace) -> Losses:
    """The losses that a subspace states of its skills.

    With e_l the relative error and w_l the norm of a layer's dW, a skill's error is sqrt(sum (e_l w_l)^2 / sum w_l^2),
    and the total is the same sum over all layers of all skills. An update that is zero has error 0.
    """
    each: dict[str, float] = {}
    lost = whole = 0.0
    for name, skill in subspace.skills.items():
        pairs = _pairs(skill)
        if pairs is None:
            continue
        own = math.fsum(norm**2 for _, norm in pairs)
        gone = math.fsum((error * norm) ** 2 for error, norm in pairs)
        each[name] = math.sqrt(gone / own) if own else 0.0
        lost, whole = lost + gone, whole + own
    return Losses(
        skills=each,
        mean=math.fsum(each.values()) / len(each) if each else None,
        total=(math.sqrt(lost / whole) if whole else 0.0) if each else None,
        bounds=frozenset(name for name in each if subspace.skills[name].origin.get("errors") == "bound"),
    )


def layer_losses(subspace: SharedSubspace) -> dict[str, float]:
    """The relative error of all skills' updates of one layer together, by layer."""
    sums: dict[str, list[tuple[float, float]]] = {layer: [] for layer in subspace.layers}
    for skill in subspace.skills.values():
        norms = cast("dict[str, float]", skill.origin.get("norms") or {})
        for layer in {*skill.errors} & {*norms} & {*sums}:
            sums[layer].append((skill.errors[layer] * norms[layer], norms[layer]))
    found: dict[str, float] = {}
    for layer, pairs in sums.items():
        whole = math.fsum(norm**2 for _, norm in pairs)
        if pairs:
            found[layer] = math.sqrt(math.fsum(gone**2 for gone, _ in pairs) / whole) if whole else 0.0
    return found


def _pairs(skill: Skill) -> list[tuple[float, float]] | None:
    """Error and norm of every layer of a skill; None where some are not known."""
    norms: Any = skill.origin.get("norms") or {}
    if not skill.coefficients or any(layer not in skill.errors or layer not in norms for layer in skill.coefficients):
        return None
    return [(float(skill.errors[layer]), float(norms[layer])) for layer in sorted(skill.coefficients)]
