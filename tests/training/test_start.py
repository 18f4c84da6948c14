"""What coefficients start from: the update that was asked for, and a gradient that is alive."""

# PyTorch's linear algebra is untyped.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from share_rs.errors import TrainError
from share_rs.subspace import Coefficients, LayerBasis, SharedSubspace, Skill
from share_rs.training.start import continued, drawn, update_norm

from .subspaces import orthonormal

sizes = st.integers(1, 7)
seeds = st.integers(0, 2**31)


def one_layer(k_b: int, k_a: int, seed: int = 0, n: int = 11, d: int = 9) -> SharedSubspace:
    generator = torch.Generator().manual_seed(seed)
    beta, alpha = orthonormal(n, k_b, generator), orthonormal(d, k_a, generator)
    energies = (torch.ones(k_b, dtype=torch.float64), torch.ones(k_a, dtype=torch.float64))
    basis = LayerBasis(beta, alpha, energies[0], energies[1], float(k_b), float(k_a))
    return SharedSubspace("base", {"q": basis})


def update(skill: Skill) -> torch.Tensor:
    own = skill.coefficients["q"]
    return skill.scale * own.eps_beta.double() @ own.eps_alpha.double().T


@given(sizes, sizes, st.integers(1, 5), seeds)
def test_a_start_of_no_update_has_one_live_factor_in_each_column(k_b: int, k_a: int, p: int, seed: int) -> None:
    begun = drawn(one_layer(k_b, k_a), "new", p=p, scale=2.0, sigma=None, seed=seed)
    assert float(update(begun).norm()) == 0
    for column in range(p):
        live = [
            bool(one[:, column].any()) for one in (begun.coefficients["q"].eps_beta, begun.coefficients["q"].eps_alpha)
        ]
        assert sorted(live) == [False, True]


@given(st.tuples(sizes, sizes), st.integers(1, 5), st.integers(1, 5), st.floats(0.01, 10), seeds)
def test_continuing_a_skill_is_exact_where_p_is_enough_and_the_best_rank_p_where_it_is_not(
    sides: tuple[int, int], p: int, wanted: int, scale: float, seed: int
) -> None:
    k_b, k_a = sides
    generator = torch.Generator().manual_seed(seed)
    coefficients = Coefficients(
        torch.randn(k_b, p, generator=generator, dtype=torch.float64),
        torch.randn(k_a, p, generator=generator, dtype=torch.float64),
    )
    skill = Skill("old", {"q": coefficients}, scale=1.5)
    begun = continued(one_layer(k_b, k_a), {"q": update(skill)}, "new", p=wanted, scale=scale, seed=seed)
    own = begun.coefficients["q"]
    assert (begun.name, begun.scale, own.eps_beta.shape, own.eps_alpha.shape) == (
        "new",
        scale,
        (k_b, wanted),
        (k_a, wanted),
    )
    assert own.eps_beta.dtype == torch.float32
    values = torch.linalg.svdvals(update(skill))
    error = float((update(begun) - update(skill)).norm())
    assert abs(error - float(values[wanted:].norm())) <= 1e-5 * float(values.norm())
    live = own.eps_beta.any(dim=0) | own.eps_alpha.any(dim=0)
    assert bool(live.all()), "no column is a saddle"


def test_a_layer_that_the_skill_leaves_alone_starts_live_and_without_an_update() -> None:
    begun = continued(one_layer(4, 3), {}, "new", p=2, scale=1.0, seed=0)
    assert update(begun).norm() == 0
    assert begun.coefficients["q"].eps_beta.norm() > 0


def test_a_skill_of_zeros_is_continued_and_not_divided_by() -> None:
    begun = continued(one_layer(4, 3), {"q": torch.zeros(4, 3)}, "new", p=2, scale=1.0, seed=0)
    assert update(begun).norm() == 0
    assert all(
        bool(torch.isfinite(one).all()) for one in (begun.coefficients["q"].eps_beta, begun.coefficients["q"].eps_alpha)
    )


def test_a_core_of_another_subspace_is_refused() -> None:
    with pytest.raises(TrainError, match="q: expected a core k_b x k_a = 4 x 3, got 5 x 3; it is of another subspace"):
        continued(one_layer(4, 3), {"q": torch.ones(5, 3)}, "new", p=1, scale=1.0, seed=0)


@given(sizes, sizes, st.integers(1, 4), st.floats(1e-3, 1), seeds)
def test_drawn_coefficients_depend_on_the_seed_and_on_nothing_else(
    k_b: int, k_a: int, p: int, sigma: float, seed: int
) -> None:
    subspace = one_layer(k_b, k_a)
    first = drawn(subspace, "new", p=p, scale=1.0, sigma=sigma, seed=seed)
    torch.manual_seed(seed + 1)
    again = drawn(subspace, "new", p=p, scale=1.0, sigma=sigma, seed=seed)
    other = drawn(subspace, "new", p=p, scale=1.0, sigma=sigma, seed=seed + 1)
    assert torch.equal(update(first), update(again))
    assert not torch.equal(update(first), update(other))


def test_sigma_is_the_deviation_of_both_factors() -> None:
    own = drawn(one_layer(9, 9), "new", p=500, scale=1.0, sigma=0.3, seed=1).coefficients["q"]
    for factor in (own.eps_beta, own.eps_alpha):
        assert abs(float(factor.std()) - 0.3) < 0.02
        assert abs(float(factor.mean())) < 0.02


@given(sizes, sizes, st.integers(1, 4), seeds)
def test_the_norm_of_the_update_is_that_of_the_matrix(n: int, d: int, p: int, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    b, a = (torch.randn(rows, p, generator=generator, dtype=torch.float64) for rows in (n, d))
    assert abs(update_norm({"x": (b, a), "y": (b, a)}) - 2**0.5 * float((b @ a.T).norm())) < 1e-9
