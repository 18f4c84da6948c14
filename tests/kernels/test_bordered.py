"""The weight with both bases at its border, in plain PyTorch; the kernels of it are tested where Triton interprets."""

# torch's own types are partial.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownLambdaType=false

import pytest
import torch
from hypothesis import given
from torch import Tensor

from share_rs.kernels import Bordered
from tests.kernels.drawn import gradients, layers
from tests.kernels.operands import Layer, distance, layer, written_out

NAMES = ("x", "eps_alpha", "eps_beta")


def bordered(one: Layer) -> Tensor:
    frozen = Bordered(one.weight, one.bias, one.alpha, one.beta)
    return frozen.linear(one.x, one.eps_alpha, one.eps_beta, one.scale, one.skill_ids)


@given(one=layers(routed=False) | layers(routed=True))
def test_outputs_and_gradients_are_those_of_the_update_written_out(one: Layer) -> None:
    one = one.requiring(*NAMES)
    torch.testing.assert_close(bordered(one), written_out(one), rtol=1e-10, atol=1e-10)
    for left, right in zip(gradients(bordered, one, NAMES), gradients(written_out, one, NAMES), strict=True):
        torch.testing.assert_close(left, right, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("skills", [0, 3])
def test_the_analytic_backward_passes_gradcheck(skills: int) -> None:
    one = layer(skills=skills).requiring(*NAMES)
    frozen = Bordered(one.weight, one.bias, one.alpha, one.beta)

    def function(x: Tensor, eps_alpha: Tensor, eps_beta: Tensor) -> Tensor:
        return frozen.linear(x, eps_alpha, eps_beta, one.scale, one.skill_ids)

    assert torch.autograd.gradcheck(function, tuple(getattr(one, name) for name in NAMES), nondet_tol=0.0)


def test_the_frozen_part_is_kept_once_and_what_is_kept_for_the_backward_pass_is_z() -> None:
    one = layer((11, 13), n=40, d=50, k_b=3, k_a=4).to(torch.float32).requiring(*NAMES)
    frozen = Bordered(one.weight, one.bias, one.alpha, one.beta)
    assert frozen.frame.shape == (40 + 16, 50 + 16)
    for view, original in ((frozen.weight, one.weight), (frozen.alpha, one.alpha), (frozen.beta, one.beta)):
        assert torch.equal(view, original)
        assert view.untyped_storage().data_ptr() == frozen.frame.untyped_storage().data_ptr()
    kept: list[Tensor] = []
    with torch.autograd.graph.saved_tensors_hooks(lambda one: kept.append(one) or one, lambda one: one):
        frozen.linear(one.x, one.eps_alpha, one.eps_beta)
    assert sum(tensor.untyped_storage().nbytes() // 4 for tensor in kept) == 11 * 13 * 4 + 4 * 2 + 3 * 2


@pytest.mark.parametrize(
    ("dtype", "tolerance"), [(torch.float16, 2e-3), (torch.bfloat16, 1.5e-2), (torch.float32, 1e-6)]
)
@pytest.mark.parametrize("skills", [0, 3])
def test_every_dtype_is_as_accurate_as_it_can_be(skills: int, dtype: torch.dtype, tolerance: float) -> None:
    one = layer((5, 33), n=65, d=51, k_b=7, k_a=9, p=3, skills=skills).to(dtype).requiring(*NAMES)
    assert distance(bordered(one), written_out(one)) < tolerance
    for found, due in zip(gradients(bordered, one, NAMES), gradients(written_out, one, NAMES), strict=True):
        assert found.dtype == dtype
        assert distance(found, due) < 2 * tolerance


@pytest.mark.parametrize("name", ["weight", "bias", "alpha", "beta"])
def test_what_is_not_frozen_or_of_another_dtype_cannot_be_bordered(name: str) -> None:
    frozen = {field: getattr(layer(), field) for field in ("weight", "bias", "alpha", "beta")}
    with pytest.raises(ValueError, match=f"expected a frozen {name}, got one with requires_grad=True"):
        Bordered(**{**frozen, name: frozen[name].clone().requires_grad_()})
    if name != "weight":
        with pytest.raises(TypeError, match=f"expected {name} in the weight's torch.float64, got torch.float32"):
            Bordered(**{**frozen, name: frozen[name].float()})


def test_an_input_of_another_dtype_is_refused() -> None:
    one = layer()
    frozen = Bordered(one.weight, one.bias, one.alpha, one.beta)
    with pytest.raises(TypeError, match=r"in the dtype of x, torch.float32, got torch.float64"):
        frozen.linear(one.x.float(), one.eps_alpha, one.eps_beta)
