"""The edits that take edits back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs._native import apply_edits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from share_rs.mining.row import Edit


def undone(source: str, edits: Sequence[Edit]) -> tuple[str, tuple[Edit, ...]]:
    """The program that edits make of `source`, and the edits, in the order of its text, that give `source` back.

    Offsets are UTF-8 bytes. What a mutation breaks is so turned into what a row holds.

    Raises:
        ValueError: the edits overlap, lie outside or cut a character.
    """
    changed = apply_edits(source, edits)
    raw = source.encode()
    back: list[Edit] = []
    moved = 0
    # Insertions at one place stand in the order of the list, as `apply_edits` has it: the sort is stable.
    for start, end, replacement in sorted(edits, key=lambda edit: edit[:2]):
        length = len(replacement.encode())
        back.append((start + moved, start + moved + length, raw[start:end].decode()))
        moved += length - (end - start)
    return changed, tuple(back)
