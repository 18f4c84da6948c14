"""The hunks of a unified diff, read strictly, and where each of them fits."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from share_rs.errors import FormatError
from share_rs.repair.formats.fence import blank

if TYPE_CHECKING:
    from collections.abc import Sequence

NO_NEWLINE = "\\ No newline at end of file"
_NUMBER = "([0-9]{1,9})"
_HEADER = re.compile(rf"@@ -{_NUMBER}(?:,{_NUMBER})? \+{_NUMBER}(?:,{_NUMBER})? @@.*", re.DOTALL)
_BARE = re.compile(r"@@(?: ?(?:\.\.\.)? ?@@)?[ \t\r]*")
_FILE = ("diff --git ", "index ", "--- ", "+++ ")


@dataclass
class Hunk:
    """One run of changes."""

    ranges: tuple[int, int, int, int] | None
    """First line and count of the old lines, and of the new ones; None where the header has no numbers."""
    old: list[str] = field(default_factory=list[str])
    """Context and removed lines."""
    new: list[str] = field(default_factory=list[str])
    """Context and added lines."""
    signs: str = ""
    old_open: bool = False
    """The last of `old` has no newline."""
    new_open: bool = False

    def place(self, number: int, lines: Sequence[str]) -> int:
        """How many lines of the program stand before it.

        Raises:
            FormatError: its old lines do not stand there, or not exactly once where the header has no numbers.
        """
        size = len(self.old)
        if self.ranges is None:
            if not size and lines:
                raise FormatError(f"hunk {number}: expected numbers in its header or lines of the program, got neither")
            places = [at for at in range(len(lines) - size + 1) if list(lines[at : at + size]) == self.old]
            if len(places) != 1:
                raise FormatError(
                    f"hunk {number}: expected old lines that stand once in the program, got them {len(places)} times"
                )
            return places[0]
        start = self.ranges[0] - bool(size)
        if not 0 <= start <= len(lines) - size:
            raise FormatError(
                f"hunk {number}: expected lines from 1 to {len(lines)}, got {size} from line {self.ranges[0]}"
            )
        for at, line in enumerate(self.old):
            if lines[start + at] != line:
                raise FormatError(
                    f"hunk {number}: expected line {start + at + 1} to be {lines[start + at][:80]!r}, got {line[:80]!r}"
                )
        return start

    def check_start(self, number: int, start: int, new: int) -> None:
        """Compares the header's place in the repaired program with the true one, `new` lines behind its beginning.

        Raises:
            FormatError: they differ.
        """
        if self.ranges is None:
            return
        expected = new + bool(self.new)
        if self.ranges[2] != expected:
            raise FormatError(
                f"hunk {number}: its old lines begin behind line {start}; expected +{expected} in its header, "
                f"got +{self.ranges[2]}"
            )


def read_hunks(diff: str) -> list[Hunk]:
    """The hunks in their order.

    Raises:
        FormatError: a line that belongs to no hunk, wrong counts, a hunk that changes nothing, or no hunk at all.
    """
    lines = diff.split("\n")
    # An empty line may stand for one of context, but where no header counts it the last ones are no part of a hunk.
    end = next((at for at in range(len(lines), 0, -1) if lines[at - 1].strip("\t\r")), 0)
    at = _after_headers(lines)
    hunks: list[Hunk] = []
    while at < end:
        number = len(hunks) + 1
        hunk = Hunk(_ranges(number, lines[at]))
        at = _body(number, hunk, lines if hunk.ranges else lines[:end], at + 1)
        if "-" not in hunk.signs and "+" not in hunk.signs:
            raise FormatError(f"hunk {number}: expected a line that begins with - or +, got none")
        hunks.append(hunk)
    if not hunks:
        raise FormatError("expected a hunk that begins with @@, got none")
    return hunks


def _after_headers(lines: Sequence[str]) -> int:
    """The place of the first hunk: behind blank lines and the headers of one file."""
    seen: list[str] = []
    for at, line in enumerate(lines):
        start = next((one for one in _FILE if line.startswith(one)), None)
        if start is None and not blank(line):
            return at
        if start is not None:
            if start in seen:
                raise FormatError(f"expected a diff of one file, got a second line {line[:80]!r}")
            seen.append(start)
    return len(lines)


def _ranges(number: int, line: str) -> tuple[int, int, int, int] | None:
    if _BARE.fullmatch(line):
        return None
    found = _HEADER.fullmatch(line)
    if found is None:
        raise FormatError(f"hunk {number}: expected a header such as @@ -12,4 +12,5 @@, got {line[:80]!r}")
    old, old_count, new, new_count = found.groups()
    return int(old), int(old_count or 1), int(new), int(new_count or 1)


def _body(number: int, hunk: Hunk, lines: Sequence[str], at: int) -> int:
    """Reads the lines of a hunk, as many as its header counts, or up to the next header; the place behind them."""
    while at < len(lines) and not _full(hunk):
        line = lines[at]
        if hunk.ranges is None and line.startswith("@@"):
            break
        if line.startswith("\\") and hunk.signs:
            _open(number, hunk, line)
        else:
            _take(number, hunk, line)
        at += 1
    while at < len(lines) and lines[at].startswith("\\") and hunk.signs:
        _open(number, hunk, lines[at])
        at += 1
    if hunk.ranges is not None and not _full(hunk):
        raise FormatError(
            f"hunk {number}: expected {hunk.ranges[1]} old and {hunk.ranges[3]} new lines, as its header says, "
            f"got {len(hunk.old)} and {len(hunk.new)}"
        )
    return at


def _full(hunk: Hunk) -> bool:
    return hunk.ranges is not None and (len(hunk.old), len(hunk.new)) == (hunk.ranges[1], hunk.ranges[3])


def _take(number: int, hunk: Hunk, line: str) -> None:
    # Editors and models strip the one blank of an empty context line; patch takes it so, too.
    sign, content = line[:1] or " ", line[1:]
    if sign not in " +-":
        raise FormatError(f"hunk {number}: expected a line that begins with a space, - or +, got {line[:80]!r}")
    old, new = sign != "+", sign != "-"
    if (old and hunk.old_open) or (new and hunk.new_open):
        raise FormatError(f"hunk {number}: expected nothing behind the line without a newline, got {line[:80]!r}")
    if hunk.ranges is not None:
        _, most_old, _, most_new = hunk.ranges
        if len(hunk.old) + old > most_old or len(hunk.new) + new > most_new:
            raise FormatError(
                f"hunk {number}: expected {most_old} old and {most_new} new lines, as its header says, got more"
            )
    hunk.signs += sign
    if old:
        hunk.old.append(content)
    if new:
        hunk.new.append(content)


def _open(number: int, hunk: Hunk, line: str) -> None:
    if line.rstrip(" \t\r") != NO_NEWLINE:
        raise FormatError(f"hunk {number}: expected {NO_NEWLINE!r}, got {line[:80]!r}")
    last = hunk.signs[-1]
    hunk.old_open = hunk.old_open or last != "+"
    hunk.new_open = hunk.new_open or last != "-"
