"""Every mutator breaks a program as it says, by the word of rustc."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING

import pytest

from share_rs._native import Mutation, apply_edits, mutations
from share_rs.mining.together import Text, check_together
from tests.mining.advanced import ADVANCED
from tests.mining.crates import WITH_CRATES
from tests.mining.idioms import IDIOMS
from tests.mining.samples import SAMPLES as ORDINARY

if TYPE_CHECKING:
    from share_rs import Sandbox, Verdict
    from share_rs.sandbox import Source

EDITION = "2024"
# Intrinsics are those of one architecture.
SAMPLES = (
    ORDINARY
    | IDIOMS
    | {name: source for name, source in ADVANCED.items() if "x86_64" not in source or platform.machine() == "x86_64"}
    | {name: source for name, (source, _) in WITH_CRATES.items()}
)


def made(source: str, name: str) -> list[tuple[Mutation, str]]:
    found = [one for one in mutations(source) if f"{one.family}/{one.variant}" == name]
    return [(one, apply_edits(source, one.edits)) for one in found]


def as_expected(mutation: Mutation, verdict: Verdict) -> bool:
    first = next((one for one in verdict.diagnostics if one.level == "error"), None)
    if verdict.outcome != "compile_error" or first is None:
        return False
    if mutation.judge == "message":
        return first.code is None and any(part in first.message for part in mutation.expected)
    return mutation.judge == "codes" and first.code in mutation.expected


def asked(name: str, source: str) -> Source:
    return source, EDITION, "unsafe" in SAMPLES[name], WITH_CRATES[name][1] if name in WITH_CRATES else ()


def test_the_samples_compile(sandbox: Sandbox) -> None:
    verdicts = sandbox.check(asked(name, source) for name, source in SAMPLES.items())
    assert {name: one.outcome for name, one in zip(SAMPLES, verdicts, strict=True) if one.outcome != "compiles"} == {}


def test_every_mutator_that_finds_a_place_in_a_sample_has_one_of_its_own() -> None:
    found = {f"{one.family}/{one.variant}" for source in SAMPLES.values() for one in mutations(source)}
    assert sorted(found - set(SAMPLES)) == []


def test_every_mutator_breaks_its_sample_as_it_says(sandbox: Sandbox) -> None:
    broken = [(name, *pair) for name, source in SAMPLES.items() for pair in made(source, name)]
    errors = [one for one in broken if one[1].judge != "lint"]
    verdicts = sandbox.check(asked(name, text) for name, _, text in errors)
    proven = {name for (name, mutation, _), one in zip(errors, verdicts, strict=True) if as_expected(mutation, one)}
    assert sorted({name for name, _, _ in errors} - proven) == []


def test_every_idiom_is_silent_and_has_its_lint_once_it_is_broken(sandbox: Sandbox) -> None:
    broken = [
        (name, *pair) for name, source in SAMPLES.items() for pair in made(source, name) if pair[0].judge == "lint"
    ]
    old = sandbox.lint((text, EDITION, one.expected[0]) for _, one, text in broken)
    new = sandbox.lint((SAMPLES[name], EDITION, one.expected[0]) for name, one, _ in broken)
    assert {
        name for (name, _, _), one in zip(broken, new, strict=True) if one.codes or one.outcome != "compiles"
    } == set()
    proven = {name for (name, _, _), one in zip(broken, old, strict=True) if one.outcome == "compiles" and one.codes}
    assert sorted({name for name, _, _ in broken} - proven) == []


def test_every_sample_is_broken() -> None:
    assert [name for name, source in SAMPLES.items() if not made(source, name)] == []


def test_programs_that_use_crates_can_share_one_rustc(sandbox: Sandbox) -> None:
    texts = [Text(source, EDITION, externs=tuple(crates)) for source, crates in WITH_CRATES.values()]
    assert check_together(sandbox, texts) == [[] for _ in texts]


def test_what_was_changed_first_lies_in_its_item_and_the_rest_is_as_it_was() -> None:
    for source in SAMPLES.values():
        for one in mutations(source):
            start, end = one.item
            # What is taken out whole takes the blanks behind it along.
            end += len(source[end:]) - len(source[end:].lstrip())
            edits = one.edits if one.reach == "body" else one.edits[:1]
            assert all(start <= first <= last <= end for first, last, _ in edits)
            text = apply_edits(source, one.edits)
            assert text.startswith(source[: min(first for first, _, _ in one.edits)])
            assert text.endswith(source[max(last for _, last, _ in one.edits) :])
            assert text != source


def test_what_does_not_parse_is_refused_with_its_line() -> None:
    with pytest.raises(ValueError, match="line 2"):
        mutations("fn a() {}\nfn a( {")
