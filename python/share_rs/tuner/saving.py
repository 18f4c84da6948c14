"""What belongs to an adapter's file, and what a file may put into a model that has a basis already."""

# torch, peft and transformers have partial types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from share_rs.errors import SubspaceError
from share_rs.tuner.bases import layer_of
from share_rs.tuner.layer import BASES, ShareLayer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from torch import Tensor, nn

_WRAPPED = "base_model.model."


def bases_of(model: nn.Module, adapter_name: str, state_dict: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The bases of the layers that an adapter changes, by their keys in the model's state dict."""
    return {
        key: state_dict.get(key, buffer) for _, found in _bases(model, adapter_name) for key, buffer in found.items()
    }


def without_bases(state_dict: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """A state dict less all bases."""
    return {key: value for key, value in state_dict.items() if key.rpartition(".")[2] not in BASES}


def renamed(model: nn.Module, adapter_name: str, state_dict: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """A file's tensors by the names of this model's layers: a body has other names than the model with a head around it.

    PEFT passes over keys that it does not know, and the adapter would be what it began with.
    """
    places = {
        name.removeprefix(_WRAPPED)
        for name, module in model.named_modules()
        if isinstance(module, ShareLayer) and module.has(adapter_name)
    }
    found: dict[str, Tensor] = {}
    for key, value in state_dict.items():
        stem, _, leaf = key.rpartition(".")
        name = stem.removeprefix(_WRAPPED)
        place = layer_of(places, name) if leaf in {*BASES, *ShareLayer.adapter_layer_names} else None
        found[key if place is None else f"{stem.removesuffix(name)}{place}.{leaf}"] = value
    return found


def check_bases(model: nn.Module, adapter_name: str, state_dict: Mapping[str, Tensor]) -> None:
    """Compares the bases of a file with those that the model has: coefficients of another basis would be read wrongly.

    Args:
        model: in which the adapter's layers are in place.
        adapter_name: of the adapter that is being loaded.
        state_dict: of the file, in the model's keys.

    Raises:
        SubspaceError: a basis differs, is not finite, or is not there where the model waits for it.
    """
    for layer, found in _bases(model, adapter_name):
        for key, buffer in found.items():
            new = state_dict.get(key, state_dict.get(_WRAPPED + key))
            if new is None:
                if layer.awaits_basis():
                    raise SubspaceError(
                        f"layer {layer.layer}: expected {key.rpartition('.')[2]} in the adapter's file, as its config has "
                        "save_basis=true, got none; the file is damaged or was not written by share_rs"
                    )
            elif new.shape != buffer.shape:
                raise SubspaceError(
                    f"layer {layer.layer}: expected {key.rpartition('.')[2]} of shape {tuple(buffer.shape)}, got {tuple(new.shape)}"
                )
            elif not new.isfinite().all():
                raise SubspaceError(
                    f"layer {layer.layer}: {key.rpartition('.')[2]} of the adapter's file has values that are not finite"
                )
            elif not layer.awaits_basis() and not _same(new, buffer):
                raise SubspaceError(
                    f"layer {layer.layer}: expected an adapter on the basis that this model already has, got one whose file holds "
                    "another under the same hash; nothing was loaded"
                )


def _bases(model: nn.Module, adapter_name: str) -> Iterator[tuple[ShareLayer, dict[str, Tensor]]]:
    for name, module in model.named_modules():
        if isinstance(module, ShareLayer) and module.has(adapter_name):
            yield module, {f"{name}.{basis}" if name else basis: getattr(module, basis) for basis in BASES}


def _same(new: Tensor, buffer: Tensor) -> bool:
    """Equal up to the coarser of the two dtypes: a basis that was saved from a bfloat16 model is the same basis."""
    if buffer.device.type == "meta":
        return True
    coarse = max(torch.finfo(new.dtype).eps, torch.finfo(buffer.dtype).eps)
    error = torch.linalg.vector_norm(new.to(buffer.device).double() - buffer.double())
    return bool(error <= coarse * torch.linalg.vector_norm(buffer.double()))
