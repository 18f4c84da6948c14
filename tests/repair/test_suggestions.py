"""The search over everything that rustc suggests."""

from share_rs import Sandbox
from share_rs.repair import Suggestions, suggestions

from .conftest import MakeTask

MISSING_MUT = "pub fn one() -> Vec<u8> {\n    let found = Vec::new();\n    found.push(1);\n    found\n}\n"
NO_SUGGESTION = "pub fn one() -> u8 {\n    nowhere_to_be_found()\n}\n"
# No single suggestion repairs it: two types lack Debug.
TWO_DERIVES = """pub struct Inner;
pub struct Outer;
pub fn show(inner: &Inner, outer: &Outer) -> String {
    format!("{inner:?} {outer:?}")
}
"""
# Either of two suggestions compiles: the value or its clone may be moved.
TWO_WAYS = """pub fn both(values: Vec<u8>) -> (Vec<u8>, usize) {
    let kept = values;
    (kept, values.len())
}
"""


def compiles(sandbox: Sandbox, source: str) -> bool:
    return sandbox.check([(source, "2024", False)])[0].outcome == "compiles"


def test_one_suggestion_that_compiles_is_found(sandbox: Sandbox, task: MakeTask) -> None:
    ((proposed,),) = Suggestions(sandbox).propose([task(MISSING_MUT)])
    assert proposed == MISSING_MUT.replace("let found", "let mut found")


def test_a_program_two_suggestions_away_is_found(sandbox: Sandbox, task: MakeTask) -> None:
    ((proposed,),) = Suggestions(sandbox).propose([task(TWO_DERIVES)])
    assert proposed.count("derive(Debug)") == 2
    assert compiles(sandbox, proposed)


def test_what_is_proposed_compiles_and_is_not_what_was_tried(sandbox: Sandbox, task: MakeTask) -> None:
    tried: list[str] = []
    solver = Suggestions(sandbox)
    while proposed := solver.propose([task(TWO_WAYS, tried=tuple(tried))])[0]:
        assert compiles(sandbox, proposed[0])
        assert proposed[0] not in tried
        tried += proposed
    assert tried


def test_nothing_is_proposed_where_rustc_suggests_nothing(sandbox: Sandbox, task: MakeTask) -> None:
    solver = Suggestions(sandbox)
    assert solver.propose([task(NO_SUGGESTION)]) == [[]]
    assert solver.checks == {"xx_001": 0}


def test_the_checks_are_counted_per_koan_and_capped(sandbox: Sandbox, task: MakeTask) -> None:
    many = "".join(f'pub struct S{n};\npub fn f{n}(s: &S{n}) -> String {{ format!("{{s:?}}") }}\n' for n in range(12))
    solver = Suggestions(sandbox)
    assert solver.propose([task(many, koan="xx_002"), task(MISSING_MUT)])[0] == []
    assert solver.checks["xx_001"] == 1
    assert 12 < solver.checks["xx_002"] <= suggestions.CHECKS


def test_the_answer_does_not_depend_on_the_batch(sandbox: Sandbox, task: MakeTask) -> None:
    solver = Suggestions(sandbox)
    batch = [task(source) for source in (TWO_DERIVES, NO_SUGGESTION, MISSING_MUT, TWO_WAYS)]
    assert solver.propose(batch) == [solver.propose([one])[0] for one in batch]
