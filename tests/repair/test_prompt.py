"""What a model is asked, and what is taken for the program in its answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from share_rs import load_koans
from share_rs.repair import Attempt
from share_rs.repair.extract import extract_program
from share_rs.repair.prompt import SHOWN, repair_answer, repair_prompt

PROGRAM = "pub fn one() -> u8 {\n    1\n}\n"
QUOTED = PROGRAM.replace("1\n", 'String::from("1")\n')
LONGER = PROGRAM + "".join(f"pub fn f{n}() {{}}\n" for n in range(9))
SNIPPET = "let one = 1;\n"
QUOTING = '/// ```\n/// one();\n/// ```\npub fn one() -> &\'static str {\n    "```rust"\n}\n'

words = st.text(st.characters(exclude_characters="`~", exclude_categories=["Cs"]))


def block(text: str, tag: str = "rust", fence: str = "```") -> str:
    return f"{fence}{tag}\n{text}{fence}\n"


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(block(PROGRAM), id="alone"),
        pytest.param(f"Here it is:\n\n{block(PROGRAM, 'rs')}\nIt returns one.", id="within text"),
        pytest.param(f"The repair: {block(PROGRAM)}", id="at the end of a line"),
        pytest.param(f"Use `one` here: {block(PROGRAM)}", id="after code in the line"),
        pytest.param(block(PROGRAM, ""), id="without a tag"),
        pytest.param(block(PROGRAM, "Rust,edition2021"), id="with attributes"),
        pytest.param(block(PROGRAM, "rust", "~~~"), id="tildes"),
        pytest.param(block(PROGRAM, "rust", "`````"), id="a longer fence"),
        pytest.param(block(PROGRAM, "c"), id="another language by mistake"),
        pytest.param(f"```rust\n{PROGRAM}", id="never closed"),
        pytest.param(PROGRAM, id="no block"),
        pytest.param(
            f"1. Do this:\n   ```rust\n   {PROGRAM[:-1].replace(chr(10), chr(10) + '   ')}\n   ```", id="list"
        ),
        pytest.param(block(QUOTED) + "It should be:\n" + block(PROGRAM), id="after a quotation"),
        pytest.param(block(PROGRAM) + "The line that changed:\n" + block(SNIPPET), id="before a snippet"),
        pytest.param(block("error: mismatch\n", "text") + block(PROGRAM), id="after an error"),
        pytest.param(block(PROGRAM) + "```rust\n" + LONGER[:60], id="before one that was cut off"),
        pytest.param(f"{PROGRAM}```\nThis returns one.", id="before a fence that only closes"),
    ],
)
def test_the_program_is_found_wherever_it_stands(answer: str) -> None:
    assert extract_program(answer).strip() == PROGRAM.strip()


def test_a_short_program_after_a_long_one_is_an_example_of_its_use() -> None:
    use = "fn main() {}\n"
    assert extract_program(block(LONGER) + block(use)) == LONGER


def test_a_block_without_an_item_is_taken_where_there_is_nothing_else() -> None:
    assert extract_program("Try this:\n" + block(SNIPPET)) == SNIPPET
    assert extract_program("I cannot.") == "I cannot."


@pytest.mark.parametrize("answer", ["", "```", "```rust", "```rust\n```", "~~~\n```", "\n" * 9, "`" * 99_999 + "x`"])
def test_a_degenerate_answer_gives_some_text(answer: str) -> None:
    assert isinstance(extract_program(answer), str)


@given(st.text(st.characters(exclude_categories=())))
def test_any_answer_gives_a_part_of_itself(answer: str) -> None:
    program = extract_program(answer)
    assert len(program) <= len(answer)
    assert set(program) <= set(answer)


@given(words, words, st.sampled_from(["", "rust", "rs"]), st.sampled_from(["```", "````", "~~~"]))
def test_a_block_is_found_in_any_text(before: str, after: str, tag: str, fence: str) -> None:
    assert extract_program(f"{before}\n{block(PROGRAM, tag, fence)}{after}") == PROGRAM


@given(st.lists(st.sampled_from(["```", "````", "pub fn a() {}", "/// ```", "//! ```rust", "    let a = 1;", "* ```"])))
def test_a_trained_answer_gives_its_program_back(lines: list[str]) -> None:
    program = "\n".join(["pub fn first() {}", *lines])
    assert extract_program(repair_answer(program)) == program + "\n"


def test_a_program_without_a_block_keeps_its_documentation() -> None:
    assert extract_program(QUOTING) == QUOTING


def test_a_prompt_holds_the_program_and_the_errors_in_fences_that_they_cannot_close() -> None:
    prompt = repair_prompt("/*\n```\n*/\nfn a() {}\n", "error: ````")
    assert "````rust\n/*\n```\n*/\nfn a() {}\n````\n" in prompt
    assert "`````text\nerror: ````\n`````\n" in prompt


def test_the_last_attempts_are_told_with_what_became_of_them() -> None:
    attempts = [Attempt(f"fn a{n}() {{}}", "compile_error", f"error: {n}") for n in range(SHOWN + 2)]
    prompt = repair_prompt(PROGRAM, "error", attempts)
    told = [n for n in range(SHOWN + 2) if f"fn a{n}()" in prompt and f"error: {n}" in prompt]
    assert told == [2, 3, 4]
    assert "fn a1()" not in prompt


def test_a_hint_and_an_example_are_there_only_where_they_are_given() -> None:
    assert repair_prompt(PROGRAM, "e", hint="A hint.", example="An example.").startswith("An example.\n\n")
    assert "A hint." in repair_prompt(PROGRAM, "e", hint="A hint.")
    assert "hint" not in repair_prompt(PROGRAM, "e").lower()


def test_a_prompt_holds_nothing_of_a_koan_but_its_broken_program() -> None:
    for koan in load_koans():
        prompt = repair_prompt(koan.broken, "error: some text")
        seen = set(koan.broken.splitlines())
        secret = [line for line in (koan.probes + koan.fixed).splitlines() if len(line) > 30 and line not in seen]
        assert [line for line in secret if line in prompt] == []
        assert str(koan.path) not in prompt
