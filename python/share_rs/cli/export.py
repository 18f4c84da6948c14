"""`share-rs export`: a skill as a plain LoRA adapter."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from share_rs.cli.extras import needs
from share_rs.cli.output import Json, Subspace, print_json

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


@app.command()
def export(
    subspace: Subspace,
    name: Annotated[str, typer.Argument(metavar="NAME", help="A skill of the subspace.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="A folder that is empty or not there.")],
    *,
    rank: Annotated[
        str | None,
        typer.Option(metavar="N|vllm", help="Pads with zeros to rank N, or to the next rank that vLLM takes."),
    ] = None,
    json: Json = False,
) -> None:
    """Writes the skill NAME as a folder that stock PEFT loads, float32, without share_rs."""
    needs("torch", "safetensors")
    from share_rs.subspace import export_lora, load  # noqa: PLC0415 - brings torch

    wanted = _rank(rank)
    found = load(subspace)
    written = export_lora(found, name, out, rank=wanted)
    skill = found.skills[name]
    document = {
        "skill": name,
        "directory": str(written),
        "base_model": found.base_model,
        "layers": sorted(skill.coefficients),
        "p": max((one.p for one in skill.coefficients.values()), default=0),
        "heads": sorted(skill.head),
    }
    if json:
        print_json(document)
        return
    heads = f", {len(skill.head)} tensors of heads" if skill.head else ""
    typer.echo(
        f"{written} is {name} as a LoRA adapter of {found.base_model or 'its base model'}: "
        f"{len(skill.coefficients)} layers, p = {document['p']}{heads}"
    )


def _rank(text: str | None) -> int | Literal["vllm"] | None:
    if text is None or text == "vllm":
        return text
    if not text.isdecimal() or int(text) < 1:
        raise typer.BadParameter(f"--rank: expected a whole number of at least 1, or vllm, got {text!r}")
    return int(text)
