# torch, peft and transformers have partial types.
# ruff: noqa: ANN401
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownLambdaType=false

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor

from share_rs.errors import SubspaceError
from share_rs.subspace import Skill
from share_rs.tuner import SkillBank, skill_ids
from tests.tuner.conftest import Bench
from tests.tuner.models import SKILLS, checkpointed, gap, outputs
from tests.tuner.untyped import attach

EXACT = 2e-5
NAMES = ("tm", "__base__", "bc", "tm")


def many(bench: Bench, count: int) -> list[Skill]:
    """Skills on the bench's bases, all different: sums of its two."""
    one, other = (bench.subspace().skills[name] for name in SKILLS)
    found: list[Skill] = []
    for number in range(count):
        coefficients = {
            layer: type(own)(own.eps_beta * (number + 1) / count, own.eps_alpha * (-1) ** number)
            for layer, own in (one if number % 2 else other).coefficients.items()
        }
        found.append(replace(one, name=f"skill{number}", coefficients=coefficients, origin={}))
    return found


@pytest.mark.parametrize("name", ["qwen2", "llama", "t5", "bert", "vit", "gpt2"])
def test_a_bank_gives_what_the_adapters_gave(name: str, bench: Callable[[str], Bench]) -> None:
    one = bench(name)
    batch = one.architecture.batch(4)
    model = attach(one.model(), one.folder, SKILLS, task_type=one.architecture.task)
    due = outputs(model, batch, adapter_names=list(NAMES))
    bank = SkillBank(model)
    assert list(bank.ids) == list(SKILLS)
    assert skill_ids(model, NAMES).tolist() == [1, -1, 0, 1]
    assert gap(outputs(model, batch, adapter_names=list(NAMES)), due) < EXACT
    assert gap(outputs(model, batch, skill_ids=torch.tensor([1, -1, 0, 1])), due) < EXACT
    bank.leave()
    assert gap(outputs(model, batch, adapter_names=list(NAMES)), due) < EXACT


def test_skills_come_and_go_while_the_ids_of_others_stay(qwen2: Bench) -> None:
    batch = qwen2.architecture.batch(3)
    model = attach(qwen2.model(), qwen2.folder, SKILLS)
    skills = many(qwen2, 5)
    each: list[Tensor] = []
    for skill in skills:
        own = attach(qwen2.model(), qwen2.subspace(), [skill])
        each.append(outputs(own, batch))
    bank = SkillBank(model, skills[:3], capacity=4)
    rows = bank.values
    assert [bank.insert(skills[3]), bank.ids["skill1"]] == [3, 1]
    bank.remove("skill1")
    base = outputs(qwen2.model(), batch)
    found = outputs(model, batch, skill_ids=torch.tensor([3, 1, 0]))
    assert gap(found[0], each[3][0]) < EXACT
    assert gap(found[1], base[1]) < EXACT  # an empty row
    assert gap(found[2], each[0][2]) < EXACT
    assert bank.insert(skills[4]) == 1
    assert bank.values is rows
    assert bank.insert(skills[1]) == 4  # doubled
    assert bank.values.shape[0] == 8
    found = outputs(model, batch, skill_ids=torch.tensor([4, 1, 2]))
    for row, number in enumerate((1, 4, 2)):
        assert gap(found[row], each[number][row]) < EXACT


def test_what_went_in_comes_out(qwen2: Bench) -> None:
    model = attach(qwen2.model(), qwen2.folder, SKILLS)
    skills = [replace(skill, scale=0.25 * (number + 1)) for number, skill in enumerate(many(qwen2, 3))]
    bank = SkillBank(model, skills, p=3, scale=0.5)
    own = attach(qwen2.model(), qwen2.subspace(), skills)
    batch = qwen2.architecture.batch(3)
    names = [skill.name for skill in skills]
    due = outputs(own, batch, adapter_names=names)
    assert gap(outputs(model, batch, adapter_names=names), due) < EXACT
    again = attach(qwen2.model(), qwen2.subspace(), [bank.skill(name) for name in names])
    assert gap(outputs(again, batch, adapter_names=names), due) < EXACT


def loss(model: Any, batch: dict[str, Tensor], rows: list[int], **options: Any) -> Tensor:
    return model(input_ids=batch["input_ids"][rows], **options).logits.square().sum() / 100


@pytest.mark.parametrize("checkpointing", [None, False, True])
def test_a_mixed_batch_trains_every_row_as_if_alone(qwen2: Bench, checkpointing: bool | None) -> None:  # noqa: FBT001
    batch = qwen2.architecture.batch(4)
    due: list[Tensor] = []
    for name in SKILLS:
        bank = SkillBank(model := attach(qwen2.model(), qwen2.folder, SKILLS).train())
        rows = [row for row, one in enumerate(NAMES) if one == name]
        loss(model, batch, rows, adapter_names=[name] * len(rows)).backward()
        assert bank.values.grad is not None
        assert not bank.values.grad[1 - bank.ids[name]].any()
        due.append(bank.values.grad[bank.ids[name]])
    bank = SkillBank(model := attach(qwen2.model(), qwen2.folder, SKILLS).train())
    if checkpointing is not None:
        checkpointed(model, use_reentrant=checkpointing)
    first = loss(model, batch, [0, 1], adapter_names=list(NAMES[:2]))
    second = loss(model, batch, [2, 3], skill_ids=bank.places(NAMES[2:]))  # before the first one's backward
    first.backward()
    second.backward()
    assert bank.values.grad is not None
    for found, one in zip(bank.values.grad, due, strict=True):
        assert gap(found, one) < 1e-4


def test_other_ids_and_other_skills_need_no_other_graph(qwen2: Bench) -> None:
    batch = qwen2.architecture.batch(3)
    del batch["labels"]
    model = attach(qwen2.model(), qwen2.folder, SKILLS)
    bank = SkillBank(model, many(qwen2, 2), capacity=4)
    graphs: list[int] = []

    def backend(module: torch.fx.GraphModule, _: list[Tensor]) -> Callable[..., Any]:
        graphs.append(len(module.graph.nodes))
        return module.forward

    torch.compiler.reset()
    compiled = torch.compile(model, backend=backend, fullgraph=True)
    for ids in ([0, 1, -1], [1, 1, 0], [2, 0, 2]):
        if ids[0] == 2:
            bank.insert(many(qwen2, 3)[2])
            bank.remove("skill1")
        with torch.no_grad():
            found = compiled(**batch, skill_ids=torch.tensor(ids)).logits
            due = model(**batch, skill_ids=torch.tensor(ids)).logits
        assert gap(found, due) < EXACT
    assert len(graphs) == 1
    torch.compiler.reset()


def test_what_does_not_fit_is_refused_and_changes_nothing(qwen2: Bench) -> None:
    model = attach(qwen2.model(), qwen2.folder, SKILLS)
    bank = SkillBank(model)
    before = bank.values.detach().clone()
    skill = many(qwen2, 1)[0]
    layer, own = next(iter(skill.coefficients.items()))
    wide = type(own)(own.eps_beta.repeat(1, 9), own.eps_alpha.repeat(1, 9))
    for wrong, message in (
        (replace(skill, name="tm"), "expected a new name"),
        (replace(skill, name="__base__"), "expected a new name"),
        (replace(skill, origin={"basis_hash": "0"}), "expected one on the bases"),
        (replace(skill, head={"score.weight": torch.ones(1)}), "a head of its own"),
        (replace(skill, coefficients={"nowhere": own}), "layers that the model has"),
        (replace(skill, coefficients={layer: wide}), "make the bank with a larger p"),
        (replace(skill, coefficients={layer: type(own)(own.eps_beta[1:], own.eps_alpha)}), "expected coefficients"),
    ):
        with pytest.raises(SubspaceError, match=message):
            bank.insert(wrong)
    for call in (
        bank.skill,
        bank.remove,
        lambda name: outputs(model, qwen2.architecture.batch(1), adapter_names=[name]),
    ):
        with pytest.raises(SubspaceError, match="got nobody"):
            call("nobody")
    assert torch.equal(bank.values, before)
    assert list(bank.ids) == list(SKILLS)
    with pytest.raises(ValueError, match=r"from -1 \(base\) to N - 1 = 1"):
        outputs(model, qwen2.architecture.batch(1), skill_ids=torch.tensor([2]))
