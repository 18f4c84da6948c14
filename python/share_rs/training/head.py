"""The loss of a causal language model from what its head sees, without the logits of every token."""

# torch, peft and transformers have partial types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import torch
from peft import PeftModel
from torch import nn
from torch.nn.functional import cross_entropy, linear

from share_rs.kernels import linear_cross_entropy
from share_rs.kernels.linear_cross_entropy import IGNORED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

_log = logging.getLogger(__name__)


class Head(NamedTuple):
    """A model in two: what makes hidden states (B x S x d), and the layer that makes logits of them."""

    body: nn.Module
    layer: nn.Linear


def plain_head(model: nn.Module, batch: Mapping[str, Tensor]) -> Head | None:
    """The head of a model whose logits are a linear layer of its hidden states and nothing else; None for another.

    Some models cap their logits, or scale them, and no common setting says so: so the logits of `batch` must be those of the
    layer, bit for bit.

    Args:
        model: a causal language model of transformers, or a PeftModel of one.
        batch: a few tokens, as the model takes them.
    """
    base: Any = model.get_base_model() if isinstance(model, PeftModel) else model
    layer, body = base.get_output_embeddings(), base.get_decoder()
    if type(layer) is not nn.Linear or body is None or body is base:
        _log.info("%s: logits are made by the model itself, as its head is no layer of its own", type(base).__name__)
        return None
    inputs = {name: value for name, value in batch.items() if name != "labels"}
    training = model.training
    model.eval()
    try:
        with torch.no_grad():
            due = base(**inputs).logits
            found = linear(body(**inputs)[0], layer.weight, layer.bias).to(due.dtype)
    finally:
        model.train(training)
    if not torch.equal(found, due):
        _log.info("%s: logits are made by the model itself, as they are more than its last layer", type(base).__name__)
        return None
    return Head(body, layer)


def token_losses(model: nn.Module, batch: Mapping[str, Tensor], head: Head | None) -> Tensor:
    """The cross entropy of each next token, B x (S - 1), 0 where it is not supervised; float32 at least.

    Args:
        model: what `head` is of.
        batch: with `labels` (B x S), -100 where a token is not supervised.
        head: as `plain_head` found it; then only the logits of supervised tokens are made, and never all at once.
    """
    inputs = {name: value for name, value in batch.items() if name != "labels"}
    labels = batch["labels"][:, 1:]
    if head is None:
        logits: Tensor = cast("Any", model)(**inputs).logits[:, :-1]
        wide = torch.promote_types(logits.dtype, torch.float32)
        return cross_entropy(logits.mT.to(wide), labels, reduction="none", ignore_index=IGNORED)
    hidden: Tensor = head.body(**inputs)[0][:, :-1]
    rows = hidden.reshape(-1, hidden.shape[-1])
    return linear_cross_entropy(rows, head.layer.weight, labels.flatten(), head.layer.bias).view(labels.shape)
