# torch's own types are partial.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from share_rs.training.rowwise import RowAdamW, clip_rows


@given(
    st.integers(1, 5),
    st.integers(1, 7),
    st.lists(st.integers(0, 31), min_size=1, max_size=6),
    st.integers(0, 1 << 16),
)
def test_each_row_is_trained_as_by_an_optimizer_of_its_own(count: int, width: int, plan: list[int], seed: int) -> None:
    """Each number of the plan says by its bits which rows take part in a step."""
    draw = torch.Generator().manual_seed(seed)
    values = nn.Parameter(torch.randn(count, width, generator=draw, dtype=torch.float64))
    lr, decay, most = (torch.rand(count, generator=draw, dtype=torch.float64) for _ in range(3))
    alone = [nn.Parameter(row.clone()) for row in values.detach()]
    each = [
        torch.optim.AdamW([row], lr=float(rate), weight_decay=float(own))
        for row, rate, own in zip(alone, lr, decay, strict=True)
    ]
    optimizer = RowAdamW(values, decay)
    for number, bits in enumerate(plan):
        rows = [row for row in range(count) if bits >> row & 1]
        slopes = torch.randn(count, width, generator=draw, dtype=torch.float64) * (1 if number % 3 else 0.01)
        values.grad = slopes.clone()
        norms = clip_rows(values.grad, most)
        optimizer.step(lr * (number + 1), torch.tensor(rows, dtype=torch.int64))
        for row in rows:
            alone[row].grad = slopes[row].clone()
            torch.testing.assert_close(norms[row], nn.utils.clip_grad_norm_([alone[row]], float(most[row])))
            each[row].param_groups[0]["lr"] = float(lr[row]) * (number + 1)
            each[row].step()
    torch.testing.assert_close(values.detach(), torch.stack([row.detach() for row in alone]), rtol=1e-9, atol=1e-12)


def test_rows_that_take_no_part_stay_as_they_are_whatever_their_gradient() -> None:
    values = nn.Parameter(torch.ones(3, 2))
    optimizer = RowAdamW(values, torch.full((3,), 0.5))
    values.grad = torch.tensor([[1.0, 2.0], [torch.nan, torch.inf], [3.0, 4.0]])
    optimizer.step(torch.full((3,), 0.1), torch.tensor([2, 0]))
    untouched: tuple[Tensor, ...] = (values.detach()[1], optimizer.first[1], optimizer.second[1])
    assert [one.tolist() for one in untouched] == [[1.0, 1.0], [0.0, 0.0], [0.0, 0.0]]
    assert optimizer.steps.tolist() == [1.0, 0.0, 1.0]
    assert values.isfinite().all()
