"""The layer as one node of a graph, here with PyTorch's own products inside."""

# torch's own types are partial.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownLambdaType=false

from typing import Any

import pytest
import torch
from torch import Tensor

from share_rs.kernels import dispatch_linear
from share_rs.kernels.operator import linear, linear_backward
from tests.kernels.drawn import TRAINED, gradients
from tests.kernels.operands import Layer, distance, layer, written_out


def operator(one: Layer) -> Tensor:
    return dispatch_linear(*one.arguments(), path="operator")


def inputs(one: Layer, *, keep: bool) -> tuple[Any, ...]:
    return (*one.arguments()[:-2], one.skill_ids, one.scale, keep)


# opcheck itself looks at gradients of tensors in between.
@pytest.mark.filterwarnings("ignore:The .grad attribute of a Tensor that is not a leaf:UserWarning")
@pytest.mark.parametrize("skills", [0, 3])
@pytest.mark.parametrize("names", [(), ("x", "eps_alpha", "eps_beta"), TRAINED])
def test_the_operators_are_what_pytorch_asks_of_operators(skills: int, names: tuple[str, ...]) -> None:
    one = layer(skills=skills).to(torch.float32).requiring(*names)
    torch.library.opcheck(linear, inputs(one, keep="eps_alpha" in names))
    plain = layer(skills=skills).to(torch.float32)
    y, z = linear(*inputs(plain, keep=True))
    frozen = (plain.alpha, plain.beta, plain.eps_alpha, plain.eps_beta, plain.skill_ids)
    for weight, kept in ((plain.weight, z), (None, z), (plain.weight, None)):
        torch.library.opcheck(linear_backward, (y, weight, *frozen, kept, plain.scale))


@pytest.mark.parametrize("ids", [None, 0, 1, 2])
def test_it_passes_gradcheck(ids: int | None) -> None:
    one = layer(skills=0 if ids is None else 3, ids=ids or 0).requiring(*TRAINED)

    def function(x: Tensor, weight: Tensor, bias: Tensor, eps_alpha: Tensor, eps_beta: Tensor) -> Tensor:
        frozen = one.alpha, one.beta
        return dispatch_linear(x, weight, bias, *frozen, eps_alpha, eps_beta, one.scale, one.skill_ids, path="operator")

    assert torch.autograd.gradcheck(function, tuple(getattr(one, name) for name in TRAINED), nondet_tol=0.0)


@pytest.mark.parametrize("skills", [0, 3])
@pytest.mark.parametrize("names", [(), ("eps_alpha",), ("eps_beta",), ("x",), ("weight",), ("bias",)])
def test_what_needs_no_gradient_gets_none(skills: int, names: tuple[str, ...]) -> None:
    one = layer(skills=skills).requiring(*names)
    assert operator(one).requires_grad == bool(names)
    assert distance(operator(one), written_out(one)) < 1e-12
    if names:
        found, due = gradients(operator, one, names), gradients(written_out, one, names)
        assert all(distance(left, right) < 1e-10 for left, right in zip(found, due, strict=True))


@pytest.mark.parametrize("skills", [0, 3])
def test_compiled_it_is_one_graph_of_any_number_of_rows(skills: int) -> None:
    one = layer((4, 3), skills=skills).to(torch.float32).requiring("eps_alpha", "eps_beta")
    compiled = torch.compile(
        lambda x, ids: dispatch_linear(x, *one.arguments()[1:-1], ids, path="operator"),
        fullgraph=True,
        dynamic=True,
        backend="aot_eager",
    )
    for rows in (4, 5, 1):
        x = torch.randn(rows, 3, 5)
        ids = torch.arange(rows) % skills - 1 if skills else None
        due = dispatch_linear(x, *one.arguments()[1:-1], ids)
        y = compiled(x, ids)
        assert torch.allclose(y, due, rtol=0, atol=1e-5)
        for found, right in zip(
            *(torch.autograd.grad(out.sum(), (one.eps_alpha, one.eps_beta)) for out in (y, due)), strict=True
        ):
            assert torch.allclose(found, right, rtol=1e-4, atol=1e-4)


def test_an_exported_program_has_it_as_a_node_and_gives_the_same() -> None:
    one = layer((4, 3), skills=3).to(torch.float32)

    class Exported(torch.nn.Module):
        def forward(self, x: Tensor, ids: Tensor) -> Tensor:
            return dispatch_linear(x, *one.arguments()[1:-1], ids, path="operator")

    assert one.skill_ids is not None
    program = torch.export.export(Exported(), (one.x, one.skill_ids))
    assert "share_rs.linear.default" in {str(node.target) for node in program.graph.nodes}
    found = program.module()(one.x, one.skill_ids)
    assert torch.equal(found, operator(one))
