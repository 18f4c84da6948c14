"""`share-rs merge`: new adapters join a SharedSubspace."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from share_rs.cli.adapters import adapter_folders
from share_rs.cli.config import Config, resolve
from share_rs.cli.extras import needs
from share_rs.cli.fit import RULES
from share_rs.cli.output import Json, Subspace, print_json, progress, say

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)

Originals = Annotated[
    list[Path] | None,
    typer.Option(metavar="ADAPTERS", help="The adapters that skills were made from, known by content; repeat it."),
]
Out = Annotated[
    Path | None, typer.Option("--out", "-o", metavar="DIR", help="Where the result goes; by default to DIR itself.")
]


@app.command()
def merge(
    subspace: Subspace,
    new: Annotated[list[Path], typer.Argument(metavar="NEW", help="Adapters, what `train` made, or folders of these.")],
    *,
    originals: Originals = None,
    out: Out = None,
    config: Config = None,
    layers: Annotated[
        Literal["same", "any"] | None,
        typer.Option(help="Whether NEW must have the layers of the subspace; by default as it was fitted."),
    ] = None,
    json: Json = False,
) -> None:
    """Merges NEW into the subspace DIR, adapters or skills trained on it: the bases turn, every skill is projected anew.

    Skills whose original is given do not drift. Of the others no adapter is read: their reconstructions stand for them, and
    what each loses is told. --config takes a file of `share-rs fit`; what it leaves out is as the subspace was fitted.
    """
    started = time.monotonic()
    needs("torch", "safetensors", "yaml")
    from share_rs.cli.cautions import base_cautions, skill_cautions  # noqa: PLC0415 - brings torch
    from share_rs.cli.storing import store  # noqa: PLC0415 - brings torch
    from share_rs.cli.summary import document, print_summary  # noqa: PLC0415 - brings torch
    from share_rs.subspace import Adapter, FitSettings, check_target, load  # noqa: PLC0415 - brings torch
    from share_rs.subspace import merge as merged  # noqa: PLC0415 - brings torch
    from share_rs.subspace.alone import alone  # noqa: PLC0415 - as above
    from share_rs.subspace.merge import settings_of  # noqa: PLC0415 - brings torch
    from share_rs.training.result import opened  # noqa: PLC0415 - brings torch

    target = out or subspace
    if target != subspace:
        check_target(target)
    came = [opened(folder) for folder in adapter_folders(new)]
    known = [Adapter.open(folder) for folder in adapter_folders(originals or [])]
    with alone(target), progress("merging") as tell:
        before = load(subspace)
        settings = resolve(
            FitSettings, config, {"layers": layers}, rivals=RULES, under=settings_of(before).model_dump()
        )
        found = store(merged(before, came, settings, originals=known, progress=tell), target)
    entry = dict(found.history[-1])
    cautions = [*base_cautions(came, found.base_model), *skill_cautions(found)]
    if json:
        extra = {"merge": entry, "cautions": cautions, "seconds": round(time.monotonic() - started, 3)}
        print_json({**document(found, target), **extra})
    else:
        print_summary(found, target)
        _print_losses(entry)
    for caution in cautions:
        say(f"share-rs: {caution}")
    say(f"{target} after {time.monotonic() - started:.1f} s")


def _print_losses(entry: dict[str, Any]) -> None:
    came, known = set(entry["came"]), set(entry["originals"])
    typer.echo("\nlost at this merge, relative to what was projected")
    for name, loss in entry["lost"].items():
        source = "new" if name in came else "from its original" if name in known else "from its reconstruction"
        typer.echo(f"{name:40} {100 * loss:6.2f} %  {source}")
