"""Which modules of a model an adapter changes, and whether they can be: everything is checked before anything is replaced."""

# torch, peft and transformers have partial types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from peft.tuners.tuners_utils import BaseTunerLayer, check_target_module_exists
from peft.utils import get_quantization_kwargs, resolve_quantization_backend
from torch import nn
from transformers.pytorch_utils import Conv1D

from share_rs.errors import SubspaceError
from share_rs.tuner.bases import layer_of
from share_rs.tuner.layer import ShareLayer, features

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from peft.utils.quantization_utils import QuantizationBackend

    from share_rs.tuner.config import ShareConfig


def default_targets(config: ShareConfig, model: nn.Module, layers: Collection[str]) -> set[str]:
    """The model's modules that the subspace has a basis for, of the layers that `layers_to_transform` names.

    Raises:
        SubspaceError: the model lacks layers of the subspace: another base model.
    """
    names = {name: layer_of(layers, name) for name, module in model.named_modules() if _may_be_target(name, module)}
    lacking = sorted(set(layers) - set(names.values()))
    if lacking:
        raise SubspaceError(
            f"expected a base model with all {len(layers)} layers of the subspace, got a {type(model).__name__} without "
            f"{_some(lacking)}; use the model that the adapters were trained on, or name the layers in target_modules"
        )
    found = {name for name, layer in names.items() if layer is not None}
    if config.layers_to_transform is None:
        return found
    # PEFT looks at layers_to_transform only where a target is the end of a name.
    ends = copy.copy(config)
    ends.target_modules = {name.rpartition(".")[2] for name in found}
    return {name for name in found if check_target_module_exists(ends, name)}


def check_target(name: str, module: nn.Module, parent: nn.Module, layers: Mapping[str, tuple[int, int] | None]) -> str:
    """The subspace's layer for a targeted module.

    Args:
        name: of the module.
        module: the module.
        parent: the module that holds it.
        layers: n and d by layer of the subspace; None where they are not known.

    Raises:
        SubspaceError: the module is of a kind that cannot be adapted, or the subspace has no basis for it, or one of another shape.
    """
    base = module.get_base_layer() if isinstance(module, ShareLayer) else module
    if isinstance(parent, nn.MultiheadAttention):
        raise SubspaceError(
            f"layer {name}: torch.nn.MultiheadAttention reads the weights of its projections past the modules, so a skill would do "
            "nothing there; name other target_modules"
        )
    if isinstance(base, nn.Embedding):
        raise SubspaceError(
            f"layer {name}: a shared basis adapts linear layers, not an embedding; name other target_modules"
        )
    if isinstance(base, BaseTunerLayer) or not (isinstance(base, nn.Linear | Conv1D) or _is_quantised_linear(base)):
        raise SubspaceError(
            f"layer {name}: expected a torch.nn.Linear (quantised or not) or a transformers Conv1D, got {type(base).__name__}; "
            "name other target_modules"
        )
    layer = layer_of(layers, name)
    if layer is None:
        raise SubspaceError(
            f"layer {name}: it is targeted, but the subspace has no basis for it; its layers are {_some(sorted(layers))}"
        )
    shape = layers[layer]
    if shape is not None and shape != features(base):
        raise SubspaceError(
            f"layer {name}: expected a base weight of n x d = {shape[0]} x {shape[1]} as in the subspace, got "
            f"{features(base)[0]} x {features(base)[1]}; use the model that the adapters were trained on"
        )
    return layer


def is_transposed(module: nn.Module) -> bool:
    """Whether a target's weight is stored d x n."""
    return isinstance(module.get_base_layer() if isinstance(module, ShareLayer) else module, Conv1D)


def quantization_backend(module: nn.Module, model: nn.Module | None = None) -> QuantizationBackend | None:
    """PEFT's way to a quantised weight; None where the weight is not quantised."""
    options: dict[str, Any] = {} if model is None else get_quantization_kwargs(model)
    options.setdefault("get_apply_tensor_subclass", lambda: None)
    return resolve_quantization_backend(module, **options)


def _is_quantised_linear(module: nn.Module) -> bool:
    backend = quantization_backend(module)
    return backend is not None and backend.layer_type == "linear"


def _may_be_target(name: str, module: nn.Module) -> bool:
    """Not what lies inside of an adapted layer; nor a container, whose name may end like a layer's."""
    if (
        not name
        or ".base_layer" in name
        or "sharelora_" in name
        or ".modules_to_save" in name
        or ".original_module" in name
    ):
        return False
    return isinstance(module, nn.Linear | Conv1D | ShareLayer) or _is_quantised_linear(module)


def _some(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")  # noqa: PLR2004 - enough to see which
