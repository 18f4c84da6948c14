"""Modules that a skill brings in full (`modules_to_save`), between a model and a `Skill`."""

# torch, peft and transformers have partial types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from peft.utils import ModulesToSaveWrapper

from share_rs.errors import SubspaceError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from torch import Tensor, nn

_WRAPPED = "base_model.model."


def put_head(model: nn.Module, adapter_name: str, head: Mapping[str, Tensor], *, saved: bool = False) -> None:
    """Writes a skill's full tensors into the adapter's own copies of the modules.

    Args:
        model: in which PEFT has already copied the modules for the adapter.
        adapter_name: of the skill.
        head: tensors by their name in the base model.
        saved: whether the adapter was saved before: a body without the head that was trained with it then does without.

    Raises:
        SubspaceError: a tensor has no place, in an adapter that is new, or another shape than its place.
    """
    left = dict(head)
    for name, module in _copies(model, adapter_name):
        for key, place in module.state_dict(prefix=f"{name}.", keep_vars=True).items():
            if key not in left:
                continue
            value = left.pop(key)
            if value.shape != place.shape:
                raise SubspaceError(
                    f"adapter {adapter_name}: expected {key} of shape {tuple(place.shape)} as in the base model, got "
                    f"{tuple(value.shape)} in the skill's head; load the base model with as many labels as the skill has"
                )
            with torch.no_grad():
                place.copy_(value)
    if left and not saved:
        raise SubspaceError(
            f"adapter {adapter_name}: the base model has no place for {', '.join(sorted(left))} of the skill's head"
        )


def head_of(model: nn.Module, adapter_name: str) -> dict[str, Tensor]:
    """The adapter's own copies, by their name in the base model, detached and on the CPU; sorted."""
    found: dict[str, Tensor] = {}
    for name, module in _copies(model, adapter_name):
        found |= {key: value.detach().cpu().clone() for key, value in module.state_dict(prefix=f"{name}.").items()}
    return dict(sorted(found.items()))


def head_modules(head: Mapping[str, Tensor]) -> list[str]:
    """The modules that a head's tensors belong to."""
    return sorted({name.rpartition(".")[0] for name in head})


def _copies(model: nn.Module, adapter_name: str) -> Iterator[tuple[str, nn.Module]]:
    for name, module in model.named_modules():
        if isinstance(module, ModulesToSaveWrapper) and adapter_name in module.modules_to_save:
            yield name.removeprefix(_WRAPPED), module.modules_to_save[adapter_name]
