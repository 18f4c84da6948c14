"""A folder of transformers: greedy and drawn answers, skills, and what is refused."""

# pyright: reportPrivateUsage=false, reportPrivateImportUsage=false, reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownLambdaType=false

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from share_rs.errors import ActiveSkillError, ShareError
from share_rs.repair.generation import GenerationSettings, Request
from share_rs.repair.language_model import LanguageModel
from share_rs.repair.lora import LoraSkills
from share_rs.repair.shared import SubspaceSkills

from .models import model_folder

GREEDY = GenerationSettings(max_new_tokens=8)
WARM = GenerationSettings(max_new_tokens=8, temperature=1.0)
PROMPTS = ["fn", "pub fn one() -> u8 { 1 }", "a", "let mut names: Vec<String> = Vec::new();", "x" * 70]
LABELS = ("mean", "skill:moves", "skill:traits.2")


@pytest.fixture(scope="module")
def model(model_dir: Path, adapters_dir: Path) -> LanguageModel:
    return LanguageModel(model_dir, GREEDY, skills=LoraSkills(adapters_dir), labels=LABELS)


@pytest.fixture
def forgetful(model: LanguageModel) -> Iterator[LanguageModel]:
    """The same model with no answers remembered, and as it was afterwards."""
    model._answers.clear()
    yield model
    model._model.base_model.enable_adapter_layers()


def requests(model: LanguageModel) -> list[Request]:
    return [Request(model.encode(prompt), f"key {place}") for place, prompt in enumerate(PROMPTS)]


def texts(model: LanguageModel, skill: str | None = None) -> list[str]:
    return [answer.text for answer in model.answer(skill, requests(model))]


@pytest.mark.parametrize("settings", [GREEDY, WARM], ids=["greedy", "drawn"])
def test_an_answer_does_not_depend_on_the_batch(model_dir: Path, settings: GenerationSettings) -> None:
    alone, together = (LanguageModel(model_dir, settings, batch_size=size) for size in (1, 6))
    assert texts(alone) == texts(together)
    backwards = LanguageModel(model_dir, settings, batch_size=4)
    wanted = requests(backwards)[::-1]
    assert [answer.text for answer in backwards.answer(None, wanted)][::-1] == texts(alone)


def test_draws_repeat_by_their_key_and_differ_between_keys(model_dir: Path) -> None:
    ids = LanguageModel(model_dir).encode("fn")
    first, second = (LanguageModel(model_dir, WARM) for _ in range(2))
    wanted = [Request(ids, key) for key in ("a", "b", "c")]
    assert first.answer(None, wanted) == second.answer(None, wanted)
    assert len({answer.text for answer in first.answer(None, wanted)}) == 3


def test_a_greedy_answer_is_that_of_transformers_own_generate(model_dir: Path, model: LanguageModel) -> None:
    from transformers import AutoModelForCausalLM  # noqa: PLC0415 - heavy
    from transformers import AutoTokenizer as Tokenizers  # noqa: PLC0415 - heavy

    plain: Any = AutoModelForCausalLM.from_pretrained(model_dir)
    tokenizer: Any = Tokenizers.from_pretrained(model_dir)
    ids = torch.tensor([model.encode("fn")])
    found = plain.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=8, do_sample=False)
    text = tokenizer.decode(found[0, ids.shape[1] :], skip_special_tokens=True)
    assert model.answer(None, [Request(tuple(ids[0].tolist()), "")])[0].text == text


def test_what_a_folder_recommends_for_drawing_changes_no_answer(
    tmp_path: Path, model_dir: Path, model: LanguageModel
) -> None:
    shutil.copytree(model_dir, tmp_path / "model")
    recommended = {"do_sample": True, "temperature": 0.1, "repetition_penalty": 9.0, "eos_token_id": 2, "top_k": 3}
    (tmp_path / "model" / "generation_config.json").write_text(json.dumps(recommended))
    assert texts(LanguageModel(tmp_path / "model", GREEDY)) == texts(model)


def test_every_skill_answers_in_its_own_way_and_tells_its_name(forgetful: LanguageModel) -> None:
    answers = {skill: forgetful.answer(skill, requests(forgetful)) for skill in (None, *LABELS)}
    assert len({tuple(answer.text for answer in found) for found in answers.values()}) == 4
    for skill, found in answers.items():
        assert {answer.skill for answer in found} == {skill}


@pytest.mark.parametrize("order", [(None, "mean", "skill:moves"), ("skill:moves", "mean", None)])
def test_the_order_of_the_skills_changes_no_answer(
    forgetful: LanguageModel, model_dir: Path, order: tuple[str | None, ...]
) -> None:
    found = {skill: texts(forgetful, skill) for skill in order}
    assert found[None] == texts(LanguageModel(model_dir, GREEDY))
    forgetful._answers.clear()
    assert found == {skill: texts(forgetful, skill) for skill in reversed(order)}


def test_skills_of_a_subspace_answer_as_the_adapters_that_it_holds(
    model: LanguageModel, model_dir: Path, subspace_dir: Path
) -> None:
    shared = LanguageModel(model_dir, GREEDY, skills=SubspaceSkills(subspace_dir), labels=LABELS)
    for skill in (None, *LABELS):
        assert texts(shared, skill) == texts(model, skill)


def sabotage_disable(model: LanguageModel) -> None:
    model._model.base_model.disable_adapter_layers()


def sabotage_switch(model: LanguageModel) -> None:
    model._model.set_adapter("share_0002")


def sabotage_one_layer(model: LanguageModel) -> None:
    next(layer for _, layer in model._active._layers).enable_adapters(enabled=False)


@pytest.mark.parametrize("sabotage", [sabotage_disable, sabotage_switch, sabotage_one_layer])
@pytest.mark.parametrize("after", [1, 5])
def test_a_skill_that_is_switched_off_while_it_answers_is_noticed(
    forgetful: LanguageModel, sabotage: Callable[[LanguageModel], None], after: int
) -> None:
    passes = 0

    def hook(*_: object) -> None:
        nonlocal passes
        passes += 1
        if passes == after:
            sabotage(forgetful)

    handle = forgetful._inner.register_forward_hook(hook)
    try:
        with pytest.raises(ActiveSkillError, match="skill:moves"):
            forgetful.answer("skill:moves", requests(forgetful)[:1])
    finally:
        handle.remove()
    assert not forgetful._answers


def test_a_switch_that_switches_nothing_is_noticed(forgetful: LanguageModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetful, "activate", lambda _: forgetful._model.set_adapter("share_0002"))
    with pytest.raises(ActiveSkillError, match=r"expected skill:moves to answer, got skill:traits\.2"):
        forgetful.answer("skill:moves", requests(forgetful)[:1])


def test_the_same_question_is_asked_once(forgetful: LanguageModel, monkeypatch: pytest.MonkeyPatch) -> None:
    first = forgetful.answer("mean", requests(forgetful))
    monkeypatch.setattr(forgetful, "_generate", None)
    assert forgetful.answer("mean", requests(forgetful)) == first


def test_a_batch_that_does_not_fit_is_halved_and_one_prompt_that_does_not_is_named(
    model_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from share_rs.repair import language_model  # noqa: PLC0415 - what is patched

    whole, limit = language_model.generate, 2

    def small(model: Any, batch: Any, *rest: Any) -> Any:  # noqa: ANN401 - as generate
        if len(batch) > limit:
            raise torch.OutOfMemoryError
        return whole(model, batch, *rest)

    expected = texts(LanguageModel(model_dir, GREEDY))
    monkeypatch.setattr(language_model, "generate", small)
    assert texts(LanguageModel(model_dir, GREEDY)) == expected
    limit = 0
    with pytest.raises(ShareError, match="do not fit into the memory"):
        texts(LanguageModel(model_dir, GREEDY))


def test_an_answer_ends_where_the_context_does(tmp_path: Path, model_dir: Path) -> None:
    shutil.copytree(model_dir, tmp_path / "model")
    config = json.loads((tmp_path / "model" / "config.json").read_text())
    (tmp_path / "model" / "config.json").write_text(json.dumps({**config, "max_position_embeddings": 26}))
    model = LanguageModel(tmp_path / "model", GREEDY)
    ids = model.encode("let")
    assert model.room(ids) == 26 - len(ids) == 4
    (answer,) = model.answer(None, [Request(ids, "")])
    (whole,) = LanguageModel(model_dir, GREEDY).answer(None, [Request(ids, "")])
    assert answer.cut
    assert whole.text.startswith(answer.text[:-1])
    assert model.room(model.encode("x" * 40)) < 1


def test_llama_without_a_chat_template_in_bfloat16_answers_too(tmp_path: Path) -> None:
    model = LanguageModel(model_folder(tmp_path / "llama", family="llama", chat=None), GREEDY, dtype="bfloat16")
    assert model.identity["dtype"] == "bfloat16"
    assert not model.identity["chat_template"]
    assert len(set(texts(model))) > 1


def test_the_identity_is_of_contents_and_never_of_paths(
    tmp_path: Path, model_dir: Path, adapters_dir: Path, model: LanguageModel
) -> None:
    shutil.copytree(model_dir, tmp_path / "elsewhere")
    shutil.copytree(adapters_dir, tmp_path / "others")
    copied = LanguageModel(tmp_path / "elsewhere", GREEDY, skills=LoraSkills(tmp_path / "others"), labels=LABELS)
    assert copied.identity == model.identity
    assert "/" not in json.dumps(copied.identity)
    shutil.copyfile(
        tmp_path / "others" / "moves" / "adapter_model.safetensors",
        tmp_path / "others" / "traits.2" / "adapter_model.safetensors",
    )
    changed = LanguageModel(tmp_path / "elsewhere", WARM, skills=LoraSkills(tmp_path / "others"), labels=LABELS)
    assert changed.identity["generation"] != model.identity["generation"]
    assert changed.identity["skills"] != model.identity["skills"]


@pytest.mark.parametrize(
    ("lacking", "said"),
    [
        ("config.json", "is not a model folder"),
        ("model.safetensors", "no causal language model"),
        ("tokenizer*", "no tokenizer"),
    ],
)
def test_a_folder_that_lacks_something_is_named(tmp_path: Path, model_dir: Path, lacking: str, said: str) -> None:
    shutil.copytree(model_dir, tmp_path / "model")
    for path in (tmp_path / "model").glob(lacking):
        path.unlink()
    with pytest.raises(ShareError, match=said) as caught:
        LanguageModel(tmp_path / "model")
    assert str(tmp_path / "model") in str(caught.value)


def configured(folder: Path, **changes: Any) -> None:  # noqa: ANN401 - any JSON
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, **changes}))


def torn(folder: Path) -> None:
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:5000])


def pickled(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    (folder / "pytorch_model.bin").write_bytes(b"cos\nsystem\n")


def lengthened(folder: Path) -> None:
    configured(folder, num_hidden_layers=3, layer_types=["full_attention"] * 3)


def encoder(folder: Path) -> None:
    configured(folder, model_type="t5")


def with_code(folder: Path) -> None:
    configured(folder, model_type="mystery", auto_map={"AutoConfig": "mine.Config", "AutoModelForCausalLM": "mine.M"})
    (folder / "mine.py").write_text("raise SystemExit('this ran')")


def with_adapter(folder: Path) -> None:
    (folder / "adapter_config.json").write_text("{}")


@pytest.mark.parametrize("change", [torn, pickled, lengthened, encoder, with_code, with_adapter])
def test_a_folder_that_is_damaged_or_would_not_be_the_model_alone_is_refused(
    tmp_path: Path, model_dir: Path, change: Callable[[Path], None]
) -> None:
    shutil.copytree(model_dir, tmp_path / "model")
    change(tmp_path / "model")
    with pytest.raises(ShareError, match=str(tmp_path / "model")):
        LanguageModel(tmp_path / "model")


def test_a_skill_that_was_not_attached_is_refused(model: LanguageModel) -> None:
    with pytest.raises(ShareError, match="attached skills mean, skill:moves"):
        model.answer("skill:other", requests(model)[:1])
