"""From a row's coordinates in one basis to those in the other, through the coefficients of its skill."""

# Triton's language has no types.
# pyright: basic, reportArgumentType=false

from __future__ import annotations

import triton
import triton.language as tl


@triton.jit
def find(ids, row, inside, rows_per_id, skills):
    """The place of each row's skill in the bank, and whether it has one: (rows, 1) each; (1, 1) where all rows share a skill."""
    if ids is None:
        skill = tl.zeros([1, 1], tl.int64)
        live = skill == 0
    else:
        told = tl.load(ids + row.to(tl.int32) // rows_per_id, mask=inside, other=-1)
        live = (told >= 0)[:, None]
        skill = tl.minimum(tl.maximum(told, 0), skills - 1).to(tl.int64)[:, None]
    return skill, live


@triton.jit
def route(
    z, skill, live, into, out, p, k_in, k_out,
    into_skill, into_k, into_p, out_skill, out_k, out_p,
    IN: tl.constexpr, OUT: tl.constexpr,
):  # fmt: skip
    """V = z into out^T in float32. The loop over p stays a loop: unrolled, it would hold every gathered column at once."""
    at_in = tl.arange(0, IN)[None, :]
    at_out = tl.arange(0, OUT)[None, :]
    from_in = into + skill * into_skill + at_in * into_k
    from_out = out + skill * out_skill + at_out * out_k
    use_in = live & (at_in < k_in)
    use_out = live & (at_out < k_out)
    z = tl.where(live, z, 0.0)
    v = tl.zeros([z.shape[0], OUT], tl.float32)
    for j in range(p):
        left = tl.load(from_in + j * into_p, mask=use_in, other=0.0).to(tl.float32)
        right = tl.load(from_out + j * out_p, mask=use_out, other=0.0).to(tl.float32)
        h = tl.sum(z * left, 1)
        v += h[:, None] * right
    return v
