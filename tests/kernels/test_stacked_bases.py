"""The bases of many layers, and the coefficients of all of them applied at once; in plain PyTorch."""

# torch's own types are partial.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import pytest
import torch

from share_rs.kernels import StackedBases


def test_each_basis_gets_its_own_coefficients() -> None:
    draw = torch.Generator().manual_seed(0)
    bases = [torch.randn(n, k, generator=draw, dtype=torch.float64) for n, k in ((7, 3), (1, 1), (20, 17))]
    coefficients = [torch.randn(basis.shape[1], 2, generator=draw, dtype=torch.float64) for basis in bases]
    found = StackedBases(bases).collapse(coefficients)
    for one, basis, own in zip(found, bases, coefficients, strict=True):
        assert torch.allclose(one, basis @ own)
    assert len({one.untyped_storage().data_ptr() for one in found}) == 1


def test_what_does_not_fit_is_named() -> None:
    with pytest.raises(ValueError, match="at least one layer, got none"):
        StackedBases([])
    with pytest.raises(ValueError, match=r"basis 1 as features x k, got shape \(3,\)"):
        StackedBases([torch.zeros(2, 2), torch.zeros(3)])
    with pytest.raises(ValueError, match=r"basis 1 of torch.float32 on cpu, as the first, got torch.float64"):
        StackedBases([torch.zeros(2, 2), torch.zeros(2, 2, dtype=torch.float64)])
    stacked = StackedBases([torch.zeros(2, 2), torch.zeros(3, 1)])
    with pytest.raises(ValueError, match="coefficients of 2 bases, got 1"):
        stacked.collapse([torch.zeros(2, 1)])
    with pytest.raises(ValueError, match=r"coefficients 1 as k x p = \(1, 4\), got shape \(2, 4\)"):
        stacked.collapse([torch.zeros(2, 4), torch.zeros(2, 4)])
