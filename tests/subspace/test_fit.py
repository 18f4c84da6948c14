"""Phase 1: bases and coefficients from adapters."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from share_rs.errors import AdapterError, SubspaceError
from share_rs.subspace import Adapter, FitSettings, basis_hash, fit, project, skill_factors
from share_rs.subspace.fit import columns_of_layer
from share_rs.subspace.linalg import norm, numbers, svd
from tests.subspace.adapters import write_adapter
from tests.subspace.spaces import SHAPES, normal, orthonormal

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

    from share_rs.subspace import SharedSubspace

Make = "Callable[..., list[Adapter]]"
EVERYTHING = FitSettings(explained_variance=1.0, p=None)


@pytest.fixture(scope="module")
def adapters(tmp_path_factory: pytest.TempPathFactory) -> list[Adapter]:
    return made(tmp_path_factory.mktemp("adapters"), ranks=(2, 3, 1))


some_ranks = st.lists(st.integers(1, 4), min_size=1, max_size=4).map(tuple)
seeds = st.integers(0, 2**20)


def made(root: Path, ranks: tuple[int, ...], seed: int = 0, stem: str = "skill") -> list[Adapter]:
    found: list[Adapter] = []
    for number, r in enumerate(ranks):
        factors = {
            layer: (normal(n, r, seed=seed + 10 * number + place), normal(r, d, seed=seed + 500 + 10 * number + place))
            for place, (layer, (n, d)) in enumerate(SHAPES.items())
        }
        found.append(Adapter.open(write_adapter(root / f"{stem}_{number}", factors)))
    return found


def delta(b: Tensor, a: Tensor) -> Tensor:
    return b @ a


def dense_error(space: SharedSubspace, adapter: Adapter, layer: str) -> float:
    whole = delta(*adapter.factors(layer))
    held = delta(*(factor.double() for factor in skill_factors(space, space.skills[adapter.name], layer)))
    return norm(whole - held) / norm(whole)


@settings(max_examples=15)
@given(seed=seeds, ranks=some_ranks)
def test_with_all_the_energy_and_p_of_the_adapter_nothing_is_lost(
    tmp_path_factory: pytest.TempPathFactory, seed: int, ranks: tuple[int, ...]
) -> None:
    adapters = made(tmp_path_factory.mktemp("lossless"), ranks, seed)
    space = fit(adapters, EVERYTHING)
    for adapter in adapters:
        for layer in SHAPES:
            assert dense_error(space, adapter, layer) < 1e-13
            assert space.skills[adapter.name].errors[layer] < 1e-13


@given(share=st.floats(0.05, 1), p=st.integers(1, 4), weighting=st.sampled_from(["balanced", "delta", "unit"]))
def test_the_error_that_is_told_is_that_of_the_dense_update(
    adapters: list[Adapter], share: float, p: int, weighting: str
) -> None:
    asked = FitSettings.model_validate({"explained_variance": share, "p": p, "weighting": weighting})
    space = fit(adapters, asked)
    for adapter in adapters:
        for layer in SHAPES:
            told = space.skills[adapter.name].errors[layer]
            assert told == pytest.approx(dense_error(space, adapter, layer), abs=1e-12)


@pytest.mark.parametrize("centring", ["none", "keep", "drop"])
@pytest.mark.parametrize("padding", ["stop", "random"])
@settings(max_examples=10)
@given(seed=seeds, ranks=some_ranks, k=st.integers(1, 12))
def test_bases_are_orthonormal(
    tmp_path_factory: pytest.TempPathFactory, centring: str, padding: str, *, seed: int, ranks: tuple[int, ...], k: int
) -> None:
    adapters = made(tmp_path_factory.mktemp("orthonormal"), ranks, seed)
    space = fit(adapters, FitSettings.model_validate({"k": k, "centring": centring, "padding": padding}))
    for layer, (n, d) in SHAPES.items():
        basis = space.layers[layer]
        for matrix, width in ((basis.beta, n), (basis.alpha, d)):
            columns = matrix.shape[1]
            assert columns <= min(k, width)
            assert padding == "stop" or columns == min(k, width)
            assert float((matrix.T @ matrix - torch.eye(columns, dtype=matrix.dtype)).abs().max()) < 1e-10


@settings(max_examples=20)
@given(seed=st.integers(0, 2**20))
def test_another_gauge_of_an_adapter_gives_the_same_bases(
    adapters: list[Adapter], tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    root = tmp_path_factory.mktemp("gauge")
    turned: list[Adapter] = []
    for adapter in adapters:
        factors: dict[str, tuple[Tensor, Tensor]] = {}
        for place, layer in enumerate(adapter.layers):
            b, a = adapter.factors(layer)
            r = b.shape[1]
            turn, sizes = orthonormal(r, r, seed + place), normal(r, seed=seed).exp()
            factors[layer] = (b @ turn * sizes, (turn / sizes).T @ a)
        turned.append(Adapter.open(write_adapter(root / adapter.name, factors)))
    for layer in SHAPES:
        one, other = (fit(found, FitSettings(k=2)).layers[layer] for found in (adapters, turned))
        assert torch.allclose(one.beta, other.beta, atol=1e-7)
        assert torch.allclose(one.alpha, other.alpha, atol=1e-7)


def test_the_balanced_basis_is_the_leading_eigenspace_of_the_moments(adapters: list[Adapter]) -> None:
    space = fit(adapters, FitSettings(k=2))
    for layer, (n, _) in SHAPES.items():
        moment = torch.zeros(n, n, dtype=torch.float64)
        for adapter in adapters:
            u, s, _ = svd(delta(*adapter.factors(layer)))
            moment += u * s @ u.T
        left, energies, _ = svd(moment)
        basis = space.layers[layer]
        assert numbers(basis.spectrum_b) == pytest.approx(numbers(energies[:2]), rel=1e-10)
        assert basis.energy_b == pytest.approx(float(moment.trace()), rel=1e-12)
        assert norm(left[:, :2] @ left[:, :2].T - basis.beta @ basis.beta.T) < 1e-7


@settings(max_examples=10)
@given(seed=seeds, ranks=some_ranks)
def test_more_columns_never_hold_less(
    tmp_path_factory: pytest.TempPathFactory, seed: int, ranks: tuple[int, ...]
) -> None:
    adapters = made(tmp_path_factory.mktemp("columns"), ranks, seed)
    spaces = [fit(adapters, FitSettings(k=k, p=None)) for k in range(1, 7)]
    for adapter in adapters:
        for layer in SHAPES:
            errors = [space.skills[adapter.name].errors[layer] for space in spaces]
            assert all(more <= less + 1e-12 for less, more in pairwise(errors))


def test_a_target_error_is_reached_and_a_smaller_one_costs_more(adapters: list[Adapter]) -> None:
    sizes: list[int] = []
    for target in (0.8, 0.4, 0.1):
        space = fit(adapters, FitSettings(target_error=target, p=None))
        for layer in SHAPES:
            whole = sum(norm(delta(*adapter.factors(layer))) ** 2 for adapter in adapters)
            left = sum(
                (dense_error(space, adapter, layer) * norm(delta(*adapter.factors(layer)))) ** 2 for adapter in adapters
            )
            assert left <= target**2 * whole * (1 + 1e-9)
        sizes.append(sum(basis.beta.shape[1] + basis.alpha.shape[1] for basis in space.layers.values()))
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[-1]


@pytest.mark.parametrize("weighting", ["balanced", "delta", "unit"])
@pytest.mark.parametrize(
    ("sizes", "target"), [((1.0, 1e-4, 1e-8), 1e-9), ((1.0, 0.5, 1e-8), 2e-9), ((1.0, 0.5, 1e-8), 1e-3)]
)
def test_a_target_error_is_reached_where_squares_would_cancel(
    tmp_path: Path, sizes: tuple[float, ...], target: float, weighting: str
) -> None:
    b, a = orthonormal(9, 3, seed=1) * torch.tensor(sizes, dtype=torch.float64), orthonormal(8, 3, seed=2).T
    adapter = Adapter.open(write_adapter(tmp_path / "steep", {"layer": (b, a)}))
    space = fit([adapter], FitSettings.model_validate({"target_error": target, "p": None, "weighting": weighting}))
    assert dense_error(space, adapter, "layer") <= target * (1 + 1e-6) + 1e-15
    # Of directions that weigh the same, none is left out.
    assert space.layers["layer"].beta.shape[1] == (3 if target < 1e-8 or weighting == "unit" else 2)


@pytest.mark.parametrize("padding", ["stop", "random"])
def test_no_basis_has_more_columns_than_max_k(adapters: list[Adapter], padding: str) -> None:
    space = fit(adapters, FitSettings.model_validate({"k": 8, "max_k": 3, "padding": padding}))
    assert {matrix.shape[1] for basis in space.layers.values() for matrix in (basis.beta, basis.alpha)} == {3}


@given(budget=st.integers(200, 1200))
def test_a_budget_is_kept_and_every_side_has_a_column(adapters: list[Adapter], budget: int) -> None:
    space = fit(adapters, FitSettings(budget=budget))
    bases = [matrix for basis in space.layers.values() for matrix in (basis.beta, basis.alpha)]
    assert all(matrix.shape[1] >= 1 for matrix in bases)
    assert 4 * sum(matrix.numel() for matrix in bases) <= budget


@pytest.mark.parametrize("centring", ["none", "keep", "drop"])
@settings(max_examples=15)
@given(budget=st.integers(200, 1200))
def test_a_budget_is_spent_on_the_column_that_captures_most_a_byte(
    adapters: list[Adapter], centring: str, budget: int
) -> None:
    chosen = FitSettings.model_validate({"budget": budget, "centring": centring})
    space = fit(adapters, chosen)
    left, sizes, waiting = budget, dict[tuple[str, str], int](), dict[tuple[str, str], list[float]]()
    for layer in SHAPES:
        for side, rows in zip("ba", columns_of_layer(layer, adapters, chosen), strict=True):
            mean = rows.mean(0)
            rest = rows if centring == "none" else rows - mean
            if centring == "keep":
                rest = rest - torch.outer(rest @ mean, mean) / (mean @ mean)
            energies = numbers(svd(rest)[1] ** 2)
            energies = [energy for energy in energies if energy > 1e-20 * energies[0]]
            sizes[layer, side], waiting[layer, side] = 1, energies if centring == "keep" else energies[1:]
            left -= 4 * rows.shape[1]
    widths = {(layer, side): width for layer, shape in SHAPES.items() for side, width in zip("ba", shape, strict=True)}
    while any(waiting.values()):
        best = max((side for side in waiting if waiting[side]), key=lambda side: waiting[side][0] / widths[side])
        if 4 * widths[best] > left:
            waiting[best] = []
            continue
        waiting[best].pop(0)
        sizes[best] += 1
        left -= 4 * widths[best]
    for layer, basis in space.layers.items():
        assert (basis.beta.shape[1], basis.alpha.shape[1]) == (sizes[layer, "b"], sizes[layer, "a"])


def test_an_untrained_adapter_has_error_zero_and_no_nan(adapters: list[Adapter], tmp_path: Path) -> None:
    factors = {layer: (torch.zeros(n, 2).double(), normal(2, d, seed=4)) for layer, (n, d) in SHAPES.items()}
    untrained = Adapter.open(write_adapter(tmp_path / "untrained", factors))
    for group in ([untrained], [*adapters, untrained]):
        space = fit(group)
        assert set(space.skills["untrained"].errors.values()) == {0.0}
        for basis in space.layers.values():
            assert bool(torch.isfinite(basis.beta).all())


@given(st.permutations(range(3)))
def test_the_order_of_adapters_changes_nothing(adapters: list[Adapter], order: list[int]) -> None:
    assert basis_hash(fit(adapters)) == basis_hash(fit([adapters[place] for place in order]))


def test_a_projected_adapter_is_the_skill_that_the_fit_gave_it(adapters: list[Adapter]) -> None:
    space = fit(adapters, FitSettings(k=3, p=2))
    for adapter in adapters:
        again = project(space, adapter)
        for layer, found in space.skills[adapter.name].coefficients.items():
            # The fit has its columns at hand, a projection the factors: the same to rounding.
            torch.testing.assert_close(found.eps_beta, again.coefficients[layer].eps_beta, rtol=1e-10, atol=1e-12)


def test_keep_has_the_mean_as_its_first_column(adapters: list[Adapter]) -> None:
    space = fit(adapters, FitSettings(k=3, centring="keep"))
    for layer in SHAPES:
        mean = torch.cat([adapter.factors(layer)[0] for adapter in adapters], 1).mean(1)
        first = space.layers[layer].beta[:, 0]
        assert abs(float(first @ mean)) == pytest.approx(norm(mean), rel=1e-10)


def test_replication_drops_the_mean_and_keeps_the_rank(adapters: list[Adapter]) -> None:
    space = fit(adapters[:1], FitSettings(replication=True))
    assert space.settings["centring"] == "drop"
    # One adapter of rank r has r - 1 centred directions: part of it is lost, as in the authors' code.
    assert space.layers["model.layers.0.q_proj"].beta.shape[1] == 1
    assert min(space.skills["skill_0"].errors.values()) > 0.05


def test_one_adapter_alone_is_said_to_be_its_own_basis(adapters: list[Adapter]) -> None:
    assert "own" in fit(adapters[:1]).history[0]["note"]
    assert fit(adapters).history[0]["note"] == ""


def test_a_fit_that_was_stopped_goes_on_with_the_layers_that_it_had(adapters: list[Adapter], tmp_path: Path) -> None:
    class StoppedError(Exception):
        pass

    def stop(done: int, _: int) -> None:
        if done == 1:
            raise StoppedError

    with pytest.raises(StoppedError):
        fit(adapters, work=tmp_path, progress=stop)
    (kept,) = tmp_path.glob("*.safetensors")
    before = kept.stat().st_mtime_ns
    space = fit(adapters, work=tmp_path)
    assert kept.stat().st_mtime_ns == before
    assert basis_hash(space) == basis_hash(fit(adapters))
    for name, skill in fit(adapters).skills.items():
        assert skill.errors == space.skills[name].errors
    fit(adapters, FitSettings(k=2), work=tmp_path)
    assert len(list(tmp_path.glob("*.safetensors"))) == 2 * len(SHAPES), "other settings, other files"


def test_a_damaged_layer_of_a_stopped_fit_is_made_again(adapters: list[Adapter], tmp_path: Path) -> None:
    fit(adapters, work=tmp_path)
    for path in tmp_path.iterdir():
        path.write_bytes(path.read_bytes()[:100])
    assert basis_hash(fit(adapters, work=tmp_path)) == basis_hash(fit(adapters))


def test_adapters_of_other_sizes_or_of_one_name_are_refused(adapters: list[Adapter], tmp_path: Path) -> None:
    other = Adapter.open(
        write_adapter(tmp_path / "the_other", {"model.layers.0.q_proj": (normal(7, 1, seed=0), normal(1, 9, seed=1))})
    )
    with pytest.raises(
        AdapterError, match=r"the_other: layer model.layers.0.q_proj: expected n x d = 6 x 9.*got 7 x 9"
    ):
        fit([*adapters, other])
    with pytest.raises(AdapterError, match=r"one adapter called skill_0"):
        fit([adapters[0], adapters[0]])
    with pytest.raises(AdapterError, match="at least one adapter"):
        fit([])


def test_adapters_of_other_layers_are_refused_unless_that_is_meant(adapters: list[Adapter], tmp_path: Path) -> None:
    layer = next(iter(SHAPES))
    n, d = SHAPES[layer]
    factors = {layer: (normal(n, 1, seed=0), normal(1, d, seed=1))}
    last, first = (Adapter.open(write_adapter(tmp_path / name, factors)) for name in ("tiny", "part"))
    with pytest.raises(AdapterError, match=r"tiny: layer .*: expected one, as in .*skill_0, got none.*layers = any"):
        fit([*adapters, last])
    with pytest.raises(AdapterError, match=r"skill_0: layer .*: expected none, as in .*part, got one"):
        fit([*adapters, first])
    space = fit([*adapters, last], FitSettings(layers="any"))
    assert set(space.skills["tiny"].coefficients) == {layer}


def test_an_adapter_without_a_base_model_hides_no_contradiction(tmp_path: Path) -> None:
    layer = next(iter(SHAPES))
    n, d = SHAPES[layer]
    factors = {layer: (normal(n, 1, seed=0), normal(1, d, seed=1))}
    bases = {"a": None, "b": "base/one", "c": "base/two"}
    found = [
        Adapter.open(write_adapter(tmp_path / name, factors, base_model_name_or_path=base))
        for name, base in bases.items()
    ]
    assert fit(found[:2]).base_model == "base/one"
    with pytest.raises(AdapterError, match=r"c: expected an adapter of base/one, as .*b, got one of base/two"):
        fit(found)


@pytest.mark.parametrize(
    "fields", [{"k": 3, "budget": 10}, {"replication": True, "budget": 9}, {"moments": "exact", "centring": "keep"}]
)
def test_rules_that_exclude_each_other_are_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"expected one rule for k|replication has|have no mean"):
        FitSettings.model_validate(fields)


def test_energies_beside_a_kept_mean_are_what_the_columns_hold(adapters: list[Adapter]) -> None:
    space = fit(adapters, FitSettings(k=3, centring="keep"))
    for layer in SHAPES:
        columns = torch.cat([adapter.factors(layer)[0] for adapter in adapters], 1)
        rest = columns - columns.mean(1, keepdim=True)
        basis = space.layers[layer]
        held = (basis.beta[:, 1:].T @ rest).square().sum(1)
        assert numbers(basis.spectrum_b[1:]) == pytest.approx(numbers(held), rel=1e-10)


def test_a_budget_below_one_column_each_is_refused_and_resumes_with_its_own_sizes(
    adapters: list[Adapter], tmp_path: Path
) -> None:
    with pytest.raises(SubspaceError, match=r"expected a budget of at least 128 bytes.*got 10"):
        fit(adapters, FitSettings(budget=10))
    fit(adapters[:2], FitSettings(budget=400), work=tmp_path)
    for budget in (300, 400, 500):
        space = fit(adapters, FitSettings(budget=budget), work=tmp_path)
        assert 4 * sum(basis.beta.numel() + basis.alpha.numel() for basis in space.layers.values()) <= budget


def test_where_p_is_the_rank_all_skills_of_a_layer_have_the_largest(adapters: list[Adapter]) -> None:
    space = fit(adapters, EVERYTHING)
    assert {found.p for skill in space.skills.values() for found in skill.coefficients.values()} == {3}


def test_a_work_folder_that_is_a_file_is_named(adapters: list[Adapter], tmp_path: Path) -> None:
    (tmp_path / "work").write_text("")
    with pytest.raises(SubspaceError, match=r"work: .*folder"):
        fit(adapters, work=tmp_path / "work")
