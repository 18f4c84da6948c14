"""A row of a crate: the window of its file that shows the error and the repair."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from share_rs._native import apply_edits, find_toolchain, window
from share_rs.diagnose import classify
from share_rs.mining.copies import skeleton_hash
from share_rs.mining.inferable import inferable, said
from share_rs.mining.pieces import kept, put_back
from share_rs.mining.row import Row
from share_rs.mining.undo import undone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from share_rs._native import Diagnostic, Window
    from share_rs.crates import CrateSandbox
    from share_rs.mining.batch import Place

BUDGET = 4000
"""Bytes of a window: about a thousand tokens."""
UNKNOWN_LICENCE = "NOASSERTION"
"""SPDX for a manifest that names none."""


def excerpt(
    crate: CrateSandbox,
    text: str,
    place: Place,
    errors: Sequence[Diagnostic],
    others: Sequence[list[tuple[int, int, str]]],
    *,
    budget: int = BUDGET,
) -> Row | str:
    """The row of a mutation of `text`, or why there is none.

    Args:
        crate: where it comes from.
        text: the unbroken file.
        place: the mutation.
        errors: what rustc says of it alone.
        others: edits of the broken file that compile, too.
        budget: bytes of a window.
    """
    broken, back = undone(text, place.mutation.edits)
    if not inferable(broken, back, said(errors[0])):
        return "cannot be inferred"
    start, end = place.mutation.item
    grown = sum(len(new.encode()) - (last - first) for first, last, new in place.mutation.edits if start <= first < end)
    spans = [(span.byte_start, span.byte_end) for span in errors[0].spans if span.file == place.file]
    try:
        shown = window(broken, (start, end + grown), budget=budget, remote=[edit[:2] for edit in back], spans=spans)
        edits = shown.from_file(back)
    except ValueError:
        return "window does not show the repair"
    if len(shown.text.encode()) > 2 * budget:
        return "item is longer than a window"
    whole = shown.text == broken
    seen = shown.diagnostics([error for error in errors if error.spans and error.spans[0].file == place.file])
    if not seen:
        return "window does not show the error"
    alternatives = {_in_window(shown, one) for one in others}
    repaired = apply_edits(shown.text, edits)
    pieces = kept(shown, back)
    # A file may hold comments that look like marks.
    exact = _fits(text, pieces, repaired, text) and _fits(text, pieces, shown.text, broken)
    return Row.make(
        family=place.mutation.family,
        variant=place.mutation.variant,
        pattern=None if place.mutation.judge == "lint" else classify(seen).pattern,
        judge="repair",
        broken=shown.text,
        diagnostics=[error.to_dict() for error in seen],
        edits=edits,
        alternatives=sorted(one for one in alternatives if one is not None and one != repaired),
        source_kind="crate",
        source_group=skeleton_hash(text),
        licence=crate.licence or UNKNOWN_LICENCE,
        toolchain=crate.toolchain,
        edition=crate.edition,
        target=find_toolchain(os.environ.get("SHARE_RS_RUSTC"))["host"],
        allow_unsafe="unsafe" in shown.text,
        file=place.file,
        item=(start, end + grown) if whole else None,
        reach=place.mutation.reach,
        crate=f"{crate.name} {crate.version}",
        kept=pieces if exact else (),
    )


def _fits(text: str, pieces: Sequence[tuple[int, int]], answer: str, wanted: str) -> bool:
    try:
        return put_back(text, pieces, answer) == wanted
    except ValueError:
        return False


def _in_window(shown: Window, edits: list[tuple[int, int, str]]) -> str | None:
    """The window after edits of its file; None where they touch what it does not show."""
    try:
        return apply_edits(shown.text, shown.from_file(edits))
    except ValueError:
        return None
