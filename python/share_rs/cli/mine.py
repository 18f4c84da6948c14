"""`share-rs mine`: rows of a crate of the user's."""

from pathlib import Path
from typing import Annotated

import typer

from share_rs.cli.making import Draw, Families, Minutes, Out, finish
from share_rs.cli.output import Json, Workers, say
from share_rs.crates import CrateSandbox
from share_rs.mining.crate import Mining, mine
from share_rs.mining.excerpt import BUDGET
from share_rs.mining.progress import Progress
from share_rs.mining.summary import PRIVATE

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


@app.command("mine")
def mine_(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="The folder of a crate, or of its workspace.")],
    out: Out,
    *,
    package: Annotated[str | None, typer.Option(help="The package, where PATH is a workspace with several.")] = None,
    features: Annotated[
        list[str] | None, typer.Option("--feature", help="Switched on besides the default ones.")
    ] = None,
    rows: Annotated[int | None, typer.Option(min=1, help="When to stop, by rows.")] = None,
    minutes: Minutes = None,
    family: Families = None,
    seed: Draw = 0,
    budget: Annotated[int, typer.Option(min=500, help="Bytes of a row's window of its file.")] = BUDGET,
    offline: Annotated[bool, typer.Option("--offline", help="Download nothing.")] = False,
    workers: Workers = None,
    json: Json = False,
) -> None:
    """Breaks a crate's own code in known ways, and keeps what its compiler says with the way back: rows of your code.

    The crate is copied, never written; build scripts, macros and rustc run in the jail. Rows hold excerpts of your source.
    """
    say(f"copying and building {path}")
    with CrateSandbox(path, package=package, workers=workers, features=features or (), offline=offline) as crate:
        if crate.locked_here:
            say("there is no Cargo.lock; versions were chosen for this run")
        for name in crate.left_out:
            say(f"left out, it leads out of the workspace: {name}")
        asked = Mining(seed, tuple(sorted(family or ())), budget=budget)
        done = mine(crate, crate.root, out, asked, rows=rows, minutes=minutes, report=_tell)
        licence = crate.licence
    finish(
        out, done, {"crate": path.name, "licence": licence, "mutations_tried": done.next.get("crate", 0)}, as_json=json
    )
    say(f"share-rs: {PRIVATE}")


def _tell(now: Progress, most: int) -> None:
    """After each chunk: how far it is, and how long the rest will take."""
    tried = now.next["crate"]
    count = sum(now.rows.values())
    pace = tried / now.seconds if now.seconds else 0.0
    rest = f", {(most - tried) / pace / 60:.0f} minutes left" if pace else ""
    say(
        f"{count} rows of {tried} mutations, {most} in all, {60 * pace:.0f} a minute{rest}, about {count * most // tried} rows"
    )
