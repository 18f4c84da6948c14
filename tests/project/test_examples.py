"""The examples, as a user runs them."""

import re
import subprocess
import sys
from pathlib import Path

from share_rs import find_koan
from share_rs.subspace import Adapter, fit, save
from tests.project.files import ROOT
from tests.subspace.adapters import peft_adapter, qwen


def python(*arguments: str, cwd: Path = ROOT) -> str:
    return subprocess.run([sys.executable, *arguments], check=True, capture_output=True, text=True, cwd=cwd).stdout


def test_the_script_judges_a_folder_of_repairs() -> None:
    koan = find_koan("bc_001")
    said = python("examples/verdicts.py", "bc_001", f"{koan.path}/repairs").splitlines()
    assert {line.split(": ")[0] for line in said[:-1]} == {f"{repair.name}.rs" for repair in koan.repairs}
    assert all((": pass, " in line) == line.startswith("right_") for line in said[:-1]), (
        "right repairs pass, and wrong ones do not"
    )


def test_the_python_of_the_readme_runs(tmp_path: Path) -> None:
    share, bench = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    base = qwen()
    base.save_pretrained(tmp_path / "base")  # pyright: ignore[reportUnknownMemberType]
    peft_adapter(tmp_path / "adapter", base, target_modules=["q_proj", "v_proj"], r=2)
    save(fit([Adapter.open(tmp_path / "adapter")]), tmp_path / "subspace")
    assert "trainable params" in python("-c", share, cwd=tmp_path)
    said = python("-c", bench)
    assert "error[E0382]" in said
    assert re.search(r"^1 pass, ?|^1 pass ", said, re.MULTILINE)
