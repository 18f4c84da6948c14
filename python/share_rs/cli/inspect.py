"""`share-rs inspect`: what a SharedSubspace holds, lost and costs."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the types of a command
from typing import TYPE_CHECKING, Annotated, Any

import typer

from share_rs.cli.extras import needs
from share_rs.cli.output import Json, Subspace, print_json, say

if TYPE_CHECKING:
    from share_rs.subspace import SharedSubspace

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


@app.command()
def inspect(
    subspace: Subspace,
    *,
    plots: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Draws spectra.svg, sizes.svg and errors.svg there.")
    ] = None,
    phi: Annotated[
        int, typer.Option(min=0, help="Counts the training of a skill with so many columns of temporary factors: 0.")
    ] = 0,
    json: Json = False,
) -> None:
    """Shows k and the captured energy of every layer, the error of every skill, what it all costs, and the pattern map."""
    needs("torch", "safetensors")
    if plots is not None:
        needs("matplotlib")
    from share_rs.cli.summary import document, print_patterns, print_summary  # noqa: PLC0415 - brings torch
    from share_rs.subspace import load  # noqa: PLC0415 - brings torch

    found = load(subspace)
    drawn = [] if plots is None else _draw(found, plots)
    if json:
        print_json({**document(found, subspace, phi=phi), **_spectra(found), "plots": [str(path) for path in drawn]})
    else:
        print_summary(found, subspace, phi=phi)
        print_patterns(found)
    for path in drawn:
        say(f"drew {path}")


def _draw(found: SharedSubspace, folder: Path) -> list[Path]:
    from share_rs.analysis import error_plot, losses_of, size_plot, spectrum_plot  # noqa: PLC0415 - brings matplotlib
    from share_rs.subspace.tensors import write_text  # noqa: PLC0415 - brings torch

    made = {
        "errors.svg": error_plot(losses_of(found).skills),
        "sizes.svg": size_plot(found.layers),
        "spectra.svg": spectrum_plot(found.layers),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in made.items():
        write_text(folder / name, text)
    return [folder / name for name in made]


def _spectra(found: SharedSubspace) -> dict[str, Any]:
    """The energies along the columns of every basis."""
    return {
        "spectra": {
            name: {
                "b": [float(one) for one in basis.spectrum_b],
                "a": [float(one) for one in basis.spectrum_a],
                "energy_b": basis.energy_b,
                "energy_a": basis.energy_a,
            }
            for name, basis in sorted(found.layers.items())
        },
        "history": [dict(entry) for entry in found.history],
    }
