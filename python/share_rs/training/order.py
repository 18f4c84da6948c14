"""In which order a training sees its rows: as transformers' Trainer does, without its loop."""

# torch, peft and transformers have partial types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, cast

import torch
from torch import nn
from transformers import Trainer, get_scheduler

from share_rs.training.loop import training_arguments

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from share_rs.training.masking import Example
    from share_rs.training.settings import TrainSettings


class Order:
    """The steps of one skill's training: how many, at which rates, and on which rows."""

    def __init__(self, examples: Sequence[Example], settings: TrainSettings, folder: Path) -> None:
        """Asks a Trainer of the same settings; `folder` is what it would write into, and does not."""
        self._arguments = training_arguments(settings, folder)
        # The order of a shuffle is drawn from the seed that torch has when the loader is made: that of the settings, by Trainer.
        trainer = Trainer(
            model=cast("Any", nn.Linear(1, 1)),
            args=self._arguments,
            data_collator=cast("Any", list),
            train_dataset=cast("Any", examples),
        )
        self._loader: Any = trainer.get_train_dataloader()
        self._accumulation = settings.accumulation
        per_epoch = max(1, math.ceil(len(self._loader) / settings.accumulation))
        self.steps = settings.steps or math.ceil(settings.epochs * per_epoch)
        """In all."""

    def rates(self) -> list[float]:
        """The learning rate of each step."""
        one = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=self._arguments.learning_rate)
        schedule: Any = get_scheduler(
            self._arguments.lr_scheduler_type,
            optimizer=one,
            num_warmup_steps=self._arguments.get_warmup_steps(self.steps),
            num_training_steps=self.steps,
        )
        found: list[float] = []
        for _ in range(self.steps):
            found.append(float(schedule.get_last_lr()[0]))
            one.step()
            schedule.step()
        return found

    def batches(self, start: int = 0) -> Iterator[list[list[Example]]]:
        """The batches of each step from `start` on; a step has as many as are accumulated, the last of an epoch perhaps fewer."""
        step = epoch = 0
        while True:
            self._loader.set_epoch(epoch)
            found: list[list[Example]] = []
            for batch in self._loader:
                found.append(batch)
                if len(found) == self._accumulation:
                    if step >= start:
                        yield found
                    found, step = [], step + 1
                    if step == self.steps:
                        return
            if found:
                if step >= start:
                    yield found
                step += 1
                if step == self.steps:
                    return
            epoch += 1
