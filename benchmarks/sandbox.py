"""The sandbox beside `cargo test`, the cache, the gate, and how long a user waits for the first sign of life.

`python benchmarks/sandbox.py [--quick]`
"""

import argparse
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from candidates import distinct, failing_late
from measure import Figure, publish, spread
from share_rs import Candidate, Sandbox, load_koans
from share_rs.evaluation.gate import check_koans
from twins import COMMANDS, Twins

KEPT = {"pass", "test_fail", "compile_error"}
"""The outcomes that the cache keeps."""
SEED = 7
"""Which candidates cargo judges too."""


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    candidates: int
    pairs: int
    """Rounds: in each, cargo judges one candidate that compiles and one that does not."""
    starts: int
    gate: int
    """Every how manyth koan goes through the gate, whose cheat programs are thousands."""


FULL, QUICK = Size(500, 12, 9, 1), Size(120, 3, 3, 7)


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer candidates, pairs and starts")
    size = QUICK if parser.parse_args().quick else FULL
    with tempfile.TemporaryDirectory() as folder, Sandbox(cache_dir=Path(folder, "cache")) as sandbox:
        sandbox.start()
        failing = failing_late(sandbox)
        figures = _beside_cargo(size, failing, Path(folder), sandbox)
        figures |= _cached(size, failing, Path(folder, "cache"), sandbox)
        figures |= _gate(size, sandbox)
        toolchain = sandbox.toolchain
    publish("sandbox", {"rustc": toolchain.get("release")}, figures | _starts(size))


def _beside_cargo(size: Size, failing: frozenset[str], folder: Path, sandbox: Sandbox) -> dict[str, Figure]:
    """Rounds of: cargo on two candidates, both ways, then the sandbox on its share of all candidates."""
    candidates = distinct(size.candidates, failing)
    # What the references return is known to both sides before anything is timed.
    sandbox.run(Candidate(koan, koan.fixed) for koan in load_koans())
    twins = Twins(folder, sandbox)
    draw = random.Random(SEED)  # noqa: S311 - a sample, not a secret
    evens, odds = (draw.sample(range(half, len(candidates), 2), size.pairs) for half in (0, 1))
    ratios: dict[str, list[float]] = {command: [] for command in COMMANDS}
    wrong: list[str] = []
    said: dict[tuple[int, str], str] = {}
    for number, sampled in enumerate(zip(evens, odds, strict=True)):
        seconds: dict[str, float] = dict.fromkeys(COMMANDS, 0.0)
        for index in sampled:
            twins.prepare(candidates[index])
            for command in COMMANDS:
                said[index, command], took = twins.judge(candidates[index], command)
                seconds[command] += took / len(sampled)
        # Two neighbours stay together, so that half of every share compiles.
        share = [one for pair in range(number, len(candidates) // 2, size.pairs) for one in (2 * pair, 2 * pair + 1)]
        started = time.perf_counter()
        verdicts = sandbox.run([candidates[index] for index in share])
        each = (time.perf_counter() - started) / len(share)
        judged = dict(zip(share, verdicts, strict=True))
        wrong += [f"{candidates[i].koan.id} {v.outcome}" for i, v in judged.items() if _kind(v.outcome) not in _due(i)]
        for command in COMMANDS:
            ratios[command].append(seconds[command] / each)
        print(
            f"round {number + 1}: {1 / each:.1f}/s here, " + ", ".join(f"{c} {1 / s:.1f}/s" for c, s in seconds.items())
        )
    for (index, command), kind in said.items():
        (verdict,) = sandbox.run([candidates[index]])
        if _kind(verdict.outcome) != kind:
            wrong.append(f"{candidates[index].koan.id}: {verdict.outcome} here, {kind} by {command}")
    for line in wrong:
        print(f"differs: {line}")
    goals = {"cargo_test": ">= 6", "cargo_test_lib": ">= 5"}
    return {
        f"distinct_vs_{command}": Figure(
            None if wrong else round(statistics.median(found), 2),
            "x",
            goals[command],
            f"serial `{' '.join(COMMANDS[command])}` in fresh directories on {2 * size.pairs} of {size.candidates} "
            f"distinct candidates; {spread(found)}; {sandbox.workers} workers",
        )
        for command, found in ratios.items()
    }


def _kind(outcome: str) -> str:
    return outcome if outcome in {"pass", "compile_error", "infra_error"} else "fail"


def _due(index: int) -> set[str]:
    """Candidates at odd places fail to compile, by their making."""
    return {"compile_error"} if index % 2 else {"pass", "fail"}


def _cached(size: Size, failing: frozenset[str], cache: Path, sandbox: Sandbox) -> dict[str, Figure]:
    """What is kept: a panic or a timeout is judged anew each time, so candidates that end so are left out."""
    verdicts = sandbox.run(distinct(size.candidates, failing))
    left_out = [index for index, verdict in enumerate(verdicts) if verdict.outcome not in KEPT]
    count = size.candidates - len(left_out)
    script = Path(__file__).with_name("cached.py")
    rates: list[float] = []
    for _ in range(size.starts):
        command = [sys.executable, script, cache, str(size.candidates), ",".join(sorted(failing))]
        seconds, hits = subprocess.check_output([*command, ",".join(map(str, left_out))], text=True).split()
        rates.append(count / float(seconds) if int(hits) == count else 0.0)
    against = f"one run() of {count} in a new process, its start included; median of {size.starts}"
    right = all(rates)
    return {
        "cached_per_second": Figure(
            round(statistics.median(rates)) if right else None, "verdicts/s", ">= 5000", against
        )
    }


def _gate(size: Size, sandbox: Sandbox) -> dict[str, Figure]:
    koans = load_koans()[:: size.gate]
    faults = check_koans(koans, sandbox)
    for koan, found in zip(koans, faults, strict=True):
        for fault in found:
            print(f"{koan.id}: {fault}")
    cheats = [Candidate(koan, source) for koan in koans for sources in koan.cheats().values() for source in sources]
    wrong = [Candidate(koan, one.source) for koan in koans for one in koan.repairs if not one.right]
    passed = [sum(verdict.passed for verdict in sandbox.run(programs)) for programs in (cheats, wrong)]
    return {
        "gate_koans": Figure(sum(not found for found in faults), "koans", f">= {len(koans)}", f"{len(koans)} koans"),
        "gate_cheats_passed": Figure(passed[0], "programs", "<= 0", f"{len(cheats)} cheat programs"),
        "gate_wrong_repairs_passed": Figure(passed[1], "programs", "<= 0", f"{len(wrong)} wrong repairs"),
    }


def _starts(size: Size) -> dict[str, Figure]:
    def seconds(*command: str | Path) -> float:
        def once() -> float:
            started = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            return time.perf_counter() - started

        return _median(once, size.starts)

    against = f"a whole process, median of {size.starts}"
    command = Path(sys.executable).with_name("share-rs")
    return {
        "import_share_rs_seconds": Figure(seconds(sys.executable, "-c", "import share_rs"), "s", "< 0.2", against),
        "help_seconds": Figure(seconds(command, "--help"), "s", "< 0.4", against),
    }


def _median(measured: Callable[[], float], times: int) -> float:
    measured()  # the first fills the file cache
    return round(statistics.median(measured() for _ in range(times)), 4)


if __name__ == "__main__":
    main()
