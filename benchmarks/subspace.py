"""The fit beside lorashare and vlora: time, truth, error at equal bytes; the whole set's memory; what a merge costs.

`python benchmarks/subspace.py [--quick] [--blocks N] [--folder DIR]`
"""

import argparse
import statistics
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from adapters import Make, modules, write
from contender import Timing, timed
from correctness import Checked, checked
from measure import Figure, publish, spread
from merging import Plan, merging
from peers import versions
from reconstruction import at_equal_bytes
from whole import Size as Whole
from whole import whole

PEERS = {
    "lorashare": "lorashare 0.1.3: eigh of the centred columns' d x d moment, loadings of rank r, the mean dropped",
    "vlora": "vlora-dev 1.0.0: SVD of the N x (d r) centred flattened factors, 64 numbers per skill and side, the mean kept",
}
K = 64


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    count: int
    width: int
    rounds: int
    new: int
    """Adapters that are merged in."""
    blocks: int
    """Of the whole set, q, k and v of each."""


FULL, QUICK, RANK = Size(500, 4096, 5, 50, 32), Size(80, 1024, 2, 20, 1), 16


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer and smaller adapters")
    parser.add_argument("--blocks", type=int, help="blocks of the whole set that are written, 0.8 GiB each; 32")
    parser.add_argument(
        "--folder", type=Path, help="where the adapters are written; by default the folder for temporary files"
    )
    options = parser.parse_args()
    size: Size = QUICK if options.quick else FULL
    found = versions()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        figures = _figures(size, Path(folder), options.blocks or size.blocks)
    if options.quick:
        # The goals are set for the full size; at this one every contender is done in a second.
        figures = {name: replace(figure, goal=None) for name, figure in figures.items()}
    publish("subspace", {"torch": torch.__version__, **found}, figures)


def _figures(size: Size, folder: Path, blocks: int) -> dict[str, Figure]:
    (layer,) = modules(1)[:1]
    paths = write(Make(size.count, size.width, RANK, (layer,)), folder / "one")
    what = f"one {size.width} x {size.width} module, {size.count} adapters of rank {RANK}, k = {K}"
    found = checked(paths, layer, K, RANK)
    timings = _timings(size, folder / "one")
    figures = {**_truth(found, what), **_speed(found, timings, what)}
    figures |= _errors(paths, layer, what)
    seconds = {name: _median(timings, name) for name in PEERS}
    # The merge removes adapters, so it comes after all that reads them.
    figures |= merging(paths, folder, Plan(K, RANK, size.new, size.rounds))
    return figures | whole(Whole(size.count, size.width, RANK, K, blocks), folder, seconds)


def _timings(size: Size, folder: Path) -> list[dict[str, Timing]]:
    """All rounds but the first, in which files and libraries come into memory, for whoever is first at the cost of its time."""
    rounds: list[dict[str, Timing]] = []
    for number in range(size.rounds + 1):
        rounds.append({name: timed(name, folder, K, RANK) for name in ("share_rs", *PEERS)})
        print(f"round {number}: " + ", ".join(f"{name} {one.seconds:.2f} s" for name, one in rounds[-1].items()))
    return rounds[1:]


def _median(timings: list[dict[str, Timing]], name: str) -> float:
    return statistics.median(one[name].seconds for one in timings)


def _truth(found: Checked, what: str) -> dict[str, Figure]:
    return {
        "largest_sine": Figure(
            found.sine, "sine", "<= 1e-6", f"to our float64 eigh, gap {found.gap:.2f}, the worse side; {what}"
        ),
        "energy_missed": Figure(
            found.missed,
            "of the energy",
            "<= 1e-10",
            f"k = {found.flat_k} where the gap is {found.flat_gap:.3f}; {what}",
        ),
    }


def _speed(found: Checked, timings: list[dict[str, Timing]], what: str) -> dict[str, Figure]:
    right = found.right and all(one["share_rs"].basis == found.basis for one in timings)
    fastest = min(PEERS, key=lambda name: _median(timings, name))
    figures: dict[str, Figure] = {}
    for name, objective in PEERS.items():
        ratios = [one[name].seconds / one["share_rs"].seconds for one in timings]
        worked = [one[name].processor_seconds / one["share_rs"].processor_seconds for one in timings]
        said = f"{objective}; {spread(ratios)}; {statistics.median(worked):.2f} x in processor time"
        figures[f"fit_vs_{name}"] = Figure(round(statistics.median(ratios), 2) if right else None, "x", None, said)
    own = "here: eigenvectors of the uncentred balanced columns' moment, rank-p core SVD, errors of dW; p = r"
    best = figures[f"fit_vs_{fastest}"]
    how = f"{fastest}; {what}; from folders to coefficients, files in the page cache, one thread each; {own}"
    figures["fit_vs_fastest_peer"] = Figure(best.value, "x", ">= 5", f"{how}; {best.against}")
    for name in ("share_rs", *PEERS):
        peak = max(one[name].peak_bytes for one in timings) / (1 << 30)
        worked = statistics.median(one[name].processor_seconds for one in timings)
        said = f"median; {worked:.2f} s of the processor; peak {peak:.2f} GiB resident"
        figures[f"fit_seconds_{name}"] = Figure(round(_median(timings, name), 2), "s", None, said)
    return figures


def _errors(paths: list[Path], layer: str, what: str) -> dict[str, Figure]:
    errors, stored = at_equal_bytes(paths, layer, K, RANK)
    figures: dict[str, Figure] = {}
    for name, (total, mean) in errors.items():
        size = f"{4 * stored[name]:,} bytes; relative error of dW in Frobenius norm; {what}"
        figures[f"error_total_{name}"] = Figure(round(total, 5), "of the norm", None, size)
        figures[f"error_mean_{name}"] = Figure(round(mean, 5), "of the norm", None, size)
    return figures


if __name__ == "__main__":
    main()
