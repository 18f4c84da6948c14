"""`share-rs train`: rows in, an adapter or a skill out; several files of rows in one training, a skill out of each."""

import itertools
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from share_rs.cli.config import Config, read_config, resolve, write_config
from share_rs.cli.extras import needs
from share_rs.cli.output import Json, print_json, progress, say

if TYPE_CHECKING:
    from share_rs.training import TrainSettings

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)

Text = str | None
Whole = int | None
Real = float | None
Switch = bool | None


@app.command()
def train(
    rows: Annotated[
        list[Path],
        typer.Argument(
            metavar="ROWS.jsonl...",
            help="JSON lines with the strings prompt and answer; of several files each becomes a skill of its own.",
        ),
    ],
    model: Annotated[Path, typer.Option(metavar="DIR", help="A causal language model of transformers; stays frozen.")],
    *,
    subspace: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The bases that coefficients are trained on.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="DIR", help="The run's folder, by default runs/NAME; of several, theirs, runs."
        ),
    ] = None,
    into: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Writes the subspace with the skill merged in; may be that of --subspace."),
    ] = None,
    config: Config = None,
    name: Annotated[Text, typer.Option(help="The skill's name; by default the stem of ROWS.")] = None,
    method: Annotated[Text, typer.Option(help="lora, or share; by default share where there is a subspace.")] = None,
    seed: Annotated[Whole, typer.Option(help="Of the start and of the order of the rows: 0.")] = None,
    epochs: Annotated[Real, typer.Option(help="Passes over the rows: 3.")] = None,
    steps: Annotated[Whole, typer.Option(help="Optimiser steps, in the place of epochs.")] = None,
    batch_size: Annotated[Whole, typer.Option(help="Rows in one forward pass: 8.")] = None,
    accumulation: Annotated[Whole, typer.Option(help="Forward passes for one step: 1.")] = None,
    lr: Annotated[Real, typer.Option(help="Highest learning rate: 2e-4 for lora, 5e-3 for share.")] = None,
    schedule: Annotated[Text, typer.Option(help="linear, cosine or constant.")] = None,
    warmup: Annotated[Real, typer.Option(help="Part of the steps in which the rate rises: 0.06.")] = None,
    weight_decay: Annotated[Real, typer.Option(help="AdamW's decay: 0.")] = None,
    max_grad_norm: Annotated[Real, typer.Option(help="Gradients are clipped to this norm: 1.")] = None,
    max_length: Annotated[Whole, typer.Option(help="Tokens of prompt and answer: 1024.")] = None,
    invalid: Annotated[Text, typer.Option(help="refuse or skip rows that are none.")] = None,
    too_long: Annotated[Text, typer.Option(help="skip or refuse rows above --max-length.")] = None,
    checkpoint_every: Annotated[Whole, typer.Option(help="Steps between two checkpoints: 50.")] = None,
    dtype: Annotated[Text, typer.Option(help="Of the base: auto, float32, bfloat16 or float16.")] = None,
    device: Annotated[Text, typer.Option(help="auto or cpu.")] = None,
    gradient_checkpointing: Annotated[Switch, typer.Option(help="Less memory for a second forward pass.")] = None,
    rank: Annotated[Whole, typer.Option(help="lora: r, 8.")] = None,
    alpha: Annotated[Real, typer.Option(help="lora: the scale is alpha/r; 2r.")] = None,
    rslora: Annotated[Switch, typer.Option(help="lora: the scale is alpha/sqrt(r).")] = None,
    dropout: Annotated[Real, typer.Option(help="lora: on what enters A; 0.")] = None,
    targets: Annotated[list[str] | None, typer.Option(help="lora: module names, repeat it; all linear layers.")] = None,
    p: Annotated[Whole, typer.Option("--p", help="share: pseudo-rank, 1.")] = None,
    init: Annotated[Text, typer.Option(help="share: zero, gaussian, uniform, mean, nearest or skill.")] = None,
    start: Annotated[Text, typer.Option(help="share: the skill that --init skill begins from.")] = None,
    sigma: Annotated[Real, typer.Option(help="share: of --init gaussian, 0.01.")] = None,
    probe_rows: Annotated[Whole, typer.Option(help="share: rows that --init nearest looks at, 8.")] = None,
    scale: Annotated[Real, typer.Option(help="share: s in dW, 1.")] = None,
    save_basis: Annotated[Switch, typer.Option(help="share: whether the skill's folder holds the bases; yes.")] = None,
    phi: Annotated[Whole, typer.Option(help="share: temporary factors, at most k/4; none.")] = None,
    phi_mode: Annotated[Text, typer.Option(help="share: residual, slice or additive.")] = None,
    phi_lr: Annotated[Real, typer.Option(help="share: highest rate of the temporary factors, 2e-4.")] = None,
    replication: Annotated[
        Switch, typer.Option(help="share: as the authors' code trains: p of the skills, phi = 2.")
    ] = None,
    packing: Annotated[
        bool, typer.Option(help="Of several: rows one after another in one sequence, in the place of padding.")
    ] = False,
    json: Json = False,
) -> None:
    """Trains one skill on ROWS: a LoRA adapter, or coefficients on the bases of a shared subspace.

    The loss is on the answers alone. The same call goes on with a run that was killed. With --phi the skill leaves as a
    LoRA folder, which `share-rs merge` takes in as a whole; so does an adapter of --method lora. Several files train as
    many skills of a subspace in the same batches, each as it would be trained alone, and named as its file.
    """
    flags = dict(locals())
    started = time.monotonic()
    needs("torch", "transformers", "peft")
    from share_rs import training  # noqa: PLC0415 - brings torch
    from share_rs.training.run import read_manifest  # noqa: PLC0415 - as above

    settings = _settings(flags, config, subspace)
    _check_many(rows, settings, subspace, packing=packing)
    if into is not None and subspace is None:
        raise typer.BadParameter("--into writes the subspace with the skill in it; it needs --subspace")
    if into is not None:
        from share_rs.subspace import check_target  # noqa: PLC0415 - brings torch

        check_target(into)
    _quiet()
    with progress("training") as tell:
        if len(rows) > 1:
            assert subspace is not None  # noqa: S101 - asked for by _check_many
            home = out or Path("runs")
            training.train_together(
                {one.stem: str(one) for one in rows}, model, home, settings, subspace, packing=packing, tell=tell
            )
            runs = [home / one.stem for one in rows]
        else:
            runs = [out or Path("runs") / (settings.name or rows[0].stem)]
            training.train(rows[0], model, runs[0], settings, subspace, tell=tell)
    documents: list[dict[str, Any]] = []
    for run in runs:
        resolved = training.TrainSettings.model_validate(read_manifest(run)["settings"])
        write_config(resolved, run / "train.yaml", "share-rs train")
        result = {
            "directory": str(run),
            "result": str(run / str(resolved.name)),
            "subspace": str(into) if into else None,
        }
        documents.append({**training.summary(run), **result})
    if into is not None and subspace is not None:
        _join(runs, subspace, into)
    if json:
        seconds = {"seconds": round(time.monotonic() - started, 3)}
        print_json({**documents[0], **seconds} if len(rows) == 1 else {"skills": documents, **seconds})
    else:
        typer.echo("\n".join(_sentence(document) for document in documents))
    say(f"{', '.join(document['result'] for document in documents)} after {time.monotonic() - started:.1f} s")


def _check_many(rows: list[Path], settings: "TrainSettings", subspace: Path | None, *, packing: bool) -> None:
    """What only one file, or only several, can have."""
    if len(rows) == 1:
        if packing:
            raise typer.BadParameter("--packing is of several skills in one training; give more files of rows")
        return
    if settings.name is not None:
        raise typer.BadParameter("--name is of one skill; those of several files are named as the files")
    if subspace is None:
        raise typer.BadParameter(
            "several skills train together on the bases of a subspace; give --subspace, or one file"
        )
    stems = sorted(one.stem for one in rows)
    twice = [stem for stem, other in itertools.pairwise(stems) if stem == other]
    if twice:
        raise typer.BadParameter(f"expected files of different names, got two that are called {twice[0]}")


def _join(runs: list[Path], subspace: Path, into: Path) -> None:
    """Adds skills to the subspace they were trained on, where nothing has to change; merges what brings directions of its own."""
    from share_rs.subspace import Skill, load, merge, save  # noqa: PLC0415 - brings torch
    from share_rs.subspace.alone import alone  # noqa: PLC0415 - as above
    from share_rs.training import trained, with_skill  # noqa: PLC0415 - as above

    with alone(into):
        own = load(subspace)
        for run in runs:
            skill = trained(run)
            own = with_skill(own, skill) if isinstance(skill, Skill) else merge(own, [skill])
        save(own, into)


def _settings(flags: dict[str, Any], config: Path | None, subspace: Path | None) -> "TrainSettings":
    from share_rs.training import TrainSettings  # noqa: PLC0415 - brings torch

    fields = list(TrainSettings.model_fields)
    given = {field: flags[field] for field in fields}
    if (
        given["method"] is None
        and subspace is not None
        and "method" not in (read_config(config, fields) if config else {})
    ):
        given["method"] = "share"
    return resolve(TrainSettings, config, given)


def _quiet() -> None:
    """The bars and remarks of transformers would stand between ours."""
    from transformers.utils import logging  # noqa: PLC0415 - brings torch

    logging.disable_progress_bar()
    logging.set_verbosity_error()


def _sentence(document: dict[str, Any]) -> str:
    loss = document["loss"]
    return (
        f"{document['skill']}: {document['rows']} rows, {document['steps']} steps, {document['trained_parameters']} trained "
        f"parameters, loss {loss['first']:.3f} to {loss['last']:.3f}"
    )
