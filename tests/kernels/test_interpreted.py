"""The kernels without a device: Triton interprets them in a process of its own, as TRITON_INTERPRET is read once."""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def test_the_kernels_are_right_where_triton_interprets_them() -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(HERE / "interpreted")]
    run = subprocess.run(
        command, check=False, capture_output=True, text=True, env={**os.environ, "TRITON_INTERPRET": "1"}, timeout=250
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert " passed" in run.stdout
