"""Which mutations of a crate are rows: by the word of rustc, as the crate's own build calls it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs._native import apply_edits, suggestions
from share_rs.mining.alternatives import MOST
from share_rs.mining.batch import Batch, Place, together
from share_rs.mining.excerpt import excerpt
from share_rs.mining.expected import as_expected
from share_rs.mining.linted import Lints, confirmed
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
    *,
    lints: Lints,
    covered: Coverage | None = None,
) -> Verified:
    """The rows of some mutations of a crate, and why others are none: many in one check first, then each of the rest alone.

    Args:
        crate: the crate, opened.
        texts: its files, as they are.
        places: the mutations.
        budget: bytes of a window.
        lints: those that judge some of them.
        covered: what the crate's tests run, where they are to judge.
    """
    found = Verified()
    by_code = [place for place in places if place.mutation.judge != "lint"]
    by_lint = [place for place in places if place.mutation.judge == "lint"]
    kept = _alone(crate, texts, _likely(crate, texts, by_code, found), found)
    others = _alternatives(crate, texts, kept)
    rows: list[tuple[Row, tuple[str, ...]]] = []
    for (place, errors), more in zip(kept, others, strict=True):
        row = _row(excerpt(crate, texts[place.file], place, errors, more, budget=budget), place, found)
        if row is not None:
            rows.append((row, covered.tests.get((place.file, place.mutation.item), ()) if covered else ()))
    found.rows = judged(crate, texts, rows) if covered else [row for row, _ in rows]
    linted, rejected = confirmed(crate, texts, by_lint, lints)
    for place, reason in rejected:
        _reject(found, place, reason)
    # Tests pass and a lint is silent, too, where less is done: only the working text is right.
    for place, warnings in linted:
        row = _row(excerpt(crate, texts[place.file], place, warnings, [], budget=budget), place, found)
        found.rows += [] if row is None else [row]
    return found


def _likely(crate: CrateSandbox, texts: Mapping[str, str], places: Sequence[Place], found: Verified) -> list[Place]:
    """The mutations that fail as expected, as far as many in one check can tell."""
    likely: list[Place] = []
    told = together(
        places,
        lambda batches: crate.checks([batch.files(texts) for batch in batches]),
        lambda batch, verdict: batch.errors(verdict),
    )
    for place, errors, verdict in told:
        # Alone, an error may lie in another item, and the next check says so.
        own = [error for error in verdict.diagnostics if error.level == "error"] if errors is None else errors
        reason = _first_reason(place, own)
        if reason is None:
            likely.append(place)
        else:
            _reject(found, place, reason if errors is not None else "not confirmed alone")
    return likely


def _alone(
    crate: CrateSandbox, texts: Mapping[str, str], likely: Sequence[Place], found: Verified
) -> list[tuple[Place, list[Diagnostic]]]:
    """The mutations that fail as expected alone, each with all errors."""
    verdicts = crate.checks([Batch((place,)).files(texts) for place in likely])
    kept: list[tuple[Place, list[Diagnostic]]] = []
    for place, verdict in zip(likely, verdicts, strict=True):
        errors = [error for error in verdict.diagnostics if error.level == "error"]
        reason = (
            "not confirmed alone"
            if verdict.truncated or verdict.outcome not in {"compiles", "compile_error"}
            else _first_reason(place, errors) or _where(place, errors[0])
        )
        if reason is None:
            kept.append((place, errors))
        else:
            _reject(found, place, reason)
    return kept


def _row(made: Row | str, place: Place, found: Verified) -> Row | None:
    if isinstance(made, Row):
        return made
    _reject(found, place, made)
    return None


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
