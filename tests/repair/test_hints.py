"""The hints come from the table of patterns, and the example is true."""

# pyright: reportPrivateUsage=false

from share_rs import Sandbox, load_koans, render
from share_rs._native import PatternTable
from share_rs.repair import hints
from share_rs.repair.formats import FORMATS


def test_a_hint_is_the_description_of_the_pattern_and_there_is_none_without_one() -> None:
    for pattern, description in PatternTable().patterns.items():
        assert description in (hints.hint(pattern) or "")
    assert hints.hint(None) is None
    assert hints.hint("no_such_pattern") is None


def test_the_example_is_what_rustc_says_and_its_answer_compiles(sandbox: Sandbox) -> None:
    broken, repaired = sandbox.check([(hints._BROKEN, "2021", False), (hints._REPAIRED, "2021", False)])
    assert render(broken.diagnostics, hints._BROKEN).strip() == hints._SAID.strip()
    assert repaired.outcome == "compiles"
    for one in FORMATS.values():
        answer = hints.example(one).split("The answer:\n\n")[1].removesuffix("\n\nHere is your task.")
        assert one.decode(hints._BROKEN, answer) == hints._REPAIRED


def test_the_example_stands_in_no_koan() -> None:
    lines = [line.strip() for line in hints._BROKEN.splitlines() if len(line.strip()) > 12]
    for koan in load_koans():
        assert not any(line in text for line in lines for text in (koan.broken, koan.fixed, koan.probes))
