"""What is asked of the generator."""

from __future__ import annotations

from dataclasses import dataclass

from share_rs.mining.generate.scenes import SCENES

ROUTED = (
    "double_mut_borrow",
    "missing_clone",
    "missing_hash",
    "missing_ord",
    "mut_borrow_conflict",
    "option_ok_or",
    "result_map_err",
    "return_local_ref",
)
"""The error patterns that models are routed by."""


@dataclass(frozen=True)
class Wanted:
    """The same settings continue a file that was left unfinished."""

    rows: int = 1000
    """Of each family."""
    families: tuple[str, ...] = tuple(sorted(SCENES))
    patterns: int = 0
    """Of each pattern of `ROUTED`, from whichever families show it; they may have more rows for that."""
    seed: int = 0
    per_source: int = 8
    per_variant: int = 2
