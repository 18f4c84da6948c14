"""Indentation from brackets: four blanks for each one that is open, as rustfmt does."""

from __future__ import annotations

import re

# Brackets in texts, characters and comments open nothing. A lifetime is no character.
_SILENT = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])\'|//.*$')


def layout(text: str) -> str:
    """The text with every line indented by the brackets that are open before it."""
    lines: list[str] = []
    depth = 0
    for raw in text.split("\n"):
        line = raw.strip()
        bare = _SILENT.sub("", line)
        closing = len(bare) - len(bare.lstrip(")]}"))
        deepened = 1 if line.startswith((".", "where ")) and lines and not line.startswith("..") else 0
        deepened = 0 if line.startswith("where ") else deepened
        lines.append("    " * (depth - closing + deepened) + line if line else "")
        depth += sum(bare.count(one) for one in "([{") - sum(bare.count(one) for one in ")]}")
    return "\n".join(lines)
