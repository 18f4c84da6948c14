from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor

from share_rs.kernels import share_linear
from tests.kernels.drawn import gradients
from tests.kernels.operands import layer


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("x", torch.zeros(2, 4), r"x \(\.\.\., d\) with d = 5.*\(2, 4\)"),
        ("weight", torch.zeros(5, 7), r"weight \(n x d\) of shape \(7, 5\).*\(5, 7\).*fan_in_fan_out=True"),
        ("bias", torch.zeros(5), r"bias of shape \(7,\), got \(5,\)"),
        ("alpha", torch.zeros(5), r"alpha \(d x k_a\)"),
        ("eps_alpha", torch.zeros(3, 2), r"k_a = 4.*\(3, 2\)"),
        ("eps_beta", torch.zeros(4, 2), r"k_b = 3.*\(4, 2\)"),
        ("eps_beta", torch.zeros(3, 1), "the same p"),
        ("eps_alpha", torch.zeros(2, 4, 2), "N x k x p needs skill_ids"),
        ("skill_ids", torch.zeros(2, dtype=torch.int64), "N x k x p, as skill_ids are given"),
    ],
)
def test_a_shape_that_does_not_fit_is_named(name: str, value: Tensor, says: str) -> None:
    operands = layer().to(torch.float32)
    arguments: dict[str, Any] = {field: getattr(operands, field) for field in operands.__dataclass_fields__}
    arguments[name] = value
    with pytest.raises(ValueError, match=says):
        share_linear(**arguments)


@pytest.mark.parametrize(
    ("ids", "error", "says"),
    [
        (torch.zeros(3, dtype=torch.int64), ValueError, r"begins the leading sizes \(2, 3\).*\(3,\)"),
        (torch.tensor([0, 3]), ValueError, "N - 1 = 2, got values from 0 to 3"),
        (torch.tensor([-2, 0]), ValueError, "got values from -2 to 0"),
        (torch.tensor([0.0, 1.0]), TypeError, "signed integer dtype, got torch.float32"),
        (torch.tensor([True, False]), TypeError, "signed integer dtype, got torch.bool"),
    ],
)
def test_ids_that_name_no_skill_are_refused(ids: Tensor, error: type[Exception], says: str) -> None:
    operands = layer(skills=3)
    with pytest.raises(error, match=says):
        share_linear(*operands.arguments()[:-1], ids)


def test_a_basis_that_requires_a_gradient_is_refused_rather_than_left_without_one() -> None:
    operands = layer().requiring("alpha")
    with pytest.raises(ValueError, match="frozen bases"):
        share_linear(*operands.arguments())


@pytest.mark.parametrize("dtype", [torch.int8, torch.int16, torch.int32])
def test_ids_of_any_signed_width_are_ids(dtype: torch.dtype) -> None:
    operands = layer(skills=3)
    assert operands.skill_ids is not None
    found = share_linear(*operands.arguments()[:-1], operands.skill_ids.to(dtype))
    assert torch.equal(found, share_linear(*operands.arguments()))


def test_gradients_of_a_layer_are_asked_for_where_it_lies() -> None:
    one = layer()
    far = replace(one, x=one.x.to("meta"), weight=one.weight.to("meta")).requiring("x", "weight")
    found = gradients(lambda one: one.x @ one.weight.T, far, ("x", "weight"))
    assert all(value.is_meta for value in found)
