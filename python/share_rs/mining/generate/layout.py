"""Indentation from brackets: four blanks for each line that leaves some open, as rustfmt does."""

from __future__ import annotations

import re

# Brackets in texts, characters and comments open nothing. A lifetime is no character.
_SILENT = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])\'|//.*$')


def layout(text: str) -> str:
    """The text with every line indented by the lines before it whose brackets are open."""
    lines: list[str] = []
    # For each line with open brackets, how many.
    opened: list[int] = []
    clause = False
    for raw in text.split("\n"):
        line = raw.strip()
        bare = _SILENT.sub("", line)
        body = bare.lstrip(")]}")
        _close(opened, len(bare) - len(body))
        # What a where clause asks for has a line each, up to the body.
        clause = clause and not line.startswith("{")
        continued = line.startswith((".", "&& ", "|| ")) and not line.startswith("..")
        deeper = clause or (bool(lines) and continued)
        clause = clause or line == "where"
        lines.append("    " * (len(opened) + deeper) + line if line else "")
        own = 0
        for one in body:
            if one in "([{":
                own += 1
            elif one in ")]}" and own:
                own -= 1
            elif one in ")]}":
                _close(opened, 1)
        if own:
            opened.append(own)
    return "\n".join(lines)


def _close(opened: list[int], brackets: int) -> None:
    """Closes the innermost ones."""
    for _ in range(brackets):
        opened[-1] -= 1
        if not opened[-1]:
            opened.pop()
