"""What a run leaves is read back as what was trained, and joins a subspace whole."""

# torch's own types are partial.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
import torch
from peft import get_peft_model
from safetensors.torch import save_file

from share_rs.errors import AdapterError, RunError, SubspaceError, TrainError
from share_rs.subspace import Adapter, ExpandedSkill, SharedSubspace, Skill, basis_hash, load, merge, save
from share_rs.training import finetune, opened, read_log, read_skill, train, trained, with_skill
from share_rs.training.base import load_base
from share_rs.tuner import ShareConfig, attach

from .runs import ROWS, run, settings, train_and_interrupt, weights
from .subspaces import subspace_of

pytestmark = pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning")
CONFIG: dict[str, object] = {"peft_type": "SHARELORA", "scale": 1.0, "basis_hash": "0" * 64}
IDS = torch.arange(40).reshape(2, 20)


@pytest.fixture(scope="module")
def subspace(model: Path) -> SharedSubspace:
    return subspace_of(model, strength=0.1)


@pytest.fixture(scope="module")
def learned(model: Path, subspace: SharedSubspace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("learned") / "run"
    train(ROWS, model, out, share(), subspace)
    return out


def share(**given: Any) -> Any:  # noqa: ANN401 - what the settings take
    return settings(**{"method": "share", "lr": 3e-2, "p": 2, **given})


def test_a_trained_skill_is_read_from_its_run_and_says_how_it_came_about(
    learned: Path, subspace: SharedSubspace
) -> None:
    skill = trained(learned)
    assert isinstance(skill, Skill)
    assert skill == replace(cast("Skill", trained(learned / "skill")), coefficients=skill.coefficients)
    assert set(skill.coefficients) == set(subspace.layers)
    stored = weights(learned / "skill")
    for layer, own in skill.coefficients.items():
        assert torch.equal(own.eps_beta, stored[f"base_model.model.{layer}.sharelora_eps_beta"])
        assert torch.equal(own.eps_alpha, stored[f"base_model.model.{layer}.sharelora_eps_alpha"])
    assert skill.origin["kind"] == "trained"
    assert (skill.origin["init"], skill.origin["seed"], skill.origin["steps"]) == ("zero", 0, 8)
    assert skill.origin["basis_hash"] == basis_hash(subspace)
    assert skill.origin["loss"] == read_log(learned)[-1]["loss"]
    assert json.loads(json.dumps(skill.origin)) == skill.origin


def test_a_trained_skill_joins_the_subspace_on_disk_and_computes_what_was_trained(
    model: Path, learned: Path, subspace: SharedSubspace, tmp_path: Path
) -> None:
    save(with_skill(subspace, cast("Skill", trained(learned))), tmp_path / "subspace")
    again = load(tmp_path / "subspace")
    assert list(again.skills) == ["skill", "skill_0", "skill_1"]
    assert again.history[-1] == {"event": "add", "came": ["skill"]}
    assert basis_hash(again) == basis_hash(subspace)
    joined = cast("Any", attach(load_base(model, "float32"), again, ["skill"]))
    tuned = cast("Any", attach(load_base(model, "float32"), subspace, [cast("Skill", trained(learned))]))
    with torch.no_grad():
        expected = tuned(input_ids=IDS).logits
        assert torch.equal(joined(input_ids=IDS).logits, expected)
        with tuned.disable_adapter():
            assert not torch.allclose(tuned(input_ids=IDS).logits, expected, atol=1e-3)


def test_a_skill_that_joined_joins_once(learned: Path, subspace: SharedSubspace, tmp_path: Path) -> None:
    save(with_skill(subspace, cast("Skill", trained(learned))), tmp_path / "subspace")
    again = load(tmp_path / "subspace")
    assert with_skill(again, cast("Skill", trained(learned))) is again


def test_a_skill_of_other_bases_or_of_a_name_that_is_taken_is_refused(
    model: Path, learned: Path, subspace: SharedSubspace
) -> None:
    skill = cast("Skill", trained(learned))
    with pytest.raises(TrainError, match=r"the skill skill was trained on the bases .*, expected .*; merge it instead"):
        with_skill(subspace_of(model, seed=9), skill)
    with pytest.raises(TrainError, match="the subspace holds a skill skill_0 already; train under another name"):
        with_skill(subspace, replace(skill, name="skill_0"))
    cut = replace(skill, coefficients={"nowhere": next(iter(skill.coefficients.values()))})
    with pytest.raises(SubspaceError, match="nowhere: expected one of the 14 layers that have a basis"):
        with_skill(subspace, cut)


def test_an_adapter_is_an_adapter(model: Path, tmp_path: Path) -> None:
    run(model, tmp_path / "run", steps=1)
    adapter = trained(tmp_path / "run")
    assert isinstance(adapter, Adapter)
    assert (adapter.name, len(adapter.layers)) == ("skill", 14)


@pytest.mark.parametrize("mode", ["slice", "residual"])
def test_of_a_skill_with_temporaries_nothing_is_left_behind(
    model: Path, subspace: SharedSubspace, tmp_path: Path, mode: str
) -> None:
    folder = train(ROWS, model, tmp_path / "run", share(phi=2, phi_mode=mode, scale=0.5), subspace)
    expanded = trained(tmp_path / "run")
    assert isinstance(expanded, ExpandedSkill)
    assert expanded.skill.coefficients == {}
    assert (expanded.skill.origin["phi"], expanded.skill.origin["phi_mode"]) == (2, mode)
    stored = weights(folder)
    for layer, (b, a) in expanded.factors.items():
        whole = (
            0.5 * stored[f"base_model.model.{layer}.lora_B.weight"] @ stored[f"base_model.model.{layer}.lora_A.weight"]
        )
        torch.testing.assert_close((b @ a).float(), whole)
        assert float(whole.norm()) > 0


def test_what_a_merge_can_take_is_opened_for_what_it_is(
    model: Path, learned: Path, subspace: SharedSubspace, tmp_path: Path
) -> None:
    assert all(cast("Skill", opened(folder)).origin["steps"] == 8 for folder in (learned, learned / "skill"))
    moved = tmp_path / "moved"
    shutil.copytree(learned / "skill", moved)
    skill = opened(moved)
    assert isinstance(skill, Skill)
    assert (skill.name, skill.origin) == ("moved", {"kind": "trained", "basis_hash": basis_hash(subspace)})
    other = run(model, tmp_path / "run", steps=1)
    plain = learned / "plain"
    shutil.copytree(other, plain)
    adapter = opened(plain)
    assert isinstance(adapter, Adapter), "beside a run's result stands a folder that is none of it"
    assert adapter.name == "plain"
    shutil.rmtree(plain)
    with pytest.raises(AdapterError):
        opened(tmp_path)


def test_a_run_that_is_not_finished_and_a_folder_that_is_none_are_sentences(model: Path, tmp_path: Path) -> None:
    train_and_interrupt(model, tmp_path / "run", settings(), 4)
    with pytest.raises(RunError, match="is not finished: it holds no skill; train with the same settings to go on"):
        trained(tmp_path / "run")
    with pytest.raises(RunError, match=r"is not a run directory: it holds no run\.json"):
        trained(tmp_path / "nothing")


@pytest.mark.parametrize(
    ("config", "tensors", "message"),
    [
        (None, {}, r"adapter_config\.json cannot be read"),
        ([], {}, "expected an adapter of the method SHARELORA, got \\[\\]"),
        ({"peft_type": "LORA"}, {}, "expected an adapter of the method SHARELORA, got 'LORA'"),
        ({"peft_type": "SHARELORA"}, {}, r"adapter_config\.json: scale: expected a finite number, got None"),
        ({**CONFIG, "scale": "1"}, {}, r"adapter_config\.json: scale: expected a finite number, got '1'"),
        ({**CONFIG, "basis_hash": None}, {}, "basis_hash: expected the hash of the bases"),
        (CONFIG, {"x": 1.0}, "expected the coefficients of at least one layer, got none"),
        (CONFIG, {"q.sharelora_eps_beta": 1.0}, "layer q: expected base_model.model.q.sharelora_eps_alpha"),
        (CONFIG, {"q.sharelora_eps_alpha": 1.0}, "layer q: expected base_model.model.q.sharelora_eps_beta"),
        (
            CONFIG,
            {"q.sharelora_eps_beta": 1.0, "q.sharelora_eps_alpha": float("nan")},
            "finite numbers in base_model.model.q.sharelora_eps_alpha, got a NaN or an infinity",
        ),
        (
            CONFIG,
            {"q.sharelora_eps_beta": 1.0, "q.sharelora_eps_alpha": 1.0, "score.weight": float("inf")},
            "finite numbers in base_model.model.score.weight, got a NaN or an infinity",
        ),
    ],
)
def test_a_damaged_skill_is_a_sentence(tmp_path: Path, config: object, tensors: dict[str, float], message: str) -> None:
    if config is not None:
        (tmp_path / "adapter_config.json").write_text(json.dumps(config))
    named = {f"base_model.model.{name}": torch.full((3, 1), value) for name, value in tensors.items()}
    save_file(named, tmp_path / "adapter_model.safetensors")
    with pytest.raises(TrainError, match=message):
        read_skill(tmp_path, "skill")


def test_a_skill_that_was_saved_with_a_head_is_read_with_it(
    model: Path, subspace: SharedSubspace, tmp_path: Path
) -> None:
    config: Any = ShareConfig(subspace=subspace, skill="skill_0", modules_to_save=["lm_head"])
    tuned: Any = get_peft_model(cast("Any", load_base(model, "float32")), config)
    with torch.no_grad():
        tuned.base_model.model.lm_head.modules_to_save["default"].weight.add_(1)
    tuned.save_pretrained(tmp_path / "tuned", save_embedding_layers=False)
    skill = cast("Skill", opened(tmp_path / "tuned"))
    assert set(skill.coefficients) == set(subspace.layers)
    assert set(skill.head) == {"lm_head.weight"}
    assert torch.equal(skill.head["lm_head.weight"], load_base(model, "float32").get_parameter("lm_head.weight") + 1)
    merged = save(merge(subspace, [skill]), tmp_path / "merged")
    assert torch.equal(merged.skills["tuned"].head["lm_head.weight"], skill.head["lm_head.weight"])


@pytest.mark.parametrize(
    ("file", "change", "message"),
    [
        ("run.json", {"settings": None}, r"run\.json: settings\.name: expected a string, got None"),
        ("run.json", {"settings": {"name": "skill"}}, r"run\.json: settings\.method: expected a string, got None"),
        ("run.json", {"subspace": None}, r"how the skill was trained"),
        ("run.json", {"rows": []}, r"how the skill was trained"),
        ("log.jsonl", {"event": "start"}, r"how the skill was trained"),
        ("log.jsonl", {"even": "start"}, r"log\.jsonl, line 1, is damaged"),
    ],
)
def test_a_damaged_run_is_a_sentence(
    learned: Path, tmp_path: Path, file: str, change: dict[str, object], message: str
) -> None:
    shutil.copytree(learned, tmp_path / "run")
    path = tmp_path / "run" / file
    whole = {} if file == "log.jsonl" else json.loads(path.read_text())
    path.write_text(json.dumps({**whole, **change}) + "\n")
    for read in (trained, opened):
        with pytest.raises(RunError, match=message):
            read(tmp_path / "run")


def test_finetuning_goes_on_from_each_skill_and_says_of_which_kind_it_is(
    model: Path, subspace: SharedSubspace, tmp_path: Path
) -> None:
    subspace = replace(subspace, history=({"event": "merge", "came": ["skill_1"]},))
    strict = finetune({"skill_1": ROWS}, model, tmp_path / "strict", share(p=None, name=None), subspace)
    assert {name: one.origin.get("finetuned") for name, one in strict.skills.items()} == {
        "skill_0": None,
        "skill_1": "strict",
    }
    assert strict.skills["skill_0"] is subspace.skills["skill_0"]
    start = read_log(tmp_path / "strict" / "skill_1")[0]
    assert (start["init"], start["of"]) == ("skill", ["skill_1"])
    assert strict.skills["skill_1"].coefficients["model.layers.0.self_attn.q_proj"].p == 2
    both = {"skill_1": ROWS[:5], "skill_0": ROWS[5:]}
    full = finetune(both, model, tmp_path / "full", share(p=None, name=None), strict)
    assert [one.origin["finetuned"] for one in full.skills.values()] == ["share-full", "share-full"]
    assert basis_hash(full) == basis_hash(subspace)
    assert [entry.get("skills") for entry in full.history] == [None, ["skill_1"], ["skill_0"], ["skill_1"]]
    with pytest.raises(TrainError, match="holds no skill 'skill_9'; expected some of skill_0, skill_1"):
        finetune({"skill_9": ROWS}, model, tmp_path / "none", share(), strict)
    for wrong, got in ((share(phi=1), "temporary factors"), (settings(method="lora"), "method lora")):
        with pytest.raises(TrainError, match=f"expected coefficients alone.*got {got}"):
            finetune({"skill_1": ROWS}, model, tmp_path / "none", wrong, strict)
    assert not (tmp_path / "none").exists()
    drawn = share(p=None, name=None, init="gaussian", sigma=0.1, steps=1)
    assert finetune({"skill_1": ROWS}, model, tmp_path / "drawn", drawn, strict).skills["skill_1"].origin["finetuned"]
