"""What skills lost, from their errors and norms by layer; and what other sizes would lose, beside fits of those sizes."""

from __future__ import annotations

import math
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from share_rs.analysis import SHARES, alternatives, layer_losses, losses_of
from share_rs.subspace import Adapter, FitSettings, SharedSubspace, Skill, account, fit
from tests.cli.adapters import write_adapter
from tests.subspace.adapters import random_factors
from tests.subspace.adapters import write_adapter as write_factors
from tests.subspace.spaces import random_subspace

LAYERS = tuple(random_subspace().layers)
PAIRS = st.tuples(st.floats(0, 2), st.just(0.0) | st.floats(1e-3, 1e3))
"""Error and norm of one layer."""


def with_errors(pairs: dict[str, list[tuple[float, float]]]) -> SharedSubspace:
    """A subspace whose skills have these errors and norms, layer by layer."""
    space = random_subspace(skills=len(pairs))
    skills: dict[str, Skill] = {}
    for (name, own), skill in zip(pairs.items(), space.skills.values(), strict=True):
        errors = {layer: error for layer, (error, _) in zip(LAYERS, own, strict=True)}
        norms = {layer: norm for layer, (_, norm) in zip(LAYERS, own, strict=True)}
        skills[name] = replace(skill, name=name, errors=errors, origin={**skill.origin, "norms": norms})
    return replace(space, skills=skills)


@given(one=st.tuples(PAIRS, PAIRS), two=st.tuples(PAIRS, PAIRS))
def test_an_error_over_layers_lies_between_those_of_the_layers(
    one: tuple[tuple[float, float], ...], two: tuple[tuple[float, float], ...]
) -> None:
    found = losses_of(with_errors({"one": list(one), "two": list(two)}))
    for name, pairs in (("one", one), ("two", two)):
        heavy = [error for error, norm in pairs if norm]
        assert min(heavy, default=0) - 1e-9 <= found.skills[name] <= max(heavy, default=0) + 1e-9
    assert found.mean == pytest.approx(sum(found.skills.values()) / 2)
    assert found.total is not None
    assert min(found.skills.values()) - 1e-9 <= max(found.total, min(found.skills.values()))
    assert found.total <= max(found.skills.values()) + 1e-9


def test_a_large_skill_counts_for_more_in_the_total_and_not_in_the_mean() -> None:
    found = losses_of(with_errors({"large": [(0.1, 3.0), (0.1, 4.0)], "small": [(0.9, 0.0), (0.9, 1.0)]}))
    assert found.skills == pytest.approx({"large": 0.1, "small": 0.9})
    assert found.mean == pytest.approx(0.5)
    assert found.total == pytest.approx(math.sqrt((0.25 + 0.81) / 26))


def test_an_untrained_skill_has_error_zero_and_no_nan() -> None:
    found = losses_of(with_errors({"idle": [(0.0, 0.0), (0.0, 0.0)]}))
    assert (found.skills, found.mean, found.total) == ({"idle": 0.0}, 0.0, 0.0)
    assert set(layer_losses(with_errors({"idle": [(0.0, 0.0), (0.0, 0.0)]})).values()) == {0.0}


def test_a_skill_without_a_known_original_is_left_out_and_a_bound_is_told() -> None:
    space = with_errors({"bounded": [(0.5, 1.0), (0.5, 1.0)], "trained": [(0.5, 1.0), (0.5, 1.0)]})
    bounded, trained = space.skills["bounded"], space.skills["trained"]
    skills = {
        "bounded": replace(bounded, origin={**bounded.origin, "errors": "bound"}),
        "trained": replace(trained, errors={}, origin={"kind": "trained"}),
    }
    found = losses_of(replace(space, skills=skills))
    assert (set(found.skills), found.bounds) == ({"bounded"}, {"bounded"})
    nothing = losses_of(replace(space, skills={"trained": skills["trained"]}))
    assert (nothing.skills, nothing.mean, nothing.total) == ({}, None, None)


@pytest.fixture(scope="module")
def adapters(tmp_path_factory: pytest.TempPathFactory) -> list[Adapter]:
    """Five adapters of two ranks, one of which lacks layers."""
    folder: Path = tmp_path_factory.mktemp("adapters")
    ranks = (6, 6, 3, 6, 6)
    targets = (["q_proj", "v_proj"],) * 4 + (["q_proj"],)
    made = zip(ranks, targets, strict=True)
    return [
        Adapter.open(write_adapter(folder / f"skill_{seed}", seed, r=r, target_modules=names))
        for seed, (r, names) in enumerate(made)
    ]


@pytest.mark.parametrize("weighting", ["balanced", "delta"])
def test_each_alternative_is_what_a_fit_of_its_size_costs_and_loses(adapters: list[Adapter], weighting: str) -> None:
    settings = FitSettings.model_validate({"weighting": weighting, "k": 3, "layers": "any"})
    found = alternatives(adapters, settings)
    assert [(row.share, row.p) for row in found.rows] == [(share, p) for share in SHARES for p in (1, 2, 6)]
    assert len(found.looked_at) == found.of == 4
    for row in found.rows:
        space = fit(adapters, settings.model_copy(update={"k": None, "explained_variance": row.share, "p": row.p}))
        losses = losses_of(space)
        assert row.mean == pytest.approx(losses.mean, rel=1e-9)
        assert row.total == pytest.approx(losses.total, rel=1e-9)
        assert row.basis_bytes == 4 * account(space).basis
        assert row.columns == sum(one.beta.shape[1] + one.alpha.shape[1] for one in space.layers.values())


def test_more_energy_and_more_p_lose_less_and_cost_more(adapters: list[Adapter]) -> None:
    rows = alternatives(adapters, FitSettings()).rows
    for one in rows:
        for two in rows:
            if one.share <= two.share and one.p <= two.p:
                assert one.total >= two.total - 1e-12
                assert one.basis_bytes <= two.basis_bytes


def test_where_each_layer_takes_long_a_few_stand_for_all_and_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The package has a function of the module's name.
    monkeypatch.setattr(import_module("share_rs.analysis.alternatives"), "HEAVY", 4)
    shapes = {f"layers.{place}.q_proj": (9, 8) for place in range(6)}
    write_factors(tmp_path / "wide", random_factors(shapes, 5, seed=0))
    found = alternatives([Adapter.open(tmp_path / "wide")], FitSettings())
    assert found.looked_at == ("layers.1.q_proj", "layers.4.q_proj")
    assert found.of == 6
    assert 0 < found.rows[0].total < 1
