# torch, peft and transformers have partial types.
# ruff: noqa: ANN401
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.utils.data import Dataset
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from share_rs.tuner import detach_skill, skill_ids
from tests.tuner.conftest import Bench
from tests.tuner.models import SKILLS, checkpointed, gap, outputs
from tests.tuner.untyped import AutoModelForCausalLM, Model, PeftModel, ShareConfig, Trainer, attach, get_peft_model

EXACT = 2e-5
CHECKPOINTING = (
    "activation_checkpointing"
    if "activation_checkpointing" in TrainingArguments.__dataclass_fields__
    else "gradient_checkpointing"
)
"""TRL turns it on by its older name, of which transformers then warns."""


class Rows(Dataset[dict[str, Tensor]]):
    """One batch, sample by sample."""

    def __init__(self, batch: Mapping[str, Tensor]) -> None:
        self.batch = dict(batch)

    def __len__(self) -> int:
        return len(next(iter(self.batch.values())))

    def __getitem__(self, index: int) -> dict[str, Tensor]:
        return {name: value[index] for name, value in self.batch.items()}


class Stop(TrainerCallback):
    """Ends a run early, as a kill would, after a checkpoint."""

    def __init__(self, step: int) -> None:
        self.step = step

    def on_step_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: object) -> None:  # noqa: ARG002
        control.should_training_stop = state.global_step >= self.step


def arguments(folder: Path, **values: Any) -> TrainingArguments:
    settings: dict[str, Any] = {
        "output_dir": str(folder),
        "max_steps": 4,
        "per_device_train_batch_size": 2,
        "save_steps": 2,
        "learning_rate": 0.05,
        "report_to": "none",
        "use_cpu": True,
        "disable_tqdm": True,
        "dataloader_pin_memory": False,
        "logging_strategy": "no",
        **values,
    }
    return TrainingArguments(**settings)


def trained(
    bench: Bench, folder: Path, model: Any, *, stop: int | None = None, resume: bool = False, **values: Any
) -> Any:
    trainer = Trainer(
        model=model,
        args=arguments(folder, **values),
        train_dataset=Rows(bench.architecture.batch(8)),
        callbacks=[] if stop is None else [Stop(stop)],
    )
    trainer.train(resume_from_checkpoint=resume)
    return model.eval()


def new(bench: Bench, **values: Any) -> Model:
    return get_peft_model(
        bench.model(), ShareConfig(subspace=str(bench.folder), p=2, task_type=bench.architecture.task, **values)
    )


@pytest.mark.parametrize(
    ("name", "save_basis"),
    [*((name, True) for name in ("qwen2", "llama", "t5", "bert", "vit")), ("qwen2", False), ("vit", False)],
)
def test_the_trainer_trains_and_a_run_that_stopped_resumes_to_the_same_skill(
    name: str, bench: Callable[[str], Bench], tmp_path: Path, *, save_basis: bool
) -> None:
    one = bench(name)
    whole = trained(one, tmp_path / "whole", new(one, save_basis=save_basis))
    trained(one, tmp_path / "cut", new(one, save_basis=save_basis), stop=2)
    resumed = trained(one, tmp_path / "cut", new(one, save_basis=save_basis), resume=True)
    due, found = detach_skill(whole, "default"), detach_skill(resumed, "default")
    assert any(float(one.eps_beta.norm()) > 0 for one in due.coefficients.values())
    for layer, value in due.coefficients.items():
        assert torch.allclose(found.coefficients[layer].eps_beta, value.eps_beta, atol=1e-6)
        assert torch.allclose(found.coefficients[layer].eps_alpha, value.eps_alpha, atol=1e-6)
    batch = one.architecture.batch(2)
    loaded = PeftModel.from_pretrained(one.model(), tmp_path / "whole" / "checkpoint-4")
    assert gap(outputs(loaded, batch), outputs(whole, batch)) < EXACT
    assert gap(outputs(loaded, batch), outputs(one.model(), batch)) > 0.001


def test_the_trainer_takes_a_skill_for_each_row(qwen2: Bench, tmp_path: Path) -> None:
    model = attach(qwen2.model(), qwen2.folder, SKILLS)
    model.base_model.set_adapter(list(SKILLS))
    before = {skill: detach_skill(model, skill) for skill in SKILLS}
    rows = {**qwen2.architecture.batch(4), "skill_ids": skill_ids(model, ["tm", "__base__", "tm", "tm"])}
    settings = arguments(tmp_path, max_steps=2, save_strategy="no", remove_unused_columns=False)
    Trainer(model=model, args=settings, train_dataset=Rows(rows)).train()
    for skill in SKILLS:
        after = detach_skill(model, skill).coefficients
        same = [
            torch.equal(after[layer].eps_beta, value.eps_beta) for layer, value in before[skill].coefficients.items()
        ]
        assert all(same) == (skill == "bc")


# TRL's trainer takes what predicts the next token: BERT as a decoder, no T5, no ViT.
@pytest.mark.parametrize("name", ["qwen2", "llama", "gpt2", "neox", "bert"])
def test_the_sft_trainer_of_trl_takes_the_config(name: str, bench: Callable[[str], Bench], tmp_path: Path) -> None:
    trl, datasets = import_module("trl"), import_module("datasets")  # slow to import, and used here only
    one = bench(name)

    def causal() -> Model:
        torch.manual_seed(1)  # BERT's base has another head
        decoder = {"is_decoder": True} if name == "bert" else {}
        return AutoModelForCausalLM.from_pretrained(one.base, **decoder).eval()

    ids = one.architecture.batch(8)["input_ids"].tolist()
    settings = trl.SFTConfig(
        output_dir=str(tmp_path),
        max_steps=3,
        per_device_train_batch_size=2,
        learning_rate=0.05,
        report_to="none",
        use_cpu=True,
        bf16=False,
        disable_tqdm=True,
        dataloader_pin_memory=False,
        save_strategy="no",
        **{CHECKPOINTING: True},
        logging_strategy="no",
        dataset_kwargs={"skip_prepare_dataset": True},
        max_length=None,
    )
    trainer = trl.SFTTrainer(
        model=causal(),
        args=settings,
        train_dataset=datasets.Dataset.from_dict({"input_ids": ids, "labels": ids}),
        processing_class=tokenizer(),
        peft_config=ShareConfig(subspace=str(one.folder), task_type="CAUSAL_LM"),
    )
    trainer.train()
    trainer.save_model(str(tmp_path / "skill"))
    skill = detach_skill(trainer.model, "default")
    assert all(float(one.eps_beta.norm()) > 0 for one in skill.coefficients.values())
    batch = {"input_ids": one.architecture.batch(2)["input_ids"]}
    loaded = PeftModel.from_pretrained(causal(), tmp_path / "skill")
    assert gap(outputs(loaded, batch), outputs(trainer.model.eval(), batch)) < EXACT
    assert gap(outputs(loaded, batch), outputs(causal(), batch)) > 0.001


def tokenizer() -> Any:
    """One word a token."""
    from tokenizers import Tokenizer, models, pre_tokenizers  # noqa: PLC0415
    from transformers import PreTrainedTokenizerFast  # noqa: PLC0415

    words = {"<pad>": 0, "<eos>": 1, **{f"w{index}": index for index in range(2, 48)}}
    one = Tokenizer(models.WordLevel(words, unk_token="<eos>"))  # noqa: S106 - a token of text
    one.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return PreTrainedTokenizerFast(tokenizer_object=one, pad_token="<pad>", eos_token="<eos>")  # noqa: S106


def gradients(model: Any, batch: Mapping[str, Tensor], *, autocast: bool = False) -> dict[str, Tensor]:
    model.zero_grad()
    with torch.autocast("cpu", torch.bfloat16) if autocast else nullcontext():
        loss = model(**batch).loss
    loss.backward()
    return {name: value.grad.clone() for name, value in model.named_parameters() if value.grad is not None}


# Not T5 with the reentrant kind: transformers hands its decoder the encoder's states in a way that cuts their gradient.
@pytest.mark.parametrize(
    ("name", "reentrant"),
    [("t5", False), *((name, kind) for name in ("qwen2", "llama", "bert", "vit", "gpt2") for kind in (False, True))],
)
def test_checkpointed_blocks_give_the_same_gradients(
    name: str, bench: Callable[[str], Bench], *, reentrant: bool
) -> None:
    one = bench(name)
    batch = one.architecture.batch(2)
    model = attach(one.model(), one.folder, ["bc"], task_type=one.architecture.task).train()
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    due = gradients(model, batch)
    checkpointed(model, use_reentrant=reentrant)
    found = gradients(model, batch)
    assert due.keys() == found.keys()
    assert all(gap(found[key], value) < 1e-5 for key, value in due.items())


# Not GPT-2: transformers' own forward breaks the graph.
@pytest.mark.parametrize("name", ["qwen2", "llama", "t5", "bert", "vit"])
def test_compiled_a_training_step_is_one_graph_of_equal_gradients(name: str, bench: Callable[[str], Bench]) -> None:
    one = bench(name)
    batch = one.architecture.batch(2)
    config = ShareConfig(
        subspace=str(one.folder), skill="bc", target_modules=one.architecture.layers, task_type=one.architecture.task
    )
    model = get_peft_model(one.shallow(), config)
    due = gradients(model, batch)
    assert due
    torch.compiler.reset()
    found = gradients(torch.compile(model, backend="aot_eager", fullgraph=True), batch)
    torch.compiler.reset()
    assert due.keys() == {key.removeprefix("_orig_mod.") for key in found}
    assert all(gap(found[f"_orig_mod.{key}"], value) < 1e-5 for key, value in due.items())


@pytest.mark.parametrize("name", ["qwen2", "llama", "bert", "vit", "gpt2"])
def test_autocast_trains_close_to_float32(name: str, bench: Callable[[str], Bench]) -> None:
    one = bench(name)
    batch = one.architecture.batch(2)
    model = attach(one.model(), one.folder, ["bc"], task_type=one.architecture.task)
    due, found = gradients(model, batch), gradients(model, batch, autocast=True)
    assert due.keys() == found.keys()
    for key, value in due.items():
        assert found[key].dtype == torch.float32
        assert float((found[key] - value).norm() / value.norm()) < 0.3, key


@pytest.mark.parametrize("head", [True, False])
def test_a_head_is_trained_saved_and_comes_back_with_its_skill(
    bench: Callable[[str], Bench], tmp_path: Path, *, head: bool
) -> None:
    one = bench("bert")
    batch = one.architecture.batch(3)
    task: dict[str, Any] = {"task_type": "SEQ_CLS"} if head else {"modules_to_save": ["classifier"]}
    model = get_peft_model(one.model(), ShareConfig(subspace=str(one.folder), **task))
    optimizer = torch.optim.SGD([value for value in model.parameters() if value.requires_grad], lr=1.0)
    for _ in (1, 2):
        optimizer.zero_grad()
        model(**batch).loss.backward()
        optimizer.step()
    due = outputs(model, batch)
    model.save_pretrained(tmp_path)
    assert gap(outputs(PeftModel.from_pretrained(one.model(), tmp_path), batch), due) < EXACT
    skill = detach_skill(model, "default")
    assert set(skill.head) == {"classifier.weight", "classifier.bias"}
    assert not torch.equal(skill.head["classifier.weight"], one.model().classifier.weight)
    again = attach(one.model(), one.subspace(), [skill])
    assert gap(outputs(again, batch), due) < EXACT
    again.load_adapter(tmp_path, adapter_name="second")
    with torch.no_grad():
        again.base_model.model.classifier.modules_to_save["second"].bias += 1
    ids = skill_ids(again, ["second", "default", "__base__"])
    for options in ({"skill_ids": ids}, {"adapter_names": ["second", "default", "__base__"]}):
        found = outputs(again, batch, **options)
        assert gap(found[0], due[0] + 1) < EXACT
        assert gap(found[1], due[1]) < EXACT
        assert gap(found[2], outputs(one.model(), batch)[2]) < EXACT
