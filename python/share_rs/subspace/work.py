"""Finished layers of a fit on disk, so that a fit that was stopped goes on where it was."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from share_rs.errors import SubspaceError
from share_rs.subspace.identity import tensor_bytes
from share_rs.subspace.linalg import numbers
from share_rs.subspace.space import Coefficients, LayerBasis, LayerMoments
from share_rs.subspace.tensors import open_tensors, save_tensors, sync

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence
    from types import TracebackType

    from torch import Tensor
    from typing_extensions import Self

    from share_rs.subspace.adapter import Adapter
    from share_rs.subspace.settings import FitSettings


Sizes = tuple[int | None, int | None]
"""The columns k_b and k_a, where a budget, which looks at all layers, decided them."""


@dataclass(frozen=True)
class Finished:
    """One layer of a fit, done."""

    basis: LayerBasis
    coefficients: Mapping[str, Coefficients]
    """By skill."""
    errors: Mapping[str, float]
    """Relative errors of dW, by skill."""
    norms: Mapping[str, float]
    """Frobenius norms of dW, by skill."""
    moments: LayerMoments | None


class Work:
    """A folder with a file for each finished layer, named by layer, adapters and settings; without a folder, nothing."""

    def __init__(
        self, folder: str | os.PathLike[str] | None, adapters: Sequence[Adapter], settings: FitSettings
    ) -> None:
        self._folder = None if folder is None else Path(folder)
        self._adapters = adapters
        self._settings = settings.model_dump_json()

    def __enter__(self) -> Self:
        """Makes the folder."""
        if self._folder is not None:
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise SubspaceError(
                    f"{self._folder}: expected a folder for finished layers, it cannot be made: {error.strerror}"
                ) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leaves what is there."""

    def read(self, layer: str, sizes: Sizes) -> Finished | None:
        """A layer that was finished before with the same adapters, settings and sizes; a damaged file counts as none."""
        path = self._path(layer, sizes)
        if path is None or not path.is_file():
            return None
        try:
            with open_tensors(path, SubspaceError) as file:
                tensors = {name: file.tensor(name).clone() for name in sorted(file.names)}
        except SubspaceError:
            return None
        texts: dict[str, dict[str, float]] = json.loads(bytes(tensor_bytes(tensors.pop("text"))))
        energy = numbers(tensors["energy"])
        basis = LayerBasis(
            tensors["beta"], tensors["alpha"], tensors["spectrum_b"], tensors["spectrum_a"], energy[0], energy[1]
        )
        moments = LayerMoments(tensors["moment_b"], tensors["moment_a"]) if "moment_b" in tensors else None
        coefficients = {
            name: Coefficients(tensors[f"eps_beta/{name}"], tensors[f"eps_alpha/{name}"]) for name in texts["errors"]
        }
        return Finished(basis, coefficients, texts["errors"], texts["norms"], moments)

    def write(self, layer: str, sizes: Sizes, found: Finished) -> None:
        """Keeps a finished layer.

        Raises:
            SubspaceError: it cannot be written.
        """
        path = self._path(layer, sizes)
        if path is None:
            return
        text = json.dumps({"errors": dict(found.errors), "norms": dict(found.norms)})
        tensors: dict[str, Tensor] = {
            "beta": found.basis.beta,
            "alpha": found.basis.alpha,
            "spectrum_b": found.basis.spectrum_b,
            "spectrum_a": found.basis.spectrum_a,
            "energy": torch.tensor([found.basis.energy_b, found.basis.energy_a], dtype=torch.float64),
            "text": torch.tensor(list(text.encode()), dtype=torch.uint8),
        }
        for name, own in found.coefficients.items():
            tensors |= {f"eps_beta/{name}": own.eps_beta, f"eps_alpha/{name}": own.eps_alpha}
        if found.moments is not None:
            tensors |= {"moment_b": found.moments.b, "moment_a": found.moments.a}
        temporary = path.with_suffix(".tmp")
        try:
            save_tensors(temporary, tensors)
            sync(temporary)
            temporary.replace(path)
        except OSError as error:
            raise SubspaceError(f"{path}: a finished layer cannot be written: {error.strerror or error}") from error
        finally:
            temporary.unlink(missing_ok=True)

    def _path(self, layer: str, sizes: Sizes) -> Path | None:
        if self._folder is None:
            return None
        digest = sha256(f"{layer}\0{sizes}\0{self._settings}".encode())
        for adapter in self._adapters:
            if layer in adapter.layers:
                digest.update(f"\0{adapter.name}\0{adapter.layer_hash(layer)}".encode())
        return self._folder / f"{digest.hexdigest()[:32]}.safetensors"
