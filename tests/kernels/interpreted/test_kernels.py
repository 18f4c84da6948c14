"""Each kernel by itself, in tiles that are smaller than the operands, beside float64."""

# torch's own types are partial.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from dataclasses import dataclass

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from share_rs.kernels import StackedBases
from share_rs.kernels.gpu.collapse import collapse_rows
from share_rs.kernels.gpu.expand_add import expand_add
from share_rs.kernels.gpu.grad_reduce import grad_reduce
from share_rs.kernels.gpu.route_expand import route_expand
from share_rs.kernels.gpu.shrink_route import shrink_route
from share_rs.kernels.gpu.skills import Skills
from share_rs.kernels.gpu.tiles import Tile
from tests.kernels.interpreted.guarded import apart, guarded, untouched
from tests.kernels.operands import distance

TOLERANCES = {torch.float32: 1e-6, torch.float16: 2e-3, torch.bfloat16: 1.5e-2}
SCALE = 0.7


@dataclass(frozen=True)
class Case:
    """Operands of the kernels, and what is due of them in float64."""

    tile: Tile
    x: Tensor
    alpha: Tensor
    beta: Tensor
    y: Tensor
    skills: Skills

    @property
    def each(self) -> Tensor:
        """The skill of every row."""
        ids = self.skills.ids
        rows = self.x.shape[0]
        return torch.zeros(rows).long() if ids is None else ids.repeat_interleave(rows // max(ids.shape[0], 1))

    @property
    def z(self) -> Tensor:
        return (self.x.double() @ self.alpha.double()).masked_fill((self.each < 0)[:, None], 0)

    @property
    def v(self) -> Tensor:
        skill = self.each.clamp(min=0, max=self.skills.into.shape[0] - 1)
        h = torch.einsum("tk,tkp->tp", self.z, self.skills.into.double()[skill])
        return torch.einsum("tp,tkp->tk", h, self.skills.out.double()[skill])

    @property
    def tolerance(self) -> float:
        return TOLERANCES[self.x.dtype]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    random = torch.Generator().manual_seed(draw(st.integers(0, 2**20)))
    dtype = draw(st.sampled_from(sorted(TOLERANCES, key=str)))

    def normal(*shape: int) -> Tensor:
        return guarded(torch.randn(*shape, generator=random).to(dtype))

    size = st.integers(1, 40)
    d, n = draw(size), draw(size)
    k_a, k_b, p = draw(st.integers(1, 19)), draw(st.integers(1, 19)), draw(st.integers(1, 3))
    bank = draw(st.integers(0, 4))
    ids, rows = None, draw(st.integers(0, 40))
    if bank:
        per_id, count = draw(st.integers(1, 5)), draw(st.integers(0, 9))
        rows = per_id * count
        ids = guarded_ids(torch.randint(-1, bank, (count,), generator=random))
    skills = Skills(normal(max(bank, 1), k_a, p), normal(max(bank, 1), k_b, p), ids)
    tile = Tile(draw(st.sampled_from([16, 32])), 16, 4, 1)
    return Case(
        tile, apart(normal(rows, d)), apart(normal(d, k_a)), apart(normal(n, k_b)), apart(normal(rows, n)), skills
    )


def guarded_ids(ids: Tensor) -> Tensor:
    """Around them are ids that no bank has."""
    return torch.nn.functional.pad(ids, (8, 8), value=2**40)[8:-8]


def agree(found: Tensor, due: Tensor, tolerance: float) -> None:
    assert found.shape == due.shape
    assert found.isfinite().all()
    assert distance(found, due) < tolerance or torch.allclose(found.double(), due, rtol=0, atol=1e-6)


@settings(max_examples=15)
@given(case=cases())
def test_shrink_route_projects_and_routes(case: Case) -> None:
    z, v = shrink_route(case.x, case.alpha, case.skills, keep=torch.float32, tile=case.tile)
    assert z is not None
    agree(z, case.z, 1e-6)
    assert v.dtype == case.x.dtype
    agree(v, case.v, case.tolerance)
    none, again = shrink_route(case.x, case.alpha, case.skills, keep=None, tile=case.tile)
    assert none is None
    assert torch.equal(again, v)


@settings(max_examples=15)
@given(case=cases())
def test_expand_add_leaves_rows_of_the_base_and_all_around_as_they_were(case: Case) -> None:
    v = guarded(case.v.to(case.x.dtype))
    v[case.each < 0] = torch.nan
    before = case.y.clone()
    due = before.double() + SCALE * v.double() @ case.beta.double().T
    assert expand_add(case.y, v, case.beta, SCALE, case.skills.ids, tile=case.tile) is case.y
    base = case.each < 0
    assert torch.equal(case.y[base], before[base])
    agree(case.y[~base], due[~base], case.tolerance)
    assert untouched(case.y)


@settings(max_examples=15)
@given(case=cases())
def test_grad_reduce_sums_over_the_rows_of_each_skill(case: Case) -> None:
    z = guarded(case.z.to(case.x.dtype))
    u = guarded((case.y.double() @ case.beta.double()).float())
    grad_in, grad_out = grad_reduce(z, u, case.skills, SCALE, tile=case.tile)
    due_in, due_out = torch.zeros(grad_in.shape).double(), torch.zeros(grad_out.shape).double()
    for row, skill in enumerate(case.each.tolist()):
        if skill >= 0:
            left, right = case.skills.into[skill].double(), case.skills.out[skill].double()
            due_in[skill] += SCALE * torch.outer(z[row].double(), u[row].double() @ right)
            due_out[skill] += SCALE * torch.outer(u[row].double(), z[row].double() @ left)
    assert grad_in.dtype == case.skills.into.dtype
    agree(grad_in, due_in, case.tolerance)
    agree(grad_out, due_out, case.tolerance)
    again = grad_reduce(z, u, case.skills, SCALE, tile=case.tile)
    assert torch.equal(again[0], grad_in)
    assert torch.equal(again[1], grad_out)


@settings(max_examples=15)
@given(case=cases())
def test_route_expand_makes_both_outputs_of_a_bordered_product(case: Case) -> None:
    product = apart(torch.cat([case.y.double(), case.x.double() @ case.alpha.double()], 1).to(case.x.dtype))
    kept = product[:, case.y.shape[1] :]
    narrow = Case(case.tile, kept, torch.eye(kept.shape[1]), case.beta, case.y, case.skills)
    y, z = route_expand(product, case.beta, case.skills, SCALE, keep=case.x.dtype, tile=case.tile)
    base = case.each < 0
    assert torch.equal(y[base], case.y[base])
    agree(y[~base], (case.y.double() + SCALE * narrow.v @ case.beta.double().T)[~base], case.tolerance)
    assert z is not None
    assert torch.equal(z, kept.masked_fill(base[:, None], 0))
    assert z.is_contiguous()
    assert untouched(product)


@settings(max_examples=10)
@given(case=cases())
def test_collapse_takes_the_coefficients_of_each_rows_layer(case: Case) -> None:
    bases = guarded(case.alpha)
    owners = torch.arange(bases.shape[0], dtype=torch.int32) % case.skills.into.shape[0]
    flat = collapse_rows(bases, owners, guarded(case.skills.into), tile=case.tile)
    agree(flat, torch.einsum("rk,rkp->rp", bases.double(), case.skills.into.double()[owners]), case.tolerance)


def test_all_layers_are_collapsed_in_one_launch() -> None:
    draw = torch.Generator().manual_seed(0)
    bases = [torch.randn(n, k, generator=draw) for n, k in ((70, 3), (1, 1), (20, 17))]
    coefficients = [torch.randn(basis.shape[1], 2, generator=draw) for basis in bases]
    stacked = StackedBases(bases)
    for found, due in zip(*(stacked.collapse(coefficients, path=path) for path in ("triton", "plain")), strict=True):
        assert torch.allclose(found, due, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("told", [4, 2**31, 2**62])
def test_an_id_beyond_the_bank_is_taken_for_the_last_and_reads_nothing_else(told: int) -> None:
    draw = torch.Generator().manual_seed(0)
    x, alpha = torch.randn(8, 5, generator=draw), torch.randn(5, 3, generator=draw)
    into, out = guarded(torch.randn(4, 3, 2, generator=draw)), guarded(torch.randn(4, 3, 2, generator=draw))
    wild, last = (Skills(into, out, torch.tensor([one, 0, -1, one])) for one in (told, 3))
    for left, right in zip(*(shrink_route(x, alpha, one, keep=x.dtype) for one in (wild, last)), strict=True):
        assert left is not None
        assert torch.equal(left, right)
    z, v = shrink_route(x, alpha, last, keep=torch.float32)
    assert z is not None
    for left, right in zip(*(grad_reduce(z, v, one, 1.0) for one in (wild, last)), strict=True):
        assert torch.equal(left, right)
