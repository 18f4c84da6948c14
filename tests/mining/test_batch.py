"""Many mutations in one check: in items that do not overlap, each error given to its own."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from share_rs._native import mutations
from share_rs.mining.batch import Place, batches, halves
from tests.mining.samples import SAMPLES

if TYPE_CHECKING:
    from share_rs.mining.batch import Batch

SOURCES = sorted(SAMPLES.values())
TEXT = "\n".join(SOURCES[:12])


def places(text: str) -> list[Place]:
    return [Place("src/lib.rs", one) for one in mutations(text) if one.judge != "lint"]


ALL = places(TEXT)


def disjoint(batch: Batch) -> bool:
    items = sorted(one.mutation.item for one in batch.places)
    return all(first[1] <= second[0] for first, second in itertools.pairwise(items))


@given(st.lists(st.sampled_from(range(len(ALL))), unique=True), st.integers(1, 7))
def test_every_place_is_in_one_batch_and_no_two_of_a_batch_overlap(numbers: list[int], size: int) -> None:
    chosen = [ALL[number] for number in numbers]
    made = batches(chosen, size)
    assert sorted(id(one) for batch in made for one in batch.places) == sorted(map(id, chosen))
    assert all(disjoint(batch) and len(batch.places) <= size for batch in made)
    assert all(len(batch.places) == 1 for batch in made if any(one.mutation.reach != "body" for one in batch.places))


def test_a_batch_is_halved_without_loss() -> None:
    batch = max(batches(ALL), key=lambda one: len(one.places))
    first, second = halves(batch)
    assert first.places + second.places == batch.places
    assert batch.files({"src/lib.rs": TEXT})["src/lib.rs"] != TEXT
