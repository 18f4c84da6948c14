"""A row as one line of JSON, and back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from share_rs.errors import RowError
from share_rs.mining.row import Row

if TYPE_CHECKING:
    from collections.abc import Mapping


def to_line(row: Row) -> str:
    """One line, the newline included: the fields in their order, keys within diagnostics sorted, UTF-8 as it is."""
    values = row.to_dict() | {"diagnostics": [sorted_keys(one) for one in row.diagnostics]}
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")) + "\n"


def from_line(text: bytes) -> Row:
    """The inverse of `to_line`.

    Raises:
        RowError: the line is no JSON, or no sound row.
    """
    try:
        values = json.loads(text.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise RowError(f"expected one JSON object a line, got a byte at {error.start} that is no UTF-8") from None
    except (ValueError, RecursionError) as error:
        raise RowError(f"expected one JSON object a line, got no JSON ({error})") from None
    return Row.from_dict(values)


def sorted_keys(values: Mapping[str, Any]) -> dict[str, Any]:
    """The same JSON with the keys of every object in order."""
    return cast("dict[str, Any]", json.loads(json.dumps(values, sort_keys=True)))
