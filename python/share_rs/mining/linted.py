"""Which mutations of a crate that a lint judges fail as expected: the crate compiles, and clippy names their item and no more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from share_rs.errors import ShareError
from share_rs.mining.batch import Batch, Place, together

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from share_rs._native import CrateVerdict, Diagnostic
    from share_rs.crates import CrateSandbox


@dataclass(frozen=True)
class Lints:
    """The lints that judge, and where they are in the unbroken crate."""

    names: tuple[str, ...]
    there: tuple[Diagnostic, ...]
    missing: str = ""
    """Why none of them judges: the toolchain has no clippy, or another one."""


def known_lints(crate: CrateSandbox, names: Sequence[str]) -> Lints:
    """What clippy finds in the unbroken crate, which is no mutation's doing."""
    if not names:
        return Lints((), ())
    try:
        (verdict,) = crate.lints([{}], names)
    except ShareError as error:
        return Lints((), (), str(error))
    if verdict.outcome != "compiles" or verdict.truncated:
        return Lints((), (), verdict.detail)
    return Lints(tuple(names), tuple(verdict.diagnostics))


def confirmed(
    crate: CrateSandbox, texts: Mapping[str, str], places: Sequence[Place], lints: Lints
) -> tuple[list[tuple[Place, list[Diagnostic]]], list[tuple[Place, str]]]:
    """The mutations that clippy finds, each with what it says of its item alone; and others, with the reason.

    Args:
        crate: the crate, opened.
        texts: its files, as they are.
        places: mutations that a lint judges.
        lints: all lints that judge.
    """
    kept: list[tuple[Place, list[Diagnostic]]] = []
    rejected: list[tuple[Place, str]] = []
    tried: list[Place] = []
    for place in places:
        reason = _untried(place, lints)
        if reason is None:
            tried.append(place)
        else:
            rejected.append((place, reason))
    likely: list[Place] = []
    for place, found, _ in together(
        tried, lambda batches: crate.lints([batch.files(texts) for batch in batches], lints.names), _found
    ):
        if found:
            likely.append(place)
        else:
            rejected.append((place, "does not compile" if found is None else "clippy is silent"))
    alone = [Batch((place,)) for place in likely]
    verdicts = crate.lints([batch.files(texts) for batch in alone], lints.names) if alone else []
    for place, batch, verdict in zip(likely, alone, verdicts, strict=True):
        found = _found(batch, verdict)
        if found and found[0]:
            kept.append((place, found[0]))
        else:
            rejected.append((place, "not confirmed alone"))
    return kept, rejected


def _untried(place: Place, lints: Lints) -> str | None:
    lint = place.mutation.expected[0]
    if lint not in lints.names:
        return "judged by a lint that cannot be asked"
    return "source has the lint" if _of(lints.there, lint, place.file, place.mutation.item) else None


def _found(batch: Batch, verdict: CrateVerdict) -> list[list[Diagnostic]] | None:
    """What the lint of each mutation finds in its item; None where clippy does not come so far."""
    if verdict.outcome != "compiles" or verdict.truncated:
        return None
    return [
        _of(verdict.diagnostics, place.mutation.expected[0], file, (start, end))
        for place, (file, start, end) in zip(batch.places, batch.items(), strict=True)
    ]


def _of(found: Sequence[Diagnostic], lint: str, file: str, item: tuple[int, int]) -> list[Diagnostic]:
    """The warnings of a lint that lie in an item."""
    return [
        one
        for one in found
        if one.code == lint
        and any(
            span.is_primary and span.file == file and item[0] <= span.byte_start and span.byte_end <= item[1]
            for span in one.spans
        )
    ]
