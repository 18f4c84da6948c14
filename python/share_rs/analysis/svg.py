"""Figures as SVG text of their own: equal input gives equal bytes, and text stays text."""

# matplotlib types its keyword arguments as unknown.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

from contextlib import contextmanager
from io import StringIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BLUE, ORANGE = "#0072b2", "#d55e00"
"""For the side of B and for the side of A: Okabe and Ito's, told apart by colour-blind readers."""
INK = "#222222"


class Drawing:
    """A figure that is being drawn."""

    def __init__(self, figure: Figure) -> None:
        self.figure = figure

    def panels(self, count: int, *, share_y: bool = False) -> list[Axes]:
        """Axes side by side, with a light grid."""
        made: list[Axes] = []
        for place in range(count):
            axes = self.figure.add_subplot(1, count, place + 1, sharey=made[0] if made and share_y else None)
            axes.spines[["top", "right"]].set_visible(False)
            axes.grid(color=INK, alpha=0.12, linewidth=0.8)
            axes.set_axisbelow(True)
            made.append(axes)
        return made

    def text(self) -> str:
        """The SVG document."""
        text = StringIO()
        self.figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
        return text.getvalue()


@contextmanager
def drawing(width: float, height: float) -> Generator[Drawing]:
    """A figure of so many inches, to be drawn and turned into text within the context.

    Raises:
        ImportError: matplotlib is not installed (`pip install 'share_rs[report]'`).
    """
    from matplotlib import rc_context  # noqa: PLC0415 - an extra, and 0.5 s at import
    from matplotlib.backends.backend_svg import FigureCanvasSVG  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    with rc_context(
        {
            "svg.hashsalt": "share_rs",
            "svg.fonttype": "none",
            "font.family": ["sans-serif"],
            "font.size": 9.5,
            "text.color": INK,
            "text.parse_math": False,
            "axes.edgecolor": INK,
            "axes.labelcolor": INK,
            "xtick.color": INK,
            "ytick.color": INK,
        }
    ):
        figure = Figure(figsize=(width, height), layout="constrained", facecolor="white")
        FigureCanvasSVG(figure)
        yield Drawing(figure)
