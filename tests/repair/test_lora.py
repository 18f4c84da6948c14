"""LoRA folders as skills: their means, what has none, and what is no adapter of the model."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownLambdaType=false

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from share_rs.errors import AdapterError, SubspaceError
from share_rs.repair.lora import Factors, LoraSkills, averaged, stacked

from .models import adapter_folder, model_folder

TARGETS = {"model.layers.0.self_attn.q_proj", "model.layers.1.mlp.down_proj"}


def base(folder: Path) -> Any:  # noqa: ANN401 - transformers' types are partial
    from transformers import AutoModelForCausalLM  # noqa: PLC0415 - heavy

    return AutoModelForCausalLM.from_pretrained(folder)


def delta(model: Any, layer: str, adapter: str) -> torch.Tensor:  # noqa: ANN401 - as above
    module = model.get_base_model().get_submodule(layer)
    return module.get_delta_weight(adapter).double()


@given(st.lists(st.integers(1, 5), min_size=1, max_size=4), st.integers(0, 99), st.integers(0, 3))
def test_stacked_factors_are_the_mean_of_the_updates(ranks: list[int], seed: int, without: int) -> None:
    made = torch.Generator().manual_seed(seed)
    factors: list[Factors] = [
        (
            torch.randn(7, r, generator=made, dtype=torch.float64),
            torch.randn(r, 5, generator=made, dtype=torch.float64),
        )
        for r in ranks
    ]
    count = len(factors) + without
    b, a = stacked(factors, count)
    assert b.shape == (7, sum(ranks))
    torch.testing.assert_close(b @ a, torch.stack([one @ other for one, other in factors]).sum(0) / count)


@given(st.integers(2, 5), st.integers(0, 99))
def test_averaged_factors_are_no_mean_of_updates_but_of_factors(count: int, seed: int) -> None:
    made = torch.Generator().manual_seed(seed)
    factors: list[Factors] = [
        (torch.randn(7, 2, generator=made), torch.randn(2, 5, generator=made)) for _ in range(count)
    ]
    b, a = averaged(factors, count)
    torch.testing.assert_close(b, sum(one for one, _ in factors) / count)
    torch.testing.assert_close(a, sum(one for _, one in factors) / count)
    assert not torch.allclose(b @ a, torch.stack([one @ other for one, other in factors]).mean(0), atol=1e-3)


def test_the_arm_mean_adds_the_dense_mean_of_adapters_of_all_ranks(tmp_path: Path, model_dir: Path) -> None:
    adapter_folder(tmp_path / "a", model_dir, seed=0, r=2)
    adapter_folder(tmp_path / "b", model_dir, seed=1, r=5, use_rslora=True, rank_pattern={"q_proj": 3})
    adapter_folder(tmp_path / "c", model_dir, seed=2, target_modules=["down_proj"])
    labels = ("mean", "skill:a", "skill:b", "skill:c")
    model, adapters = LoraSkills(tmp_path).attach(base(model_dir), labels)
    name = {label: adapter for adapter, label in adapters.items()}
    for layer in TARGETS:
        own = [one for one in "abc" if "down" in layer or one != "c"]
        dense = torch.stack([delta(model, layer, name[f"skill:{one}"]) for one in own]).sum(0) / 3
        found = delta(model, layer, name["mean"])
        assert float((found - dense).norm() / dense.norm()) < 1e-6


def test_a_head_has_no_mean_and_ranks_that_differ_have_no_average(tmp_path: Path, model_dir: Path) -> None:
    adapter_folder(tmp_path / "ranks" / "a", model_dir, seed=0, r=2)
    adapter_folder(tmp_path / "ranks" / "b", model_dir, seed=1, r=3)
    skills = LoraSkills(tmp_path / "ranks")
    assert skills.lacking("mean") is None
    reason = skills.lacking("averaged") or ""
    assert "one rank" in reason
    assert "got 2 in" in reason
    with pytest.raises(AdapterError, match=r"averaged: layer .* one rank"):
        skills.attach(base(model_dir), ["averaged"])
    shutil.copytree(tmp_path / "ranks" / "a", tmp_path / "heads" / "a")
    adapter_folder(tmp_path / "heads" / "b", model_dir, seed=1, modules_to_save=["lm_head"])
    assert "modules_to_save" in (LoraSkills(tmp_path / "heads").lacking("mean") or "")


def test_a_skill_with_a_head_of_its_own_uses_it_and_the_base_does_not(tmp_path: Path, model_dir: Path) -> None:
    from share_rs.repair.active import ActiveSkill  # noqa: PLC0415 - heavy

    adapter_folder(tmp_path / "a", model_dir, seed=0, modules_to_save=["lm_head"])
    plain = base(model_dir)
    weight = plain.lm_head.weight.clone()
    model, adapters = LoraSkills(tmp_path).attach(plain, ["skill:a"])
    active = ActiveSkill(plain, adapters)
    assert active.read() == "skill:a"
    untyped: Any = model
    untyped.base_model.disable_adapter_layers()
    assert active.read() is None
    assert torch.equal(plain.lm_head.original_module.weight, weight)


def test_adapters_of_another_model_are_refused_by_layer_before_the_model_is_changed(
    tmp_path: Path, model_dir: Path, adapters_dir: Path
) -> None:
    other = model_folder(tmp_path / "other", family="llama")
    config = json.loads((other / "config.json").read_text())
    (other / "config.json").write_text(json.dumps({**config, "num_hidden_layers": 1}))
    model = base(other)
    with pytest.raises(AdapterError, match=r"layer model\.layers\.1\.\S+ is not one of this model"):
        LoraSkills(adapters_dir).attach(model, ["skill:moves"])
    assert not any("lora" in name for name, _ in model.named_modules())
    adapter_folder(tmp_path / "in" / "a", model_dir, seed=0, target_modules=["k_proj"])
    model = base(model_dir)
    model.model.layers[1].self_attn.k_proj = torch.nn.Linear(32, 20)
    with pytest.raises(
        AdapterError, match=r"layer model\.layers\.1\.self_attn\.k_proj: expected a weight of \(16, 32\)"
    ):
        LoraSkills(tmp_path / "in").attach(model, ["skill:a"])


def test_folders_that_hold_no_adapters_are_named(tmp_path: Path, adapters_dir: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "other" / "notes").mkdir(parents=True)
    for folder, said in [
        (tmp_path / "missing", "got none"),
        (tmp_path / "empty", "a folder for each adapter"),
        (adapters_dir / "moves", "got one adapter"),
        (tmp_path / "other", r"adapter_config\.json"),
    ]:
        with pytest.raises(AdapterError, match=said):
            LoraSkills(folder)


def test_a_map_to_an_adapter_that_is_not_there_is_refused(tmp_path: Path, adapters_dir: Path) -> None:
    shutil.copytree(adapters_dir, tmp_path / "adapters")
    (tmp_path / "adapters" / "patterns.toml").write_text('missing_mut = "nobody"\n')
    with pytest.raises(SubspaceError, match="nobody"):
        LoraSkills(tmp_path / "adapters")
