"""Skills end to end on a model made on the spot: adapters, one shared basis, more skills by coefficients, a merge, koans.

`python examples/skills.py FOLDER` needs no network, no accelerator and a minute. The model knows nothing, so its score on the
koans means nothing; with a model folder of your own, the calls are the same.
"""

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM, set_seed

from share_rs import Sandbox, classify, find_koan, render
from share_rs.evaluation import EvaluationSettings, evaluate
from share_rs.repair.arms import ModelArms
from share_rs.repair.generation import GenerationSettings
from share_rs.repair.language_model import LanguageModel
from share_rs.repair.prompt import repair_answer, repair_prompt
from share_rs.repair.shared import SubspaceSkills
from share_rs.subspace import Adapter, FitSettings, SharedSubspace, account, export_lora, fit, merge, save
from share_rs.training import TrainSettings, train, trained
from share_rs.training import summary as summary_of

PROGRAMS = {
    "mutable": (
        "pub fn twice(NAME: u32) -> u32 {\n    let sum = NAME;\n    sum += NAME;\n    sum\n}\n",
        "pub fn twice(NAME: u32) -> u32 {\n    let mut sum = NAME;\n    sum += NAME;\n    sum\n}\n",
    ),
    "borrowed": (
        "fn size(NAME: &str) -> usize {\n    NAME.len()\n}\npub fn double(NAME: String) -> usize {\n    2 * size(NAME)\n}\n",
        "fn size(NAME: &str) -> usize {\n    NAME.len()\n}\npub fn double(NAME: String) -> usize {\n    2 * size(&NAME)\n}\n",
    ),
    "moved": (
        "pub fn pair(NAME: String) -> (String, String) {\n    (NAME, NAME)\n}\n",
        "pub fn pair(NAME: String) -> (String, String) {\n    (NAME.clone(), NAME)\n}\n",
    ),
    "wrapped": (
        "pub fn half(NAME: u32) -> Option<u32> {\n    NAME / 2\n}\n",
        "pub fn half(NAME: u32) -> Option<u32> {\n    Some(NAME / 2)\n}\n",
    ),
    "derived": (
        'pub struct Item {\n    pub NAME: u32,\n}\npub fn show(item: &Item) -> String {\n    format!("{item:?}")\n}\n',
        (
            "#[derive(Debug)]\npub struct Item {\n    pub NAME: u32,\n}\npub fn show(item: &Item) -> String {\n"
            '    format!("{item:?}")\n}\n'
        ),
    ),
}
"""By skill: a broken program and its repair, with a NAME to fill in."""
NAMES = ("apple", "bread", "cheese", "dates", "eggs", "flour")
ADAPTERS, COEFFICIENTS = ("mutable", "borrowed", "moved"), ("wrapped", "derived")
KOANS = ("bc_001", "tb_001")
END, PAD = "<end>", "<pad>"


def make_model(folder: Path) -> Path:
    """A Qwen2 of two layers with a tokenizer of bytes."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    inner = cast("Any", Tokenizer(models.BPE({letter: place for place, letter in enumerate(alphabet)}, [])))
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    inner.decoder = decoders.ByteLevel()
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=inner, eos_token=END, pad_token=PAD)
    set_seed(0)
    config = Qwen2Config(
        vocab_size=len(tokenizer),
        hidden_size=64,
        intermediate_size=96,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=4096,
        initializer_range=0.2,
        eos_token_id=cast("Any", tokenizer).eos_token_id,
        pad_token_id=cast("Any", tokenizer).pad_token_id,
    )
    cast("Any", Qwen2ForCausalLM(config)).save_pretrained(folder)
    cast("Any", tokenizer).save_pretrained(folder)
    return folder


def make_rows(sandbox: Sandbox, folder: Path) -> dict[str, str]:
    """Writes `SKILL.jsonl` for each skill and `general.jsonl` with all rows; returns error pattern to skill.

    Every broken program is one that rustc rejects, with what it says in the prompt, and every repair one that it accepts.
    """
    folder.mkdir(parents=True)
    patterns: dict[str, str] = {}
    everything: list[str] = []
    for skill, (broken, repair) in PROGRAMS.items():
        sources = [(text.replace("NAME", name), "2021", False) for name in NAMES for text in (broken, repair)]
        verdicts = sandbox.check(sources)
        lines: list[str] = []
        for place in range(0, len(sources), 2):
            (source, _, _), (program, _, _) = sources[place : place + 2]
            if [one.outcome for one in verdicts[place : place + 2]] != ["compile_error", "compiles"]:
                sys.exit(
                    f"{skill}: expected a program that rustc rejects and a repair that it accepts:\n{source}\n{program}"
                )
            pattern = classify(verdicts[place].diagnostics).pattern
            if pattern is not None:
                patterns[pattern] = skill
            prompt = repair_prompt(source, render(verdicts[place].diagnostics, source))
            lines.append(json.dumps({"prompt": prompt, "answer": repair_answer(program), "skill": skill}) + "\n")
        (folder / f"{skill}.jsonl").write_text("".join(lines), encoding="utf-8")
        everything += lines
    (folder / "general.jsonl").write_text("".join(everything), encoding="utf-8")
    return patterns


def learn(rows: Path, model: Path, runs: Path, settings: TrainSettings, subspace: SharedSubspace | None = None) -> Path:
    """Trains the skill that a file of rows is named after, and says how far it came."""
    result = train(rows, model, runs / rows.stem, settings, subspace)
    told = summary_of(runs / rows.stem)
    print(
        f"{told['method']} {told['skill']}: {told['rows']} rows, {told['trained_parameters']} parameters, "
        f"loss {told['loss']['first']:.2f} to {told['loss']['last']:.2f}"
    )
    return result


def judge(model: Path, subspace: Path, run: Path) -> None:
    """Lets the base model, the means, every skill, the oracle's and the router's choice repair a few koans."""
    koans = [find_koan(koan) for koan in KOANS]
    skills = SubspaceSkills(subspace)
    arms = ModelArms(skills, koans)
    answers = GenerationSettings(max_new_tokens=32)
    solvers = arms.solvers(
        [name for name in arms.names if name not in arms.lacking()],
        lambda labels: LanguageModel(model, answers, skills=skills, labels=labels),
    )
    with Sandbox() as sandbox:
        summary = evaluate(EvaluationSettings(attempts=1, baseline="base"), solvers, koans, sandbox, run)
    for name, arm in summary.arms.items():
        print(f"{name}: {arm.passed} of {arm.total} koans")
    print("The model was drawn at random and has seen thirty rows: these scores mean nothing.")


def main() -> None:
    """Runs every step in FOLDER and says what came of it."""
    if len(sys.argv) != 2:  # noqa: PLR2004 - the script and its folder
        sys.exit(__doc__)
    folder = Path(sys.argv[1])
    model, rows, runs = make_model(folder / "model"), folder / "rows", folder / "runs"
    with Sandbox() as sandbox:
        patterns = make_rows(sandbox, rows)

    lora = TrainSettings(method="lora", rank=4, lr=1e-2, steps=10, batch_size=3)
    adapters = [learn(rows / f"{skill}.jsonl", model, runs, lora) for skill in ADAPTERS]
    originals = [Adapter.open(path) for path in adapters]
    subspace = fit(originals, FitSettings(explained_variance=0.99, p=None))

    share = TrainSettings(method="share", p=2, lr=2e-2, steps=10, batch_size=3)
    for skill in COEFFICIENTS:
        learn(rows / f"{skill}.jsonl", model, runs, share, subspace)
    learn(rows / "general.jsonl", model, runs, share, subspace)

    new = [trained(runs / skill) for skill in (*COEFFICIENTS, "general")]
    merged = merge(subspace, new, originals=originals)
    merged = save(replace(merged, patterns=patterns), folder / "subspace")
    for name, skill in merged.skills.items():
        lost = merged.history[-1]["lost"][name]
        print(f"merged {name}: {skill.origin['kind']}, {lost:.1%} of its update lost at the merge")
    cost = account(merged)
    print(
        f"the basis is {cost.basis} numbers, a skill {cost.coefficients}, an adapter {cost.adapter}: "
        f"smaller than adapters from {cost.break_even} skills on"
    )
    print(f"exported to {export_lora(merged, 'wrapped', folder / 'wrapped')}")
    judge(model, folder / "subspace", folder / "evaluation")


if __name__ == "__main__":
    main()
