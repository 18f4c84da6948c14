# torch, peft and transformers have partial types.
# ruff: noqa: ANN401
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from share_rs.errors import SubspaceError
from share_rs.tuner import merge_residuals
from share_rs.tuner.layer import ShareLayer
from tests.tuner.conftest import Bench
from tests.tuner.models import SKILLS, gap, outputs, subspace_for
from tests.tuner.untyped import ShareConfig, attach, get_peft_model


class Two(nn.Module):
    """A model that is no transformer, with a bias on one of its layers."""

    def __init__(self, first: nn.Module | None = None) -> None:
        super().__init__()
        self.first = nn.Sequential(nn.Linear(9, 7) if first is None else first)
        self.last = nn.Sequential(nn.Linear(7, 5, bias=False))

    def forward(self, x: Tensor) -> Tensor:
        return self.last(torch.tanh(self.first(x)))


def two() -> Any:
    torch.manual_seed(0)
    model = Two()
    return get_peft_model(model, ShareConfig(subspace=subspace_for(model, ("0",)), skill="bc"))


def layers_of(model: nn.Module) -> list[Any]:
    return [module for module in model.modules() if isinstance(module, ShareLayer)]


def test_any_module_with_linear_layers_is_a_model() -> None:
    model, x = two(), torch.randn(4, 9)
    due = x
    for layer, squash in zip(layers_of(model), (torch.tanh, torch.positive), strict=True):
        base: Any = layer.base_layer
        y = due @ (base.weight + layer.get_delta_weight("bc" if layer.has("bc") else "default")).T
        due = squash(y if base.bias is None else y + base.bias)
    assert torch.allclose(model(x), due, atol=1e-5)


def test_a_layer_with_hooks_keeps_its_own_product_and_gives_the_same(qwen2: Bench) -> None:
    batch = qwen2.architecture.batch(2)
    model = attach(qwen2.model(), qwen2.folder, SKILLS)
    due, ids = outputs(model, batch), torch.tensor([0, 1])
    mixed = outputs(model, batch, skill_ids=ids)
    seen: list[nn.Module] = []

    def see(module: nn.Module, *_: object) -> None:
        seen.append(module)

    for layer in layers_of(model):
        layer.base_layer.register_forward_hook(see)
    assert gap(outputs(model, batch), due) < 1e-5
    assert len(seen) == len(layers_of(model))
    assert gap(outputs(model, batch, skill_ids=ids), mixed) < 1e-5


def test_a_linear_layer_of_another_kind_keeps_its_own_product() -> None:
    """As the quantised ones do; those that PEFT knows need packages and devices that are not here."""

    class Rounded(nn.Linear):
        def forward(self, input: Tensor) -> Tensor:  # noqa: A002 - its name in torch
            steps = (self.weight / self.weight.abs().max() * 127).round()
            return nn.functional.linear(input, steps / 127 * self.weight.abs().max(), self.bias)

    torch.manual_seed(0)
    model = Two(Rounded(9, 7))
    x = torch.randn(4, 9)
    base: Any = model.first[0]
    rounded = base(x).detach()
    tuned = get_peft_model(model, ShareConfig(subspace=subspace_for(model, ("0",)), skill="bc"))
    layer = layers_of(tuned)[0]
    found = layer(x)
    assert torch.allclose(found, rounded + x @ layer.get_delta_weight("default").T, atol=1e-5)
    assert not torch.allclose(found, x @ (base.weight + layer.get_delta_weight("default")).T + base.bias, atol=1e-4)


@pytest.mark.parametrize(("size", "lost"), [(1e-3, (0.3, 1.0)), (1.0, (0.0, 0.01))])
def test_a_merge_in_bfloat16_says_how_much_of_the_update_it_lost(size: float, lost: tuple[float, float]) -> None:
    model = two().to(torch.bfloat16)
    for layer in layers_of(model):
        base: Any = layer.base_layer
        layer.scales["default"] *= size * float(base.weight.float().norm() / layer.get_delta_weight("default").norm())
    before = [layer.get_base_layer().weight.clone() for layer in layers_of(model)]
    model.merge_adapter()
    residuals = merge_residuals(model)
    for layer, weight in zip(layers_of(model), before, strict=True):
        base = layer.base_layer
        delta = layer.get_delta_weight("default")
        due = float((base.weight.float() - weight.float() - delta).norm() / delta.norm())
        assert residuals[layer.layer] == pytest.approx(due, rel=1e-3)
        assert lost[0] <= due <= lost[1]
    model.unmerge_adapter()
    assert all(
        torch.equal(layer.base_layer.weight, weight) for layer, weight in zip(layers_of(model), before, strict=True)
    )


def test_adapters_merge_one_after_another_and_once_each(qwen2: Bench) -> None:
    batch = qwen2.architecture.batch(2)
    model = attach(qwen2.model(), qwen2.folder, SKILLS)
    model.base_model.set_adapter(list(SKILLS))
    due = outputs(model, batch)
    for names in (["bc"], ["bc"], ["tm"]):
        model.merge_adapter(adapter_names=names)
    assert gap(outputs(model, batch), due) < 1e-5
    assert all(value < 1e-5 for value in merge_residuals(model).values())
    with model.disable_adapter():
        assert torch.equal(outputs(model, batch), outputs(qwen2.model(), batch))


def test_a_safe_merge_changes_nothing_where_the_result_is_not_finite(qwen2: Bench) -> None:
    model = attach(qwen2.model(), qwen2.folder, ["bc"])
    layer = layers_of(model)[0]
    before = layer.get_base_layer().weight.clone()
    layer.scales["bc"] = float("inf")
    with pytest.raises(SubspaceError, match=rf"layer {layer.layer}: merging bc gives a weight that is not finite"):
        model.merge_adapter(safe_merge=True)
    assert torch.equal(layer.get_base_layer().weight, before)


def test_an_adapters_update_has_the_orientation_of_its_weight(bench: Any) -> None:
    one = bench("gpt2")
    model = attach(one.model(), one.folder, ["bc"])
    for layer in layers_of(model):
        base: Any = layer.base_layer
        assert layer.get_delta_weight("bc").shape == base.weight.shape
        assert layer.fan_in_fan_out
    assert model.peft_config["bc"].fan_in_fan_out


@pytest.mark.parametrize("shape", [(9,), (0, 9), (1, 9), (2, 0, 9), (2, 3, 9)])
def test_an_input_of_any_leading_shape_keeps_it(shape: tuple[int, ...]) -> None:
    layer: Any = layers_of(two())[0]
    assert layer(torch.randn(*shape)).shape == (*shape[:-1], 7)
