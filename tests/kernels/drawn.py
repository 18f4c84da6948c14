"""Layers of all sizes, drawn by hypothesis, and the gradients of one."""

# torch's own types are partial.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from collections.abc import Callable

import torch
from hypothesis import strategies as st
from torch import Tensor

from tests.kernels.operands import Layer, layer

TRAINED = ("x", "weight", "bias", "eps_alpha", "eps_beta")


@st.composite
def layers(draw: st.DrawFn, *, routed: bool) -> Layer:
    size = st.integers(1, 9)
    leading = tuple(draw(st.lists(st.integers(0, 4), min_size=0 if not routed else 1, max_size=3)))
    n, d = draw(size), draw(size)
    return layer(
        leading,
        n=n,
        d=d,
        k_b=draw(st.integers(1, n)),
        k_a=draw(st.integers(1, d)),
        p=draw(st.integers(1, 4)),
        skills=draw(st.integers(1, 4)) if routed else 0,
        ids=draw(st.integers(0, len(leading))),
        bias=draw(st.booleans()),
        scale=draw(st.sampled_from([0.0, 1.0, -0.3, 17.0])),
        seed=draw(st.integers(0, 2**20)),
    )


def gradients(function: Callable[[Layer], Tensor], one: Layer, names: tuple[str, ...]) -> tuple[Tensor, ...]:
    y = function(one)
    # Made where they are used: nothing may be copied from the host while a graph is captured.
    weights = torch.linspace(-1, 1, y.numel(), dtype=torch.float64, device=y.device).reshape(y.shape).to(y.dtype)
    # Without rows, the reference uses no coefficient.
    return torch.autograd.grad((y * weights).sum(), [getattr(one, name) for name in names], materialize_grads=True)
