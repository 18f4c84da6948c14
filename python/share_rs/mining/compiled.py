"""Which items of a crate are compiled at all: an attribute that nobody knows is an error there, and nothing where cfg takes them out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs._native import apply_edits, items

if TYPE_CHECKING:
    from collections.abc import Mapping

    from share_rs.crates import CrateSandbox
    from share_rs.mining.coverage import Function

_ATTRIBUTE = "\n#[share_rs_is_compiled]\n"
_NAME = "share_rs_is_compiled"
TOGETHER = 400
"""Items in one check: each is an error of rustc's, and not all that it says is read."""


def left_out(crate: CrateSandbox, texts: Mapping[str, str]) -> set[Function]:
    """The items that this configuration leaves out, each its file and its bytes, tests aside.

    Where rustc does not say it of all items in a check, none of them is left out.

    Args:
        crate: the crate, opened.
        texts: its files, as they are.
    """
    places: list[tuple[str, tuple[int, int], int]] = []
    for file, text in sorted(texts.items()):
        try:
            inside = items(text)
        except ValueError:
            continue
        places += [(file, item, head) for item, head, _ in inside]
    groups = [places[start : start + TOGETHER] for start in range(0, len(places), TOGETHER)]
    verdicts = crate.checks([_planted(texts, group) for group in groups])
    found: set[Function] = set()
    for group, verdict in zip(groups, verdicts, strict=True):
        if verdict.truncated or verdict.outcome not in {"compiles", "compile_error"}:
            continue
        spans = [
            (span.file, span.byte_start)
            for error in verdict.diagnostics
            if _NAME in error.message
            for span in error.spans
            if span.is_primary
        ]
        seen = set(spans)
        if not seen and verdict.outcome == "compile_error":
            continue
        grown: dict[str, int] = {}
        for file, item, head in sorted(group, key=lambda one: (one[0], one[2])):
            # The name stands behind a newline and two brackets of the attribute.
            at = head + grown.get(file, 0) + _ATTRIBUTE.index(_NAME)
            grown[file] = grown.get(file, 0) + len(_ATTRIBUTE)
            if (file, at) not in seen:
                found.add((file, item))
    return found


def _planted(texts: Mapping[str, str], group: list[tuple[str, tuple[int, int], int]]) -> dict[str, str]:
    edits: dict[str, list[tuple[int, int, str]]] = {}
    for file, _, head in group:
        edits.setdefault(file, []).append((head, head, _ATTRIBUTE))
    return {file: apply_edits(texts[file], found) for file, found in edits.items()}
