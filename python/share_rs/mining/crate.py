"""Rows of a user's crate: its own code broken, checked by rustc as its build calls it, shown through a window."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from share_rs._native import mutations
from share_rs.errors import CrateError
from share_rs.mining.batch import Place
from share_rs.mining.clock import Clock
from share_rs.mining.compiled import left_out
from share_rs.mining.coverage import coverage
from share_rs.mining.excerpt import BUDGET
from share_rs.mining.linted import known_lints
from share_rs.mining.progress import Growing
from share_rs.mining.settle import settled

if TYPE_CHECKING:
    from collections.abc import Callable
    from os import PathLike

    from share_rs.crates import CrateSandbox
    from share_rs.mining.coverage import Coverage, Function
    from share_rs.mining.progress import Progress

CHUNK = 200
"""Mutations between two writes."""
PROBE = 50
"""The same within the first `CHUNK`, so that a forecast soon has chunks to compare."""


@dataclass(frozen=True)
class Mining:
    """What is asked of a crate; the same settings continue a file that was left unfinished."""

    seed: int = 0
    families: tuple[str, ...] = ()
    """Only these; all where it is empty."""
    per_item: int = 6
    """Mutations of one item that are tried: they resemble each other."""
    budget: int = BUDGET
    tests: bool = False
    """Whether the crate's tests judge the rows of what they run."""


def mine(
    crate: CrateSandbox,
    root: str | PathLike[str],
    out: str | PathLike[str],
    asked: Mining | None = None,
    *,
    rows: int | None = None,
    minutes: float | None = None,
    report: Callable[[Progress], None] | None = None,
) -> Progress:
    """Appends rows of a crate's library to the JSON lines file `out`, in an order drawn by the seed; goes on where it was left.

    Mutations in bodies of different items are checked many at a time; each row is then checked alone. Items that this
    configuration leaves out are counted and not tried. A row holds a window of its file, never more of the user's source than
    that. Rows are scored in their crate, see `share_rs.mining.tested`.

    Args:
        crate: the crate, opened.
        root: its workspace, where the files of `crate.sources` are read.
        out: the file.
        asked: what is tried.
        rows: when to stop, by rows.
        minutes: when to stop, by time.
        report: told after each chunk; `share_rs.mining.forecast` says what all of them will come to.

    Raises:
        CrateError: no source of the library can be read, or none of the tests that are to judge passes twice.
        RowError: the file was begun with other settings, or other source.
    """
    asked = asked or Mining()
    texts = _texts(crate, Path(root))
    absent = left_out(crate, texts)
    places, skipped = _places(texts, asked, absent)
    digest = sha256("\n".join(f"{name}\n{text}" for name, text in texts.items()).encode()).hexdigest()
    settings: dict[str, Any] = {"source": "crate", "name": crate.name, "content": digest, "seed": asked.seed}
    settings |= {
        "families": list(asked.families),
        "per_item": asked.per_item,
        "budget": asked.budget,
        "tests": asked.tests,
    }
    with Growing(Path(out), settings) as growing:
        now = growing.progress
        if not now.next:
            now.rejected.update({f"/: {reason}": count for reason, count in sorted(skipped.items())})
        now.total = len(places)
        clock = Clock(now, minutes)
        covered = coverage(crate, texts) if asked.tests and not clock.over() else None
        if covered is not None:
            now.tests = _tests(covered)
        lints = known_lints(crate, sorted({one.mutation.expected[0] for one in places if one.mutation.judge == "lint"}))
        while (start := now.next.get("crate", 0)) < len(places) and not clock.over():
            if rows is not None and sum(now.rows.values()) >= rows:
                break
            begun = time.monotonic()
            chunk = places[start : start + (min(PROBE, CHUNK) if start < CHUNK else CHUNK)]
            fresh = growing.add(settled(crate, texts, chunk, asked.budget, lints=lints, covered=covered))
            now.next["crate"] = start + len(chunk)
            now.chunks.append((len(chunk), len(fresh), round(time.monotonic() - begun, 3)))
            clock.stamp()
            growing.write(fresh)
            if report is not None:
                report(now)
        return now


def _texts(crate: CrateSandbox, root: Path) -> dict[str, str]:
    read = {name: _read(root / name) for name in crate.sources}
    texts = {name: text for name, text in read.items() if text is not None}
    if not texts:
        raise CrateError(f"expected source files of {crate.name} below {root}, found none; name the workspace's root")
    return texts


def _read(path: Path) -> str | None:
    """A file as it is, line ends and all; None for what a build script wrote elsewhere, or what is no text."""
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def _tests(covered: Coverage) -> dict[str, Any]:
    names = covered.baseline
    return {
        "passed": len(names.passed),
        "failed": list(names.failed),
        "flaky": list(names.flaky),
        "functions": covered.functions,
        "unmarked": covered.unmarked,
        "run": len(covered.tests),
    }


def _places(texts: dict[str, str], asked: Mining, absent: set[Function]) -> tuple[list[Place], Counter[str]]:
    """The mutations of all files in a random order, no item too often."""
    random = Random(asked.seed)  # noqa: S311 (a choice, no secret)
    skipped: Counter[str] = Counter()
    places: list[Place] = []
    for file, text in sorted(texts.items()):
        try:
            found = mutations(text)
        except ValueError:
            skipped["file does not parse"] += 1
            continue
        skipped["cfg'd out"] += len([one for one in found if (file, one.item) in absent])
        found = [one for one in found if (file, one.item) not in absent]
        wanted = [one for one in found if not asked.families or one.family in asked.families]
        by_item: dict[tuple[int, int], list[Place]] = {}
        for one in wanted:
            by_item.setdefault(one.item, []).append(Place(file, one))
        for item in sorted(by_item):
            same = by_item[item]
            random.shuffle(same)
            skipped["more of one item than are tried"] += max(0, len(same) - asked.per_item)
            places += same[: asked.per_item]
    random.shuffle(places)
    return places, +skipped
