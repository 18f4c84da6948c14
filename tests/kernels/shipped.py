"""Every kernel of the table as the layer launches it, on tensors that have a place in no memory."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from share_rs.kernels.gpu import collapse, expand_add, grad_reduce, route_expand, shrink_route
from share_rs.kernels.gpu.chunks import Chunks
from share_rs.kernels.gpu.launch import Launch
from share_rs.kernels.gpu.skills import Skills
from share_rs.kernels.gpu.tiles import FEW, Tile, listed

KERNELS = ("shrink_route", "expand_add", "grad_reduce", "route_expand", "collapse")
SIZES = (16, 32, 64, 128)
DTYPES = (torch.float16, torch.bfloat16, torch.float32)
N = 8


@dataclass(frozen=True)
class Setting:
    """What a launch is specialised for."""

    kernel: str
    k: int
    dtype: torch.dtype
    few: bool
    p: int
    """1, or more: the loop over p is compiled as a loop."""
    routed: bool
    features: int = 1536

    def __str__(self) -> str:
        return (
            f"{self.kernel} k={self.k} {str(self.dtype)[6:]} {'few' if self.few else 'many'} p={self.p} "
            f"{'routed' if self.routed else 'one skill'} features={self.features}"
        )


def settings(kernel: str) -> Iterator[Setting]:
    """All lines of the table in all dtypes: for many skills of p > 1, which takes the most registers.

    In bfloat16 and float32, and for many rows, also the other mixtures of skills and p, and a k that is no multiple of 16. Models
    have features by the 16; with an odd number of them a few registers are spilled, which costs time and nothing else.
    """
    for dtype in DTYPES:
        for few in (False, True):
            for k in SIZES:
                if few and _tile(kernel, k, dtype, few=True) == _tile(kernel, k, dtype, few=False):
                    continue
                yield Setting(kernel, k, dtype, few, 4, routed=True)
                if few or dtype == torch.float16:
                    continue
                yield Setting(kernel, k, dtype, few, 1, routed=False)
                yield Setting(kernel, k - 3, dtype, few, 4, routed=True)
                if kernel not in {"expand_add", "collapse"}:
                    yield Setting(kernel, k, dtype, few, 4, routed=False)
                    yield Setting(kernel, k, dtype, few, 1, routed=True)


def _tile(kernel: str, k: int, dtype: torch.dtype, *, few: bool) -> Tile:
    return listed(kernel, max(16, 1 << (k - 1).bit_length()), wide=dtype == torch.float32, few=few)


def launches(one: Setting) -> list[Launch]:
    """What is launched for it."""
    rows = FEW // 2 if one.few else FEW * 2
    k, p, d = one.k, one.p, one.features
    bank = N if one.routed else 1
    ids = _empty(rows, dtype=torch.int64) if one.routed else None
    skills = Skills(_empty(bank, k, p, dtype=torch.float32), _empty(bank, k, p, dtype=torch.float32), ids)
    tile = _tile(one.kernel, k, one.dtype, few=one.few)

    def low(*shape: int) -> Tensor:
        return _empty(*shape, dtype=one.dtype)

    def high(*shape: int) -> Tensor:
        return _empty(*shape, dtype=torch.float32)

    basis = low(d, -(-k // 16) * 16)[:, :k]
    if one.kernel == "shrink_route":
        return [
            shrink_route.launch(low(rows, d), basis, skills, z, low(rows, k), tile)
            for z in (low(rows, k), high(rows, k))
        ]
    if one.kernel == "expand_add":
        return [expand_add.launch(low(rows, d), low(rows, k), basis, 1.0, ids, tile)]
    if one.kernel == "grad_reduce":
        found = Chunks(*(_empty(rows, dtype=torch.int64) for _ in range(5))) if one.routed else None
        parts, gradient = high(200, p, k), high(bank, k, p)
        first = grad_reduce.first_stage(low(rows, k), high(rows, k), skills, found, parts, parts, tile)
        second = grad_reduce.second_stage(parts, parts, found, gradient, gradient, 1.0, tile)
        return [first, second] if one.dtype == torch.float32 else [first]  # the second has sums in float32 alone
    if one.kernel == "route_expand":
        border = -(-k // 16) * 16
        frame, product = low(d + border, d + border), low(rows, d + border)
        forward = route_expand.launch(product, frame[:d, d : d + k], skills, 1.0, low(rows, d), low(rows, k), tile)
        backward = route_expand.launch(
            product, frame[d : d + k, :d].t(), skills, 1.0, low(rows, d), high(rows, k), tile
        )
        return [forward, backward]
    owners = _empty(rows, dtype=torch.int32)
    return [collapse.launch(low(rows, k), owners, high(bank, k, p), low(rows, p), tile)]


def _empty(*shape: int, dtype: torch.dtype) -> Tensor:
    return torch.empty(shape, dtype=dtype, device="meta")
