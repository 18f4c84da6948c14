"""What the authors' released code does with a stream of adapters, beside which our own can be put.

It centres and drops the mean, keeps k fixed, has p = r, and after each new task projects only the task before it anew: every
earlier one keeps the basis that it had then (facts read from their scripts for GLUE and image classification; the paper
projects all of them).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from share_rs.errors import SubspaceError
from share_rs.subspace.agreement import check_adapters
from share_rs.subspace.fit import fit
from share_rs.subspace.merge import merge
from share_rs.subspace.settings import FitSettings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from share_rs.subspace.adapter import Adapter
    from share_rs.subspace.space import SharedSubspace


@dataclass(frozen=True)
class Replication:
    """The subspaces of a stream, one for each step; each holds the skill that came and the one before it."""

    steps: tuple[SharedSubspace, ...]

    @property
    def last(self) -> Mapping[str, SharedSubspace]:
        """By skill, the subspace that it keeps: its own copy of a basis."""
        return {name: step for step in self.steps for name in step.skills}

    @property
    def basis_numbers(self) -> int:
        """Numbers in all the bases that skills keep, which a shared one would hold once."""
        kept = {id(step): step for step in self.last.values()}
        return sum(basis.beta.numel() + basis.alpha.numel() for step in kept.values() for basis in step.layers.values())


def replicate(adapters: Sequence[Adapter], *, k: int = 32) -> Replication:
    """Adapters one after another, in the order that is given.

    Args:
        adapters: of one base model.
        k: columns of every basis.

    Raises:
        AdapterError: the adapters do not belong together.
        SubspaceError: no adapter.
    """
    if not adapters:
        raise SubspaceError("expected at least one adapter, got none")
    check_adapters(adapters)
    settings = FitSettings(replication=True, k=k)
    steps = [fit(adapters[:1], settings)]
    for adapter in adapters[1:]:
        before = steps[-1]
        newest = [name for name in before.history[-1]["came"] if name in before.skills]
        steps.append(merge(replace(before, skills={name: before.skills[name] for name in newest}), [adapter], settings))
    return Replication(tuple(steps))
