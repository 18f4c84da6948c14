"""From rows to a skill: the one function of this package that most callers need."""

from __future__ import annotations

import platform
import shutil
from dataclasses import replace
from importlib.metadata import version
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from transformers import set_seed

from share_rs._native import __version__
from share_rs.errors import TrainError
from share_rs.subspace import SharedSubspace, basis_hash, load
from share_rs.training.base import base_hash, load_base, load_tokenizer, save_memory, trainable
from share_rs.training.coefficients import prepare_coefficients
from share_rs.training.expanded import prepare_expanded
from share_rs.training.loop import run_loop
from share_rs.training.lora import prepare_lora
from share_rs.training.masking import Collator, Encoded, Example, collator, encode_rows
from share_rs.training.rows import Rows, read_rows, refuse
from share_rs.training.run import TrainingRun
from share_rs.training.starts import skills_hash, start_skill

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from transformers import PreTrainedModel, PreTrainedTokenizerBase

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
    resolved = settings.resolved(_name(rows), _largest_p(shared))
    if resolved.save_basis is False and home is None:
        raise TrainError(
            "save_basis = False names the subspace's folder in the skill's, and got none; give subspace as a path"
        )
    tokenizer = load_tokenizer(folder)
    found = read_rows(rows)
    encoded = _encoded(found, tokenizer, resolved)
    collate = collator(tokenizer)
    manifest = {
        "settings": resolved.model_dump(mode="json"),
        "rows": {
            "content_hash": found.content_hash,
            "used": len(encoded.examples),
            "invalid": len(found.faults) + len(encoded.invalid),
            "too_long": len(encoded.too_long),
        },
        "model": {"content_hash": base_hash(folder)},
        "subspace": shared and {"basis_hash": basis_hash(shared), "skills_hash": skills_hash(shared, resolved)},
        "versions": _versions(),
    }
    with TrainingRun(out, manifest) as run:
        if run.result.exists():
            shutil.rmtree(run.checkpoints, ignore_errors=True)
            return run.result
        whole = run.checkpoint()
        run.rewind(-1 if whole is None else whole[0])
        base = load_base(folder, resolved.dtype, resolved.device)
        set_seed(resolved.seed)
        prepared = _prepared(base, resolved, shared, home, examples=encoded.examples, collate=collate)
        if resolved.gradient_checkpointing:
            save_memory(base)
        if whole is None:
            run.append(event="start", step=0, **_start(prepared, found, encoded))
        run_loop(prepared, encoded.examples, collate, resolved, run, tell=tell)
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


def _largest_p(subspace: SharedSubspace | None) -> int | None:
    skills = () if subspace is None else subspace.skills.values()
    return max((one.p for skill in skills for one in skill.coefficients.values()), default=None)


def _name(rows: object) -> str:
    return Path(cast("str", rows)).stem if isinstance(rows, (str, PathLike)) else "skill"


def _encoded(rows: Rows, tokenizer: PreTrainedTokenizerBase, settings: TrainSettings) -> Encoded:
    """The rows that are trained on; what is not fit is refused or passed over, as the settings say."""
    encoded = encode_rows(tokenizer, rows.sound, settings.max_length)
    if settings.invalid == "refuse":
        refuse((*rows.faults, *encoded.invalid), "mend these rows, or set invalid = skip")
    if settings.too_long == "refuse":
        refuse(encoded.too_long, "raise max_length, or set too_long = skip")
    if not encoded.examples:
        refuse((*rows.faults, *encoded.invalid, *encoded.too_long), "no row is left to train on")
        raise TrainError("there are no rows; expected at least one JSON object with prompt and answer")
    return encoded


def _start(prepared: Prepared, rows: Rows, encoded: Encoded) -> dict[str, Any]:
    parameters = trainable(prepared.model).values()
    return {
        "rows": len(encoded.examples),
        "skipped": [*rows.faults, *encoded.invalid, *encoded.too_long],
        "answer_tokens": sum(len(example.answer) for example in encoded.examples),
        "trained_parameters": sum(one.numel() for one in parameters),
        **prepared.start,
    }


def _versions() -> dict[str, str]:
    packages = {name: version(name) for name in ("peft", "torch", "transformers")}
    return {"share_rs": __version__, **packages, "python": platform.python_version(), "platform": platform.platform()}
