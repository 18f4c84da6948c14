# torch, peft and transformers have partial types.
# ruff: noqa: ANN401
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import copy
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from share_rs.errors import SubspaceError
from share_rs.subspace import basis_hash, load, save
from share_rs.tuner.layer import ShareLayer
from tests.tuner.conftest import Bench
from tests.tuner.models import SKILLS, gap, outputs, subspace_for
from tests.tuner.untyped import (
    AutoModel,
    PeftModel,
    ShareConfig,
    attach,
    get_peft_model,
    get_peft_model_state_dict,
    set_peft_model_state_dict,
)

EXACT = 2e-5


def saved(bench: Bench, folder: Path, **values: Any) -> torch.Tensor:
    """A skill on disk, and its outputs."""
    model = get_peft_model(bench.model(), ShareConfig(subspace=str(bench.folder), **{"skill": "bc", **values}))
    model.save_pretrained(folder)
    return outputs(model, bench.architecture.batch(2))


def edit(folder: Path, **values: Any) -> None:
    path = folder / "adapter_config.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **values}), "utf-8")


def test_the_file_holds_the_basis_once_and_says_so(qwen2: Bench, tmp_path: Path) -> None:
    saved(qwen2, tmp_path)
    space = qwen2.subspace()
    tensors = load_file(tmp_path / "adapter_model.safetensors")
    names = ("basis_alpha", "basis_beta", "sharelora_eps_alpha", "sharelora_eps_beta")
    assert sorted(tensors) == sorted(f"base_model.model.{layer}.{name}" for layer in space.layers for name in names)
    for layer, basis in space.layers.items():
        assert torch.equal(tensors[f"base_model.model.{layer}.basis_beta"], basis.beta)
        assert torch.equal(
            tensors[f"base_model.model.{layer}.sharelora_eps_alpha"], space.skills["bc"].coefficients[layer].eps_alpha
        )
    config = json.loads((tmp_path / "adapter_config.json").read_text("utf-8"))
    assert config["basis_hash"] == basis_hash(space)
    assert config["shapes"] == {layer: [3, 4] for layer in space.layers}
    assert (config["p"], config["scale"], config["skill"]) == (2, 1.0, "bc")
    assert "import share_rs.tuner" in (tmp_path / "README.md").read_text("utf-8")


def test_the_card_of_several_adapters_names_the_import_once(qwen2: Bench, tmp_path: Path) -> None:
    model = attach(qwen2.model(), qwen2.folder, SKILLS)
    for _ in (1, 2):
        model.save_pretrained(tmp_path)
    assert (tmp_path / "README.md").read_text("utf-8").count("import share_rs.tuner") == 1


@pytest.mark.parametrize("low_cpu_mem_usage", [False, True])
def test_without_its_basis_a_skill_is_small_and_finds_the_basis_again(
    qwen2: Bench, tmp_path: Path, *, low_cpu_mem_usage: bool
) -> None:
    due = saved(qwen2, tmp_path / "skill", save_basis=False)
    assert {name.rpartition(".")[2] for name in load_file(tmp_path / "skill" / "adapter_model.safetensors")} == {
        "sharelora_eps_alpha",
        "sharelora_eps_beta",
    }
    model = PeftModel.from_pretrained(qwen2.model(), tmp_path / "skill", low_cpu_mem_usage=low_cpu_mem_usage)
    assert gap(outputs(model, qwen2.architecture.batch(2)), due) < EXACT
    assert not any("basis" in name for name in model.state_dict())
    plain = qwen2.model()
    plain.load_adapter(str(tmp_path / "skill"))
    assert gap(outputs(plain, qwen2.architecture.batch(2)), due) < EXACT


def test_a_skill_without_basis_joins_a_model_that_has_it_although_the_folder_is_gone(
    qwen2: Bench, tmp_path: Path
) -> None:
    shutil.copytree(qwen2.folder, tmp_path / "space")
    moved = Bench(qwen2.name, qwen2.architecture, qwen2.base, tmp_path / "space")
    due = saved(moved, tmp_path / "small", save_basis=False)
    saved(moved, tmp_path / "whole", skill="tm")
    shutil.rmtree(tmp_path / "space")
    with pytest.raises(SubspaceError, match=r"saved without its basis and refers to .*space, where there is no folder"):
        PeftModel.from_pretrained(qwen2.model(), tmp_path / "small")
    model = PeftModel.from_pretrained(qwen2.model(), tmp_path / "whole", adapter_name="tm")
    model.load_adapter(tmp_path / "small", adapter_name="bc")
    model.set_adapter("bc")
    assert gap(outputs(model, qwen2.architecture.batch(2)), due) < EXACT


def test_a_skill_of_another_basis_is_refused_and_the_model_stays_as_it_was(qwen2: Bench, tmp_path: Path) -> None:
    other = subspace_for(qwen2.model(), qwen2.architecture.layers, seed=8)
    save(other, tmp_path / "other")
    foreign = Bench(qwen2.name, qwen2.architecture, qwen2.base, tmp_path / "other")
    due = saved(qwen2, tmp_path / "own")
    saved(foreign, tmp_path / "foreign")
    saved(foreign, tmp_path / "foreign small", save_basis=False)
    batch = qwen2.architecture.batch(2)
    model = PeftModel.from_pretrained(qwen2.model(), tmp_path / "own", adapter_name="own")
    for name in ("foreign", "foreign small"):
        with pytest.raises(
            SubspaceError, match=f"with the hash {basis_hash(qwen2.subspace())}, got one on {basis_hash(other)}"
        ):
            model.load_adapter(tmp_path / name, adapter_name="x")
        with pytest.raises(SubspaceError, match="coefficients mean nothing on another basis"):
            model.add_adapter("x", ShareConfig(subspace=str(tmp_path / "other"), skill="bc"))
        assert list(model.peft_config) == ["own"]
        assert gap(outputs(model, batch), due) < EXACT
    # The same hash over another basis: somebody edited the config.
    edit(tmp_path / "foreign", basis_hash=basis_hash(qwen2.subspace()), subspace=None)
    with pytest.raises(SubspaceError, match="another under the same hash; nothing was loaded"):
        model.load_adapter(tmp_path / "foreign", adapter_name="x")
    assert gap(outputs(model, batch), due) < EXACT


def test_a_subspace_that_was_fitted_again_is_refused_for_a_skill_that_needs_it(qwen2: Bench, tmp_path: Path) -> None:
    shutil.copytree(qwen2.folder, tmp_path / "space")
    moved = Bench(qwen2.name, qwen2.architecture, qwen2.base, tmp_path / "space")
    saved(moved, tmp_path / "small", save_basis=False)
    due = saved(moved, tmp_path / "whole")
    save(subspace_for(qwen2.model(), qwen2.architecture.layers, seed=8), tmp_path / "space")
    with pytest.raises(
        SubspaceError, match=r"expected bases with the hash .* in .*space, got .*fitted or merged again"
    ):
        PeftModel.from_pretrained(qwen2.model(), tmp_path / "small")
    model = PeftModel.from_pretrained(qwen2.model(), tmp_path / "whole")  # brings its own
    assert gap(outputs(model, qwen2.architecture.batch(2)), due) < EXACT


def test_a_skill_that_has_left_the_subspace_still_loads(qwen2: Bench, tmp_path: Path) -> None:
    shutil.copytree(qwen2.folder, tmp_path / "space")
    moved = Bench(qwen2.name, qwen2.architecture, qwen2.base, tmp_path / "space")
    due = saved(moved, tmp_path / "small", save_basis=False)
    space = load(tmp_path / "space")
    save(replace(space, skills={"tm": space.skills["tm"]}), tmp_path / "space")
    model = PeftModel.from_pretrained(qwen2.model(), tmp_path / "small")
    assert gap(outputs(model, qwen2.architecture.batch(2)), due) < EXACT


def test_a_file_without_the_basis_that_its_config_promises_is_refused(qwen2: Bench, tmp_path: Path) -> None:
    saved(qwen2, tmp_path)
    path = tmp_path / "adapter_model.safetensors"
    save_file({name: value for name, value in load_file(path).items() if "basis" not in name}, path)
    edit(tmp_path, subspace=None)
    with pytest.raises(
        SubspaceError, match=r"layer model.layers.0.*(expected basis_beta in the adapter's file|which had none)"
    ):
        outputs(PeftModel.from_pretrained(qwen2.model(), tmp_path), qwen2.architecture.batch(2))


def test_a_body_does_without_the_head_of_a_saved_skill_and_a_new_one_is_refused(
    bench: Callable[[str], Bench], tmp_path: Path
) -> None:
    one = bench("bert")
    space = one.subspace()
    head = {"classifier.weight": torch.ones(3, 16), "classifier.bias": torch.ones(3)}
    save(replace(space, skills={"bc": replace(space.skills["bc"], head=head)}), tmp_path / "space")
    config = {"subspace": str(tmp_path / "space"), "skill": "bc"}
    model = get_peft_model(one.model(), ShareConfig(**config))
    model.save_pretrained(tmp_path / "skill")
    ids = one.architecture.batch(2)["input_ids"]
    body = AutoModel.from_pretrained(tmp_path / "skill").eval()
    due = model.get_base_model().bert(input_ids=ids).last_hidden_state
    assert gap(body(input_ids=ids).last_hidden_state, due) < EXACT
    with pytest.raises(SubspaceError, match=r"no place for classifier\.bias, classifier\.weight of the skill's head"):
        get_peft_model(AutoModel.from_pretrained(one.base), ShareConfig(**config))


def test_a_config_alone_makes_no_adapter(qwen2: Bench, tmp_path: Path) -> None:
    saved(qwen2, tmp_path)
    edit(tmp_path, subspace=None)
    model = get_peft_model(qwen2.model(), ShareConfig.from_pretrained(str(tmp_path)))
    with pytest.raises(
        SubspaceError, match="load the adapter with from_pretrained or load_adapter, or give ShareConfig a subspace"
    ):
        model(**qwen2.architecture.batch(2))


def test_coefficients_of_another_shape_are_refused(qwen2: Bench, tmp_path: Path) -> None:
    saved(qwen2, tmp_path)
    edit(tmp_path, p=1)
    with pytest.raises(RuntimeError, match=r"size mismatch for .*sharelora_eps_beta"):
        PeftModel.from_pretrained(qwen2.model(), tmp_path)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float64])
def test_the_basis_is_cast_with_its_layer_and_stays_one_for_all_skills(qwen2: Bench, dtype: torch.dtype) -> None:
    batch = qwen2.architecture.batch(2)
    model = attach(qwen2.model(), qwen2.folder, SKILLS)
    due = outputs(model, batch)
    model.to(dtype)
    layers = [module for module in model.modules() if isinstance(module, ShareLayer)]
    assert all(layer.basis_beta.dtype == layer.basis_alpha.dtype == dtype for layer in layers)
    assert sum(1 for name, _ in model.named_buffers() if name.endswith("basis_beta")) == len(layers)
    found = outputs(model, batch)
    assert found.dtype == dtype
    assert gap(found, due) < {torch.bfloat16: 0.1, torch.float16: 0.01, torch.float64: EXACT}[dtype]
    mixed = outputs(model, batch, skill_ids=torch.tensor([0, 1]))
    assert gap(mixed[0], due[0]) < 0.1


def test_under_a_bfloat16_base_coefficients_train_in_float32(qwen2: Bench, tmp_path: Path) -> None:
    base = qwen2.model().to(torch.bfloat16)
    model = get_peft_model(base, ShareConfig(subspace=str(qwen2.folder), skill="bc"))
    assert {value.dtype for value in model.parameters() if value.requires_grad} == {torch.float32}
    layer = next(module for module in model.modules() if isinstance(module, ShareLayer))
    assert layer.basis_beta.dtype == torch.bfloat16
    model(**qwen2.architecture.batch(2)).loss.backward()
    assert all(value.grad is not None for value in model.parameters() if value.requires_grad)
    model.save_pretrained(tmp_path)
    for low_cpu_mem_usage in (False, True):
        again = PeftModel.from_pretrained(
            qwen2.model().to(torch.bfloat16), tmp_path, low_cpu_mem_usage=low_cpu_mem_usage
        )
        assert torch.equal(outputs(again, qwen2.architecture.batch(2)), outputs(model, qwen2.architecture.batch(2)))
        other = next(module for module in again.modules() if isinstance(module, ShareLayer))
        assert other.basis_beta.dtype == torch.bfloat16
    joined = PeftModel.from_pretrained(qwen2.model(), tmp_path)  # a float32 model takes the rounded basis
    joined.add_adapter("tm", ShareConfig(subspace=str(qwen2.folder), skill="tm"))


def test_the_state_dict_of_the_whole_model_and_of_one_adapter_go_round(qwen2: Bench) -> None:
    batch = qwen2.architecture.batch(2)
    model = attach(qwen2.model(), qwen2.folder, SKILLS)
    empty = attach(qwen2.model(), replace(qwen2.subspace()), SKILLS)
    with torch.no_grad():
        for name, value in empty.state_dict().items():
            assert name in model.state_dict()
            value.fill_(0.5)
    empty.load_state_dict(model.state_dict())
    assert torch.equal(outputs(empty, batch), outputs(model, batch))
    one = get_peft_model_state_dict(model, adapter_name="tm")
    set_peft_model_state_dict(model, one, adapter_name="bc")
    due = attach(qwen2.model(), qwen2.folder, ["tm"])
    assert gap(outputs(model, batch), outputs(due, batch)) < EXACT


def test_a_deep_copy_is_its_own(qwen2: Bench) -> None:
    batch = qwen2.architecture.batch(2)
    model = attach(qwen2.model(), qwen2.folder, SKILLS)
    other = copy.deepcopy(model)
    due = outputs(model, batch)
    with torch.no_grad():
        for value in other.parameters():
            value.zero_()
    assert torch.equal(outputs(model, batch), due)
