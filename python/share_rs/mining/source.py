"""A working program that rows are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from share_rs.mining.generate.program import Program
    from share_rs.mining.row import SourceKind

GENERATED_LICENCE = "CC0-1.0"
"""Of generated programs: nobody wrote them."""


@dataclass(frozen=True)
class Source:
    """A program that compiles, and what is known of it."""

    text: str
    kind: SourceKind
    licence: str
    """An SPDX expression."""
    edition: str = "2024"
    probes: str = ""
    """As in a koan's probes.rs; empty where nothing pins what the program does."""
    allow_unsafe: bool = False
    externs: tuple[str, ...] = ()
    aim: str = ""
    """The family that it was written for; empty where it was written for none."""


def generated(made: Program) -> Source:
    """A program of the generator as a source of rows."""
    return Source(
        text=made.source,
        kind="generator",
        licence=GENERATED_LICENCE,
        edition=made.edition,
        probes=made.probes,
        allow_unsafe=made.allow_unsafe,
        externs=made.externs,
        aim=made.family,
    )
