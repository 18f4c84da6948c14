"""Base weights that are no plain tensors: they are adapted and served, and merged into or refused by name."""

# torch, peft and transformers have partial types.
# ruff: noqa: ANN401
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from collections.abc import Callable
from typing import Any

import pytest
import torch
import transformers
from torch import Tensor, nn
from torch.utils._pytree import tree_map

from share_rs.errors import SubspaceError
from share_rs.tuner import merge_residuals
from tests.tuner.conftest import Bench
from tests.tuner.models import gap, outputs
from tests.tuner.untyped import Model, ShareConfig, attach, get_peft_model

PRODUCTS = {torch.ops.aten.t.default, torch.ops.aten.mm.default, torch.ops.aten.addmm.default}


class Packed(Tensor):
    """Whole numbers and a scale, which can be multiplied with and not added to: as weights that PEFT does not know."""

    packed: Tensor
    scale: Tensor

    def __new__(cls, packed: Tensor, scale: Tensor) -> "Packed":  # noqa: PYI034 - Self is not in Python 3.10
        found: Any = torch.Tensor._make_wrapper_subclass(cls, packed.shape, dtype=scale.dtype)
        found.packed, found.scale = packed, scale
        return found

    @classmethod
    def of(cls, weight: Tensor) -> "Packed":
        scale = weight.detach().abs().max() / 127
        return cls((weight.detach() / scale).round().to(torch.int8), scale)

    @classmethod
    def __torch_dispatch__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func is torch.ops.aten.detach.default:
            return cls(args[0].packed, args[0].scale)
        if func not in PRODUCTS:
            raise NotImplementedError(func)
        plain = tree_map(unpacked, args)
        return func(*plain, **(kwargs or {}))


def unpacked(value: Any) -> Any:
    return value.packed * value.scale if isinstance(value, Packed) else value


def packed(model: Model) -> Model:
    for module in model.modules():
        if isinstance(module, nn.Linear):
            module.weight = nn.Parameter(Packed.of(module.weight), requires_grad=False)
    return model


@pytest.mark.parametrize("name", ["qwen2", "llama", "t5", "bert", "vit"])
def test_a_weight_that_can_only_be_multiplied_with_is_adapted_and_a_merge_is_refused(
    name: str, bench: Callable[[str], Bench]
) -> None:
    one = bench(name)
    batch = one.architecture.batch(2)
    base = outputs(packed(one.model()), batch)
    model = attach(packed(one.model()), one.folder, ["bc"])
    found = outputs(model, batch)
    assert gap(found, base) > 0.01
    model(**batch).loss.backward()
    assert all(value.grad is not None for value in model.parameters() if value.requires_grad)
    with pytest.raises(
        SubspaceError,
        match=r"layer .*: expected a base weight that can be written, got a Packed of torch.float32, quantised",
    ):
        model.merge_adapter()
    assert torch.equal(outputs(model, batch), found)
    with model.disable_adapter():
        assert torch.equal(outputs(model, batch), base)


def test_a_weight_of_whole_numbers_is_never_rounded_into(qwen2: Bench) -> None:
    model = attach(qwen2.model(), qwen2.folder, ["bc"])
    layer = model.base_model.model.model.layers[0].mlp.up_proj
    layer.base_layer.weight = nn.Parameter(layer.base_layer.weight.to(torch.int8), requires_grad=False)
    with pytest.raises(
        SubspaceError, match=r"up_proj: expected .* got a Tensor of torch.int8, .*export it as a plain LoRA"
    ):
        layer.merge()


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")
@pytest.mark.parametrize("name", ["qwen2", "llama", "t5", "bert", "vit"])
def test_layers_of_another_kind_are_named_with_what_they_are(name: str, bench: Callable[[str], Bench]) -> None:
    one = bench(name)
    model = torch.ao.quantization.quantize_dynamic(one.model())  # pyright: ignore[reportDeprecated]
    layer = next(iter(one.subspace().layers))
    for values in ({}, {"target_modules": [layer]}):
        with pytest.raises(
            SubspaceError, match=rf"{layer}.* a torch\.ao\.nn\.quantized\.dynamic\.modules\.linear\.Linear"
        ):
            get_peft_model(model, ShareConfig(subspace=str(one.folder), **values))
    with pytest.raises(
        SubspaceError, match="quantised in a way that PEFT cannot read, or of another kind; adapt the model bef"
    ):
        get_peft_model(model, ShareConfig(subspace=str(one.folder)))


def test_a_merge_into_torchao_is_undone_exactly_and_refused_where_nobody_could_quantise_again(qwen2: Bench) -> None:
    quantization = pytest.importorskip("torchao.quantization")
    batch = qwen2.architecture.batch(2)
    loaded = transformers.AutoModelForCausalLM.from_pretrained(
        qwen2.base, quantization_config=transformers.TorchAoConfig(quantization.Int8WeightOnlyConfig())
    )
    model = attach(loaded.eval(), qwen2.folder, ["bc"])
    due = outputs(model, batch)
    model.merge_adapter()
    assert gap(outputs(model, batch), due) < 0.2
    assert all(0 < value < 0.2 for value in merge_residuals(model).values())
    model.unmerge_adapter()
    assert torch.equal(outputs(model, batch), due)
    other = qwen2.model()
    quantization.quantize_(other, quantization.Int8WeightOnlyConfig())
    model = attach(other, qwen2.folder, ["bc"])
    due = outputs(model, batch)
    with pytest.raises(
        SubspaceError, match="quantised by torchao that cannot be unpacked, or not packed again without"
    ):
        model.merge_adapter()
    assert torch.equal(outputs(model, batch), due)
