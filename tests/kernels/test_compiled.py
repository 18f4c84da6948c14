"""What the machine code says of every kernel of the table, compiled without a device: `pytest -m slow tests/kernels`."""

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

import pytest
import torch

from tests.kernels.compiled import Compiled, compiled
from tests.kernels.shipped import DTYPES, KERNELS, Setting, launches, settings

SHARED = 99 << 10
"""Of a device of compute capability 8.6 or 8.9, the least among those that the table is for."""
WARPGROUP = 64
"""Rows of the smallest product that wgmma forms; smaller tiles of the table are multiplied by mma.sync."""


@pytest.fixture(scope="module")
def workers() -> Iterator[ProcessPoolExecutor]:
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as pool:
        yield pool


def faults(one: Setting, arch: int) -> list[str]:
    """What is wrong with the code of a setting."""
    found: list[str] = []
    for launch in launches(one):
        code = compiled(launch, arch)
        found += [f"{one} sm_{arch}: {what}; {code}" for what in wrong(one, arch, code, launch.tile.rows)]
    return found


def wrong(one: Setting, arch: int, code: Compiled, rows: int) -> Iterator[str]:
    if code.spills:
        yield f"expected no spilled registers, got {code.spills} instructions for them"
    if code.stack:
        yield f"expected no stack, got {code.stack} bytes"
    if code.shared > SHARED:
        yield f"expected at most {SHARED} bytes of shared memory, got {code.shared}"
    products = one.kernel in {"shrink_route", "expand_add", "route_expand"} and one.dtype != torch.float32
    # Exact float32 products are not formed by tensor cores; gradients and the collapse form none.
    due = {"HGMMA" if arch >= 90 and rows >= WARPGROUP else "HMMA"} if products else set[str]()
    if set(code.products) != due:
        yield f"expected products by {sorted(due) or 'none'}, got {sorted(code.products) or 'none'}"


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("arch", [80, 90])
@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("kernel", KERNELS)
def test_no_kernel_of_the_table_spills_and_all_use_tensor_cores(
    kernel: str, dtype: torch.dtype, arch: int, workers: ProcessPoolExecutor
) -> None:
    chosen = [one for one in settings(kernel) if one.dtype == dtype]
    found = workers.map(partial(faults, arch=arch), chosen)
    assert [fault for each in found for fault in each] == []


@pytest.mark.parametrize("arch", [80, 90])
def test_the_projection_of_a_batch_of_skills_compiles_without_a_spill(arch: int) -> None:
    assert faults(Setting("shrink_route", 32, torch.bfloat16, few=False, p=4, routed=True), arch) == []


def test_a_tile_that_is_too_large_is_found() -> None:
    one = Setting("shrink_route", 64, torch.bfloat16, few=False, p=4, routed=True)
    launch = launches(one)[0]
    code = compiled(launch._replace(tile=launch.tile._replace(warps=4)), 80)
    assert code.spills > 0
    assert code.stack > 0
