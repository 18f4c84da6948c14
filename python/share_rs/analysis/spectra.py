"""How fast the energy of the stacked factors is captured, column by column, in every layer and on both sides."""

# matplotlib types its keyword arguments as unknown.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from share_rs.analysis.svg import BLUE, ORANGE, drawing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

    from share_rs.subspace import LayerBasis


def captured(spectrum: Tensor, energy: float) -> list[float]:
    """The share of the energy in the first 1, 2, ..., k columns, in [0, 1]; a layer without any energy has it all.

    Args:
        spectrum: k energies along the columns.
        energy: the total, captured or not: the trace of the moment.
    """
    sums = accumulate(max(float(one), 0.0) for one in spectrum)
    return [min(part / energy, 1.0) if energy > 0 else 1.0 for part in sums]


def spectrum_plot(layers: Mapping[str, LayerBasis]) -> str:
    """One line per layer and side, over the number of columns: an SVG document.

    Early layers are light, late ones dark, in the order of their names' numbers.
    """
    with drawing(10, 3.6) as figure:
        panels = figure.panels(2, share_y=True)
        names = by_depth(layers)
        for axes, side, colour in zip(panels, ("B", "A"), (BLUE, ORANGE), strict=True):
            for place, name in enumerate(names):
                basis = layers[name]
                pair = (basis.spectrum_b, basis.energy_b) if side == "B" else (basis.spectrum_a, basis.energy_a)
                shares = [0.0, *captured(*pair)]
                depth = 0.25 + 0.75 * (place + 1) / len(names)
                axes.plot(range(len(shares)), [100 * one for one in shares], color=colour, alpha=depth, linewidth=1)
            axes.set_title(f"{side}: {'n x k_b, beta' if side == 'B' else 'd x k_a, alpha'}")
            axes.set_xlabel("columns of the basis")
            axes.set_ylim(0, 103)
        panels[0].set_ylabel("energy captured, %")
        return figure.text()


def by_depth(layers: Mapping[str, object]) -> list[str]:
    """Names in the order of the numbers in them, so that layer 10 comes after layer 9."""
    return sorted(layers, key=lambda name: [(not part.isdigit(), part.zfill(9)) for part in name.split(".")])
