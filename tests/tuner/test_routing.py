# torch, peft and transformers have partial types.
# ruff: noqa: ANN401
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import copy
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor

from share_rs.errors import SubspaceError
from share_rs.tuner import skill_ids, use_skills
from share_rs.tuner.layer import ShareLayer
from tests.tuner.conftest import Bench
from tests.tuner.models import SKILLS, checkpointed, gap, outputs
from tests.tuner.untyped import ShareConfig, attach, get_peft_model

EXACT = 2e-5
NAMES = ("tm", "__base__", "bc", "tm")


def alone(bench: Bench, batch: dict[str, Tensor]) -> dict[str, Tensor]:
    """The outputs of each skill, and of the base, for the whole batch."""
    model = attach(bench.model(), bench.folder, SKILLS, task_type=bench.architecture.task)
    found: dict[str, Tensor] = {"__base__": outputs(bench.model(), batch)}
    for skill in SKILLS:
        model.set_adapter(skill)
        found[skill] = outputs(model, batch)
    return found


@pytest.mark.parametrize("name", ["qwen2", "llama", "t5", "bert", "vit", "gpt2"])
def test_each_sample_uses_its_own_skill_by_name_or_by_id(name: str, bench: Callable[[str], Bench]) -> None:
    one = bench(name)
    batch = one.architecture.batch(4)
    each = alone(one, batch)
    due = torch.stack([each[skill][row] for row, skill in enumerate(NAMES)])
    model = attach(one.model(), one.folder, SKILLS, task_type=one.architecture.task)
    ids = skill_ids(model, NAMES)
    assert ids.tolist() == [1, -1, 0, 1]
    for options in ({"skill_ids": ids}, {"skill_ids": ids.to(torch.int32)}, {"adapter_names": list(NAMES)}):
        found = outputs(model, batch, **options)
        assert gap(found, due) < EXACT
        assert torch.equal(found[1], each["__base__"][1]) or gap(found[1], each["__base__"][1]) < 1e-6
    assert gap(outputs(model, batch), each["bc"]) < EXACT
    with use_skills(model, ids):
        assert gap(outputs(model.get_base_model(), batch), due) < EXACT


def test_positions_of_a_sample_may_use_different_skills(qwen2: Bench) -> None:
    batch = qwen2.architecture.batch(2)
    model = attach(qwen2.model(), qwen2.folder, SKILLS)
    ids = torch.tensor([0, 1])[:, None].expand(2, 6)
    assert torch.allclose(outputs(model, batch, skill_ids=ids), outputs(model, batch, skill_ids=ids[:, 0]), atol=1e-5)
    mixed = ids.clone()
    mixed[0, 3:] = 1
    found = outputs(model, batch, skill_ids=mixed)
    assert torch.allclose(found[0, :3], outputs(model, batch, skill_ids=ids)[0, :3], atol=1e-5)  # attention is causal
    assert gap(found[0, 3:], outputs(model, batch, skill_ids=ids)[0, 3:]) > 0.01


# BERT's and ViT's here do not generate.
@pytest.mark.parametrize("name", ["qwen2", "llama", "t5", "gpt2"])
@pytest.mark.parametrize(
    "options",
    [
        {"do_sample": False},
        {"num_beams": 3},
        {"num_beams": 2, "num_return_sequences": 2},
        {"do_sample": True, "num_return_sequences": 3},
    ],
)
def test_generation_keeps_each_sample_on_its_skill_with_beams_too(
    name: str, options: dict[str, Any], bench: Callable[[str], Bench]
) -> None:
    one = bench(name)
    ids = one.architecture.batch(4)["input_ids"]
    options = {
        "max_new_tokens": 4,
        "min_new_tokens": 4,
        "pad_token_id": 0,
        "attention_mask": torch.ones_like(ids),
        **options,
    }
    model = attach(one.model(), one.folder, SKILLS, task_type=one.architecture.task)

    def generated(model: Any, **more: Any) -> Tensor:
        torch.manual_seed(5)
        return model.generate(input_ids=ids, **options, **more)

    found = generated(model, skill_ids=skill_ids(model, NAMES))
    assert torch.equal(found, generated(model, adapter_names=list(NAMES)))
    if options.get("do_sample"):
        return  # what is drawn for a sample depends on the others of its batch
    each: dict[str, Tensor] = {"__base__": generated(one.model())}
    for skill in SKILLS:
        model.set_adapter(skill)
        each[skill] = generated(model)
    assert not torch.equal(each["bc"], each["tm"])
    per = found.shape[0] // 4
    for row, skill in enumerate(NAMES):
        assert torch.equal(found[row * per : (row + 1) * per], each[skill][row * per : (row + 1) * per])


def gradients(model: Any) -> dict[str, Tensor]:
    return {name: value.grad.clone() for name, value in model.named_parameters() if value.grad is not None}


def together(bench: Bench) -> Any:
    """A model whose skills are all trained."""
    model = attach(bench.model(), bench.folder, SKILLS)
    model.base_model.set_adapter(list(SKILLS))
    return model.train()


@pytest.mark.parametrize("checkpointing", [None, False, True])
def test_a_mixed_batch_trains_every_skill_as_if_alone(qwen2: Bench, checkpointing: bool | None) -> None:  # noqa: FBT001
    """None: no checkpointing; else whether it is the reentrant kind. Backward recomputes blocks when the batch is over."""
    batch = qwen2.architecture.batch(4)

    def loss(model: Any, rows: list[int], **options: Any) -> Tensor:
        logits = model(input_ids=batch["input_ids"][rows], **options).logits
        return logits.square().sum() / 100

    due: dict[str, Tensor] = {}
    for skill in SKILLS:
        model = attach(qwen2.model(), qwen2.folder, SKILLS).train()
        model.set_adapter(skill)
        loss(model, [row for row, name in enumerate(NAMES) if name == skill]).backward()
        due |= gradients(model)
    model = together(qwen2)
    if checkpointing is not None:
        checkpointed(model, use_reentrant=checkpointing)
    first = loss(model, [0, 1], skill_ids=skill_ids(model, NAMES[:2]))
    second = loss(model, [2, 3], adapter_names=list(NAMES[2:]))  # a second batch before the first one's backward
    first.backward()
    second.backward()
    found = gradients(model)
    assert found.keys() == due.keys()
    for name, value in due.items():
        assert gap(found[name], value) < 1e-4, name


# Not GPT-2: transformers' own forward breaks the graph.
@pytest.mark.parametrize("name", ["qwen2", "llama", "t5", "bert", "vit"])
def test_other_ids_need_no_other_graph(name: str, bench: Callable[[str], Bench]) -> None:
    one = bench(name)
    batch = one.architecture.batch(4)
    if name != "t5":  # its decoder begins with them
        del batch["labels"]
    configs = {
        skill: ShareConfig(
            subspace=str(one.folder),
            skill=skill,
            target_modules=one.architecture.layers,
            task_type=one.architecture.task,
        )
        for skill in SKILLS
    }
    model = get_peft_model(one.shallow(), configs["bc"], adapter_name="bc")
    model.add_adapter("tm", configs["tm"])
    compositions = ([0, 1, -1, 1], [1, 1, 0, -1], [-1, -1, -1, -1])
    due = [outputs(model, batch, skill_ids=torch.tensor(ids)) for ids in compositions]
    assert all(gap(due[left], due[right]) > 0.01 for left, right in ((0, 1), (1, 2), (2, 0)))
    graphs: list[int] = []

    def backend(module: torch.fx.GraphModule, _: list[Tensor]) -> Callable[..., Any]:
        graphs.append(len(module.graph.nodes))
        return module.forward

    torch.compiler.reset()
    compiled = torch.compile(model, backend=backend, fullgraph=True)
    for ids, value in zip(compositions, due, strict=True):
        assert gap(outputs(compiled, batch, skill_ids=torch.tensor(ids)), value) < EXACT
    assert len(graphs) == 1
    torch.compiler.reset()


def test_skills_that_change_different_layers_mix_too(qwen2: Bench) -> None:
    space = qwen2.subspace()
    small = space.skills["tm"]
    kept = {name: one for name, one in small.coefficients.items() if name.endswith("q_proj")}
    part = type(small)(
        "part", {name: type(one)(one.eps_beta[:, :1], one.eps_alpha[:, :1]) for name, one in kept.items()}, scale=0.5
    )
    batch = qwen2.architecture.batch(2)
    model = attach(qwen2.model(), space, ["bc", part])
    mixed = outputs(model, batch, skill_ids=torch.tensor([1, 0]))
    assert gap(mixed[1], outputs(model, batch)[1]) < EXACT
    model.set_adapter("part")
    assert gap(mixed[0], outputs(model, batch)[0]) < EXACT


def test_ids_that_do_not_fit_the_batch_or_the_model_are_refused(qwen2: Bench) -> None:
    batch = qwen2.architecture.batch(4)
    model = attach(qwen2.model(), qwen2.folder, SKILLS)
    for ids in (torch.tensor([0, 1]), torch.tensor([0])):
        with pytest.raises(SubspaceError, match="each of the 4 samples of the batch, got"):
            model(**batch, skill_ids=ids)
    with pytest.raises(SubspaceError, match="each of the 4 samples of the batch, got 2"):
        model.generate(**batch | {"labels": None}, skill_ids=torch.tensor([0, 1]), max_new_tokens=2)
    with pytest.raises(SubspaceError, match="names of adapters among bc, tm, or __base__; got nobody"):
        model(**batch, adapter_names=["bc", "nobody", "tm", "bc"])
    with pytest.raises(ValueError, match=r"from -1 \(base\) to N - 1 = 1"):
        model(**batch, skill_ids=torch.tensor([0, 1, 2, 0]))
    for ids in (torch.tensor(0), torch.tensor([0.0, 1.0, 1.0, 0.0]), torch.tensor([True, False, True, False])):
        with pytest.raises(SubspaceError, match=r"expected skill_ids as integers \(B\), or \(B, S\)"):
            model(**batch, skill_ids=ids)
    with pytest.raises(SubspaceError, match="either skill_ids or adapter_names"):
        model(**batch, skill_ids=torch.tensor([0, 1, 1, 0]), adapter_names=["bc"] * 4)
    with (
        pytest.raises(SubspaceError, match="without any: attach skills first"),
        use_skills(qwen2.model(), torch.tensor([0])),
    ):
        pass
    model.merge_adapter()
    with pytest.raises(SubspaceError, match="bc is merged into them; call unmerge_adapter"):
        model(**batch, skill_ids=torch.tensor([0, 1, 1, 0]))
    assert gap(outputs(model, batch), alone(qwen2, batch)["bc"]) < EXACT  # no batch is left open by what was refused


def test_without_adapters_every_sample_is_the_base(qwen2: Bench) -> None:
    batch = qwen2.architecture.batch(2)
    model = attach(qwen2.model(), qwen2.folder, SKILLS)
    with model.disable_adapter():
        assert torch.equal(outputs(model, batch, skill_ids=torch.tensor([0, 1])), outputs(qwen2.model(), batch))


def test_several_active_skills_add_up(qwen2: Bench) -> None:
    space = qwen2.subspace()
    model = attach(qwen2.model(), space, SKILLS)
    model.base_model.set_adapter(list(SKILLS))
    layer: Any = next(module for module in model.modules() if isinstance(module, ShareLayer))
    due = layer.get_delta_weight("bc") + layer.get_delta_weight("tm")
    x = torch.randn(3, due.shape[1])
    with torch.no_grad():
        assert torch.allclose(layer(x) - layer.base_layer(x), x @ due.T, atol=1e-4)


def test_a_copy_of_a_model_routes_on_its_own(qwen2: Bench) -> None:
    batch = qwen2.architecture.batch(2)
    model = attach(qwen2.model(), qwen2.folder, SKILLS)
    other = copy.deepcopy(model)
    ids = torch.tensor([0, 1])
    with use_skills(model, ids):
        assert gap(outputs(other, batch), outputs(attach(qwen2.model(), qwen2.folder, ["bc"]), batch)) < EXACT
    assert gap(outputs(other, batch, skill_ids=ids), outputs(model, batch, skill_ids=ids)) < EXACT
