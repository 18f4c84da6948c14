"""Edits of numbered lines, for small models: one line of the answer for each changed line of the program."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from share_rs.errors import FormatError
from share_rs.repair.formats.fence import blank, unfenced
from share_rs.repair.formats.levenshtein import steps
from share_rs.repair.formats.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from share_rs.repair.formats.levenshtein import Step

LIMIT = 3
"""Edits of one answer."""
REPLACE, INSERT, DELETE = "→", "¶", "§"
"""Each is one token of Qwen2.5, Llama 3 and 4, DeepSeek, Claude's old tokenizer, and of three of OpenAI's. In Qwen2.5 no
token joins one of them with the digit before or the code behind it. Rust has them in literals and comments alone, and an
edit is read by the first that follows its number."""
_EDIT = re.compile(rf"([0-9]{{1,9}})([{REPLACE}{INSERT}{DELETE}])(.*)", re.DOTALL)
_NAMES = {REPLACE: "replacement of", INSERT: "insertion after", DELETE: "deletion of"}


class Lines:
    """Numbered lines.

    The program is shown with numbers, `12→    let x = 1;`, and an answer has one to three edits, each in a line:
    `12→TEXT` puts TEXT in the place of line 12, `12¶TEXT` puts a line behind line 12 (`0¶TEXT`: before the first), and
    `12§` takes line 12 out. Numbers are those of the program as shown, TEXT is all up to the end of the answer's line,
    and several insertions behind one line stand in their order.

    An answer may stand in one fenced block, with a tag or without; blank lines before the first edit and behind the
    last are passed over. All else is refused: other text, numbers out of range, a line that is changed twice, a
    replacement by the same text, edits that undo each other, more than three.
    """

    name = "lines"
    tag = "text"
    instructions = (
        f"Each line of the program is shown as its number, {REPLACE} and its text. Answer with at most {LIMIT} edits, each in a "
        f"line of its own and nothing else: NUMBER{REPLACE}TEXT replaces a line, NUMBER{INSERT}TEXT inserts a line after it, "
        f"NUMBER{DELETE} deletes it."
    )

    def show(self, source: str) -> str:
        """The program with a number before each line."""
        return "".join(f"{number}{REPLACE}{line}\n" for number, line in enumerate(Text.of(source).lines, start=1))

    def encode(self, source: str, fixed: str) -> str:
        """The fewest edits, in the order of the lines; of equally few those that change the fewest characters.

        Raises:
            FormatError: nothing changes, more than three edits are needed, or the last newline goes.
        """
        text = Text.of(source)
        old, new = text.lines, text.repaired_lines(fixed)
        found = steps(old, new, LIMIT)
        if found is None:
            raise FormatError(f"expected a repair of at most {LIMIT} changed lines, got one that needs more")
        if not found:
            raise FormatError("expected a repair, got the program as it is")
        return "\n".join(_written(step, new) for step in found)

    def decode(self, source: str, answer: str) -> str:
        """The program with the edits applied at once.

        Raises:
            FormatError: as the class says; the edit is named by its number in the answer.
        """
        text = Text.of(source)
        inserted: dict[int, list[str]] = {}
        changed: dict[int, list[str]] = {}
        for place, edit in enumerate(_edits(text.received(answer)), start=1):
            number, marker, content = _parsed(place, edit)
            first = 0 if marker == INSERT else 1
            if not first <= number <= len(text.lines):
                raise FormatError(
                    f"edit {place}, {_NAMES[marker]} line {number}: expected a line from {first} to {len(text.lines)}"
                )
            if marker == INSERT:
                inserted.setdefault(number, []).append(content)
                continue
            if number in changed:
                raise FormatError(f"edit {place}: expected one change of each line, got a second one of line {number}")
            if marker == REPLACE and content == text.lines[number - 1]:
                raise FormatError(f"edit {place}: expected a change of line {number}, got the text that stands there")
            changed[number] = [] if marker == DELETE else [content]
        lines = [*inserted.get(0, [])]
        for number, line in enumerate(text.lines, start=1):
            lines += [*changed.get(number, [line]), *inserted.get(number, [])]
        result = text.joined(lines)
        if result == source:
            raise FormatError("expected edits that change the program, got edits that undo each other")
        return result

    def read(self, source: str, answer: str) -> str:
        """As `decode`."""
        return self.decode(source, answer)


def _written(step: Step, new: Sequence[str]) -> str:
    kind, i, j = step
    if kind == "delete":
        return f"{i + 1}{DELETE}"
    return f"{i}{INSERT}{new[j]}" if kind == "insert" else f"{i + 1}{REPLACE}{new[j]}"


def _edits(answer: str) -> list[str]:
    """The answer's lines, without its fence and the blank lines around."""
    inside = unfenced(answer, ())
    lines = (answer if inside is None else inside).split("\n")
    places = [place for place, line in enumerate(lines) if not blank(line)]
    found = lines[places[0] : places[-1] + 1] if places else []
    if not 1 <= len(found) <= LIMIT:
        raise FormatError(f"expected 1 to {LIMIT} edits, got {len(found)} lines")
    return found


def _parsed(place: int, edit: str) -> tuple[int, str, str]:
    found = _EDIT.fullmatch(edit)
    if found is None:
        raise FormatError(
            f"edit {place}: expected NUMBER{REPLACE}TEXT, NUMBER{INSERT}TEXT or NUMBER{DELETE}, got {edit[:80]!r}"
        )
    number, marker, content = int(found[1]), found[2], found[3]
    if marker == DELETE and not blank(content):
        raise FormatError(f"edit {place}, deletion of line {number}: expected nothing behind it, got {content[:80]!r}")
    return number, marker, content
