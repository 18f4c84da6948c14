"""A folder that an earlier version wrote, kept as it was written: it loads, whatever this version writes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import torch

from share_rs.subspace import basis_hash, load, merge, save
from share_rs.subspace.linalg import norm
from tests.subspace.spaces import SHAPES
from tests.subspace.test_fit import made

FOLDER = Path(__file__).with_name("format_1")


def test_a_folder_of_format_1_is_read_as_it_was_written() -> None:
    space = load(FOLDER)
    assert basis_hash(space) == "b76e40857b1533d656e9478b4b82b362de696eb8a3808ccda8fc07e410ca70d4"
    assert sorted(space.skills) == ["later_0", "skill_0", "skill_1"]
    assert [entry["event"] for entry in space.history] == ["fit", "merge"]
    assert space.base_model == "base"
    for layer, (n, d) in SHAPES.items():
        basis = space.layers[layer]
        assert basis.shape == (n, d)
        assert norm(basis.beta.T @ basis.beta - torch.eye(2)) < 1e-6
        assert space.moments[layer].b.shape == (n, n)
    assert space.skills["skill_0"].errors["model.layers.0.q_proj"] == 1.7420550807794397


def test_it_takes_new_skills_and_is_written_as_this_version_writes(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "space")
    manifest = tmp_path / "space" / "subspace.json"
    fields = json.loads(manifest.read_text())
    del fields["settings"]["layers"]  # a setting that came later has its default
    manifest.write_text(json.dumps(fields))
    merged = save(merge(load(tmp_path / "space"), made(tmp_path, ranks=(1,), stem="new")), tmp_path / "space")
    assert (
        sorted(load(tmp_path / "space").skills) == sorted(merged.skills) == ["later_0", "new_0", "skill_0", "skill_1"]
    )
