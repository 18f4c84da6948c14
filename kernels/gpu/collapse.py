"""b = basis coefficients for every layer of a model in one launch: what an export, a merge or a collapsed expansion needs."""

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


@triton.jit(do_not_specialize=["rows"], do_not_specialize_on_alignment=["p"])
def kernel(bases, owners, bank, flat, rows, k, p, ROWS: tl.constexpr, K: tl.constexpr):
    """One program for ROWS rows of all bases, stacked."""
    row = tl.program_id(0).to(tl.int64) * ROWS + tl.arange(0, ROWS)
    inside = row < rows
    at = tl.arange(0, K)
    mask = inside[:, None] & (at < k)[None, :]
    basis = tl.load(bases + row[:, None] * k + at[None, :], mask=mask, other=0.0).to(tl.float32)
    owner = tl.load(owners + row, mask=inside, other=0).to(tl.int64)
    for j in range(p):
        column = tl.load(bank + (owner[:, None] * k + at[None, :]) * p + j, mask=mask, other=0.0).to(tl.float32)
        tl.store(flat + row * p + j, tl.sum(basis * column, 1), mask=inside)


def collapse_rows(bases: Tensor, owners: Tensor, bank: Tensor, *, tile: Tile | None = None) -> Tensor:
    """Each row of the stacked bases (R x k) times the coefficients (k x p) of its owner in the bank (L x k x p): R x p."""
    flat = bases.new_empty(bases.shape[0], bank.shape[2])
    run(launch(bases, owners, bank, flat, tile or tile_for("collapse", bases, bases.shape[1])))
    return flat


def launch(bases: Tensor, owners: Tensor, bank: Tensor, flat: Tensor, tile: Tile) -> Launch:
    """The kernel with its arguments."""
    rows, k = bases.shape
    arguments = {
        "bases": bases,
        "owners": owners,
        "bank": bank,
        "flat": flat,
        "rows": rows,
        "k": k,
        "p": bank.shape[2],
        "K": block(k),
    }
    return Launch(kernel, (-(-rows // tile.rows),), arguments, tile)
