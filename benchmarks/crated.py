"""Mutations of a crate a minute, many in one check, beside one check each; and whether the same is said of each."""

import time
from collections.abc import Sequence
from itertools import islice
from random import Random

from measure import Figure
from share_rs._native import Diagnostic, mutations
from share_rs.crates import CrateSandbox, CrateVerdict
from share_rs.mining.batch import Batch, Place, together

SEED, MOST, ALONE = 6, 3000, 120
"""Of the sample; mutations that are checked together; those of them that are checked alone, too."""
LINES = 4000
"""From which on the goal of whole crates counts: every check reads all of a crate."""


def crated(sandbox: CrateSandbox, key: str) -> dict[str, Figure]:
    """Checks a sample of all mutations that a compiler's code judges."""
    read = {name: sandbox.root / name for name in sandbox.sources}
    texts = {name: path.read_bytes().decode() for name, path in sorted(read.items()) if path.is_file()}
    every = [Place(name, one) for name, text in texts.items() for one in mutations(text) if one.judge != "lint"]
    random = Random(SEED)  # noqa: S311 - a sample, not a secret
    places = random.sample(every, min(MOST, len(every)))

    def ask(batches: list[Batch]) -> list[CrateVerdict]:
        return sandbox.checks([batch.files(texts) for batch in batches])

    ask([Batch((places[0],))])  # the incremental cache of the unbroken crate is made once
    started = time.perf_counter()
    told = together(places, ask, Batch.errors)
    between = time.perf_counter()
    some = list(islice((one for one in told if one[1] is not None), ALONE))
    verdicts = ask([Batch((place,)) for place, _, _ in some])
    ended = time.perf_counter()
    different = sum(
        _codes(errors or []) != _codes([one for one in verdict.diagnostics if one.level == "error"])
        for (_, errors, _), verdict in zip(some, verdicts, strict=True)
    )
    lines = sum(text.count("\n") for text in texts.values())
    rate = 60 * len(places) / (between - started)
    alone = 60 * len(some) / (ended - between)
    against = f"{sandbox.name} {sandbox.version}, {lines} lines; {sandbox.workers} workers"
    return {
        f"{key}_checked_per_minute": Figure(
            round(rate),
            "mutations/min",
            ">= 2000" if lines >= LINES else None,
            f"{len(places)} of {len(every)} mutations, many in one check, {alone:.0f} a minute alone; {against}",
        ),
        f"{key}_checked_otherwise": Figure(
            different,
            "mutations",
            None,
            f"other codes than alone, of {len(some)}; every row is checked alone before it is one",
        ),
    }


def _codes(errors: Sequence[Diagnostic]) -> list[str]:
    return sorted({one.code or "" for one in errors})
