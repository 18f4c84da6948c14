"""Rows as tokens, with the loss on the answer alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import torch

from share_rs.errors import TrainError
from share_rs.repair.chat import encode_prompt

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from torch import Tensor
    from transformers import PreTrainedTokenizerBase

    from share_rs.training.rows import Row

IGNORED = -100
"""The label that transformers' losses leave out."""


@dataclass(frozen=True)
class Example:
    """One row as token ids."""

    prompt: tuple[int, ...]
    """As `encode_prompt` gives them, in evaluation too."""
    answer: tuple[int, ...]
    """Ending in the token that ends a text: a model that never learns it never stops."""

    @property
    def ids(self) -> tuple[int, ...]:
        """Prompt and answer."""
        return self.prompt + self.answer

    @property
    def labels(self) -> tuple[int, ...]:
        """As long as `ids`: the answer, and IGNORED for each token of the prompt."""
        return (IGNORED,) * len(self.prompt) + self.answer


def encode(tokenizer: PreTrainedTokenizerBase, row: Row) -> Example:
    """A row as token ids.

    The answer is encoded apart from the prompt, because generation begins after the prompt's own tokens, whatever the
    tokenizer would make of both at once.

    Raises:
        TrainError: the tokenizer has no token that ends a text, or gives the prompt no token.
        ValueError: its chat template cannot be rendered.
    """
    untyped = cast("Any", tokenizer)
    if untyped.eos_token_id is None:
        raise TrainError(
            "the tokenizer has no eos_token, so an answer would have no end; expected one in tokenizer_config.json"
        )
    prompt = encode_prompt(tokenizer, row.prompt)
    if not prompt:
        raise TrainError(f"{row.place}: the tokenizer gives the prompt no token; the answer has nothing to follow")
    answer = list[int](untyped(row.answer, add_special_tokens=False)["input_ids"])
    return Example(tuple(prompt), (*answer, int(untyped.eos_token_id)))


@dataclass(frozen=True)
class Encoded:
    """Rows as examples in their order, and one sentence for each row that gave none."""

    examples: tuple[Example, ...]
    invalid: tuple[str, ...]
    """Their answer spells the token that ends a text: learning it would end answers in the middle."""
    too_long: tuple[str, ...]


def encode_rows(tokenizer: PreTrainedTokenizerBase, rows: Iterable[Row], max_length: int) -> Encoded:
    """Rows as examples of at most `max_length` tokens.

    A row is never cut: a cut answer teaches to stop in the middle, and a cut prompt to answer what was not asked.
    """
    examples: list[Example] = []
    invalid: list[str] = []
    too_long: list[str] = []
    for row in rows:
        example = encode(tokenizer, row)
        if example.answer[-1] in example.answer[:-1]:
            invalid.append(f"{row.place}: answer holds the token that ends a text, expected plain text")
        elif len(example.ids) > max_length:
            lengths = f"{len(example.ids)} tokens ({len(example.prompt)} of the prompt)"
            too_long.append(f"{row.place}: {lengths}, expected at most {max_length}")
        else:
            examples.append(example)
    return Encoded(tuple(examples), tuple(invalid), tuple(too_long))


@dataclass(frozen=True)
class Collator:
    """Examples as one batch, padded on the right to the longest of them."""

    pad: int
    """Any id: what is padded is neither attended to nor learned."""

    def __call__(self, examples: Sequence[Example]) -> dict[str, Tensor]:
        """`input_ids`, `attention_mask` and `labels`, int64, one row an example."""
        width = max(len(example.ids) for example in examples)
        return {
            "input_ids": _padded([example.ids for example in examples], width, self.pad),
            "attention_mask": _padded([(1,) * len(example.ids) for example in examples], width, 0),
            "labels": _padded([example.labels for example in examples], width, IGNORED),
        }


def collator(tokenizer: PreTrainedTokenizerBase) -> Collator:
    """Pads with the tokenizer's own token, or where it has none, as often with decoders, with the one that ends a text."""
    untyped = cast("Any", tokenizer)
    return Collator(int(untyped.eos_token_id if untyped.pad_token_id is None else untyped.pad_token_id))


def _padded(rows: list[tuple[int, ...]], width: int, fill: int) -> Tensor:
    return torch.tensor([[*row, *[fill] * (width - len(row))] for row in rows], dtype=torch.int64)
