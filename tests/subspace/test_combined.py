"""Several skills as one."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from share_rs.errors import SubspaceError
from share_rs.subspace import Skill, averaged_skill, mean_skill, skill_factors
from share_rs.subspace.linalg import norm
from tests.subspace.spaces import SHAPES, random_subspace


@given(skills=st.integers(1, 5), p=st.integers(1, 4), seed=st.integers(0, 1000))
def test_the_mean_skill_is_the_mean_of_the_dense_updates(skills: int, p: int, seed: int) -> None:
    space = random_subspace(skills=skills, p=p, seed=seed)
    mean = mean_skill(space)
    for layer in SHAPES:
        dense = [torch.matmul(*skill_factors(space, skill, layer)) for skill in space.skills.values()]
        expected = torch.stack(dense).mean(0)
        assert norm(torch.matmul(*skill_factors(space, mean, layer)) - expected) <= 1e-12 * max(norm(expected), 1e-3)


def test_a_skill_that_leaves_a_layer_alone_counts_as_zero_there() -> None:
    space = random_subspace(skills=2)
    first, second = space.skills.values()
    (kept, *_), dropped = sorted(SHAPES), sorted(SHAPES)[1]
    partial = Skill(second.name, {kept: second.coefficients[kept]})
    mean = mean_skill(type(space)(space.base_model, space.layers, {first.name: first, partial.name: partial}))
    expected = torch.matmul(*skill_factors(space, first, dropped)) / 2
    assert norm(torch.matmul(*skill_factors(space, mean, dropped)) - expected) < 1e-12


def test_the_average_of_factors_is_not_the_mean_of_updates() -> None:
    space = random_subspace(skills=2, p=1)
    averaged, mean = averaged_skill(space), mean_skill(space)
    for layer in SHAPES:
        own = [skill.coefficients[layer] for skill in space.skills.values()]
        assert torch.equal(averaged.coefficients[layer].eps_beta, (own[0].eps_beta + own[1].eps_beta) / 2)
        one, other = (torch.matmul(*skill_factors(space, skill, layer)) for skill in (averaged, mean))
        assert norm(one - other) > 0.1 * norm(other)


def test_names_that_are_none_and_ranks_that_differ_are_refused() -> None:
    space = random_subspace(skills=2, p=2)
    with pytest.raises(SubspaceError, match="nobody"):
        mean_skill(space, ["nobody"])
    wide = random_subspace(skills=1, p=3).skills["skill_0"]
    mixed = type(space)(space.base_model, space.layers, {"skill_1": space.skills["skill_1"], "skill_0": wide})
    with pytest.raises(SubspaceError, match=r"p = \[2, 3\]"):
        averaged_skill(mixed)
