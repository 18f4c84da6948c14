"""Which modules get a skill: those that it was made for, once each; and which of several learn."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import pytest
import torch
from torch import nn
from transformers import XLNetConfig, XLNetModel

from share_rs.errors import SubspaceError
from share_rs.subspace import Coefficients, LayerBasis, SharedSubspace, Skill
from share_rs.tuner.layer import ShareLayer
from tests.tuner.untyped import Model as Untyped
from tests.tuner.untyped import attach


def basis(n: int, d: int) -> LayerBasis:
    beta, alpha = (torch.linalg.qr(torch.randn(m, 2))[0] for m in (n, d))
    return LayerBasis(beta, alpha, torch.ones(2).double(), torch.ones(2).double(), 2.0, 2.0)


def space_of(layers: dict[str, tuple[int, int]], skills: tuple[str, ...] = ("one",)) -> SharedSubspace:
    bases = {layer: basis(*shape) for layer, shape in layers.items()}
    made = {
        name: Skill(name, {layer: Coefficients(torch.randn(2, 1), torch.randn(2, 1)) for layer in layers})
        for name in skills
    }
    return SharedSubspace("base", bases, made)


class Block(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.proj = nn.Linear(6, 6)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.proj(x)


class Model(nn.Module):
    """`proj`, and modules whose names end so."""

    def __init__(self, *blocks: str, own: bool) -> None:
        super().__init__()
        for name in blocks:
            self.add_module(name, Block())
        if own:
            self.proj = nn.Linear(6, 6)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for module in self.children():
            x = module(x)
        return x


def adapted(model: Untyped) -> list[str]:
    return [
        name.removeprefix("base_model.model.") for name, one in model.named_modules() if isinstance(one, ShareLayer)
    ]


def test_a_module_of_the_layers_own_name_is_meant_and_not_one_that_ends_so() -> None:
    assert adapted(attach(Model("block", own=True), space_of({"proj": (6, 6)}), ["one"])) == ["proj"]
    assert adapted(attach(Model("block", own=False), space_of({"proj": (6, 6)}), ["one"])) == ["block.proj"]


def test_two_modules_that_one_layer_could_mean_are_refused_and_nothing_is_changed() -> None:
    model = Model("encoder", "decoder", own=False)
    with pytest.raises(
        SubspaceError, match=r"one module of the model for the layer proj.*encoder.proj and decoder.proj"
    ):
        attach(model, space_of({"proj": (6, 6)}), ["one"])
    assert adapted(model) == []


def learning(model: Untyped) -> set[str]:
    """The skills of which everything learns."""
    found = [
        (name.rpartition(".")[2], one.requires_grad) for name, one in model.named_parameters() if "sharelora" in name
    ]
    return {name for name, _ in found} - {name for name, learns in found if not learns}


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
def test_which_skills_learn_does_not_depend_on_the_dtype_of_the_base(dtype: torch.dtype) -> None:
    space = space_of({"proj": (6, 6)}, ("one", "two", "new"))
    model = attach(Model(own=True).to(dtype), space, ["one", "two"])
    assert learning(model) == {"one", "two"}
    model.add_adapter("new", type(model.peft_config["one"])(subspace=space, skill="new"))
    assert "one" in learning(model)
    assert "new" not in learning(model), "PEFT freezes what is added and not active"


def test_a_model_that_turns_its_batch_takes_one_skill_for_all_of_it() -> None:
    config = XLNetConfig(vocab_size=16, d_model=8, n_layer=1, n_head=2, d_inner=12)
    layers = {"layer.0.ff.layer_1": (12, 8), "layer.0.ff.layer_2": (8, 12)}
    model = attach(XLNetModel(config).eval(), space_of(layers, ("one", "two")), ["one", "two"])
    tokens = torch.randint(0, 16, (3, 6))
    with pytest.raises(SubspaceError, match=r"layers see samples first, got one of xlnet.*set_adapter"):
        model(tokens, skill_ids=torch.tensor([-1, 0, 1]))
    assert torch.isfinite(model(tokens).last_hidden_state).all()


def test_a_layer_that_does_not_see_the_batch_is_named() -> None:
    class Fixed(Block):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x + self.proj(torch.ones(5, 6)).mean()

    model = Model(own=False)
    model.add_module("fixed", Fixed())
    ready = attach(model, space_of({"fixed.proj": (6, 6)}), ["one"])
    with pytest.raises(
        SubspaceError, match=r"layer fixed.proj: expected inputs of 3 samples, or a multiple, got 5 rows"
    ):
        ready(torch.ones(3, 6), skill_ids=torch.tensor([0, -1, 0]))
