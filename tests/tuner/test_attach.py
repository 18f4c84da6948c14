# torch, peft and transformers have partial types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from share_rs.errors import SubspaceError
from share_rs.subspace import Skill, basis_hash, load, save
from share_rs.tuner import detach_skill
from tests.tuner.conftest import Bench
from tests.tuner.models import SKILLS, gap, outputs
from tests.tuner.untyped import PeftModel, attach


def test_what_is_attached_can_be_detached_bit_for_bit(qwen2: Bench) -> None:
    space = qwen2.subspace()
    model = attach(qwen2.model(), space, SKILLS)
    assert model.active_adapter == SKILLS[0]
    for name in SKILLS:
        skill, due = detach_skill(model, name), space.skills[name]
        assert skill.name == name
        assert skill.scale == due.scale
        assert list(skill.coefficients) == sorted(due.coefficients)
        for layer, one in due.coefficients.items():
            assert torch.equal(skill.coefficients[layer].eps_beta, one.eps_beta)
            assert torch.equal(skill.coefficients[layer].eps_alpha, one.eps_alpha)
        assert skill.origin["kind"] == "trained"
        assert skill.origin["basis_hash"] == basis_hash(space)


def test_a_trained_skill_goes_into_a_subspace_and_comes_back(qwen2: Bench, tmp_path: Path) -> None:
    batch = qwen2.architecture.batch(2)
    model = attach(qwen2.model(), qwen2.folder, ["bc"])
    with torch.no_grad():
        for value in model.parameters():
            if value.requires_grad:
                value.mul_(1.5)
    due = outputs(model, batch)
    skill = replace(detach_skill(model, "bc"), name="new")
    space = qwen2.subspace()
    save(replace(space, skills={**space.skills, "new": skill}), tmp_path / "space")
    for given in (["new"], [load(tmp_path / "space").skills["new"]]):
        again = attach(qwen2.model(), tmp_path / "space", given)
        assert list(again.peft_config) == ["new"]
        assert gap(outputs(again, batch), due) < 1e-6


def test_skills_that_are_in_no_subspace_attach_on_its_bases(qwen2: Bench, tmp_path: Path) -> None:
    space = qwen2.subspace()
    own = replace(space.skills["tm"], name="own", scale=-2.0)
    bare = replace(space, skills={})
    model = attach(qwen2.model(), bare, [own])
    batch = qwen2.architecture.batch(2)
    due = outputs(model, batch)
    assert gap(due, outputs(qwen2.model(), batch)) > 0.01
    model.save_pretrained(tmp_path)
    assert gap(outputs(PeftModel.from_pretrained(qwen2.model(), tmp_path / "own"), batch), due) < 1e-6


def test_what_cannot_be_attached_or_detached_is_named(qwen2: Bench) -> None:
    space = qwen2.subspace()
    with pytest.raises(SubspaceError, match="at least one skill to attach, got none"):
        attach(qwen2.model(), space, [])
    with pytest.raises(SubspaceError, match="each skill once, got 'bc' twice"):
        attach(qwen2.model(), space, ["bc", "bc"])
    with pytest.raises(SubspaceError, match=r"a skill of the subspace \(bc, tm\), got 'lt'"):
        attach(qwen2.model(), space, ["lt"])
    with pytest.raises(SubspaceError, match=r"name without dots.*'v1.0'"):
        attach(qwen2.model(), space, [replace(space.skills["bc"], name="v1.0")])
    with pytest.raises(SubspaceError, match=r"a Share adapter of this model \(bc\), got 'tm'"):
        detach_skill(attach(qwen2.model(), space, ["bc"]), "tm")
    with pytest.raises(SubspaceError, match=r"a Share adapter of this model \(none\)"):
        detach_skill(qwen2.model(), "bc")


def test_the_mode_of_the_model_stays(qwen2: Bench) -> None:
    for training in (True, False):
        model = attach(qwen2.model().train(training), qwen2.folder, ["bc"])
        assert {module.training for module in model.modules()} == {training}


def test_a_skill_without_coefficients_changes_nothing(qwen2: Bench) -> None:
    space = qwen2.subspace()
    zero = Skill(
        "zero",
        {name: type(one)(one.eps_beta * 0, one.eps_alpha) for name, one in space.skills["bc"].coefficients.items()},
    )
    batch = qwen2.architecture.batch(2)
    found = outputs(attach(qwen2.model(), space, [zero]), batch)
    assert torch.equal(found, outputs(qwen2.model(), batch))
