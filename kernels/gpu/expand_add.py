"""y += s v basis^T, in place: forward with beta, backward with alpha. Rows of the base are neither read nor written."""

# Triton's language has no types.
# pyright: basic

from __future__ import annotations

from typing import TYPE_CHECKING

import triton
import triton.language as tl

from share_rs.kernels.gpu.launch import Launch, run
from share_rs.kernels.gpu.tiles import Tile, block, tile_for

if TYPE_CHECKING:
    from torch import Tensor


@triton.jit(do_not_specialize=["rows", "rows_per_id", "scale"])
def kernel(
    y, v, basis, ids, scale, rows, rows_per_id, features, k, y_row, basis_row, basis_k,
    ROWS: tl.constexpr, FEATURES: tl.constexpr, K: tl.constexpr, PRECISION: tl.constexpr, UPCAST: tl.constexpr,
):  # fmt: skip
    """One program for ROWS rows of FEATURES features."""
    row = tl.program_id(0).to(tl.int64) * ROWS + tl.arange(0, ROWS)
    feature = tl.program_id(1).to(tl.int64) * FEATURES + tl.arange(0, FEATURES)
    inside = row < rows
    there = feature < features
    if ids is not None:
        inside = inside & (tl.load(ids + row // rows_per_id, mask=inside, other=-1) >= 0)
    at = tl.arange(0, K)
    used = at < k
    left = tl.load(v + row[:, None] * k + at[None, :], mask=inside[:, None] & used[None, :], other=0.0)
    right = tl.load(
        basis + feature[:, None] * basis_row + at[None, :] * basis_k, mask=there[:, None] & used[None, :], other=0.0
    )
    if UPCAST:
        left = left.to(tl.float32)
        right = right.to(tl.float32)
    added = tl.dot(left, tl.trans(right), input_precision=PRECISION) * scale
    place = y + row[:, None] * y_row + feature[None, :]
    mask = inside[:, None] & there[None, :]
    before = tl.load(place, mask=mask, other=0.0).to(tl.float32)
    tl.store(place, before + added, mask=mask)


def expand_add(
    y: Tensor, v: Tensor, basis: Tensor, scale: float, ids: Tensor | None, *, tile: Tile | None = None
) -> Tensor:
    """Changes y, and gives it back.

    Args:
        y: T x features, with neighbouring features side by side.
        v: T x k, contiguous, in the dtype of the basis.
        basis: features x k.
        scale: s.
        ids: as in `Skills`.
        tile: default from the table.
    """
    run(launch(y, v, basis, scale, ids, tile or tile_for("expand_add", y, basis.shape[1])))
    return y


def launch(y: Tensor, v: Tensor, basis: Tensor, scale: float, ids: Tensor | None, tile: Tile) -> Launch:
    """The kernel with its arguments."""
    rows, features = y.shape
    arguments = {
        "y": y,
        "v": v,
        "basis": basis,
        "ids": ids,
        "scale": float(scale),
        "rows": rows,
        "rows_per_id": 1 if ids is None else rows // max(ids.numel(), 1),
        "features": features,
        "k": v.shape[1],
        "y_row": y.stride(0),
        "basis_row": basis.stride(0),
        "basis_k": basis.stride(1),
        "K": block(v.shape[1]),
    }
    return Launch(kernel, (-(-rows // tile.rows), -(-features // tile.features)), arguments, tile)
