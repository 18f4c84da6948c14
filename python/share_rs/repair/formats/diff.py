"""A unified diff."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from share_rs.errors import FormatError
from share_rs.repair.formats.fence import fenced, unfenced
from share_rs.repair.formats.hunks import NO_NEWLINE, Hunk, read_hunks
from share_rs.repair.formats.text import Text, join

if TYPE_CHECKING:
    from collections.abc import Sequence

CONTEXT = 3
"""Unchanged lines around a change."""


class Diff:
    r"""An answer is a unified diff of one file, alone or in one fenced block tagged diff, patch or not at all.

    A hunk whose header has numbers, `@@ -12,4 +12,5 @@`, fits at that line and nowhere else, and its counts are those of
    its lines. A header without numbers, `@@`, is one of a hunk whose context and removed lines stand exactly once in
    the program. Context and removed lines are compared byte for byte. Hunks stand in the order of the program and do
    not overlap. Headers of the file are passed over; of a line without a newline at the end of the file `\ No newline
    at end of file` says so, and where no hunk says it, the last line ends as before.
    """

    name = "diff"
    tag = "rust"
    instructions = (
        "Answer with a unified diff of the program in one block that begins with ```diff: hunks of lines that begin with a "
        "space, - or +, each under a header such as @@ -12,4 +12,5 @@. A header may be a mere @@ where the hunk's context and "
        "removed lines stand in the program only once."
    )

    def show(self, source: str) -> str:
        """The program with LF where every line end is CRLF."""
        return Text.of(source).plain

    def encode(self, source: str, fixed: str) -> str:
        """The hunks with three lines of context and numbers, as patch and git take them.

        Raises:
            FormatError: nothing changes, or only some line ends of a program with CRLF.
        """
        text = Text.of(source)
        old, new = _ended(text.plain), _ended(text.repaired(fixed))
        groups = SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(CONTEXT)
        hunks = [_hunk(old, new, group) for group in groups]
        if old == new:
            raise FormatError("expected a repair, got the program as it is")
        return fenced("".join(hunks), "diff")

    def decode(self, source: str, answer: str) -> str:
        """The program with all hunks applied at once.

        Raises:
            FormatError: as the class says; the hunk is named by its number in the answer.
        """
        text = Text.of(source)
        received = text.received(answer)
        inside = unfenced(received, ("diff", "patch"))
        hunks = read_hunks(received if inside is None else inside)
        lines: list[str] = []
        done, final = 0, text.final
        for number, hunk in enumerate(hunks, start=1):
            start = hunk.place(number, text.lines)
            if start < done:
                raise FormatError(
                    f"hunk {number}: expected hunks in order that do not overlap, got line {start + 1} again"
                )
            lines += text.lines[done:start]
            hunk.check_start(number, start, len(lines))
            done = start + len(hunk.old)
            lines += hunk.new
            final = _final(number, hunk, text, last=done == len(text.lines), before=final)
        lines += text.lines[done:]
        result = text.restored(join(lines, final=final))
        if result == source:
            raise FormatError("expected hunks that change the program, got hunks that leave it as it is")
        return result

    def read(self, source: str, answer: str) -> str:
        """As `decode`."""
        return self.decode(source, answer)


def _ended(text: str) -> list[str]:
    """The lines with their newlines."""
    return [f"{line}\n" for line in text[:-1].split("\n")] if text.endswith("\n") else _open(text)


def _open(text: str) -> list[str]:
    *lines, last = text.split("\n")
    return [*(f"{line}\n" for line in lines), *([last] if last else [])]


def _hunk(old: Sequence[str], new: Sequence[str], group: Sequence[tuple[str, int, int, int, int]]) -> str:
    a, b, c, d = group[0][1], group[-1][2], group[0][3], group[-1][4]
    parts = [f"@@ -{_range(a, b)} +{_range(c, d)} @@\n"]
    for kind, i, j, k, m in group:
        if kind == "equal":
            parts += [_line(" ", line) for line in old[i:j]]
        else:
            parts += [_line("-", line) for line in old[i:j]]
            parts += [_line("+", line) for line in new[k:m]]
    return "".join(parts)


def _range(start: int, end: int) -> str:
    """As POSIX writes it: of an empty range the line before."""
    count = end - start
    first = start + 1 if count else start
    return str(first) if count == 1 else f"{first},{count}"


def _line(sign: str, line: str) -> str:
    return sign + line if line.endswith("\n") else f"{sign}{line}\n{NO_NEWLINE}\n"


def _final(number: int, hunk: Hunk, text: Text, *, last: bool, before: bool) -> bool:
    """Whether the repair ends in a newline, as far as this hunk says.

    Raises:
        FormatError: it speaks of a missing newline where there is one, or where the file does not end.
    """
    if (hunk.old_open or hunk.new_open) and not last:
        raise FormatError(f"hunk {number}: expected {NO_NEWLINE!r} at the program's end, got it elsewhere")
    if hunk.old_open and (text.final or not text.lines):
        raise FormatError(f"hunk {number}: got {NO_NEWLINE!r} of a program that ends in a newline")
    if hunk.new_open:
        return False
    return True if hunk.old_open else before
