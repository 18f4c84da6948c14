"""Rows of generated programs: how many of each family and pattern, how many a minute, why others are none; and the cheapest cheat."""

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from measure import Figure
from share_rs import Sandbox
from share_rs.mining.aim import exhausted
from share_rs.mining.deletion import without_line
from share_rs.mining.generate.scenes import SCENES
from share_rs.mining.progress import Progress
from share_rs.mining.row import Row
from share_rs.mining.rowfile import read_rows
from share_rs.mining.score import score
from share_rs.mining.supply import supply
from share_rs.mining.wanted import ROUTED, Wanted

OF_A_PATTERN = 500
RARE = frozenset({"adv_ffi", "adv_proc_macro", "adv_simd", "bc_async_borrow", "r24_async_closure"})
OF_A_FAMILY, OF_A_RARE_ONE = 1000, 200
CHUNK = 600


def supplied(sandbox: Sandbox, file: Path, rows: int, minutes: float | None) -> dict[str, Figure]:
    """Makes rows until each family has enough, and counts them."""
    wanted = Wanted(rows=rows, patterns=rows // 2)
    done = supply(sandbox, file, wanted, minutes=minutes, report=_tell)
    total = sum(done.rows.values())
    _print_rejected(done)
    given_up = exhausted(done, wanted)
    print(f"given up: {', '.join(given_up) or 'none'}")
    against = f"generated programs, at most {rows} asked for, copies under other names not counted"
    figures = {
        "rows": Figure(total, "rows", None, f"{against}; {done.repeated} such copies turned away"),
        "rows_per_minute": Figure(
            round(60 * total / done.seconds) if done.seconds else None,
            "rows/min",
            None,
            f"each checked alone and its repairs by value; {sandbox.workers} workers",
        ),
        "families": Figure(
            sum(done.rows.get(name, 0) >= _goal(name) for name in SCENES),
            "families",
            ">= 50",
            f"with {OF_A_FAMILY} rows, {OF_A_RARE_ONE} of {', '.join(sorted(RARE))}",
        ),
        "rejected": Figure(sum(done.rejected.values()), "mutations and programs", None, "by reason above"),
    }
    for name in sorted(SCENES):
        variants = [count for variant, count in done.variants.items() if variant.startswith(f"{name}/")]
        shown = f"{len(variants)} variants, the commonest {max(variants, default=0)} rows"
        figures[f"rows_{name}"] = Figure(done.rows.get(name, 0), "rows", f">= {_goal(name)}", shown)
    for name in ROUTED:
        figures[f"pattern_{name}"] = Figure(
            done.patterns.get(name, 0), "rows", f">= {OF_A_PATTERN}", "of all families, by what the router sees"
        )
    return figures


def cheated(sandbox: Sandbox, file: Path) -> dict[str, Figure]:
    """How many rows the deletion of the line of the primary error repairs, by the rule that scores models."""
    right, total = 0, 0
    for chunk in _chunks(file):
        scores = score(sandbox, [(row, without_line(row)) for row in chunk])
        right += sum(one.right for one in scores)
        total += len(chunk)
    share = 100 * right / total if total else None
    return {
        "deletion_right": Figure(
            share, "%", "<= 2", f"{right} of {total} rows right without the line of the primary error"
        )
    }


def _goal(family: str) -> int:
    return OF_A_RARE_ONE if family in RARE else OF_A_FAMILY


def _chunks(file: Path) -> Iterator[list[Row]]:
    rows = read_rows(file)
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


def _tell(now: Progress) -> None:
    count = sum(now.rows.values())
    print(f"{count} rows, {60 * count / max(1.0, now.seconds):.0f} a minute", flush=True)


def _print_rejected(done: Progress) -> None:
    print("\nrejected, by reason and family")
    table: dict[str, Counter[str]] = {}
    for name, count in done.rejected.items():
        where, reason = name.split(": ", 1)
        table.setdefault(reason, Counter())[where.partition("/")[0]] += count
    for reason, counts in sorted(table.items(), key=lambda one: -one[1].total()):
        families = ", ".join(f"{family} {count}" for family, count in counts.most_common(8))
        print(f"{counts.total():8}  {reason:32} {families}")
