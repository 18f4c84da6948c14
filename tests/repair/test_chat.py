"""Prompts as token ids."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from share_rs.repair.chat import encode_prompt

from .models import CHAT, DATED, tokenizer

PLAIN, CHATTING = tokenizer(chat=None), tokenizer()

texts = st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(["</s>", "a <s> b", "<pad></s>"])


@given(texts)
def test_plain_text_begins_with_the_special_token_once(prompt: str) -> None:
    ids = encode_prompt(PLAIN, prompt)
    assert ids[0] == 1
    assert ids.count(1) == 1
    assert 2 not in ids
    assert PLAIN.decode(ids[1:]) == prompt


@given(texts)
def test_a_chat_template_opens_the_turn_of_the_assistant_and_writes_its_tokens_once(prompt: str) -> None:
    ids = encode_prompt(CHATTING, prompt)
    assert CHATTING.decode(ids) == f"<s>user\n{prompt}</s>\n<s>assistant\n"
    assert (ids.count(1), ids.count(2)) == (2, 1)


def test_a_tokenizer_that_closes_every_text_leaves_a_prompt_open() -> None:
    assert encode_prompt(tokenizer(chat=None, closes=True), "fn") == encode_prompt(PLAIN, "fn")


def test_a_template_that_writes_the_date_gives_the_same_ids_at_any_time() -> None:
    dated = tokenizer(chat=DATED)
    assert encode_prompt(dated, "fn") == encode_prompt(dated, "fn")
    assert dated.decode(encode_prompt(dated, "fn")).startswith("1 January 2026<s>user")


def test_a_template_that_refuses_is_named() -> None:
    refusing = tokenizer(chat="{{ raise_exception('I want a system message') }}" + CHAT)
    with pytest.raises(ValueError, match="I want a system message"):
        encode_prompt(refusing, "fn")
