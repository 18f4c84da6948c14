"""The frozen model that is trained on: a folder of transformers, read from disk only."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any, cast

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer
from transformers.pytorch_utils import Conv1D

from share_rs.errors import TrainError

if TYPE_CHECKING:
    from pathlib import Path

    from torch import nn
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

_READ = frozenset({".json", ".safetensors", ".model", ".txt", ".jinja"})
"""Weights, configuration and tokenizer; a README or a log changes no result."""
_BLOCK = 1 << 22


def base_hash(folder: Path) -> str:
    """SHA-256 over names and contents of every file that a model or its tokenizer is read from, in hexadecimal.

    Raises:
        TrainError: the folder holds no model.
    """
    _checked(folder)
    digest = sha256()
    for path in sorted(folder.iterdir()):
        if path.suffix in _READ and path.is_file():
            digest.update(f"{path.name}\0{path.stat().st_size}\0".encode())
            with path.open("rb") as file:
                while block := file.read(_BLOCK):
                    digest.update(block)
    return digest.hexdigest()


def load_tokenizer(folder: Path) -> PreTrainedTokenizerBase:
    """The tokenizer of a model folder.

    Raises:
        TrainError: the folder holds none.
    """
    _checked(folder)
    # Without its files transformers makes a tokenizer that knows no text.
    if not any((folder / name).is_file() for name in ("tokenizer.json", "tokenizer_config.json")):
        raise TrainError(f"{folder} holds no tokenizer: expected tokenizer.json or tokenizer_config.json")
    try:
        return cast("Any", AutoTokenizer).from_pretrained(str(folder), local_files_only=True, trust_remote_code=False)
    except Exception as error:  # what a damaged file raises is no class of transformers' own
        raise TrainError(f"{folder} holds no tokenizer that transformers can read: {error}") from error


def load_base(folder: Path, dtype: str, device: str = "cpu") -> PreTrainedModel:
    """The causal language model of a folder at its `place`, every parameter frozen.

    Raises:
        TrainError: the folder holds no such model, or only pickled weights, which may run code.
    """
    _checked(folder)
    try:
        model, told = cast("Any", AutoModelForCausalLM).from_pretrained(
            str(folder),
            dtype=dtype,
            local_files_only=True,
            use_safetensors=True,
            trust_remote_code=False,
            output_loading_info=True,
        )
    except Exception as error:  # as above
        raise TrainError(f"{folder} holds no causal language model in safetensors: {error}") from error
    missing = sorted(told["missing_keys"])
    if missing:
        raise TrainError(
            f"{folder}: the weights lack {missing[0]} and {len(missing) - 1} more, which transformers would draw at random"
        )
    return model.requires_grad_(requires_grad=False).to(place(device))


def place(device: str) -> torch.device:
    """Where a run computes: on the accelerator, unless there is none or `device` is `cpu`."""
    here = device != "cpu" and torch.accelerator.is_available()
    found = torch.accelerator.current_accelerator() if here else None
    return found or torch.device("cpu")


def save_memory(model: PreTrainedModel) -> None:
    """Recomputes each layer in the backward pass instead of keeping what it made.

    Here and not through TrainingArguments, where the setting's name differs between the supported versions.
    """
    untyped = cast("Any", model)
    enable = getattr(untyped, "activation_checkpointing_enable", None) or untyped.gradient_checkpointing_enable
    enable({"use_reentrant": False})


def transposed(model: PreTrainedModel) -> bool:
    """Whether the model's weights are stored d x n, as GPT-2's are (PEFT's `fan_in_fan_out`)."""
    return any(isinstance(module, Conv1D) for module in model.modules())


def trainable(model: nn.Module) -> dict[str, nn.Parameter]:
    """The parameters that are trained, by name, sorted."""
    return {name: one for name, one in sorted(model.named_parameters()) if one.requires_grad}


def _checked(folder: Path) -> None:
    if not (folder / "config.json").is_file():
        raise TrainError(
            f"{folder} is not a model folder: expected config.json, weights in safetensors and a tokenizer"
        )
