"""What each skill lost: the relative error of its dW."""

# matplotlib types its keyword arguments as unknown.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.analysis.svg import BLUE, INK, drawing

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMED = 40
"""More skills than this are not named one by one."""


def error_plot(errors: Mapping[str, float]) -> str:
    """One bar per skill, the largest error first, and a line at the mean: an SVG document.

    Args:
        errors: relative error of dW in Frobenius norm, by skill; 0.63 is 63 %.
    """
    worst = sorted(errors, key=lambda name: (-errors[name], name))
    with drawing(9, 3.6) as figure:
        (axes,) = figure.panels(1)
        axes.bar(range(len(worst)), [100 * errors[name] for name in worst], 0.8, color=BLUE)
        if worst:
            mean = 100 * sum(errors.values()) / len(errors)
            axes.axhline(mean, color=INK, linewidth=0.8, linestyle="--", label=f"mean {mean:.1f} %")
            figure.figure.legend(loc="outside upper right", frameon=False)
        if len(worst) <= NAMED:
            axes.set_xticks(range(len(worst)), worst, rotation=60, ha="right")
        else:
            axes.set_xlabel(f"{len(worst)} skills")
        axes.set_ylabel("relative error of dW, %")
        return figure.text()
