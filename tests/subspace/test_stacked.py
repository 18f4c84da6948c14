"""A layer from one reading: the same moments, coefficients, errors and norms as adapter by adapter from the factors."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from share_rs.subspace import Adapter, FitSettings, LayerBasis
from share_rs.subspace.basis import layer_basis
from share_rs.subspace.columns import weighted_columns
from share_rs.subspace.project import coefficients_of, product_norm, relative_error
from share_rs.subspace.stacked import placed, stacked
from tests.subspace.adapters import write_adapter
from tests.subspace.spaces import normal, orthonormal

LAYER = "model.layers.0.q_proj"
Factors = tuple[Tensor, Tensor]


def opened(folder: Path, factors: list[Factors]) -> list[Adapter]:
    made = [write_adapter(folder / f"skill_{place}", {LAYER: pair}) for place, pair in enumerate(factors)]
    return [Adapter.open(path) for path in made]


def drawn(n: int, d: int, ranks: list[int], seed: int) -> list[Factors]:
    return [
        (normal(n, r, seed=seed + 2 * place), normal(r, d, seed=seed + 2 * place + 1)) for place, r in enumerate(ranks)
    ]


def basis_of(adapters: list[Adapter], settings: FitSettings) -> LayerBasis:
    stacks = stacked(LAYER, adapters, settings)
    return layer_basis(LAYER, stacks.rows_b, stacks.rows_a, settings)


def assert_same(adapters: list[Adapter], settings: FitSettings, p: int) -> None:
    """Beside the way from the factors: gauge, sign and order of sums differ, products do not."""
    stacks = stacked(LAYER, adapters, settings)
    rows = [weighted_columns(*adapter.factors(LAYER), settings) for adapter in adapters]
    for side, own in enumerate((stacks.rows_b, stacks.rows_a)):
        reference = torch.cat([pair[side] for pair in rows])
        size = float(reference.square().sum()) or 1.0
        torch.testing.assert_close(own.T @ own, reference.T @ reference, rtol=0, atol=1e-9 * size)
    basis = layer_basis(LAYER, stacks.rows_b, stacks.rows_a, settings)
    for adapter, one in zip(adapters, placed(stacks, basis, p), strict=True):
        b, a = adapter.factors(LAYER)
        expected = coefficients_of(basis, b, a, p)
        whole = product_norm(b, a)
        assert one.name == adapter.name
        assert one.norm == pytest.approx(whole, rel=1e-10)
        assert one.coefficients.eps_beta.shape == expected.eps_beta.shape
        torch.testing.assert_close(
            one.coefficients.eps_beta @ one.coefficients.eps_alpha.T,
            expected.eps_beta @ expected.eps_alpha.T,
            rtol=0,
            atol=1e-9 * (whole or 1.0),
        )
        assert one.error == pytest.approx(relative_error(basis, expected, b, a), rel=1e-6, abs=1e-12)


@given(
    n=st.integers(1, 12),
    d=st.integers(1, 12),
    ranks=st.lists(st.integers(1, 5), min_size=1, max_size=4),
    p=st.integers(1, 5),
    weighting=st.sampled_from(["balanced", "delta", "unit"]),
    share=st.sampled_from([0.3, 0.8, 1.0]),
    seed=st.integers(0, 1000),
)
def test_all_is_as_from_the_factors(
    tmp_path_factory: pytest.TempPathFactory,
    *,
    n: int,
    d: int,
    ranks: list[int],
    p: int,
    weighting: str,
    share: float,
    seed: int,
) -> None:
    folder = tmp_path_factory.mktemp("drawn")
    settings = FitSettings.model_validate({"weighting": weighting, "explained_variance": share})
    assert_same(opened(folder, drawn(n, d, ranks, seed)), settings, p)


@pytest.mark.parametrize("weighting", ["balanced", "delta", "unit"])
@pytest.mark.parametrize("spoil", ["zero", "twin columns", "one tiny column", "huge", "tiny"])
def test_what_no_cholesky_factor_holds_is_taken_from_the_factors(tmp_path: Path, weighting: str, spoil: str) -> None:
    (b, a), other = drawn(9, 7, [3, 3], seed=5)
    if spoil == "zero":
        b = torch.zeros_like(b)
    elif spoil == "twin columns":
        b[:, 1] = b[:, 0]
    elif spoil == "one tiny column":
        b[:, 1] *= 1e-9
    elif spoil == "huge":
        b *= 1e120
        other = (other[0] * 1e120, other[1])
    else:
        a *= 1e-120
        other = (other[0], other[1] * 1e-120)
    settings = FitSettings.model_validate({"weighting": weighting, "explained_variance": 0.9})
    assert_same(opened(tmp_path, [(b, a), other]), settings, 2)


@pytest.mark.parametrize("size", [1e-1, 1e-2, 1e-3, 1e-6, 1e-9, 1e-12])
def test_an_error_is_told_exactly_however_small(tmp_path: Path, size: float) -> None:
    """The shared part is rank 2 and fitted; the rest, of this relative size, is cut by k = 2."""
    shared, rest = orthonormal(20, 3, seed=1), orthonormal(15, 3, seed=2)
    scales = torch.tensor([1.0, 1.0, size], dtype=torch.float64)
    adapters = opened(tmp_path, [(shared * scales, rest.T.contiguous())])
    settings = FitSettings(k=2)
    (one,) = placed(stacked(LAYER, adapters, settings), basis_of(adapters, settings), 3)
    assert one.error == pytest.approx(size / (2 + size**2) ** 0.5, rel=1e-4, abs=2e-16)
