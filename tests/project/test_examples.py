"""The examples, as a user runs them."""

import json
import re
import runpy
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from share_rs import find_koan
from share_rs.cli import main
from share_rs.subspace import Adapter, fit, load, save
from tests.project.files import ROOT
from tests.repair.models import adapter_folder, model_folder
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
    share, _, _, bench = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    base = qwen()
    base.save_pretrained(tmp_path / "base")  # pyright: ignore[reportUnknownMemberType]
    peft_adapter(tmp_path / "adapter", base, target_modules=["q_proj", "v_proj"], r=2)
    save(fit([Adapter.open(tmp_path / "adapter")]), tmp_path / "subspace")
    assert "trainable params" in python("-c", share, cwd=tmp_path)
    said = python("-c", bench)
    assert "error[E0382]" in said
    assert re.search(r"^1 pass, ?|^1 pass ", said, re.MULTILINE)


def expanded(word: str) -> list[str]:
    """What a shell makes of a word."""
    return sorted(str(path) for path in Path().glob(word)) if "*" in word else [word]


def test_the_commands_of_the_readmes_share_section_run_in_their_order_and_its_scripts_after_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    section = (ROOT / "README.md").read_text("utf-8").split("\n## Share\n")[1].split("\n## ")[0]
    (commands,) = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    _, *scripts = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    model_folder(tmp_path / "base")
    for seed, name in enumerate(("one", "two", "three")):
        adapter_folder(tmp_path / "adapters" / name, tmp_path / "base", seed=seed)
    row = json.dumps({"prompt": "parse 1", "answer": "1"})
    (tmp_path / "parsing.jsonl").write_text(f"{row}\n" * 4)
    monkeypatch.chdir(tmp_path)
    for command in commands.splitlines():
        # In this process: torch alone would take each of them seconds to import.
        words = [one for word in shlex.split(command, comments=True) for one in expanded(word)]
        monkeypatch.setattr(sys, "argv", words)
        with pytest.raises(SystemExit) as ended:
            main()
        assert not ended.value.code, command
    assert sorted(load(tmp_path / "merged").skills) == ["one", "parsing", "three", "two"]
    assert Adapter.open(tmp_path / "parsing").name == "parsing"
    assert (tmp_path / "plots" / "spectra.svg").is_file()
    for script in scripts:
        (tmp_path / "script.py").write_text(script)
        runpy.run_path("script.py")
    assert load(tmp_path / "merged").skills["parsing"].origin["finetuned"] == "strict"
