"""transformers' Trainer, with checkpoints of what is trained and nothing else, and a log on disk."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import torch
from safetensors.torch import load_file  # pyright: ignore[reportUnknownVariableType]
from transformers import PrinterCallback, Trainer, TrainerCallback, TrainingArguments

from share_rs.errors import TrainError
from share_rs.subspace.tensors import save_tensors
from share_rs.training.base import place, trainable
from share_rs.training.head import Head, plain_head, token_losses

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import Tensor, nn

    from share_rs.training.masking import Collator, Example
    from share_rs.training.prepared import Prepared
    from share_rs.training.run import TrainingRun
    from share_rs.training.settings import TrainSettings

_TRAINABLE = "trainable.safetensors"


def run_loop(
    prepared: Prepared,
    examples: Sequence[Example],
    collate: Collator,
    settings: TrainSettings,
    run: TrainingRun,
    *,
    tell: Callable[[int, int], None] | None = None,
) -> None:
    """Trains `prepared.groups` in place, from the run's last checkpoint where there is one.

    Each step is an event of the run's log: loss (mean over the answers' tokens), gradient norm before clipping, and
    learning rate of the first group. `tell` hears how many steps of how many are done.

    Raises:
        TrainError: the loss or its gradient is no finite number.
    """
    found = run.checkpoint()
    if found is not None:
        run.append(event="resume", step=found[0])
    optimizer = torch.optim.AdamW(
        [{"params": list(group.parameters), "lr": group.lr} for group in prepared.groups],
        weight_decay=settings.weight_decay,
    )
    example = collate(examples[:1])
    device = next(iter(trainable(prepared.model).values())).device
    trainer = _Trainer(
        head=plain_head(prepared.model, {name: one.to(device) for name, one in example.items()}),
        model=cast("Any", prepared.model),
        args=training_arguments(settings, run.checkpoints),
        data_collator=cast("Any", collate),
        train_dataset=cast("Any", examples),
        callbacks=[_Log(run, tell)],
        optimizers=cast("Any", (optimizer, None)),
    )
    trainer.remove_callback(PrinterCallback)  # it prints on stdout, which belongs to the verb's document
    cast("Any", trainer).train(resume_from_checkpoint=None if found is None else str(found[1]))


def training_arguments(settings: TrainSettings, folder: Path) -> TrainingArguments:
    """The settings as Trainer takes them; `folder` is where it keeps its checkpoints."""
    cpu = place(settings.device).type == "cpu"
    schedule = {"constant": "constant_with_warmup"}.get(settings.schedule, settings.schedule)
    arguments = TrainingArguments(
        output_dir=str(folder),
        per_device_train_batch_size=settings.batch_size,
        gradient_accumulation_steps=settings.accumulation,
        num_train_epochs=settings.epochs,
        max_steps=settings.steps or -1,
        learning_rate=settings.lr or 0.0,
        lr_scheduler_type=schedule,
        warmup_steps=settings.warmup,
        max_grad_norm=settings.max_grad_norm,
        seed=settings.seed,
        logging_steps=1,
        logging_nan_inf_filter=False,
        save_steps=settings.checkpoint_every,
        save_total_limit=2,  # the last may be killed half written
        remove_unused_columns=False,
        dataloader_pin_memory=not cpu,
        use_cpu=cpu,
        disable_tqdm=True,
        report_to="none",
    )
    # More accelerators would be used by splitting each batch; a run is for one, and more skills at once are more runs.
    cast("Any", arguments)._n_gpu = min(1, arguments.n_gpu)  # noqa: SLF001 - no argument says so
    return arguments


class _Trainer(Trainer):
    """Checkpoints hold the trained parameters by name, whatever method they are of; logits are made where there is a label."""

    def __init__(self, *, head: Head | None, **given: Any) -> None:  # noqa: ANN401 - Trainer's
        cast("Any", super()).__init__(**given)
        self._head = head

    def compute_loss(
        self,
        model: nn.Module,
        inputs: dict[str, Any],
        return_outputs: bool = False,  # noqa: FBT001, FBT002 - Trainer's signature
        num_items_in_batch: Tensor | int | None = None,
    ) -> Any:  # noqa: ANN401 - as above
        # Without their number Trainer takes means of means, and the model's own loss is what it expects.
        if self._head is None or num_items_in_batch is None or return_outputs:
            return super().compute_loss(model, inputs, return_outputs, num_items_in_batch)
        return token_losses(model, inputs, self._head).sum() / num_items_in_batch

    def _save(self, output_dir: str | None = None, state_dict: dict[str, Any] | None = None) -> None:  # noqa: ARG002 - Trainer's signature
        folder = Path(str(output_dir))
        folder.mkdir(parents=True, exist_ok=True)
        save_tensors(folder / _TRAINABLE, trainable(cast("Any", self).model))

    def _load_from_checkpoint(self, resume_from_checkpoint: str, model: nn.Module | None = None) -> None:
        tensors = load_file(Path(resume_from_checkpoint) / _TRAINABLE)
        with torch.no_grad():
            for name, one in trainable(model or cast("Any", self).model).items():
                one.copy_(tensors[name])


class _Log(TrainerCallback):
    def __init__(self, run: TrainingRun, tell: Callable[[int, int], None] | None) -> None:
        self._run = run
        self._tell = tell

    def on_log(self, args: Any, state: Any, control: Any, logs: dict[str, Any] | None = None, **_: Any) -> None:  # noqa: ANN401, ARG002 - Trainer's signature
        if logs is None or "loss" not in logs:
            return
        loss, norm = float(logs["loss"]), float(logs["grad_norm"])
        if not (math.isfinite(loss) and math.isfinite(norm)):
            raise TrainError(
                f"step {state.global_step}: the loss is {loss} and the norm of its gradient {norm}; expected finite "
                "numbers; a lower learning rate or dtype float32 may help"
            )
        self._run.append(
            event="step", step=state.global_step, loss=loss, grad_norm=norm, lr=float(logs["learning_rate"])
        )
        if self._tell is not None:
            self._tell(state.global_step, state.max_steps)
