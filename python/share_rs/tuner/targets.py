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

_KINDS = "a torch.nn.Linear (or one that PEFT knows as quantised) or a transformers Conv1D"


def default_targets(config: ShareConfig, model: nn.Module, layers: Collection[str]) -> set[str]:
    """The model's modules that the subspace has a basis for, of the layers that `layers_to_transform` names.

    Raises:
        SubspaceError: the model lacks layers of the subspace: another base model.
    """
    names = {name: layer_of(layers, name) for name, module in model.named_modules() if _may_be_target(name, module)}
    lacking = sorted(set(layers) - set(names.values()))
    if lacking:
        others = _of_other_kinds(model, set(lacking))
        if others:
            raise SubspaceError(
                f"expected {_KINDS} for each of the {len(layers)} layers of the subspace, got {_some(others, 1)}: quantised in a way "
                "that PEFT cannot read, or of another kind; adapt the model before it is quantised, or quantise it by what PEFT "
                "knows, such as bitsandbytes or torchao"
            )
        raise SubspaceError(
            f"expected a base model with all {len(layers)} layers of the subspace, got a {type(model).__name__} without "
            f"{_some(lacking)}; use the model that the adapters were trained on, or name the layers in target_modules"
        )
    # A module of a layer's own name is meant, and not another one whose name ends so.
    found = {name for name, layer in names.items() if layer is not None and (name == layer or layer not in names)}
    # PEFT takes a name for the end of others too.
    others = {name for name in names if name not in found and any(name.endswith(f".{one}") for one in found)}
    if others and not isinstance(config.exclude_modules, str):
        config.exclude_modules = {*(config.exclude_modules or ()), *others}
    if config.layers_to_transform is None:
        return found
    # PEFT looks at layers_to_transform only where a target is the end of a name.
    ends = copy.copy(config)
    ends.target_modules = {name.rpartition(".")[2] for name in found}
    return {name for name in found if check_target_module_exists(ends, name)}


def renamed_targets(config: ShareConfig, model: nn.Module) -> set[str]:
    """The targets of a saved adapter, by this model's names for them.

    They were saved by the full names of the model that the adapter was trained on: a body has other names than the model with a head
    around it. What no layer is alike is left as it is, and PEFT refuses it or passes over it.
    """
    targets = set(config.target_modules or ())
    layers = config.shapes or {}
    names = [name for name, module in model.named_modules() if _may_be_target(name, module)]
    absent = {target for target in targets if not any(name == target or name.endswith(f".{target}") for name in names)}
    by_layer = {layer: target for target in absent if (layer := layer_of(layers, target)) is not None}
    found = {name: by_layer[layer] for name in names if by_layer and (layer := layer_of(layers, name)) in by_layer}
    return (targets - set(found.values())) | set(found)


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
        raise SubspaceError(f"layer {name}: expected {_KINDS}, got a {_kind(base)}; name other target_modules")
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
    recipe = options.setdefault("get_apply_tensor_subclass", _no_recipe)
    backend = resolve_quantization_backend(module, **options)
    if backend is not None and recipe is _no_recipe and getattr(backend, "get_apply_tensor_subclass", None) is recipe:
        backend.supports_merge = (
            False  # quantised past transformers, whose config would say how to do it again after a merge
        )
    return backend


def _no_recipe() -> None:
    """PEFT asks for a function before it says what a weight is; it is called at a merge only."""


def _is_quantised_linear(module: nn.Module) -> bool:
    backend = quantization_backend(module)
    return backend is not None and backend.layer_type == "linear"


def _of_other_kinds(model: nn.Module, lacking: Collection[str]) -> list[str]:
    """The modules that are named like these layers but cannot be adapted, with their classes; sorted."""
    return sorted(
        f"{name} as a {_kind(module)}"
        for name, module in model.named_modules()
        if name and not _may_be_target(name, module) and layer_of(lacking, name) is not None
    )


def _kind(module: nn.Module) -> str:
    """With its package, as the quantised kinds of Linear are called Linear too."""
    return f"{type(module).__module__}.{type(module).__qualname__}"


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


def _some(names: list[str], shown: int = 3) -> str:
    return ", ".join(names[:shown]) + (f" and {len(names) - shown} more" if len(names) > shown else "")
