"""A causal language model of a few thousand parameters and a tokenizer of bytes, made on the spot."""

# PyTorch's linear algebra is untyped.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from pathlib import Path
from typing import Any, cast

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM

CHAT = (
    "{% for message in messages %}<|{{ message.role }}|>{{ message.content }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
SPECIAL = ["<|end|>", "<|pad|>", "<|user|>", "<|assistant|>"]


def byte_tokenizer(*, chat: bool = True) -> PreTrainedTokenizerFast:
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    inner = Tokenizer(models.BPE(vocab={letter: index for index, letter in enumerate(alphabet)}, merges=[]))
    inner.pre_tokenizer = cast("Any", pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False))
    inner.decoder = cast("Any", decoders.ByteLevel())
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=inner,
        eos_token=SPECIAL[0],
        pad_token=SPECIAL[1],
        additional_special_tokens=SPECIAL[2:],
    )
    if chat:
        tokenizer.chat_template = CHAT
    return tokenizer


def write_model(folder: Path, *, hidden: int = 32, layers: int = 2, seed: int = 5, chat: bool = True) -> Path:
    tokenizer = byte_tokenizer(chat=chat)
    torch.manual_seed(seed)
    config = Qwen2Config(
        vocab_size=len(tokenizer),
        hidden_size=hidden,
        intermediate_size=2 * hidden - 16,
        num_hidden_layers=layers,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=512,
        eos_token_id=cast("Any", tokenizer).eos_token_id,
        pad_token_id=cast("Any", tokenizer).pad_token_id,
        tie_word_embeddings=False,
        initializer_range=0.2,  # at the usual 0.02 every answer is equally likely, and little is learned in a few steps
    )
    cast("Any", Qwen2ForCausalLM(config)).save_pretrained(folder)
    cast("Any", tokenizer).save_pretrained(folder)
    return folder
