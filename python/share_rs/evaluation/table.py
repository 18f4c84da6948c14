"""The table of a run for the terminal."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from share_rs.evaluation.summary import Comparison, Score, Summary

if TYPE_CHECKING:
    from rich.console import RenderableType

CHEAT = "cheat:"


def summary_table(summary: Summary, *, verbose: bool = False) -> "RenderableType":
    """The arms with intervals, families and comparisons; below it gains, losses and the koans of note.

    Args:
        summary: The figures.
        verbose: One line per cheat program instead of one for all.
    """
    from rich import box  # noqa: PLC0415 - only who prints pays for it
    from rich.console import Group  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    families = sorted({family for arm in summary.arms.values() for family in arm.families})
    ranges = any(arm.range[0] != arm.range[1] for arm in summary.arms.values())
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("arm", min_width=11)
    for name in ["passed", "%", "95 %", *(["range"] if ranges else []), *families, "flips", "p"]:
        table.add_column(name, justify="right", no_wrap=True)
    if summary.infra_errors:
        table.add_column("infra", justify="right")
    compared = {comparison.arm: comparison for comparison in summary.comparisons}
    for label, name in _rows(summary, verbose=verbose):
        arm = summary.arms[name]
        table.add_row(
            label,
            f"{arm.passed}/{arm.total}",
            percent(arm),
            interval(arm),
            *([f"{arm.range[0]}-{arm.range[1]}"] if ranges else []),
            *(f"{arm.families[family].passed}/{arm.families[family].total}" for family in families),
            *_comparison(compared.get(name)),
            *([str(arm.infra_errors or "")] if summary.infra_errors else []),
            style="dim" if arm.control else None,
        )
    return Group(table, *(Text(line) for line in notes(summary)))


def notes(summary: Summary) -> list[str]:
    """What the figures mean by name: gains and losses, the seven, what no arm reaches, what was not scored."""
    lines = [
        f"{comparison.arm} over {comparison.baseline}: "
        f"gains {_names(comparison.gains)}; loses {_names(comparison.losses)}"
        for comparison in summary.comparisons
        if not summary.arms[comparison.arm].control and (comparison.gains or comparison.losses)
    ]
    if summary.routing is not None:
        hurt = summary.routing
        lines.append(
            f"routing hurt {len(hurt.hurt)} of {hurt.total} koans ({100 * hurt.share:.1f} %): {_names(hurt.hurt)}"
        )
    contenders = [name for name, arm in summary.arms.items() if not arm.control]
    solved = [f"{name} {len(found)} ({_names(found)})" for name in contenders if (found := summary.hard_seven[name])]
    lines.append(f"of the seven never solved before: {', '.join(solved) or 'none solved by any arm'}")
    koans = max((arm.total for arm in summary.arms.values() if not arm.control), default=0)
    lines.append(f"reached by no arm: {len(summary.unreached)} of {koans}: {_names(summary.unreached)}")
    lines.extend(
        f"{name} passes {summary.arms[name].passed} and must pass none: {_names(summary.arms[name].solved)}"
        for name in cheats(summary)
        if summary.arms[name].passed
    )
    if summary.infra_errors:
        lines.append(f"infra errors: {summary.infra_errors}, not scored; run again to retry them")
    return lines


def percent(score: Score) -> str:
    """The share that passed in per cent, a dash where nothing was scored."""
    return f"{100 * score.passed / score.total:.1f}" if score.total else "-"


def interval(score: Score) -> str:
    """The interval in whole per cent."""
    return f"{100 * score.interval[0]:.0f}-{100 * score.interval[1]:.0f}"


def cheats(summary: Summary) -> list[str]:
    """The arms that are cheat programs, the one that passes most first."""
    names = [name for name in summary.arms if name.startswith(CHEAT)]
    return sorted(names, key=lambda name: -summary.arms[name].passed)


def p_value(p: float) -> str:
    """Three digits, or a bound."""
    return f"{p:.3f}" if p >= 0.001 else "<0.001"  # noqa: PLR2004 - the smallest that three digits show


def _rows(summary: Summary, *, verbose: bool) -> Iterable[tuple[str, str]]:
    """Label and arm; the cheats are one line, that of the worst of them, where the first of them stands."""
    found = cheats(summary)
    collapse = len(found) > 1 and not verbose
    for name in summary.arms:
        if not (collapse and name in found):
            yield name, name
        elif name == min(found, key=list(summary.arms).index):
            yield f"cheats ({len(found)} programs)", found[0]


def _comparison(comparison: Comparison | None) -> tuple[str, str]:
    if comparison is None:
        return ("", "")
    return (f"+{len(comparison.gains)} -{len(comparison.losses)}", p_value(comparison.p))


def _names(koans: list[str]) -> str:
    return " ".join(koans) or "none"
