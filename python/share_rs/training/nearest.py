"""Which skill is nearest to new rows: the one under which the model finds their answers least surprising.

Not the nearest by weights: before anything is trained there are none to compare, and rows are what the new skill is known by.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

import torch

from share_rs.errors import TrainError
from share_rs.kernels import share_delta
from share_rs.training.masking import IGNORED

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from torch import Tensor, nn
    from torch.utils.hooks import RemovableHandle
    from transformers import PreTrainedModel

    from share_rs.subspace import LayerBasis, SharedSubspace, Skill
    from share_rs.training.masking import Collator, Example


def losses(
    model: PreTrainedModel, subspace: SharedSubspace, examples: Sequence[Example], collate: Collator
) -> dict[str, float]:
    """Mean loss over the tokens of the answers under each skill, by name, and under none, by the empty name.

    The model is as before when this returns. One forward pass a skill.

    Raises:
        TrainError: the model has no layer of a skill's name.
    """
    training = model.training
    model.eval()
    batch = {name: tensor.to(model.device) for name, tensor in collate(examples).items()}
    found = {"": _loss(model, batch)}
    for name in sorted(subspace.skills):
        with _applied(model, subspace, subspace.skills[name]):
            found[name] = _loss(model, batch)
    model.train(training)
    return found


def nearest(losses: dict[str, float]) -> str:
    """The skill of lowest loss; of equal ones the first by name.

    Raises:
        TrainError: there is no skill.
    """
    skills = [name for name in losses if name]
    if not skills:
        raise TrainError(
            "init = nearest needs skills to choose from, and the subspace holds none; expected init = zero"
        )
    return min(skills, key=lambda name: (losses[name], name))


def _loss(model: PreTrainedModel, batch: dict[str, Tensor]) -> float:
    tokens = int((batch["labels"] != IGNORED).sum())
    with torch.no_grad():
        return float(cast("Any", model)(**batch, num_items_in_batch=tokens).loss)


@contextmanager
def _applied(model: PreTrainedModel, subspace: SharedSubspace, skill: Skill) -> Generator[None]:
    handles: list[RemovableHandle] = []
    try:
        for layer in skill.coefficients:
            try:
                module = model.get_submodule(layer)
            except AttributeError:
                raise TrainError(f"the base model has no layer {layer}; expected a subspace of this model") from None
            handles.append(module.register_forward_hook(_hook(subspace.layers[layer], skill, layer)))
        yield
    finally:
        for handle in handles:
            handle.remove()


def _hook(basis: LayerBasis, skill: Skill, layer: str) -> Any:  # noqa: ANN401 - torch types hooks as Any
    own = skill.coefficients[layer]

    def add(_: nn.Module, arguments: tuple[Tensor, ...], output: Tensor) -> Tensor:
        x = arguments[0]
        factors = [one.to(x.device) for one in (basis.alpha, basis.beta, own.eps_alpha, own.eps_beta)]
        return output + share_delta(x, factors[0], factors[1], factors[2], factors[3], skill.scale)

    return add
