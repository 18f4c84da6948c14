"""Whether the fit is right: its bases beside full float64 eigendecompositions, its reported errors beside those of what it gives back."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from oracle import factors, relative_errors, sides
from ours import basis_hash, fitted, given_back

GAP = 1.1
"""sigma_k / sigma_(k+1) from which on the subspace itself is compared, and not only what it captures."""
SINE, MISSED, ERROR = 1e-6, 1e-10, 1e-6


@dataclass(frozen=True)
class Checked:
    """What was compared."""

    basis: str
    """The hash of the basis that was compared."""
    gap: float
    sine: float
    flat_k: int
    flat_gap: float
    missed: float
    off: float
    """By how much the mean error that the fit states differs from that of the given-back skills."""

    @property
    def right(self) -> bool:
        """Whether the speed of this fit may be quoted."""
        return self.gap >= GAP and self.sine <= SINE and self.missed <= MISSED and self.off <= ERROR


def checked(paths: Sequence[Path], layer: str, k: int, p: int) -> Checked:
    """Compares a fit with k columns, where the spectrum has a gap, and one with three quarters of them, where it has none."""
    truth = sides(paths, layer)
    gapped, flat = fitted(paths, k, p), fitted(paths, 3 * k // 4, 1)

    gapped_bases = gapped.layers[layer].beta, gapped.layers[layer].alpha
    flat_bases = flat.layers[layer].beta, flat.layers[layer].alpha
    pairs = [(factors(path, layer), given_back(gapped, path.name, layer)) for path in paths]
    stated = [skill.errors[layer] for skill in gapped.skills.values()]
    return Checked(
        basis=basis_hash(gapped),
        gap=min(side.gap(k) for side in truth),
        sine=max(side.angle(basis) for side, basis in zip(truth, gapped_bases, strict=True)),
        flat_k=3 * k // 4,
        flat_gap=min(side.gap(3 * k // 4) for side in truth),
        missed=max(
            side.missed(basis) for bases in (gapped_bases, flat_bases) for side, basis in zip(truth, bases, strict=True)
        ),
        off=abs(sum(stated) / len(stated) - relative_errors(pairs)[1]),
    )
