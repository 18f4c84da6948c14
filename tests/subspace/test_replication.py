"""The authors' released code, as a mode."""

from pathlib import Path

import pytest

from share_rs.errors import AdapterError, SubspaceError
from share_rs.subspace import FitSettings, fit, merge
from share_rs.subspace.replication import replicate
from tests.subspace.test_fit import dense_error, made


def test_each_step_holds_the_skill_that_came_and_the_one_before(tmp_path: Path) -> None:
    found = replicate(made(tmp_path, ranks=(2, 2, 2)), k=3)
    assert [sorted(step.skills) for step in found.steps] == [
        ["skill_0"],
        ["skill_0", "skill_1"],
        ["skill_1", "skill_2"],
    ]
    assert found.last["skill_0"] is found.steps[1]
    assert found.last["skill_2"] is found.last["skill_1"]
    per_step = [sum(basis.beta.numel() + basis.alpha.numel() for basis in step.layers.values()) for step in found.steps]
    assert found.basis_numbers == per_step[1] + per_step[2], "the first basis is kept by nobody"


def test_dropping_the_mean_loses_what_the_uncentred_basis_keeps(tmp_path: Path) -> None:
    # From one adapter of rank r the centred columns have r - 1 directions.
    adapters = made(tmp_path, ranks=(2,))
    theirs, ours = replicate(adapters, k=4).steps[0], fit(adapters, FitSettings(k=4, p=None))
    for layer in adapters[0].layers:
        assert dense_error(ours, adapters[0], layer) < 1e-13
        assert dense_error(theirs, adapters[0], layer) > 0.05


def test_a_merge_refuses_skills_that_would_keep_bases_of_their_own(tmp_path: Path) -> None:
    first, second, third = made(tmp_path, ranks=(2, 2, 2))
    one = fit([first], FitSettings(k=3, replication=True))
    two = merge(one, [second])
    assert set(two.skills) == {"skill_0", "skill_1"}
    with pytest.raises(SubspaceError, match=r"only skill_1 is projected anew, got one with skill_0 too.*replicate"):
        merge(two, [third])
    assert len(merge(two, [third], FitSettings(k=3)).skills) == 3


def test_a_name_that_comes_back_is_refused(tmp_path: Path) -> None:
    first, second = made(tmp_path, ranks=(2, 2))
    (again,) = made(tmp_path / "again", ranks=(1,))
    with pytest.raises(AdapterError, match="one adapter called skill_0"):
        replicate([first, second, again])


def test_no_adapter_is_refused() -> None:
    with pytest.raises(SubspaceError, match="at least one"):
        replicate([])
