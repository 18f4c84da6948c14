"""Phase 3: merges without the old adapters, with them, and with exact moments; removal."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from share_rs.errors import AdapterError, SubspaceError
from share_rs.subspace import (
    Adapter,
    ExpandedSkill,
    FitSettings,
    SharedSubspace,
    basis_hash,
    fit,
    load,
    merge,
    remove,
    save,
    skill_factors,
)
from share_rs.subspace.balance import balanced
from share_rs.subspace.linalg import norm, total
from tests.subspace.adapters import write_adapter
from tests.subspace.spaces import SHAPES, normal, random_skill
from tests.subspace.test_fit import EVERYTHING, dense_error, made

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> list[Adapter]:
    return made(tmp_path_factory.mktemp("old"), ranks=(2, 1))


@pytest.fixture(scope="module")
def new(tmp_path_factory: pytest.TempPathFactory) -> list[Adapter]:
    return made(tmp_path_factory.mktemp("new"), ranks=(1, 2), seed=3000, stem="new")


def held(space: SharedSubspace, name: str, layer: str) -> Tensor:
    b, a = skill_factors(space, space.skills[name], layer)
    return b.double() @ a.double()


def test_a_merge_with_room_for_all_loses_nothing(old: list[Adapter], new: list[Adapter]) -> None:
    merged = merge(fit(old, EVERYTHING), new)
    for adapter in [*old, *new]:
        for layer in SHAPES:
            assert dense_error(merged, adapter, layer) < 1e-12
    assert max(merged.history[-1]["lost"].values()) < 1e-12


@given(k=st.integers(1, 6), p=st.integers(1, 3))
def test_the_loss_that_is_told_is_that_of_the_dense_updates(
    old: list[Adapter], new: list[Adapter], k: int, p: int
) -> None:
    before = fit(old, FitSettings(k=3, p=2))
    after = merge(before, new, FitSettings(k=k, p=p))
    for name in before.skills:
        parts = [(held(before, name, layer), held(after, name, layer)) for layer in SHAPES]
        lost = sum(norm(one - other) ** 2 for one, other in parts) / sum(norm(one) ** 2 for one, _ in parts)
        assert after.history[-1]["lost"][name] == pytest.approx(lost**0.5, abs=1e-10)
    for adapter in new:
        for layer in SHAPES:
            assert after.skills[adapter.name].errors[layer] == pytest.approx(
                dense_error(after, adapter, layer), abs=1e-10
            )


@given(k=st.integers(1, 6), seed=st.integers(0, 2**20))
def test_the_energy_that_factors_lose_is_exact_and_at_most_the_merged_tail(
    tmp_path_factory: pytest.TempPathFactory, old: list[Adapter], k: int, seed: int
) -> None:
    # sum ||B - B'||^2 = sum(||eps||^2 - ||U'^T U eps||^2) <= sum_{j > k} lambda_j, of old reconstructions alone.
    coming = made(tmp_path_factory.mktemp("coming"), ranks=(2,), seed=seed, stem="coming")
    before = fit(old, FitSettings(k=3, p=2))
    after = merge(before, coming, FitSettings(k=k, p=2))
    for layer in SHAPES:
        lost = identity = 0.0
        u, turned = before.layers[layer].beta, after.layers[layer].beta
        for skill in before.skills.values():
            own = skill.coefficients[layer]
            eps, _ = balanced(own.eps_beta, own.eps_alpha)
            factor = u @ eps
            lost += norm(factor - turned @ (turned.T @ factor)) ** 2
            identity += norm(eps) ** 2 - norm(turned.T @ u @ eps) ** 2
        assert lost == pytest.approx(identity, abs=1e-10)
        assert lost <= after.history[-1]["tail"][layer][0] + 1e-10


def test_a_loaded_subspace_merges_orthonormal_bases_without_any_old_adapter(
    old: list[Adapter], new: list[Adapter], tmp_path: Path
) -> None:
    before = save(fit(old, EVERYTHING), tmp_path / "space")
    after = save(merge(before, new), tmp_path / "space")
    for basis in after.layers.values():
        for matrix in (basis.beta, basis.alpha):
            assert total((matrix.T @ matrix - torch.eye(matrix.shape[1])).abs()) < 1e-5
    for layer in SHAPES:
        assert dense_error(load(tmp_path / "space"), old[0], layer) < 1e-6


def test_originals_do_not_drift_and_are_known_by_their_content(old: list[Adapter], new: list[Adapter]) -> None:
    settings = FitSettings(k=4, p=None)
    before = fit(old, FitSettings(k=1, p=1))
    after = merge(before, new, settings, originals=old)
    at_once = fit([*old, *new], settings)
    for adapter in old:
        for layer in SHAPES:
            assert after.skills[adapter.name].errors[layer] == pytest.approx(
                dense_error(after, adapter, layer), abs=1e-10
            )
            assert dense_error(after, adapter, layer) == pytest.approx(dense_error(at_once, adapter, layer), abs=1e-8)
    with pytest.raises(SubspaceError, match="another content"):
        merge(before, new, originals=[new[0]])


def test_errors_without_originals_bound_the_true_ones(old: list[Adapter], new: list[Adapter]) -> None:
    after = merge(fit(old, FitSettings(k=3, p=2)), new, FitSettings(k=3, p=2))
    for adapter in old:
        skill = after.skills[adapter.name]
        assert skill.origin["errors"] == "bound"
        for layer in SHAPES:
            assert dense_error(after, adapter, layer) <= skill.errors[layer] + 1e-12


def test_temporary_factors_are_part_of_the_skill_after_the_merge(old: list[Adapter]) -> None:
    before = fit(old, EVERYTHING)
    trained = random_skill("trained", dict(before.layers), 1, seed=9)
    factors = {layer: (normal(n, 1, seed=1), normal(1, d, seed=2)) for layer, (n, d) in SHAPES.items()}
    after = merge(before, [ExpandedSkill(trained, factors)])
    for layer, (b, a) in factors.items():
        own = trained.coefficients[layer]
        basis = before.layers[layer]
        whole = basis.beta @ own.eps_beta @ own.eps_alpha.T @ basis.alpha.T + b @ a
        assert norm(held(after, "trained", layer) - whole) < 1e-12 * norm(whole)


def test_the_scale_of_a_trained_skill_is_folded_in(old: list[Adapter]) -> None:
    before = fit(old, EVERYTHING)
    trained = random_skill("trained", dict(before.layers), 1, seed=9)
    scaled = type(trained)("trained", trained.coefficients, scale=2.5)
    for layer in SHAPES:
        one, other = (held(merge(before, [skill]), "trained", layer) for skill in (trained, scaled))
        assert norm(other - 2.5 * one) < 1e-12 * norm(one)


def test_a_layer_that_only_the_new_adapter_has_gets_a_basis_of_its_own(old: list[Adapter], tmp_path: Path) -> None:
    factors = {"extra": (normal(4, 2, seed=0), normal(2, 3, seed=1))}
    extra = Adapter.open(write_adapter(tmp_path / "extra", factors))
    with pytest.raises(AdapterError, match="extra: layer extra: expected none, as in the subspace, got one"):
        merge(fit(old, EVERYTHING), [extra])
    after = merge(fit(old, EVERYTHING.model_copy(update={"layers": "any"})), [extra])
    assert dense_error(after, extra, "extra") < 1e-12
    assert "extra" not in after.skills[old[0].name].coefficients
    assert set(after.layers) == {*SHAPES, "extra"}


def test_a_merge_beyond_its_budget_is_refused(old: list[Adapter], tmp_path: Path) -> None:
    def size(space: SharedSubspace) -> int:
        return 4 * sum(basis.beta.numel() + basis.alpha.numel() for basis in space.layers.values())

    r = old[0].rank(next(iter(SHAPES)))
    extra = {"extra": (normal(7, r, seed=1), normal(r, 4, seed=2))}
    more = [
        Adapter.open(write_adapter(tmp_path / "more", {**{name: old[0].factors(name) for name in SHAPES}, **extra}))
    ]
    space = fit(old, FitSettings(budget=4 * 3 * sum(n + d for n, d in SHAPES.values())))
    merged = merge(space, more, FitSettings(budget=10_000, layers="any"))
    needed = size(merged)
    assert merged.layers.keys() - space.layers.keys() == {"extra"}
    with pytest.raises(SubspaceError, match=rf"at most {needed - 1} bytes.*got {needed}, with the new layer extra"):
        merge(space, more, FitSettings(budget=needed - 1, layers="any"))
    assert size(merge(space, more, FitSettings(budget=needed, layers="any"))) == needed
    same = made(tmp_path, (1,), stem="same")
    with pytest.raises(SubspaceError, match=f"at most {size(space) - 1} bytes.*leaves their sizes as they are"):
        merge(space, same, FitSettings(budget=size(space) - 1))
    assert size(merge(space, same)) == size(space)


def test_exact_moments_do_not_depend_on_the_order_of_merges(old: list[Adapter], new: list[Adapter]) -> None:
    settings = FitSettings(k=3, moments="exact")
    at_once = fit([*old, *new], settings)
    one = merge(merge(fit(old, settings), new[:1]), new[1:])
    other = merge(merge(fit(new, settings), old[:1]), old[1:])
    for layer in SHAPES:
        expected = at_once.layers[layer].beta
        for space in (one, other):
            assert torch.allclose(space.layers[layer].beta, expected, atol=1e-8)
            assert torch.allclose(space.moments[layer].b, at_once.moments[layer].b, atol=1e-12)


def test_a_removal_with_moments_and_the_original_is_as_if_the_skill_had_never_come(
    old: list[Adapter], new: list[Adapter]
) -> None:
    settings = FitSettings(k=3, moments="exact")
    without = remove(fit([*old, new[0]], settings), new[0].name, originals=[new[0]])
    assert without.history[-1]["exact"] is True
    expected = fit(old, settings)
    assert sorted(without.skills) == sorted(expected.skills)
    for layer in SHAPES:
        assert torch.allclose(without.layers[layer].beta, expected.layers[layer].beta, atol=1e-8)


def test_what_rounding_leaves_of_a_removed_skill_is_no_direction(old: list[Adapter], tmp_path: Path) -> None:
    settings = FitSettings(explained_variance=1.0, p=None, moments="exact")
    loud = {layer: (1e4 * normal(n, 2, seed=3), normal(2, d, seed=4)) for layer, (n, d) in SHAPES.items()}
    gone = Adapter.open(write_adapter(tmp_path / "gone", loud))
    without = remove(fit([old[0], gone], settings), "gone", originals=[gone])
    expected = fit(old[:1], settings)
    for layer in SHAPES:
        assert without.layers[layer].beta.shape == expected.layers[layer].beta.shape


def test_weights_stored_the_other_way_are_refused(old: list[Adapter], tmp_path: Path) -> None:
    factors = {layer: (normal(n, 2, seed=3), normal(2, d, seed=4)) for layer, (n, d) in SHAPES.items()}
    other = Adapter.open(write_adapter(tmp_path / "other", factors, fan_in_fan_out=True))
    with pytest.raises(
        AdapterError, match=r"other: layer .*: expected fan_in_fan_out as in the subspace, got the opposite"
    ):
        merge(fit(old), [other])


@pytest.mark.parametrize(("moments", "reason"), [("exact", "no original"), ("reconstructed", "unchanged")])
def test_a_removal_without_them_says_that_it_is_approximate(old: list[Adapter], moments: str, reason: str) -> None:
    before = fit(old, FitSettings.model_validate({"k": 2, "moments": moments}))
    after = remove(before, [old[0].name])
    assert after.history[-1]["exact"] is False
    assert reason in after.history[-1]["reason"]
    assert list(after.skills) == [old[1].name]
    if moments == "reconstructed":
        assert basis_hash(after) == basis_hash(before)


def test_patterns_of_a_removed_skill_go_with_it(old: list[Adapter]) -> None:
    before = replace(fit(old), patterns={"use_after_move": old[0].name, "missing_mut": old[1].name})
    assert remove(before, old[0].name).patterns == {"missing_mut": old[1].name}


def test_names_that_are_taken_and_names_that_are_none_are_refused(old: list[Adapter], new: list[Adapter]) -> None:
    space = fit(old)
    with pytest.raises(AdapterError, match="skill already"):
        merge(space, [old[0]])
    with pytest.raises(SubspaceError, match="nobody"):
        remove(space, "nobody")
    with pytest.raises(SubspaceError, match="at least one"):
        merge(space, [])
    foreign = random_skill("foreign", dict(fit(new, EVERYTHING).layers), 1, seed=3)
    with pytest.raises(SubspaceError, match="other bases"):
        merge(space, [foreign])


def test_a_skill_of_other_bases_of_the_same_size_is_refused(old: list[Adapter], new: list[Adapter]) -> None:
    space, other = fit(old, FitSettings(k=2)), fit(new, FitSettings(k=2))
    trained = random_skill("trained", dict(other.layers), 1, seed=3)
    with pytest.raises(SubspaceError, match="trained on"):
        merge(space, [replace(trained, origin={"kind": "trained", "basis_hash": basis_hash(other)})])
    merge(space, [replace(trained, origin={"kind": "trained", "basis_hash": basis_hash(space)})])


def test_merges_of_small_newcomers_do_not_erode_the_old_skills(old: list[Adapter], tmp_path: Path) -> None:
    # The rule on energy would be applied to what the last merge had kept, again and again.
    space = fit(old, FitSettings(p=None))
    sizes = {layer: basis.beta.shape[1] for layer, basis in space.layers.items()}
    for number in range(4):
        factors = {
            layer: (1e-6 * normal(n, 1, seed=number), normal(1, d, seed=number)) for layer, (n, d) in SHAPES.items()
        }
        space = merge(space, [Adapter.open(write_adapter(tmp_path / f"small_{number}", factors))])
        assert max(space.history[-1]["lost"][adapter.name] for adapter in old) < 1e-4
    assert all(basis.beta.shape[1] >= sizes[layer] for layer, basis in space.layers.items())


def test_exact_moments_stay_where_no_skill_uses_a_layer_any_more_and_refuse_another_weighting(
    old: list[Adapter], new: list[Adapter], tmp_path: Path
) -> None:
    settings = FitSettings(k=3, moments="exact", layers="any")
    factors = {"extra": (normal(4, 2, seed=0), normal(2, 3, seed=1))}
    extra = Adapter.open(write_adapter(tmp_path / "extra", factors))
    space = remove(merge(fit(old, settings), [extra]), "extra", originals=[extra])
    assert set(merge(space, new).moments) == set(space.moments)
    with pytest.raises(SubspaceError, match="weighting"):
        merge(space, new, settings.model_copy(update={"weighting": "delta"}))


def named(
    root: Path,
    name: str,
    base: str | None,
    shapes: dict[str, tuple[int, int]] | None = None,
    **config: Any,  # noqa: ANN401 - fields of PEFT's config
) -> Adapter:
    factors = {layer: (normal(n, 2, seed=n), normal(2, d, seed=d)) for layer, (n, d) in (shapes or SHAPES).items()}
    return Adapter.open(write_adapter(root / name, factors, base_model_name_or_path=base, **config))


def test_no_two_base_models_come_together_behind_a_subspace_that_names_none(tmp_path: Path) -> None:
    space = fit([named(tmp_path, "a", None)])
    one, other = named(tmp_path, "b", "base/one"), named(tmp_path, "c", "base/two")
    assert merge(space, [one]).base_model == "base/one"
    for attempt in (lambda: merge(merge(space, [one]), [other]), lambda: merge(space, [one, other])):
        with pytest.raises(AdapterError, match=r"expected an adapter of base/one.*got one of base/two"):
            attempt()


def test_newcomers_are_compared_with_each_other(old: list[Adapter], tmp_path: Path) -> None:
    space = fit(old, FitSettings(layers="any"))
    first = named(tmp_path, "s", "base", {"z": (8, 8)})
    with pytest.raises(AdapterError, match=r"t: layer z: expected n x d = 8 x 8, as in .*s, got 7 x 8"):
        merge(space, [first, named(tmp_path, "t", "base", {"z": (7, 8)})])
    with pytest.raises(AdapterError, match=r"u: layer z: expected fan_in_fan_out as in .*s, got the opposite"):
        merge(space, [first, named(tmp_path, "u", "base", {"z": (8, 8)}, fan_in_fan_out=True)])


@pytest.mark.parametrize(("before", "after"), [("exact", "reconstructed"), ("reconstructed", "exact")])
def test_moments_are_of_the_kind_that_the_subspace_has(
    old: list[Adapter], new: list[Adapter], before: str, after: str
) -> None:
    space = fit(old, FitSettings.model_validate({"moments": before}))
    with pytest.raises(SubspaceError, match=rf"expected moments = {before}, as the subspace has them, got {after}"):
        merge(space, new, FitSettings.model_validate({"moments": after}))


def test_an_adapter_is_the_original_of_its_copies_too(old: list[Adapter], tmp_path: Path) -> None:
    factors = {layer: old[0].factors(layer) for layer in SHAPES}
    copy = Adapter.open(write_adapter(tmp_path / "copy", factors))
    assert copy.content_hash == old[0].content_hash
    space = fit([old[0], copy, old[1]], FitSettings(moments="exact"))
    assert remove(space, "copy", originals=[old[0]]).history[-1]["exact"] is True
    assert remove(space, old[0].name, originals=[copy]).history[-1]["exact"] is True


def test_other_layers_are_meant_for_one_merge_only(old: list[Adapter], new: list[Adapter]) -> None:
    merged = merge(fit(old), new, FitSettings(layers="any"))
    assert merged.settings["layers"] == "same"


def test_settings_that_are_none_are_named(old: list[Adapter], new: list[Adapter]) -> None:
    with pytest.raises(SubspaceError, match=r"the settings of the subspace, k: expected settings of a fit"):
        merge(replace(fit(old), settings={"k": "many"}), new)
