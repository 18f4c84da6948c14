# torch, peft and transformers have partial types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
import torch

from share_rs.tuner import merge_residuals
from tests.tuner.conftest import Bench
from tests.tuner.models import ARCHITECTURES, SKILLS, gap, outputs
from tests.tuner.untyped import (
    AutoModel,
    AutoPeftModel,
    AutoPeftModelForCausalLM,
    AutoPeftModelForSeq2SeqLM,
    Model,
    PeftConfig,
    PeftModel,
    ShareConfig,
    attach,
    get_peft_model,
    save_as_lora,
)

AUTO = {"CAUSAL_LM": AutoPeftModelForCausalLM, "SEQ_2_SEQ_LM": AutoPeftModelForSeq2SeqLM}
EXACT = 2e-5
"""float32 rounding of a few layers; the skills' effect is a thousand times that."""


@pytest.fixture(params=ARCHITECTURES)
def each(request: pytest.FixtureRequest, bench: Callable[[str], Bench]) -> Bench:
    return bench(request.param)


def written_out(bench: Bench, skill: str) -> torch.Tensor:
    """The outputs of a model whose weights are W + dW, computed here in float64 from the subspace's own tensors."""
    model, space = bench.model(), bench.subspace()
    for name, basis in space.layers.items():
        weight = model.get_submodule(name).weight
        one = space.skills[skill].coefficients[name]
        delta = basis.beta.double() @ one.eps_beta.double() @ one.eps_alpha.double().T @ basis.alpha.double().T
        with torch.no_grad():
            weight.copy_((weight.double() + (delta.T if name in space.fan_in_fan_out else delta)).float())
    return outputs(model, bench.architecture.batch(3))


def test_a_skill_is_the_update_written_out_and_saves_loads_switches_and_goes_off(each: Bench, tmp_path: Path) -> None:
    batch = each.architecture.batch(3)
    base = outputs(each.model(), batch)
    due = {skill: written_out(each, skill) for skill in SKILLS}
    assert all(gap(due[skill], base) > 0.01 for skill in SKILLS)
    model = attach(each.model(), each.folder, SKILLS, task_type=each.architecture.task)
    for skill in SKILLS:
        model.set_adapter(skill)
        assert gap(outputs(model, batch), due[skill]) < EXACT
    with model.disable_adapter():
        assert torch.equal(outputs(model, batch), base)
    assert gap(outputs(model, batch), due[SKILLS[-1]]) < EXACT
    model.save_pretrained(tmp_path)
    for low_cpu_mem_usage in (False, True):
        loaded = PeftModel.from_pretrained(each.model(), tmp_path / "bc", low_cpu_mem_usage=low_cpu_mem_usage)
        assert gap(outputs(loaded, batch), due["bc"]) < EXACT
        loaded.load_adapter(tmp_path / "tm", adapter_name="other", low_cpu_mem_usage=low_cpu_mem_usage)
        assert gap(outputs(loaded, batch), due["bc"]) < EXACT
        loaded.set_adapter("other")
        assert gap(outputs(loaded, batch), due["tm"]) < EXACT
        loaded.delete_adapter("default")
        assert gap(outputs(loaded, batch), due["tm"]) < EXACT
    auto = AUTO.get(str(each.architecture.task), AutoPeftModel)
    assert gap(outputs(auto.from_pretrained(tmp_path / "bc"), batch), due["bc"]) < EXACT


def test_transformers_loads_adds_switches_and_saves_skills_by_itself(each: Bench, tmp_path: Path) -> None:
    batch = each.architecture.batch(3)
    attach(each.model(), each.folder, SKILLS, task_type=each.architecture.task).save_pretrained(tmp_path)
    due = {skill: written_out(each, skill) for skill in SKILLS}
    model = each.model()
    model.load_adapter(str(tmp_path / "bc"), adapter_name="bc")
    assert gap(outputs(model, batch), due["bc"]) < EXACT
    with pytest.warns(UserWarning, match="Already found a `peft_config` attribute"):  # PEFT's, at any second adapter
        model.load_adapter(str(tmp_path / "tm"), adapter_name="tm")
    model.set_adapter("tm")
    assert gap(outputs(model, batch), due["tm"]) < EXACT
    model.save_pretrained(tmp_path / "again")
    assert PeftConfig.from_pretrained(str(tmp_path / "again")).peft_type == "SHARELORA"
    again = type(each.model()).from_pretrained(tmp_path / "again")
    assert gap(outputs(again, batch), due["tm"]) < EXACT
    added = each.model()
    added.add_adapter(ShareConfig(subspace=str(each.folder), skill="bc"))
    assert gap(outputs(added, batch), due["bc"]) < EXACT
    added.disable_adapters()
    assert torch.equal(outputs(added, batch), outputs(each.model(), batch))


def last_hidden(model: Model, batch: dict[str, torch.Tensor]) -> torch.Tensor:
    """Of a model or of its body; the decoder's where there is one."""
    inputs = {name: value for name, value in batch.items() if name != "labels"}
    if model.config.is_encoder_decoder:
        inputs["decoder_input_ids"] = batch["labels"]
    with torch.no_grad():
        found = model(**inputs, output_hidden_states=True)
    return found.get("decoder_hidden_states", found.get("hidden_states"))[-1]


@pytest.mark.parametrize("save_basis", [True, False])
def test_the_body_alone_takes_a_skill_of_the_whole_model_and_gives_it_back(
    each: Bench, tmp_path: Path, *, save_basis: bool
) -> None:
    batch = each.architecture.batch(3)
    model = get_peft_model(each.model(), ShareConfig(subspace=str(each.folder), skill="bc", save_basis=save_basis))
    with torch.no_grad():
        for value in (value for value in model.parameters() if value.requires_grad):
            value.mul_(1.2)  # as training would: now only the file has them
    model.save_pretrained(tmp_path / "skill")
    due = last_hidden(model.get_base_model(), batch)
    assert gap(last_hidden(attach(each.model(), each.folder, ["bc"]).get_base_model(), batch), due) > 0.01
    body = AutoModel.from_pretrained(tmp_path / "skill").eval()
    assert gap(last_hidden(body, batch), due) < EXACT
    for low_cpu_mem_usage in (False, True):
        bare = AutoModel.from_pretrained(each.base).eval()
        loaded = PeftModel.from_pretrained(bare, tmp_path / "skill", low_cpu_mem_usage=low_cpu_mem_usage)
        assert gap(last_hidden(loaded, batch), due) < EXACT
    body.save_pretrained(tmp_path / "again")
    whole = each.model()
    whole.load_adapter(str(tmp_path / "again"))
    assert gap(outputs(whole, batch), outputs(model, batch)) < EXACT


def test_merging_reports_what_it_lost_and_unmerging_gives_the_weights_back(each: Bench) -> None:
    batch = each.architecture.batch(3)
    due = written_out(each, "bc")
    model = attach(each.model(), each.folder, SKILLS, task_type=each.architecture.task)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    model.merge_adapter(safe_merge=True)
    assert gap(outputs(model, batch), due) < EXACT
    residuals = merge_residuals(model)
    assert set(residuals) == set(each.subspace().layers)
    assert all(0 <= value < EXACT for value in residuals.values())
    model.unmerge_adapter()
    assert merge_residuals(model) == {}
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert gap(outputs(model.merge_and_unload(safe_merge=True), batch), due) < EXACT
    unloaded = attach(each.model(), each.folder, SKILLS).unload()
    assert torch.equal(outputs(unloaded, batch), outputs(each.model(), batch))


def test_any_skill_leaves_as_a_plain_lora_of_equal_outputs(each: Bench, tmp_path: Path) -> None:
    batch = each.architecture.batch(3)
    model = attach(each.model(), each.folder, SKILLS, task_type=each.architecture.task)
    assert model.base_model.supports_lora_conversion()
    for skill, rank in (("bc", 2), ("tm", 8)):
        save_as_lora(tmp_path / skill, model, rank=rank, adapter_name=skill)
        with ExitStack() as stack:
            if each.name == "gpt2":  # PEFT's conversion forgets what PEFT's LoRA then warns of
                stack.enter_context(pytest.warns(UserWarning, match="fan_in_fan_out is set to False"))
            plain = PeftModel.from_pretrained(each.model(), tmp_path / skill)
        assert str(plain.peft_config["default"].peft_type) == "PeftType.LORA"
        assert gap(outputs(plain, batch), written_out(each, skill)) < 2 * EXACT  # PEFT takes the SVD of dW in float32


def test_training_moves_the_coefficients_of_the_active_adapter_and_nothing_else(each: Bench) -> None:
    batch = each.architecture.batch(3)
    model = get_peft_model(
        each.model(), ShareConfig(subspace=str(each.folder), p=1, seed=3, task_type=each.architecture.task)
    )
    trained = {name for name, value in model.named_parameters() if value.requires_grad}
    assert trained
    heads = {name for name in trained if "modules_to_save" in name}
    assert {name.split(".")[-2] for name in trained - heads} == {"sharelora_eps_alpha", "sharelora_eps_beta"}
    layers, (k_b, k_a) = len(each.subspace().layers), (3, 4)
    assert sum(model.get_parameter(name).numel() for name in trained - heads) == layers * (k_b + k_a)
    assert torch.equal(outputs(model, batch), outputs(each.model(), batch))
    before = {name: value.detach().clone() for name, value in model.state_dict().items()}
    optimizer = torch.optim.Adam([value for value in model.parameters() if value.requires_grad], lr=0.02)
    losses: list[float] = []
    for step in (1, 2, 3):
        optimizer.zero_grad()
        loss = model(**batch).loss
        loss.backward()
        losses.append(loss.item())
        norms = {
            kind: sum(
                float(value.grad.norm())
                for name, value in model.named_parameters()
                if kind in name and value.grad is not None
            )
            for kind in ("sharelora_eps_alpha", "sharelora_eps_beta")
        }
        assert norms["sharelora_eps_beta"] > 1e-6
        assert (norms["sharelora_eps_alpha"] > 1e-6) == (step > 1)
        optimizer.step()
    assert losses[2] < losses[1] < losses[0]
    for name, value in model.state_dict().items():
        assert torch.equal(value, before[name]) == (name not in trained), name
