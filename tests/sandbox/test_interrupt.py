"""Ctrl-C and kill -9: everything ends, nothing is left behind."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from share_rs import Candidate, Koan, Sandbox, ShareError

PROGRAM = """
import sys
from pathlib import Path
from share_rs import Candidate, Koan, Sandbox
koan = Koan(sys.argv[1])
slow = "pub fn double(_: i64) -> i64 { std::thread::sleep(std::time::Duration::from_secs(55)); 0 }"
with Sandbox(cache_dir=sys.argv[2], limits={"run_wall": 60}) as sandbox:
    assert sandbox.run([Candidate(koan, koan.fixed)])[0].passed
    print("ready", flush=True)
    try:
        WORK
    except KeyboardInterrupt:
        print("interrupted", flush=True)
"""

RUN = 'sandbox.run([Candidate(koan, slow + f"// {n}") for n in range(4)])'
TRANSCRIPT = "sandbox.transcript(Candidate(koan, slow))"
GATE = """
        from share_rs.evaluation import gate
        Path(koan.path, "fixed.rs").write_text(slow)
        gate._transcript_faults([Koan(koan.path)], sandbox)
"""


def descendants(pid: int) -> set[int]:
    found: set[int] = set()
    todo = [pid]
    while todo:
        parent = todo.pop()
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            children = {int(child) for child in task.read_text().split()}
            todo.extend(children - found)
            found |= children
    return found


def programs(pid: int) -> set[int]:
    """The candidates that run below a process; no compiler among them."""
    return {child for child in descendants(pid) if _name(child) == "koan"}


def _name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().split("\0", maxsplit=1)[0].rsplit("/", 1)[-1]
    except OSError:
        return ""


def alive(pids: set[int]) -> set[int]:
    def runs(pid: int) -> bool:
        try:
            return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
        except OSError:
            return False

    return {pid for pid in pids if runs(pid)}


@pytest.mark.parametrize(
    ("work", "processes", "number"),
    [
        (RUN, 4, signal.SIGINT),
        (RUN, 4, signal.SIGKILL),
        (TRANSCRIPT, 2, signal.SIGINT),
        (TRANSCRIPT, 2, signal.SIGKILL),
        (GATE, 2, signal.SIGINT),
    ],
)
def test_what_is_stopped_leaves_no_process_after_a_second(
    koan: Koan, cache: Path, work: str, processes: int, number: signal.Signals
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM.replace("WORK", work), koan.path, str(cache)],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and len(programs(process.pid)) * 2 < processes:
        time.sleep(0.05)
    started = descendants(process.pid)
    assert len(started) >= processes, "workers, each with a program"
    os.killpg(process.pid, number)
    asked = time.monotonic()
    said = process.communicate(timeout=5)[0]
    assert time.monotonic() - asked < 2
    time.sleep(1)
    assert alive(started) == set()
    if number == signal.SIGINT:
        assert said == "interrupted\n"


def test_other_threads_use_a_sandbox_while_a_transcript_is_made_and_close_it(koan: Koan, cache: Path) -> None:
    slow = "pub fn double(_: i64) -> i64 { std::thread::sleep(std::time::Duration::from_secs(55)); 0 }"
    told: list[str] = []

    def record() -> None:
        with pytest.raises(ShareError) as raised:
            sandbox.transcript(Candidate(koan, slow))
        told.append(str(raised.value))

    with Sandbox(cache_dir=cache, workers=2, limits={"run_wall": 60}) as sandbox:
        assert sandbox.run([Candidate(koan, koan.fixed)])[0].passed
        thread = threading.Thread(target=record)
        thread.start()
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and not programs(os.getpid()):
            time.sleep(0.05)
        begun = time.monotonic()
        assert sandbox.jail
        assert sandbox.run([Candidate(koan, koan.fixed)])[0].cached
        sandbox.close()
        thread.join()
        assert time.monotonic() - begun < 5
    assert len(told) == 1
    assert "closed" in told[0]
