"""Several examples as one sequence: no padding, and each attends to itself alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from share_rs.kernels.linear_cross_entropy import IGNORED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from share_rs.training.masking import Example


def packed(examples: Sequence[Example], dtype: torch.dtype = torch.float32) -> dict[str, Tensor]:
    """A batch of one row with T tokens, those of all examples, in their order.

    Positions begin anew with each example, and the mask is block-diagonal and causal, so that the losses are those of the examples
    alone. The first token of an example is never a label: the one before it belongs to another.

    Args:
        examples: at least one.
        dtype: of the mask, which is added to the attention's scores: the model's.

    Returns:
        `input_ids`, `position_ids`, `labels` (1 x T, int64) and `attention_mask` (1 x 1 x T x T, 0 or the least number).
    """
    lengths = torch.tensor([len(example.ids) for example in examples])
    owner = torch.repeat_interleave(torch.arange(len(examples)), lengths)
    positions = torch.cat([torch.arange(int(length)) for length in lengths])
    total = len(owner)
    seen = (owner[:, None] == owner[None]) & torch.ones(total, total, dtype=torch.bool).tril()
    labels = torch.tensor([label for example in examples for label in example.labels])
    return {
        "input_ids": torch.tensor([[token for example in examples for token in example.ids]]),
        "position_ids": positions[None],
        "labels": labels.masked_fill(positions == 0, IGNORED)[None],
        "attention_mask": torch.zeros(total, total, dtype=dtype).masked_fill(~seen, torch.finfo(dtype).min)[None, None],
    }


def spread(examples: Sequence[Example], values: Tensor) -> Tensor:
    """One value for each example as one for each of its tokens, 1 x T."""
    return torch.repeat_interleave(values, torch.tensor([len(example.ids) for example in examples]))[None]
