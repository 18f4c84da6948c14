"""Tensors in the midst of NaN: who reads beyond them is wrong, and who writes there is seen."""

# torch's own types are partial.
# pyright: reportUnknownMemberType=false

import torch
from torch import Tensor

MARGIN = 37


def guarded(tensor: Tensor) -> Tensor:
    """The same numbers with the same strides as if contiguous, and NaN before and after them."""
    room = torch.full((MARGIN + tensor.numel() + MARGIN,), torch.nan, dtype=tensor.dtype)
    place = room[MARGIN : MARGIN + tensor.numel()].view(tensor.shape)
    return place.copy_(tensor)


def apart(tensor: Tensor) -> Tensor:
    """The same numbers in rows that lie further apart, with NaN between them."""
    rows, columns = tensor.shape
    room = torch.full((rows + 2, columns + MARGIN), torch.nan, dtype=tensor.dtype)
    place = room[1 : rows + 1, 5 : columns + 5]
    return place.copy_(tensor)


def untouched(tensor: Tensor) -> bool:
    """Whether all around what `apart` or `guarded` made there is still NaN."""
    around = torch.empty(0, dtype=tensor.dtype).set_(tensor.untyped_storage()).clone()
    around.as_strided(tensor.shape, tensor.stride(), tensor.storage_offset()).fill_(torch.nan)
    return bool(around.isnan().all())
