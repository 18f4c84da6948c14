# torch's own types are partial.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownLambdaType=false

from collections.abc import Callable

import pytest
import torch
from hypothesis import given
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.checkpoint import checkpoint

from share_rs.kernels import share_delta, share_linear
from tests.kernels.drawn import TRAINED, gradients, layers
from tests.kernels.operands import Layer, distance, layer, written_out


def shared(one: Layer) -> Tensor:
    return share_linear(*one.arguments())


def summed(one: Layer) -> Tensor:
    """The base layer and the update alone, as a quantised base has it."""
    delta = share_delta(one.x, one.alpha, one.beta, one.eps_alpha, one.eps_beta, one.scale, one.skill_ids)
    return torch.nn.functional.linear(one.x, one.weight, one.bias) + delta


@pytest.mark.parametrize("function", [shared, summed])
@given(one=layers(routed=False) | layers(routed=True))
def test_outputs_and_all_gradients_are_those_of_the_update_written_out(
    function: Callable[[Layer], Tensor], one: Layer
) -> None:
    names = tuple(name for name in TRAINED if getattr(one, name) is not None)
    one = one.requiring(*names)
    torch.testing.assert_close(function(one), written_out(one), rtol=1e-10, atol=1e-10)
    found, due = gradients(function, one, names), gradients(written_out, one, names)
    for name, left, right in zip(names, found, due, strict=True):
        torch.testing.assert_close(left, right, rtol=1e-9, atol=1e-9, msg=lambda text, name=name: f"{name}: {text}")


@pytest.mark.parametrize("ids", [None, 0, 1, 2])
def test_the_analytic_backward_passes_gradcheck(ids: int | None) -> None:
    one = layer(skills=0 if ids is None else 3, ids=ids or 0).requiring(*TRAINED)

    def function(x: Tensor, weight: Tensor, bias: Tensor, eps_alpha: Tensor, eps_beta: Tensor) -> Tensor:
        return share_linear(x, weight, bias, one.alpha, one.beta, eps_alpha, eps_beta, one.scale, one.skill_ids)

    assert torch.autograd.gradcheck(function, tuple(getattr(one, name) for name in TRAINED), nondet_tol=0.0)


@pytest.mark.parametrize("skills", [0, 2])
def test_a_second_derivative_is_refused(skills: int) -> None:
    one = layer(skills=skills).requiring("x", "eps_alpha")
    (slope,) = torch.autograd.grad(shared(one).square().sum(), [one.x], create_graph=True)
    with pytest.raises(RuntimeError, match="once_differentiable"):
        slope.sum().backward()


@pytest.mark.parametrize("skills", [0, 3])
@pytest.mark.parametrize(
    "names", [(), ("eps_alpha",), ("eps_beta",), ("eps_alpha", "eps_beta"), ("x",), ("weight",), ("bias",)]
)
def test_what_needs_no_gradient_gets_none_and_costs_none(skills: int, names: tuple[str, ...]) -> None:
    one = layer(skills=skills).requiring(*names)
    kept: list[Tensor] = []
    with torch.autograd.graph.saved_tensors_hooks(lambda one: kept.append(one) or one, lambda one: one):
        y = shared(one)
    assert y.requires_grad == bool(names)
    if names:
        found = gradients(shared, one, names)
        assert all(distance(a, b) < 1e-10 for a, b in zip(found, gradients(written_out, one, names), strict=True))
    x_like = [tensor for tensor in kept if tensor.shape == one.x.shape]
    assert bool(x_like) == (names == ("weight",))


@pytest.mark.parametrize("skills", [0, 3])
def test_training_coefficients_keeps_z_and_h_and_never_x(skills: int) -> None:
    one = layer((11, 13), n=40, d=50, k_b=3, k_a=4, p=2, skills=skills).requiring("x", "eps_alpha", "eps_beta")
    kept: dict[int, int] = {}
    frozen = {one.alpha.data_ptr(), one.beta.data_ptr(), one.weight.data_ptr()}

    def keep(tensor: Tensor) -> Tensor:
        if tensor.data_ptr() not in frozen:
            kept[tensor.data_ptr()] = tensor.numel()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        shared(one)
    coefficients = (
        one.eps_alpha.numel() + one.eps_beta.numel() + (0 if one.skill_ids is None else one.skill_ids.numel())
    )
    assert sum(kept.values()) == 11 * 13 * (4 + 2) + coefficients


class Largest(TorchDispatchMode):
    """Watches for anything of the weight's size."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = size
        self.formed: list[str] = []

    def __torch_dispatch__(
        self,
        func: Callable[..., object],
        types: object,
        args: tuple[object, ...] = (),
        kwargs: dict[str, object] | None = None,
    ) -> object:
        result = func(*args, **(kwargs or {}))
        if isinstance(result, Tensor) and result.numel() >= self.size and func is not torch.ops.aten.t.default:
            self.formed.append(str(func))
        return result


@pytest.mark.parametrize("skills", [0, 3])
def test_nothing_of_the_weights_size_is_ever_formed(skills: int) -> None:
    one = layer((3, 2), n=40, d=50, skills=skills).requiring("x", "eps_alpha", "eps_beta")
    with Largest(40 * 50) as watch:
        shared(one).sum().backward()
    assert watch.formed == []
    with watch:
        written_out(one)
    assert watch.formed != []


@pytest.mark.parametrize(
    ("dtype", "tolerance"), [(torch.float16, 2e-3), (torch.bfloat16, 1.5e-2), (torch.float32, 1e-6)]
)
@pytest.mark.parametrize("skills", [0, 3])
def test_every_dtype_is_as_accurate_as_it_can_be(skills: int, dtype: torch.dtype, tolerance: float) -> None:
    names = ("x", "eps_alpha", "eps_beta")
    one = layer((5, 33), n=65, d=51, k_b=7, k_a=9, p=3, skills=skills).to(dtype).requiring(*names)
    y = shared(one)
    assert y.dtype == dtype
    assert distance(y, written_out(one)) < tolerance
    for found, due in zip(gradients(shared, one, names), gradients(written_out, one, names), strict=True):
        assert found.dtype == dtype
        assert distance(found, due) < 2 * tolerance


@pytest.mark.parametrize("skills", [0, 3])
def test_float32_coefficients_train_under_a_bfloat16_base(skills: int) -> None:
    low = layer(skills=skills).to(torch.bfloat16)
    one = Layer(*low.arguments()[:5], low.eps_alpha.float(), low.eps_beta.float(), low.scale, low.skill_ids)
    one = one.requiring("eps_alpha", "eps_beta")
    y = shared(one)
    y.float().sum().backward()
    assert y.dtype == torch.bfloat16
    assert one.eps_alpha.grad is not None
    assert one.eps_alpha.grad.dtype == torch.float32


@pytest.mark.parametrize("function", [shared, summed])
@pytest.mark.parametrize("skills", [0, 3])
def test_autocast_computes_in_its_dtype_and_returns_gradients_in_each_tensors_own(
    skills: int, function: Callable[[Layer], Tensor]
) -> None:
    one = layer((4, 9), skills=skills).to(torch.float32).requiring("x", "eps_alpha", "eps_beta")
    with torch.autocast("cpu", torch.bfloat16):
        y = function(one)
    assert y.dtype == torch.bfloat16
    assert distance(y, written_out(one)) < 1.5e-2
    y.float().square().sum().backward()
    for tensor in (one.x, one.eps_alpha, one.eps_beta):
        assert tensor.grad is not None
        assert tensor.grad.dtype == torch.float32


def test_autocast_leaves_float64_alone() -> None:
    one = layer()
    with torch.autocast("cpu", torch.bfloat16):
        y = shared(one)
    assert y.dtype == torch.float64
    assert distance(y, written_out(one)) < 1e-12


@pytest.mark.parametrize("skills", [0, 3])
def test_the_layout_of_x_does_not_matter(skills: int) -> None:
    one = layer((4, 6), skills=skills)
    wide = torch.full((4, 6, 10), torch.nan, dtype=torch.float64)
    wide[..., ::2] = one.x
    turned = one.x.transpose(0, 1).contiguous().transpose(0, 1)
    for x in (wide[..., ::2], turned):
        assert not x.is_contiguous()
        other = Layer(x, *one.arguments()[1:])
        assert torch.equal(shared(other), shared(one))


def test_a_gradient_that_is_one_expanded_number_is_a_gradient() -> None:
    one = layer().requiring("x", "eps_alpha")
    shared(one).sum().backward()
    copy = layer().requiring("x", "eps_alpha")
    written_out(copy).sum().backward()
    assert one.x.grad is not None
    assert copy.x.grad is not None
    assert distance(one.x.grad, copy.x.grad) < 1e-12


def test_a_weight_stored_d_by_n_is_read_as_it_lies() -> None:
    for d in (5, 7):  # 7 is square, where shapes say nothing
        one = layer(n=7, d=d)
        stored = one.weight.T.contiguous()
        arguments = list(one.arguments())
        arguments[1] = stored
        assert torch.allclose(share_linear(*arguments, fan_in_fan_out=True), shared(one), rtol=0, atol=1e-12)  # type: ignore[arg-type]


def test_rows_of_the_base_are_exactly_the_base_whatever_else_is_nan_or_overflows() -> None:
    one = layer((3, 4), skills=2, ids=1).to(torch.float16)
    eps_alpha, eps_beta = one.eps_alpha.clone(), one.eps_beta.clone()
    eps_alpha[0] = torch.nan
    eps_beta[0] = torch.inf
    x = one.x.clone()
    x[1] = 60000.0  # overflows in x alpha, not in x W^T
    weight = one.weight * 1e-4
    ids = torch.tensor([1, -1, -1])
    leaf = x.clone().requires_grad_()
    bank = eps_alpha.clone().requires_grad_()
    y = share_linear(leaf, weight, one.bias, one.alpha, one.beta, bank, eps_beta, 1.0, ids)
    base = torch.nn.functional.linear(x, weight, one.bias)
    assert torch.equal(y[1:], base[1:])
    assert y.isfinite().all()
    assert not torch.equal(y[0], base[0])
    y.float().sum().backward()
    assert leaf.grad is not None
    assert leaf.grad.isfinite().all()
    assert bank.grad is not None
    assert bank.grad[1].isfinite().all()
    assert torch.equal(bank.grad[0], torch.zeros_like(bank.grad[0]))


def test_a_batch_of_skills_is_each_skill_on_its_own() -> None:
    one = layer((4, 3), skills=3).requiring("eps_alpha", "eps_beta")
    ids = torch.tensor([2, 0, -1, 2])
    y = share_linear(*one.arguments()[:-1], ids)
    y.square().sum().backward()
    alone = layer((4, 3), skills=3).requiring("eps_alpha", "eps_beta")
    for row, skill in enumerate(ids.tolist()):
        if skill < 0:
            continue
        expected = share_linear(
            alone.x[row], *alone.arguments()[1:5], alone.eps_alpha[skill], alone.eps_beta[skill], alone.scale
        )
        assert torch.allclose(y[row], expected, rtol=0, atol=1e-12)
        expected.square().sum().backward()
    for name in ("eps_alpha", "eps_beta"):
        found, due = getattr(one, name).grad, getattr(alone, name).grad
        assert torch.allclose(found, due, rtol=0, atol=1e-10)
        assert found[1].abs().max() == 0


def test_gradients_repeat_bit_for_bit() -> None:
    one = layer((64,), n=33, d=17, skills=3).to(torch.float32).requiring("x", "eps_alpha", "eps_beta")
    first, second = (gradients(shared, one, ("x", "eps_alpha", "eps_beta")) for _ in range(2))
    assert all(torch.equal(a, b) for a, b in zip(first, second, strict=True))


@pytest.mark.parametrize("skills", [0, 3])
@pytest.mark.parametrize("reentrant", [False, True])
def test_checkpointing_recomputes_the_same(skills: int, *, reentrant: bool) -> None:
    one = layer(skills=skills).requiring("x", "eps_alpha", "eps_beta")
    direct = gradients(shared, one, ("x", "eps_alpha", "eps_beta"))

    def checked(_: Layer) -> Tensor:
        y = checkpoint(lambda x: shared(Layer(x, *one.arguments()[1:])), one.x, use_reentrant=reentrant)
        assert isinstance(y, Tensor)
        return y

    y = checked(one)
    weights = torch.linspace(-1, 1, y.numel(), dtype=torch.float64).reshape(y.shape)
    (y * weights).sum().backward()
    for name, due in zip(("x", "eps_alpha", "eps_beta"), direct, strict=True):
        assert torch.equal(getattr(one, name).grad, due)


def test_compiled_it_is_one_graph_and_other_ids_need_no_other() -> None:
    one = layer((4, 3), skills=3).requiring("x", "eps_alpha", "eps_beta")
    graphs: list[int] = []

    def backend(module: torch.fx.GraphModule, _: list[Tensor]) -> Callable[..., Tensor]:
        graphs.append(len(module.graph.nodes))
        return module.forward

    compiled = torch.compile(lambda ids: share_linear(*one.arguments()[:-1], ids), fullgraph=True, backend=backend)
    for ids in ([0, 1, 2, -1], [-1, -1, -1, -1], [2, 2, 0, 0]):
        index = torch.tensor(ids)
        due = share_linear(*one.arguments()[:-1], index)
        assert torch.allclose(compiled(index), due, rtol=0, atol=1e-12)
    assert len(graphs) == 1
