"""What only a device shows: its rounding, races, equal bits in two runs, captured graphs, inductor, and places beyond 2^31.

`python -m pytest tests/kernels/test_device.py` on a machine with a GPU of compute capability 8.0 or more.
"""

# torch's own types are partial.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownLambdaType=false

import os
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from share_rs.kernels import Bordered, dispatch_linear
from share_rs.kernels.operator import linear
from tests.kernels.drawn import gradients
from tests.kernels.operands import Layer, distance, layer, written_out

os.environ.setdefault(
    "CUBLAS_WORKSPACE_CONFIG", ":4096:8"
)  # what PyTorch asks for where algorithms are to be deterministic

pytestmark = pytest.mark.skipif(
    not torch.cuda.is_available() or torch.cuda.get_device_capability()[0] < 8,
    reason="rounding, races, captured graphs and addresses of the device: there is no GPU of compute capability 8.0 here",
)

NAMES = ("x", "eps_alpha", "eps_beta")
TOLERANCES = {torch.float16: 2e-3, torch.bfloat16: 1e-2, torch.float32: 1e-5}


def placed(one: Layer) -> Layer:
    """The same on the device."""
    names = ("x", "weight", "bias", "alpha", "beta", "eps_alpha", "eps_beta", "skill_ids")
    values = {name: getattr(one, name) for name in names}
    return replace(one, **{name: value.cuda() for name, value in values.items() if value is not None})


def fused(one: Layer) -> Tensor:
    return dispatch_linear(*one.arguments(), path="triton")


def operator(one: Layer) -> Tensor:
    return dispatch_linear(*one.arguments(), path="operator")


def bordered(one: Layer) -> Tensor:
    frozen = Bordered(one.weight, one.bias, one.alpha, one.beta)
    return frozen.linear(one.x, one.eps_alpha, one.eps_beta, one.scale, one.skill_ids, path="triton")


@pytest.fixture(autouse=True)
def _exact_products() -> Iterator[None]:
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("highest")
    yield
    torch.set_float32_matmul_precision(before)


@pytest.mark.parametrize("function", [fused, operator, bordered])
@pytest.mark.parametrize("dtype", list(TOLERANCES), ids=str)
@pytest.mark.parametrize("k", [7, 16, 32, 64, 128])
@pytest.mark.parametrize(("skills", "p"), [(0, 1), (0, 8), (5, 1), (5, 4)])
@pytest.mark.parametrize(("rows", "n", "d"), [(257, 200, 136), (2100, 129, 515)])
def test_the_devices_rounding_stays_within_the_dtype(  # noqa: PLR0917
    function: Callable[[Layer], Tensor], dtype: torch.dtype, k: int, skills: int, p: int, rows: int, n: int, d: int
) -> None:
    one = layer((rows,), n=n, d=d, k_a=k, k_b=max(k // 2, 1), p=p, skills=skills).to(dtype)
    one = placed(one).requiring(*NAMES)
    assert distance(function(one).cpu(), exact(one)) < TOLERANCES[dtype]
    for found, due in zip(gradients(function, one, NAMES), gradients(exact_on_device, one, NAMES), strict=True):
        assert distance(found, due) < 2 * TOLERANCES[dtype]


def exact_on_device(one: Layer) -> Tensor:
    """The specification in float64; the update written out for every row would take minutes at this size."""
    return dispatch_linear(*one.to(torch.float64).arguments(), path="plain")


def exact(one: Layer) -> Tensor:
    return exact_on_device(one).cpu()


def test_the_specification_itself_is_the_update_written_out() -> None:
    one = placed(layer((9,), skills=3))
    assert distance(exact(one), written_out(one).cpu()) < 1e-10


@pytest.mark.parametrize("function", [fused, bordered])
@pytest.mark.parametrize("skills", [0, 700])
def test_gradients_are_the_same_bits_in_twenty_runs(function: Callable[[Layer], Tensor], skills: int) -> None:
    one = layer((8192,), n=256, d=1536, k_a=32, k_b=32, p=1, skills=skills).to(torch.bfloat16)
    one = placed(one).requiring(*NAMES)
    first = gradients(function, one, NAMES)
    for _ in range(20):
        again = gradients(function, one, NAMES)
        assert all(torch.equal(left, right) for left, right in zip(first, again, strict=True))


def test_rows_of_the_base_are_the_base_bit_for_bit() -> None:
    one = placed(layer((4096,), n=1536, d=1536, k_a=32, k_b=32, skills=3).to(torch.bfloat16))
    one.eps_alpha.fill_(torch.nan)
    assert one.skill_ids is not None
    base = one.skill_ids < 0
    y = fused(one)
    assert torch.equal(y[base], torch.nn.functional.linear(one.x, one.weight, one.bias)[base])
    assert y[~base].isnan().all()


def test_ids_beyond_the_bank_read_nothing_outside_of_it() -> None:
    one = placed(layer((512,), n=64, d=64, k_a=16, k_b=16, skills=3).to(torch.float32))
    wild, last = (replace(one, skill_ids=torch.full((512,), told, device="cuda")) for told in (2**40, 2))
    assert torch.equal(fused(wild), fused(last))
    torch.cuda.synchronize()


@pytest.mark.parametrize("function", [fused, bordered])
@pytest.mark.parametrize("skills", [0, 9])
def test_a_captured_step_is_the_eager_step_also_for_other_ids(function: Callable[[Layer], Tensor], skills: int) -> None:
    one = layer((4096,), n=256, d=512, k_a=32, k_b=32, p=1, skills=skills).to(torch.bfloat16)
    one = placed(one).requiring(*NAMES)
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(3):
            gradients(function, one, NAMES)
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        captured = gradients(function, one, NAMES)
    for seed in range(3):
        draw = torch.Generator("cuda").manual_seed(seed)
        with torch.no_grad():
            one.x.normal_(generator=draw)
            if one.skill_ids is not None:
                one.skill_ids.random_(-1, skills, generator=draw)
        graph.replay()
        eager = gradients(function, one, NAMES)
        assert all(torch.equal(left, right) for left, right in zip(captured, eager, strict=True))


def test_inductor_compiles_one_graph_around_the_operator() -> None:
    one = placed(layer((64, 8), n=128, d=64, k_a=16, k_b=16, skills=3).to(torch.bfloat16)).requiring(*NAMES)
    compiled = torch.compile(
        lambda x: torch.nn.functional.silu(dispatch_linear(x, *one.arguments()[1:])), fullgraph=True
    )
    due = torch.nn.functional.silu(fused(one))
    assert distance(compiled(one.x), due) < 1e-2
    torch.library.opcheck(linear, (*one.arguments()[:-2], one.skill_ids, one.scale, True))


def test_outputs_of_more_than_two_to_the_31_numbers_are_written_where_they_belong() -> None:
    if torch.cuda.mem_get_info()[0] < 24 << 30:
        pytest.skip("needs 24 GiB of free memory")
    n, rows = 1 << 13, (1 << 18) + 3
    one = placed(layer((2,), n=n, d=16, k_a=16, k_b=16, p=1).to(torch.bfloat16))
    few = replace(one, x=torch.randn(5, 16, device="cuda", dtype=torch.bfloat16))
    x = torch.zeros(rows, 16, device="cuda", dtype=torch.bfloat16)
    x[-5:] = few.x
    assert distance(fused(replace(one, x=x))[-5:], fused(few)) < 1e-2


def test_a_device_that_is_not_the_current_one_is_used() -> None:
    if torch.cuda.device_count() < 2:
        pytest.skip("needs two devices")
    one = placed(layer((64,), n=32, d=32, k_a=16, k_b=16, skills=2).to(torch.float32))
    values = {name: getattr(one, name).to("cuda:1") for name in one.__dataclass_fields__ if name != "scale"}
    assert distance(fused(replace(one, **values)), fused(one)) < 1e-5
