"""Steps of many skills at once, on the rows of a bank."""

# torch, peft and transformers have partial types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import torch

from share_rs.errors import TrainError
from share_rs.training.head import Head, token_losses
from share_rs.training.packing import Packing, attending, packed, spread
from share_rs.training.rowwise import RowAdamW, clip_rows
from share_rs.tuner import use_skills

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from torch import Tensor, nn

    from share_rs.training.masking import Collator, Example
    from share_rs.tuner import SkillBank


class Limits(NamedTuple):
    """What does not change in a training, by skill."""

    weight_decay: Mapping[str, float]
    max_grad_norm: Mapping[str, float]


class Told(NamedTuple):
    """What a step says of one skill."""

    loss: float
    """Mean over the supervised tokens of its rows."""
    grad_norm: float
    """Before clipping."""


def finite(skill: str, step: int, told: Told) -> None:
    """Stops a training whose numbers are spoilt.

    Raises:
        TrainError: the loss or its gradient is no finite number.
    """
    if not (math.isfinite(told.loss) and math.isfinite(told.grad_norm)):
        raise TrainError(
            f"{skill}, step {step}: the loss is {told.loss} and the norm of its gradient {told.grad_norm}; expected finite numbers; "
            "a lower learning rate or dtype float32 may help"
        )


class Steps:
    """The batches of several skills go through the model together; each skill's loss, gradient and step are its own."""

    def __init__(
        self,
        model: nn.Module,
        bank: SkillBank,
        limits: Limits,
        collate: Collator,
        head: Head | None,
        *,
        packing: Packing | None = None,
    ) -> None:
        """Makes the optimiser's state, zero.

        Args:
            model: has the bank in the place of its adapters.
            bank: its rows are trained; its ids do not change meanwhile.
            limits: for all skills of the bank.
            collate: pads.
            head: of the model.
            packing: how rows share one sequence, as `packing_of` says it; by default they are padded.
        """
        self._model, self._bank, self._collate, self._head = model, bank, collate, head
        self._packing: Packing | None = packing
        by_row = sorted(bank.ids, key=bank.ids.__getitem__)
        self._most = torch.tensor([limits.max_grad_norm[name] for name in by_row], device=bank.values.device)
        decay = torch.tensor([limits.weight_decay[name] for name in by_row], device=bank.values.device)
        self._optimizer = RowAdamW(bank.values, decay)

    def step(self, batches: Mapping[str, Sequence[Sequence[Example]]], lr: Mapping[str, float]) -> dict[str, Told]:
        """One step of each skill that has batches; the others stay as they are.

        Args:
            batches: by skill, one or more, whose gradients are accumulated.
            lr: by skill.

        Returns:
            By skill, in the order of `batches`. Where a loss is not finite, that skill's numbers are spoilt, and no other's.
        """
        values = self._bank.values
        values.grad = None
        place = {name: number for number, name in enumerate(batches)}
        tokens = torch.tensor(
            [sum(len(example.answer) for batch in own for example in batch) for own in batches.values()]
        )
        losses = torch.zeros(len(place), dtype=torch.float64, device=values.device)
        for number in range(max(len(own) for own in batches.values())):
            pairs = [
                (place[name], example)
                for name, own in batches.items()
                for example in (own[number] if number < len(own) else ())
            ]
            owners = torch.tensor([owner for owner, _ in pairs])
            found = self._losses([example for _, example in pairs], owners, list(batches))
            each = found.new_zeros(len(place)).index_add(0, owners.to(found.device), found) / tokens.to(found)
            each.sum().backward()
            losses += each.detach()
        rows = self._bank.places(list(batches))
        assert values.grad is not None  # noqa: S101 - a backward pass has run
        norms = clip_rows(values.grad, self._most)[rows]
        rates = torch.zeros(len(values), device=values.device)
        rates[rows] = torch.tensor([lr[name] for name in batches], device=values.device)
        self._optimizer.step(rates, rows)
        told = torch.stack([losses, norms.double()], 1).tolist()  # the one time that the device is waited for
        return {name: Told(*told[number]) for name, number in place.items()}

    def _losses(self, examples: Sequence[Example], owners: Tensor, names: Sequence[str]) -> Tensor:
        """The sum of the token losses of each example."""
        device = self._bank.values.device
        ids = self._bank.places(names).cpu()[owners]
        packing = self._packing
        if packing is not None:
            weights = next(self._model.parameters()).dtype
            batch, ids = packed(examples, packing, weights), spread(examples, ids)
        else:
            batch = self._collate(examples)
        with use_skills(self._model, ids.to(device)), attending(self._model, packing):
            found = token_losses(self._model, {name: one.to(device) for name, one in batch.items()}, self._head)
        if packing is None:
            return found.sum(1)
        # The loss of a token stands at the place of the one before it, which is the example's own.
        owner = spread(examples, torch.arange(len(examples)))[0, 1:].to(device)
        return found.new_zeros(len(examples)).index_add(0, owner, found[0])

    def state(self) -> dict[str, Tensor]:
        """Everything that the next step depends on."""
        optimizer = self._optimizer
        return {
            "values": self._bank.values.detach(),
            "first": optimizer.first,
            "second": optimizer.second,
            "steps": optimizer.steps,
            "random": torch.get_rng_state(),
        }

    def restore(self, state: Mapping[str, Tensor]) -> None:
        """Goes back to a state."""
        optimizer = self._optimizer
        with torch.no_grad():
            self._bank.values.copy_(state["values"])
        optimizer.first.copy_(state["first"])
        optimizer.second.copy_(state["second"])
        optimizer.steps.copy_(state["steps"])
        torch.set_rng_state(state["random"].clone())
