"""Which mutations of a crate are rows: by the word of rustc, as the crate's own build calls it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs._native import apply_edits, suggestions
from share_rs.mining.alternatives import MOST
from share_rs.mining.batch import Batch, Place, batches, halves
from share_rs.mining.excerpt import excerpt
from share_rs.mining.expected import as_expected
from share_rs.mining.row import Row
from share_rs.mining.tested import judged
from share_rs.mining.verify import Verified

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from share_rs._native import Diagnostic
    from share_rs.crates import CrateSandbox
    from share_rs.mining.coverage import Coverage


def settled(
    crate: CrateSandbox,
    texts: Mapping[str, str],
    places: Sequence[Place],
    budget: int,
    covered: Coverage | None = None,
) -> Verified:
    """The rows of some mutations of a crate, and why others are none: many in one check first, then each of the rest alone.

    Args:
        crate: the crate, opened.
        texts: its files, as they are.
        places: the mutations.
        budget: bytes of a window.
        covered: what its tests run, where they are to judge.
    """
    found = Verified()
    likely: list[Place] = []
    pending = batches(places)
    while pending:
        verdicts = crate.checks([batch.files(texts) for batch in pending])
        again: list[Batch] = []
        for batch, verdict in zip(pending, verdicts, strict=True):
            errors = batch.errors(verdict)
            if errors is None and len(batch.places) > 1:
                again += halves(batch)
                continue
            # Alone, an error may lie in another item, and the next check says so.
            own = errors or [[error for error in verdict.diagnostics if error.level == "error"] for _ in batch.places]
            for place, mine_ in zip(batch.places, own, strict=True):
                reason = _first_reason(place, mine_)
                if reason is None:
                    likely.append(place)
                else:
                    _reject(found, place, reason if errors is not None else "not confirmed alone")
        pending = again
    verdicts = crate.checks([Batch((place,)).files(texts) for place in likely])
    kept: list[tuple[Place, list[Diagnostic]]] = []
    for place, verdict in zip(likely, verdicts, strict=True):
        errors_ = [error for error in verdict.diagnostics if error.level == "error"]
        reason = (
            "not confirmed alone"
            if verdict.truncated or verdict.outcome not in {"compiles", "compile_error"}
            else _first_reason(place, errors_) or _where(place, errors_[0])
        )
        if reason is None:
            kept.append((place, errors_))
        else:
            _reject(found, place, reason)
    others = _alternatives(crate, texts, kept)
    rows: list[tuple[Row, tuple[str, ...]]] = []
    for (place, errors_), more in zip(kept, others, strict=True):
        row = excerpt(crate, texts[place.file], place, errors_, more, budget=budget)
        if isinstance(row, Row):
            rows.append((row, covered.tests.get((place.file, place.mutation.item), ()) if covered else ()))
        else:
            _reject(found, place, row)
    found.rows = judged(crate, texts, rows) if covered else [row for row, _ in rows]
    return found


def _first_reason(place: Place, errors: Sequence[Diagnostic]) -> str | None:
    if not errors:
        return "still compiles"
    return None if as_expected(place.mutation, errors[0].code, errors[0].message) else "fails otherwise"


def _where(place: Place, error: Diagnostic) -> str | None:
    """Whether the error is where the mutation said it would be."""
    span = next((span for span in error.spans if span.is_primary), None)
    if span is None or span.file is None:
        return "reported elsewhere"
    if place.mutation.reach == "remote":
        return None if span.file == place.file else "reported in another file"
    grown = sum(len(new.encode()) - (last - first) for first, last, new in place.mutation.edits)
    start, end = place.mutation.item
    return None if span.file == place.file and start <= span.byte_start <= end + grown else "reported elsewhere"


def _alternatives(
    crate: CrateSandbox, texts: Mapping[str, str], kept: Sequence[tuple[Place, list[Diagnostic]]]
) -> list[list[list[tuple[int, int, str]]]]:
    """Edits of the broken file by which rustc itself repairs it, where they compile."""
    tried: list[tuple[int, list[tuple[int, int, str]], dict[str, str]]] = []
    for number, (place, errors) in enumerate(kept):
        broken = Batch((place,)).files(texts)[place.file]
        own = [error for error in errors if all(span.file in {None, place.file} for span in error.spans)]
        for edits in suggestions(own, broken)[:MOST]:
            try:
                changed = apply_edits(broken, edits)
            except ValueError:
                continue
            if changed not in {broken, texts[place.file]}:
                tried.append((number, edits, {place.file: changed}))
    verdicts = crate.checks([files for _, _, files in tried])
    found: list[list[list[tuple[int, int, str]]]] = [[] for _ in kept]
    for (number, edits, _), verdict in zip(tried, verdicts, strict=True):
        if verdict.outcome == "compiles":
            found[number].append(edits)
    return found


def _reject(found: Verified, place: Place, reason: str) -> None:
    found.rejected[place.mutation.family, place.mutation.variant, reason] += 1
