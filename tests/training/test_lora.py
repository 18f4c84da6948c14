"""Method lora: a stock adapter, learned from the answers."""

# PyTorch's linear algebra is untyped.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import hashlib
import json
from pathlib import Path
from typing import Any, cast

import pytest
import torch
from peft import PeftModel

from share_rs.errors import TrainError
from share_rs.training import read_log, train
from share_rs.training.base import load_base

from .models import write_model
from .runs import ROWS, contents, run, settings, weights

pytestmark = pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning")


def losses(out: Path) -> list[float]:
    return [event["loss"] for event in read_log(out) if event["event"] == "step"]


def test_the_loss_falls_and_the_base_is_not_touched(model: Path, tmp_path: Path) -> None:
    before = {path.name: hashlib.sha256(path.read_bytes()).digest() for path in model.iterdir()}
    folder = run(model, tmp_path / "run", steps=30)
    found = losses(tmp_path / "run")
    assert len(found) == 30
    assert sum(found[-3:]) < 0.7 * sum(found[:3])
    assert {path.name: hashlib.sha256(path.read_bytes()).digest() for path in model.iterdir()} == before
    assert all(tensor.dtype == torch.float32 for tensor in weights(folder).values())


def test_stock_peft_loads_the_adapter_and_it_is_what_was_trained(model: Path, tmp_path: Path) -> None:
    folder = run(model, tmp_path / "run", rank=3, alpha=5, rslora=True, targets=("q_proj", "down_proj"))
    config = json.loads((folder / "adapter_config.json").read_text())
    assert (config["r"], config["lora_alpha"], config["use_rslora"], config["target_modules"]) == (
        3,
        5.0,
        True,
        ["down_proj", "q_proj"],
    )
    loaded = PeftModel.from_pretrained(load_base(model, "float32"), folder)
    state = {name: tensor for name, tensor in loaded.state_dict().items() if "lora_" in name}
    assert {name.replace(".default", "") for name in state} == set(weights(folder))
    assert all(torch.equal(tensor, weights(folder)[name.replace(".default", "")]) for name, tensor in state.items())
    assert any(float(tensor.norm()) > 0 for name, tensor in state.items() if "lora_B" in name)


def test_all_linear_layers_are_adapted_and_the_head_is_not(model: Path, tmp_path: Path) -> None:
    names = {name.split(".")[-3] for name in weights(run(model, tmp_path / "run", steps=1))}
    assert names == {"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"}


def test_the_seed_and_not_the_callers_generator_draws_the_adapter(model: Path, tmp_path: Path) -> None:
    torch.manual_seed(1)
    first = run(model, tmp_path / "first", steps=2)
    torch.manual_seed(2)
    assert contents(run(model, tmp_path / "second", steps=2)) == contents(first)
    drawn = [name for name in weights(first) if "lora_A" in name]
    other = weights(run(model, tmp_path / "third", steps=2, seed=9))
    assert not any(torch.equal(weights(first)[name], other[name]) for name in drawn)


def test_accumulated_batches_are_one_batch(model: Path, tmp_path: Path) -> None:
    once = weights(run(model, tmp_path / "once", batch_size=4, steps=3))
    twice = weights(run(model, tmp_path / "twice", batch_size=2, accumulation=2, steps=3))
    for name, tensor in once.items():
        torch.testing.assert_close(tensor, twice[name], rtol=1e-4, atol=1e-5)


def test_gradient_checkpointing_changes_memory_and_not_the_result(model: Path, tmp_path: Path) -> None:
    plain = weights(run(model, tmp_path / "plain", steps=2))
    saving = weights(run(model, tmp_path / "saving", steps=2, gradient_checkpointing=True))
    for name, tensor in plain.items():
        torch.testing.assert_close(tensor, saving[name], rtol=1e-5, atol=1e-6)


def test_a_base_in_bfloat16_trains_an_adapter_in_float32(model: Path, tmp_path: Path) -> None:
    folder = run(model, tmp_path / "run", steps=2, dtype="bfloat16")
    assert {tensor.dtype for tensor in weights(folder).values()} == {torch.float32}


def test_the_log_says_what_was_skipped_and_the_run_how_many(model: Path, tmp_path: Path) -> None:
    rows = [*ROWS[:3], {"prompt": "a"}, {"prompt": "a" * 600, "answer": "b"}, {"prompt": "a", "answer": "<|end|>"}]
    train(rows, model, tmp_path / "run", settings(steps=1, invalid="skip", max_length=300))
    start = read_log(tmp_path / "run")[0]
    assert start["event"] == "start"
    assert start["rows"] == 3
    assert [fault.split(":")[0] for fault in start["skipped"]] == ["row 4", "row 6", "row 5"]
    manifest = json.loads((tmp_path / "run" / "run.json").read_text())
    assert manifest["rows"] | {"content_hash": ""} == {"content_hash": "", "used": 3, "invalid": 2, "too_long": 1}
    assert manifest["settings"]["lr"] == 0.01
    assert str(tmp_path) not in json.dumps(manifest)


@pytest.mark.parametrize(
    ("rows", "given", "message"),
    [
        ([*ROWS, {"prompt": "a"}], {}, "row 12: answer is missing.*\nmend these rows, or set invalid = skip"),
        ([*ROWS, {"prompt": "a", "answer": "<|end|>"}], {}, "row 12: answer holds the token that ends a text"),
        (
            ROWS,
            {"max_length": 38, "too_long": "refuse"},
            "row 11: 39 tokens .*\nraise max_length, or set too_long = skip",
        ),
        (ROWS, {"max_length": 10}, r"row 1: .*\n.*\n.*\n.*\n.*\n\.\.\. and 6 more\nno row is left to train on"),
        ([], {}, "there are no rows"),
        (ROWS, {"targets": ("nowhere",)}, r"no adapter fits targets = \['nowhere'\]"),
        (ROWS, {"lr": 1e20, "steps": 9}, r"step \d: the loss is .*expected finite numbers"),
    ],
)
def test_what_cannot_be_trained_is_a_sentence(
    model: Path, tmp_path: Path, rows: list[dict[str, Any]], given: dict[str, Any], message: str
) -> None:
    with pytest.raises(TrainError, match=message):
        train(rows, model, tmp_path / "run", settings(**given))
    assert not (tmp_path / "run" / "skill").exists()


def test_a_folder_without_a_model_is_a_sentence_and_nothing_is_written(model: Path, tmp_path: Path) -> None:
    with pytest.raises(TrainError, match=r"nowhere is not a model folder: expected config\.json"):
        run(tmp_path / "nowhere", tmp_path / "run")
    broken = write_model(tmp_path / "broken")
    (broken / "model.safetensors").unlink()
    with pytest.raises(TrainError, match="holds no causal language model in safetensors"):
        run(broken, tmp_path / "other")
    untokenised = write_model(tmp_path / "untokenised")
    for path in untokenised.glob("token*"):
        path.unlink()
    with pytest.raises(TrainError, match=r"holds no tokenizer: expected tokenizer.json"):
        run(untokenised, tmp_path / "third")
    with pytest.raises(TrainError, match="method share got no subspace; expected one for method share only"):
        run(model, tmp_path / "fourth", method="share")
    assert not any((tmp_path / name).exists() for name in ("run", "third", "fourth"))


def test_progress_is_told_step_by_step(model: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    train(ROWS, model, tmp_path / "run", settings(steps=3), tell=lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_epochs_are_passes_over_the_rows(model: Path, tmp_path: Path) -> None:
    run(model, tmp_path / "run", steps=None, epochs=2)
    assert len(losses(tmp_path / "run")) == 2 * 3  # 11 rows in batches of 4


def test_nothing_is_printed_on_stdout(model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(model, tmp_path / "run", steps=2)
    assert cast("Any", capsys.readouterr()).out == ""
