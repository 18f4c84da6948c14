"""Method share: coefficients move, at once and nothing else."""

# torch's own types are partial.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from pathlib import Path
from typing import Any, cast

import pytest
import torch
from peft import PeftModel
from safetensors.torch import load_file

import share_rs.tuner  # registers SHARELORA
from share_rs.errors import ShareError, TrainError
from share_rs.subspace import SharedSubspace, save
from share_rs.training import read_log, train
from share_rs.training.base import load_base, load_tokenizer
from share_rs.training.coefficients import prepare_coefficients
from share_rs.training.masking import collator, encode_rows
from share_rs.training.prepared import Prepared
from share_rs.training.rows import read_rows
from share_rs.training.start import drawn

from .runs import ROWS, contents, settings, train_and_interrupt, weights
from .subspaces import subspace_of

pytestmark = pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning")
assert share_rs.tuner


@pytest.fixture(scope="module")
def subspace(model: Path) -> SharedSubspace:
    return subspace_of(model, strength=0.1)


def share(**given: Any) -> Any:  # noqa: ANN401 - what the settings take
    return settings(**{"method": "share", "lr": 3e-2, **given})


def prepared(model: Path, subspace: SharedSubspace, p: int) -> Prepared:
    resolved = share(p=p).resolved("skill")
    start = drawn(subspace, "skill", p=p, scale=1.0, sigma=None, seed=0)
    return prepare_coefficients(load_base(model, "float32"), resolved, subspace, start)


def gradient_norms(model: Path, ready: Prepared, steps: int) -> list[tuple[float, float]]:
    """Norms of the gradients of all eps_beta and of all eps_alpha, step by step, under AdamW."""
    untyped = cast("Any", ready.model)
    tokenizer = load_tokenizer(model)
    batch = collator(tokenizer)(encode_rows(tokenizer, read_rows(ROWS).sound, 200).examples[:4])
    optimizer = torch.optim.AdamW(list(ready.groups[0].parameters), lr=ready.groups[0].lr)
    norms: list[tuple[float, float]] = []
    for _ in range(steps):
        optimizer.zero_grad()
        untyped(**batch).loss.backward()
        squares = {"eps_beta": 0.0, "eps_alpha": 0.0}
        for name, one in untyped.named_parameters():
            if one.requires_grad:
                side = "eps_beta" if "eps_beta" in name else "eps_alpha"
                squares[side] += float(one.grad.square().sum())
        norms.append((squares["eps_beta"] ** 0.5, squares["eps_alpha"] ** 0.5))
        optimizer.step()
    return norms


def test_at_p_1_one_factor_has_a_gradient_on_the_first_step_and_both_on_the_second(
    model: Path, subspace: SharedSubspace
) -> None:
    ready = prepared(model, subspace, p=1)
    assert ready.start["update_norm"] == 0
    (first, second) = gradient_norms(model, ready, 2)
    assert first[0] > 1e-2
    assert first[1] == 0
    assert min(second) > 1e-2


def test_at_p_2_both_factors_have_a_gradient_on_the_first_step(model: Path, subspace: SharedSubspace) -> None:
    ready = prepared(model, subspace, p=2)
    assert ready.start["update_norm"] == 0
    (first, second) = gradient_norms(model, ready, 2)
    assert min(*first, *second) > 1e-2


@pytest.mark.parametrize("p", [1, 3])
def test_the_loss_falls_and_only_coefficients_change(
    model: Path, subspace: SharedSubspace, tmp_path: Path, p: int
) -> None:
    before = load_file(model / "model.safetensors")
    bases = {name: (one.beta.clone(), one.alpha.clone()) for name, one in subspace.layers.items()}
    folder = train(ROWS, model, tmp_path / "run", share(p=p, steps=30), subspace)
    log = read_log(tmp_path / "run")
    losses = [event["loss"] for event in log if event["event"] == "step"]
    assert sum(losses[-3:]) < 0.9 * sum(losses[:3])
    assert log[0]["trained_parameters"] == sum(p * (8 + 9) for _ in bases)
    found = weights(folder)
    for layer, (beta, alpha) in bases.items():
        assert torch.equal(found[f"base_model.model.{layer}.basis_beta"], beta)
        assert torch.equal(found[f"base_model.model.{layer}.basis_alpha"], alpha)
        assert torch.equal(subspace.layers[layer].beta, beta)
        assert torch.equal(subspace.layers[layer].alpha, alpha)
        assert float((found[f"base_model.model.{layer}.sharelora_eps_beta"] @ alpha.new_ones(p)).norm()) > 0
    loaded = cast("Any", PeftModel.from_pretrained(load_base(model, "float32"), folder))
    state = {name.replace(".base_layer", ""): one for name, one in loaded.base_model.model.state_dict().items()}
    assert all(torch.equal(state[name], one) for name, one in before.items())
    assert load_file(model / "model.safetensors").keys() == before.keys()


@pytest.mark.parametrize("given", [{"init": "nearest"}, {"init": "skill", "start": "skill_1"}, {"init": "mean"}])
def test_a_start_from_skills_is_said_in_the_log(
    model: Path, subspace: SharedSubspace, tmp_path: Path, given: dict[str, Any]
) -> None:
    train(ROWS, model, tmp_path / "run", share(p=2, steps=1, **given), subspace)
    start = read_log(tmp_path / "run")[0]
    assert start["init"] == given["init"]
    norms = {
        name: sum(
            float((skill.scale * one.eps_beta @ one.eps_alpha.T).square().sum()) for one in skill.coefficients.values()
        )
        ** 0.5
        for name, skill in subspace.skills.items()
    }
    if given["init"] == "mean":
        assert start["of"] == ["skill_0", "skill_1"]
        assert 0 < start["update_norm"] < max(norms.values())
    else:
        assert start["update_norm"] == pytest.approx(norms[start["of"][0]], rel=1e-4)
    if given["init"] == "nearest":
        assert sorted(start["losses"]) == ["", "skill_0", "skill_1"]
        assert start["of"] == [min(("skill_0", "skill_1"), key=lambda name: start["losses"][name])]


def test_a_gaussian_start_reports_its_deviation_and_its_update(
    model: Path, subspace: SharedSubspace, tmp_path: Path
) -> None:
    train(ROWS, model, tmp_path / "run", share(init="gaussian", sigma=0.1, steps=1), subspace)
    start = read_log(tmp_path / "run")[0]
    assert start["sigma"] == 0.1
    expected = 0.1**2 * (8 * 9 * len(subspace.layers)) ** 0.5
    assert 0.5 * expected < start["update_norm"] < 2 * expected


def test_coefficients_resume_to_the_same_bytes(model: Path, subspace: SharedSubspace, tmp_path: Path) -> None:
    whole = train(ROWS, model, tmp_path / "whole", share(p=2), subspace)
    train_and_interrupt(model, tmp_path / "run", share(p=2), 7, subspace)
    assert contents(train(ROWS, model, tmp_path / "run", share(p=2), subspace)) == contents(whole)
    other = subspace_of(model, strength=0.1, seed=4)
    with pytest.raises(ShareError, match=r"holds another run, which differs in subspace\.basis_hash"):
        train(ROWS, model, tmp_path / "run", share(p=2), other)


def test_a_base_in_bfloat16_trains_coefficients_in_float32(
    model: Path, subspace: SharedSubspace, tmp_path: Path
) -> None:
    found = weights(train(ROWS, model, tmp_path / "run", share(dtype="bfloat16", steps=2), subspace))
    assert {one.dtype for name, one in found.items() if "sharelora_" in name} == {torch.float32}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"init": "skill", "start": "skill_7"},
            "holds no skill 'skill_7' to start from; expected one of skill_0, skill_1",
        ),
        ({"method": "lora"}, "method lora got a subspace; expected one for method share only"),
    ],
)
def test_what_cannot_be_trained_is_a_sentence(
    model: Path, subspace: SharedSubspace, tmp_path: Path, given: dict[str, Any], message: str
) -> None:
    with pytest.raises(TrainError, match=message):
        train(ROWS, model, tmp_path / "run", share(**given), subspace)


@pytest.mark.parametrize("init", ["mean", "nearest"])
def test_a_start_from_skills_needs_skills(model: Path, tmp_path: Path, init: str) -> None:
    with pytest.raises(TrainError, match=f"init = {init} needs skills.*expected init = zero"):
        train(ROWS, model, tmp_path / "run", share(init=init), subspace_of(model, skills=0))


def test_a_skill_may_leave_its_bases_where_they_are(model: Path, subspace: SharedSubspace, tmp_path: Path) -> None:
    home = tmp_path / "subspace"
    save(subspace, home)
    whole = train(ROWS, model, tmp_path / "whole", share(p=2, steps=3), home)
    small = train(ROWS, model, tmp_path / "small", share(p=2, steps=3, save_basis=False), home)
    assert {name for name in weights(whole) if "basis" not in name} == set(weights(small))
    loaded = [cast("Any", PeftModel.from_pretrained(load_base(model, "float32"), one)) for one in (whole, small)]
    ids = torch.arange(40).reshape(2, 20)
    with torch.no_grad():
        assert torch.equal(loaded[0](input_ids=ids).logits, loaded[1](input_ids=ids).logits)
    with pytest.raises(TrainError, match="give subspace as a path"):
        train(ROWS, model, tmp_path / "other", share(save_basis=False), subspace)
