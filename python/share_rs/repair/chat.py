"""A prompt as token ids, the same in training and in evaluation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

_ONE_DAY = "{% macro strftime_now(format) %}1 January 2026{% endmacro %}"
"""Some templates (Llama 3.2, Mistral) write today's date; a prompt must be the same tomorrow."""


def encode_prompt(tokenizer: PreTrainedTokenizerBase, prompt: str) -> list[int]:
    """The ids after which the model's answer begins.

    Where the tokenizer has a chat template, `prompt` is the one message of the user, and the template opens the turn of
    the assistant. Where it has none, the ids are those of the plain text. Special tokens stand there once: a template
    writes its own, and for plain text the tokenizer adds them, but none that would close the text. What looks like one
    within `prompt`, such as a program's own "</s>", is text; in a template, where transformers can tell them apart.

    Raises:
        ValueError: the chat template cannot be rendered.
    """
    untyped = cast("Any", tokenizer)
    if not untyped.chat_template:
        ids = list[int](untyped(prompt, split_special_tokens=True)["input_ids"])
        return ids[:-1] if len(ids) > 1 and ids[-1] == untyped.eos_token_id else ids
    try:
        template: str = untyped.get_chat_template()
        ids = untyped.apply_chat_template(
            [{"role": "user", "content": prompt}],
            chat_template=_ONE_DAY + template if "strftime_now" in template else template,
            add_generation_prompt=True,
            return_dict=False,
            sanitize_control_tokens=True,
        )
    except Exception as error:
        raise ValueError(f"the tokenizer's chat template does not take one message of a user: {error}") from error
    return list[int](ids)
