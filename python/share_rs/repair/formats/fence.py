"""Fenced blocks of answers, written and read exactly."""

from __future__ import annotations

import re

from share_rs.errors import FormatError

_SHORTEST = 3
"""Backticks or tildes of a fence (CommonMark 0.31, section 4.5)."""
_BLANK = " \t\r"
_OPENING = re.compile(r"(`{3,}|~{3,})[ \t]*([^`\s]*)[ \t\r]*")
_TICKS = re.compile(r"`+")


def fenced(text: str, tag: str) -> str:
    """Lines of text, the last of them ended too, in a fence that is longer than any run of backticks in them."""
    fence = "`" * max([_SHORTEST, *(len(run) + 1 for run in _TICKS.findall(text))])
    return f"{fence}{tag}\n{text}{fence}"


def unfenced(answer: str, tags: tuple[str, ...]) -> str | None:
    """The text of the one fenced block that an answer is; None where its first line that is not blank opens none.

    Fences stand at the beginning of their lines. A block may have no tag, or one of `tags`. Before and behind it only
    blank lines may stand.

    Raises:
        FormatError: another tag, no closing fence, text behind it or a second closing fence.
    """
    lines = answer.split("\n")
    start = next((place for place, line in enumerate(lines) if line.strip(_BLANK)), len(lines))
    opening = _OPENING.fullmatch(lines[start]) if start < len(lines) else None
    if opening is None:
        return None
    fence, tag = opening[1], opening[2]
    if tag and tag.lower() not in tags:
        raise FormatError(f"expected a block with the tag {' or '.join(tags)}, got {tag[:40]!r}")
    closing = [place for place in range(start + 1, len(lines)) if _closes(lines[place], fence)]
    if not closing:
        raise FormatError(f"expected a line {fence} that closes the block, got none")
    if len(closing) > 1:
        raise FormatError(
            f"expected one line that closes the block, got lines {closing[0] + 1} and {closing[1] + 1}; "
            "a block that holds such lines needs a longer fence"
        )
    behind = next((line for line in lines[closing[0] + 1 :] if line.strip(_BLANK)), None)
    if behind is not None:
        raise FormatError(f"expected nothing behind the block, got {behind[:80]!r}")
    inside = lines[start + 1 : closing[0]]
    return "".join(f"{line}\n" for line in inside)


def blank(line: str) -> bool:
    """Whether nothing but blanks stands in a line."""
    return not line.strip(_BLANK)


def _closes(line: str, fence: str) -> bool:
    text = line.rstrip(_BLANK)
    return len(text) >= len(fence) and set(text) == {fence[0]}
