"""A package that is lacking is named with the command that installs it, and the machine's exit code."""

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    ("package", "extra", "arguments"),
    [
        ("torch", "train", ["fit", "adapters", "-o", "out"]),
        ("torch", "train", ["merge", "space", "adapters"]),
        ("torch", "train", ["remove", "space", "skill"]),
        ("torch", "train", ["export", "space", "skill", "-o", "out"]),
        ("torch", "train", ["inspect", "space"]),
        ("safetensors", "train", ["inspect", "space"]),
        ("yaml", "train", ["fit", "adapters", "-o", "out", "--config", "fit.yaml"]),
        ("matplotlib", "report", ["inspect", "space", "--plots", "plots"]),
    ],
)
def test_a_lacking_package_is_named_with_its_remedy(
    tmp_path: Path, package: str, extra: str, arguments: list[str]
) -> None:
    (tmp_path / "fit.yaml").write_text("")
    program = f"import sys; sys.modules[{package!r}] = None; from share_rs.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.returncode == 3, done.stderr
    assert package in done.stderr
    assert f"pip install 'share_rs[{extra}]'" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout == ""
    assert [path.name for path in tmp_path.iterdir()] == ["fit.yaml"]
