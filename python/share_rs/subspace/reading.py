"""The tensors of a subspace's folder, checked against its manifest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from share_rs.errors import SubspaceError
from share_rs.subspace.space import Coefficients, LayerBasis, LayerMoments, Skill
from share_rs.subspace.tensors import TensorFile, file_hash, open_tensors

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from torch import Tensor

    from share_rs.subspace.manifest import Manifest, SkillEntry

HEAD = "head/"


def check_files(directory: Path, manifest: Manifest) -> None:
    """Compares every file that a manifest names with its hash.

    Raises:
        SubspaceError: a file is missing or holds something else.
    """
    moments = [] if manifest.moments is None else [manifest.moments]
    for entry in (manifest.basis, *moments, *manifest.skills.values()):
        path = directory / entry.file
        try:
            got = file_hash(path)
        except OSError as error:
            raise SubspaceError(
                f"{path}: the manifest names this file, but it cannot be read: {error.strerror}"
            ) from error
        if got != entry.sha256:
            with open_tensors(path, SubspaceError):
                pass  # a pickle or a file that is cut short has a clearer message
            raise SubspaceError(
                f"{path}: expected the content {entry.sha256[:12]}, got {got[:12]}: the file was changed"
            )


def read_basis(path: Path, layers: Iterable[str]) -> dict[str, LayerBasis]:
    """The bases of the named layers, sorted by name.

    Raises:
        SubspaceError: the file is damaged, or lacks one of them.
    """
    bases: dict[str, LayerBasis] = {}
    with open_tensors(path, SubspaceError) as file:
        for layer in sorted(layers):
            energy = _tensor(file, f"{layer}/energy", torch.float64)
            if energy.shape != (2,):
                raise SubspaceError(
                    f"{path}: expected {layer}/energy as two numbers, got the shape {tuple(energy.shape)}"
                )
            bases[layer] = LayerBasis(
                beta=_tensor(file, f"{layer}/beta", torch.float32),
                alpha=_tensor(file, f"{layer}/alpha", torch.float32),
                spectrum_b=_tensor(file, f"{layer}/spectrum_b", torch.float64),
                spectrum_a=_tensor(file, f"{layer}/spectrum_a", torch.float64),
                energy_b=float(energy[0]),
                energy_a=float(energy[1]),
            )
    return bases


def read_moments(path: Path, layers: Iterable[str]) -> dict[str, LayerMoments]:
    """The exact moments of the named layers.

    Raises:
        SubspaceError: the file is damaged, or lacks one of them.
    """
    with open_tensors(path, SubspaceError) as file:
        return {
            layer: LayerMoments(
                b=_tensor(file, f"{layer}/b", torch.float64), a=_tensor(file, f"{layer}/a", torch.float64)
            )
            for layer in sorted(layers)
        }


def read_skill(directory: Path, name: str, entry: SkillEntry) -> Skill:
    """A skill by its entry in the manifest.

    Raises:
        SubspaceError: its file is damaged.
    """
    with open_tensors(directory / entry.file, SubspaceError) as file:
        heads = {key.removeprefix(HEAD): file.tensor(key) for key in sorted(file.names) if key.startswith(HEAD)}
        layers = sorted({key.rpartition("/")[0] for key in file.names if not key.startswith(HEAD)})
        coefficients = {
            layer: Coefficients(
                eps_beta=_tensor(file, f"{layer}/eps_beta", torch.float32),
                eps_alpha=_tensor(file, f"{layer}/eps_alpha", torch.float32),
            )
            for layer in layers
        }
    return Skill(
        name=name,
        coefficients=coefficients,
        scale=entry.scale,
        head=heads,
        errors=entry.errors,
        origin=entry.origin.model_dump(exclude_unset=True),
    )


def _tensor(file: TensorFile, name: str, dtype: torch.dtype) -> Tensor:
    if name not in file.names:
        raise SubspaceError(f"{file.path}: expected the tensor {name}, got a file without it")
    tensor = file.tensor(name)
    if tensor.dtype != dtype:
        raise SubspaceError(f"{file.path}: expected {name} as {dtype}, got {tensor.dtype}")
    return tensor
