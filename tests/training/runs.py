"""Rows, and runs that end early: killed in earnest, in a process of their own."""

# PyTorch's linear algebra is untyped.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from share_rs.subspace import SharedSubspace
from share_rs.training import TrainSettings, train

ROWS = [{"prompt": f"repair let x: u8 = {number}{number};", "answer": f"let x = {number};"} for number in range(11)]

KILLED = """
import json, os, signal, sys
from share_rs.subspace import load
from share_rs.training import TrainSettings, train

rows, model, out, settings, at, subspace = json.loads(sys.argv[1])

def tell(done, total):
    if done == at:
        os.kill(os.getpid(), signal.SIGKILL)

train(
    rows, model, out, TrainSettings.model_validate_json(settings), load(subspace) if subspace else None, tell=tell
)
"""


def train_and_kill(model: Path, out: Path, settings: TrainSettings, at: int, subspace: Path | None = None) -> None:
    """Ends with kill -9 after step `at`, before it could be part of a checkpoint."""
    call = [ROWS, str(model), str(out), settings.model_dump_json(), at, str(subspace) if subspace else None]
    script = KILLED if subspace else KILLED.replace("from share_rs.subspace import load\n", "")
    done = subprocess.run([sys.executable, "-c", script, json.dumps(call)], check=False, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


def train_and_interrupt(
    model: Path, out: Path, settings: TrainSettings, at: int, subspace: SharedSubspace | None = None
) -> None:
    """Ends in this process, after step `at`: quicker, where it is enough that nothing is written any more."""

    def tell(done: int, _: int) -> None:
        if done == at:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(ROWS, model, out, settings, subspace, tell=tell)


def settings(**given: Any) -> TrainSettings:  # noqa: ANN401 - what the settings take
    return TrainSettings.model_validate(
        {"name": "skill", "steps": 8, "batch_size": 4, "checkpoint_every": 3, "lr": 1e-2, **given}
    )


def run(model: Path, out: Path, **given: Any) -> Path:  # noqa: ANN401 - as above
    return train(ROWS, model, out, settings(**given))


def weights(folder: Path) -> dict[str, torch.Tensor]:
    return load_file(folder / "adapter_model.safetensors")


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a result, to the byte."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
