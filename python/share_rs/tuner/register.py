"""Makes the method known to PEFT, which has no hook for methods from outside: a member of its enum, then its own registration.

This file can go on the day PEFT opens its registration.
"""

# torch, peft and transformers have partial types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, cast

import peft
from peft import PeftModel, mapping, peft_model
from peft.tuners.tuners_utils import BaseTuner
from peft.utils import PeftType, register_peft_method, save_and_load

from share_rs.errors import SubspaceError
from share_rs.tuner.saving import bases_of, check_bases, renamed

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor, nn

NAME = "SHARELORA"
"""Not SHARE: transformers takes every key that contains the lower-case name for an adapter's, and T5 has `shared.weight`."""
PREFIX = "sharelora_"


def register(config: type, model: type) -> None:
    """Registers the method, once: a second call, after a reload of the package, does nothing.

    Args:
        config: the class of its config.
        model: the class of its tuner.
    """
    if NAME not in PeftType.__members__:
        _extend_enum()
    if peft_type() not in mapping.PEFT_TYPE_TO_CONFIG_MAPPING:
        register_peft_method(name=NAME.lower(), config_cls=config, model_cls=model, prefix=PREFIX)
        _strip_skill_ids(model)
        if not hasattr(BaseTuner, "_get_adapter_state_dict"):
            _save_bases()
        if not hasattr(BaseTuner, "_remap_adapter_state_dict_for_load"):
            _load_bases()


def peft_type() -> PeftType:
    """The enum member."""
    return PeftType(NAME)


def _extend_enum() -> None:
    """What the class statement does for a member of `class PeftType(str, Enum)`; Python 3.10 to 3.14."""
    member = str.__new__(PeftType, NAME)
    member._name_ = NAME
    member._value_ = NAME
    enum = cast("Any", PeftType)
    enum._member_names_.append(NAME)
    enum._member_map_[NAME] = member
    enum._value2member_map_[NAME] = member
    type.__setattr__(PeftType, NAME, member)


def _strip_skill_ids(tuner: type) -> None:
    """A PeftModel keeps from the base model the arguments that it names itself, in an attribute of the instance."""
    inner = PeftModel.__init__

    @wraps(inner)
    def with_skill_ids(self: PeftModel, model: nn.Module, peft_config: Any, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        if getattr(peft_config, "peft_type", None) == peft_type():
            _check_task(self, model, peft_config)
        inner(self, model, peft_config, *args, **kwargs)
        if isinstance(self.base_model, tuner):
            self.special_peft_forward_args = {*self.special_peft_forward_args, "skill_ids"}

    cast("Any", PeftModel).__init__ = with_skill_ids


def _check_task(peft: PeftModel, model: nn.Module, config: Any) -> None:  # noqa: ANN401 - a ShareConfig
    """PEFT's classes for text that is generated take from the model what a body has not, after they have changed it."""
    generates = isinstance(peft, peft_model.PeftModelForCausalLM | peft_model.PeftModelForSeq2SeqLM)
    if generates and not hasattr(model, "prepare_inputs_for_generation"):
        raise SubspaceError(
            f"expected a model that generates, for the adapter's task_type is {config.task_type}, got a {type(model).__name__}, the "
            "body of one; load the whole model, or put the adapter on the body by its load_adapter, or with task_type=None"
        )


def _save_bases() -> None:
    """PEFT before 0.21 asks no tuner what belongs to an adapter: it takes the keys with the prefix, which the bases do not have."""
    inner = save_and_load.get_peft_model_state_dict

    @wraps(inner)
    def with_bases(
        model: nn.Module,
        state_dict: dict[str, Tensor] | None = None,
        adapter_name: str = "default",
        **options: Any,  # noqa: ANN401
    ) -> dict[str, Tensor]:
        found = inner(model, state_dict=state_dict, adapter_name=adapter_name, **options)
        config = cast("Any", model).peft_config[adapter_name]
        if config.peft_type == peft_type() and config.save_basis:
            found |= bases_of(model, adapter_name, model.state_dict() if state_dict is None else state_dict)
        return found

    _put("get_peft_model_state_dict", with_bases)


def _load_bases() -> None:
    """Nor does it ask, before 0.21, which of a model's layers a file means, and whether its bases may be put there."""
    inner = save_and_load.set_peft_model_state_dict

    @wraps(inner)
    def with_bases(
        model: nn.Module,
        peft_model_state_dict: dict[str, Tensor],
        adapter_name: str = "default",
        **options: Any,  # noqa: ANN401
    ) -> object:
        found = peft_model_state_dict
        if cast("Any", model).peft_config[adapter_name].peft_type == peft_type():
            found = renamed(model, adapter_name, found)
            check_bases(model, adapter_name, found)
        return inner(model, found, adapter_name=adapter_name, **options)

    _put("set_peft_model_state_dict", with_bases)


def _put(name: str, function: Callable[..., object]) -> None:
    """In the place of PEFT's own function, wherever PEFT has imported it to."""
    own = getattr(save_and_load, name)
    for module in (save_and_load, peft, peft.utils, peft_model, peft.mixed_model):
        if getattr(module, name, None) is own:
            setattr(module, name, function)
