"""Which functions of a crate its tests run: each is given a statement that marks it, in one build and one run of the tests."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from share_rs._native import apply_edits, items
from share_rs.crates import Patch
from share_rs.errors import CrateError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from share_rs._native import CrateVerdict
    from share_rs.crates import Baseline, CrateSandbox

Function: TypeAlias = tuple[str, tuple[int, int]]
"""A file and the bytes of an item in it."""

MOST_NAMED = 8
"""Tests of one function that are named: popular ones are run by hundreds."""
_ROUNDS = 6
"""How often what could not be marked is left out and the rest tried again."""
# One line, so that no line number moves, and nothing that needs the crate's own names, std's prelude or a lint's leave. Each
# thread marks once: a test has a thread of its own.
_MARK = (
    "{{extern crate std as share_rs_std;share_rs_std::thread_local!{{static SEEN:share_rs_std::cell::Cell<bool>="
    "const{{share_rs_std::cell::Cell::new(false)}};}}if !SEEN.with(|seen|seen.replace(true)){{"
    "if let share_rs_std::result::Result::Ok(mut file)=share_rs_std::fs::OpenOptions::new().append(true).create(true)"
    '.open(share_rs_std::concat!(share_rs_std::env!("CARGO_MANIFEST_DIR"),"/.share-rs-marks")){{'
    "share_rs_std::io::Write::write_all(&mut file,share_rs_std::format!("
    '"{number} {{}}\\n",share_rs_std::thread::current().name().unwrap_or("")).as_bytes()).unwrap_or(());}}}}}}'
)


@dataclass(frozen=True)
class Coverage:
    """What the tests of a crate run."""

    tests: Mapping[Function, tuple[str, ...]]
    """For each function that a test runs which passes: the first of these tests by name, `MOST_NAMED` at most."""
    functions: int
    """How many functions there are, those that constants may call aside."""
    unmarked: int
    """Of these, functions that could not be marked: their syntax is another macro's."""
    baseline: Baseline


@dataclass(frozen=True)
class _Spot:
    """A function, and where its first statement stands."""

    file: str
    item: tuple[int, int]
    at: int


def coverage(crate: CrateSandbox, texts: Mapping[str, str]) -> Coverage:
    """Runs the tests of a crate once, one after the other, with every function of its library marked.

    Args:
        crate: the crate, opened.
        texts: its files, as they are.

    Raises:
        CrateError: none of its tests passes twice in the jail.
    """
    try:
        baseline = crate.baseline()
    except CrateError as error:
        raise CrateError(f"expected tests that can judge rows; {error}") from error
    spots = _spots(texts)
    marked = dict(enumerate(spots))
    verdict = None
    for _ in range(_ROUNDS):
        files = _files(texts, marked)
        (verdict,) = crate.checks([files])
        if verdict.outcome == "compiles":
            (verdict,) = crate.run([Patch(files)], "cover")
        if verdict.outcome not in {"compile_error", "compile_timeout", "compile_oom"}:
            break
        spoiled = _spoiled(verdict, texts, marked)
        marked = {number: spot for number, spot in marked.items() if number not in spoiled}
    found: dict[Function, list[str]] = {}
    for number, test in verdict.marks if verdict is not None else ():
        if number in marked:
            found.setdefault((marked[number].file, marked[number].item), []).append(test)
    tests = {function: tuple(sorted(set(names))[:MOST_NAMED]) for function, names in sorted(found.items())}
    return Coverage(tests, len(spots), len(spots) - len(marked), baseline)


def _spots(texts: Mapping[str, str]) -> list[_Spot]:
    found: list[_Spot] = []
    for file, text in sorted(texts.items()):
        try:
            places = items(text)
        except ValueError:
            continue
        found += [_Spot(file, item, at) for item, _, at in places if at is not None]
    return found


def _files(texts: Mapping[str, str], marked: Mapping[int, _Spot]) -> dict[str, str]:
    edits: dict[str, list[tuple[int, int, str]]] = {}
    for number, spot in sorted(marked.items()):
        edits.setdefault(spot.file, []).append((spot.at, spot.at, _MARK.format(number=number)))
    return {file: apply_edits(texts[file], found) for file, found in edits.items()}


def _spoiled(verdict: CrateVerdict, texts: Mapping[str, str], marked: Mapping[int, _Spot]) -> set[int]:
    """The functions in which an error lies; all of its file where it lies in none, and all of them where it names none."""
    spoiled: set[int] = set()
    for error in verdict.diagnostics:
        span = next((span for span in error.spans if span.is_primary and span.file in texts), None)
        same = {} if span is None else {number: spot for number, spot in marked.items() if spot.file == span.file}
        if span is None or not same:
            continue
        at = _before(span.byte_start, sorted(same.items(), key=lambda one: one[1].at))
        around = [number for number, spot in same.items() if spot.item[0] <= at < spot.item[1]]
        spoiled.update([max(around, key=lambda number: same[number].item[0])] if around else same)
    return spoiled or set(marked)


def _before(at: int, spots: Sequence[tuple[int, _Spot]]) -> int:
    """Where a byte of the marked text stands in the text before."""
    begins: list[int] = []
    grown = 0
    grew: list[int] = [0]
    for number, spot in spots:
        begins.append(spot.at + grown)
        grown += len(_MARK.format(number=number))
        grew.append(grown)
    index = bisect_right(begins, at)
    # Within a mark it stands where that was put.
    return max(at - grew[index], spots[index - 1][1].at if index else 0)
