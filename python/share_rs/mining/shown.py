"""A row as a person reads it: where it comes from, the first diagnostic, and the repair as a diff."""

from __future__ import annotations

from difflib import unified_diff
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from share_rs.mining.row import Row


def shown(row: Row) -> str:
    """The row as text, without an end of line."""
    head = f"{row.id}  {row.family}/{row.variant}  {row.judge}  {row.source_kind} {row.source_group}  {row.licence}"
    before, after = (text.split("\n") for text in (row.broken, row.fixed))
    # The names of the files stand in the first two lines.
    changed = list(unified_diff(before, after, lineterm="", n=3))[2:]
    return "\n".join([head, *_said(row.diagnostics[0], before), *changed])


def _said(diagnostic: Mapping[str, Any], lines: list[str]) -> list[str]:
    code = f"[{diagnostic['code']}]" if diagnostic.get("code") else ""
    found = [f"{diagnostic.get('level', 'error')}{code}: {diagnostic['message']}"]
    for span in diagnostic.get("spans", ()):
        number = span.get("line_start", 0)
        if span.get("is_primary") and 0 < number <= len(lines):
            label = f"  <- {span['label']}" if span.get("label") else ""
            found.append(f"{number:>4} | {lines[number - 1]}{label}")
    return found
