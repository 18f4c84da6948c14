"""Every mutator breaks a program as it says, by the word of rustc."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from share_rs._native import Mutation, apply_edits, mutations
from tests.mining.samples import SAMPLES

if TYPE_CHECKING:
    from share_rs import Sandbox, Verdict

EDITION = "2024"


def made(source: str, name: str) -> list[tuple[Mutation, str]]:
    found = [one for one in mutations(source) if f"{one.family}/{one.variant}" == name]
    return [(one, apply_edits(source, one.edits)) for one in found]


def as_expected(mutation: Mutation, verdict: Verdict) -> bool:
    first = next((one.code for one in verdict.diagnostics if one.level == "error"), None)
    return verdict.outcome == "compile_error" and first in mutation.expected


def test_the_samples_compile(sandbox: Sandbox) -> None:
    verdicts = sandbox.check((source, EDITION, False) for source in SAMPLES.values())
    assert {name: one.outcome for name, one in zip(SAMPLES, verdicts, strict=True) if one.outcome != "compiles"} == {}


def test_every_mutator_that_finds_a_place_in_a_sample_has_one_of_its_own() -> None:
    found = {f"{one.family}/{one.variant}" for source in SAMPLES.values() for one in mutations(source)}
    assert sorted(found - set(SAMPLES)) == []


def test_every_mutator_breaks_its_sample_as_it_says(sandbox: Sandbox) -> None:
    broken = [(name, *pair) for name, source in SAMPLES.items() for pair in made(source, name)]
    verdicts = sandbox.check((text, EDITION, False) for _, _, text in broken)
    proven = {name for (name, mutation, _), one in zip(broken, verdicts, strict=True) if as_expected(mutation, one)}
    assert sorted(set(SAMPLES) - proven) == []


def test_what_was_changed_lies_in_its_item_and_the_rest_is_as_it_was() -> None:
    for source in SAMPLES.values():
        for one in mutations(source):
            start, end = one.item
            # What is taken out whole takes the blanks behind it along.
            end += len(source[end:]) - len(source[end:].lstrip())
            assert all(start <= first <= last <= end for first, last, _ in one.edits)
            text = apply_edits(source, one.edits)
            assert text.startswith(source[:start])
            assert text.endswith(source[end:])
            assert text != source


def test_what_does_not_parse_is_refused_with_its_line() -> None:
    with pytest.raises(ValueError, match="line 2"):
        mutations("fn a() {}\nfn a( {")
