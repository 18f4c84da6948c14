"""From working programs to rows: break, let rustc confirm, keep what it says and the way back."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

from share_rs.diagnose import classify
from share_rs.mining.alternatives import alternatives
from share_rs.mining.attempt import Attempt, Choice, attempts
from share_rs.mining.confirm import confirmed
from share_rs.mining.copies import skeleton_hash
from share_rs.mining.deletion import without_line
from share_rs.mining.need import variant_of
from share_rs.mining.row import Row
from share_rs.mining.score import score
from share_rs.mining.working import working

if TYPE_CHECKING:
    from collections.abc import Sequence

    from share_rs._native import Verdict
    from share_rs.mining.source import Source
    from share_rs.sandbox import Sandbox


@dataclass
class Verified:
    """The rows of some sources, and why others are none."""

    rows: list[Row] = field(default_factory=list[Row])
    rejected: Counter[tuple[str, str, str]] = field(default_factory=Counter[tuple[str, str, str]])
    """How many by family, variant and reason; a source that is turned away counts under its aim, without a variant."""


def verify(sandbox: Sandbox, sources: Sequence[Source], *, choice: Choice | None = None, seed: int = 0) -> Verified:
    """The rows of some working programs, each confirmed by rustc alone and, where there are probes, by value.

    Args:
        sandbox: one whose limits are `together.LIMITS`, or wider.
        sources: programs; those that do not compile without a warning are turned away.
        choice: which mutations are tried.
        seed: of the draw among a program's mutations.

    Raises:
        ToolchainError, JailError: as `Sandbox.start`.
    """
    choice = choice or Choice()
    found = Verified()
    sound, koans = working(sandbox, sources, found.rejected)
    tried: list[Attempt] = []
    for source in sound:
        tried += attempts(source, choice, Random(f"{seed}/{source.text}"))  # noqa: S311 (a choice, no secret)
    kept: list[tuple[Attempt, Verdict]] = []
    counts: Counter[str] = Counter()
    for one, verdict in confirmed(sandbox, tried, found.rejected, choice):
        variant = f"{variant_of(one.mutation)}\n{one.source.text}"
        if counts[one.source.text] < choice.per_source and counts[variant] < choice.per_variant:
            counts[one.source.text] += 1
            counts[variant] += 1
            kept.append((one, verdict))
    host = sandbox.toolchain.get("host", "")
    rows = [_row(one, verdict, host) for one, verdict in kept]
    # Where less code does the same, the probes do not see what was broken.
    cheats = score(sandbox, [(row, without_line(row)) for row in rows])
    proven: list[tuple[Attempt, Verdict]] = []
    for pair, row, cheat in zip(kept, rows, cheats, strict=True):
        if cheat.right:
            found.rejected[row.family, row.variant, "right without the line"] += 1
        else:
            proven.append(pair)
    asked = [(one.source, koans.get(one.source.text), one.broken, verdict.diagnostics) for one, verdict in proven]
    others = alternatives(sandbox, asked)
    found.rows = [_row(one, verdict, host, more) for (one, verdict), more in zip(proven, others, strict=True)]
    return found


def _row(one: Attempt, verdict: Verdict, host: str, others: tuple[str, ...] = ()) -> Row:
    source, mutation = one.source, one.mutation
    judge = "lint" if mutation.judge == "lint" else "value" if source.probes else "repair"
    return Row.make(
        family=mutation.family,
        variant=mutation.variant,
        pattern=None if judge == "lint" else classify(verdict.diagnostics).pattern,
        judge=judge,
        broken=one.broken,
        diagnostics=[found.to_dict() for found in verdict.diagnostics],
        edits=one.back,
        alternatives=() if judge == "lint" else others,
        probes=source.probes,
        source_kind=source.kind,
        source_group=skeleton_hash(source.text),
        licence=source.licence,
        toolchain=verdict.toolchain,
        edition=source.edition,
        target=host,
        externs=source.externs,
        allow_unsafe=source.allow_unsafe,
        item=one.item,
        reach=mutation.reach,
    )
