"""What was trained and what a merge makes of it: with room enough, nothing of a new skill or an old one is lost."""

# torch's own types are partial.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from share_rs.subspace import Adapter, ExpandedSkill, FitSettings, SharedSubspace, fit, merge, skill_factors
from share_rs.training import train, trained

from .runs import ROWS, run, settings

ROOM = FitSettings(explained_variance=1.0, p=None)


@pytest.fixture(scope="module")
def subspace(model: Path, tmp_path_factory: pytest.TempPathFactory) -> SharedSubspace:
    folder = tmp_path_factory.mktemp("adapters")
    names = ("one", "two")
    paths = [run(model, folder / name, name=name, seed=seed, rank=4) for seed, name in enumerate(names)]
    return fit([Adapter.open(path) for path in paths], ROOM)


def update(subspace: SharedSubspace, name: str, layer: str) -> torch.Tensor:
    b, a = skill_factors(subspace, name, layer)
    return b @ a


@pytest.mark.parametrize(
    "given",
    [
        {"p": 1},
        {"p": 3, "scale": 0.5},
        {"p": 1, "phi": 1, "phi_lr": 1e-2, "phi_mode": "slice"},
        {"p": 3, "phi": 2, "phi_lr": 1e-2, "phi_mode": "slice", "scale": 2.0},
        {"p": 1, "phi": 2, "phi_lr": 1e-2, "phi_mode": "residual"},
        {"p": 3, "phi": 1, "phi_lr": 1e-2, "phi_mode": "residual", "scale": 0.5, "init": "skill", "start": "one"},
    ],
)
def test_nothing_of_what_was_trained_is_lost(
    model: Path, subspace: SharedSubspace, tmp_path: Path, given: dict[str, Any]
) -> None:
    assert {basis.beta.shape[1] for basis in subspace.layers.values()} == {8}
    train(ROWS, model, tmp_path / "run", settings(method="share", lr=3e-2, name="new", **given), subspace)
    new = trained(tmp_path / "run")
    merged = merge(subspace, [new])
    assert list(merged.skills) == ["new", "one", "two"]
    assert merged.skills["new"].origin["kind"] == "trained"
    whole: dict[str, torch.Tensor] = {}
    for layer in subspace.layers:
        if isinstance(new, ExpandedSkill):
            b, a = new.factors[layer]
            whole[layer] = b @ a
        else:
            assert not isinstance(new, Adapter)
            whole[layer] = update(replace(subspace, skills={"new": new}), "new", layer)
        expected = {"new": whole[layer], "one": update(subspace, "one", layer), "two": update(subspace, "two", layer)}
        for name, matrix in expected.items():
            torch.testing.assert_close(update(merged, name, layer), matrix, rtol=1e-6, atol=1e-7 * float(matrix.norm()))
    if "phi" in given:
        outside = [
            one - basis.beta @ (basis.beta.T @ one)
            for one, basis in zip(whole.values(), subspace.layers.values(), strict=True)
        ]
        assert sum(float(one.norm()) for one in outside) > 1e-3, "the temporaries learned what the bases do not hold"


def test_data_adapters_and_temporaries_come_in_one_merge(model: Path, subspace: SharedSubspace, tmp_path: Path) -> None:
    train(ROWS, model, tmp_path / "a", settings(method="share", name="a"), subspace)
    train(ROWS, model, tmp_path / "b", settings(method="share", name="b", phi=2), subspace)
    run(model, tmp_path / "c", name="c", rank=2)
    merged = merge(subspace, [trained(tmp_path / name) for name in "abc"])
    assert list(merged.skills) == ["a", "b", "c", "one", "two"]
