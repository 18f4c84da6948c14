# torch, peft and transformers have partial types.
# ruff: noqa: ANN401
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import copy
import json
import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from share_rs.errors import SubspaceError
from share_rs.subspace import Skill, save
from share_rs.tuner import delta_norms, detach_skill
from share_rs.tuner.layer import ShareLayer
from tests.tuner.conftest import Bench
from tests.tuner.models import gap, outputs
from tests.tuner.untyped import AutoModel, Model, PeftConfig, PeftModel, ShareConfig, attach, get_peft_model


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"p": 0}, "p of at least 1, got p=0"),
        ({"p": True}, "p of at least 1, got p=True"),
        ({"p": 1.5}, "p of at least 1, got p=1.5"),
        ({"scale": float("nan")}, "finite number for scale other than 0, got nan"),
        ({"scale": "2"}, "finite number for scale other than 0, got '2'"),
        ({"scale": 0.0}, "finite number for scale other than 0, got 0.0"),
        ({"sigma": -1.0}, "finite number for sigma >= 0, got -1.0"),
        ({"init": ""}, "init to be one of zero, gaussian, mean, nearest or the name of a skill, got ''"),
        ({"init": 3}, "got 3"),
        ({"init": "mean", "skill": "bc"}, "either skill or init"),
        ({"seed": -1}, "seed of at least 0, got -1"),
        ({"save_basis": False}, "save_basis=False needs subspace=FOLDER"),
        ({"layers_to_transform": [0], "target_modules": ".*q_proj"}, "a list of names or None"),
        ({"layers_pattern": "layers"}, "layers_to_transform is not given"),
    ],
)
def test_a_value_that_cannot_be_is_named_when_the_config_is_made(values: dict[str, Any], says: str) -> None:
    with pytest.raises(SubspaceError, match=says):
        ShareConfig(**values)


def test_every_field_comes_back_from_disk(tmp_path: Path) -> None:
    values: dict[str, Any] = {
        "subspace": "some/folder",
        "basis_hash": "ab" * 32,
        "p": 3,
        "scale": -0.5,
        "init": "gaussian",
        "sigma": 0.1,
        "seed": 12,
        "save_basis": False,
        "target_modules": ["v_proj", "q_proj"],
        "exclude_modules": ["lm_head"],
        "layers_to_transform": [0, 1],
        "layers_pattern": "layers",
        "modules_to_save": ["score"],
        "fan_in_fan_out": True,
        "shapes": {"x": [1, 2]},
        "initial_norm": 0.25,
        "task_type": "CAUSAL_LM",
    }
    config = ShareConfig(**values)
    assert config.target_modules == {"q_proj", "v_proj"}
    config.save_pretrained(str(tmp_path))
    first = (tmp_path / "adapter_config.json").read_bytes()
    for kind in (ShareConfig, PeftConfig):
        again = kind.from_pretrained(str(tmp_path))
        assert isinstance(again, ShareConfig)
        assert again.to_dict() == config.to_dict()
        again.save_pretrained(str(tmp_path))
        assert (tmp_path / "adapter_config.json").read_bytes() == first
    assert json.loads(first)["peft_type"] == "SHARELORA"
    assert json.loads(first)["target_modules"] == ["q_proj", "v_proj"]


def test_a_subspace_in_memory_goes_with_the_config_and_its_copies_but_not_to_disk(qwen2: Bench) -> None:
    space = qwen2.subspace()
    config = ShareConfig(subspace=space, skill="bc")
    assert config.subspace is None
    assert copy.deepcopy(config).held.subspace is space
    batch = qwen2.architecture.batch(2)
    found = get_peft_model(qwen2.model(), copy.deepcopy(config))
    assert gap(outputs(found, batch), outputs(attach(qwen2.model(), qwen2.folder, ["bc"]), batch)) < 1e-6


def layers_of(model: Model) -> set[str]:
    return {module.layer for module in model.modules() if isinstance(module, ShareLayer)}


def test_the_layers_are_those_of_the_subspace_unless_the_config_says_which(qwen2: Bench) -> None:
    names = set(qwen2.subspace().layers)

    def adapted(**values: Any) -> set[str]:
        return layers_of(get_peft_model(qwen2.model(), ShareConfig(subspace=str(qwen2.folder), **values)))

    assert adapted() == names
    assert adapted(target_modules=["q_proj"]) == {name for name in names if name.endswith("q_proj")}
    assert adapted(target_modules=r".*\.1\..*(up|down)_proj") == {
        name for name in names if ".1." in name and name.endswith(("up_proj", "down_proj"))
    }
    assert adapted(layers_to_transform=[1]) == {name for name in names if ".layers.1." in name}
    assert adapted(layers_to_transform=0, layers_pattern="layers") == {name for name in names if ".layers.0." in name}
    assert adapted(exclude_modules=["o_proj"]) == {name for name in names if not name.endswith("o_proj")}
    assert adapted(target_modules="all-linear") == names
    assert adapted(modules_to_save=["mlp"]) == {name for name in names if ".mlp." not in name}


def test_a_skill_of_some_layers_adapts_those(qwen2: Bench) -> None:
    space = qwen2.subspace()
    one = space.skills["bc"]
    part = Skill("bc", {name: value for name, value in one.coefficients.items() if name.endswith("k_proj")})
    space = replace(space, skills={"bc": part})
    assert layers_of(get_peft_model(qwen2.model(), ShareConfig(subspace=space, skill="bc"))) == set(part.coefficients)


@pytest.mark.parametrize(
    ("values", "norm"),
    [
        ({"init": "zero"}, 0.0),
        ({"init": "gaussian"}, None),
        ({"init": "gaussian", "sigma": 0.5}, None),
        ({"init": "mean"}, None),
        ({"init": "nearest"}, None),
        ({"init": "tm"}, None),
    ],
)
@pytest.mark.parametrize("p", [None, 1, 2, 3, 5])
def test_training_begins_as_the_config_says_and_the_log_says_so(
    values: dict[str, Any], norm: float | None, p: int | None, qwen2: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    space = qwen2.subspace()
    with caplog.at_level(logging.INFO, "share_rs.tuner"):
        model = get_peft_model(qwen2.model(), ShareConfig(subspace=str(qwen2.folder), p=p, seed=4, **values))
    norms = delta_norms(model, "default")
    assert set(norms) == set(space.layers)
    total = sum(one**2 for one in norms.values()) ** 0.5
    assert total == norm or (norm is None and total > 0)
    assert f"norm of dW {total:.3g}" in caplog.text
    assert f"init {values['init']}" in caplog.text
    config = model.peft_config["default"]
    assert config.initial_norm == total
    sigma = values.get("sigma", 0.01) if values["init"] == "gaussian" else None
    assert config.sigma == sigma
    assert f"sigma {sigma or '1/sqrt(k)'}, seed 4" in caplog.text
    layer = next(module for module in model.modules() if isinstance(module, ShareLayer))
    assert norms[layer.layer] == pytest.approx(float(layer.get_delta_weight("default").norm()), rel=1e-5)
    if values["init"] == "tm" and (p is None or p >= 2):
        own = space.skills["tm"].coefficients[layer.layer]
        due = space.layers[layer.layer].beta @ own.eps_beta @ own.eps_alpha.T @ space.layers[layer.layer].alpha.T
        assert torch.allclose(layer.get_delta_weight("default"), due, atol=1e-5)
    chosen = layer.coefficients("default")
    assert chosen.eps_alpha.shape[1] == (p or (2 if values["init"] in {"tm", "nearest"} else 1))
    batch = qwen2.architecture.batch(2)
    for step in (1, 2):
        model.zero_grad()
        model(**batch).loss.backward()
        for eps in (chosen.eps_beta, chosen.eps_alpha):
            assert eps.grad is not None
            alive = (eps.grad.abs().amax(0) > 0).all() if step == 2 else eps.grad.norm() >= 0
            assert bool(alive)
        with torch.no_grad():
            for value in model.parameters():
                if value.grad is not None:
                    value.sub_(0.5 * value.grad)


def test_the_same_seed_begins_with_the_same_numbers_whichever_layers_are_adapted(qwen2: Bench) -> None:
    def begun(**values: Any) -> dict[str, torch.Tensor]:
        model = get_peft_model(qwen2.model(), ShareConfig(subspace=str(qwen2.folder), init="gaussian", **values))
        return {name: one.eps_alpha for name, one in detach_skill(model, "default").coefficients.items()}

    one, two, other = begun(seed=1), begun(seed=1, target_modules=["v_proj"]), begun(seed=2)
    assert all(torch.equal(one[name], value) for name, value in two.items())
    assert not any(torch.equal(one[name], value) for name, value in other.items())


def test_names_that_the_subspace_lacks_are_refused(qwen2: Bench) -> None:
    folder = str(qwen2.folder)
    with pytest.raises(SubspaceError, match=r"a skill of the subspace \(bc, tm\), got 'lt'"):
        get_peft_model(qwen2.model(), ShareConfig(subspace=folder, skill="lt"))
    with pytest.raises(SubspaceError, match=r"\(bc, tm\), or init one of zero, gaussian, mean, nearest, got 'nul'"):
        get_peft_model(qwen2.model(), ShareConfig(subspace=folder, init="nul"))
    with pytest.raises(SubspaceError, match="needs skills in the subspace, which has none"):
        get_peft_model(qwen2.model(), ShareConfig(subspace=replace(qwen2.subspace(), skills={}), init="mean"))
    with pytest.raises(
        SubspaceError, match=r"ShareConfig\(subspace=\.\.\.\) with a SharedSubspace or its folder, got none"
    ):
        get_peft_model(qwen2.model(), ShareConfig())


def test_a_folder_that_is_not_there_is_named_for_what_it_was_to_be(qwen2: Bench, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for name, got in (("nowhere", "nothing of that name"), ("file", "a file")):
        with pytest.raises(
            SubspaceError, match=rf"expected the folder of a SharedSubspace at .*{name}, got {got}; give"
        ):
            get_peft_model(qwen2.model(), ShareConfig(subspace=str(tmp_path / name)))


def test_how_training_began_is_saved_and_is_not_changed_by_loading(qwen2: Bench, tmp_path: Path) -> None:
    model = get_peft_model(qwen2.model(), ShareConfig(subspace=str(qwen2.folder), init="gaussian", save_basis=False))
    began = model.peft_config["default"].initial_norm
    with torch.no_grad():
        for value in (value for value in model.parameters() if value.requires_grad):
            value.mul_(2)
    model.save_pretrained(tmp_path)
    assert json.loads((tmp_path / "adapter_config.json").read_text("utf-8"))["sigma"] == 0.01
    again = PeftModel.from_pretrained(qwen2.model(), tmp_path)
    assert again.peft_config["default"].initial_norm == began
    assert again.peft_config["default"].sigma == 0.01
    again.add_weighted_adapter(["default"], [2.0], "twice")
    assert again.peft_config["twice"].initial_norm is None


def test_a_config_that_is_used_on_a_second_model_tells_of_the_second(qwen2: Bench) -> None:
    config = ShareConfig(subspace=str(qwen2.folder), init="gaussian", sigma=0.1)
    first = get_peft_model(qwen2.model(), config).peft_config["default"].initial_norm
    config.sigma = 0.2
    again = get_peft_model(qwen2.model(), config)
    assert config.initial_norm == pytest.approx(4 * first, rel=1e-5)
    assert config.initial_norm == pytest.approx(sum(one**2 for one in delta_norms(again, "default").values()) ** 0.5)


def test_a_body_is_refused_as_a_model_that_generates_and_left_as_it_is(qwen2: Bench, tmp_path: Path) -> None:
    config = ShareConfig(subspace=str(qwen2.folder), skill="bc", task_type="CAUSAL_LM")
    get_peft_model(qwen2.model(), config).save_pretrained(tmp_path)
    body = AutoModel.from_pretrained(qwen2.base)
    with pytest.raises(SubspaceError, match=r"task_type is .*CAUSAL_LM, got a Qwen2Model, the body of one"):
        PeftModel.from_pretrained(body, tmp_path)
    assert not any(isinstance(module, ShareLayer) for module in body.modules())
    body.load_adapter(str(tmp_path))
    assert any(isinstance(module, ShareLayer) for module in body.modules())


def test_a_skills_scale_comes_with_it_and_can_be_overruled(qwen2: Bench, tmp_path: Path) -> None:
    space = qwen2.subspace()
    half = replace(space, skills={"bc": replace(space.skills["bc"], scale=0.5)})
    save(half, tmp_path / "half")
    whole = delta_norms(attach(qwen2.model(), space, ["bc"]), "bc")
    for values, factor in (({}, 0.5), ({"scale": 2.0}, 2.0)):
        model = get_peft_model(qwen2.model(), ShareConfig(subspace=str(tmp_path / "half"), skill="bc", **values))
        assert all(
            value == pytest.approx(factor * whole[name]) for name, value in delta_norms(model, "default").items()
        )
        assert model.peft_config["default"].scale == factor
