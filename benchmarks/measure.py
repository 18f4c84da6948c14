"""What every benchmark states beside its figures: the commit, the machine, the versions; and how the figures are printed."""

import json
import os
import platform
import statistics
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import share_rs
from share_rs import _native

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Figure:
    """One measured number."""

    value: float | None
    """None where what was measured turned out to be wrong, however fast it was."""
    unit: str
    goal: str | None
    """An operator and a number, such as `>= 6`; None for what is only reported."""
    against: str
    """What the number stands beside, and how it was taken."""


def spread(ratios: Sequence[float]) -> str:
    """The middle half of some ratios, in words."""
    if len(ratios) < 2:  # noqa: PLR2004 - quartiles need two
        return "one pair"
    low, _, high = statistics.quantiles(ratios, n=4, method="inclusive")
    return f"{len(ratios)} pairs, middle half {low:.2f} to {high:.2f}"


def publish(benchmark: str, versions: Mapping[str, str | None], figures: Mapping[str, Figure]) -> None:
    """Prints the figures for people, then the one line of JSON for machines.

    `versions` are those of what was measured, beside our own and Python's.
    """
    for name, figure in figures.items():
        value = "wrong, not quoted" if figure.value is None else f"{figure.value:g} {figure.unit}"
        goal = f" (goal {figure.goal})" if figure.goal else ""
        print(f"{name}: {value}{goal}; {figure.against}")
    document = {
        "benchmark": benchmark,
        "commit": _commit(),
        "machine": _machine(),
        "versions": {
            "share_rs": share_rs.__version__,
            "build": _native.build_profile,
            "python": platform.python_version(),
            **versions,
        },
        "figures": {name: asdict(figure) for name, figure in figures.items()},
    }
    print(json.dumps(document))


def _commit() -> str | None:
    """The commit, with a mark where the working tree differs from it; None outside of a repository."""
    try:
        head = _said("git", "rev-parse", "HEAD").strip()
        return f"{head}-dirty" if _said("git", "status", "--porcelain", "--untracked-files=no").strip() else head
    except (OSError, subprocess.CalledProcessError):
        return None


def _said(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout


def _machine() -> dict[str, str | int]:
    cpu = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        cpu = next((line.split(": ")[1] for line in lines if line.startswith("model name")), cpu)
        gigabytes = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") >> 30
    except (OSError, ValueError):
        gigabytes = 0
    return {
        "cpu": cpu,
        "cpus": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 0,
        "memory_gib": gigabytes,
        "system": f"{platform.system()} {platform.release()}",
    }
