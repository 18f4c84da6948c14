"""Temporary factors in a model: they train, they leave as one LoRA, and nothing else changes."""

# torch's own types are partial.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
import torch
from peft import PeftModel

from share_rs.errors import TrainError
from share_rs.subspace import SharedSubspace
from share_rs.training import read_log, train
from share_rs.training.base import load_base, load_tokenizer
from share_rs.training.expanded import prepare_expanded
from share_rs.training.loop import run_loop
from share_rs.training.masking import collator, encode_rows
from share_rs.training.prepared import Prepared
from share_rs.training.rows import read_rows
from share_rs.training.run import TrainingRun
from share_rs.training.start import drawn

from .runs import ROWS, contents, settings, train_and_interrupt, weights
from .subspaces import subspace_of

pytestmark = pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning")

MODES = ["slice", "residual", "additive"]


@pytest.fixture(scope="module")
def subspace(model: Path) -> SharedSubspace:
    return subspace_of(model, strength=0.1)


def share(mode: str, **given: Any) -> Any:  # noqa: ANN401 - what the settings take
    return settings(**{"method": "share", "phi": 2, "phi_mode": mode, "p": 2, "phi_lr": 1e-2, **given})


def prepared(model: Path, subspace: SharedSubspace, mode: str, **given: Any) -> Prepared:  # noqa: ANN401 - as above
    resolved = share(mode, **given).resolved("skill")
    start = drawn(subspace, "skill", p=resolved.p, scale=resolved.scale, sigma=resolved.sigma, seed=resolved.seed)
    return prepare_expanded(load_base(model, "float32"), resolved, subspace, start)


def batch(model: Path) -> dict[str, torch.Tensor]:
    tokenizer = load_tokenizer(model)
    return collator(tokenizer)(encode_rows(tokenizer, read_rows(ROWS).sound, 200).examples[:4])


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("p", [1, 2, 3])
def test_everything_that_is_trained_has_a_gradient_by_the_third_step(
    model: Path, subspace: SharedSubspace, mode: str, p: int
) -> None:
    ready = prepared(model, subspace, mode, p=p)
    assert (ready.start["update_norm"] == 0) == (mode != "additive")
    untyped = cast("Any", ready.model)
    found: list[dict[str, float]] = []
    optimizer = torch.optim.AdamW([{"params": list(group.parameters), "lr": group.lr} for group in ready.groups])
    for _ in range(3):
        optimizer.zero_grad()
        untyped(**batch(model)).loss.backward()
        found.append({name: float(one.grad.norm()) for name, one in untyped.named_parameters() if one.requires_grad})
        optimizer.step()
    assert len(found[0]) == len([one for group in ready.groups for one in group.parameters])
    assert any(norm > 1e-6 for norm in found[0].values()), "a saddle: no gradient at all"
    assert [name for name, norm in found[2].items() if norm < 1e-9] == []
    assert not any(one.requires_grad for name, one in untyped.named_parameters() if "factor" not in name)


def test_temporaries_are_drawn_apart_from_the_coefficients(model: Path, subspace: SharedSubspace) -> None:
    """Of one stream, the first entries of both would be the same numbers."""
    ready = prepared(model, subspace, "additive", init="uniform")
    for coefficients, columns in zip(ready.groups[0].parameters[::2], ready.groups[1].parameters, strict=True):
        count = min(coefficients.numel(), columns.numel())
        assert not torch.equal(coefficients.detach().flatten()[:count], columns.detach().flatten()[:count])


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("start", [{"init": "zero", "p": 2}, {"init": "gaussian", "p": 1}])
def test_what_leaves_is_what_was_trained(
    model: Path, subspace: SharedSubspace, tmp_path: Path, mode: str, start: dict[str, Any]
) -> None:
    """The logits of the trained model and those of the saved folder under stock PEFT."""
    before = {name: (one.beta.clone(), one.alpha.clone()) for name, one in subspace.layers.items()}
    resolved = share(mode, **start, scale=0.7, lr=5e-2, steps=6).resolved("skill")
    ready = prepared(model, subspace, mode, **start, scale=0.7, lr=5e-2)
    base = {name: one.clone() for name, one in load_base(model, "float32").state_dict().items()}
    tokenizer = load_tokenizer(model)
    examples = encode_rows(tokenizer, read_rows(ROWS).sound, 200).examples
    with TrainingRun(tmp_path / "run", {"settings": resolved.model_dump(mode="json")}) as run:
        run_loop(ready, examples, collator(tokenizer), resolved, run)
        untyped = cast("Any", ready.model).eval()
        with torch.no_grad():
            expected = untyped(**batch(model)).logits
        folder = run.publish(ready.save)
    loaded = cast("Any", PeftModel.from_pretrained(load_base(model, "float32"), folder))
    with torch.no_grad():
        found = loaded(**batch(model)).logits
        with loaded.disable_adapter():
            plain = loaded(**batch(model)).logits
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-5)
    assert float((found - plain).norm()) > 3e-3 * float(plain.norm())
    config = json.loads((folder / "adapter_config.json").read_text())
    assert (config["peft_type"], config["r"], config["lora_alpha"]) == (
        "LORA",
        start["p"],
        pytest.approx(0.7 * start["p"]),
    )
    assert set(config["target_modules"]) == set(subspace.layers)
    after = {name.replace(".base_layer", ""): one for name, one in loaded.base_model.model.state_dict().items()}
    assert all(torch.equal(after[name], one) for name, one in base.items())
    assert all(torch.equal(subspace.layers[name].beta, beta) for name, (beta, _) in before.items())
    assert all(torch.equal(subspace.layers[name].alpha, alpha) for name, (_, alpha) in before.items())


def test_a_slice_is_confined_to_phi_directions_and_a_residual_leaves_the_span_of_the_basis(
    model: Path, subspace: SharedSubspace, tmp_path: Path
) -> None:
    rests: dict[str, float] = {}
    for mode in MODES:
        folder = train(ROWS, model, tmp_path / mode, share(mode, p=3, phi=1, steps=6), subspace)
        found = weights(folder)
        layer = min(subspace.layers)
        b = found[f"base_model.model.{layer}.lora_B.weight"].double()
        beta = subspace.layers[layer].beta.double()
        rests[mode] = float((b - beta @ (beta.T @ b)).norm() / b.norm())
        values = torch.linalg.svdvals(b)
        assert b.shape == (subspace.layers[layer].shape[0], 3)
        if mode == "slice":
            assert values[1] < 1e-5 * values[0], "rank phi, whatever p is"
    assert all(rest > 1e-3 for rest in rests.values())


@pytest.mark.parametrize("mode", MODES)
def test_a_run_with_temporaries_resumes_to_the_same_bytes(
    model: Path, subspace: SharedSubspace, tmp_path: Path, mode: str
) -> None:
    whole = train(ROWS, model, tmp_path / "whole", share(mode), subspace)
    train_and_interrupt(model, tmp_path / "run", share(mode), 7, subspace)
    assert contents(train(ROWS, model, tmp_path / "run", share(mode), subspace)) == contents(whole)
    log = read_log(tmp_path / "run")
    assert log[0]["temporary_parameters"] == sum(
        2 * (n + d + 2 * 2) for n, d in (one.shape for one in subspace.layers.values())
    )
    assert (log[0]["update_norm"] == 0) == (mode != "additive")
    assert [event["step"] for event in log if event["event"] == "resume"] == [6]


def test_too_many_temporaries_are_refused(model: Path, subspace: SharedSubspace, tmp_path: Path) -> None:
    with pytest.raises(TrainError, match=r"phi = 3 is not in \[1, k/4\]: model\.layers\.0\.mlp\.down_proj has k_b = 8"):
        train(ROWS, model, tmp_path / "run", share("slice", phi=3), subspace)


def test_a_subspace_of_another_model_is_refused(model: Path, subspace: SharedSubspace, tmp_path: Path) -> None:
    some = min(subspace.layers)
    renamed = replace(subspace, layers={**subspace.layers, "model.layers.9.q_proj": subspace.layers[some]})
    with pytest.raises(
        TrainError, match=r"model\.layers\.9\.q_proj is in the subspace, but the base model has no such"
    ):
        train(ROWS, model, tmp_path / "renamed", share("slice"), renamed)
    turned = replace(subspace.layers[some], beta=subspace.layers[some].alpha, alpha=subspace.layers[some].beta)
    with pytest.raises(TrainError, match=r"down_proj is 32 x 48 in the base model, expected n x d = 48 x 32"):
        train(ROWS, model, tmp_path / "turned", share("slice"), replace(subspace, layers={some: turned}))
