"""What a basis is known by: coefficients mean nothing on another."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, cast

import torch

if TYPE_CHECKING:
    from torch import Tensor

    from share_rs.subspace.space import SharedSubspace


def basis_hash(subspace: SharedSubspace) -> str:
    """SHA-256, in hexadecimal, over the layers' names, shapes and bases as float32.

    It is the same before a save (float64) and after a load (float32), and does not depend on skills or settings.
    """
    digest = sha256()
    for name, basis in sorted(subspace.layers.items()):
        for side, matrix in (("beta", basis.beta), ("alpha", basis.alpha)):
            digest.update(f"{name}\0{side}\0{tuple(matrix.shape)}\0".encode())
            digest.update(tensor_bytes(matrix.to(torch.float32)))
    return digest.hexdigest()


def tensor_bytes(tensor: Tensor) -> memoryview:
    """The bytes of a tensor in row-major order."""
    flat = tensor.detach().to("cpu").contiguous().reshape(-1)
    return memoryview(cast("bytes", flat.view(torch.uint8).numpy())) if flat.numel() else memoryview(b"")
