"""Temporary factors: what each mode can and cannot change, and the bound on their number."""

# PyTorch's linear algebra is untyped.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from share_rs.errors import TrainError
from share_rs.subspace import SharedSubspace
from share_rs.training.temporary import ComposedA, ComposedB, additive_factor, check_phi, residual_factor, slice_factor

from .subspaces import orthonormal
from .test_start import one_layer


def widened(subspace: SharedSubspace, name: str) -> SharedSubspace:
    return replace(subspace, layers={**subspace.layers, name: one_layer(8, 9).layers["q"]})


@given(st.integers(4, 12), st.integers(1, 3), st.integers(1, 4), st.integers(0, 2**31))
def test_what_residual_trains_beside_the_coefficients_is_orthogonal_to_the_basis(
    m: int, phi: int, p: int, seed: int
) -> None:
    generator = torch.Generator().manual_seed(seed)
    basis = torch.linalg.qr(torch.randn(m, 4, generator=generator, dtype=torch.float64))[0]
    eps = torch.randn(4, p, generator=generator, dtype=torch.float64)
    factor = residual_factor(basis, eps.clone(), phi, generator).double()
    torch.testing.assert_close(factor(), basis @ eps, rtol=0, atol=1e-12)
    with torch.no_grad():
        factor.columns.copy_(torch.randn(m, phi, generator=generator, dtype=torch.float64))
    torch.testing.assert_close(basis.T @ factor(), eps, rtol=0, atol=1e-12)
    outside = factor() - basis @ eps
    expected = (torch.eye(m, dtype=torch.float64) - basis @ basis.T) @ factor.columns @ factor.mixing
    torch.testing.assert_close(outside, expected.detach(), rtol=0, atol=1e-12)


def test_residual_columns_add_nothing_at_first_and_have_a_gradient_at_once() -> None:
    generator = torch.Generator().manual_seed(0)
    factor = residual_factor(orthonormal(10, 4, generator), torch.randn(4, 2, generator=generator), 1, generator)
    factor().square().sum().backward()
    gradient = torch.autograd.grad((factor() * torch.randn(10, 2, generator=generator)).sum(), factor.columns)[0]
    assert gradient.norm() > 1e-2


def test_what_is_additive_is_begun_between_halves_and_nothing_is_kept_out_of_the_basis() -> None:
    generator = torch.Generator().manual_seed(0)
    basis, eps = orthonormal(400, 8, generator), torch.randn(8, 3, generator=generator)
    factor = additive_factor(basis, eps.clone(), 2, generator)
    for drawn in (factor.columns.detach(), factor.mixing.detach()):
        assert float(drawn.min()) >= -0.5
        assert float(drawn.max()) <= 0.5
    assert float(factor.columns.detach().var()) == pytest.approx(1 / 12, rel=0.1)
    torch.testing.assert_close(factor(), basis @ eps + factor.columns @ factor.mixing)
    assert {name for name, _ in factor.named_parameters()} == {"eps", "columns", "mixing"}


def test_a_slice_starts_as_the_first_columns_of_the_basis_and_does_not_write_into_it() -> None:
    generator = torch.Generator().manual_seed(0)
    basis = orthonormal(10, 8, generator)
    before, mixing = basis.clone(), torch.randn(2, 3, generator=generator)
    factor = slice_factor(basis, mixing)
    assert torch.equal(factor(), before[:, :2] @ mixing)
    assert sum(one.numel() for one in factor.parameters()) == 2 * (10 + 3)
    with torch.no_grad():
        factor.columns.add_(1)
    assert torch.equal(basis, before)


def test_composed_maps_are_linear_maps_of_their_factor() -> None:
    generator = torch.Generator().manual_seed(0)
    factor = slice_factor(orthonormal(10, 8, generator), torch.randn(2, 3, generator=generator))
    x, z = torch.randn(4, 10, generator=generator), torch.randn(4, 3, generator=generator)
    torch.testing.assert_close(ComposedA(factor)(x), x @ factor())
    torch.testing.assert_close(ComposedB(factor)(z), z @ factor().T)


@pytest.mark.parametrize(
    ("k_b", "k_a", "phi", "message"),
    [
        (8, 9, 3, r"phi = 3 is not in \[1, k/4\]: q has k_b = 8; expected at most 2"),
        (9, 7, 2, r"phi = 2 is not in \[1, k/4\]: q has k_a = 7; expected at most 1"),
        (
            3,
            9,
            1,
            r"phi = 1 is not in \[1, k/4\]: q has k_b = 3; expected a subspace of k >= 4 there, or no temporaries",
        ),
    ],
)
def test_phi_is_at_most_a_quarter_of_k(k_b: int, k_a: int, phi: int, message: str) -> None:
    with pytest.raises(TrainError, match=message):
        check_phi(widened(one_layer(k_b, k_a), "wide"), phi)


def test_phi_may_be_a_quarter_of_k() -> None:
    check_phi(widened(one_layer(8, 8), "wide"), 2)
