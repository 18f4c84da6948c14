"""Which skill each sample of a batch uses, while the batch runs.

PEFT hands `adapter_names` to every layer by hooks, a list that makes torch.compile build a graph for each composition. Here one
object, shared by all layers of a model, holds the ids as a tensor: their values are data.
"""

# torch, peft and transformers have partial types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import torch
from peft.utils.other import AuxiliaryTrainingWrapper

from share_rs.errors import SubspaceError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence

    from torch import Tensor, nn

    from share_rs.tuner.bank import SkillBank
    from share_rs.tuner.layer import Chosen

BASE = "__base__"
"""PEFT's name for no adapter."""

TIME_MAJOR = frozenset({"fsmt", "xlnet"})
"""Models of transformers whose layers see positions first and samples second."""


class Routing:
    """The ids of the running batch, into `names`; None where the active adapters decide."""

    def __init__(self) -> None:
        self.names: tuple[str, ...] = ()
        self.ids: Tensor | None = None
        self.bank: SkillBank | None = None
        """What the ids choose from in the place of adapters."""
        self.parts: Mapping[str, Chosen] | None = None
        """The bank's coefficients by layer, while a batch runs."""

    def __deepcopy__(self, memo: dict[int, object]) -> Routing:
        """A copy of a model shares one among its layers, and begins with no batch."""
        copy = Routing()
        memo[id(self)] = copy
        return copy

    def of(self, x: Tensor, layer: str) -> Tensor:
        """The ids for an input (B, ..., d), of the first dimension or more.

        Inside of `generate`, beams and returned sequences repeat each sample in place, in the decoder only; so does a layer that
        sees samples and positions as one dimension.

        Raises:
            SubspaceError: the input is not that of a batch; `layer` is what it is called then.
        """
        assert self.ids is not None  # noqa: S101 - asked only while a batch runs
        ids = self.ids.to(x.device)
        rows = x.shape[0]
        if ids.ndim == 1 and ids.shape[0] != rows and ids.shape[0] and rows % ids.shape[0] == 0:
            return ids.repeat_interleave(rows // ids.shape[0], output_size=rows)
        if ids.shape[0] != rows:
            raise SubspaceError(
                f"layer {layer}: expected inputs of {ids.shape[0]} samples, or a multiple, got {rows} rows: it does not see the batch; "
                "leave it out of target_modules, or use set_adapter, a skill for the whole batch"
            )
        return ids


@contextmanager
def use_skills(model: nn.Module, skills: Tensor | Sequence[str]) -> Generator[None]:
    """While it is open, each sample of the batch uses its own skill, in training too.

    For a PeftModel, `model(..., skill_ids=...)` and `model(..., adapter_names=...)` do this; a transformers model with adapters of
    its own (`model.load_adapter`) has no such arguments. A block that transformers checkpoints sees the same skills when backward
    runs it again; one that other code checkpoints does so only while the context is open.

    Args:
        model: holds the adapters.
        skills: signed integers (B) or (B, S), the place of each sample's (or position's) adapter in `model.peft_config`, or its id
            in the model's `SkillBank`, -1 for the base model; or B names of adapters, `__base__` for the base model.

    Raises:
        SubspaceError: the model has no Share layers, or turns its batch; names that are not there, or ids that are none.
    """
    routing = routing_of(model)
    kind = getattr(getattr(model, "config", None), "model_type", None)
    if kind in TIME_MAJOR:
        raise SubspaceError(
            f"expected a model whose layers see samples first, got one of {kind}, which turns its batch: a skill per sample cannot be "
            "told there; use set_adapter, a skill for the whole batch"
        )
    bank = routing.bank
    names = adapter_names(model) if bank is None else ()
    if isinstance(skills, torch.Tensor):
        if skills.ndim not in {1, 2} or skills.dtype.is_floating_point or skills.dtype == torch.bool:
            raise SubspaceError(
                f"expected skill_ids as integers (B), or (B, S) for a skill per position, got {skills.dtype} of shape "
                f"{tuple(skills.shape)}"
            )
        ids = skills
    elif bank is not None:
        ids = bank.places(skills)
    else:
        _refuse_unknown(skills, names)
        names = tuple(sorted(set(skills) - {BASE}))  # a bank of what the batch uses, however many adapters there are
        ids = _places(skills, names)
    with _running(routing, names, ids, bank and bank.parts()), _checkpoints_remember(model, routing):
        yield


def skill_ids(model: nn.Module, names: Sequence[str]) -> Tensor:
    """The ids of adapters, or of the skills of a bank, by name, int64 (B); `__base__` is -1.

    Raises:
        SubspaceError: a name that is no adapter of the model, or not in its bank.
    """
    bank = routing_of(model).bank
    if bank is not None:
        return bank.places(names)
    known = adapter_names(model)
    _refuse_unknown(names, known)
    return _places(names, known)


def skill_names(model: nn.Module, skills: Tensor | Sequence[str]) -> list[str]:
    """The names that ids stand for; names are given back. On an accelerator this waits for the device."""
    if not isinstance(skills, torch.Tensor):
        return list(skills)
    known = adapter_names(model)
    places: list[int] = skills.tolist()
    return [known[place] if place >= 0 else BASE for place in places]


def adapter_names(model: nn.Module) -> tuple[str, ...]:
    """The adapters in the order of `model.peft_config`, which is that of their ids."""
    return tuple(cast("Mapping[str, object]", cast("Any", model).peft_config))


def _places(names: Sequence[str], known: Sequence[str]) -> Tensor:
    places = {name: place for place, name in enumerate(known)} | {BASE: -1}
    return torch.tensor([places[name] for name in names], dtype=torch.int64)


def _refuse_unknown(names: Sequence[str], known: Sequence[str]) -> None:
    missing = sorted(set(names) - set(known) - {BASE})
    if missing:
        raise SubspaceError(
            f"expected names of adapters among {', '.join(sorted(known))}, or {BASE}; got {', '.join(missing)}"
        )


def routing_of(model: nn.Module) -> Routing:
    """The object that the model's Share layers share.

    Raises:
        SubspaceError: there are none.
    """
    for module in model.modules():
        found = getattr(module, "routing", None)
        if isinstance(found, Routing):
            return found
    raise SubspaceError(
        f"expected a model with Share layers, got a {type(model).__name__} without any: attach skills first"
    )


@contextmanager
def heads_follow(model: nn.Module, names: Sequence[str]) -> Generator[None]:
    """While it is open, modules that adapters keep in full (`modules_to_save`) use each sample's own copy, as PEFT does it."""

    def name_them(
        _: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return args, {**kwargs, "adapter_names": list(names)}

    with ExitStack() as hooks:
        for module in model.modules():
            if isinstance(module, AuxiliaryTrainingWrapper):
                hooks.callback(module.register_forward_pre_hook(name_them, with_kwargs=True).remove)
        yield


def has_heads(model: nn.Module) -> bool:
    """Whether adapters keep modules in full."""
    return any(isinstance(module, AuxiliaryTrainingWrapper) for module in model.modules())


@contextmanager
def _running(
    routing: Routing, names: tuple[str, ...], ids: Tensor | None, parts: Mapping[str, Chosen] | None
) -> Generator[None]:
    before = routing.names, routing.ids, routing.parts
    routing.names, routing.ids, routing.parts = names, ids, parts
    try:
        yield
    finally:
        routing.names, routing.ids, routing.parts = before


@contextmanager
def _checkpoints_remember(model: nn.Module, routing: Routing) -> Generator[None]:
    """A checkpointed block runs a second time during backward, when the batch is over: it then sees the ids of its first time."""
    wrapped: list[tuple[Any, Callable[..., object]]] = []
    try:
        for module in model.modules():
            checkpoint = module.__dict__.get("_gradient_checkpointing_func")
            if checkpoint is not None and getattr(module, "gradient_checkpointing", False):
                wrapped.append((module, checkpoint))
                cast("Any", module)._gradient_checkpointing_func = partial(_checkpoint, checkpoint, routing)  # noqa: SLF001
        yield
    finally:
        for module, checkpoint in wrapped:
            module._gradient_checkpointing_func = checkpoint  # noqa: SLF001


def _checkpoint(
    checkpoint: Callable[..., object], routing: Routing, function: Callable[..., object], *inputs: object
) -> object:
    names, ids, parts = routing.names, routing.ids, routing.parts

    def remembering(*again: object) -> object:
        with _running(routing, names, ids, parts):
            return function(*again)

    return checkpoint(remembering, *inputs)
