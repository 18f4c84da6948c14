"""The coefficients' gradients, s z^T g and s u^T h, in two stages without atomics: chunks of rows, then their sum in order.

A chunk has rows of one skill, so that its coefficients are read once; which rows those are, `chunks` has found.
"""

# Triton's language has no types.
# pyright: basic, reportArgumentType=false

from __future__ import annotations

from typing import TYPE_CHECKING

import triton
import triton.language as tl

from share_rs.kernels.gpu.chunks import Chunks, chunks
from share_rs.kernels.gpu.launch import Launch, run
from share_rs.kernels.gpu.tiles import Tile, block, tile_for

if TYPE_CHECKING:
    from torch import Tensor

    from share_rs.kernels.gpu.skills import Skills


@triton.jit(do_not_specialize=["rows"], do_not_specialize_on_alignment=["p"])
def partial_sums(
    z, u, order, chunk_skill, chunk_start, chunk_stop, into, out, parts_in, parts_out, rows, p, k_in, k_out,
    into_skill, into_k, into_p, out_skill, out_k, out_p,
    ROWS: tl.constexpr, IN: tl.constexpr, OUT: tl.constexpr,
):  # fmt: skip
    """One program for a chunk of ROWS rows of one skill."""
    chunk = tl.program_id(0).to(tl.int64)
    if order is None:
        skill = chunk * 0
        row = chunk * ROWS + tl.arange(0, ROWS)
        inside = row < rows
    else:
        skill = tl.load(chunk_skill + chunk)
        place = tl.load(chunk_start + chunk) + tl.arange(0, ROWS)
        inside = place < tl.load(chunk_stop + chunk)
        row = tl.load(order + place, mask=inside, other=0)
    at_in = tl.arange(0, IN)
    at_out = tl.arange(0, OUT)
    use_in = at_in < k_in
    use_out = at_out < k_out
    of_in = inside[:, None] & use_in[None, :]
    of_out = inside[:, None] & use_out[None, :]
    left = tl.load(z + row[:, None] * k_in + at_in[None, :], mask=of_in, other=0.0).to(tl.float32)
    right = tl.load(u + row[:, None] * k_out + at_out[None, :], mask=of_out, other=0.0)
    for j in range(p):
        a = tl.load(into + skill * into_skill + at_in * into_k + j * into_p, mask=use_in, other=0.0).to(tl.float32)
        b = tl.load(out + skill * out_skill + at_out * out_k + j * out_p, mask=use_out, other=0.0).to(tl.float32)
        h = tl.sum(tl.where(of_in, left * a[None, :], 0.0), 1)
        g = tl.sum(tl.where(of_out, right * b[None, :], 0.0), 1)
        tl.store(parts_in + (chunk * p + j) * k_in + at_in, tl.sum(left * g[:, None], 0), mask=use_in)
        tl.store(parts_out + (chunk * p + j) * k_out + at_out, tl.sum(right * h[:, None], 0), mask=use_out)


@triton.jit(do_not_specialize=["scale", "count"], do_not_specialize_on_alignment=["p"])
def total(
    parts_in, parts_out, first, grad_in, grad_out, scale, count, p, k_in, k_out,
    ROWS: tl.constexpr, IN: tl.constexpr, OUT: tl.constexpr,
):  # fmt: skip
    """One program for a column of one skill: the sum over its chunks, ROWS of them at a time, in their order."""
    skill = tl.program_id(0).to(tl.int64)
    j = tl.program_id(1)
    if first is None:
        begin = skill * 0
        end = begin + count
    else:
        begin = tl.load(first + skill)
        end = tl.load(first + skill + 1)
    at_in = tl.arange(0, IN)
    at_out = tl.arange(0, OUT)
    sums_in = tl.zeros([ROWS, IN], tl.float32)
    sums_out = tl.zeros([ROWS, OUT], tl.float32)
    for start in range(begin, end, ROWS):
        chunk = start + tl.arange(0, ROWS).to(tl.int64)
        there = (chunk < end)[:, None]
        row = (chunk * p + j)[:, None]
        sums_in += tl.load(parts_in + row * k_in + at_in[None, :], mask=there & (at_in < k_in)[None, :], other=0.0)
        sums_out += tl.load(
            parts_out + row * k_out + at_out[None, :], mask=there & (at_out < k_out)[None, :], other=0.0
        )
    tl.store(grad_in + (skill * k_in + at_in) * p + j, tl.sum(sums_in, 0) * scale, mask=at_in < k_in)
    tl.store(grad_out + (skill * k_out + at_out) * p + j, tl.sum(sums_out, 0) * scale, mask=at_out < k_out)


def grad_reduce(
    z: Tensor, u: Tensor, skills: Skills, scale: float, *, tile: Tile | None = None
) -> tuple[Tensor, Tensor]:
    """The gradients of `skills.into` and `skills.out`, in their dtypes; zero for skills without rows.

    Args:
        z: T x k_in, contiguous: the coordinates that the forward pass kept.
        u: T x k_out, contiguous, float32: those of the gradient of its output, before the scale.
        skills: as in the forward pass.
        scale: s.
        tile: default from the table.
    """
    tile = tile or tile_for("grad_reduce", z, z.shape[1], u.shape[1])
    rows = z.shape[0]
    bank, k_in, p = skills.into.shape
    found = None if skills.ids is None else chunks(skills.ids, rows, bank, tile.rows)
    count = -(-rows // tile.rows) if found is None else found.skill.shape[0]
    parts_in = u.new_empty(count, p, k_in)
    parts_out = u.new_empty(count, p, u.shape[1])
    run(first_stage(z, u, skills, found, parts_in, parts_out, tile))
    grad_in = skills.into.new_empty(skills.into.shape)
    grad_out = skills.out.new_empty(skills.out.shape)
    run(second_stage(parts_in, parts_out, found, grad_in, grad_out, scale, tile))
    return grad_in, grad_out


def first_stage(
    z: Tensor, u: Tensor, skills: Skills, found: Chunks | None, parts_in: Tensor, parts_out: Tensor, tile: Tile
) -> Launch:
    """The sums of each chunk (chunks x p x k)."""
    given = skills.arguments(z.shape[0])
    arguments = {
        "z": z,
        "u": u,
        "order": None if found is None else found.order,
        "chunk_skill": None if found is None else found.skill,
        "chunk_start": None if found is None else found.start,
        "chunk_stop": None if found is None else found.stop,
        "parts_in": parts_in,
        "parts_out": parts_out,
        **{name: value for name, value in given.items() if name not in {"ids", "rows_per_id", "skills"}},
        "IN": block(z.shape[1]),
        "OUT": block(u.shape[1]),
    }
    return Launch(partial_sums, (parts_in.shape[0],), arguments, tile)


def second_stage(
    parts_in: Tensor,
    parts_out: Tensor,
    found: Chunks | None,
    grad_in: Tensor,
    grad_out: Tensor,
    scale: float,
    tile: Tile,
) -> Launch:
    """The sums of all chunks of a skill."""
    count, p, k_in = parts_in.shape
    arguments = {
        "parts_in": parts_in,
        "parts_out": parts_out,
        "first": None if found is None else found.first,
        "grad_in": grad_in,
        "grad_out": grad_out,
        "scale": float(scale),
        "count": count,
        "p": p,
        "k_in": k_in,
        "k_out": parts_out.shape[2],
        "IN": block(k_in),
        "OUT": block(parts_out.shape[2]),
    }
    return Launch(total, (grad_in.shape[0], p), arguments, tile)
