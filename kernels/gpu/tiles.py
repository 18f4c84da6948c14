"""How much one program does, from a table: measuring at run time would make a first step slow and two runs different."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import torch
import triton  # pyright: ignore[reportMissingTypeStubs] - it has none

if TYPE_CHECKING:
    from torch import Tensor

FEW = 2048
"""Rows below which smaller programs keep more of the device busy."""


class Tile(NamedTuple):
    """Rows and features of one program, its warps, and the stages of its pipeline of loads."""

    rows: int
    features: int
    warps: int
    stages: int


_BY_ROWS = {16: Tile(64, 0, 4, 1), 32: Tile(64, 0, 4, 1), 64: Tile(64, 0, 4, 1), 128: Tile(32, 0, 4, 1)}


class Key(NamedTuple):
    """What a tile depends on.

    Not on p: its loop is not unrolled, so that registers do not grow with it. Not on the device either: one choice compiles without
    a spill for compute capabilities 8.0 and 9.0, within the 99 KiB of shared memory that the smallest devices of 8.x have.
    """

    kernel: str
    wide: bool
    """float32, of which registers hold half as many."""
    few: bool
    """Fewer than `FEW` rows."""


TABLE: dict[Key, dict[int, Tile]] = {
    Key("shrink_route", wide=False, few=False): {
        16: Tile(64, 128, 4, 3),
        32: Tile(64, 128, 4, 3),
        64: Tile(64, 128, 8, 3),
        128: Tile(32, 128, 8, 3),
    },
    Key("shrink_route", wide=False, few=True): dict.fromkeys((16, 32, 64, 128), Tile(16, 128, 4, 3)),
    Key("shrink_route", wide=True, few=False): {
        16: Tile(64, 32, 4, 3),
        32: Tile(64, 32, 8, 3),
        64: Tile(32, 32, 8, 3),
        128: Tile(16, 32, 8, 3),
    },
    Key("shrink_route", wide=True, few=True): {
        16: Tile(16, 64, 4, 3),
        32: Tile(16, 32, 4, 3),
        64: Tile(16, 32, 8, 3),
        128: Tile(16, 32, 8, 3),
    },
    Key("expand_add", wide=False, few=False): dict.fromkeys((16, 32, 64, 128), Tile(64, 128, 4, 1)),
    Key("expand_add", wide=False, few=True): dict.fromkeys((16, 32, 64, 128), Tile(32, 128, 4, 1)),
    Key("expand_add", wide=True, few=False): {
        16: Tile(64, 64, 4, 1),
        32: Tile(64, 64, 4, 1),
        64: Tile(32, 64, 4, 1),
        128: Tile(32, 32, 8, 1),
    },
    Key("grad_reduce", wide=False, few=False): _BY_ROWS,
    Key("route_expand", wide=False, few=False): {
        16: Tile(64, 128, 4, 1),
        32: Tile(64, 128, 4, 1),
        64: Tile(64, 128, 8, 1),
        128: Tile(32, 128, 8, 1),
    },
    Key("route_expand", wide=False, few=True): {
        16: Tile(32, 128, 4, 1),
        32: Tile(32, 128, 4, 1),
        64: Tile(32, 128, 4, 1),
        128: Tile(32, 128, 8, 1),
    },
    Key("route_expand", wide=True, few=False): {
        16: Tile(32, 32, 4, 1),
        32: Tile(32, 32, 8, 1),
        64: Tile(32, 32, 4, 1),
        128: Tile(32, 32, 16, 1),
    },
    Key("collapse", wide=False, few=False): _BY_ROWS,
}
"""By the larger of k_a and k_b, up to the next power of two. What is not listed is the same for `wide` or for `few`."""


def block(k: int) -> int:
    """The size of a tile's side for k coordinates: a power of two, and 16 at least, as tensor cores have it."""
    return max(16, triton.next_power_of_2(k))


def tile_for(kernel: str, rows: Tensor, *k: int) -> Tile:
    """The tile for a kernel over some rows (T x features), with bases of k columns."""
    return listed(kernel, max(block(one) for one in k), wide=rows.dtype == torch.float32, few=rows.shape[0] < FEW)


def listed(kernel: str, k: int, *, wide: bool, few: bool) -> Tile:
    """The tile of the table for k, a power of two."""
    for key in (Key(kernel, wide, few), Key(kernel, wide, few=False), Key(kernel, wide=False, few=False)):
        if key in TABLE:
            return TABLE[key][k]
    raise LookupError(f"expected a kernel of the table, got {kernel}")
