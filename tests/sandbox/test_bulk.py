"""Thousands of candidates from Python: order, repeats, the cache, several processes."""

import os
import subprocess
import sys
import threading
from pathlib import Path

from share_rs import Candidate, Koan, Sandbox

from .conftest import FIXED


def variants(koan: Koan, count: int) -> list[Candidate]:
    return [Candidate(koan, f"{FIXED}const N{number}: u32 = {number};\n") for number in range(count)]


def test_verdicts_come_back_in_the_order_of_their_candidates(koan: Koan, sandbox: Sandbox) -> None:
    wrong = FIXED.replace("* 2", "* 3")
    verdicts = sandbox.run(
        [Candidate(koan, FIXED), Candidate(koan, wrong), Candidate(koan, FIXED), Candidate(koan, "")]
    )
    assert [verdict.outcome for verdict in verdicts] == ["pass", "test_fail", "pass", "compile_error"]
    assert [verdict.koan for verdict in verdicts] == ["xx_001"] * 4


def test_the_iterator_yields_each_candidate_once(koan: Koan, sandbox: Sandbox) -> None:
    candidates = variants(koan, 6)
    found = dict(sandbox.iterate(candidates))
    assert sorted(found) == list(range(6))
    assert all(verdict.passed for verdict in found.values())


def test_ten_thousand_equal_candidates_are_compiled_once(koan: Koan, sandbox: Sandbox) -> None:
    verdicts = sandbox.run([Candidate(koan, FIXED)] * 10_000)
    assert len(verdicts) == 10_000
    assert all(verdict.passed for verdict in verdicts)
    assert len({verdict.key for verdict in verdicts}) == 1


def test_the_verdict_is_the_same_alone_in_a_batch_cold_and_warm(koan: Koan, cache: Path, tmp_path: Path) -> None:
    candidates = [*variants(koan, 3), Candidate(koan, "fn broken("), Candidate(koan, FIXED.replace("2", "4"))]
    with Sandbox(cache_dir=cache, workers=2) as sandbox:
        batch = sandbox.run(candidates)
        warm = sandbox.run(candidates)
    with Sandbox(cache_dir=tmp_path / "other", workers=1) as sandbox:
        alone = [sandbox.run([candidate])[0] for candidate in candidates]
    assert all(verdict.cached for verdict in warm)
    assert [verdict.outcome for verdict in batch] == [verdict.outcome for verdict in warm]
    assert [verdict.outcome for verdict in batch] == [verdict.outcome for verdict in alone]
    assert [verdict.key for verdict in batch] == [verdict.key for verdict in alone]


def test_another_seed_is_another_verdict(koan: Koan, sandbox: Sandbox) -> None:
    first, second = sandbox.run([Candidate(koan, FIXED, seed=1), Candidate(koan, FIXED, seed=2)])
    assert (first.seed, second.seed) == (1, 2)
    assert first.key != second.key


def test_the_interpreter_runs_on_while_candidates_are_judged(koan: Koan, sandbox: Sandbox) -> None:
    turns = 0
    done = threading.Event()

    def judge() -> None:
        sandbox.run(variants(koan, 4))
        done.set()

    thread = threading.Thread(target=judge)
    thread.start()
    while not done.wait(0.001):
        turns += 1
    thread.join()
    assert turns > 20


def test_several_processes_share_one_cache(koan: Koan, cache: Path) -> None:
    program = (
        "import sys; from share_rs import Candidate, Koan, Sandbox\n"
        "koan = Koan(sys.argv[1])\n"
        "with Sandbox(cache_dir=sys.argv[2], workers=1) as sandbox:\n"
        "    found = sandbox.run([Candidate(koan, koan.fixed + f'// {n}\\n') for n in range(6)])\n"
        "print(sum(verdict.passed for verdict in found))\n"
    )
    command = [sys.executable, "-c", program, koan.path, str(cache)]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert [process.communicate(timeout=120)[0].strip() for process in processes] == ["6"] * 3


def test_a_flipped_bit_in_the_cache_is_a_miss_and_not_a_verdict(koan: Koan, cache: Path) -> None:
    with Sandbox(cache_dir=cache) as sandbox:
        assert sandbox.run([Candidate(koan, FIXED)])[0].passed
        for file in (path for path in (cache / "verdicts").rglob("*") if path.is_file()):
            damaged = bytearray(file.read_bytes())
            damaged[len(damaged) // 2] ^= 1
            file.write_bytes(damaged)
    with Sandbox(cache_dir=cache) as sandbox:
        (verdict,) = sandbox.run([Candidate(koan, FIXED)])
    assert verdict.passed
    assert not verdict.cached


def test_a_cache_that_takes_nothing_costs_time_and_no_verdict(koan: Koan, cache: Path) -> None:
    with Sandbox(cache_dir=cache) as sandbox:
        sandbox.start()
    (cache / "verdicts").write_text("a file where the folder should be")
    with Sandbox(cache_dir=cache) as sandbox:
        assert sandbox.run([Candidate(koan, FIXED)])[0].passed


def test_no_process_and_no_descriptor_is_left(koan: Koan, cache: Path) -> None:
    with Sandbox(cache_dir=cache) as sandbox:
        sandbox.run(variants(koan, 2))
    before = sum(1 for _ in Path("/proc/self/fd").iterdir())
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    others = children.read_text()
    for _ in range(3):
        with Sandbox(cache_dir=cache) as sandbox:
            sandbox.run([Candidate(koan, FIXED + "// again\n", seed=before)])
    assert sum(1 for _ in Path("/proc/self/fd").iterdir()) == before
    assert children.read_text() == others
