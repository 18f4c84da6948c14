"""The cheapest cheat: the line of the primary error is deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from share_rs.mining.row import Row


def without_line(row: Row) -> str:
    """The broken program without the line on which its first diagnostic points first."""
    spans = cast("list[dict[str, Any]]", row.diagnostics[0]["spans"])
    start = next((int(span["byte_start"]) for span in spans if span["is_primary"]), 0)
    raw = row.broken.encode()
    first = raw.rfind(b"\n", 0, start) + 1
    last = raw.find(b"\n", start)
    return (raw[:first] + (raw[last + 1 :] if last >= 0 else b"")).decode()
