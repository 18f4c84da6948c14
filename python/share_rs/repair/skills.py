"""Where the skills of an evaluation come from: a shared subspace, or folders of plain LoRA."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from torch import nn

SKILL = "skill:"
MEAN = "mean"
"""The skill whose dW is the mean of all skills' dW."""
AVERAGED = "averaged"
"""The mean of each factor by itself, as the prior system had it."""


class Skills(Protocol):
    """Skills on disk that can be put onto a model. A label is `skill:NAME`, `mean` or `averaged`."""

    @property
    def names(self) -> tuple[str, ...]:
        """The skills, sorted."""
        ...

    @property
    def patterns(self) -> Mapping[str, str]:
        """Error pattern to skill."""
        ...

    @property
    def subspace(self) -> str | None:
        """The hash of the shared bases; None where each skill stands for itself."""
        ...

    def lacking(self, label: str) -> str | None:
        """Why there is no such mean of these skills, where there is none."""
        ...

    def identity(self, labels: Sequence[str]) -> dict[str, Any]:
        """What an answer depends on, as plain JSON: hashes, never paths."""
        ...

    def attach(self, model: nn.Module, labels: Sequence[str]) -> tuple[nn.Module, dict[str, str]]:
        """The model with one adapter for each label, none of them merged, and the label of each adapter."""
        ...


def named(labels: Sequence[str], names: Sequence[str]) -> tuple[str, ...]:
    """The skills that the labels need: each its own, a mean all of them."""
    if MEAN in labels or AVERAGED in labels:
        return tuple(names)
    return tuple(label.removeprefix(SKILL) for label in labels)


def adapter_name(place: int) -> str:
    """What peft knows a label by: torch's modules have no dot in their names, and skills may."""
    return f"share_{place:04d}"
