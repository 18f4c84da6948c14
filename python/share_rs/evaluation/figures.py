"""The figures of the report as SVG text; equal input gives equal bytes."""

# matplotlib types its keyword arguments as unknown.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from io import StringIO
from typing import TYPE_CHECKING

from share_rs.evaluation.summary import Score, Summary

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Okabe and Ito's colours, told apart by colour-blind readers and on both backgrounds; hatches for those who see none.
_FILLS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00")
_HATCHES = ("", "///", "...", "xxx", "\\\\\\", "+++")
_INK = "#010203"
"""Stands for the page's own text colour, so that one figure serves the light and the dark page."""


def family_bars(summary: Summary, arms: list[str]) -> str:
    """Share of koans solved, per family and arm, with 95 % Wilson intervals: one `<svg>` element without prolog."""
    from matplotlib import rc_context  # noqa: PLC0415 - an extra, and 0.5 s at import
    from matplotlib.backends.backend_svg import FigureCanvasSVG  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    families = sorted({family for arm in arms for family in summary.arms[arm].families})
    with rc_context(
        {
            "svg.hashsalt": "share_rs",
            "svg.fonttype": "none",
            "font.family": ["sans-serif"],
            "font.size": 10.5,
            "text.color": _INK,
            "axes.edgecolor": _INK,
            "axes.labelcolor": _INK,
            "xtick.color": _INK,
            "ytick.color": _INK,
            "hatch.linewidth": 0.6,
        }
    ):
        figure = Figure(figsize=(11.6, 3.4), layout="constrained")
        FigureCanvasSVG(figure)
        axes = figure.add_subplot()
        width = 0.8 / max(len(arms), 1)
        for place, arm in enumerate(arms):
            start = (place + 0.5) * width - 0.4
            positions = [index + start for index in range(len(families))]
            scores = [summary.arms[arm].families[family] for family in families]
            fill, hatch = _FILLS[place % len(_FILLS)], _HATCHES[place % len(_HATCHES)]
            heights = [_percent(score) for score in scores]
            axes.bar(
                positions, heights, 0.92 * width, label=arm, color=fill, hatch=hatch, edgecolor=_INK, linewidth=0.6
            )
            _intervals(axes, positions, scores)
        axes.set_xticks(range(len(families)), families)
        axes.set_ylim(0, 118)
        axes.set_yticks([0, 25, 50, 75, 100])
        axes.set_ylabel("koans solved, %")
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(axis="y", color=_INK, alpha=0.12, linewidth=0.8)
        axes.set_axisbelow(True)
        if arms:
            figure.legend(loc="outside upper right", ncols=6, frameon=False)
        text = StringIO()
        figure.savefig(text, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    svg = text.getvalue()
    return svg[svg.index("<svg") :].replace(_INK, "currentColor")


def _intervals(axes: "Axes", positions: list[float], scores: list[Score]) -> None:
    """Whiskers from end to end of each interval, and the counts above them."""
    for position, score in zip(positions, scores, strict=True):
        low, high = (100 * end for end in score.interval)
        # A difference of floats may fall below zero by the last bit, which matplotlib refuses.
        error = [[max(_percent(score) - low, 0.0)], [max(high - _percent(score), 0.0)]]
        axes.errorbar([position], [_percent(score)], error, fmt="none", ecolor=_INK, elinewidth=0.8, capsize=2)
        label = f"{score.passed}/{score.total}"
        axes.annotate(label, (position, high + 1.5), ha="center", va="bottom", fontsize=8.5)


def _percent(score: Score) -> float:
    return 100 * score.passed / score.total if score.total else 0.0
