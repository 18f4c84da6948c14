"""The examples, as a user runs them."""

import re
import subprocess
import sys

import pytest

from share_rs import find_koan
from tests.project.files import ROOT


def python(*arguments: str) -> str:
    return subprocess.run([sys.executable, *arguments], check=True, capture_output=True, text=True, cwd=ROOT).stdout


def test_the_script_judges_a_folder_of_repairs() -> None:
    koan = find_koan("bc_001")
    said = python("examples/verdicts.py", "bc_001", f"{koan.path}/repairs").splitlines()
    assert {line.split(": ")[0] for line in said[:-1]} == {f"{repair.name}.rs" for repair in koan.repairs}
    assert all((": pass, " in line) == line.startswith("right_") for line in said[:-1]), (
        "right repairs pass, and wrong ones do not"
    )


@pytest.mark.parametrize("document", ["README.md"])
def test_the_python_of_a_document_runs(document: str) -> None:
    (program,) = re.findall(r"```python\n(.*?)```", (ROOT / document).read_text("utf-8"), re.DOTALL)
    said = python("-c", program)
    assert "error[E0382]" in said
    assert re.search(r"^1 pass, ?|^1 pass ", said, re.MULTILINE)
