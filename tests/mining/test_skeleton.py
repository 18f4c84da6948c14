"""A copy has the skeleton of what it copies, and another program has not."""

from __future__ import annotations

import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from share_rs import load_koans
from share_rs._native import near_copies, skeleton
from share_rs.mining.copies import KNOWN_SHARE, LEAST, SIZE
from share_rs.mining.generate.program import program
from tests.mining.copying import COPIES

KOANS = load_koans()
PROGRAMS = [koan.fixed for koan in KOANS] + [koan.broken for koan in KOANS]
GENERATED = [program(1, "bc_move", index).source for index in range(60)]


@pytest.mark.parametrize("how", COPIES)
def test_a_copy_has_the_same_skeleton(how: str) -> None:
    for seed, source in enumerate(PROGRAMS + GENERATED):
        copy = COPIES[how](source, seed)
        assert skeleton(copy) == skeleton(source), f"{source}\n{copy}"


@given(st.sampled_from(PROGRAMS), st.permutations(list(COPIES)), st.integers(0, 99))
def test_copies_of_copies_have_it_too(source: str, order: list[str], seed: int) -> None:
    copy = source
    for how in order:
        copy = COPIES[how](copy, seed) if how != "shuffled" else copy
    assert skeleton(copy) == skeleton(source)


def test_so_has_what_rustfmt_makes_of_it() -> None:
    together = "\n".join(f"mod m{at} {{\n{source}\n}}" for at, source in enumerate([*PROGRAMS, *GENERATED]))
    for width in (40, 60, 140):
        done = subprocess.run(
            ["rustfmt", "--edition", "2024", "--config", f"max_width={width},error_on_line_overflow=false"],
            input=together.encode(),
            capture_output=True,
            check=True,
        )
        assert skeleton(done.stdout.decode()) == skeleton(together)


def test_koans_differ() -> None:
    assert len({skeleton(koan.fixed) for koan in KOANS}) == len(KOANS)


def test_two_koans_are_no_near_copies_and_a_koan_with_one_statement_more_is_one() -> None:
    fixed = [koan.fixed for koan in KOANS]
    for at, source in enumerate(fixed):
        others = fixed[:at] + fixed[at + 1 :]
        assert near_copies([source], others, size=SIZE, least=LEAST, share=KNOWN_SHARE) == []
    longer = [source[: source.rindex("}")] + "    let other = vec![1, 2];\n    drop(other);\n}\n" for source in fixed]
    pairs = near_copies(fixed, longer, size=SIZE, least=LEAST, share=0.9)
    assert [(first, second) for first, second, _ in pairs] == [(at, at) for at in range(len(fixed))]


def test_what_does_not_lex_is_refused_by_the_one_and_near_to_nothing_for_the_other() -> None:
    with pytest.raises(ValueError, match="line 2"):
        skeleton("fn a() {}\nfn b( {")
    assert near_copies(["fn b( {"], ["fn b( {"], size=1, least=1, share=0.0) == []
    with pytest.raises(ValueError, match="got 0"):
        near_copies([], [], size=0, least=1, share=0.5)
