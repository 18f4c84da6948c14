"""A whole set: q, k and v of many blocks, more adapters than fit into memory, fitted within a bound.

The adapters of as many blocks as are asked for are written, fitted and projected in a process of its own; what a fit of all
32 blocks costs is extrapolated where fewer are measured, and is said to be so.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

from adapters import Make, modules, write
from contender import Timing, timed
from measure import Figure

BLOCKS = 32
"""Of the model that the set stands for."""
GIB = 1 << 30


@dataclass(frozen=True)
class Size:
    """What is written."""

    count: int
    width: int
    rank: int
    k: int
    blocks: int


def whole(size: Size, folder: Path, peers: dict[str, float]) -> dict[str, Figure]:
    """Time, bytes and memory of the whole set beside the peers' seconds for one module, times the number of modules."""
    make = Make(size.count, size.width, size.rank, modules(size.blocks))
    needed = make.bytes + 4 * GIB
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise SystemExit(f"expected {needed / GIB:.0f} GiB free in {folder}, got {free / GIB:.0f}; give fewer --blocks")
    write(make, folder / "whole")
    timing = timed("share_rs", folder / "whole", size.k, size.rank)
    shutil.rmtree(folder / "whole")
    return _figures(size, make, timing, peers)


def _figures(size: Size, make: Make, timing: Timing, peers: dict[str, float]) -> dict[str, Figure]:
    times = BLOCKS / size.blocks
    every = 3 * BLOCKS
    measured = f"{len(make.layers)} modules of {size.width} x {size.width}, {size.count} adapters of rank {size.rank}"
    how = f"{measured}, k = {size.k}, p = {size.rank}, one thread"
    if times > 1:
        how += f"; {BLOCKS} blocks extrapolated from {size.blocks} in proportion"
    read = f"{timing.bytes_read / GIB:.2f} GiB of factors read, of {make.bytes / GIB:.2f} on disk"
    figures = {
        "whole_set_peak": Figure(
            round(timing.peak_bytes / GIB, 2),
            "GiB",
            "<= 6",
            f"resident, mapped files included, as measured; {how}",
        ),
        "whole_set_seconds": Figure(round(timing.seconds * times, 1), "s", None, f"fit and project; {how}; {read}"),
        "whole_set_bytes_read": Figure(round(timing.bytes_read * times / GIB, 2), "GiB", None, how),
    }
    # lorashare keeps all adapters and all eigenvectors (n x n and d x d per module) until it cuts them.
    adapters = make.bytes / len(make.layers) * every
    calculated = {"lorashare": adapters + every * 2 * size.width**2 * 4, "vlora": 2 * adapters}
    for name, seconds in peers.items():
        said = f"one module's {seconds:.1f} s times {every}; calculated memory {calculated[name] / GIB:.0f} GiB"
        figures[f"whole_set_{name}_seconds"] = Figure(round(seconds * every), "s", None, said)
    return figures
