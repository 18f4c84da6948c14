"""What a merge is made of: updates that lie in the old bases, and updates that do not, in one small space.

Old bases beta and what new columns add to them, Q, are an orthonormal frame [beta, Q]. Every update is exact in it, so bases,
coefficients and errors are computed in k + m dimensions instead of n and d (Brand, Linear Algebra Appl. 415, 2006).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch.nn.functional import pad

from share_rs.subspace.columns import weighted_columns
from share_rs.subspace.linalg import norm, qr, svd, triangle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from share_rs.subspace.settings import FitSettings
    from share_rs.subspace.space import LayerBasis


@dataclass(frozen=True)
class Source:
    """One skill's update of one layer, b @ a."""

    name: str
    b: Tensor
    """n x r; or k_b x p where it lies in the old basis, the scale folded in."""
    a: Tensor
    """r x d; or p x k_a."""
    inside: bool
    p: int | None
    """The pseudo-rank that its coefficients get; None for r."""


@dataclass(frozen=True)
class Frame:
    """One layer in the small space."""

    sources: tuple[Source, ...]
    """All of them outside, in coordinates of the frame."""
    rows_b: Tensor
    """The stack of the side of B in coordinates."""
    rows_a: Tensor
    frame_b: tuple[Tensor, Tensor]
    """beta (n x k_b) and Q (n x m)."""
    frame_a: tuple[Tensor, Tensor]

    def lift(self, basis: LayerBasis) -> tuple[Tensor, Tensor]:
        """Bases in coordinates as n x k and d x k."""
        lifted = [
            old @ small[: old.shape[1]] + new @ small[old.shape[1] :]
            for (old, new), small in ((self.frame_b, basis.beta), (self.frame_a, basis.alpha))
        ]
        # Coordinates that are orthonormal to 1e-15 on a float32 basis are so to 1e-7; QR brings back the digits.
        return _orthonormal(lifted[0]), _orthonormal(lifted[1])


def small_space(old: LayerBasis | None, sources: Sequence[Source], settings: FitSettings) -> Frame:
    """The frame of a layer, and everything in its coordinates.

    Args:
        old: the bases so far; None where the layer is new.
        sources: what is merged.
        settings: weighting and centring.
    """
    outside = [source for source in sources if not source.inside]
    weighted = {source.name: weighted_columns(source.b, source.a, settings) for source in outside}
    sides: list[tuple[Tensor, Tensor]] = []
    for side in (0, 1):
        fresh = [weighted[source.name][side] for source in outside]
        empty = torch.zeros(fresh[0].shape[1] if fresh else 0, 0, dtype=torch.float64)
        base = empty if old is None else _orthonormal((old.beta, old.alpha)[side].double())
        columns = torch.cat(fresh).T if fresh else base.new_zeros(base.shape[0], 0)
        sides.append((base, _beyond(base, columns)))
    placed = [_placed(source, sides) for source in sources]
    if settings.centring == "none":
        rows = [weighted_columns(one.b, one.a, settings) for one in placed if one.name in weighted]
        rows += _inside([source for source in sources if source.inside], sides, settings)
    else:
        rows = [weighted_columns(source.b, source.a, settings) for source in placed]
    return Frame(
        tuple(placed),
        torch.cat([row for row, _ in rows]),
        torch.cat([row for _, row in rows]),
        sides[0],
        sides[1],
    )


def _inside(
    sources: Sequence[Source], sides: Sequence[tuple[Tensor, Tensor]], settings: FitSettings
) -> list[tuple[Tensor, Tensor]]:
    """What lies in the old bases, as rows of the same moments: no more than the bases have columns, however many skills."""
    if not sources:
        return []
    rows = [weighted_columns(source.b, source.a, settings) for source in sources]
    both: list[Tensor] = []
    for side, (_, new) in enumerate(sides):
        stack = torch.cat([pair[side] for pair in rows])
        few = triangle(stack) if len(stack) > stack.shape[1] else stack
        both.append(pad(few, (0, new.shape[1])))
    return [(both[0], both[1])]


def _placed(source: Source, sides: Sequence[tuple[Tensor, Tensor]]) -> Source:
    factors = (source.b, source.a.T)
    if source.inside:
        own = [
            torch.cat([factor, factor.new_zeros(new.shape[1], factor.shape[1])])
            for factor, (_, new) in zip(factors, sides, strict=True)
        ]
    else:
        own = [torch.cat([old.T @ factor, new.T @ factor]) for factor, (old, new) in zip(factors, sides, strict=True)]
    return Source(source.name, own[0], own[1].T, inside=False, p=source.p)


def _beyond(base: Tensor, columns: Tensor) -> Tensor:
    """Orthonormal directions that columns have beyond a basis; what is only rounding of them is none."""
    rest = columns
    for _ in range(2):
        rest = rest - base @ (base.T @ rest)
    if not rest.shape[1] or not base.shape[0]:
        return rest[:, :0]
    # The SVD of the small triangle instead of that of the tall rest.
    tall, upper = qr(rest)
    left, sizes, _ = svd(upper)
    size = norm(columns)
    kept = (tall @ left)[:, sizes > size * max(columns.shape) * torch.finfo(columns.dtype).eps]
    # A direction found from a small rest leans on the basis by rounding over its size.
    return _orthonormal(kept - base @ (base.T @ kept))


def _orthonormal(basis: Tensor) -> Tensor:
    """The nearest digits: Q of a basis that is nearly orthonormal, with its signs."""
    if not basis.shape[1]:
        return basis
    orthonormal, upper = qr(basis)
    return orthonormal * upper.diagonal().sign()
