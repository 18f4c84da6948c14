"""Machine-applicable fixes, applied until there are none."""

from share_rs import Sandbox
from share_rs.repair import Rustfix

from .conftest import MakeTask

MISSING_MUT = "pub fn one() -> Vec<u8> {\n    let found = Vec::new();\n    found.push(1);\n    found\n}\n"
NO_SUGGESTION = "pub fn one() -> u8 {\n    nowhere_to_be_found()\n}\n"


def test_a_machine_applicable_fix_is_applied(sandbox: Sandbox, task: MakeTask) -> None:
    fixed = MISSING_MUT.replace("let found", "let mut found")
    assert Rustfix(sandbox).propose([task(MISSING_MUT)]) == [[fixed]]


def test_an_error_that_only_the_first_fix_uncovers_is_fixed_too(sandbox: Sandbox, task: MakeTask) -> None:
    # rustc reports the type error first, and the borrow error only once the types are right.
    text = "pub fn text() -> String {\n    let text = String::new();\n    text.push(one());\n    text\n}\n"
    source = text + 'fn one() -> char {\n    "1"\n}\n'
    (proposed,) = Rustfix(sandbox).propose([task(source)])
    assert proposed == [source.replace('"1"', "'1'").replace("let text", "let mut text")]


def test_nothing_is_proposed_where_rustc_has_no_fix(sandbox: Sandbox, task: MakeTask) -> None:
    assert Rustfix(sandbox).propose([task(NO_SUGGESTION)]) == [[]]


def test_tasks_of_one_batch_do_not_disturb_each_other(sandbox: Sandbox, task: MakeTask) -> None:
    solver = Rustfix(sandbox)
    batch = [task(NO_SUGGESTION), task(MISSING_MUT), task(NO_SUGGESTION + MISSING_MUT)]
    assert solver.propose(batch) == [solver.propose([one])[0] for one in batch]


def test_a_second_round_has_nothing_to_add(sandbox: Sandbox, task: MakeTask) -> None:
    assert Rustfix(sandbox).propose([task(MISSING_MUT, tried=(MISSING_MUT,))]) == [[]]
