"""Blocks of lines to look for, each with the lines that take their place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from share_rs.errors import FormatError
from share_rs.repair.formats.fence import blank, fenced, unfenced
from share_rs.repair.formats.text import Text

_SHORTEST = 7
_OPENING = re.compile(r"(<{7,}) SEARCH[ \t]*")
_RUN = re.compile(r"<+|=+|>+")


class SearchReplace:
    """Blocks of lines and of what takes their place.

    An answer is one or more blocks, alone or all in one fenced block tagged rust, rs, diff, text or not at all:

    ```
    <<<<<<< SEARCH
    lines of the program
    =======
    lines in their place
    >>>>>>> REPLACE
    ```

    The lines to look for are whole lines and stand exactly once in the program; none may be looked for in an empty
    program alone. All blocks speak of the unchanged program and may not overlap. The three marker lines of a block have
    equally many characters, seven or more: a block whose text has such a line takes longer ones, and a block in which
    one stands twice is refused. Between blocks, and around them, only blank lines may stand.
    """

    name = "search_replace"
    tag = "rust"
    instructions = (
        "Answer with one block that begins with ```diff, and in it for each change: a line <<<<<<< SEARCH, then whole lines "
        "of the program, exactly as they are and so many that they stand in it only once, a line =======, the lines that "
        "take their place, and a line >>>>>>> REPLACE."
    )

    def show(self, source: str) -> str:
        """The program with LF where every line end is CRLF."""
        return Text.of(source).plain

    def encode(self, source: str, fixed: str) -> str:
        """One block for each run of changed lines, with as many lines around it as make it unique.

        Raises:
            FormatError: nothing changes, or the last newline goes.
        """
        text = Text.of(source)
        old, new = list(text.lines), list(text.repaired_lines(fixed))
        if text.joined(new) == source:
            raise FormatError("expected a repair, got the program as it is")
        longest = max((len(run[0]) for line in (*old, *new) if (run := _RUN.match(line))), default=0)
        size = max(_SHORTEST, longest + 1)
        blocks = [_block(size, old[a:b], new[c:d]) for a, b, c, d in _unique(old, _changes(old, new))]
        return fenced("".join(blocks), "diff")

    def decode(self, source: str, answer: str) -> str:
        """The program with all blocks applied at once.

        Raises:
            FormatError: as the class says; the block is named by its number in the answer.
        """
        text = Text.of(source)
        received = text.received(answer)
        inside = unfenced(received, ("rust", "rs", "diff", "text"))
        blocks = _blocks(received if inside is None else inside)
        lines = list(text.lines)
        placed: list[tuple[int, int, int, list[str]]] = []
        for number, block in enumerate(blocks, start=1):
            if block.search == block.replace:
                raise FormatError(f"block {number}: expected a change, got the same lines on both sides")
            start = _place(number, lines, block.search)
            placed.append((start, start + len(block.search), number, block.replace))
        placed.sort(key=lambda one: one[:2])
        for (_, end, first, _), (start, _, second, _) in pairwise(placed):
            if start < end or not lines:
                raise FormatError(
                    f"blocks {first} and {second}: expected blocks that do not overlap, got both at line {start + 1}"
                )
        for start, end, _, replace in reversed(placed):
            lines[start:end] = replace
        result = text.joined(lines)
        if result == source:
            raise FormatError("expected blocks that change the program, got blocks that leave it as it is")
        return result

    def read(self, source: str, answer: str) -> str:
        """As `decode`."""
        return self.decode(source, answer)


@dataclass(frozen=True)
class _Block:
    search: list[str]
    replace: list[str]


def _block(size: int, search: list[str], replace: list[str]) -> str:
    lines = ["<" * size + " SEARCH", *search, "=" * size, *replace, ">" * size + " REPLACE"]
    return "".join(f"{line}\n" for line in lines)


def _blocks(answer: str) -> list[_Block]:
    lines = answer.split("\n")
    found: list[_Block] = []
    at = 0
    while at < len(lines):
        if blank(lines[at]):
            at += 1
            continue
        opening = _OPENING.fullmatch(lines[at].rstrip("\r"))
        number = len(found) + 1
        if opening is None:
            raise FormatError(f"block {number}: expected a line <<<<<<< SEARCH, got {lines[at][:80]!r}")
        size = len(opening[1])
        marks = {"<" * size + " SEARCH": "<", "=" * size: "=", ">" * size + " REPLACE": ">"}
        places: list[tuple[str, int]] = []
        for place in range(at + 1, len(lines)):
            mark = marks.get(lines[place].rstrip(" \t\r"))
            if mark:
                places.append((mark, place))
            if mark == ">":
                break
        if [mark for mark, _ in places] != ["=", ">"]:
            got = ", ".join(lines[place] for _, place in places) or "neither"
            raise FormatError(
                f"block {number}: expected one line {'=' * size} and then one line {'>' * size} REPLACE, got {got[:200]}"
            )
        middle, end = places[0][1], places[1][1]
        found.append(_Block(lines[at + 1 : middle], lines[middle + 1 : end]))
        at = end + 1
    if not found:
        raise FormatError("expected a block that begins with <<<<<<< SEARCH, got none")
    return found


def _place(number: int, lines: list[str], search: list[str]) -> int:
    if not search:
        if lines:
            raise FormatError(f"block {number}: expected lines to look for, got none")
        return 0
    places = _places(lines, search)
    if len(places) != 1:
        shown = "\\n".join(search)[:80]
        where = f" at lines {', '.join(str(place + 1) for place in places[:3])}" if places else ""
        raise FormatError(
            f"block {number}: expected lines that stand once in the program, got {len(places)} places{where} for {shown!r}"
        )
    return places[0]


def _places(lines: list[str], search: list[str]) -> list[int]:
    last = len(lines) - len(search)
    return [at for at in range(last + 1) if lines[at] == search[0] and lines[at : at + len(search)] == search]


_Change = tuple[int, int, int, int]
"""Lines a..b of the old become lines c..d of the new."""


def _changes(old: list[str], new: list[str]) -> list[_Change]:
    opcodes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [(a, b, c, d) for kind, a, b, c, d in opcodes if kind != "equal"]


def _unique(old: list[str], changes: list[_Change]) -> list[_Change]:
    """The changes with unchanged lines around them, until each stands once; those that meet become one."""
    while True:
        wide = next(
            (at for at, (a, b, _, _) in enumerate(changes) if old and (a == b or len(_places(old, old[a:b])) > 1)), None
        )
        if wide is None:
            return changes
        a, b, c, d = changes[wide]
        above, below = int(a > 0), int(b < len(old))
        grown = (a - above, b + below, c - above, d + below)
        changes = _merged([*changes[:wide], grown, *changes[wide + 1 :]])


def _merged(changes: list[_Change]) -> list[_Change]:
    merged: list[_Change] = []
    for change in changes:
        if merged and change[0] <= merged[-1][1]:
            a, _, c, _ = merged.pop()
            merged.append((a, change[1], c, change[3]))
        else:
            merged.append(change)
    return merged
