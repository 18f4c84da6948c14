"""`adapter_config.json` of PEFT's LoRA: ranks and scales by layer, and what makes an adapter more than B A.

Follows peft 0.20 to 0.22, `tuners/lora`: a pattern is a regular expression for the end of a layer's name, the first that
fits counts; the scale is alpha/r, or alpha/sqrt(r) for rsLoRA (arXiv:2312.03732).
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from share_rs.errors import AdapterError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

CONFIG = "adapter_config.json"

_CHANGES: Mapping[str, str] = {
    "use_dora": "DoRA scales the columns of the base weight, so the update is not B A",
    "lora_bias": "the adapter adds a bias, which no basis of B and A holds",
    "use_qalora": "QA-LoRA pools the inputs, so the update is not B A",
    "alora_invocation_tokens": "an activated LoRA acts on some tokens only",
    "trainable_token_indices": "single token embeddings were trained, which no basis of B and A holds",
    "target_parameters": "the adapter acts on parameters that are not linear layers",
    "layer_replication": "the base model's layers were replicated, so the layers are not the base model's",
    "megatron_config": "the factors of parallel layers are stored in shards",
    "use_bdlora": "the factors are block-diagonal and stored in another form",
    "arrow_config": "the adapter is routed by token",
    "kasa_config": "the base weights were changed when training began",
    "monteclora_config": "the factors are random variables",
}
"""Settings that, where they are not empty, make the update something else than scale * B @ A on the base weight."""
_HARMLESS = frozenset(
    {
        "alpha_pattern",
        "auto_mapping",
        "base_model_name_or_path",
        "bias",
        "corda_config",
        "ensure_weight_tying",
        "eva_config",
        "exclude_modules",
        "fan_in_fan_out",
        "inference_mode",
        "init_lora_weights",
        "layers_pattern",
        "layers_to_transform",
        "loftq_config",
        "lora_alpha",
        "lora_dropout",
        "lora_ga_config",
        "megatron_core",
        "merge_weights",
        "modules_to_save",
        "peft_type",
        "peft_version",
        "qalora_group_size",
        "r",
        "rank_pattern",
        "revision",
        "runtime_config",
        "target_modules",
        "task_type",
        "use_rslora",
        "velora_config",
    }
)
"""Settings that say how the factors came about, or that are read below."""
_CHANGES_BASE = ("pissa", "olora", "corda", "loftq", "lora_ga")
"""Initialisations that subtract the first B A from the base weight (`init_lora_weights`)."""


@dataclass(frozen=True)
class AdapterConfig:
    """What of a LoRA's configuration the update depends on."""

    path: Path
    base_model: str
    """Of `base_model_name_or_path`; empty where the adapter does not say."""
    r: int
    alpha: float
    rank_pattern: Mapping[str, int]
    alpha_pattern: Mapping[str, float]
    use_rslora: bool
    fan_in_fan_out: bool
    modules_to_save: tuple[str, ...]
    task_type: str
    """PEFT's name of the task, such as `CAUSAL_LM`; empty where the adapter does not say."""

    def rank(self, layer: str) -> int:
        """The rank r of a layer."""
        return _matching(self.rank_pattern, layer, self.r)

    def scale(self, layer: str) -> float:
        """What B A is multiplied by."""
        alpha, r = _matching(self.alpha_pattern, layer, self.alpha), self.rank(layer)
        return alpha / math.sqrt(r) if self.use_rslora else alpha / r

    def saves(self, name: str) -> bool:
        """Whether a tensor of the base model belongs to a module of `modules_to_save`."""
        parts = name.split(".")
        modules = (".".join(parts[:length]) for length in range(1, len(parts)))
        return any(module.endswith(saved) for module in modules for saved in self.modules_to_save)


def read_config(folder: Path) -> AdapterConfig:
    """The configuration of an adapter's folder.

    Raises:
        AdapterError: there is none, it is damaged, of another method than LoRA, or of a variant that is more than B A.
    """
    path = folder / CONFIG
    try:
        data = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise AdapterError(f"{path}: expected the configuration of a PEFT adapter: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise AdapterError(f"{path}: expected JSON, got a damaged file ({error})") from error
    if not isinstance(data, dict):
        raise AdapterError(f"{path}: expected a JSON object, got {type(data).__name__}")
    fields = _Fields(path, cast("dict[str, Any]", data))
    _refuse_variants(fields)
    r = fields.integer("r", 8)
    ranks = {key: fields.rank(f"rank_pattern[{key!r}]", value) for key, value in fields.mapping("rank_pattern").items()}
    alphas = {
        key: fields.number(f"alpha_pattern[{key!r}]", value) for key, value in fields.mapping("alpha_pattern").items()
    }
    return AdapterConfig(
        path=path,
        base_model=fields.text("base_model_name_or_path").rstrip("/"),
        r=fields.rank("r", r),
        alpha=fields.number("lora_alpha", fields.data.get("lora_alpha", 8)),
        rank_pattern=ranks,
        alpha_pattern=alphas,
        use_rslora=fields.flag("use_rslora"),
        fan_in_fan_out=fields.flag("fan_in_fan_out"),
        modules_to_save=fields.names("modules_to_save"),
        task_type=fields.text("task_type"),
    )


@dataclass(frozen=True)
class _Fields:
    path: Path
    data: Mapping[str, Any]

    def fault(self, name: str, expected: str, got: object) -> AdapterError:
        return AdapterError(f"{self.path}: {name}: expected {expected}, got {got!r}")

    def integer(self, name: str, default: int) -> int:
        value = self.data.get(name, default)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.fault(name, "a whole number", value)
        return value

    def rank(self, name: str, value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise self.fault(name, "a rank of at least 1", value)
        return value

    def number(self, name: str, value: object) -> float:
        try:
            number = float(value) if isinstance(value, int | float) and not isinstance(value, bool) else math.nan
        except OverflowError:  # of a whole number
            number = math.inf
        if not math.isfinite(number):
            raise self.fault(name, "a finite number", value)
        return number

    def flag(self, name: str) -> bool:
        value = self.data.get(name)
        if value not in (None, True, False):
            raise self.fault(name, "true or false", value)
        return bool(value)

    def text(self, name: str) -> str:
        value = self.data.get(name)
        if value is not None and not isinstance(value, str):
            raise self.fault(name, "a string", value)
        return value or ""

    def names(self, name: str) -> tuple[str, ...]:
        value: object = self.data.get(name) or []
        found = cast("list[object]", value) if isinstance(value, list) else [value]
        if not all(isinstance(one, str) and one for one in found):
            raise self.fault(name, "a list of module names", found)
        return tuple(cast("list[str]", found))

    def mapping(self, name: str) -> dict[str, Any]:
        value: Any = self.data.get(name) or {}
        if not isinstance(value, dict):
            raise self.fault(name, "an object from layer patterns to numbers", value)
        patterns = cast("dict[str, Any]", value)
        try:
            all(re.compile(pattern) for pattern in patterns)
        except re.error as error:
            raise self.fault(name, "regular expressions", list(patterns)) from error
        return patterns


def _refuse_variants(fields: _Fields) -> None:
    kind = fields.data.get("peft_type")
    if kind != "LORA":
        raise fields.fault("peft_type", "'LORA', the one method whose update is scale * B @ A", kind)
    for name, value in sorted(fields.data.items()):
        if name in _CHANGES and value:
            raise AdapterError(f"{fields.path}: {name} = {value!r}: {_CHANGES[name]}; expected plain LoRA")
        if name not in _CHANGES and name not in _HARMLESS and value:
            raise AdapterError(
                f"{fields.path}: {name} = {value!r} is not known, and may change what the update is; expected plain LoRA"
            )
    bias = fields.data.get("bias") or "none"
    if bias != "none":
        raise AdapterError(f"{fields.path}: bias = {bias!r}: biases of the base model were trained; expected 'none'")
    start = fields.data.get("init_lora_weights")
    if isinstance(start, str) and start.lower().startswith(_CHANGES_BASE):
        raise AdapterError(
            f"{fields.path}: init_lora_weights = {start!r}: training began by changing the base weights, so B A is no update "
            f"of the base model; save the adapter with path_initial_model_for_weight_conversion, which makes it one"
        )


def _matching(patterns: Mapping[str, Any], layer: str, default: Any) -> Any:  # noqa: ANN401 - int or float, as the default
    for pattern, value in patterns.items():
        if re.match(rf"(.*\.)?({pattern})$", layer):
            return value
    return default
