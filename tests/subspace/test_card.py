"""The card of a subspace's folder."""

from dataclasses import replace
from pathlib import Path

import pytest

from share_rs.analysis import losses_of
from share_rs.subspace import Adapter, SharedSubspace, fit, skill_factors
from share_rs.subspace.card import render_card
from tests.subspace.adapters import random_factors, write_adapter
from tests.subspace.spaces import SHAPES, random_subspace


def test_the_card_tells_costs_errors_and_the_line_that_registers_the_method() -> None:
    text = render_card(random_subspace(skills=2), "abc")
    assert "- basis: 110 numbers, 440 bytes, once" in text, "3 columns of 6 and 12, 4 of 9 and 5"
    assert "| skill_1 | trained | 2 | trained here |" in text
    assert "import share_rs.tuner" in text


def test_a_bound_is_called_one() -> None:
    space = random_subspace(skills=1)
    (skill,) = space.skills.values()
    bound = replace(skill, origin={"kind": "adapter", "errors": "bound", "norms": dict.fromkeys(space.layers, 2.0)})
    assert "at most 25.00 %" in render_card(replace(space, skills={skill.name: bound}), "abc")


def test_the_error_of_a_skill_is_that_of_all_its_layers_together_as_every_verb_has_it(tmp_path: Path) -> None:
    adapters = [
        Adapter.open(write_adapter(tmp_path / name, random_factors(SHAPES, 3, seed))) for seed, name in enumerate("ab")
    ]
    space = fit(adapters)
    text = render_card(space, "abc")
    for name, adapter in zip("ab", adapters, strict=True):
        pairs = [(adapter.factors(layer), skill_factors(space, name, layer)) for layer in SHAPES]
        lost = sum(float((b @ a - own_b @ own_a).square().sum()) for (b, a), (own_b, own_a) in pairs)
        whole = sum(float((b @ a).square().sum()) for (b, a), _ in pairs)
        error = (lost / whole) ** 0.5
        assert losses_of(space).skills[name] == pytest.approx(error)
        assert f"| {name} | adapter | 1 | {100 * error:.2f} % |" in text


def test_an_error_without_the_norms_to_weigh_it_is_not_known() -> None:
    space = random_subspace(skills=1)
    (skill,) = space.skills.values()
    other = replace(skill, origin={"kind": "adapter"})
    assert "| adapter | 2 | not known |" in render_card(replace(space, skills={skill.name: other}), "abc")


def test_a_folder_of_a_machine_is_no_base_model_for_a_hub() -> None:
    space = random_subspace()
    assert "base_model: org/name" in render_card(replace(space, base_model="org/name"), "abc")
    assert "base_model" not in render_card(replace(space, base_model="/somewhere/base"), "abc").split("---")[1]


def test_a_subspace_without_skills_or_layers_has_a_card() -> None:
    assert render_card(SharedSubspace("", {}), "abc").startswith("---\n")
