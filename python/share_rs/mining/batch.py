"""Many mutations of a crate in one check: in bodies of items that do not overlap, each error given back to its item."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from share_rs._native import apply_edits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from share_rs._native import CrateVerdict, Diagnostic, Mutation

TOGETHER = 20
"""Mutations in one check: with more, a stray error costs more than it saves."""


@dataclass(frozen=True)
class Place:
    """A mutation of one file of a crate."""

    file: str
    mutation: Mutation


@dataclass(frozen=True)
class Batch:
    """Mutations whose items are disjoint, so that one check of the crate can hold all of them."""

    places: tuple[Place, ...]

    def files(self, texts: Mapping[str, str]) -> dict[str, str]:
        """The changed files."""
        edits: dict[str, list[tuple[int, int, str]]] = {}
        for one in self.places:
            edits.setdefault(one.file, []).extend(one.mutation.edits)
        return {file: apply_edits(texts[file], found) for file, found in edits.items()}

    def errors(self, verdict: CrateVerdict) -> list[list[Diagnostic]] | None:
        """The errors in the item of each mutation; None where one lies outside of all of them, or rustc broke off."""
        if verdict.outcome not in {"compiles", "compile_error"} or verdict.truncated:
            return None
        given: list[list[Diagnostic]] = [[] for _ in self.places]
        items = self.items()
        for error in verdict.diagnostics:
            if error.level != "error":
                continue
            span = next((span for span in error.spans if span.is_primary), None)
            if span is None:
                return None
            owner = next(
                (
                    number
                    for number, (file, start, end) in enumerate(items)
                    if file == span.file and start <= span.byte_start and span.byte_end <= end
                ),
                None,
            )
            if owner is None:
                return None
            given[owner].append(error)
        return given

    def items(self) -> list[tuple[str, int, int]]:
        """File and bytes of the item of each mutation, after all of them."""
        changes: dict[str, list[tuple[int, int]]] = {}
        for one in self.places:
            changes.setdefault(one.file, []).extend(
                (first, len(new.encode()) - (last - first)) for first, last, new in one.mutation.edits
            )
        found: list[tuple[str, int, int]] = []
        for one in self.places:
            start, end = one.mutation.item
            before = sum(grown for at, grown in changes[one.file] if at < start)
            within = sum(grown for at, grown in changes[one.file] if start <= at < end)
            found.append((one.file, start + before, end + before + within))
        return found


def batches(places: Sequence[Place], size: int = TOGETHER) -> list[Batch]:
    """All places in as few batches as a first fit finds; what reaches beyond a body stands alone."""
    local = [one for one in places if _is_local(one)]
    open_: list[list[Place]] = []
    for one in local:
        for group in open_:
            if len(group) < size and all(_apart(one, other) for other in group):
                group.append(one)
                break
        else:
            open_.append([one])
    alone = [Batch((one,)) for one in places if not _is_local(one)]
    return [Batch(tuple(group)) for group in open_] + alone


def together(
    places: Sequence[Place],
    ask: Callable[[list[Batch]], Sequence[CrateVerdict]],
    read: Callable[[Batch, CrateVerdict], list[list[Diagnostic]] | None],
) -> list[tuple[Place, list[Diagnostic] | None, CrateVerdict]]:
    """What is said of each place, with many in one check, and the check; None where it cannot be told of one alone, either.

    Args:
        places: the mutations.
        ask: checks batches.
        read: gives what a check says back to the places of its batch, None where it cannot: then the batch is halved.
    """
    found: list[tuple[Place, list[Diagnostic] | None, CrateVerdict]] = []
    pending = batches(places)
    while pending:
        again: list[Batch] = []
        for batch, verdict in zip(pending, ask(pending), strict=True):
            said = read(batch, verdict)
            if said is None and len(batch.places) > 1:
                again += halves(batch)
            else:
                found += [(place, one, verdict) for place, one in zip(batch.places, said or [None], strict=True)]
        pending = again
    return found


def halves(batch: Batch) -> Iterable[Batch]:
    """The two halves of a batch whose errors could not be told apart."""
    middle = len(batch.places) // 2
    return Batch(batch.places[:middle]), Batch(batch.places[middle:])


def _is_local(one: Place) -> bool:
    start, end = one.mutation.item
    return one.mutation.reach == "body" and all(start <= first and last <= end for first, last, _ in one.mutation.edits)


def _apart(one: Place, other: Place) -> bool:
    if one.file != other.file:
        return True
    (start, end), (first, last) = one.mutation.item, other.mutation.item
    return end <= first or last <= start
