"""From rustc's errors to an error pattern."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from share_rs._native import Child, Classification, Diagnostic, PatternTable, Span, render

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Child", "Classification", "Diagnostic", "PatternTable", "Span", "classify", "render"]


def classify(diagnostics: Sequence[Diagnostic], table: PatternTable | None = None) -> Classification:
    """The pattern of the first telling error, by `table` or by the built-in one; None where it abstains."""
    return (table or _builtin()).classify(diagnostics)


@cache
def _builtin() -> PatternTable:
    return PatternTable()
