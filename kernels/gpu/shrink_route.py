"""z = x basis and v = z into out^T, in one pass over x: forward with alpha, backward with dy and beta.

Rounded once, after float32 sums; h = z into stays in registers.
"""

# Triton's language has no types.
# pyright: basic

from __future__ import annotations

from typing import TYPE_CHECKING

import triton
import triton.language as tl

from share_rs.kernels.gpu.launch import Launch, run
from share_rs.kernels.gpu.route import find, route
from share_rs.kernels.gpu.tiles import Tile, block, tile_for

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from share_rs.kernels.gpu.skills import Skills


@triton.jit(do_not_specialize=["rows", "rows_per_id", "skills"], do_not_specialize_on_alignment=["p"])
def kernel(
    x, basis, z, v, features, x_row, basis_row, basis_k,
    into, out, ids, rows, rows_per_id, skills, p, k_in, k_out,
    into_skill, into_k, into_p, out_skill, out_k, out_p,
    ROWS: tl.constexpr, FEATURES: tl.constexpr, IN: tl.constexpr, OUT: tl.constexpr,
    PRECISION: tl.constexpr, UPCAST: tl.constexpr,
):  # fmt: skip
    """One program for ROWS rows."""
    row = tl.program_id(0).to(tl.int64) * ROWS + tl.arange(0, ROWS)
    inside = row < rows
    at_in = tl.arange(0, IN)
    at_out = tl.arange(0, OUT)
    sums = tl.zeros([ROWS, IN], tl.float32)
    for start in range(0, features, FEATURES):
        feature = start + tl.arange(0, FEATURES).to(tl.int64)
        there = feature < features
        part = tl.load(x + row[:, None] * x_row + feature[None, :], mask=inside[:, None] & there[None, :], other=0.0)
        columns = tl.load(
            basis + feature[:, None] * basis_row + at_in[None, :] * basis_k,
            mask=there[:, None] & (at_in < k_in)[None, :],
            other=0.0,
        )
        if UPCAST:
            part = part.to(tl.float32)
            columns = columns.to(tl.float32)
        sums = tl.dot(part, columns, sums, input_precision=PRECISION)
    skill, live = find(ids, row, inside, rows_per_id, skills)
    if z is not None:
        kept = tl.where(live, sums, 0.0)
        tl.store(z + row[:, None] * k_in + at_in[None, :], kept, mask=inside[:, None] & (at_in < k_in)[None, :])
    routed = route(
        sums, skill, live, into, out, p, k_in, k_out,
        into_skill, into_k, into_p, out_skill, out_k, out_p, IN, OUT,
    )  # fmt: skip
    tl.store(v + row[:, None] * k_out + at_out[None, :], routed, mask=inside[:, None] & (at_out < k_out)[None, :])


def shrink_route(
    x: Tensor, basis: Tensor, skills: Skills, *, keep: torch.dtype | None, tile: Tile | None = None
) -> tuple[Tensor | None, Tensor]:
    """Z (T x k_in in the dtype `keep`, None if that is None; zero for rows of the base) and v (T x k_out, in the dtype of x).

    Args:
        x: T x features, with neighbouring features side by side.
        basis: features x k_in.
        skills: from k_in to k_out coordinates.
        keep: the dtype of z.
        tile: default from the table.
    """
    z = None if keep is None else x.new_empty(x.shape[0], basis.shape[1], dtype=keep)
    v = x.new_empty(x.shape[0], skills.out.shape[1])
    run(launch(x, basis, skills, z, v, tile or tile_for("shrink_route", x, *basis.shape[1:], v.shape[1])))
    return z, v


def launch(x: Tensor, basis: Tensor, skills: Skills, z: Tensor | None, v: Tensor, tile: Tile) -> Launch:
    """The kernel with its arguments."""
    rows, features = x.shape
    arguments = {
        "x": x,
        "basis": basis,
        "z": z,
        "v": v,
        "features": features,
        "x_row": x.stride(0),
        "basis_row": basis.stride(0),
        "basis_k": basis.stride(1),
        **skills.arguments(rows),
        "IN": block(basis.shape[1]),
        "OUT": block(v.shape[1]),
    }
    return Launch(kernel, (-(-rows // tile.rows),), arguments, tile)
