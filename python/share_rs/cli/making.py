"""`share-rs rows generate` and `rows docs`: rows from generated programs, and from the examples of Rust's documentation."""

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from share_rs import Sandbox
from share_rs.cli.output import Json, Trusted, Workers, print_json, say
from share_rs.errors import RowError
from share_rs.mining.aim import exhausted
from share_rs.mining.attempt import Choice
from share_rs.mining.docs import examples
from share_rs.mining.generate.scenes import SCENES
from share_rs.mining.need import Need
from share_rs.mining.progress import Progress
from share_rs.mining.supply import supply, walk
from share_rs.mining.together import LIMITS
from share_rs.mining.wanted import Wanted

Out = Annotated[
    Path, typer.Option("--out", "-o", metavar="FILE", help="JSON lines; the same command continues what was left.")
]
Families = Annotated[list[str] | None, typer.Option("--family", help="Only this family; repeat it for more.")]
Minutes = Annotated[float | None, typer.Option(min=0, help="When to stop, whatever there is.")]
Draw = Annotated[int, typer.Option(min=0, help="Of the programs, and of what is broken in them.")]
PerSource = Annotated[int, typer.Option(min=1, help="Rows of one program at most: they resemble each other.")]


def generate(
    out: Out,
    *,
    rows: Annotated[int, typer.Option(min=1, help="Of each family.")] = 1000,
    patterns: Annotated[
        int | None,
        typer.Option(min=0, help="Of each error pattern that models are routed by; half of --rows for all families."),
    ] = None,
    family: Families = None,
    seed: Draw = 0,
    per_source: PerSource = 8,
    minutes: Minutes = None,
    workers: Workers = None,
    trusted: Trusted = False,
    json: Json = False,
) -> None:
    """Makes rows of small programs that are generated, each with probes that judge a repair by value.

    Exit code 1 where a family has too few.
    """
    unknown = sorted(set(family or ()) - set(SCENES))
    if unknown:
        raise RowError(f"expected families such as {', '.join(sorted(SCENES)[:4])}, got {', '.join(unknown)}")
    if patterns is None:
        patterns = 0 if family else rows // 2
    wanted = Wanted(rows, tuple(sorted(family or SCENES)), patterns, seed, per_source)
    with Sandbox(workers=workers, trusted=trusted, limits=LIMITS) as sandbox:
        done = supply(sandbox, out, wanted, minutes=minutes, report=lambda now: _tell(now, rows * len(wanted.families)))
    short = {name: done.rows.get(name, 0) for name in wanted.families if done.rows.get(name, 0) < rows}
    finish(out, done, {"short": short, "exhausted": exhausted(done, wanted)}, as_json=json)
    for name, count in short.items():
        say(f"share-rs: {name} has {count} of {rows} rows")
    raise typer.Exit(1 if short else 0)


def docs(
    out: Out,
    *,
    family: Families = None,
    seed: Draw = 0,
    per_source: PerSource = 8,
    minutes: Minutes = None,
    workers: Workers = None,
    trusted: Trusted = False,
    json: Json = False,
) -> None:
    """Makes rows of the examples of the installed documentation (`rustup component add rust-docs`)."""
    sources = examples(os.environ.get("SHARE_RS_RUSTC") or "rustc")
    choice = Choice(per_source, need=Need(frozenset(family or ())))
    with Sandbox(workers=workers, trusted=trusted, limits=LIMITS) as sandbox:
        done = walk(
            sandbox,
            out,
            sources,
            "docs",
            seed=seed,
            choice=choice,
            minutes=minutes,
            report=lambda now: _tell(now, None, f"{now.next.get('docs', 0)} of {len(sources)} programs"),
        )
    left = len(sources) - done.next.get("docs", 0)
    finish(out, done, {"programs": len(sources), "programs_left": left}, as_json=json)


def _tell(now: Progress, most: int | None, where: str = "") -> None:
    """How far it is, and how long the rest will take."""
    count = sum(now.rows.values())
    pace = 60 * count / now.seconds if now.seconds else 0.0
    parts = [f"{count} rows" if most is None else f"{count} of {most} rows", f"{pace:.0f} a minute"]
    if most is not None and pace:
        parts.append(f"{(most - count) / pace:.0f} minutes left")
    say(", ".join([*parts, *([where] if where else [])]))


def finish(out: Path, done: Progress, more: dict[str, Any], *, as_json: bool) -> None:
    """What was made, by family, and what was turned away, by reason."""
    rejected = dict(sorted(done.rejected.items(), key=lambda one: (-one[1], one[0])))
    if as_json:
        document = {"out": str(out), "rows": sum(done.rows.values()), "seconds": done.seconds, **more}
        counts = {"families": done.rows, "variants": done.variants, "patterns": done.patterns, "rejected": rejected}
        print_json({**document, **{name: dict(sorted(part.items())) for name, part in counts.items()}})
        return
    for name, count in sorted(done.rows.items()):
        typer.echo(f"{name:20} {count:7} rows")
    reasons: dict[str, int] = {}
    for name, count in rejected.items():
        reason = name.split(": ", 1)[1]
        reasons[reason] = reasons.get(reason, 0) + count
    for reason, count in sorted(reasons.items(), key=lambda one: (-one[1], one[0])):
        typer.echo(f"rejected {count:7}: {reason}")
    typer.echo(f"{out}: {sum(done.rows.values())} rows in {done.seconds:.0f} s")
