"""`share-rs eval`: every solver that needs no model, on all koans."""

import time
from collections.abc import Sequence
from datetime import datetime, timezone
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from share_rs import Koan, Sandbox, load_koans
from share_rs.cli.output import Json, Seed, Trusted, Workers, print_json, progress, say
from share_rs.evaluation import EvaluationSettings, evaluate, summary_table
from share_rs.repair import Copy, Reference, Rustfix, Suggestions, cheats

if TYPE_CHECKING:
    from share_rs.evaluation import Summary
    from share_rs.repair import Solver

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)

Names = list[str] | None


@app.command("eval")
def eval_(
    *,
    arms: Annotated[Names, typer.Option(help="Names or globs of arms, such as 'cheat:*'; repeat it for more.")] = None,
    koans: Annotated[Names, typer.Option(help="Ids or globs of koans, or a folder of your own; repeat it.")] = None,
    repeats: Annotated[int, typer.Option(min=1, help="How often each arm sees each koan, with another seed.")] = 1,
    attempts: Annotated[int, typer.Option(min=1, help="Rounds per koan; later ones see the feedback.")] = 3,
    seed: Seed = 0,
    out: Annotated[Path | None, typer.Option(help="The run's folder; that of a killed run resumes it.")] = None,
    workers: Workers = None,
    baseline: Annotated[str | None, typer.Option(help="The arm that the others are compared with: copy.")] = None,
    trusted: Trusted = False,
    json: Json = False,
    no_report: Annotated[bool, typer.Option("--no-report", help="Writes no report.html.")] = False,
) -> None:
    """Evaluates the solvers that need no model: the reference, copy, the cheats, rustfix, search over suggestions.

    Exit code 1 where the reference fails, a cheat passes, or the sandbox itself failed.
    """
    started = time.monotonic()
    settings = EvaluationSettings(repeats=repeats, attempts=attempts, seed=seed, baseline=baseline)
    found, folders = _koans(koans or [])
    run = out or Path("runs") / datetime.now(timezone.utc).strftime("%Y%m%d-%H%M%S")
    with Sandbox(workers=workers, trusted=trusted, hidden=folders) as sandbox:
        solvers = _chosen(_solvers(found, sandbox), arms or [])
        sandbox.start()
        with progress("evaluating") as tell:
            summary = evaluate(settings, solvers, found, sandbox, run, tell, report=False if no_report else None)
    seconds = time.monotonic() - started
    report = run / "report.html"
    if json:
        written = str(report) if report.is_file() else None
        print_json({**summary.to_dict(), "directory": str(run), "report": written, "seconds": round(seconds, 3)})
    else:
        console = Console()
        # A pipe or a file has no width, and rich's guess of 80 columns would cut the figures.
        console.width = console.width if console.is_terminal else max(console.width, 120)
        console.print(summary_table(summary))
    say(f"{report if report.is_file() else run} after {seconds:.1f} s")
    raise typer.Exit(1 if _fell_short(summary) else 0)


def _solvers(koans: Sequence[Koan], sandbox: Sandbox) -> "list[Solver]":
    return [Reference(koans), Copy(), *cheats(koans), Rustfix(sandbox), Suggestions(sandbox)]


def _chosen(solvers: "list[Solver]", patterns: list[str]) -> "list[Solver]":
    names = _matching(patterns, [solver.name for solver in solvers], "arm")
    return [solver for solver in solvers if solver.name in names]


def _koans(patterns: list[str]) -> tuple[list[Koan], list[Path]]:
    """The koans that are asked for, and the folders of the user's own among them."""
    folders = [Path(pattern) for pattern in patterns if Path(pattern).is_dir()]
    globs = [pattern for pattern in patterns if not Path(pattern).is_dir()]
    found = [koan for folder in folders for koan in load_koans(folder)]
    if globs or not folders:
        bundled = load_koans()
        names = _matching(globs, [koan.id for koan in bundled], "koan")
        found += [koan for koan in bundled if koan.id in names]
    return found, [folder.resolve() for folder in folders]


def _matching(patterns: list[str], names: list[str], what: str) -> set[str]:
    """The names that any pattern matches; all where there is no pattern."""
    chosen: set[str] = set() if patterns else set(names)
    for pattern in (part for text in patterns for part in text.split(",")):
        matched = {name for name in names if fnmatchcase(name, pattern)}
        if not matched:
            raise typer.BadParameter(f"no {what} matches {pattern!r}; expected some of {' '.join(names)}")
        chosen |= matched
    return chosen


def _fell_short(summary: "Summary") -> bool:
    reference = summary.arms.get("reference")
    return (
        summary.infra_errors > 0
        or (reference is not None and reference.passed < reference.total)
        or any(arm.passed > 0 for name, arm in summary.arms.items() if name.startswith("cheat:"))
    )
