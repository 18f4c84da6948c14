"""`share-rs fit`: one SharedSubspace for a folder of LoRA adapters, with what it cost and lost."""

from __future__ import annotations

import time
from pathlib import Path  # noqa: TC003 - typer reads the types of a command
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from share_rs.cli.adapters import Adapters, adapter_folders
from share_rs.cli.config import NOTHING, Config, resolve
from share_rs.cli.extras import needs
from share_rs.cli.output import Json, print_json, progress, say
from share_rs.cli.work import work_folder

if TYPE_CHECKING:
    from share_rs.subspace import FitSettings

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)

RULES = ("explained_variance", "target_error", "k", "budget")
"""The settings of which one decides k."""


@app.command()
def fit(
    adapters: Adapters,
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="DIR", help="The subspace; one that is there is replaced.")
    ],
    *,
    config: Config = None,
    explained_variance: Annotated[float | None, typer.Option(help="Share of the energy that decides k: 0.6.")] = None,
    target_error: Annotated[float | None, typer.Option(help="Relative error of dW that decides k.")] = None,
    k: Annotated[int | None, typer.Option("--k", help="Columns of every basis.")] = None,
    budget: Annotated[int | None, typer.Option(help="Bytes of all bases, spent where they capture most.")] = None,
    max_k: Annotated[int | None, typer.Option(help="No basis has more columns.")] = None,
    p: Annotated[
        str | None, typer.Option("--p", metavar="N|r", help="Pseudo-rank, or r for each adapter's own: 1.")
    ] = None,
    weighting: Annotated[
        Literal["balanced", "delta", "unit"] | None, typer.Option(help="Of directions: balanced.")
    ] = None,
    centring: Annotated[Literal["none", "keep", "drop"] | None, typer.Option(help="Of the mean column: none.")] = None,
    padding: Annotated[
        Literal["stop", "random"] | None, typer.Option(help="Where k is more than the rank: stop.")
    ] = None,
    moments: Annotated[
        Literal["reconstructed", "exact"] | None, typer.Option(help="What later merges work with: reconstructed.")
    ] = None,
    layers: Annotated[
        Literal["same", "any"] | None, typer.Option(help="Whether all adapters must have the same layers: same.")
    ] = None,
    replication: Annotated[bool | None, typer.Option(help="As the authors' code does it.")] = None,
    seed: Annotated[int | None, typer.Option(help="Of random starts and of padding: 0.")] = None,
    alternatives: Annotated[
        bool, typer.Option(help="What 60, 80, 90 and 95 % and p = 1, r/3, r would cost and keep.")
    ] = True,
    json: Json = False,
) -> None:
    """Fits one basis per layer and side to ADAPTERS, projects every adapter, and says what it cost and lost.

    A fit that was stopped goes on where it was when it is called again; the subspace that may be in DIR stays as it is
    until the new one is whole. Exit code 1 where the skills lost more than --target-error.
    """
    flags = dict(locals())
    started = time.monotonic()
    needs("torch", "safetensors", "yaml")
    from share_rs.analysis import alternatives as other_sizes  # noqa: PLC0415 - brings torch
    from share_rs.cli.cautions import base_cautions, fit_cautions, shortfalls  # noqa: PLC0415 - brings torch
    from share_rs.cli.others import alternatives_document, print_alternatives  # noqa: PLC0415 - brings torch
    from share_rs.cli.storing import store  # noqa: PLC0415 - brings torch
    from share_rs.cli.summary import document, print_summary  # noqa: PLC0415 - brings torch
    from share_rs.subspace import Adapter, check_target  # noqa: PLC0415 - brings torch
    from share_rs.subspace import fit as fitted  # noqa: PLC0415 - brings torch

    settings = _settings(flags, config)
    folders = adapter_folders(adapters)
    check_target(out)
    opened = [Adapter.open(folder) for folder in folders]
    with work_folder(out) as work, progress("fitting") as tell:
        found = store(fitted(opened, settings, progress=tell, work=work), out)
    others = None
    if alternatives:
        with progress("other sizes") as tell:
            others = other_sizes(opened, settings, progress=tell)
    short = shortfalls(found, settings)
    cautions = [*base_cautions(opened, found.base_model), *fit_cautions(found, settings), *short]
    if json:
        extra = {"alternatives": others and alternatives_document(others), "cautions": cautions}
        print_json({**document(found, out), **extra, "seconds": round(time.monotonic() - started, 3)})
    else:
        print_summary(found, out)
        if others is not None:
            print_alternatives(others)
    for caution in cautions:
        say(f"share-rs: {caution}")
    say(f"{out} after {time.monotonic() - started:.1f} s")
    raise typer.Exit(1 if short else 0)


def _settings(flags: dict[str, Any], config: Path | None) -> FitSettings:
    """The settings under the flags; of the rules for k, the command line may name one."""
    from share_rs.subspace import FitSettings  # noqa: PLC0415 - brings torch

    given = {name: flags[name] for name in FitSettings.model_fields}
    rules = [f"--{name.replace('_', '-')}" for name in RULES if given[name] is not None]
    if len(rules) > 1:
        raise typer.BadParameter(f"expected one rule for k, got {' and '.join(rules)}")
    if given["p"] == "r":
        given["p"] = NOTHING
    return resolve(FitSettings, config, given, rivals=RULES)
