"""Splits leak nothing, hold every family, and are the same in every run; what leaks is found and named."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from share_rs import find_koan, load_koans
from share_rs._native import mutations
from share_rs.errors import LeakError, RowError
from share_rs.mining.copies import group
from share_rs.mining.generate.program import program
from share_rs.mining.known import Known, of_explanations, of_koans
from share_rs.mining.leakage import leaks, require_none
from share_rs.mining.splits import NAMES, split
from tests.mining.copying import COPIES, renamed
from tests.mining.rows import made_row

if TYPE_CHECKING:
    from share_rs.mining.row import Row


def rows_of(source: str, name: str) -> list[Row]:
    found: list[Row] = []
    for one in mutations(source):
        if not one.edits or any(row.variant == one.variant for row in found):
            continue
        found.append(made_row(source, one.edits, family=one.family, variant=one.variant, group=name))
    return found


SOURCES = [program(0, "bc_move", index).source for index in range(40)]
ROWS = [row for number, source in enumerate(SOURCES) for row in rows_of(source, f"source {number}")]
KNOWN = of_koans(load_koans())


@pytest.fixture(scope="module")
def sides() -> dict[str, tuple[Row, ...]]:
    return dict(split(ROWS, validation=0.2, test=0.2, known=KNOWN).rows)


def test_splits_leak_nothing_and_lose_only_what_they_name(sides: dict[str, tuple[Row, ...]]) -> None:
    made = split(ROWS, validation=0.2, test=0.2, known=KNOWN)
    require_none(leaks(sides, KNOWN))
    ids = [row.id for side in made.rows.values() for row in side] + [one.id for one in made.left_out]
    assert sorted(ids) == sorted(row.id for row in ROWS)
    assert all(made.rows[name] for name in NAMES)


def test_every_family_with_three_sources_is_in_every_split_and_about_in_proportion(
    sides: dict[str, tuple[Row, ...]],
) -> None:
    total = Counter(row.family for row in ROWS)
    sources = {family: len({row.source_group for row in ROWS if row.family == family}) for family in total}
    for name, fraction in {"train": 0.6, "validation": 0.2, "test": 0.2}.items():
        held = Counter(row.family for row in sides[name])
        for family, count in total.items():
            if sources[family] >= 3:
                assert held[family] >= 1, f"{family} in {name}"
            if sources[family] >= 20:
                assert abs(held[family] / count - fraction) < 0.12, f"{family} in {name}"


@settings(max_examples=5, deadline=None)
@given(st.permutations(ROWS[:60]), st.integers(0, 3))
def test_the_order_of_the_rows_does_not_matter(rows: list[Row], seed: int) -> None:
    assert split(rows, seed=seed, test=0.3) == split(ROWS[:60], seed=seed, test=0.3)


def test_another_seed_gives_other_splits() -> None:
    assert split(ROWS, seed=1, test=0.3).rows != split(ROWS, seed=2, test=0.3).rows


def test_a_cap_takes_the_variants_in_turn() -> None:
    capped = split(ROWS, cap=4).rows["train"]
    assert max(Counter(row.family for row in capped).values()) == 4
    for family in {row.family for row in ROWS}:
        all_of_it = {row.variant for row in split(ROWS).rows["train"] if row.family == family}
        assert len({row.variant for row in capped if row.family == family}) == min(4, len(all_of_it))


@pytest.mark.parametrize("how", COPIES)
def test_a_copy_in_another_split_is_found_and_named(sides: dict[str, tuple[Row, ...]], how: str) -> None:
    # A mutator that goes by a name finds no place in a copy under other names.
    pairs = ((row, one) for row in sides["test"] for one in rows_of(COPIES[how](row.fixed, 7), "new"))
    copy = next(one for row, one in pairs if one.variant == row.variant)
    seeded = {**sides, "train": (*sides["train"], copy)}
    found = [one for one in leaks(seeded) if one.kind == "copy"]
    assert f"train {copy.id}" in {one.row for one in found}
    with pytest.raises(LeakError, match=f"train {copy.id} and test"):
        require_none(found)


def test_so_are_a_near_copy_a_mutant_of_the_same_source_and_a_duplicate(sides: dict[str, tuple[Row, ...]]) -> None:
    row = sides["test"][0]
    longer = renamed(row.fixed, 3) + "\npub fn more(values: &[u8]) -> usize {\n    values.len() + 1\n}\n"
    near = rows_of(longer, "new")[0]
    mutant = made_row(group=row.source_group)
    twin = rows_of(renamed(sides["train"][0].fixed, 5), sides["train"][0].source_group)[0]
    seeded = {**sides, "train": (*sides["train"], near, mutant, twin)}
    found = {(one.kind, one.row) for one in leaks(seeded)}
    assert ("near copy", f"train {near.id}") in found
    assert ("source", f"train {mutant.id}") in found
    assert ("duplicate", f"train {twin.id}") in found


@pytest.mark.parametrize("how", COPIES)
def test_a_copy_of_a_koan_is_found_and_left_out(how: str) -> None:
    koan = find_koan("bc_001")
    for source in (koan.fixed, *(one.source for one in koan.repairs if one.right)):
        rows = rows_of(COPIES[how](source, 1), "new")
        assert {one.kind for one in leaks({"all": rows}, KNOWN)} == {"known"}
        assert {one.reason for one in split(rows, known=KNOWN).left_out} <= {"known", "duplicate"}
        assert not any(split(rows, known=KNOWN).rows.values())


def test_a_koan_with_more_around_it_is_left_out_and_a_generated_program_is_not() -> None:
    rows = rows_of(find_koan("bc_001").fixed + "\n" + renamed("pub fn more(a: u8) -> u8 { a + 1 }\n", 1), "new")
    assert {one.reason for one in split(rows, known=KNOWN).left_out} <= {"known", "duplicate"}
    assert [one for one in leaks({"all": ROWS}, KNOWN) if one.kind == "known"] == []


def test_an_example_of_the_compilers_own_texts_is_left_out() -> None:
    known = of_explanations(["E0382", "E0502", "clippy::map_clone", "", "E9999"])
    assert {one.name.split(",")[0] for one in known} == {"rustc --explain E0382", "rustc --explain E0502"}
    example = max(known, key=lambda one: len(one.source))
    row = made_row(example.source, [(0, 0, "!")])
    assert [one.of for one in split([row], known=known).left_out] == [example.name]


def test_copies_of_one_program_are_one_group() -> None:
    one, other = made_row(), made_row(renamed(made_row().fixed, 1), [(0, 0, "x")], group="b")
    assert group(one) == group(other) != group(made_row(variant="other"))


def test_fractions_and_caps_that_make_no_sense_are_refused() -> None:
    for fractions in ({"validation": 0.5, "test": 0.5}, {"test": -0.1}, {"test": float("nan")}, {"cap": 0}):
        with pytest.raises(RowError, match="expected"):
            split([], **fractions)  # pyright: ignore[reportArgumentType]
    assert split([], known=[Known("a", "fn a() {}")]).rows == dict.fromkeys(NAMES, ())
