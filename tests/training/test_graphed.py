"""A step that can be recorded: what a plain loop does, and where there is a device, what the same step does unrecorded."""

# torch's own types are partial.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from share_rs.errors import TrainError
from share_rs.training.base import load_base, trainable
from share_rs.training.coefficients import prepare_coefficients
from share_rs.training.graphed import GraphedStep
from share_rs.training.head import plain_head
from share_rs.training.start import drawn

from .runs import settings
from .subspaces import subspace_of

pytestmark = pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning")


def prepared(model: Path, device: str = "cpu") -> Any:  # noqa: ANN401 - PEFT's
    space = subspace_of(model, strength=0.1)
    start = drawn(space, "skill", p=2, scale=1.0, sigma=0.3, seed=0)
    resolved = settings(method="share", p=2).resolved("skill")
    return prepare_coefficients(load_base(model, "float32", device), resolved, space, start).model.train()


def batches(count: int) -> list[dict[str, Tensor]]:
    draw = torch.Generator().manual_seed(0)
    found: list[dict[str, Tensor]] = []
    for _ in range(count):
        ids = torch.randint(0, 200, (3, 9), generator=draw)
        labels = ids.masked_fill(torch.rand(3, 9, generator=draw) < 0.5, -100)
        found.append({"input_ids": ids, "attention_mask": torch.ones_like(ids), "labels": labels})
    return found


def after(one: Any) -> list[Tensor]:  # noqa: ANN401 - PEFT's
    return [value.detach().clone() for value in trainable(one).values()]


def test_eager_it_is_a_plain_loop(model: Path) -> None:
    ours, plain = prepared(model), prepared(model)
    step = GraphedStep(ours, list(trainable(ours).values()), plain_head(ours, batches(1)[0]), max_grad_norm=0.5)
    optimizer = torch.optim.AdamW(list(trainable(plain).values()), lr=0.0, weight_decay=0.0)
    for number, batch in enumerate(batches(4)):
        loss, norm = step(batch, 0.01 * (number + 1)).tolist()
        due = plain(**batch).loss
        optimizer.zero_grad()
        due.backward()
        before = torch.nn.utils.clip_grad_norm_(list(trainable(plain).values()), 0.5)
        optimizer.param_groups[0]["lr"] = 0.01 * (number + 1)
        optimizer.step()
        assert loss == pytest.approx(float(due.detach()), rel=1e-5)
        assert norm == pytest.approx(float(before), rel=1e-4)
    for one, other in zip(after(ours), after(plain), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-6)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="CUDA graphs need a device")
def test_a_replay_is_the_eager_step(model: Path) -> None:
    recorded, eager = prepared(model, "auto"), prepared(model, "auto")
    head = plain_head(recorded, {name: one.cuda() for name, one in batches(1)[0].items()})
    first = GraphedStep(recorded, list(trainable(recorded).values()), head)
    head = plain_head(eager, {name: one.cuda() for name, one in batches(1)[0].items()})
    second = GraphedStep(eager, list(trainable(eager).values()), head, eager=True)
    for number, batch in enumerate(batches(5)):
        found = first(batch, 0.01 * (number + 1)).tolist()
        due = second({name: one.cuda() for name, one in batch.items()}, 0.01 * (number + 1)).tolist()
        assert found == pytest.approx(due, rel=1e-4)
    for one, other in zip(after(recorded), after(eager), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-6)
    with pytest.raises(TrainError, match="batches of one shape"):
        first({name: one[:2] for name, one in batches(1)[0].items()}, 0.01)
