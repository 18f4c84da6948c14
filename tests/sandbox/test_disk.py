"""A disk that fills up while candidates are judged: the machine's fault, in the verdict and in what is kept."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

JUDGE = """
import os, sys
from pathlib import Path
from share_rs import Candidate, Sandbox, find_koan
koan, fill = find_koan("bc_001"), Path(os.environ["TMPDIR"], "fill")
right = [koan.fixed + f"// {number}\\n" for number in range(3)]
with Sandbox(workers=1, cache_dir=sys.argv[1]) as sandbox:
    print(*(verdict.outcome for verdict in sandbox.run([Candidate(koan, right[0])])))
    for left in (8, 60, 400, 10_000):
        about = os.statvfs(fill.parent)
        fill.write_bytes(bytes(about.f_bavail * about.f_frsize - left * 1024))
        found = sandbox.run([Candidate(koan, right[1]), Candidate(koan, right[2], 1)])
        print(*(verdict.outcome for verdict in found))
        fill.unlink()
    print(*(verdict.outcome for verdict in sandbox.run([Candidate(koan, right[1]), Candidate(koan, right[2], 1)])))
"""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", disk], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("this machine lets nobody mount a small disk")
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)


def test_a_full_disk_fails_nobody_and_is_forgotten_when_there_is_room(small_disk: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(small_disk)}
    command = [sys.executable, "-c", JUDGE, str(tmp_path / "cache")]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=300)
    full = ["infra_error infra_error"] * 4
    assert ran.stdout.splitlines() == ["pass", *full, "pass pass"]
