"""Leading directions against the exact eigendecomposition, by every way that there is to them."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from share_rs.subspace import directions
from share_rs.subspace.directions import leading_directions
from share_rs.subspace.krylov import krylov_directions
from share_rs.subspace.linalg import eigh, norm, svd, total
from share_rs.subspace.sizes import by_energy, everything, fixed
from tests.subspace.spaces import normal, orthonormal


def decaying(m: int, n: int, ratio: float, seed: int) -> torch.Tensor:
    """Rows whose singular values fall by a constant ratio."""
    r = min(m, n)
    sizes = ratio ** -torch.arange(r, dtype=torch.float64)
    return (orthonormal(m, r, seed) * sizes) @ orthonormal(n, r, seed + 1).T


@settings(max_examples=30)
@given(m=st.integers(1, 40), n=st.integers(1, 30), k=st.integers(1, 12), seed=st.integers(0, 2**20))
def test_small_stacks_give_the_exact_directions(m: int, n: int, k: int, seed: int) -> None:
    rows = normal(m, n, seed=seed)
    found = leading_directions(rows, fixed(k))
    _, values, right = svd(rows)
    count = min(k, m, n)
    assert found.basis.shape == (n, count)
    assert torch.allclose(found.energies, values[:count] ** 2, rtol=1e-10)
    assert found.total == pytest.approx(norm(rows) ** 2, rel=1e-12)
    assert norm(found.basis.T @ found.basis - torch.eye(count, dtype=rows.dtype)) < 1e-10
    if count < min(m, n) and values[count - 1] > 1.01 * values[count]:
        gap = right[:count].T @ right[:count] - found.basis @ found.basis.T
        assert norm(gap) < 1e-6


@pytest.mark.parametrize("ratio", [1.02, 1.1, 1.5])
def test_the_iteration_agrees_with_the_eigenvectors_where_there_is_a_gap(ratio: float) -> None:
    rows = decaying(900, 700, ratio, seed=3)
    found = leading_directions(rows, fixed(24))
    energies, vectors = eigh(rows.T @ rows)
    held = norm(rows @ found.basis) ** 2
    assert held == pytest.approx(total(energies[:24]), rel=1e-10)
    if ratio >= 1.1:
        exact = vectors[:, :24]
        sine = svd(exact - found.basis @ (found.basis.T @ exact))[1][0]
        assert float(sine) < 1e-6


@pytest.mark.parametrize("after", [1, 2, 6, 40, 676])
def test_the_iteration_settles_however_few_directions_there_are_beyond_k(after: int) -> None:
    k = 24
    ones = torch.ones(after, dtype=torch.float64)
    sizes = torch.cat([torch.logspace(1, 0.3, k, dtype=torch.float64), 1.5 * ones])
    right = orthonormal(700, k + after, 5)
    found = krylov_directions((orthonormal(800, k + after, 4) * sizes) @ right.T, k, 0)
    assert found is not None
    exact = right[:, :k]
    assert float(svd(exact - found[0] @ (found[0].T @ exact))[1][0]) < 1e-6


@pytest.mark.parametrize("giant", [1e4, 1e6, 1e8])
def test_a_gap_that_squares_hide_beside_one_giant_is_found(giant: float) -> None:
    k, m, n = 24, 800, 700
    sizes = torch.cat([torch.full((k,), 1.2, dtype=torch.float64), torch.logspace(0, -3, n - k, dtype=torch.float64)])
    sizes[0] = giant
    right = orthonormal(n, n, 7)
    basis = leading_directions((orthonormal(m, n, 6) * sizes) @ right.T, fixed(k), guess=k).basis
    exact = right[:, :k]
    assert float(svd(exact - basis @ (basis.T @ exact))[1][0]) < 1e-6


def test_the_gram_side_keeps_directions_far_below_the_square_root_of_eps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directions, "DIRECT", 0)
    rows = decaying(60, 20, 4.0, seed=5)
    found = leading_directions(rows, everything)
    _, values, _ = svd(rows)
    assert len(found.energies) == 20
    assert torch.allclose(found.energies.sqrt(), values, rtol=1e-3, atol=1e-13)


@given(share=st.floats(0.05, 0.999), seed=st.integers(0, 1000))
def test_the_energy_rule_takes_the_fewest_directions_that_suffice(share: float, seed: int) -> None:
    rows = normal(12, 9, seed=seed)
    found = leading_directions(rows, by_energy(share))
    assert total(found.energies) >= share * found.total * (1 - 1e-9)
    assert len(found.energies) == 1 or total(found.energies[:-1]) < share * found.total


@given(scale=st.floats(-150, 150))
def test_size_changes_energies_and_nothing_else(scale: float) -> None:
    rows = normal(10, 7, seed=1)
    one, other = leading_directions(rows, fixed(3)), leading_directions(rows * 10.0 ** (scale / 2), fixed(3))
    assert torch.allclose(one.basis, other.basis, atol=1e-9)
    assert torch.allclose(one.energies * 10.0**scale, other.energies, rtol=1e-9)


def test_zero_rows_have_no_direction() -> None:
    found = leading_directions(torch.zeros(4, 6, dtype=torch.float64), fixed(2))
    assert (found.basis.shape, found.total) == ((6, 0), 0.0)


def test_the_largest_entry_of_every_direction_is_positive() -> None:
    basis = leading_directions(normal(9, 8, seed=2), fixed(5)).basis
    largest = basis.gather(0, basis.abs().argmax(0, keepdim=True))
    assert bool((largest > 0).all())
