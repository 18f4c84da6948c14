"""Small causal LMs with a byte-level tokenizer, made on the spot."""

import os

os.environ.setdefault("HF_HUB_OFFLINE", "1")

from pathlib import Path
from typing import Any, cast

import torch
from peft import LoraConfig, get_peft_model
from tokenizers import Tokenizer
from tokenizers.decoders import ByteLevel as ByteDecoder
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import ByteLevel
from tokenizers.processors import TemplateProcessing
from transformers import (
    AutoModelForCausalLM,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedTokenizerFast,
    Qwen2Config,
    Qwen2ForCausalLM,
)

# transformers' own types are partly unknown: what is made here is handed on as Any.

torch.set_num_threads(1)  # models of this size are slower on several threads

CHAT = (
    "{% for message in messages %}<s>{{ message['role'] }}\n{{ message['content'] }}</s>\n{% endfor %}"
    "{% if add_generation_prompt %}<s>assistant\n{% endif %}"
)
DATED = "{{ strftime_now('%H:%M:%S.%f') }}" + CHAT


def tokenizer(*, chat: str | None = CHAT, closes: bool = False) -> Any:  # noqa: ANN401 - as above
    """One token per byte, and `<pad>`, `<s>`, `</s>`; `closes` adds `</s>` after every text."""
    alphabet = sorted(ByteLevel.alphabet())
    vocabulary = {"<pad>": 0, "<s>": 1, "</s>": 2, **{letter: 3 + place for place, letter in enumerate(alphabet)}}
    made = cast("Any", Tokenizer(BPE(vocabulary, [])))
    made.pre_tokenizer = ByteLevel(add_prefix_space=False, use_regex=False)
    made.decoder = ByteDecoder()
    made.post_processor = TemplateProcessing(
        single="<s> $A </s>" if closes else "<s> $A", special_tokens=[("<s>", 1), ("</s>", 2)]
    )
    special = {"pad_token": "<pad>", "bos_token": "<s>", "eos_token": "</s>"}
    wrapped = PreTrainedTokenizerFast(tokenizer_object=made, **special)
    wrapped.chat_template = chat
    return wrapped


def model_folder(path: Path, *, family: str = "qwen2", chat: str | None = CHAT, seed: int = 0) -> Path:
    """A folder as `save_pretrained` writes it: two layers of width 32, large weights, so that its answers vary."""
    cast("Any", torch).manual_seed(seed)
    sizes: dict[str, Any] = {
        "vocab_size": 259,
        "hidden_size": 32,
        "intermediate_size": 48,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "max_position_embeddings": 4096,
        "initializer_range": 0.3,
        "pad_token_id": 0,
        "bos_token_id": 1,
        "eos_token_id": 2,
        "tie_word_embeddings": False,
    }
    model: Any = Qwen2ForCausalLM(Qwen2Config(**sizes)) if family == "qwen2" else LlamaForCausalLM(LlamaConfig(**sizes))
    model.save_pretrained(path)
    tokenizer(chat=chat).save_pretrained(path)
    return path


def adapter_folder(path: Path, model: Path, *, seed: int, r: int = 4, std: float = 0.5, **config: Any) -> Path:  # noqa: ANN401 - LoraConfig's
    """A LoRA of that model, saved by peft, whose factors are all random and large."""
    base = cast("Any", AutoModelForCausalLM).from_pretrained(model)
    settings: dict[str, Any] = {"target_modules": ["q_proj", "v_proj", "down_proj"], "task_type": "CAUSAL_LM", **config}
    peft: Any = get_peft_model(base, LoraConfig(r=r, lora_alpha=2 * r, **settings))
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in peft.named_parameters():
            if "lora_" in name:
                parameter.copy_(std * torch.randn(parameter.shape, generator=generator))
    peft.save_pretrained(path)
    return path
