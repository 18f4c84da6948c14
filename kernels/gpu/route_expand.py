"""From the bordered product [y0 | z], both outputs of the layer: y = y0 + s (z into out^T) basis^T, and z by itself.

Backward it takes [dx0 | u] to dx and u, with alpha and the banks turned. v is formed anew for every tile: that costs less than to
keep it.
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


@triton.jit(do_not_specialize=["rows", "rows_per_id", "skills", "scale"], do_not_specialize_on_alignment=["p"])
def kernel(
    product, basis, y, z, scale, features, product_row, basis_row, basis_k,
    into, out, ids, rows, rows_per_id, skills, p, k_in, k_out,
    into_skill, into_k, into_p, out_skill, out_k, out_p,
    ROWS: tl.constexpr, FEATURES: tl.constexpr, IN: tl.constexpr, OUT: tl.constexpr,
    PRECISION: tl.constexpr, UPCAST: tl.constexpr,
):  # fmt: skip
    """One program for ROWS rows of FEATURES features."""
    row = tl.program_id(0).to(tl.int64) * ROWS + tl.arange(0, ROWS)
    feature = tl.program_id(1).to(tl.int64) * FEATURES + tl.arange(0, FEATURES)
    inside = row < rows
    there = feature < features
    at_in = tl.arange(0, IN)
    at_out = tl.arange(0, OUT)
    of_in = inside[:, None] & (at_in < k_in)[None, :]
    line = product + row[:, None] * product_row
    found = tl.load(line + features + at_in[None, :], mask=of_in, other=0.0).to(tl.float32)
    skill, live = find(ids, row, inside, rows_per_id, skills)
    if z is not None:
        # Of the programs of some rows the first one alone.
        mine = inside[:, None] & (tl.program_id(1) * IN + at_in < k_in)[None, :]
        tl.store(z + row[:, None] * k_in + at_in[None, :], tl.where(live, found, 0.0), mask=mine)
    left = route(
        found, skill, live, into, out, p, k_in, k_out,
        into_skill, into_k, into_p, out_skill, out_k, out_p, IN, OUT,
    )  # fmt: skip
    right = tl.load(
        basis + feature[:, None] * basis_row + at_out[None, :] * basis_k,
        mask=there[:, None] & (at_out < k_out)[None, :],
        other=0.0,
    )
    if UPCAST:
        right = right.to(tl.float32)
    else:
        left = left.to(right.dtype)
    added = tl.dot(left, tl.trans(right), input_precision=PRECISION) * scale
    mask = inside[:, None] & there[None, :]
    before = tl.load(line + feature[None, :], mask=mask, other=0.0).to(tl.float32)
    tl.store(y + row[:, None] * features + feature[None, :], tl.where(live, before + added, before), mask=mask)


def route_expand(
    product: Tensor, basis: Tensor, skills: Skills, scale: float, *, keep: torch.dtype | None, tile: Tile | None = None
) -> tuple[Tensor, Tensor | None]:
    """Y (T x features) and z (T x k_in in the dtype `keep`, None if that is None), each contiguous.

    Args:
        product: T x (features + at least k_in), with neighbouring columns side by side.
        basis: features x k_out, of any strides.
        skills: from k_in to k_out coordinates.
        scale: s.
        keep: the dtype of z.
        tile: default from the table.
    """
    rows, features = product.shape[0], basis.shape[0]
    k_in = skills.into.shape[1]
    y = product.new_empty(rows, features)
    z = None if keep is None else product.new_empty(rows, k_in, dtype=keep)
    run(launch(product, basis, skills, scale, y, z, tile or tile_for("route_expand", product, k_in, basis.shape[1])))
    return y, z


def launch(
    product: Tensor, basis: Tensor, skills: Skills, scale: float, y: Tensor, z: Tensor | None, tile: Tile
) -> Launch:
    """The kernel with its arguments."""
    rows, features = y.shape
    arguments = {
        "product": product,
        "basis": basis,
        "y": y,
        "z": z,
        "scale": float(scale),
        "features": features,
        "product_row": product.stride(0),
        "basis_row": basis.stride(0),
        "basis_k": basis.stride(1),
        **skills.arguments(rows),
        "IN": block(skills.into.shape[1]),
        "OUT": block(basis.shape[1]),
    }
    return Launch(kernel, (-(-rows // tile.rows), -(-features // tile.features)), arguments, tile)
