"""How many columns a basis has: by energy, by the error of dW, fixed, or by a budget of bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from share_rs.errors import SubspaceError
from share_rs.subspace.linalg import numbers, total

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from torch import Tensor

    from share_rs.subspace.settings import FitSettings

NUMBER = 4
"""Bytes of a basis entry, float32."""
ROUNDING = 1e-13
"""Of a sum of squares: far above what summing loses, far below the square of any error that float32 can tell."""
Side = tuple[str, str]
"""A layer and `b` or `a`."""


def by_energy(share: float) -> Callable[[Tensor, float], int | None]:
    """The fewest directions that hold this share of the total energy."""

    def enough(energies: Tensor, whole: float) -> int | None:
        # Rounding of the sums must not ask for one direction more than there is.
        reached = energies.cumsum(0) >= share * whole * (1 - 1e-12)
        return int(reached.to(torch.int8).argmax()) + 1 if bool(reached.any()) else None

    return enough


def fixed(k: int) -> Callable[[Tensor, float], int | None]:
    """Exactly k, or all where there are fewer."""
    return lambda energies, _total: k if len(energies) >= k else None


def everything(_energies: Tensor, _total: float) -> int | None:
    """All directions."""
    return None


def rule(settings: FitSettings, budgeted: int | None) -> Callable[[Tensor, float], int | None]:
    """What the settings ask for on one side of one layer; `budgeted` is what a budget gave it."""
    if settings.target_error is not None:
        return everything
    k = budgeted if settings.budget is not None else settings.k
    return by_energy(settings.explained_variance) if k is None else fixed(k)


def by_error(
    cores: Iterable[Tensor], norms: list[float], energies_b: Tensor, energies_a: Tensor, target: float
) -> tuple[int, int]:
    """The smallest bases whose projection costs at most the target error of dW over all skills of a layer.

    Both sides keep the same share of their energy, and of all shares the smallest that serves is taken.

    Args:
        cores: C (k_b x k_a) of each skill in the full bases, which may be large: one is held at a time.
        norms: the Frobenius norm of each skill's dW.
        energies_b: of the full basis beta.
        energies_a: of the full basis alpha.
        target: relative error.
    """
    left = sum(norm**2 for norm in norms)
    held = torch.zeros(len(energies_b), len(energies_a), dtype=torch.float64)
    for core in cores:
        held += core.square()
    # What the bases leave out even when whole; all that rounding leaves of a difference of equals is nothing.
    outside = left - total(held)
    outside = outside if outside > ROUNDING * left else 0.0
    # Everything is summed from the small end: beside the largest, the squares of small values would be lost.
    below, beside = _from_end(held.sum(1)), _from_end(held.T).T.cumsum(0)
    tails_b, tails_a = (_from_end(energies) / max(total(energies), 1e-300) for energies in (energies_b, energies_a))
    for tail in sorted({*numbers(tails_b[1:]), *numbers(tails_a[1:])}, reverse=True):
        k_b, k_a = (max(1, int(total(tails > tail * (1 + 1e-12)))) for tails in (tails_b, tails_a))
        if outside + float(below[k_b] + beside[k_b - 1, k_a]) <= target**2 * left:
            return k_b, k_a
    return len(energies_b), len(energies_a)


def _from_end(values: Tensor) -> Tensor:
    """At each place along the first axis, and behind the last, the sum of what follows from there on."""
    return torch.cat([values.flip(0).cumsum(0).flip(0), torch.zeros_like(values[:1])])


def by_budget(energies: Mapping[Side, Tensor], widths: Mapping[Side, int], budget: int) -> dict[Side, int]:
    """Columns of every side, spent greedily by captured energy per byte; every side has one.

    Args:
        energies: descending, of every layer and side.
        widths: n or d of every side.
        budget: bytes of all bases together.

    Raises:
        SubspaceError: the budget is less than one column for every side.
    """
    least = sum(NUMBER * widths[side] for side in energies)
    if budget < least:
        raise SubspaceError(f"expected a budget of at least {least} bytes, one column for every side, got {budget}")
    chosen = dict.fromkeys(energies, 1)
    left = budget - least
    offers = [
        (-energy / widths[side], side, index)
        for side, found in energies.items()
        for index, energy in enumerate(numbers(found))
        if index
    ]
    stopped: set[Side] = set()
    for _, side, _index in sorted(offers):
        cost = NUMBER * widths[side]
        if side in stopped or cost > left:
            stopped.add(side)
            continue
        chosen[side] += 1
        left -= cost
    return chosen
