"""Ctrl-C and kill -9: everything ends, nothing is left behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from share_rs import Koan

PROGRAM = """
import sys
from share_rs import Candidate, Koan, Sandbox
koan = Koan(sys.argv[1])
slow = "pub fn double(_: i64) -> i64 { std::thread::sleep(std::time::Duration::from_secs(55)); 0 }"
with Sandbox(cache_dir=sys.argv[2], limits={"run_wall": 60}) as sandbox:
    assert sandbox.run([Candidate(koan, koan.fixed)])[0].passed
    print("ready", flush=True)
    try:
        sandbox.run([Candidate(koan, slow + f"// {n}") for n in range(4)])
    except KeyboardInterrupt:
        print("interrupted", flush=True)
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


def alive(pids: set[int]) -> set[int]:
    def runs(pid: int) -> bool:
        try:
            return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
        except OSError:
            return False

    return {pid for pid in pids if runs(pid)}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_stopped_run_leaves_no_process_after_a_second(koan: Koan, cache: Path, number: signal.Signals) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, koan.path, str(cache)],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and len(descendants(process.pid)) < 4:
        time.sleep(0.05)
    started = descendants(process.pid)
    assert len(started) >= 4, "two workers, each with a program"
    os.killpg(process.pid, number)
    said = process.communicate(timeout=5)[0]
    time.sleep(1)
    assert alive(started) == set()
    if number == signal.SIGINT:
        assert said == "interrupted\n"
