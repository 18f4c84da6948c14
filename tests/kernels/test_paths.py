"""Which path is taken, how it is told, and how another is asked for. Here is no accelerator."""

# torch's own types are partial.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false

import logging
import subprocess
import sys
from typing import Any

import pytest
import torch

from share_rs.kernels import Bordered, dispatch_linear, paths, share_linear, use_path
from tests.kernels.operands import distance, layer, written_out

here = pytest.mark.skipif(torch.cuda.is_available(), reason="a device is present")


def test_on_a_cpu_it_is_the_specification_bit_for_bit_and_for_a_few_skills_to_rounding() -> None:
    assert distance(dispatch_linear(*layer(skills=3).arguments()), share_linear(*layer(skills=3).arguments())) < 1e-14
    for skills in (0, 30):
        one = layer(skills=skills)
        assert torch.equal(dispatch_linear(*one.arguments()), share_linear(*one.arguments()))
        flipped: list[Any] = list(one.arguments())
        flipped[1] = one.weight.t().contiguous()
        assert distance(dispatch_linear(*flipped, fan_in_fan_out=True), written_out(one)) < 1e-12


def test_the_path_and_its_reason_are_logged_once(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "_told", set())
    with caplog.at_level(logging.INFO, "share_rs.kernels"):
        for _ in range(2):
            dispatch_linear(*layer().arguments())
        with use_path("operator"):
            dispatch_linear(*layer().arguments())
    assert [record.getMessage() for record in caplog.records] == [
        "share layers: path plain, because x on cpu, where there is no accelerator",
        "share layers: path operator, because it was asked for",
    ]


def test_the_kernels_asked_for_without_a_device_are_refused_with_the_reason() -> None:
    one = layer().to(torch.float32)
    with pytest.raises(ValueError, match="Triton kernels take, as they were asked for; got x on cpu"):
        dispatch_linear(*one.arguments(), path="triton")
    with use_path("triton"), pytest.raises(ValueError, match="got x on cpu"):
        dispatch_linear(*one.arguments())
    assert torch.equal(dispatch_linear(*one.arguments()), share_linear(*one.arguments()))


def test_a_path_that_is_none_is_refused() -> None:
    path: Any = "fast"
    with pytest.raises(ValueError, match="expected a path of plain, triton, operator, got 'fast'"), use_path(path):
        pass
    with pytest.raises(ValueError, match="got 'fast'"):
        dispatch_linear(*layer().arguments(), path=path)


@pytest.mark.parametrize(
    ("dtype", "k", "why"),
    [
        (torch.float64, 3, "x of torch.float64"),
        (torch.float32, 129, "a basis of 129 columns, more than 128"),
        (torch.float32, 3, None),
    ],
)
def test_what_the_kernels_cannot_take_has_a_reason(
    dtype: torch.dtype, k: int, why: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "INTERPRETED", True)
    assert paths.obstacle(torch.zeros(2, 200, dtype=dtype), torch.zeros(200, k), torch.zeros(9, 2)) == why
    many = torch.zeros(1, 1).expand(2, 2**30, 1)
    due = "x of 2147483648 rows, more than 2147483647"
    assert paths.obstacle(many, torch.zeros(1, 3), torch.zeros(9, 2)) == due
    monkeypatch.setattr(paths, "TRITON", False)
    assert paths.obstacle(torch.zeros(2, 200), torch.zeros(200, 3), torch.zeros(9, 2)) == "no installed triton"


AFRESH = """
import importlib, os, sys, torch
before = "triton" in sys.modules
from share_rs.kernels import dispatch_linear, paths
z = torch.zeros(2, 2)
dispatch_linear(z, z, None, z, z, z, z)
print(before == ("triton" in sys.modules))
for name in ("operator", "", "fast"):
    os.environ["SHARE_RS_KERNELS"] = name
    importlib.reload(paths)
    print(paths.chosen(z, z, z, None))
"""


@here
def test_triton_is_not_imported_where_no_device_is_and_the_environment_names_another_path() -> None:
    run = subprocess.run([sys.executable, "-c", AFRESH], check=False, capture_output=True, text=True)
    assert run.stdout == "True\noperator\nplain\n"
    assert "expected a path of plain, triton, operator, got 'fast'" in run.stderr


def test_the_bordered_form_is_asked_for_by_its_own_name() -> None:
    one = layer().to(torch.float32)
    frozen = Bordered(one.weight, one.bias, one.alpha, one.beta)
    with pytest.raises(ValueError, match="expected the path plain or triton, got operator"):
        frozen.linear(one.x, one.eps_alpha, one.eps_beta, path="operator")
