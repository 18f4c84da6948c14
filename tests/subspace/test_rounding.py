"""What float32 cannot hold is refused before it is written, and what it costs is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch

from share_rs.errors import SubspaceError
from share_rs.subspace import Adapter, FitSettings, fit, load, merge, save
from tests.subspace.adapters import write_adapter
from tests.subspace.spaces import normal
from tests.subspace.test_fit import dense_error, made

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("size", [1e60, 1e-60])
def test_coefficients_beyond_float32_are_refused_and_the_old_subspace_stays(tmp_path: Path, size: float) -> None:
    save(fit(made(tmp_path / "sound", ranks=(1,))), tmp_path / "space")
    before = {path.name: path.read_bytes() for path in (tmp_path / "space").iterdir() if path.is_file()}
    factors = {"layer": (size * normal(6, 2, seed=1), size * normal(2, 5, seed=2))}
    with pytest.raises(SubspaceError, match=r"skill far, layer layer: expected coefficients that float32 can hold"):
        save(fit([Adapter.open(write_adapter(tmp_path / "far", factors))]), tmp_path / "space")
    assert {path.name: path.read_bytes() for path in (tmp_path / "space").iterdir() if path.is_file()} == before
    assert list(load(tmp_path / "space").skills) == ["skill_0"]


def test_the_bound_of_a_skill_without_its_original_holds_after_merges_through_files(tmp_path: Path) -> None:
    everything = FitSettings(explained_variance=1.0, p=None)
    old = made(tmp_path / "old", ranks=(2, 1))
    space = save(fit(old, everything), tmp_path / "space")
    for number in range(3):
        space = save(
            merge(space, made(tmp_path / "new", ranks=(1,), seed=50 + number, stem=f"new_{number}")), tmp_path / "space"
        )
    for adapter in old:
        for layer, told in space.skills[adapter.name].errors.items():
            assert dense_error(space, adapter, layer) <= told
            assert told < 1e-5
    assert all(bool(torch.isfinite(basis.beta).all()) for basis in space.layers.values())
