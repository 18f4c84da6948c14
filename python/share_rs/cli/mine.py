"""`share-rs mine`: rows of a crate of the user's."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from share_rs.cli.making import Draw, Families, Minutes, Out, finish
from share_rs.cli.output import Json, Workers, say
from share_rs.crates import CrateSandbox
from share_rs.mining.crate import Mining, mine
from share_rs.mining.excerpt import BUDGET
from share_rs.mining.forecast import Range, forecast
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
    tests: Annotated[
        bool,
        typer.Option(
            "--tests", help="The crate's own tests judge rows of what they run, in the jail; others by equality."
        ),
    ] = False,
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
        asked = Mining(seed, tuple(sorted(family or ())), budget=budget, tests=tests)
        if tests:
            say("running the tests twice, and once to see what they run")
        done = mine(crate, crate.root, out, asked, rows=rows, minutes=minutes, report=_tell)
        licence = crate.licence
    tried = done.next.get("crate", 0)
    expected = forecast(done.chunks, done.total)
    more = {
        "crate": path.name,
        "licence": licence,
        "mutations": done.total,
        "mutations_tried": tried,
        "forecast": None if expected is None else asdict(expected),
        "tests": done.tests,
    }
    finish(out, done, more, as_json=json)
    if done.tests:
        _tell_tests(done.tests)
    say(f"share-rs: {PRIVATE}")


def _tell_tests(tests: dict[str, Any]) -> None:
    """Which tests judge, and which do not."""
    say(f"{tests['passed']} tests judge; they run {tests['run']} of {tests['functions']} functions")
    for kind, names in (("fail in the jail", tests["failed"]), ("pass once and fail once", tests["flaky"])):
        if names:
            say(f"no judges, for they {kind}: {', '.join(names)}")


def _tell(now: Progress) -> None:
    """After each chunk: how far it is, and how long the rest will take."""
    tried = now.next["crate"]
    pace = 60 * tried / sum(seconds for _, _, seconds in now.chunks)
    said = f"{sum(now.rows.values())} rows of {tried} mutations, {now.total} in all, {pace:.0f} a minute"
    expected = forecast(now.chunks, now.total)
    if expected is not None and tried < now.total:
        said += f"; all: {_shown(expected.rows)} rows"
        if expected.minutes is not None:
            said += f" in {_shown(expected.minutes)} minutes"
    say(said)


def _shown(one: Range) -> str:
    return f"{one.expected:.0f} ({one.low:.0f} to {one.high:.0f})"
