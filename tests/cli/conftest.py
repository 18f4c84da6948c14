"""The command as a user runs it: a process of its own, with a cache of the tests' own."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from share_rs.cli import main

from .adapters import write_adapter

COMMAND = [sys.executable, "-c", "from share_rs.cli import main; main()"]

Run = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def environment(cache: Path) -> dict[str, str]:
    return {**os.environ, "SHARE_RS_CACHE": str(cache), "PYTHONWARNINGS": "error"}


@pytest.fixture
def run(tmp_path: Path, environment: dict[str, str]) -> Run:
    def command(*arguments: str | Path, stdin: bytes = b"", **variables: str) -> "subprocess.CompletedProcess[bytes]":
        return subprocess.run(
            [*COMMAND, *map(str, arguments)],
            input=stdin,
            capture_output=True,
            check=False,
            cwd=tmp_path,
            env={**environment, **variables},
            timeout=200,
        )

    return command


@dataclass(frozen=True)
class Said:
    """What a command left."""

    code: int
    out: str
    err: str


Call = Callable[..., Said]


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """The command in this process, for what imports torch, which takes a process of its own seconds."""
    monkeypatch.chdir(tmp_path)

    def command(*arguments: str | Path) -> Said:
        monkeypatch.setattr(sys, "argv", ["share-rs", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return Said(int(ended.value.code or 0), out, err)

    return command


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six adapters of one base, which tests only read: `skill_0` to `skill_5`."""
    folder = tmp_path_factory.mktemp("adapters")
    for seed in range(6):
        write_adapter(folder / f"skill_{seed}", seed)
    return folder
