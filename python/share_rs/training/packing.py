"""Several examples as one sequence: no padding, and each attends to itself alone."""

# torch, peft and transformers have partial types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal, cast

import torch
from peft import PeftModel
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import sdpa_mask

from share_rs.errors import TrainError
from share_rs.kernels.linear_cross_entropy import IGNORED
from share_rs.training.head import token_losses

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from torch import Tensor, nn

    from share_rs.training.head import Head
    from share_rs.training.masking import Collator, Example

Packing = Literal["segments", "mask"]
"""How examples are kept apart: attention in each of them, one after another, or in all with a block-diagonal mask.

A mask costs T x T scores of which most are thrown away; segments cost a call each, and on an accelerator a wait for their lengths.
"""
SEGMENTS = "share_rs_segments"
"""The name of the attention in segments among those of transformers."""
_TOLERANCE = {torch.float32: 1e-3, torch.float64: 1e-6}
"""Relative difference of losses that rounding may make; other dtypes have 5e-2."""


def packed(examples: Sequence[Example], packing: Packing, dtype: torch.dtype = torch.float32) -> dict[str, Tensor]:
    """A batch of one row with T tokens, those of all examples, in their order.

    Positions begin anew with each example, so that its losses are those of the example alone. The first token of an example is never
    a label: the one before it belongs to another.

    Args:
        examples: at least one.
        packing: for `segments` the mask holds the number of each token's example, and `attending` has to be open.
        dtype: of the model; a mask is added to the attention's scores.

    Returns:
        `input_ids`, `position_ids`, `labels` (1 x T, int64) and `attention_mask` (1 x 1 x 1 x T, int64, or 1 x 1 x T x T of 0 and the
        least number).
    """
    lengths = torch.tensor([len(example.ids) for example in examples])
    owner = torch.repeat_interleave(torch.arange(len(examples)), lengths)
    positions = torch.cat([torch.arange(int(length)) for length in lengths])
    if packing == "segments":
        mask = owner[None, None, None]
    else:
        seen = (owner[:, None] == owner[None]).tril()
        mask = torch.zeros(seen.shape, dtype=dtype).masked_fill(~seen, torch.finfo(dtype).min)[None, None]
    labels = torch.tensor([label for example in examples for label in example.labels])
    return {
        "input_ids": torch.tensor([[token for example in examples for token in example.ids]]),
        "position_ids": positions[None],
        "labels": labels.masked_fill(positions == 0, IGNORED)[None],
        "attention_mask": mask,
    }


def spread(examples: Sequence[Example], values: Tensor) -> Tensor:
    """One value for each example as one for each of its tokens, 1 x T."""
    return torch.repeat_interleave(values, torch.tensor([len(example.ids) for example in examples]))[None]


@contextmanager
def attending(model: nn.Module, packing: Packing | None) -> Generator[None]:
    """While it is open, a model attends in segments, if it is asked to."""
    base: Any = model.get_base_model() if isinstance(model, PeftModel) else model
    if packing != "segments":
        yield
        return
    before = base.config._attn_implementation  # noqa: SLF001 - there is no public way to ask
    base.set_attn_implementation(SEGMENTS)
    try:
        yield
    finally:
        base.set_attn_implementation(before)


def packing_of(model: nn.Module, head: Head | None, examples: Sequence[Example], collate: Collator) -> Packing:
    """The best way that gives the losses of the same examples padded, for this model.

    Args:
        model: as it is trained.
        head: of the model.
        examples: two or more tell whether one sees another.
        collate: pads.

    Raises:
        TrainError: there is none: the model looks at its sequence by other means than attention and positions.
    """
    base: Any = model.get_base_model() if isinstance(model, PeftModel) else model
    some = next(model.parameters())
    training = model.training
    model.eval()
    ways: tuple[Packing, ...] = ("segments", "mask") if some.device.type == "cpu" else ("mask",)
    if base.config._attn_implementation != "sdpa":  # noqa: SLF001 - as above
        ways = ("mask",)
    said = ""
    try:
        with torch.no_grad():
            due = _sum(token_losses(model, _on(collate(examples), some.device), head))
            for way in ways:
                try:
                    with attending(model, way):
                        found = _sum(token_losses(model, _on(packed(examples, way, some.dtype), some.device), head))
                except Exception as error:  # noqa: BLE001 - a model that knows no such mask raises what it likes
                    said = str(error).splitlines()[0]
                    continue
                said = f"its losses are {found:.6g} in the place of {due:.6g}"
                if abs(found - due) <= _TOLERANCE.get(some.dtype, 5e-2) * abs(due):
                    return way
    finally:
        model.train(training)
    raise TrainError(
        f"expected a model that can be given rows one after another in one sequence, got a {type(base).__name__} ({said}); "
        "train it without packing"
    )


def attend_in_segments(  # noqa: D417 - the others are transformers'
    module: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor,
    **options: Any,  # noqa: ANN401 - transformers'
) -> tuple[Tensor, None]:
    """Causal attention inside of each run of equal numbers.

    Args:
        attention_mask: 1 x 1 x 1 x T, the number of each token's segment.
    """
    lengths: list[int] = torch.unique_consecutive(attention_mask.flatten(), return_counts=True)[1].tolist()
    window = cast("int | None", options.get("sliding_window"))
    found: list[Tensor] = []
    for q, k, v in zip(query.split(lengths, 2), key.split(lengths, 2), value.split(lengths, 2), strict=True):
        length = q.shape[2]
        mask = None
        if window is not None and window < length:
            mask = torch.ones(length, length, dtype=torch.bool, device=q.device).tril().triu(1 - window)[None, None]
        found.append(sdpa_attention_forward(module, q, k, v, mask, **options)[0])
    return torch.cat(found, 1), None


def _on(batch: dict[str, Tensor], device: torch.device) -> dict[str, Tensor]:
    return {name: one.to(device) for name, one in batch.items()}


def _sum(losses: Tensor) -> float:
    return float(losses.double().sum())


cast("Any", AttentionInterface).register(SEGMENTS, attend_in_segments)
cast("Any", AttentionMaskInterface).register(SEGMENTS, sdpa_mask)
