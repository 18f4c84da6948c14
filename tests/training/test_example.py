"""examples/skills.py, as a user runs it."""

import subprocess
import sys
from pathlib import Path

from share_rs.evaluation.run_directory import read_run, records
from share_rs.subspace import Adapter, load
from share_rs.training import summary
from tests.project.files import ROOT

SKILLS = {"mutable", "borrowed", "moved", "wrapped", "derived", "general"}


def test_the_example_goes_from_rows_to_a_report(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    done = subprocess.run(
        [sys.executable, "examples/skills.py", str(folder)], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    subspace = load(folder / "subspace")
    assert set(subspace.skills) == SKILLS
    assert {name for name, skill in subspace.skills.items() if skill.origin["kind"] == "trained"} == {
        "wrapped",
        "derived",
        "general",
    }
    assert set(subspace.patterns.values()) == SKILLS - {"general"}
    for name in SKILLS:
        told = summary(folder / "runs" / name)
        assert told["loss"]["last"] < told["loss"]["first"]
        assert f"merged {name}: " in done.stdout
    assert set(Adapter.open(folder / "wrapped").layers) == set(subspace.layers)
    judged = {(one.arm, one.koan): one for one in records(read_run(folder / "evaluation")[1])}
    assert all(judged[f"skill:{name}", "bc_001"].skill == name for name in SKILLS), "the skill that the layers told"
    assert judged["routed", "bc_001"].skill == subspace.patterns["use_after_move"] == "moved"
    assert judged["base", "bc_001"].skill is None
    assert len({judged[arm, "bc_001"].source for arm, _ in judged}) > 2, "skills change the answers"
    assert done.stdout.endswith("these scores mean nothing.\n")
