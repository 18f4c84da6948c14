"""What PEFT writes is read as the update that PEFT applies, and what is more than B A is refused with the reason."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest
import torch
from peft import LoraConfig, VeraConfig, get_peft_model
from safetensors.torch import load_file, save_file  # pyright: ignore[reportUnknownVariableType]

from share_rs.errors import AdapterError
from share_rs.subspace import Adapter
from tests.subspace.adapters import deltas, gpt2, peft_adapter, qwen, random_factors, write_adapter, write_raw

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning")

ALL = ["q_proj", "v_proj", "up_proj", "down_proj"]
CONFIGS: dict[str, dict[str, Any]] = {
    "plain": {"r": 2, "target_modules": ALL},
    "scaled": {"r": 2, "lora_alpha": 32, "target_modules": ALL},
    "rslora": {"r": 3, "lora_alpha": 7, "use_rslora": True, "target_modules": ALL},
    "patterns": {
        "r": 2,
        "lora_alpha": 3,
        "target_modules": "all-linear",
        "rank_pattern": {
            r"layers\.1\.self_attn\.q_proj": 5,
            "up_proj": 1,
            "model.layers.0.self_attn.v_proj": 4,
        },
        "alpha_pattern": {"^model.layers.0.mlp.(gate|up)_proj": 11, r".*\.1\..*": 0.5},
    },
    "some layers": {"r": 2, "target_modules": ["q_proj"], "layers_to_transform": [1], "layers_pattern": "layers"},
    "eva-like": {"r": 2, "target_modules": ALL, "init_lora_weights": "gaussian", "lora_dropout": 0.1},
    "orthogonal": {"r": 2, "target_modules": ["q_proj"], "init_lora_weights": "orthogonal"},
    "head": {"r": 2, "target_modules": ["q_proj"], "modules_to_save": ["lm_head"]},
}


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_the_update_is_that_of_peft(tmp_path: Path, config: dict[str, Any]) -> None:
    wanted = deltas(peft_adapter(tmp_path / "one", qwen(), **config))
    adapter = Adapter.open(tmp_path / "one")
    assert adapter.name == "one"
    assert adapter.layers == tuple(sorted(wanted))
    for layer, delta in wanted.items():
        b, a = adapter.factors(layer)
        assert b.dtype == a.dtype == torch.float64
        assert adapter.shape(layer) == tuple(delta.shape) == (b.shape[0], a.shape[1])
        assert adapter.rank(layer) == b.shape[1] == a.shape[0]
        torch.testing.assert_close(b @ a, delta, rtol=1e-5, atol=1e-5)  # PEFT multiplies in float32


def test_conv1d_is_read_in_the_order_n_x_d(tmp_path: Path) -> None:
    model = peft_adapter(tmp_path, gpt2(), r=2, target_modules=["c_attn", "c_fc"], fan_in_fan_out=True)
    adapter = Adapter.open(tmp_path)
    assert (
        adapter.fan_in_fan_out
        == frozenset(adapter.layers)
        == {"transformer.h.0.attn.c_attn", "transformer.h.0.mlp.c_fc"}
    )
    assert adapter.shape("transformer.h.0.attn.c_attn") == (48, 16)
    for layer, delta in deltas(model).items():
        b, a = adapter.factors(layer)
        torch.testing.assert_close(b @ a, delta, rtol=1e-5, atol=1e-5)


def test_modules_to_save_are_the_head(tmp_path: Path) -> None:
    model = peft_adapter(tmp_path, qwen(), r=2, target_modules=["q_proj"], modules_to_save=["lm_head", "layernorm"])
    head = Adapter.open(tmp_path).head()
    assert len(head) == 5
    assert {"lm_head.weight", "model.layers.1.input_layernorm.weight"} <= set(head)
    state = model.state_dict()
    for name, tensor in head.items():
        module = name.removesuffix(".weight")
        assert torch.equal(tensor, state[f"base_model.model.{module}.modules_to_save.default.weight"])


def test_the_dtype_is_the_callers_whatever_is_stored(tmp_path: Path) -> None:
    factors = random_factors({"x": (4, 3)}, 2, seed=0)
    for place, dtype in enumerate((torch.float64, torch.float32, torch.bfloat16, torch.float16)):
        adapter = Adapter.open(write_adapter(tmp_path / str(place), factors, dtype=dtype))
        for wanted in (torch.float32, torch.float64):
            b, a = adapter.factors("x", wanted)
            assert b.dtype == a.dtype == wanted
            assert torch.equal(b.double(), factors["x"][0].to(dtype).to(wanted).double())


def test_what_is_read_is_not_the_file(tmp_path: Path) -> None:
    factors = random_factors({"x": (4, 3)}, 2, seed=0)
    adapter = Adapter.open(write_adapter(tmp_path / "a", factors, lora_alpha=6))
    for factor in adapter.factors("x"):
        factor.zero_()
    assert torch.equal(adapter.factors("x")[0], 3 * factors["x"][0])


def test_an_untrained_adapter_is_legal(tmp_path: Path) -> None:
    get_peft_model(qwen(), LoraConfig(r=2, target_modules=["q_proj"])).save_pretrained(str(tmp_path))
    adapter = Adapter.open(tmp_path)
    assert not adapter.factors(adapter.layers[0])[0].any()


def test_the_content_hash_depends_on_what_the_adapter_does_and_not_on_its_name(tmp_path: Path) -> None:
    shapes = {"x": (4, 3), "y": (2, 5)}
    factors = random_factors(shapes, 2, seed=0)
    first = Adapter.open(write_adapter(tmp_path / "a", factors)).content_hash
    assert Adapter.open(write_adapter(tmp_path / "b", factors, lora_dropout=0.5)).content_hash == first
    others = [
        write_adapter(tmp_path / "c", random_factors(shapes, 2, seed=1)),
        write_adapter(tmp_path / "d", factors, lora_alpha=5),
        write_adapter(tmp_path / "e", {"x": factors["x"]}),
        write_adapter(tmp_path / "f", factors, base_model_name_or_path="other"),
    ]
    assert len({first, *(Adapter.open(path).content_hash for path in others)}) == 5
    read = Adapter.open(tmp_path / "a")
    read.factors("x")
    assert read.content_hash == first


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "dora": ({"use_dora": True}, "DoRA"),
    "bias": ({"bias": "lora_only"}, "bias"),
    "lora_bias": ({"lora_bias": True}, "bias"),
    "pissa": ({"init_lora_weights": "pissa"}, "path_initial_model_for_weight_conversion"),
    "olora": ({"init_lora_weights": "olora"}, "path_initial_model_for_weight_conversion"),
    "tokens": ({"trainable_token_indices": [1, 2]}, "token"),
}


@pytest.mark.parametrize(("config", "words"), REFUSED.values(), ids=REFUSED)
def test_a_variant_of_peft_that_is_more_than_b_a_is_refused(tmp_path: Path, config: dict[str, Any], words: str) -> None:
    if "bias" in config or "lora_bias" in config:
        base = gpt2()
        settings = {"target_modules": ["c_attn"], "fan_in_fan_out": True}
    else:
        base, settings = qwen(), {"target_modules": ["q_proj"]}
    peft_adapter(tmp_path, base, r=2, **settings, **config)
    with pytest.raises(AdapterError, match=words) as caught:
        Adapter.open(tmp_path)
    assert str(tmp_path) in str(caught.value)


def test_an_embedding_is_refused(tmp_path: Path) -> None:
    peft_adapter(tmp_path, qwen(), r=2, target_modules=["embed_tokens"])
    with pytest.raises(AdapterError, match="embedding"):
        Adapter.open(tmp_path)


def test_another_method_is_refused(tmp_path: Path) -> None:
    get_peft_model(qwen(), VeraConfig(r=2, target_modules=["q_proj"])).save_pretrained(str(tmp_path))
    with pytest.raises(AdapterError, match=r"'LORA'.*'VERA'"):
        Adapter.open(tmp_path)


CONFIGURATIONS: dict[str, tuple[Any, str]] = {
    "rank 0": ({"r": 0}, "at least 1"),
    "no number": ({"r": "8"}, "whole number"),
    "rank 0 by pattern": ({"rank_pattern": {"x": 0}}, "at least 1"),
    "broken pattern": ({"rank_pattern": {"(": 1}}, "regular expressions"),
    "infinite scale": ({"lora_alpha": float("inf")}, "finite"),
    "unknown setting": ({"use_magic": True}, "use_magic"),
    "lora_ga": ({"init_lora_weights": "lora_ga", "lora_ga_config": {"direction": "ArB2r"}}, "base weights"),
    "no type": ({"peft_type": None}, "'LORA'"),
    "target_parameters": ({"target_parameters": ["experts"]}, "not linear layers"),
    "patterns a list": ({"alpha_pattern": [1]}, "an object"),
}


@pytest.mark.parametrize(("config", "words"), CONFIGURATIONS.values(), ids=CONFIGURATIONS)
def test_a_configuration_that_cannot_be_is_refused_by_field(tmp_path: Path, config: dict[str, Any], words: str) -> None:
    factors = random_factors({"x": (4, 3)}, 2, seed=0)
    write_adapter(tmp_path / "a", factors)
    path = tmp_path / "a" / "adapter_config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **config}))
    with pytest.raises(AdapterError, match=words) as caught:
        Adapter.open(tmp_path / "a")
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("text", ["", "{", "[]", "\ufffd"])
def test_a_damaged_configuration_is_refused(tmp_path: Path, text: str) -> None:
    write_adapter(tmp_path / "a", random_factors({"x": (4, 3)}, 2, seed=0))
    (tmp_path / "a" / "adapter_config.json").write_text(text)
    with pytest.raises(AdapterError, match=r"adapter_config\.json"):
        Adapter.open(tmp_path / "a")


A, B = "base_model.model.x.lora_A.weight", "base_model.model.x.lora_B.weight"
ONES = {"A": torch.ones(2, 3), "B": torch.ones(4, 2)}
TENSORS: dict[str, tuple[dict[str, torch.Tensor], str]] = {
    "no partner": ({A: ONES["A"]}, r"layer x: expected .*lora_B.weight beside"),
    "transposed A": ({A: ONES["A"].T.contiguous(), B: ONES["B"]}, r"got A \(3 x 2\)"),
    "transposed B": ({A: ONES["A"], B: ONES["B"].T.contiguous()}, r"got A \(2 x 3\) and B \(2 x 4\)"),
    "cut rank": ({A: ONES["A"][:1].clone(), B: ONES["B"]}, "the configured rank is 2"),
    "another rank": ({A: torch.ones(3, 3), B: torch.ones(4, 3)}, "the configured rank is 2"),
    "convolution": ({A: torch.ones(2, 3, 1, 1), B: torch.ones(4, 2, 1, 1)}, "linear layer"),
    "whole numbers": ({A: ONES["A"].int(), B: ONES["B"].int()}, "floating point"),
    "empty": ({A: torch.ones(2, 0), B: ONES["B"]}, "expected A"),
    "extra": ({A: ONES["A"], B: ONES["B"], "base_model.model.x.extra": torch.ones(2)}, "modules_to_save"),
    "no prefix": ({"x.lora_A.weight": ONES["A"]}, "expected tensors named"),
    "nothing": ({}, "at least one layer"),
    "magnitude": ({A: ONES["A"], B: ONES["B"], "base_model.model.x.lora_magnitude_vector": torch.ones(4)}, "DoRA"),
}


@pytest.mark.parametrize(("tensors", "words"), TENSORS.values(), ids=TENSORS)
def test_tensors_that_are_no_factors_are_refused(tmp_path: Path, tensors: dict[str, torch.Tensor], words: str) -> None:
    write_raw(tmp_path, tensors, r=2)
    with pytest.raises(AdapterError, match=words) as caught:
        Adapter.open(tmp_path)
    assert "adapter_model.safetensors" in str(caught.value)


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -float("inf")])
@pytest.mark.parametrize("factor", [A, B])
def test_a_number_that_is_none_is_refused_by_layer_and_factor(tmp_path: Path, bad: float, factor: str) -> None:
    tensors = {A: ONES["A"].clone(), B: ONES["B"].clone()}
    tensors[factor][1, 1] = bad
    write_raw(tmp_path, tensors, r=2)
    adapter = Adapter.open(tmp_path)
    with pytest.raises(AdapterError, match=rf"layer x: expected finite numbers in {factor[19:25]}"):
        adapter.factors("x")


def test_an_update_that_overflows_is_no_untrained_one(tmp_path: Path) -> None:
    write_raw(tmp_path, {A: ONES["A"].double() * 1e200, B: ONES["B"].double() * 1e200}, r=2)
    with pytest.raises(
        AdapterError, match=r"layer x: expected an update .* that float64 can compute with, got .*1e\+200"
    ):
        Adapter.open(tmp_path).factors("x")


def test_a_configuration_that_is_too_deep_or_too_large_is_refused(tmp_path: Path) -> None:
    write_raw(tmp_path, {A: ONES["A"], B: ONES["B"]}, r=2)
    path = tmp_path / "adapter_config.json"
    config = json.loads(path.read_text())
    for text in ("[" * 100_000, json.dumps({**config, "lora_alpha": 10**400})):
        path.write_text(text)
        with pytest.raises(AdapterError, match=r"adapter_config\.json"):
            Adapter.open(tmp_path)


def test_a_folder_that_is_no_adapter_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AdapterError, match="nothing of that name"):
        Adapter.open(tmp_path / "none")
    with pytest.raises(AdapterError, match=r"adapter_config\.json"):
        Adapter.open(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(AdapterError, match="got a file"):
        Adapter.open(tmp_path / "file")


def test_a_pickle_is_refused_and_never_opened(tmp_path: Path) -> None:
    write_adapter(tmp_path, random_factors({"x": (4, 3)}, 2, seed=0))
    weights = tmp_path / "adapter_model.safetensors"
    torch.save(load_file(weights), tmp_path / "adapter_model.bin")
    shutil.copy(tmp_path / "adapter_model.bin", weights)
    with pytest.raises(AdapterError, match="pickle"):
        Adapter.open(tmp_path)
    weights.unlink()
    with pytest.raises(AdapterError, match=r"adapter_model\.bin.*pickle"):
        Adapter.open(tmp_path)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.99])
def test_a_file_that_is_cut_short_is_refused(tmp_path: Path, share: float) -> None:
    write_adapter(tmp_path, random_factors({"x": (40, 30)}, 2, seed=0))
    weights = tmp_path / "adapter_model.safetensors"
    whole = weights.read_bytes()
    weights.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(AdapterError, match="cut short"):
        Adapter.open(tmp_path)


@pytest.mark.filterwarnings("ignore:PiSSA changes the base weights:UserWarning")
def test_a_converted_pissa_adapter_is_plain_lora(tmp_path: Path) -> None:
    base = qwen()
    model = get_peft_model(base, LoraConfig(r=2, target_modules=["q_proj"], init_lora_weights="pissa"))
    config: Any = model.peft_config["default"]
    config.init_lora_weights = True
    model.save_pretrained(str(tmp_path / "pissa_init"))
    config.init_lora_weights = "pissa"
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "lora_" in name:
                parameter.add_(0.1)
    model.save_pretrained(
        str(tmp_path / "converted"), path_initial_model_for_weight_conversion=str(tmp_path / "pissa_init")
    )
    adapter = Adapter.open(tmp_path / "converted")
    assert adapter.rank(adapter.layers[0]) == 4
    moved = {layer: b @ a for layer in adapter.layers for b, a in [adapter.factors(layer)]}
    trained, start = deltas(model), Adapter.open(tmp_path / "pissa_init")
    for layer, delta in moved.items():
        b, a = start.factors(layer)
        torch.testing.assert_close(delta, trained[layer] - b @ a, rtol=1e-4, atol=1e-5)


def test_a_stored_file_of_another_tool_is_refused_where_it_is_not_pefts(tmp_path: Path) -> None:
    write_adapter(tmp_path, random_factors({"x": (4, 3)}, 2, seed=0))
    weights = tmp_path / "adapter_model.safetensors"
    renamed = {
        key.replace("lora_A.weight", "lora_A.default.weight"): tensor for key, tensor in load_file(weights).items()
    }
    save_file(renamed, weights)
    with pytest.raises(AdapterError, match=r"lora_A\.default\.weight"):
        Adapter.open(tmp_path)
