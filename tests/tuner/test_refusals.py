# torch, peft and transformers have partial types.
# ruff: noqa: ANN401
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from share_rs.errors import SubspaceError
from share_rs.subspace import LayerBasis, SharedSubspace
from share_rs.tuner import delta_norms
from tests.tuner.conftest import Bench
from tests.tuner.models import SKILLS, gap, outputs
from tests.tuner.untyped import LoraConfig, ShareConfig, attach, get_peft_model, hotswap_adapter, rescale_adapter_scale


def basis(n: int, d: int) -> LayerBasis:
    ones = torch.ones(2, dtype=torch.float64)
    return LayerBasis(torch.linalg.qr(torch.randn(n, 2)).Q, torch.linalg.qr(torch.randn(d, 2)).Q, ones, ones, 2.0, 2.0)


def refused(model: Any, says: str, **values: Any) -> None:
    """Nothing of the model may have changed."""
    before = {name: type(module) for name, module in model.named_modules()}
    with pytest.raises(SubspaceError, match=says):
        get_peft_model(model, ShareConfig(**values))
    assert {name: type(module) for name, module in model.named_modules()} == before


def test_a_layer_that_cannot_be_adapted_is_named_and_nothing_is_changed(bench: Callable[[str], Bench]) -> None:
    one = bench("bert")
    folder = str(one.folder)
    refused(
        one.model(),
        r"embeddings.word_embeddings: .*not an embedding",
        subspace=folder,
        target_modules=["query", "word_embeddings"],
    )
    refused(
        one.model(),
        r"LayerNorm: expected a torch.nn.Linear .* got a torch.nn.modules.normalization.LayerNorm",
        subspace=folder,
        target_modules=["query", "LayerNorm"],
    )
    refused(
        one.model(),
        r"pooler.dense: .* no basis for it; its layers are bert.encoder",
        subspace=folder,
        target_modules=["query", "pooler.dense"],
    )
    refused(one.model(), r"output\.dense: .* no basis for it", subspace=folder, target_modules="all-linear")
    refused(one.model(), "fan_in_fan_out=True means", subspace=folder, fan_in_fan_out=True)


def test_projections_that_attention_reads_past_the_modules_are_refused() -> None:
    model = nn.Sequential(nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, batch_first=True))
    names = {
        name: (module.out_features, module.in_features)
        for name, module in model.named_modules()
        if isinstance(module, nn.Linear)
    }
    space = SharedSubspace("none", {name: basis(*shape) for name, shape in sorted(names.items())})
    refused(model, "MultiheadAttention reads the weights", subspace=space)


def test_a_model_that_the_subspace_was_not_made_for_is_refused(qwen2: Bench, bench: Callable[[str], Bench]) -> None:
    refused(
        bench("gpt2").model(),
        "all 14 layers of the subspace, got a GPT2LMHeadModel without model.layers.0",
        subspace=str(qwen2.folder),
    )
    space = qwen2.subspace()
    first = next(iter(space.layers))
    wide = replace(space, layers={**space.layers, first: basis(5, 6)}, skills={})
    refused(
        qwen2.model(), rf"layer {first}: expected a base weight of n x d = 5 x 6 as in the subspace, got", subspace=wide
    )


def test_a_model_that_is_a_part_of_the_subspaces_model_is_adapted(qwen2: Bench) -> None:
    body = qwen2.model().model
    whole = attach(qwen2.model(), qwen2.folder, ["bc"])
    part = attach(body, qwen2.folder, ["bc"])
    ids = qwen2.architecture.batch(2)["input_ids"]
    due = whole.base_model.model.model(input_ids=ids).last_hidden_state
    assert gap(part(input_ids=ids).last_hidden_state, due) < 1e-6


def test_another_method_on_the_same_model_is_refused_by_name(qwen2: Bench) -> None:
    model = attach(qwen2.model(), qwen2.folder, ["bc"])
    with pytest.raises(ValueError, match="different peft types"):
        model.add_adapter("other", LoraConfig(target_modules=["q_proj"]))
    adapted = get_peft_model(qwen2.model(), LoraConfig(target_modules=["q_proj"])).base_model.model
    with (
        pytest.warns(UserWarning, match="second time|Already found a `peft_config`"),
        pytest.raises(SubspaceError, match=r"expected a torch\.nn\.Linear"),
    ):
        get_peft_model(adapted, ShareConfig(subspace=str(qwen2.folder), target_modules=["q_proj"]))


def test_hotswapping_is_refused_by_peft_in_words_and_loading_does_the_same(qwen2: Bench, tmp_path: Path) -> None:
    attach(qwen2.model(), qwen2.folder, SKILLS).save_pretrained(tmp_path)
    model = attach(qwen2.model(), qwen2.folder, ["bc"])
    with pytest.raises(ValueError, match="Hotswapping only supports LORA but SHARELORA was passed"):
        hotswap_adapter(model, tmp_path / "tm", "bc")
    model.load_adapter(tmp_path / "tm", adapter_name="bc")  # into the parameters that are there
    batch = qwen2.architecture.batch(2)
    assert gap(outputs(model, batch), outputs(attach(qwen2.model(), qwen2.folder, ["tm"]), batch)) < 1e-5


def test_rescaling_is_refused_by_peft_in_words(qwen2: Bench) -> None:
    model = attach(qwen2.model(), qwen2.folder, ["bc"])
    with (
        pytest.raises(ValueError, match="only supported for models with `LoraLayer`s"),
        rescale_adapter_scale(model, 0.5),
    ):
        pass


def test_a_weighted_sum_is_that_of_the_updates(qwen2: Bench) -> None:
    batch = qwen2.architecture.batch(2)
    model = attach(qwen2.model(), qwen2.folder, SKILLS)
    model.add_weighted_adapter(list(SKILLS), [0.25, -0.5], "sum")
    model.add_weighted_adapter(list(SKILLS), [0.25, -0.5], "cut", combination_type="svd", svd_rank=3)
    model.add_weighted_adapter(list(SKILLS), [0.25, -0.5], "exact", combination_type="svd", svd_rank=4)
    assert model.active_adapter == "bc"
    layers = [module for module in model.modules() if hasattr(module, "basis_beta")]
    for layer in layers:
        due = 0.25 * layer.get_delta_weight("bc") - 0.5 * layer.get_delta_weight("tm")
        assert torch.allclose(layer.get_delta_weight("sum"), due, atol=1e-5)
        assert torch.allclose(layer.get_delta_weight("exact"), due, atol=1e-5)
        tail = torch.linalg.svdvals(due.double())[3:].norm()
        assert float((layer.get_delta_weight("cut") - due).norm()) == pytest.approx(float(tail), abs=1e-4)
    model.set_adapter("sum")
    found = outputs(model, batch)
    model.delete_adapter("bc")
    model.delete_adapter("tm")
    assert torch.equal(outputs(model, batch), found)
    assert set(delta_norms(model, "sum")) == set(qwen2.subspace().layers)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"combination_type": "linear"}, "got 'linear', which in PEFT combines factors"),
        ({"adapters": ["bc", "lt"]}, "names of adapters among bc, tm, got lt"),
        ({"adapters": []}, "got none"),
        ({"weights": [1.0]}, "one weight for each of 2 adapters, got 1"),
        ({"adapter_name": "bc"}, "a new name for the sum, got 'bc'"),
    ],
)
def test_a_weighted_sum_that_is_none_is_refused(qwen2: Bench, values: dict[str, Any], says: str) -> None:
    model = attach(qwen2.model(), qwen2.folder, SKILLS)
    with pytest.raises(SubspaceError, match=says):
        model.add_weighted_adapter(**{"adapters": list(SKILLS), "weights": [1.0, 1.0], "adapter_name": "sum", **values})
    assert list(model.peft_config) == list(SKILLS)
