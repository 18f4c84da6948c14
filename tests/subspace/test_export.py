"""A skill leaves as an adapter that stock PEFT loads, with the skill's own update."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import torch
from peft import PeftModel

from share_rs.errors import SubspaceError
from share_rs.subspace import Adapter, Coefficients, SharedSubspace, Skill, export_lora, skill_factors
from tests.subspace.adapters import deltas, gpt2, qwen
from tests.subspace.spaces import normal, random_basis, random_skill, random_subspace

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor
    from transformers import PreTrainedModel

pytestmark = pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning")


def update(subspace: SharedSubspace, skill: Skill, layer: str) -> Tensor:
    basis, own = subspace.layers[layer], skill.coefficients[layer]
    return skill.scale * basis.beta @ own.eps_beta @ own.eps_alpha.T @ basis.alpha.T


def test_the_factors_of_a_layer_are_its_update_with_the_scale_in_b() -> None:
    subspace = random_subspace()
    skill = replace(subspace.skills["skill_1"], scale=-0.5)
    for layer in subspace.layers:
        b, a = skill_factors(subspace, skill, layer)
        torch.testing.assert_close(b @ a, update(subspace, skill, layer))
        assert torch.equal(a, skill_factors(subspace, "skill_1", layer)[1])


def test_a_layer_that_a_skill_leaves_alone_has_factors_of_rank_zero() -> None:
    subspace = random_subspace()
    first, second = subspace.layers
    skill = Skill("x", {first: subspace.skills["skill_0"].coefficients[first]})
    b, a = skill_factors(subspace, skill, second)
    assert (b.shape, a.shape) == ((12, 0), (0, 5))


def test_an_unknown_skill_or_layer_is_refused() -> None:
    subspace = random_subspace()
    with pytest.raises(SubspaceError, match="skill_0, skill_1"):
        skill_factors(subspace, "skill_2", "model.layers.0.q_proj")
    with pytest.raises(SubspaceError, match="layer nowhere"):
        skill_factors(subspace, "skill_0", "nowhere")


@pytest.mark.parametrize("rank", [None, 3, 8, "vllm"])
def test_an_export_is_read_as_the_same_update(tmp_path: Path, rank: Any) -> None:  # noqa: ANN401
    subspace = random_subspace()
    first, second = subspace.layers
    own = subspace.skills["skill_0"].coefficients
    skill = replace(
        subspace.skills["skill_0"],
        coefficients={
            first: own[first],
            second: Coefficients(own[second].eps_beta[:, :1], own[second].eps_alpha[:, :1]),
        },
    )
    adapter = Adapter.open(export_lora(subspace, skill, tmp_path / "deep" / "x", rank))
    assert adapter.base_model == "base"
    for layer in subspace.layers:
        b, a = adapter.factors(layer)
        torch.testing.assert_close(b @ a, update(subspace, skill, layer), rtol=1e-5, atol=1e-5)
        assert adapter.rank(layer) == {None: 2, "vllm": 8}.get(rank, rank)


def test_a_rank_that_would_lose_something_is_refused(tmp_path: Path) -> None:
    subspace = random_subspace(p=2)
    with pytest.raises(SubspaceError, match="p = 2; expected a rank of at least that, got 1"):
        export_lora(subspace, "skill_0", tmp_path / "x", 1)
    assert not (tmp_path / "x").exists()


def test_what_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    subspace = random_subspace()
    export_lora(subspace, "skill_0", tmp_path / "x")
    before = (tmp_path / "x" / "adapter_model.safetensors").read_bytes()
    with pytest.raises(SubspaceError, match="left as it is"):
        export_lora(subspace, "skill_1", tmp_path / "x")
    assert (tmp_path / "x" / "adapter_model.safetensors").read_bytes() == before
    (tmp_path / "empty").mkdir()
    export_lora(subspace, "skill_1", tmp_path / "empty")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "x"]


def test_a_skill_that_changes_nothing_is_no_adapter(tmp_path: Path) -> None:
    with pytest.raises(SubspaceError, match="changes no layer"):
        export_lora(random_subspace(), Skill("x", {}), tmp_path / "x")


def subspace_of(shapes: dict[str, tuple[int, int]], *, fan_in_fan_out: bool) -> SharedSubspace:
    layers = {layer: random_basis(n, d, 3, 2, seed=place) for place, (layer, (n, d)) in enumerate(shapes.items())}
    skill = random_skill("one", layers, 2, seed=7)
    return SharedSubspace("", layers, {"one": skill}, fan_in_fan_out=frozenset(layers if fan_in_fan_out else ()))


def loaded(base: PreTrainedModel, folder: Path) -> PeftModel:
    return PeftModel.from_pretrained(base, str(folder))  # pyright: ignore[reportUnknownMemberType]


@pytest.mark.parametrize("conv1d", [False, True])
def test_stock_peft_applies_the_update(tmp_path: Path, conv1d: bool) -> None:  # noqa: FBT001
    if conv1d:
        base, shapes = gpt2(), {"transformer.h.0.attn.c_attn": (48, 16), "transformer.h.0.mlp.c_proj": (16, 64)}
    else:
        base, shapes = qwen(), {"model.layers.0.self_attn.k_proj": (8, 16), "model.layers.1.mlp.down_proj": (16, 24)}
    subspace = subspace_of(shapes, fan_in_fan_out=conv1d)
    tokens = torch.arange(6)[None]
    plain = base(tokens).logits
    model = loaded(base, export_lora(subspace, "one", tmp_path / "one", rank=8))
    found = deltas(model)
    assert set(found) == set(shapes)
    for layer, delta in found.items():
        torch.testing.assert_close(delta, update(subspace, subspace.skills["one"], layer), rtol=1e-5, atol=1e-5)
    assert not torch.allclose(model(tokens).logits, plain)


def test_a_head_travels_with_the_skill(tmp_path: Path) -> None:
    subspace = subspace_of({"model.layers.0.self_attn.q_proj": (16, 16)}, fan_in_fan_out=False)
    head = {"lm_head.weight": normal(32, 16, seed=3).float()}
    skill = replace(subspace.skills["one"], head=head)
    model = loaded(qwen(), export_lora(subspace, skill, tmp_path / "one"))
    assert torch.equal(
        model.state_dict()["base_model.model.lm_head.modules_to_save.default.weight"], head["lm_head.weight"]
    )
    config = json.loads((tmp_path / "one" / "adapter_config.json").read_text())
    assert config["modules_to_save"] == ["lm_head"]
