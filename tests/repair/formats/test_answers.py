"""What each format takes, and what it refuses instead of guessing."""

import re

import pytest

from share_rs.errors import FormatError
from share_rs.repair.formats import FORMATS, named_format

FIVE = "a\nb\nc\nb\ne\n"
BLOCK = "<<<<<<< SEARCH\n{}=======\n{}>>>>>>> REPLACE\n"


def search(old: str, new: str) -> str:
    return BLOCK.format(old, new)


@pytest.mark.parametrize(
    ("name", "answer", "repaired"),
    [
        ("lines", "2→x", "a\nx\nc\nb\ne\n"),
        ("lines", "0¶x\n2¶y\n5§", "x\na\nb\ny\nc\nb\n"),
        ("lines", "4§\n2→x\n2¶y", "a\nx\ny\nc\ne\n"),
        ("lines", "```\n2→x\n```\n", "a\nx\nc\nb\ne\n"),
        ("lines", "2→1→x", "a\n1→x\nc\nb\ne\n"),
        ("lines", "\n2→  x  \n\n", "a\n  x  \nc\nb\ne\n"),
        ("lines", "5¶", "a\nb\nc\nb\ne\n\n"),
        ("whole", "```rust\nx\n```", "x\n"),
        ("whole", "~~~\nx\n```\n~~~", "x\n```\n"),
        ("whole", "\n````rs\n```\n````\n", "```\n"),
        ("whole", "```rust\n```", ""),
        ("diff", "@@ -2,2 +2,2 @@\n-b\n+x\n c", "a\nx\nc\nb\ne\n"),
        ("diff", "```diff\n--- a/lib.rs\n+++ b/lib.rs\n@@ -2 +2 @@ fn a()\n-b\n+x\n```", "a\nx\nc\nb\ne\n"),
        ("diff", "@@ -0,0 +1 @@\n+x\n@@ -4,2 +5 @@\n-b\n e\n", "x\na\nb\nc\ne\n"),
        ("diff", "@@\n c\n-b\n+x\n", "a\nb\nc\nx\ne\n"),
        ("diff", "@@ ... @@\n-e\n", "a\nb\nc\nb\n"),
        ("diff", "@@ -5 +5 @@\n-e\n+e\n\\ No newline at end of file\n", "a\nb\nc\nb\ne"),
        ("search_replace", search("c\n", "x\ny\n"), "a\nb\nx\ny\nb\ne\n"),
        ("search_replace", "```rust\n" + search("a\n", "") + "\n" + search("b\ne\n", "f\n") + "```", "b\nc\nf\n"),
        ("search_replace", "<<<<<<<< SEARCH\nc\n========\n=======\n>>>>>>>> REPLACE", "a\nb\n=======\nb\ne\n"),
    ],
)
def test_an_answer_does_what_it_says(name: str, answer: str, repaired: str) -> None:
    assert named_format(name).decode(FIVE, answer) == repaired


@pytest.mark.parametrize(
    ("name", "answer", "said"),
    [
        ("lines", "", "expected 1 to 3 edits, got 0"),
        ("lines", "1→x\n2→x\n3→x\n4→x", "expected 1 to 3 edits, got 4"),
        ("lines", "6→x", "edit 1, replacement of line 6: expected a line from 1 to 5"),
        ("lines", "0→x", "edit 1, replacement of line 0: expected a line from 1 to 5"),
        ("lines", "1→x\n0§", "edit 2, deletion of line 0"),
        ("lines", "6¶x", "edit 1, insertion after line 6: expected a line from 0 to 5"),
        ("lines", "99999999999999999999→x", "edit 1: expected NUMBER"),
        ("lines", "²→x", "edit 1: expected NUMBER"),
        ("lines", "-1→x", "edit 1: expected NUMBER"),
        ("lines", "2→b", "edit 1: expected a change of line 2"),
        ("lines", "2→x\n2§", "edit 2: expected one change of each line"),
        ("lines", "2§ b", "edit 1, deletion of line 2: expected nothing behind it"),
        ("lines", "2§\n1¶b", "undo each other"),
        ("lines", "Here it is:\n2→x", "edit 1: expected NUMBER"),
        ("lines", "2→x\nDone.", "edit 2: expected NUMBER"),
        ("lines", "2→x\n\n3→y", "edit 2: expected NUMBER"),
        ("lines", "```\n2→x\n```\nDone.", "nothing behind the block"),
        ("lines", "```\n2→x\n", "that closes the block"),
        ("lines", "2→x\n```", "edit 2"),
        ("whole", "x\n", "expected one block"),
        ("whole", "", "expected one block"),
        ("whole", "Here:\n```rust\nx\n```", "expected one block"),
        ("whole", "```python\nx\n```", "tag rust or rs"),
        ("whole", "```rust\nx\n", "that closes the block"),
        ("whole", "```rust\nx\n```\n```rust\ny\n```", "got lines 3 and 6"),
        ("whole", "```rust\nx\n```\nDone.", "nothing behind the block"),
        ("diff", "", "begins with @@"),
        ("diff", "--- a\n+++ b\n", "begins with @@"),
        ("diff", "--- a\n+++ b\n--- c\n+++ d\n@@ -1 +1 @@\n-a\n+x", "diff of one file"),
        ("diff", "@@ -1 +1 @@\n-b\n+x", "hunk 1: expected line 1 to be 'a', got 'b'"),
        ("diff", "@@ -9 +9 @@\n-b\n+x", "hunk 1: expected lines from 1 to 5"),
        ("diff", "@@ -0 +1 @@\n-a\n+x", "hunk 1: expected lines from 1 to 5"),
        ("diff", "@@ -1,2 +1 @@\n-a\n+x", "expected 2 old and 1 new lines"),
        ("diff", "@@ -1 +1 @@\n-a\n+x\n+y", "hunk 2: expected a header"),
        ("diff", "@@ -1,2 +1,2 @@\n-a\n-b\n-c\n+x\n+y", "as its header says, got more"),
        ("diff", "@@ -1 +2 @@\n-a\n+x", "expected +1 in its header, got +2"),
        ("diff", "@@ -1,2 +1,2 @@\n a\n b", "expected a line that begins with - or +"),
        ("diff", "@@ -1 +1 @@\n-a\n+a", "leave it as it is"),
        ("diff", "@@ -3 +3 @@\n-c\n+x\n@@ -1 +1 @@\n-a\n+y", "hunk 2: expected hunks in order"),
        ("diff", "@@ -1 +1 @@\n-a\n+x\nDone.", "hunk 2: expected a header"),
        ("diff", "Here:\n@@ -1 +1 @@\n-a\n+x", "hunk 1: expected a header"),
        ("diff", "@@\n-b\n+x\n", "hunk 1: expected old lines that stand once in the program, got them 2 times"),
        ("diff", "@@\n-z\n+x\n", "got them 0 times"),
        ("diff", "@@\n+x\n", "got neither"),
        ("diff", "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+x", "expected '\\\\ No newline"),
        ("diff", "@@ -5 +5 @@\n-e\n\\ No newline at end of file\n+x", "that ends in a newline"),
        ("search_replace", "", "begins with <<<<<<< SEARCH"),
        ("search_replace", "c", "block 1: expected a line <<<<<<< SEARCH"),
        ("search_replace", search("b\n", "x\n"), "got 2 places at lines 2, 4"),
        ("search_replace", search("z\n", "x\n"), "got 0 places for 'z'"),
        ("search_replace", search("", "x\n"), "expected lines to look for"),
        ("search_replace", search("c\n", "c\n"), "the same lines on both sides"),
        ("search_replace", search("b\nc\n", "x\n") + search("c\nb\n", "y\n"), "blocks 1 and 2: expected blocks that do not"),
        ("search_replace", search("c\n", "=======\n"), "block 1: expected one line ======= and then"),
        ("search_replace", search("c\n", "<<<<<<< SEARCH\n"), "block 1: expected one line ======="),
        ("search_replace", "<<<<<<< SEARCH\nc\n>>>>>>> REPLACE", "block 1: expected one line ======="),
        ("search_replace", "<<<<<<< SEARCH\nc\n=======\nx\n", "block 1: expected one line ======="),
        ("search_replace", search("c\n", "x\n") + "Done.", "block 2: expected a line <<<<<<< SEARCH"),
    ],
)  # fmt: skip
def test_what_fits_nowhere_or_twice_is_refused(name: str, answer: str, said: str) -> None:
    with pytest.raises(FormatError, match=re.escape(said)):
        named_format(name).decode(FIVE, answer)


def test_more_than_three_lines_are_no_answer_in_lines() -> None:
    one = named_format("lines")
    assert one.encode(FIVE, "x\nb\ny\nb\nz\n") == "1→x\n3→y\n5→z"
    with pytest.raises(FormatError, match="at most 3"):
        one.encode(FIVE, "x\ny\nz\nw\ne\n")


def test_a_line_is_replaced_by_the_one_that_is_like_it() -> None:
    source, fixed = "fn a() {\n    total(words)\n}\n", "fn a() {\n    let kept = words;\n    total(kept)\n}\n"
    assert named_format("lines").encode(source, fixed) == "1¶    let kept = words;\n2→    total(kept)"


@pytest.mark.parametrize("name", FORMATS)
def test_line_ends_that_are_all_crlf_are_neither_shown_nor_asked_for(name: str) -> None:
    one, source, fixed = named_format(name), "a\r\nb\r\n", "a\r\nx\r\n"
    answer = one.encode(source, fixed)
    assert "\r" not in one.show(source) + answer
    assert one.decode(source, answer) == one.decode(source, answer.replace("\n", "\r\n")) == fixed


def test_lines_are_counted_as_the_compiler_does() -> None:
    source = "a\u2028b\x0c\x0b\x85\rc\nd\n"
    assert named_format("lines").show(source) == "1→a\u2028b\x0c\x0b\x85\rc\n2→d\n"
    assert named_format("lines").decode(source, "2→e") == source.replace("d", "e")


def test_an_empty_program_can_be_written_into() -> None:
    for name, answer in (
        ("lines", "0¶x"),
        ("whole", "```\nx\n```"),
        ("diff", "@@ -0,0 +1 @@\n+x"),
        ("search_replace", search("", "x\n")),
    ):
        assert named_format(name).decode("", answer) == "x\n"


def test_a_program_in_running_text_is_read_though_it_is_not_decoded() -> None:
    assert named_format("whole").read(FIVE, "Here:\n```rust\nfn a() {}\n```\nDone.") == "fn a() {}\n"
