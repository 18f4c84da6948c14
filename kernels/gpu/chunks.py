"""The rows of each skill, gathered into chunks of one skill each, found without waiting for the device."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import torch
from torch.utils.weak import WeakTensorKeyDictionary

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from torch import Tensor


class Chunks(NamedTuple):
    """A stable order, so that sums repeat bit for bit."""

    order: Tensor
    """T: the rows sorted by skill, those of the base last."""
    skill: Tensor
    """For each chunk, whose rows it has."""
    start: Tensor
    """Where its rows begin in the order."""
    stop: Tensor
    """Where they end; equal to the start in a chunk that is not used."""
    first: Tensor
    """N + 1: the first chunk of each skill, and one past the last of all."""


def chunks(ids: Tensor, rows: int, skills: int, size: int) -> Chunks:
    """At most `size` rows in each of as many chunks as there can be: their number must not depend on the values of the ids.

    What was found for the same tensor of ids is used again, as all layers of a model share it; not while a CUDA graph is captured,
    whose replays see other values in it.
    """
    if ids.is_inference() or (ids.is_cuda and torch.cuda.is_current_stream_capturing()):
        return _found(ids, rows, skills, size)
    key = ids._version, rows, skills, size  # noqa: SLF001 - the public way to see a change in place
    known = _KNOWN.get(ids)
    if known is None or known[0] != key:
        known = key, _found(ids, rows, skills, size)
        _KNOWN[ids] = known
    return known[1]


_KNOWN: MutableMapping[Tensor, tuple[tuple[int, int, int, int], Chunks]] = WeakTensorKeyDictionary()


def _found(ids: Tensor, rows: int, skills: int, size: int) -> Chunks:
    each = torch.where(ids < 0, skills, ids.clamp(max=skills - 1)).flatten()
    sorted_skills, order = each.repeat_interleave(rows // max(ids.numel(), 1), output_size=rows).sort(stable=True)
    bounds = torch.searchsorted(sorted_skills, torch.arange(skills + 1, device=ids.device))
    begin, counts = bounds[:-1], bounds.diff()
    first = torch.nn.functional.pad(((counts + size - 1) // size).cumsum(0), (1, 0))
    number = torch.arange(rows // size + min(skills, rows), device=ids.device)
    owner = torch.searchsorted(first[1:], number, right=True)
    skill = owner.clamp(max=skills - 1)
    start = begin[skill] + (number - first[skill]) * size
    stop = torch.minimum(start + size, begin[skill] + counts[skill])
    return Chunks(order, skill, start, torch.where(owner < skills, stop, start), first)
