"""The nearest skill is the one under which the answers surprise the model least."""

# torch's own types are partial.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
import torch

from share_rs.errors import TrainError
from share_rs.subspace import SharedSubspace
from share_rs.training.base import load_base, load_tokenizer
from share_rs.training.masking import Collator, Example, collator, encode_rows
from share_rs.training.nearest import losses, nearest
from share_rs.training.rows import read_rows

from .runs import ROWS
from .subspaces import subspace_of


@pytest.fixture(scope="module")
def subspace(model: Path) -> SharedSubspace:
    return subspace_of(model, strength=0.3, skills=3)


@pytest.fixture(scope="module")
def examples(model: Path) -> tuple[Example, ...]:
    return encode_rows(load_tokenizer(model), read_rows(ROWS).sound, 200).examples


@pytest.fixture(scope="module")
def collate(model: Path) -> Collator:
    return collator(load_tokenizer(model))


def test_losses_are_those_of_a_model_with_the_update_in_its_weights(
    model: Path, subspace: SharedSubspace, examples: tuple[Example, ...], collate: Collator
) -> None:
    found = losses(load_base(model, "float32"), subspace, examples, collate)
    assert list(found) == ["", "skill_0", "skill_1", "skill_2"]
    for name, loss in found.items():
        merged = cast("Any", load_base(model, "float32")).eval()
        with torch.no_grad():
            for layer, own in (subspace.skills[name].coefficients if name else {}).items():
                basis = subspace.layers[layer]
                update = basis.beta @ own.eps_beta @ own.eps_alpha.T @ basis.alpha.T
                merged.get_submodule(layer).weight += subspace.skills[name].scale * update
            expected = float(merged(**collate(examples)).loss)
        assert loss == pytest.approx(expected, rel=1e-4)
    assert len({round(loss, 3) for loss in found.values()}) == 4


def test_the_model_is_as_before(
    model: Path, subspace: SharedSubspace, examples: tuple[Example, ...], collate: Collator
) -> None:
    base = cast("Any", load_base(model, "float32"))
    base.train()
    before = base(**collate(examples)).loss
    losses(base, subspace, examples, collate)
    assert base.training
    assert torch.equal(base(**collate(examples)).loss, before)


def test_the_lowest_loss_wins_and_the_base_is_no_skill() -> None:
    assert nearest({"": 0.1, "b": 2.0, "c": 1.0}) == "c"
    assert nearest({"": 0.1, "d": 1.0, "c": 1.0}) == "c"
    with pytest.raises(TrainError, match="init = nearest needs skills to choose from, and the subspace holds none"):
        nearest({"": 0.1})


def test_a_subspace_of_another_model_is_refused(
    model: Path, subspace: SharedSubspace, examples: tuple[Example, ...], collate: Collator
) -> None:
    skill = subspace.skills["skill_0"]
    other = replace(skill, coefficients={"model.layers.9.q_proj": next(iter(skill.coefficients.values()))})
    with pytest.raises(TrainError, match=r"the base model has no layer model\.layers\.9\.q_proj"):
        losses(load_base(model, "float32"), replace(subspace, skills={"skill_0": other}), examples, collate)
