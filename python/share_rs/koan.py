"""Koans: the bundled ones and a user's own."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from share_rs._native import Koan, Repair, discover, scaffold
from share_rs.errors import KoanError

if TYPE_CHECKING:
    from os import PathLike

__all__ = ["BUNDLED", "Koan", "Repair", "find_koan", "load_koans", "scaffold"]

BUNDLED = Path(__file__).parent / "koans"
"""Where the koans of this package lie."""


def load_koans(root: str | PathLike[str] | None = None) -> list[Koan]:
    """The koans at or below `root`, the bundled ones by default, sorted by id.

    Raises:
        KoanError: where there are none, where one is not sound (every fault is named), or where two share an id.
    """
    koans = sorted((Koan(path) for path in discover(BUNDLED if root is None else root)), key=lambda koan: koan.id)
    for one, other in pairwise(koans):
        if one.id == other.id:
            raise KoanError(f"two koans are called {one.id}: {one.path} and {other.path}; rename one of them")
    return koans


def find_koan(koan_id: str, root: str | PathLike[str] | None = None) -> Koan:
    """The koan called `koan_id`.

    Raises:
        KoanError: where there is none; the message names the nearest ids.
    """
    koans = {koan.id: koan for koan in load_koans(root)}
    if koan_id in koans:
        return koans[koan_id]
    import difflib  # noqa: PLC0415 (only a mistake needs it)

    near = difflib.get_close_matches(koan_id, koans, n=3, cutoff=0.4)
    hint = f"did you mean {', '.join(near)}?" if near else f"there are {len(koans)}, from {min(koans)} to {max(koans)}"
    raise KoanError(f"there is no koan called {koan_id!r}; {hint}")
