"""Operands as the kernels read them fastest: rows that begin at multiples of 16 numbers, neighbours side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.utils.weak import WeakTensorKeyDictionary

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from torch import Tensor

MULTIPLE = 16


def aligned(basis: Tensor) -> Tensor:
    """The basis (features x k), or the same numbers in rows of a multiple of 16, made once for each tensor of a basis.

    A change of the basis in place is seen, and a new copy made. A basis in inference mode keeps no count of its changes, and is
    copied for every call; so is one that is first seen while a CUDA graph is captured, when the copy is not made yet.
    """
    if basis.stride(1) == 1 and basis.stride(0) % MULTIPLE == 0:
        return basis
    if basis.is_inference():
        return _copied(basis)
    key = basis._version, basis.data_ptr()  # noqa: SLF001 - the public way to see a change in place
    known = _KNOWN.get(basis)
    if known is not None and known[0] == key:
        return known[1]
    copy = _copied(basis)
    if not (basis.is_cuda and torch.cuda.is_current_stream_capturing()):
        _KNOWN[basis] = key, copy
    return copy


def packed(x: Tensor) -> Tensor:
    """The rows T x d of x (..., d), copied only where neighbours are not side by side."""
    rows = x.reshape(-1, x.shape[-1])
    return rows if rows.stride(1) == 1 or rows.shape[1] == 1 else rows.contiguous()


_KNOWN: MutableMapping[Tensor, tuple[tuple[int, int], Tensor]] = WeakTensorKeyDictionary()


def _copied(basis: Tensor) -> Tensor:
    features, k = basis.shape
    wide = basis.new_zeros(features, -(-k // MULTIPLE) * MULTIPLE)
    wide[:, :k] = basis
    return wide[:, :k]
