"""What each skill of a subspace lost, over its layers together, and all skills together."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from share_rs.subspace import SharedSubspace


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
    """The losses that a subspace states of its skills: each skill's own, their mean, and of all their layers together."""
    each: dict[str, float] = {}
    lost = whole = 0.0
    for name, skill in subspace.skills.items():
        squares, error = skill.squares, skill.error
        if squares is None or error is None:
            continue
        each[name] = error
        lost, whole = lost + squares[0], whole + squares[1]
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
