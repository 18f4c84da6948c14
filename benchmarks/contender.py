"""One fit in a process of its own: `python benchmarks/contender.py share_rs|lorashare|vlora FOLDER K P`.

From adapter folders to bases and the coefficients of every adapter, with K columns per layer and side. Prints the seconds
by the wall and of its one thread, imports not counted, and the peak of resident memory in bytes, as JSON; share_rs also its
basis' hash and the bytes that it read.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

THREADS = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
"""One for every contender: where two threads share two cores, eigh took 14 times as long as on one."""


@dataclass(frozen=True)
class Timing:
    """What one fit took."""

    seconds: float
    processor_seconds: float
    """Of the processor: what else runs on the machine counts for less here."""
    peak_bytes: int
    basis: str
    """The hash of our basis; empty for a peer."""
    bytes_read: int
    """Of factors; 0 for a peer."""


def timed(name: str, folder: Path, k: int, p: int) -> Timing:
    """One fit, measured from outside of this process."""
    command = [sys.executable, __file__, name, str(folder), str(k), str(p)]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, env={**os.environ, **THREADS}).stdout
    return Timing(**json.loads(said.splitlines()[-1]))


def main() -> None:
    """Loads the contender, then times the one call."""
    import torch  # noqa: PLC0415 - `timed` needs none of it

    torch.set_num_threads(1)
    name, folder, k, p = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    fit = CONTENDERS[name](k, p)
    paths = sorted(folder.iterdir())
    started, worked = time.perf_counter(), time.process_time()
    basis, read = fit(paths)
    seconds, processor = time.perf_counter() - started, time.process_time() - worked
    times = {"seconds": seconds, "processor_seconds": processor}
    found = {**times, "peak_bytes": _peak_bytes(), "basis": basis, "bytes_read": read}
    print(json.dumps(found))


def _peak_bytes() -> int:
    """The most that was resident; getrusage would count what the parent had before this program began."""
    status = Path("/proc/self/status").read_text("ascii")
    (line,) = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) << 10


Fit = Callable[[list[Path]], tuple[str, int]]


def _share_rs(k: int, p: int) -> Fit:
    from ours import basis_hash, fitted, read_bytes  # noqa: PLC0415 - a peer's process loads the peer only

    def fit(paths: list[Path]) -> tuple[str, int]:
        return basis_hash(fitted(paths, k, p)), read_bytes()

    return fit


def _lorashare(k: int, _: int) -> Fit:
    import lorashare.model  # noqa: F401, PLC0415 # pyright: ignore[reportMissingImports, reportUnusedImport]

    from peers import Lorashare  # noqa: PLC0415

    return lambda paths: _nothing(Lorashare(paths, k))


def _vlora(k: int, _: int) -> Fit:
    import vlora  # noqa: F401, PLC0415 # pyright: ignore[reportMissingImports, reportUnusedImport]

    from peers import Vlora  # noqa: PLC0415

    return lambda paths: _nothing(Vlora(paths, k))


def _nothing(_: object) -> tuple[str, int]:
    return "", 0


CONTENDERS: dict[str, Callable[[int, int], Fit]] = {"share_rs": _share_rs, "lorashare": _lorashare, "vlora": _vlora}

if __name__ == "__main__":
    main()
