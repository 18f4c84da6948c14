"""What a program looks like without its names and literals: copies of one program have one shape."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from share_rs._native import skeleton

if TYPE_CHECKING:
    from share_rs.mining.row import Row


def group(text: str) -> str:
    """32 hexadecimal digits that a program shares with its copies under other names, with other literals or integer types."""
    return sha256(skeleton(text).encode()).hexdigest()[:32]


def shape(row: Row) -> str:
    """32 hexadecimal digits of what was broken and how: a row that shares them with another is a renamed copy of it."""
    return sha256(f"{row.family}/{row.variant}\n{skeleton(row.broken)}".encode()).hexdigest()[:32]
