"""The rows of each skill in chunks, without a look at the ids' values."""

# torch's own types are partial.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import torch
from hypothesis import given
from hypothesis import strategies as st

from share_rs.kernels.gpu.chunks import chunks
from share_rs.kernels.gpu.skills import Skills


@given(
    ids=st.lists(st.integers(-2, 6), max_size=30),
    per_id=st.integers(1, 4),
    skills=st.integers(1, 5),
    size=st.integers(1, 8),
)
def test_every_row_with_a_skill_is_in_one_chunk_of_its_skill_in_order(
    ids: list[int], per_id: int, skills: int, size: int
) -> None:
    rows = len(ids) * per_id
    found = chunks(torch.tensor(ids, dtype=torch.int64), rows, skills, size)
    order, owners, starts, stops = (one.tolist() for one in found[:4])
    first = found.first.tolist()
    assert len(owners) == rows // size + min(skills, rows)
    each = [min(one, skills - 1) for one in ids for _ in range(per_id)]
    assert sorted(order) == list(range(rows))
    for skill in range(skills):
        own = [row for row in range(rows) if each[row] == skill]
        numbers = range(first[skill], first[skill + 1])
        assert [row for number in numbers for row in order[starts[number] : stops[number]]] == own
        assert all(owners[number] == skill for number in numbers)
        assert all(stops[number] - starts[number] <= size for number in numbers)
    assert all(starts[number] == stops[number] for number in range(first[-1], len(owners)))


def test_ids_that_were_changed_in_place_are_sorted_anew() -> None:
    ids = torch.tensor([0, 1, 2])
    before = chunks(ids, 3, 3, 4)
    assert chunks(ids, 3, 3, 4) is before
    ids.copy_(torch.tensor([2, 1, 0]))
    assert chunks(ids, 3, 3, 4).order.tolist() == [2, 1, 0]


def test_ids_of_any_shape_are_the_callers_own_tensor_so_that_all_layers_share_what_is_found() -> None:
    ids = torch.tensor([[0, 1, -1], [1, 0, 0]])
    bank = torch.zeros(2, 3, 1)
    skills = Skills.of(bank, bank, ids)
    assert skills.ids is ids
    assert skills.arguments(12)["rows_per_id"] == 2
    found = chunks(ids, 12, 2, 4)
    assert chunks(ids, 12, 2, 4) is found
    for one, other in zip(found, chunks(ids.flatten(), 12, 2, 4), strict=True):
        assert torch.equal(one, other)
