"""Whether rows leak: copies among them, and between splits; with leaks that are put there, which the check must find."""

import re
import time
from collections import Counter
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from random import Random

from measure import Figure
from share_rs import load_koans
from share_rs.mining.known import of_koans
from share_rs.mining.leakage import leaks
from share_rs.mining.row import Row
from share_rs.mining.rowfile import read_rows
from share_rs.mining.splits import TEST, TRAIN, split

SEEDS = 20
"""Rows of train of which a copy of each kind is put into test."""
_OWN = re.compile(r"\b(?:fn|let mut|let|struct|enum|trait|const|for)\s+([A-Za-z_]\w*)")
_NUMBER = re.compile(r"(?<![\w.\"])\d+(?![\w.\"])")


def leaked(file: Path) -> dict[str, Figure]:
    """Splits the rows, looks for leaks, puts some there and looks again."""
    started = time.perf_counter()
    known = of_koans(load_koans())
    made = split(read_rows(file), known=known)
    sides = {name: list(rows) for name, rows in made.rows.items()}
    took = time.perf_counter() - started
    found = leaks(sides, known)
    for leak in found[:10]:
        print(f"leaks: {leak}")
    left_out = Counter(one.reason for one in made.left_out)
    total = sum(map(len, sides.values()))
    against = f"{total} rows in three splits, koans beside them; left out: {dict(left_out)}; split in {took:.0f} s"
    random = Random(0)  # noqa: S311 - a sample, not a secret
    # One row of a source, so that every copy has an original of its own.
    rows = list({row.source_group: row for row in random.sample(sides[TRAIN], len(sides[TRAIN]))}.values())
    kinds = ((_renamed, rows[::2]), (_with_other_numbers, rows[1::2]))
    seeded = [copy for kind, some in kinds for copy in islice(filter(None, map(kind, some)), SEEDS)]
    again = leaks({**sides, TEST: [*sides[TEST], *seeded]}, known)
    caught = {leak.row.split()[-1] for leak in again} | {leak.other.split()[-1] for leak in again}
    return {
        "leaks": Figure(len(found), "rows", "<= 0", against),
        "duplicates": Figure(left_out["duplicate"], "rows", "<= 0", "copies of other rows, names and literals aside"),
        "seeded_leaks_missed": Figure(
            sum(one.id not in caught for one in seeded),
            "rows",
            "<= 0",
            f"of {len(seeded)} copies of rows of train in test, half renamed, half with other numbers",
        ),
    }


def _renamed(row: Row) -> Row | None:
    """Its own names under others of the same length, so that edits stay where they are."""
    names = set(_OWN.findall(row.fixed))

    def other(found: re.Match[str]) -> str:
        word = found.group()
        if word not in names:
            return word
        return word[0] + word[:0:-1].replace("e", "y").replace("_", "k") if len(word) > 1 else word

    return _copied(row, lambda text: re.sub(r"\b[A-Za-z_]\w*\b", other, text))


def _with_other_numbers(row: Row) -> Row | None:
    """Other digits, as many."""
    return _copied(row, lambda text: _NUMBER.sub(lambda found: "9" * len(found.group()), text))


def _copied(row: Row, change: Callable[[str], str]) -> Row | None:
    """The row with other words; None where its edits begin or end within one."""
    copy = Row.make(
        family=row.family,
        variant=row.variant,
        pattern=row.pattern,
        judge=row.judge,
        broken=change(row.broken),
        diagnostics=row.diagnostics,
        edits=[(start, end, change(text)) for start, end, text in row.edits],
        probes=row.probes,
        source_kind=row.source_kind,
        source_group=f"another {row.source_group}",
        licence=row.licence,
        toolchain=row.toolchain,
        edition=row.edition,
        target=row.target,
        externs=row.externs,
        allow_unsafe=row.allow_unsafe,
    )
    return copy if copy.fixed == change(row.fixed) != row.fixed else None
