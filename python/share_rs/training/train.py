"""From rows to a skill: the one function of this package that most callers need."""

from __future__ import annotations

import shutil
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from transformers import set_seed

from share_rs.errors import TrainError
from share_rs.subspace import SharedSubspace, load
from share_rs.training.base import base_hash, load_base, load_tokenizer, save_memory, trainable
from share_rs.training.coefficients import prepare_coefficients
from share_rs.training.expanded import prepare_expanded
from share_rs.training.job import read_job
from share_rs.training.loop import run_loop
from share_rs.training.lora import prepare_lora
from share_rs.training.masking import Collator, Example, collator
from share_rs.training.run import TrainingRun
from share_rs.training.starts import start_skill

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from transformers import PreTrainedModel

    from share_rs.training.prepared import Prepared
    from share_rs.training.settings import TrainSettings


def train(
    rows: str | PathLike[str] | Iterable[Mapping[str, Any]],
    model: str | PathLike[str],
    out: str | PathLike[str],
    settings: TrainSettings,
    subspace: SharedSubspace | str | PathLike[str] | None = None,
    *,
    tell: Callable[[int, int], None] | None = None,
) -> Path:
    """Trains one skill and returns its folder, `out/NAME`.

    `out` is a run directory: `run.json` holds the resolved settings and the hashes of rows, model and subspace;
    `log.jsonl` what happened. The same call continues a run that was killed, from its last checkpoint, and gives the same
    bytes as one that was not; a finished run is not made again.

    Args:
        rows: A file of JSON lines, or mappings, each with the strings `prompt` and `answer`; other keys are ignored.
            The loss is the mean over the tokens of the answers and the token that ends them.
        model: A folder with a causal language model of transformers and its tokenizer; it stays frozen.
        out: The run directory; a new or empty folder, or that of the same run.
        settings: Method, seed, steps and the rest.
        subspace: The frozen bases that coefficients are trained on, or their folder; for method share only.
        tell: Hears how many steps of how many are done.

    Returns:
        For method lora, and for share with temporary factors, a LoRA folder of stock PEFT; for share alone, a folder of
        the PEFT method SHARELORA.

    Raises:
        TrainError: rows, model or settings are not such that a skill can be trained; the message names row or layer.
        SubspaceError: the folder of `subspace` holds none, or the model has not its layers.
        RunError: `out` cannot be written, or holds another run.
    """
    if (settings.method == "share") != (subspace is not None):
        raise TrainError(
            f"method {settings.method} got {'no' if subspace is None else 'a'} subspace; expected one for method share only"
        )
    folder = Path(model)
    shared = subspace if subspace is None or isinstance(subspace, SharedSubspace) else load(subspace)
    home = None if shared is subspace else str(subspace)
    resolved = settings.resolved(_name(rows), largest_p(shared))
    if resolved.save_basis is False and home is None:
        raise TrainError(
            "save_basis = False names the subspace's folder in the skill's, and got none; give subspace as a path"
        )
    tokenizer = load_tokenizer(folder)
    job = read_job(rows, resolved, shared, tokenizer, base_hash(folder))
    examples, collate = job.encoded.examples, collator(tokenizer)
    with TrainingRun(out, job.manifest) as run:
        if run.result.exists():
            shutil.rmtree(run.checkpoints, ignore_errors=True)
            return run.result
        whole = run.checkpoint()
        run.rewind(-1 if whole is None else whole[0])
        base = load_base(folder, resolved.dtype, resolved.device)
        set_seed(resolved.seed)
        prepared = _prepared(base, resolved, shared, home, examples=examples, collate=collate)
        if resolved.gradient_checkpointing:
            save_memory(base)
        if whole is None:
            parameters = sum(one.numel() for one in trainable(prepared.model).values())
            run.append(event="start", step=0, **job.start(), trained_parameters=parameters, **prepared.start)
        run_loop(prepared, examples, collate, resolved, run, tell=tell)
        return run.publish(prepared.save)


def _prepared(
    base: PreTrainedModel,
    settings: TrainSettings,
    subspace: SharedSubspace | None,
    home: str | None,
    *,
    examples: Sequence[Example],
    collate: Collator,
) -> Prepared:
    if subspace is None:
        return prepare_lora(base, settings)
    start, said = start_skill(base, settings, subspace, examples, collate)
    if settings.phi is None:
        prepared = prepare_coefficients(base, settings, subspace, start, home)
    else:
        prepared = prepare_expanded(base, settings, subspace, start)
    return replace(prepared, start={**said, **prepared.start})


def largest_p(subspace: SharedSubspace | None) -> int | None:
    """The largest pseudo-rank of a subspace's skills; None where there are none."""
    skills = () if subspace is None else subspace.skills.values()
    return max((one.p for skill in skills for one in skill.coefficients.values()), default=None)


def _name(rows: object) -> str:
    return Path(cast("str", rows)).stem if isinstance(rows, (str, PathLike)) else "skill"
