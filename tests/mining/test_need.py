"""A supply asks for what it lacks most."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from share_rs.mining.aim import ALONG, next_aim
from share_rs.mining.attempt import Attempt, Choice, attempts
from share_rs.mining.need import Need, most_of_a_variant, promising, variant_of, variants_of
from share_rs.mining.progress import Progress
from share_rs.mining.source import Source
from share_rs.mining.wanted import Wanted

OFFERS = st.lists(st.frozensets(st.sampled_from(["a/x", "a/y", "a/z", "b/x"])), max_size=30)
COUNTS = st.dictionaries(st.sampled_from(["a/x", "a/y", "a/z", "b/x"]), st.integers(0, 50))
TEXT = """pub fn total(names: &[String]) -> usize {
    let mut sum = 0;
    let mut most = 0;
    for name in names {
        sum += name.len();
        most = most.max(name.len());
    }
    sum + most
}
"""


def tried(need: Need, seed: int = 0) -> list[Attempt]:
    return attempts(source("bc_mut"), Choice(need=need), Random(seed))  # noqa: S311 - nothing is secret here


def source(aim: str) -> Source:
    return Source(TEXT, "generator", "CC0-1.0", aim=aim)


@given(OFFERS, COUNTS, st.integers(0, 30))
def test_as_many_programs_are_chosen_as_there_are_each_once(
    offers: list[frozenset[str]], rows: dict[str, int], most: int
) -> None:
    chosen = promising(offers, "a", Need(rows=rows), most)
    assert chosen == sorted(set(chosen))
    assert len(chosen) == min(most, len(offers))


def test_half_are_the_first_and_the_rarest_variants_take_turns_in_the_others() -> None:
    offers = [frozenset({"a/x"})] * 6 + [frozenset({"a/y"})] * 6 + [frozenset({"b/x"})]
    assert promising(offers, "a", Need(rows={"a/x": 3, "a/y": 0}), 6) == [0, 1, 2, 6, 7, 8]
    assert promising(offers, "a", Need(), 8) == [0, 1, 2, 3, 6, 7, 8, 9]
    assert promising(offers, "b", Need(rows={"b/x": 9}), 1) == [12]


def test_a_variant_that_is_full_is_no_reason_to_choose_a_program() -> None:
    offers = [frozenset({"a/x"}), frozenset({"a/x", "a/y"})]
    need = Need(rows={"a/x": 1, "a/y": 90}, full=frozenset({"a/x"}))
    assert promising(offers, "a", need, 1) == [1]
    assert promising(offers[::-1], "a", Need(rows={"a/y": 9}, only=frozenset({"a/x"})), 1) == [0]


def test_of_a_program_the_rarest_variants_of_its_aim_are_tried_first() -> None:
    names = sorted(one for one in variants_of(source("bc_mut")) if one.startswith("bc_mut/"))
    assert len(names) > 1
    for rarest in names:
        need = Need(rows=dict.fromkeys(names, 5) | {rarest: 1})
        first = tried(need)[: len(names)]
        assert variant_of(first[0].mutation) == rarest
        assert {one.mutation.family for one in first} == {"bc_mut"}


def test_what_nobody_lacks_is_not_tried() -> None:
    need = Need(frozenset({"bc_mut"}), full=frozenset({"bc_mut/drop_mut"}))
    names = {variant_of(one.mutation) for one in tried(need)}
    assert names
    assert "bc_mut/drop_mut" not in names
    assert {one.partition("/")[0] for one in names} == {"bc_mut"}


def test_two_variants_are_enough_to_fill_a_family_and_many_share_it() -> None:
    assert 500 < most_of_a_variant(1000, 2) <= 700
    assert 1000 / 36 < most_of_a_variant(1000, 36) <= 200
    assert all(count * most_of_a_variant(1000, count) >= 1000 for count in range(2, 60))
    assert most_of_a_variant(1000, 1) < 1000


def test_the_poorest_family_is_aimed_at_and_others_get_only_a_part_of_their_rows_along_with_it() -> None:
    wanted = Wanted(rows=10, families=("bc_move", "bc_mut", "bc_ref"))
    aim = next_aim(Progress({}, rows={"bc_move": 9, "bc_mut": 2, "bc_ref": int(ALONG * 10)}), wanted)
    assert aim is not None
    assert (aim.name, aim.family, aim.need.families) == ("bc_mut", "bc_mut", {"bc_mut"})
    aim = next_aim(Progress({}, rows={"bc_move": 9, "bc_mut": 2}), wanted)
    assert aim is not None
    assert (aim.family, aim.need.families) == ("bc_ref", {"bc_mut", "bc_ref"})


def test_families_that_show_a_pattern_take_turns() -> None:
    wanted = Wanted(rows=1, families=("bc_move", "bc_mut", "bc_ref"), patterns=50)
    shown = {"missing_ord: bc_move/x": 9, "missing_ord: bc_mut/x": 4, "missing_ord: bc_ref/x": 1}
    rows = {"bc_move": 1, "bc_mut": 1, "bc_ref": 1}
    aims = [next_aim(Progress({}, rows=rows, shown=shown, turns={"missing_ord": turn}), wanted) for turn in range(3)]
    assert [one and one.family for one in aims] == ["bc_move", "bc_mut", "bc_move"]
    assert aims[0] is not None
    assert aims[0].need.only == {"bc_move/x"}
    assert next_aim(Progress({}, rows=rows, shown=shown, idle={"missing_ord": 12}), wanted) is None


def test_in_what_does_not_parse_nothing_can_be_broken() -> None:
    assert variants_of(Source("pub fn a( {}", "generator", "CC0-1.0")) == frozenset()
