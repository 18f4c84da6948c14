# torch's own types are partial.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownLambdaType=false

from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.nn.functional import cross_entropy, linear

from share_rs.kernels import linear_cross_entropy

SIZES = st.tuples(st.integers(0, 9), st.integers(1, 7), st.integers(1, 11))


def drawn(sizes: tuple[int, int, int], seed: int, dtype: torch.dtype = torch.float64) -> tuple[Tensor, ...]:
    """Inputs with about a third of the tokens not supervised."""
    tokens, d, vocabulary = sizes
    draw = torch.Generator().manual_seed(seed)
    hidden, weight, bias = (
        torch.randn(*shape, generator=draw, dtype=torch.float64).to(dtype)
        for shape in ((tokens, d), (vocabulary, d), (vocabulary,))
    )
    labels = torch.randint(0, vocabulary, (tokens,), generator=draw)
    labels[torch.rand(tokens, generator=draw) < 0.3] = -100
    return hidden, weight, bias, labels


def plain(hidden: Tensor, weight: Tensor, bias: Tensor | None, labels: Tensor) -> Tensor:
    return cross_entropy(linear(hidden, weight, bias), labels, reduction="none", ignore_index=-100)


@given(SIZES, st.integers(0, 1 << 16), st.integers(1, 10), st.sets(st.sampled_from(["hidden", "weight", "bias"])))
def test_losses_and_all_gradients_are_those_of_the_plain_form(
    sizes: tuple[int, int, int], seed: int, chunk: int, trained: set[str]
) -> None:
    hidden, weight, bias, labels = drawn(sizes, seed)
    factor = torch.randn(sizes[0], generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    found: list[list[Tensor | None]] = []

    def chunked(hidden: Tensor, weight: Tensor, bias: Tensor | None, labels: Tensor) -> Tensor:
        return linear_cross_entropy(hidden, weight, labels, bias, chunk=chunk)

    for function in (chunked, plain):
        own = [
            one.clone().requires_grad_(name in trained)
            for name, one in zip(("hidden", "weight", "bias"), (hidden, weight, bias), strict=True)
        ]
        losses = function(own[0], own[1], own[2], labels)
        if trained:
            (losses * factor).sum().backward()
        found.append([losses.detach(), *(one.grad for one in own)])
    for ours, due in zip(*found, strict=True):
        assert (ours is None) == (due is None)
        if ours is not None and due is not None:
            torch.testing.assert_close(ours, due, rtol=1e-10, atol=1e-10)


def test_gradcheck() -> None:
    hidden, weight, bias, labels = drawn((5, 3, 4), 1)
    inputs = [one.requires_grad_() for one in (hidden, weight, bias)]

    def losses(hidden: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        return linear_cross_entropy(hidden, weight, labels, bias, chunk=2)

    assert torch.autograd.gradcheck(losses, inputs)
    assert torch.autograd.gradcheck(lambda hidden: linear_cross_entropy(hidden, weight.detach(), labels), inputs[:1])


@pytest.mark.parametrize(("dtype", "bound"), [(torch.float32, 1e-5), (torch.bfloat16, 2e-2), (torch.float16, 3e-3)])
def test_each_dtype_is_as_exact_as_it_can_be(dtype: torch.dtype, bound: float) -> None:
    hidden, weight, _, labels = drawn((40, 32, 50), 2, dtype)
    hidden.requires_grad_()
    losses = linear_cross_entropy(hidden, weight, labels, chunk=7)
    losses.sum().backward()
    wide = hidden.detach().double().requires_grad_()
    due = plain(wide, weight.double(), None, labels)
    due.sum().backward()
    assert losses.dtype == torch.float32
    assert hidden.grad is not None
    assert wide.grad is not None
    assert float((losses.detach() - due.detach()).norm() / due.detach().norm()) < bound
    assert float((hidden.grad - wide.grad).norm() / wide.grad.norm()) < bound


def test_huge_logits_do_not_overflow() -> None:
    hidden = torch.tensor([[1e4], [-1e4]], requires_grad=True)
    losses = linear_cross_entropy(hidden, torch.tensor([[1.0], [-1.0]]), torch.tensor([1, 1]))
    losses.sum().backward()
    assert losses.tolist() == [2e4, 0.0]
    assert hidden.grad is not None
    assert hidden.grad.tolist() == [[2.0], [0.0]]


def test_what_is_not_supervised_is_not_computed_even_if_it_is_nan() -> None:
    hidden = torch.full((3, 2), torch.nan)
    hidden[1] = 1.0
    hidden.requires_grad_()
    losses = linear_cross_entropy(hidden, torch.eye(2), torch.tensor([-100, 0, -100]))
    losses.sum().backward()
    assert losses.isfinite().all()
    assert hidden.grad is not None
    assert hidden.grad.isfinite().all()


def test_kept_for_backward_are_supervised_tokens_alone() -> None:
    hidden, weight, _, _ = drawn((100, 8, 5), 3, torch.float32)
    labels = torch.full((100,), -100)
    labels[40:47] = 2
    kept: list[Tensor] = []

    def pack(one: Tensor) -> Tensor:
        kept.append(one)
        return one

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda one: one):
        linear_cross_entropy(hidden.requires_grad_(), weight, labels)
    assert max(one.numel() for one in kept if one.is_floating_point()) == 7 * 8


def test_under_autocast_all_are_cast() -> None:
    hidden, weight, bias, labels = drawn((6, 4, 5), 4, torch.float32)
    with torch.autocast("cpu", torch.bfloat16):
        losses = linear_cross_entropy(hidden.bfloat16(), weight, labels, bias)
    torch.testing.assert_close(losses, plain(hidden, weight, bias, labels), rtol=0.1, atol=0.1)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"hidden": torch.ones(2, 3)}, "the same d"),
        ({"hidden": torch.ones(2, 4).double()}, "one dtype"),
        ({"labels": torch.tensor([0])}, "expected labels as 2 integers"),
        ({"labels": torch.tensor([0.0, 1.0])}, "integers"),
        ({"labels": torch.tensor([0, 5])}, "from 0 to V - 1 = 4, or -100, got 5"),
        ({"labels": torch.tensor([0, -1])}, "got -1"),
        ({"bias": torch.ones(4)}, r"expected bias of shape \(5,\)"),
        ({"chunk": 0}, "at least one token"),
    ],
)
def test_what_does_not_fit_is_named(change: dict[str, Any], message: str) -> None:
    given: dict[str, Any] = {"hidden": torch.ones(2, 4), "weight": torch.ones(5, 4), "labels": torch.tensor([0, 1])}
    with pytest.raises(ValueError, match=message):
        linear_cross_entropy(**{**given, **change})
