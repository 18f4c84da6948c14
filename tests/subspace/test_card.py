"""The card of a subspace's folder."""

from dataclasses import replace

from share_rs.subspace import SharedSubspace
from share_rs.subspace.card import render_card
from tests.subspace.spaces import random_subspace


def test_the_card_tells_costs_errors_and_the_line_that_registers_the_method() -> None:
    text = render_card(random_subspace(skills=2), "abc")
    assert "- basis: 110 numbers, 440 bytes, once" in text, "3 columns of 6 and 12, 4 of 9 and 5"
    assert "| skill_1 | trained | 2 | 0.250 |" in text
    assert "import share_rs.tuner" in text


def test_a_bound_is_called_one() -> None:
    space = random_subspace(skills=1)
    (skill,) = space.skills.values()
    bound = replace(skill, origin={"kind": "adapter", "errors": "bound"})
    assert "at most 0.250" in render_card(replace(space, skills={skill.name: bound}), "abc")


def test_a_folder_of_a_machine_is_no_base_model_for_a_hub() -> None:
    space = random_subspace()
    assert "base_model: org/name" in render_card(replace(space, base_model="org/name"), "abc")
    assert "base_model" not in render_card(replace(space, base_model="/somewhere/base"), "abc").split("---")[1]


def test_a_subspace_without_skills_or_layers_has_a_card() -> None:
    assert render_card(SharedSubspace("", {}), "abc").startswith("---\n")
