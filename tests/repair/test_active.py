"""What the layers say is what is believed."""

# pyright: reportPrivateUsage=false, reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownLambdaType=false

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from share_rs.errors import ActiveSkillError, ShareError
from share_rs.repair.active import ActiveSkill
from share_rs.repair.lora import LoraSkills
from share_rs.repair.shared import SubspaceSkills

LABELS = ("mean", "skill:moves", "skill:traits.2")


@pytest.fixture(params=["lora", "subspace"])
def adapted(request: pytest.FixtureRequest, model_dir: Path, adapters_dir: Path, subspace_dir: Path) -> Any:  # noqa: ANN401 - a PeftModel, and what reads it
    from transformers import AutoModelForCausalLM  # noqa: PLC0415 - heavy

    base: Any = AutoModelForCausalLM.from_pretrained(model_dir)
    skills = LoraSkills(adapters_dir) if request.param == "lora" else SubspaceSkills(subspace_dir)
    model, adapters = skills.attach(base, LABELS)
    assert list(adapters.values()) == list(LABELS)
    return model, ActiveSkill(base, adapters)


def test_the_active_adapter_is_read_by_its_label(adapted: Any) -> None:  # noqa: ANN401 - as above
    model, active = adapted
    for place, label in enumerate(LABELS):
        model.set_adapter(f"share_{place:04d}")
        assert active.read() == label
        active.check(label)


def test_a_model_without_adapters_is_the_base_model() -> None:
    active = ActiveSkill(torch.nn.Linear(2, 2), {})
    assert active.read() is None
    with pytest.raises(ActiveSkillError, match="expected skill:a to answer, got the base model alone"):
        active.check("skill:a")


def test_disabled_adapters_are_the_base_model(adapted: Any) -> None:  # noqa: ANN401 - as above
    model, active = adapted
    with model.disable_adapter():
        assert active.read() is None
    assert active.read() == "mean"


def zero_scale(model: Any, layer: Any) -> None:  # noqa: ANN401, ARG001 - as above
    (layer.scaling if hasattr(layer, "scaling") else layer.scales)["share_0000"] = 0.0


def disable(model: Any, layer: Any) -> None:  # noqa: ANN401, ARG001 - as above
    layer.enable_adapters(enabled=False)


def switch(model: Any, layer: Any) -> None:  # noqa: ANN401, ARG001 - as above
    layer.set_adapter("share_0001")


def both(model: Any, layer: Any) -> None:  # noqa: ANN401, ARG001 - as above
    model.base_model.set_adapter(["share_0000", "share_0001"])


def delete(model: Any, layer: Any) -> None:  # noqa: ANN401, ARG001 - as above
    layer.delete_adapter("share_0000")


@pytest.mark.filterwarnings("ignore:Adapter share_0000 was active which is now deleted")
@pytest.mark.parametrize("change", [zero_scale, disable, switch, both, delete])
def test_one_layer_that_differs_is_an_error(adapted: Any, change: Callable[[Any, Any], None]) -> None:  # noqa: ANN401 - as above
    model, active = adapted
    change(model, active._layers[0][1])
    with pytest.raises(ActiveSkillError):
        active.check("mean")


def test_an_adapter_that_is_merged_into_the_weights_is_refused(adapted: Any) -> None:  # noqa: ANN401 - as above
    model, active = adapted
    model.merge_adapter()
    with pytest.raises(ActiveSkillError, match="merged into them"):
        active.read()
    model.unmerge_adapter()
    assert active.read() == "mean"


def test_the_error_is_one_of_ours_and_an_assertion() -> None:
    assert issubclass(ActiveSkillError, ShareError)
    assert issubclass(ActiveSkillError, AssertionError)
