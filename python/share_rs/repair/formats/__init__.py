"""Formats of answers: how a model writes a repair, and how it is read and applied exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.errors import FormatError
from share_rs.repair.formats.diff import Diff
from share_rs.repair.formats.lines import Lines
from share_rs.repair.formats.search_replace import SearchReplace
from share_rs.repair.formats.whole import Whole

if TYPE_CHECKING:
    from share_rs.repair.formats.protocol import Format

FORMATS: dict[str, Format] = {one.name: one for one in (Lines(), Whole(), Diff(), SearchReplace())}
"""By name: `lines` for small models, the others for large ones."""


def named_format(name: str) -> Format:
    """The format of this name.

    Raises:
        FormatError: there is none.
    """
    found = FORMATS.get(name)
    if found is None:
        raise FormatError(f"expected one of the formats {', '.join(FORMATS)}, got {name!r}")
    return found


__all__ = ["FORMATS", "Diff", "Lines", "SearchReplace", "Whole", "named_format"]
