"""`share-rs remove`: skills leave a SharedSubspace."""

from __future__ import annotations

from typing import Annotated

import typer

from share_rs.cli.adapters import adapter_folders
from share_rs.cli.extras import needs
from share_rs.cli.merge import Originals, Out  # noqa: TC001 - typer reads the types of a command
from share_rs.cli.output import Json, Subspace, print_json

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


@app.command()
def remove(
    subspace: Subspace,
    names: Annotated[list[str], typer.Argument(metavar="NAME", help="Skills of the subspace.")],
    *,
    originals: Originals = None,
    out: Out = None,
    json: Json = False,
) -> None:
    """Removes the skills NAME from the subspace DIR, and says whether nothing of them is left in the bases.

    That takes a subspace with exact moments (`share-rs fit --moments exact`) and the skills' original adapters.
    """
    needs("torch", "safetensors", "yaml")
    from share_rs.cli.storing import store  # noqa: PLC0415 - brings torch
    from share_rs.cli.summary import document  # noqa: PLC0415 - brings torch
    from share_rs.subspace import Adapter, check_target, load  # noqa: PLC0415 - brings torch
    from share_rs.subspace import remove as without  # noqa: PLC0415 - brings torch
    from share_rs.subspace.alone import alone  # noqa: PLC0415 - as above

    target = out or subspace
    if target != subspace:
        check_target(target)
    known = [Adapter.open(folder) for folder in adapter_folders(originals or [])]
    with alone(target):
        before = load(subspace)
        found = store(without(before, names, originals=known), target)
    entry = dict(found.history[-1])
    if json:
        print_json({**document(found, target), "remove": entry})
        return
    how = "exact" if entry["exact"] else f"approximate: {entry['reason']}"
    left = ", ".join(sorted(set(before.patterns) - set(found.patterns)))
    typer.echo(f"{target}: {', '.join(entry['went'])} removed, {len(found.skills)} skills left; {how}")
    if left:
        typer.echo(f"patterns without a skill now: {left}")
