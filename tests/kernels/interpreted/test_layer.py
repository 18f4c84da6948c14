"""The whole layer through the kernels: outputs and gradients, beside the update written out in float64."""

# torch's own types are partial.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownLambdaType=false

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from torch import Tensor

from share_rs.kernels import Bordered, dispatch_linear, use_path
from tests.kernels.drawn import gradients, layers
from tests.kernels.operands import Layer, distance, layer, written_out

COEFFICIENTS = ("x", "eps_alpha", "eps_beta")


def fused(one: Layer) -> Tensor:
    return dispatch_linear(*one.arguments(), path="triton")


def operator(one: Layer) -> Tensor:
    return dispatch_linear(*one.arguments(), path="operator")


def bordered(one: Layer) -> Tensor:
    frozen = Bordered(one.weight, one.bias, one.alpha, one.beta)
    return frozen.linear(one.x, one.eps_alpha, one.eps_beta, one.scale, one.skill_ids, path="triton")


@pytest.mark.parametrize("function", [fused, bordered])
@settings(max_examples=12)
@given(one=layers(routed=False) | layers(routed=True))
def test_outputs_and_gradients_are_those_of_the_update_written_out(
    function: Callable[[Layer], Tensor], one: Layer
) -> None:
    one = one.to(torch.float32)
    names = COEFFICIENTS if function is bordered or one.bias is None else (*COEFFICIENTS, "weight", "bias")
    one = one.requiring(*names)
    torch.testing.assert_close(function(one).double(), written_out(one), rtol=1e-4, atol=1e-4)
    found, due = gradients(function, one, names), gradients(written_out, one, names)
    for name, left, right in zip(names, found, due, strict=True):
        assert left.dtype == torch.float32
        torch.testing.assert_close(left, right, rtol=1e-4, atol=1e-4, msg=lambda text, name=name: f"{name}: {text}")


@pytest.mark.parametrize("function", [fused, operator, bordered])
@pytest.mark.parametrize(
    ("dtype", "tolerance"), [(torch.float16, 2e-3), (torch.bfloat16, 1.5e-2), (torch.float32, 1e-6)]
)
@pytest.mark.parametrize("skills", [0, 3])
def test_every_dtype_is_as_accurate_as_it_can_be(
    function: Callable[[Layer], Tensor], skills: int, dtype: torch.dtype, tolerance: float
) -> None:
    one = layer((5, 9), n=65, d=141, k_b=7, k_a=19, p=3, skills=skills).to(dtype).requiring(*COEFFICIENTS)
    y = function(one)
    assert y.dtype == dtype
    assert distance(y, written_out(one)) < tolerance
    found, due = gradients(function, one, COEFFICIENTS), gradients(written_out, one, COEFFICIENTS)
    for left, right in zip(found, due, strict=True):
        assert left.dtype == dtype
        assert distance(left, right) < 2 * tolerance
    again = gradients(function, one, COEFFICIENTS)
    assert all(torch.equal(left, right) for left, right in zip(found, again, strict=True))


@pytest.mark.parametrize("function", [fused, bordered])
@pytest.mark.parametrize("leading", [(0,), (1,), (2, 0, 3)])
@pytest.mark.parametrize("skills", [0, 2])
def test_no_row_and_one_row_are_rows(
    function: Callable[[Layer], Tensor], leading: tuple[int, ...], skills: int
) -> None:
    one = layer(leading, skills=skills).to(torch.float32).requiring(*COEFFICIENTS)
    assert function(one).shape == (*leading, 7)
    found, due = gradients(function, one, COEFFICIENTS), gradients(written_out, one, COEFFICIENTS)
    for left, right in zip(found, due, strict=True):
        torch.testing.assert_close(left, right, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("function", [fused, operator])
def test_rows_of_the_base_are_the_base_bit_for_bit_whatever_the_bank_holds(
    function: Callable[[Layer], Tensor],
) -> None:
    one = layer((3, 4), skills=2, ids=1).to(torch.float16)
    eps_alpha, eps_beta = one.eps_alpha.clone(), one.eps_beta.clone()
    eps_alpha[0], eps_beta[0] = torch.nan, torch.inf
    x = one.x.clone()
    x[1] = 60000.0  # overflows in x alpha, not in x W^T
    wild = replace(
        one, x=x, weight=one.weight * 1e-4, eps_alpha=eps_alpha, eps_beta=eps_beta, skill_ids=torch.tensor([1, -1, -1])
    ).requiring(*COEFFICIENTS)
    y = function(wild)
    assert torch.equal(y[1:], torch.nn.functional.linear(wild.x, wild.weight, wild.bias)[1:])
    assert y.isfinite().all()
    y.float().sum().backward()
    for tensor in (wild.x, wild.eps_alpha, wild.eps_beta):
        assert tensor.grad is not None
        assert tensor.grad.isfinite().all()
    assert not wild.eps_alpha.grad[0].any()  # pyright: ignore[reportOptionalSubscript]


@pytest.mark.parametrize("skills", [0, 3])
@pytest.mark.parametrize("names", [(), ("eps_alpha",), ("eps_beta",), ("x",), ("weight",), ("bias",)])
def test_what_needs_no_gradient_gets_none_and_x_is_kept_for_the_weight_alone(
    skills: int, names: tuple[str, ...]
) -> None:
    one = layer((11, 2), n=20, d=31, k_a=4, skills=skills).to(torch.float32).requiring(*names)
    kept: dict[int, Tensor] = {}

    def keep(tensor: Tensor) -> Tensor:
        kept[tensor.data_ptr()] = tensor
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        y = fused(one)
    assert y.requires_grad == bool(names)
    if names:
        found = gradients(fused, one, names)
        assert all(distance(a, b) < 1e-5 for a, b in zip(found, gradients(written_out, one, names), strict=True))
    shapes = [tuple(tensor.shape) for tensor in kept.values()]
    assert ((11, 2, 31) in shapes) == (names == ("weight",))
    assert ((22, 4) in shapes) == (names in {("eps_alpha",), ("eps_beta",)})


@pytest.mark.parametrize("function", [fused, bordered])
def test_inputs_and_gradients_of_any_strides_are_read_as_they_are(function: Callable[[Layer], Tensor]) -> None:
    plain = layer((6, 4), skills=3, ids=2).to(torch.float32).requiring(*COEFFICIENTS)
    turned = replace(
        plain,
        x=plain.x.detach().permute(2, 0, 1).contiguous().permute(1, 2, 0).requires_grad_(),
        eps_alpha=plain.eps_alpha.detach().permute(2, 1, 0).contiguous().permute(2, 1, 0).requires_grad_(),
        skill_ids=plain.skill_ids.t().contiguous().t(),  # pyright: ignore[reportOptionalMemberAccess]
    )
    assert not turned.x.is_contiguous()
    assert torch.equal(function(turned), function(plain))
    for left, right in zip(
        *(torch.autograd.grad(function(one).sum(), one.eps_alpha) for one in (turned, plain)), strict=True
    ):
        assert torch.allclose(left, right, rtol=1e-5, atol=1e-6)
    assert distance(function(turned), written_out(turned)) < 1e-6


def test_float32_coefficients_train_under_a_bfloat16_base() -> None:
    low = layer((4, 5), skills=3).to(torch.bfloat16)
    one = replace(low, eps_alpha=low.eps_alpha.float(), eps_beta=low.eps_beta.float())
    one = one.requiring("eps_alpha", "eps_beta")
    y = fused(one)
    y.float().sum().backward()
    assert y.dtype == torch.bfloat16
    assert one.eps_alpha.grad is not None
    assert one.eps_alpha.grad.dtype == torch.float32


def test_a_basis_that_was_changed_in_place_is_read_anew() -> None:
    one = layer((9,), d=33, k_a=5).to(torch.float32)
    fused(one)
    one.alpha.mul_(-2.0)
    assert distance(fused(one), written_out(one)) < 1e-6


def test_ids_that_were_changed_in_place_are_sorted_anew() -> None:
    one = layer((9,), skills=3).to(torch.float32).requiring("eps_alpha")
    assert one.skill_ids is not None
    gradients(fused, one, ("eps_alpha",))
    one.skill_ids.copy_(torch.arange(9) % 3)
    (found,), (due,) = (gradients(function, one, ("eps_alpha",)) for function in (fused, written_out))
    assert distance(found, due) < 1e-6


def test_a_graph_that_is_compiled_has_the_operator_in_it() -> None:
    one = layer((4, 3), skills=3).to(torch.float32).requiring(*COEFFICIENTS)
    seen: list[str] = []

    def backend(module: torch.fx.GraphModule, _: list[Tensor]) -> Callable[..., Tensor]:
        seen.extend(str(node.target) for node in module.graph.nodes)
        return module.forward

    with use_path("triton"):
        compiled = torch.compile(lambda x: dispatch_linear(x, *one.arguments()[1:]), fullgraph=True, backend=backend)
        y = compiled(one.x)
    assert "share_rs.linear" in " ".join(seen), seen
    assert distance(y, written_out(one)) < 1e-6
    found = torch.autograd.grad(y.sum(), one.eps_beta)
    assert distance(found[0], torch.autograd.grad(written_out(one).sum(), one.eps_beta)[0]) < 1e-5
