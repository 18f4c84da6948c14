"""A few skills side by side: what the specification computes, and nothing that passes from one to another."""

# torch's own types are partial.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownLambdaType=false

import pytest
import torch
from hypothesis import given
from torch import Tensor

from share_rs.kernels import dispatch_linear
from share_rs.kernels.masked import MOST, Masked, few
from share_rs.kernels.operands import Operands, checked
from tests.kernels.drawn import TRAINED, gradients, layers
from tests.kernels.operands import Layer, layer, written_out


def operands(one: Layer) -> Operands:
    x, weight, bias, alpha, beta, eps_alpha, eps_beta, _, ids = one.arguments()
    return checked(Operands(x, weight, bias, alpha, beta, eps_alpha, eps_beta, ids)).cast()


def masked(one: Layer) -> Tensor:
    products = few(operands(one))
    assert products is not None
    return Masked.apply(*operands(one), one.scale, *products)


@given(one=layers(routed=True))
def test_outputs_and_all_gradients_are_those_of_the_update_written_out(one: Layer) -> None:
    names = tuple(name for name in TRAINED if getattr(one, name) is not None)
    one = one.requiring(*names)
    torch.testing.assert_close(masked(one), written_out(one), rtol=1e-10, atol=1e-10)
    for name, left, right in zip(names, gradients(masked, one, names), gradients(written_out, one, names), strict=True):
        torch.testing.assert_close(left, right, rtol=1e-9, atol=1e-9, msg=lambda text, name=name: f"{name}: {text}")


@pytest.mark.parametrize("ids", [0, 1, 2])
def test_the_analytic_backward_passes_gradcheck(ids: int) -> None:
    one = layer(skills=3, ids=ids).requiring(*TRAINED)

    def function(x: Tensor, weight: Tensor, bias: Tensor, eps_alpha: Tensor, eps_beta: Tensor) -> Tensor:
        return masked(Layer(x, weight, bias, one.alpha, one.beta, eps_alpha, eps_beta, one.scale, one.skill_ids))

    assert torch.autograd.gradcheck(function, tuple(getattr(one, name) for name in TRAINED), nondet_tol=0.0)


@pytest.mark.parametrize(
    "names", [(), ("eps_alpha",), ("eps_beta",), ("eps_alpha", "eps_beta"), ("x",), ("weight",), ("bias",)]
)
def test_what_needs_no_gradient_gets_none(names: tuple[str, ...]) -> None:
    one = layer(skills=3).requiring(*names)
    assert masked(one).requires_grad == bool(names)
    if names:
        for found, due in zip(gradients(masked, one, names), gradients(written_out, one, names), strict=True):
            torch.testing.assert_close(found, due)


def test_it_is_taken_for_a_few_columns_of_finite_numbers() -> None:
    assert few(operands(layer(skills=MOST // 2, p=2))) is not None
    assert few(operands(layer(skills=MOST // 2 + 1, p=2))) is None
    for spoilt in (torch.nan, torch.inf):
        one = layer(skills=3)
        one.eps_beta[1, 0, 0] = spoilt
        assert few(operands(one)) is None


@pytest.mark.parametrize("where", ["x", "dy"])
def test_a_row_that_is_spoilt_spoils_its_own_skill_alone(where: str) -> None:
    one = layer((4, 3), skills=3).requiring("x", "eps_alpha", "eps_beta")
    ids = torch.tensor([0, 2, 1, -1])
    x = one.x.detach().clone()
    if where == "x":
        x[1, 1] = torch.inf
    x.requires_grad_()
    y = dispatch_linear(x, *one.arguments()[1:-1], ids)
    slope = torch.ones_like(y)
    if where == "dy":
        slope[1, 1] = torch.nan
    y.backward(slope)
    due = layer((4, 3), skills=3).requiring("x", "eps_alpha", "eps_beta")
    written_out(Layer(*due.arguments()[:-1], ids)).sum().backward()
    for found, same in ((one.eps_alpha.grad, due.eps_alpha.grad), (one.eps_beta.grad, due.eps_beta.grad)):
        assert found is not None
        assert same is not None
        torch.testing.assert_close(found[:2], same[:2])
        assert not found[2].isfinite().all()
    assert y[[0, 2, 3]].isfinite().all()


def test_gradients_repeat_bit_for_bit() -> None:
    one = layer((64,), n=33, d=17, skills=3).to(torch.float32).requiring("x", "eps_alpha", "eps_beta")
    first, second = (gradients(masked, one, ("x", "eps_alpha", "eps_beta")) for _ in range(2))
    assert all(torch.equal(a, b) for a, b in zip(first, second, strict=True))
