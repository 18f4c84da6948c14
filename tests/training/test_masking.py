"""The loss is on the answer and its end, token by token, and nowhere else."""

# PyTorch's linear algebra is untyped.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from pathlib import Path
from typing import Any, cast

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional

from share_rs.errors import TrainError
from share_rs.repair.chat import encode_prompt
from share_rs.training.base import load_base
from share_rs.training.masking import IGNORED, Collator, Example, collator, encode, encode_rows
from share_rs.training.rows import Row

from .models import byte_tokenizer

TOKENIZERS = {"chat": byte_tokenizer(chat=True), "plain": byte_tokenizer(chat=False)}
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)


@given(texts, texts, st.sampled_from(sorted(TOKENIZERS)))
def test_labels_are_the_answer_and_its_end_and_the_prompt_is_that_of_evaluation(
    prompt: str, answer: str, chat: str
) -> None:
    tokenizer = TOKENIZERS[chat]
    example = encode(tokenizer, Row(prompt, answer, "row 1"))
    before = encode_prompt(tokenizer, prompt)
    assert list(example.ids[: len(before)]) == before
    assert example.labels[: len(before)] == (IGNORED,) * len(before)
    learned = example.labels[len(before) :]
    assert learned == example.ids[len(before) :]
    assert learned[-1] == tokenizer.eos_token_id
    assert learned.count(tokenizer.eos_token_id) == 1
    assert bytes(cast("Any", tokenizer).decode(learned[:-1]), "utf-8") == answer.encode()


def test_an_answer_that_spells_the_token_that_ends_a_text_is_no_row() -> None:
    rows = [Row("a", "b<|end|>c", "row 1"), Row("a<|end|>", "b<|en d|>", "row 2")]
    encoded = encode_rows(TOKENIZERS["chat"], rows, 200)
    assert [example.answer for example in encoded.examples] == [encode(TOKENIZERS["chat"], rows[1]).answer]
    assert encoded.invalid == ("row 1: answer holds the token that ends a text, expected plain text",)


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), min_size=1, max_size=5))
def test_a_batch_holds_each_row_whole_and_padding_is_neither_attended_to_nor_learned(
    sizes: list[tuple[int, int]],
) -> None:
    examples = [Example(tuple(range(1, a + 1)), tuple(range(50, 50 + b))) for a, b in sizes]
    batch = Collator(pad=99)(examples)
    for index, example in enumerate(examples):
        length = len(example.ids)
        assert batch["input_ids"][index].tolist()[:length] == list(example.ids)
        assert batch["labels"][index].tolist()[:length] == list(example.labels)
        assert batch["attention_mask"][index].tolist() == [
            int(place < length) for place in range(batch["labels"].shape[1])
        ]
        assert set(batch["labels"][index].tolist()[length:]) <= {IGNORED}
        assert set(batch["input_ids"][index].tolist()[length:]) <= {99}
    assert batch["input_ids"].shape[1] == max(len(example.ids) for example in examples)


def test_the_models_loss_is_the_mean_over_the_answers_tokens(model: Path) -> None:
    tokenizer = TOKENIZERS["chat"]
    base = cast("Any", load_base(model, "float32")).double().eval()
    rows = [Row("short", "one answer", "row 1"), Row("a longer prompt", "x", "row 2")]
    examples = encode_rows(tokenizer, rows, 200).examples
    batch = collator(tokenizer)(examples)
    with torch.no_grad():
        found = base(**batch).loss
        terms: list[torch.Tensor] = []
        for example in examples:  # each row alone, so that padding cannot matter
            logits = base(input_ids=torch.tensor([example.ids])).logits[0]
            start = len(example.prompt)
            terms.append(
                functional.cross_entropy(logits[start - 1 : -1], torch.tensor(example.answer), reduction="none")
            )
    expected = torch.cat(terms).mean()
    # transformers computes the loss in float32 whatever the logits are.
    assert abs(float(found) - float(expected)) < 1e-6


def test_a_row_that_is_too_long_is_named_and_never_cut() -> None:
    rows = [Row("aaaa", "bb", "row 1"), Row("a", "b", "row 2")]
    lengths = [len(encode(TOKENIZERS["plain"], row).ids) for row in rows]
    assert lengths == [7, 3]
    encoded = encode_rows(TOKENIZERS["plain"], rows, 6)
    assert [example.ids for example in encoded.examples] == [encode(TOKENIZERS["plain"], rows[1]).ids]
    assert encoded.too_long == ("row 1: 7 tokens (4 of the prompt), expected at most 6",)
    assert encode_rows(TOKENIZERS["plain"], rows, 7).too_long == ()


def test_a_tokenizer_without_an_end_is_refused() -> None:
    tokenizer = byte_tokenizer()
    cast("Any", tokenizer).eos_token = None
    with pytest.raises(TrainError, match="no eos_token, so an answer would have no end"):
        encode(tokenizer, Row("a", "b", "row 1"))


def test_where_there_is_no_padding_token_the_end_pads() -> None:
    tokenizer = byte_tokenizer()
    cast("Any", tokenizer).pad_token = None
    assert collator(tokenizer).pad == tokenizer.eos_token_id
