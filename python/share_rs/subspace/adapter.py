"""A PEFT LoRA folder, read layer by layer: B (n x r) and A (r x d) of each, with the scale in B."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from share_rs.errors import AdapterError
from share_rs.subspace.adapter_config import AdapterConfig, read_config
from share_rs.subspace.identity import tensor_bytes
from share_rs.subspace.linalg import norm
from share_rs.subspace.tensors import TensorFile, open_tensors

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from torch import Tensor

WEIGHTS = "adapter_model.safetensors"
PICKLED = "adapter_model.bin"
PREFIX = "base_model.model."
LARGEST = 1e150
"""A norm of dW whose square float64 still holds."""
_A, _B = ".lora_A.weight", ".lora_B.weight"
_FLOATS = frozenset({"F64", "F32", "F16", "BF16"})
_OTHER_KINDS: Mapping[str, str] = {
    "lora_embedding_": "the adapter trains an embedding, which no basis of B and A holds",
    "lora_magnitude_vector": "DoRA scales the columns of the base weight, so the update is not B A",
    "lora_B.bias": "the adapter adds a bias, which no basis of B and A holds",
    "token_adapter": "single token embeddings were trained, which no basis of B and A holds",
}


@dataclass(frozen=True)
class Adapter:
    """One adapter on disk; its tensors are read when they are asked for, and not kept.

    Layers are named as in the base model, without PEFT's prefix. The update is always B @ A as n x d, for `fan_in_fan_out`
    (Conv1D) too: PEFT stores the factors in this order and transposes the product.
    """

    path: Path
    config: AdapterConfig
    layers: tuple[str, ...]
    """Sorted."""
    shapes: Mapping[str, tuple[int, int]] = field(repr=False)
    """The sizes n and d by layer."""
    head_names: tuple[str, ...]
    """The tensors of `modules_to_save`, by their name in the base model, sorted."""
    _hashes: dict[str, str] = field(default_factory=dict[str, str], repr=False, compare=False)

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> Adapter:
        """Reads the configuration and the names and shapes of the tensors, and checks them against each other.

        Raises:
            AdapterError: the folder is missing, empty, or no PEFT LoRA in safetensors; a tensor is missing, unknown,
                transposed, cut, or of another rank than configured; the method is DoRA or another that is more than B A.
        """
        folder = Path(path).resolve()
        if not folder.is_dir():
            raise AdapterError(f"{path}: expected the folder of a PEFT adapter, got {_kind(folder)}")
        config = read_config(folder)
        weights = folder / WEIGHTS
        if not weights.exists() and (folder / PICKLED).exists():
            raise AdapterError(
                f"{folder / PICKLED}: expected {WEIGHTS}, got a pickle; a pickle can run code, so it is not opened. "
                f"Save the adapter again as safetensors."
            )
        with open_tensors(weights, AdapterError) as file:
            names = _layers(file, config)
            shapes = {layer: _shape(file, config, layer) for layer in names}
            heads = _heads(file)
        return cls(folder, config, names, shapes, heads)

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.path.name

    @property
    def base_model(self) -> str:
        """The base model, as the adapter names it; empty where it does not."""
        return self.config.base_model

    @property
    def fan_in_fan_out(self) -> frozenset[str]:
        """Layers whose base weight is stored d x n (Conv1D)."""
        return frozenset(self.layers if self.config.fan_in_fan_out else ())

    def shape(self, layer: str) -> tuple[int, int]:
        """The sizes n and d of a layer."""
        return self.shapes[layer]

    def rank(self, layer: str) -> int:
        """The rank r of a layer."""
        return self.config.rank(layer)

    def factors(self, layer: str, dtype: torch.dtype = torch.float64) -> tuple[Tensor, Tensor]:
        """B (n x r) with the scale folded in, and A (r x d); the layer's update is their product.

        Raises:
            AdapterError: the file is damaged, holds a NaN or an infinity, or an update whose squares float64 cannot hold.
        """
        with open_tensors(self.path / WEIGHTS, AdapterError) as file:
            b, a = file.tensor(f"{PREFIX}{layer}{_B}"), file.tensor(f"{PREFIX}{layer}{_A}")
            if layer not in self._hashes:
                self._hashes[layer] = _hash(layer, b, a, self.config.scale(layer))
            b, a = b.to(dtype, copy=True), a.to(dtype, copy=True)
        scale = self.config.scale(layer)
        # Norms are finite only where all numbers are, and take a tenth of the time.
        if not abs(scale) * norm(b) * norm(a) <= LARGEST:
            for name, factor in ((_B, b), (_A, a)):
                if not torch.isfinite(factor).all():
                    raise AdapterError(
                        f"{self.path / WEIGHTS}: layer {layer}: expected finite numbers in {name[1:]}, got a NaN or an infinity"
                    )
            raise AdapterError(
                f"{self.path / WEIGHTS}: layer {layer}: expected an update scale * B @ A that float64 can compute with, got "
                f"factors of up to {float(b.abs().max()):.3g} and {float(a.abs().max()):.3g} and a scale of {scale:.3g}"
            )
        return b.mul_(scale), a

    def head(self) -> dict[str, Tensor]:
        """The tensors of `modules_to_save` by their name in the base model, as they are stored.

        Raises:
            AdapterError: the file is damaged, or holds a NaN or an infinity.
        """
        if not self.head_names:
            return {}
        with open_tensors(self.path / WEIGHTS, AdapterError) as file:
            head = {name: file.tensor(PREFIX + name).clone() for name in self.head_names}
        for name, tensor in head.items():
            if not torch.isfinite(tensor).all():
                raise AdapterError(f"{self.path / WEIGHTS}: {name}: expected finite numbers, got a NaN or an infinity")
        return head

    def layer_hash(self, layer: str) -> str:
        """SHA-256 over a layer's name, scale and factors as they are stored; free where the factors were read before."""
        if layer not in self._hashes:
            with open_tensors(self.path / WEIGHTS, AdapterError) as file:
                b, a = file.tensor(f"{PREFIX}{layer}{_B}"), file.tensor(f"{PREFIX}{layer}{_A}")
                self._hashes[layer] = _hash(layer, b, a, self.config.scale(layer))
        return self._hashes[layer]

    @property
    def content_hash(self) -> str:
        """SHA-256 over everything that the adapter does to the base model: layers, scales, factors, heads. Not its name."""
        digest = sha256(self.base_model.encode())
        for layer in self.layers:
            digest.update(self.layer_hash(layer).encode())
        for name, tensor in self.head().items():
            digest.update(f"{name}\0{tensor.dtype}\0{tuple(tensor.shape)}\0".encode())
            digest.update(tensor_bytes(tensor))
        return digest.hexdigest()


def _layers(file: TensorFile, config: AdapterConfig) -> tuple[str, ...]:
    """The layers that have factors; every tensor must be one of a pair, or of a module that is saved whole."""
    layers: set[str] = set()
    for key in sorted(file.names):
        if not key.startswith(PREFIX):
            raise AdapterError(f"{file.path}: expected tensors named {PREFIX}LAYER{_A} and {_B}, got {key}")
        name = key.removeprefix(PREFIX)
        for part, reason in _OTHER_KINDS.items():
            if part in name:
                raise AdapterError(f"{file.path}: {key}: {reason}; expected plain LoRA on linear layers")
        if name.endswith((_A, _B)):
            layers.add(name.removesuffix(_A).removesuffix(_B))
        elif not config.saves(name):
            raise AdapterError(f"{file.path}: {key} is neither a factor of LoRA nor of one of modules_to_save")
    if not layers:
        raise AdapterError(f"{file.path}: expected the factors of at least one layer, got none")
    return tuple(sorted(layers))


def _heads(file: TensorFile) -> tuple[str, ...]:
    return tuple(sorted(key.removeprefix(PREFIX) for key in file.names if not key.endswith((_A, _B))))


def _shape(file: TensorFile, config: AdapterConfig, layer: str) -> tuple[int, int]:
    keys = {"A": f"{PREFIX}{layer}{_A}", "B": f"{PREFIX}{layer}{_B}"}
    for factor, key in keys.items():
        partner = keys["B" if factor == "A" else "A"]
        if key not in file.names:
            raise AdapterError(f"{file.path}: layer {layer}: expected {key} beside {partner}, got a file without it")
        if file.dtype(key) not in _FLOATS:
            raise AdapterError(f"{file.path}: layer {layer}: expected floating point, got {file.dtype(key)} in {key}")
    r, a, b = config.rank(layer), file.shape(keys["A"]), file.shape(keys["B"])
    matrices = len(a) == 2 and len(b) == 2  # noqa: PLR2004 - rows and columns
    if not matrices:
        raise AdapterError(
            f"{file.path}: layer {layer}: expected matrices A and B of a linear layer, got shapes {a} and {b}"
        )
    if a[0] != r or b[1] != r or 0 in (*a, *b):
        raise AdapterError(
            f"{file.path}: layer {layer}: expected A ({r} x d) and B (n x {r}), for the configured rank is {r}, "
            f"got A ({a[0]} x {a[1]}) and B ({b[0]} x {b[1]})"
        )
    return b[0], a[1]


def _hash(layer: str, b: Tensor, a: Tensor, scale: float) -> str:
    digest = sha256(f"{layer}\0{scale!r}\0".encode())
    for factor in (b, a):
        digest.update(f"{factor.dtype}\0{tuple(factor.shape)}\0".encode())
        digest.update(tensor_bytes(factor))
    return digest.hexdigest()


def _kind(path: Path) -> str:
    return "a file" if path.exists() else "nothing of that name"
