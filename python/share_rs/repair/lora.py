"""Plain LoRA folders as skills, for the evaluation: peft's own layers, and their means as one LoRA each."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import torch
from peft import LoraConfig, PeftConfig, get_peft_model

from share_rs.errors import AdapterError
from share_rs.repair.skills import AVERAGED, MEAN, SKILL, adapter_name, named
from share_rs.subspace import Adapter
from share_rs.subspace.adapter_config import CONFIG
from share_rs.subspace.patterns import PATTERNS, read_patterns

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from torch import Tensor, nn

Factors = tuple["Tensor", "Tensor"]
"""B (n x r) with the scale in it, and A (r x d); float64."""


class LoraSkills:
    """The adapters in the subfolders of one folder; a `patterns.toml` beside them maps error patterns to them.

    Raises:
        AdapterError: no folder, none in it, or one that is not a plain LoRA in safetensors.
        SubspaceError: `patterns.toml` is unsound.
    """

    subspace: str | None = None

    def __init__(self, directory: str | os.PathLike[str]) -> None:
        folder = Path(directory)
        if not folder.is_dir():
            raise AdapterError(f"{folder}: expected a folder of adapter folders, got none")
        if (folder / CONFIG).exists():
            raise AdapterError(f"{folder}: expected a folder of adapter folders, got one adapter; give {folder.parent}")
        below = sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
        if not below:
            raise AdapterError(f"{folder}: expected a folder for each adapter, got none")
        self._adapters = {path.name: Adapter.open(path) for path in below}
        self.patterns: Mapping[str, str] = read_patterns(folder / PATTERNS, self.names)

    @property
    def names(self) -> tuple[str, ...]:
        """The folders' names, sorted."""
        return tuple(self._adapters)

    def lacking(self, label: str) -> str | None:
        """Why there is no such mean of these adapters, where there is none."""
        adapters = self._adapters.values()
        heads = [adapter for adapter in adapters if adapter.head_names]
        if heads:
            return f"{heads[0].path}: modules_to_save: a mean of whole modules says nothing; expected LoRA alone"
        if label == AVERAGED:
            for layer in sorted({layer for adapter in adapters for layer in adapter.layers}):
                ranks = {adapter.rank(layer): adapter for adapter in adapters if layer in adapter.layers}
                if len(ranks) > 1:
                    low, high = min(ranks), max(ranks)
                    return (
                        f"layer {layer}: expected adapters of one rank to average factor by factor, got {low} in "
                        f"{ranks[low].path} and {high} in {ranks[high].path}; the arm mean takes any"
                    )
        return None

    def identity(self, labels: Sequence[str]) -> dict[str, Any]:
        """One hash of each adapter's factors, scales and heads."""
        skills = {name: self._adapters[name].content_hash for name in named(labels, self.names)}
        return {"kind": "lora", "skills": skills, "patterns": dict(self.patterns)}

    def attach(self, model: nn.Module, labels: Sequence[str]) -> tuple[nn.Module, dict[str, str]]:
        """The model with one LoRA adapter for each label.

        Raises:
            AdapterError: an adapter is not one of this model, or a mean is not defined.
        """
        adapters = {adapter_name(place): label for place, label in enumerate(labels)}
        found: Any = None
        for adapter, label in adapters.items():
            if label in {MEAN, AVERAGED}:
                config, source = self._combined(model, label), None
            else:
                source = self._adapters[label.removeprefix(SKILL)]
                _check_layers(model, source)
                config = cast("Any", PeftConfig).from_pretrained(str(source.path))
            config.inference_mode = True
            if found is None:
                found = get_peft_model(cast("Any", model), config, adapter_name=adapter)
            else:
                found.add_adapter(adapter, config)
            if source is not None:
                _load(found, adapter, source)
            else:
                _fill(found, adapter, self._mean(label))
        return found, adapters

    def _combined(self, model: nn.Module, label: str) -> LoraConfig:
        reason = self.lacking(label)
        if reason is not None:
            raise AdapterError(f"{label}: {reason}")
        adapters = list(self._adapters.values())
        for adapter in adapters:
            _check_layers(model, adapter)
        layers = sorted({layer for adapter in adapters for layer in adapter.layers})
        ranks = [[adapter.rank(layer) for adapter in adapters if layer in adapter.layers] for layer in layers]
        r = max(sum(found) if label == MEAN else found[0] for found in ranks)
        return LoraConfig(
            r=r,
            lora_alpha=r,
            target_modules=layers,
            fan_in_fan_out=any(adapter.fan_in_fan_out for adapter in adapters),
            task_type=adapters[0].config.task_type or None,
        )

    def _mean(self, label: str) -> dict[str, Factors]:
        adapters = list(self._adapters.values())
        found: dict[str, Factors] = {}
        for layer in sorted({layer for adapter in adapters for layer in adapter.layers}):
            own = [adapter.factors(layer) for adapter in adapters if layer in adapter.layers]
            found[layer] = stacked(own, len(adapters)) if label == MEAN else averaged(own, len(adapters))
        return found


def stacked(factors: Sequence[Factors], count: int) -> Factors:
    """One LoRA of the sum of the ranks, whose dW is the sum of the adapters' dW by `count`, exactly."""
    return torch.cat([b / count for b, _ in factors], 1), torch.cat([a for _, a in factors], 0)


def averaged(factors: Sequence[Factors], count: int) -> Factors:
    """The sum of each factor by `count`, by itself: not a mean of updates. The ranks are equal."""
    return torch.stack([b for b, _ in factors]).sum(0) / count, torch.stack([a for _, a in factors]).sum(0) / count


def _check_layers(model: nn.Module, adapter: Adapter) -> None:
    """Compares every layer with the model's, before peft changes any of them."""
    for layer in adapter.layers:
        try:
            module: Any = model.get_submodule(layer)
        except AttributeError:
            raise AdapterError(
                f"{adapter.path}: layer {layer} is not one of this model; expected its adapter"
            ) from None
        weight = getattr(getattr(module, "base_layer", module), "weight", None)
        got = () if weight is None else tuple(weight.shape)
        n, d = adapter.shape(layer)
        due = (d, n) if layer in adapter.fan_in_fan_out else (n, d)
        if got != due:
            raise AdapterError(f"{adapter.path}: layer {layer}: expected a weight of {due}, got {got} in this model")


def _load(model: Any, name: str, adapter: Adapter) -> None:  # noqa: ANN401 - a PeftModel
    """Reads the weights into an adapter that is there, and looks that each of them found its place."""
    try:
        result = model.load_adapter(str(adapter.path), name, torch_device="cpu")
    except (RuntimeError, ValueError) as error:
        raise AdapterError(f"{adapter.path} does not fit this model: {error}") from error
    missed = [*result.missing_keys, *result.unexpected_keys]
    if missed:
        raise AdapterError(f"{adapter.path}: expected the weights of its configuration, got another set: {missed[0]}")


def _fill(model: Any, name: str, factors: Mapping[str, Factors]) -> None:  # noqa: ANN401 - a PeftModel
    """Writes factors into an adapter; where a layer has fewer columns than the adapter, the rest is zero."""
    for layer, (b, a) in factors.items():
        module = model.get_base_model().get_submodule(layer)
        with torch.no_grad():
            for place, value in ((module.lora_B[name].weight, b), (module.lora_A[name].weight, a)):
                place.zero_()
                place[: value.shape[0], : value.shape[1]] = value.to(place)
