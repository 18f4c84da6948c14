"""Small models of seven architectures, and subspaces on them that no initialiser could make again."""

# torch, peft and transformers have partial types.
# ruff: noqa: ANN401
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import peft
import torch
import transformers
from torch import Tensor, nn
from transformers import PreTrainedModel
from transformers.pytorch_utils import Conv1D

from share_rs.subspace import Coefficients, LayerBasis, SharedSubspace, Skill

SKILLS = ("bc", "tm")
VOCABULARY = 48


@dataclass(frozen=True)
class Architecture:
    """How a model is made, what it is fed, and which of its layers have a basis."""

    make: Callable[[], PreTrainedModel]
    batch: Callable[[int], dict[str, Tensor]]
    """The inputs of a batch of so many samples, with labels."""
    layers: tuple[str, ...]
    """Ends of the names of the adapted layers."""
    auto: str
    """The Auto class that loads it."""
    task: str | None = None


def _text(config: str, model: str, **sizes: Any) -> Callable[[], PreTrainedModel]:
    return lambda: getattr(transformers, model)(getattr(transformers, config)(vocab_size=VOCABULARY, **sizes))


def _ids(samples: int, length: int = 6, seed: int = 0) -> Tensor:
    return torch.randint(2, VOCABULARY, (samples, length), generator=torch.Generator().manual_seed(seed))


def _causal(samples: int) -> dict[str, Tensor]:
    ids = _ids(samples)
    return {"input_ids": ids, "labels": ids}


def _images(samples: int) -> dict[str, Tensor]:
    draw = torch.Generator().manual_seed(0)
    return {"pixel_values": torch.randn(samples, 3, 8, 8, generator=draw), "labels": torch.arange(samples) % 3}


_LLAMA_LIKE: dict[str, Any] = {
    "hidden_size": 16,
    "intermediate_size": 24,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "num_key_value_heads": 1,
    "pad_token_id": 0,
    "bos_token_id": None,
    "eos_token_id": 1,
}
_SEVEN = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
ARCHITECTURES: Mapping[str, Architecture] = {
    "qwen2": Architecture(
        _text("Qwen2Config", "Qwen2ForCausalLM", **_LLAMA_LIKE), _causal, _SEVEN, "AutoModelForCausalLM", "CAUSAL_LM"
    ),
    "llama": Architecture(
        _text("LlamaConfig", "LlamaForCausalLM", **_LLAMA_LIKE), _causal, _SEVEN, "AutoModelForCausalLM", "CAUSAL_LM"
    ),
    "t5": Architecture(
        _text(
            "T5Config",
            "T5ForConditionalGeneration",
            d_model=16,
            d_kv=8,
            d_ff=24,
            num_layers=2,
            num_heads=2,
            decoder_start_token_id=0,
            dropout_rate=0.0,
        ),
        lambda samples: {"input_ids": _ids(samples), "labels": _ids(samples, 4, 1)},
        ("q", "k", "v", "o", "wi", "wo"),
        "AutoModelForSeq2SeqLM",
        # PEFT 0.20's class for it asks transformers 5 for a method that is gone.
        None if peft.__version__.startswith("0.20.") else "SEQ_2_SEQ_LM",
    ),
    "bert": Architecture(
        _text(
            "BertConfig",
            "BertForSequenceClassification",
            hidden_size=16,
            intermediate_size=24,
            num_hidden_layers=2,
            num_attention_heads=2,
            num_labels=3,
        ),
        lambda samples: {"input_ids": _ids(samples), "labels": torch.arange(samples) % 3},
        ("query", "key", "value", "attention.output.dense", "intermediate.dense"),
        "AutoModelForSequenceClassification",
    ),
    "vit": Architecture(
        lambda: transformers.ViTForImageClassification(
            transformers.ViTConfig(
                hidden_size=16,
                intermediate_size=24,
                num_hidden_layers=2,
                num_attention_heads=2,
                image_size=8,
                patch_size=4,
                id2label={0: "a", 1: "b", 2: "c"},
            )
        ),
        _images,
        ("query", "q_proj", "value", "v_proj", "intermediate.dense", "fc1"),
        "AutoModelForImageClassification",
    ),
    "gpt2": Architecture(
        _text(
            "GPT2Config",
            "GPT2LMHeadModel",
            n_embd=16,
            n_layer=2,
            n_head=2,
            n_positions=32,
            bos_token_id=1,
            eos_token_id=1,
        ),
        _causal,
        ("c_attn", "c_proj", "c_fc"),
        "AutoModelForCausalLM",
        "CAUSAL_LM",
    ),
    "neox": Architecture(
        _text(
            "GPTNeoXConfig",
            "GPTNeoXForCausalLM",
            hidden_size=16,
            intermediate_size=24,
            num_hidden_layers=2,
            num_attention_heads=2,
            bos_token_id=None,
            eos_token_id=1,
        ),
        _causal,
        ("query_key_value", "attention.dense", "dense_h_to_4h", "dense_4h_to_h"),
        "AutoModelForCausalLM",
        "CAUSAL_LM",
    ),
}


def fresh(name: str, seed: int = 0) -> PreTrainedModel:
    """The same weights for the same seed, large enough that every layer matters; no dropout."""
    torch.manual_seed(seed)
    model = ARCHITECTURES[name].make().eval()
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim > 1:
                parameter.mul_(4)
    return model


def subspace_for(
    model: nn.Module, ends: tuple[str, ...], *, k_b: int = 3, k_a: int = 4, p: int = 2, seed: int = 7
) -> SharedSubspace:
    """Random orthonormal bases for the layers whose names end so, and two skills of an effect that one can see."""
    draw = torch.Generator().manual_seed(seed)

    def normal(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=draw)

    layers: dict[str, LayerBasis] = {}
    coefficients: dict[str, dict[str, Coefficients]] = {name: {} for name in SKILLS}
    transposed: set[str] = set()
    for name, module in sorted(dict(model.named_modules()).items()):
        if not isinstance(module, nn.Linear | Conv1D) or not name.endswith(tuple(f".{end}" for end in ends)):
            continue
        n, d = module.weight.shape
        if isinstance(module, Conv1D):
            n, d = d, n
            transposed.add(name)
        layers[name] = LayerBasis(
            torch.linalg.qr(normal(n, k_b)).Q,
            torch.linalg.qr(normal(d, k_a)).Q,
            torch.ones(k_b, dtype=torch.float64),
            torch.ones(k_a, dtype=torch.float64),
            float(k_b),
            float(k_a),
        )
        for skill in SKILLS:
            coefficients[skill][name] = Coefficients(normal(k_b, p), normal(k_a, p))
    assert layers
    return SharedSubspace(
        base_model="tiny",
        layers=layers,
        skills={name: Skill(name, one) for name, one in coefficients.items()},
        fan_in_fan_out=frozenset(transposed),
    )


def checkpointed(model: Any, *, use_reentrant: bool) -> None:
    """Turns on what transformers calls gradient checkpointing, and later activation checkpointing."""
    enable = getattr(model, "activation_checkpointing_enable", None) or model.gradient_checkpointing_enable
    enable({"use_reentrant": use_reentrant})
    model.enable_input_require_grads()


def outputs(model: Any, batch: Mapping[str, Tensor], **options: Any) -> Tensor:
    with torch.no_grad():
        return model(**batch, **options).logits


def gap(left: Tensor, right: Tensor) -> float:
    """The largest difference, in units of the right one's largest value."""
    left, right = left.detach().float(), right.detach().float()
    return float((left - right).abs().max() / right.abs().max())
