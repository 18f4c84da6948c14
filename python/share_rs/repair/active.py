"""Which skill a model really has active, read from its layers while it generates."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from peft.tuners.tuners_utils import BaseTunerLayer
from peft.utils.other import AuxiliaryTrainingWrapper

from share_rs.errors import ActiveSkillError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping

    from torch import nn


class ActiveSkill:
    """Reads the active skill of one model.

    What each layer adds is remembered when this is made: after every skill was attached, before any was used.
    """

    def __init__(self, model: nn.Module, skills: Mapping[str, str]) -> None:
        """`skills` is the label of each of the model's adapters."""
        modules = cast("Iterator[tuple[str, Any]]", model.named_modules())
        self._layers = [
            (name, module) for name, module in modules if isinstance(module, BaseTunerLayer | AuxiliaryTrainingWrapper)
        ]
        self._skills = skills
        self._due = {
            adapter: {name: _scale(layer, adapter) for name, layer in self._layers if adapter in _held(layer)}
            for adapter in skills
        }

    def read(self) -> str | None:
        """The skill that every forward pass now adds to the base model; None where it is the base model alone.

        Raises:
            ActiveSkillError: the layers disagree, or what they add is not one skill as it was attached.
        """
        added: dict[str, dict[str, float]] = {}
        for name, layer in self._layers:
            for adapter in _adding(layer):
                added.setdefault(adapter, {})[name] = _scale(layer, adapter)
        if not added:
            return None
        names = [self._skills.get(adapter, adapter) for adapter in added]
        if len(added) > 1:
            raise ActiveSkillError(f"expected the layers to add one skill, got {', '.join(sorted(names))} at once")
        ((adapter, scales),) = added.items()
        due = self._due.get(adapter, {})
        wrong = sorted(name for name in {*due, *scales} if due.get(name) != scales.get(name))
        if wrong:
            raise ActiveSkillError(
                f"layer {wrong[0]}: expected {names[0]} with scale {due.get(wrong[0])}, as it was attached, "
                f"got {scales.get(wrong[0])} (None is: not added); {len(wrong)} of {len(due)} layers differ"
            )
        return names[0]

    def check(self, skill: str | None) -> None:
        """Compares what is active with what should be.

        Raises:
            ActiveSkillError: they differ.
        """
        found = self.read()
        if found != skill:
            raise ActiveSkillError(f"expected {_said(skill)} to answer, got {_said(found)}: the layers say so")

    @contextmanager
    def watched(self, model: nn.Module, skill: str | None) -> Generator[None]:
        """While it is open, every forward pass of `model` begins with `check`; so does the end."""

        def check(*_: object) -> None:
            self.check(skill)

        handle = model.register_forward_pre_hook(check)
        try:
            yield
        finally:
            handle.remove()
        self.check(skill)


def _held(layer: Any) -> set[str]:  # noqa: ANN401 - two classes of peft
    """The adapters that have parameters in this layer."""
    return layer._get_available_adapters()  # noqa: SLF001 - peft has no public name for it


def _adding(layer: Any) -> set[str]:  # noqa: ANN401 - two classes of peft
    """The adapters that the layer's forward pass adds now."""
    routing = getattr(layer, "routing", None)
    if routing is not None and routing.ids is not None:
        raise ActiveSkillError("expected one skill for the whole batch, got a batch that is routed sample by sample")
    if getattr(layer, "merged_adapters", None):
        raise ActiveSkillError(
            "expected adapters beside the base weights, got one that is merged into them, and rounded"
        )
    return set[str]() if layer.disable_adapters else set(layer.active_adapters) & _held(layer)


def _scale(layer: Any, adapter: str) -> float:  # noqa: ANN401 - two classes of peft
    """What the adapter's update is multiplied by; a module that is replaced as a whole has none."""
    scales: Mapping[str, float] = getattr(layer, "scales", None) or getattr(layer, "scaling", None) or {}
    return float(scales.get(adapter, 1.0))


def _said(skill: str | None) -> str:
    return "the base model alone" if skill is None else skill
