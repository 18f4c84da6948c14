"""A merge of new adapters: it reads no old one, and costs as much after hundreds of skills as after a few.

What grows with the number of skills is the projection of each onto the new bases, O(N k^2 p); it is timed within the merge
and taken off. Old adapters are deleted before the merge: what is not there is not read.
"""

import shutil
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import share_rs.subspace.turn as turning
from measure import Figure, spread
from ours import fitted
from share_rs.subspace import Adapter, SharedSubspace, load, merge, save


@dataclass(frozen=True)
class Plan:
    """What is merged into what."""

    k: int
    p: int
    new: int
    """Adapters that are merged in."""
    rounds: int


def merging(paths: Sequence[Path], folder: Path, plan: Plan) -> dict[str, Figure]:
    """A merge of the last adapters into all others, beside one into as many of them as are new.

    The folders of the others are removed.
    """
    old, fresh = paths[: -plan.new], [Adapter.open(path) for path in paths[-plan.new :]]
    many = save(fitted(old, plan.k, plan.p), folder / "many")
    few = save(fitted(old[: plan.new], plan.k, plan.p), folder / "few")
    for path in old:
        shutil.rmtree(path)
    _merge(load(folder / "few"), fresh)  # the first reads the new adapters from disk
    raw: list[float] = []
    apart: list[float] = []
    for _ in range(plan.rounds):
        after, before = _merge(many, fresh), _merge(few, fresh)
        raw.append(after.seconds / before.seconds)
        apart.append(after.rest / before.rest)
    what = f"{plan.new} into {len(old)} over {plan.new} into {plan.new}, k = {plan.k}, p = {plan.p}, old adapters removed, processor time"
    return {
        "merge_vs_few_apart_from_projection": Figure(
            round(statistics.median(apart), 3), "x", "<= 1.2", f"{what}; {spread(apart)}"
        ),
        "merge_vs_few": Figure(round(statistics.median(raw), 3), "x", None, f"{what}, all of it; {spread(raw)}"),
    }


@dataclass
class _Clock:
    """A function that is timed wherever it is called, in seconds of the processor: other processes count for less."""

    call: Callable[..., Any]
    seconds: float = field(default=0.0)

    def __call__(self, *arguments: Any) -> Any:  # noqa: ANN401 - whatever it takes
        started = time.process_time()
        made = self.call(*arguments)
        self.seconds += time.process_time() - started
        return made


@dataclass(frozen=True)
class _Took:
    seconds: float
    projecting: float

    @property
    def rest(self) -> float:
        return self.seconds - self.projecting


def _merge(subspace: SharedSubspace, fresh: Sequence[Adapter]) -> _Took:
    module: Any = turning
    clock = _Clock(module._placed)  # noqa: SLF001 - the projection has no name outside, and is a part of every merge
    module._placed = clock  # noqa: SLF001
    try:
        started = time.process_time()
        merge(subspace, fresh)
        return _Took(time.process_time() - started, clock.seconds)
    finally:
        module._placed = clock.call  # noqa: SLF001
