"""Many skills in one training: their rows share the batches, and nothing else."""

# torch, peft and transformers have partial types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import torch
from transformers import set_seed

from share_rs.errors import TrainError
from share_rs.subspace import SharedSubspace, load
from share_rs.subspace.tensors import open_tensors, save_tensors
from share_rs.training.base import base_hash, load_base, load_tokenizer, save_memory
from share_rs.training.coefficients import prepare_coefficients, start_norm
from share_rs.training.head import plain_head
from share_rs.training.job import Job, read_job
from share_rs.training.masking import collator
from share_rs.training.order import Order
from share_rs.training.packing import packing_of
from share_rs.training.run import TrainingRun
from share_rs.training.settings import TrainSettings
from share_rs.training.starts import start_skill
from share_rs.training.steps import Limits, Steps, finite
from share_rs.training.train import largest_p
from share_rs.tuner import ShareLayer, SkillBank

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping, Sequence

    from torch import nn

    from share_rs.subspace import Skill
    from share_rs.training.masking import Collator
    from share_rs.training.prepared import Prepared

CHECKPOINT = "together.safetensors"
"""In the folder of all runs, until each skill is there."""
SHARED_SETTINGS = ("p", "scale", "save_basis", "dtype", "device", "gradient_checkpointing")
"""What all skills of one training have in common."""


def train_together(
    rows: Mapping[str, str | os.PathLike[str] | Sequence[Mapping[str, Any]]],
    model: str | os.PathLike[str],
    out: str | os.PathLike[str],
    settings: TrainSettings | Mapping[str, TrainSettings],
    subspace: SharedSubspace | str | os.PathLike[str],
    *,
    packing: bool = False,
    tell: Callable[[int, int], None] | None = None,
) -> dict[str, Path]:
    """Trains coefficients of many skills at once, each as `train` would train it alone, to rounding.

    In a step the batches of all skills go through the model together, once; each has the loss of its own rows, its own clipping,
    learning rate, schedule and state of AdamW, and nothing of another reaches it. That is exact, as the bases are frozen. Small
    batches fill a processor together that none of them fills alone.

    Args:
        rows: by the name of the skill, as `train` takes them.
        model: as for `train`.
        out: a folder with one run directory for each skill, `out/NAME`, which holds what `train` makes. The same call continues what
            was killed, from its last checkpoint.
        settings: of all skills, or by name; the names in them do not count. Method share without temporary factors; the p, scale,
            dtype, device and gradient_checkpointing of all are the same.
        subspace: the frozen bases, or their folder.
        packing: rows one after another in one sequence without padding, with attention inside of each alone, in the place of rows
            padded to the longest.
        tell: hears how many steps of how many are done, of the skill that takes the most.

    Returns:
        The folder of each skill, by name.

    Raises:
        TrainError, SubspaceError, RunError: as `train`; TrainError also where settings differ in what must be the same.
    """
    folder, home = Path(model), None if isinstance(subspace, SharedSubspace) else str(subspace)
    shared = subspace if isinstance(subspace, SharedSubspace) else load(subspace)
    chosen = _settings(rows, settings, shared)
    first = next(iter(chosen.values()))
    if first.save_basis is False and home is None:
        raise TrainError(
            "save_basis = False names the subspace's folder in the skills', and got none; give subspace as a path"
        )
    tokenizer, model_hash = load_tokenizer(folder), base_hash(folder)
    collate = collator(tokenizer)
    together = {"skills": sorted(rows), "packing": packing}
    jobs = {name: read_job(rows[name], own, shared, tokenizer, model_hash) for name, own in chosen.items()}
    with ExitStack() as stack:
        runs = {
            name: stack.enter_context(TrainingRun(Path(out) / name, {**job.manifest, "together": together}))
            for name, job in jobs.items()
        }
        checkpoint = Path(out) / CHECKPOINT
        if not all(run.result.exists() for run in runs.values()):
            base = load_base(folder, first.dtype, first.device)
            starts = _starts(base, jobs, shared, collate)
            prepared = prepare_coefficients(base, first, shared, next(iter(starts.values()))[0], home)
            if first.gradient_checkpointing:
                save_memory(base)
            _train(_Together(jobs, runs, starts, shared, prepared, collate), checkpoint, packing=packing, tell=tell)
        checkpoint.unlink(missing_ok=True)
        return {name: run.result for name, run in runs.items()}


def _settings(
    rows: Mapping[str, Any], settings: TrainSettings | Mapping[str, TrainSettings], subspace: SharedSubspace
) -> dict[str, TrainSettings]:
    """The resolved settings of each skill, by name, sorted."""
    if not rows:
        raise TrainError("expected rows of at least one skill, got none")
    given = dict.fromkeys(rows, settings) if isinstance(settings, TrainSettings) else dict(settings)
    if set(given) != set(rows):
        (name, *_) = sorted(set(given) ^ set(rows))
        raise TrainError(f"expected settings and rows of the same skills, got only one of both for {name}")
    found: dict[str, TrainSettings] = {}
    for name in sorted(rows):
        own = TrainSettings.model_validate({**given[name].model_dump(), "name": name})
        if own.method != "share" or own.phi is not None:
            got = "temporary factors" if own.method == "share" else f"method {own.method}"
            raise TrainError(f"{name}: expected coefficients alone, method share without phi, got {got}")
        found[name] = own.resolved(name, largest_p(subspace))
    first, *others = found.values()
    for name in SHARED_SETTINGS:
        for other in others:
            if getattr(first, name) != getattr(other, name):
                raise TrainError(
                    f"{name}: expected the same for all skills of one training, got {getattr(first, name)!r} for {first.name} and "
                    f"{getattr(other, name)!r} for {other.name}; train them apart"
                )
    return found


@dataclass(frozen=True)
class _Together:
    """Skills that are trained, and what on."""

    jobs: Mapping[str, Job]
    runs: Mapping[str, TrainingRun]
    starts: Mapping[str, tuple[Skill, dict[str, Any]]]
    subspace: SharedSubspace
    prepared: Prepared
    collate: Collator


def _starts(
    base: Any,  # noqa: ANN401 - a model of transformers
    jobs: Mapping[str, Job],
    subspace: SharedSubspace,
    collate: Collator,
) -> dict[str, tuple[Skill, dict[str, Any]]]:
    found: dict[str, tuple[Skill, dict[str, Any]]] = {}
    for name, job in jobs.items():
        set_seed(job.settings.seed)
        found[name] = start_skill(base, job.settings, subspace, job.encoded.examples, collate)
    return found


def _train(together: _Together, checkpoint: Path, *, packing: bool, tell: Callable[[int, int], None] | None) -> None:
    jobs, runs, model = together.jobs, together.runs, together.prepared.model
    some = next(iter(jobs.values()))
    bank = SkillBank(
        model, [skill for skill, _ in together.starts.values()], p=some.settings.p, scale=some.settings.scale or 1.0
    )
    example = together.collate(some.encoded.examples[:1])
    head = plain_head(model, {name: one.to(bank.values.device) for name, one in example.items()})
    limits = Limits(*({name: getattr(job.settings, one) for name, job in jobs.items()} for one in Limits._fields))
    few = [job.encoded.examples[0] for job in jobs.values()][:2] + list(some.encoded.examples[:2])
    way = packing_of(model, head, few, together.collate) if packing else None
    steps = Steps(model.train(), bank, limits, together.collate, head, packing=way)
    done = _resumed(together, steps, checkpoint)
    orders = {name: Order(job.encoded.examples, job.settings, checkpoint.parent) for name, job in jobs.items()}
    rates = {name: order.rates() for name, order in orders.items()}
    batches = {name: order.batches(done) for name, order in orders.items() if order.steps > done}
    last = max(order.steps for order in orders.values())
    every = min(job.settings.checkpoint_every for job in jobs.values())
    for step in range(done, last):
        now = {name: next(batches[name]) for name, order in orders.items() if step < order.steps}
        told = steps.step(now, {name: rates[name][step] for name in now})
        for name, one in told.items():
            finite(name, step + 1, one)
            runs[name].append(event="step", step=step + 1, **one._asdict(), lr=rates[name][step])
        if (step + 1) % every == 0 or step + 1 == last:
            save_tensors(checkpoint, {**steps.state(), "step": torch.tensor([step + 1])})
        if tell is not None:
            tell(step + 1, last)
    bank.leave()
    for name, run in runs.items():
        if not run.result.exists():
            _put(model, bank.skill(name), start_norm(together.starts[name][0], together.subspace))
            run.publish(together.prepared.save)


def _resumed(together: _Together, steps: Steps, checkpoint: Path) -> int:
    """How many steps are done; the logs and the state are brought to there."""
    if not checkpoint.exists():
        for name, run in together.runs.items():
            run.rewind(-1)
            start, said = together.starts[name]
            count = sum(one.eps_beta.numel() + one.eps_alpha.numel() for one in start.coefficients.values())
            norm = start_norm(start, together.subspace)
            run.append(
                event="start",
                step=0,
                **together.jobs[name].start(),
                trained_parameters=count,
                **said,
                update_norm=norm,
            )
        return 0
    with open_tensors(checkpoint, TrainError) as file:
        state = {name: file.tensor(name).clone() for name in sorted(file.names)}
    done = int(state["step"][0])
    steps.restore(state)
    for run in together.runs.values():
        run.rewind(done)
        run.append(event="resume", step=done)
    return done


def _put(model: nn.Module, skill: Skill, norm: float) -> None:
    """Makes a skill the model's one adapter, as it would be if it had been trained alone."""
    with torch.no_grad():
        for layer in model.modules():
            if isinstance(layer, ShareLayer):
                chosen, own = layer.coefficients("default"), skill.coefficients[layer.layer]
                chosen.eps_alpha.copy_(own.eps_alpha)
                chosen.eps_beta.copy_(own.eps_beta)
    config = cast("Any", model).peft_config["default"]
    config.initial_norm = norm
