"""How many columns each layer has on each side."""

# matplotlib types its keyword arguments as unknown.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.analysis.spectra import by_depth
from share_rs.analysis.svg import BLUE, ORANGE, drawing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from share_rs.subspace import LayerBasis


def size_plot(layers: Mapping[str, LayerBasis]) -> str:
    """Bars of k_b and k_a by layer, one line a layer: an SVG document."""
    names = by_depth(layers)
    with drawing(9, 1.2 + 0.26 * max(len(names), 1)) as figure:
        (axes,) = figure.panels(1)
        places = range(len(names))
        for shift, label, colour, sizes in (
            (-0.2, "k_b", BLUE, [layers[name].beta.shape[1] for name in names]),
            (0.2, "k_a", ORANGE, [layers[name].alpha.shape[1] for name in names]),
        ):
            axes.barh([place + shift for place in places], sizes, 0.36, color=colour, label=label)
        axes.set_yticks(places, names)
        axes.set_ylim(len(names) - 0.4, -0.6)
        axes.set_xlabel("columns of the basis")
        figure.figure.legend(loc="outside upper right", ncols=2, frameon=False)
        return figure.text()
