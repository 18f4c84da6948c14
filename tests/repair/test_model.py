"""A model as a solver: what it is asked, which skill answers, and what is recorded of it."""

# pyright: reportPrivateUsage=false, reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownLambdaType=false

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from share_rs import load_koans
from share_rs.errors import ActiveSkillError, ShareError
from share_rs.repair import Attempt, Proposal, Solver, Task
from share_rs.repair.arms import ModelArms
from share_rs.repair.generation import GenerationSettings
from share_rs.repair.language_model import LanguageModel
from share_rs.repair.lora import LoraSkills
from share_rs.repair.model import ModelSolver, PromptSettings
from share_rs.repair.protocol import UsesModel
from share_rs.repair.shared import SubspaceSkills
from share_rs.repair.skills import Skills

SHORT = GenerationSettings(max_new_tokens=6)
ALL = ["base", "mean", "averaged", "skill:moves", "skill:traits.2", "oracle", "routed"]


def task(koan: str = "bc_001", pattern: str | None = None, source: str = "fn a", **changes: Any) -> Task:  # noqa: ANN401 - any field
    fields: dict[str, Any] = {"rendered": "error", "attempts": (), "seed": 0, **changes}
    return Task(koan, koan[:2], source, "2024", allow_unsafe=False, diagnostics=[], pattern=pattern, **fields)


def arms(
    model_dir: Path,
    skills: Skills | None,
    names: Sequence[str],
    settings: GenerationSettings = SHORT,
    prompts: PromptSettings | None = None,
) -> dict[str, ModelSolver]:
    def load(labels: Sequence[str]) -> LanguageModel:
        return LanguageModel(model_dir, settings, skills=skills, labels=labels, batch_size=4)

    made = ModelArms(skills, load_koans()).solvers(names, load, prompts)
    return {solver.name: solver for solver in made}


@pytest.fixture(scope="module")
def all_arms(model_dir: Path, subspace_dir: Path) -> dict[str, ModelSolver]:
    return arms(model_dir, SubspaceSkills(subspace_dir), ALL)


def test_a_solver_with_a_model_keeps_the_protocols(all_arms: dict[str, ModelSolver]) -> None:
    solver: Solver = all_arms["base"]
    assert isinstance(solver, UsesModel)
    assert not solver.control
    assert solver.propose([]) == []


def test_the_arms_answer_differently_where_their_weights_differ(all_arms: dict[str, ModelSolver]) -> None:
    tasks = [task(source=f"fn a{n}", pattern="use_after_move") for n in range(3)]
    found = {name: solver.propose(tasks) for name, solver in all_arms.items()}
    sources = {name: tuple(one.source for (one,) in proposals) for name, proposals in found.items()}
    apart = ("base", "mean", "averaged", "skill:moves", "skill:traits.2")
    assert len({sources[name] for name in apart}) == len(apart)
    assert sources["routed"] == sources["skill:moves"]


@pytest.mark.parametrize(
    ("pattern", "skill"),
    [("use_after_move", "moves"), ("missing_debug", "traits.2"), ("missing_mut", None), (None, None)],
)
def test_the_router_sends_a_pattern_where_the_map_says_and_others_to_the_base(
    all_arms: dict[str, ModelSolver], pattern: str | None, skill: str | None
) -> None:
    asked = [task(pattern=pattern)]
    expected = all_arms[f"skill:{skill}" if skill else "base"].propose(asked)
    found = all_arms["routed"].propose(asked)
    assert found == expected
    assert found[0][0].skill == skill


def test_the_oracle_goes_by_what_the_koan_declares_and_not_by_the_task(all_arms: dict[str, ModelSolver]) -> None:
    declared = {koan.id: koan.pattern for koan in load_koans()}
    moved = next(koan for koan, pattern in declared.items() if pattern == "use_after_move")
    other = next(koan for koan, pattern in declared.items() if pattern == "missing_mut")
    found = all_arms["oracle"].propose([task(moved, "missing_debug"), task(other, "missing_debug"), task("my_own")])
    assert [one.skill for (one,) in found] == ["moves", None, None]


def test_a_batch_of_several_skills_gets_each_answer_in_its_place(all_arms: dict[str, ModelSolver]) -> None:
    tasks = [task(pattern=pattern, source=f"fn a{n}") for n, pattern in enumerate(["missing_debug", None] * 3)]
    solver = all_arms["routed"]
    assert solver.propose(tasks) == [solver.propose([one])[0] for one in tasks]
    assert [one.skill for (one,) in solver.propose(tasks)] == ["traits.2", None] * 3


def test_every_proposal_names_the_bases_where_there_are_some(
    all_arms: dict[str, ModelSolver], model_dir: Path, adapters_dir: Path, subspace_dir: Path
) -> None:
    expected = SubspaceSkills(subspace_dir).subspace
    assert {solver.propose([task()])[0][0].subspace for solver in all_arms.values()} == {expected}
    plain = arms(model_dir, LoraSkills(adapters_dir), ["skill:moves"])["skill:moves"]
    assert plain.propose([task()])[0][0].subspace is None


def test_an_adapter_that_is_switched_off_behind_the_solver_is_noticed(
    model_dir: Path, adapters_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    solver = arms(model_dir, LoraSkills(adapters_dir), ["skill:moves"])["skill:moves"]
    monkeypatch.setattr(solver._model, "activate", lambda _: solver._model._model.base_model.disable_adapter_layers())
    with pytest.raises(ActiveSkillError, match="expected skill:moves to answer, got the base model alone"):
        solver.propose([task()])


def test_samples_are_drawn_by_seed_koan_attempt_and_place_and_not_by_the_arm(
    model_dir: Path, adapters_dir: Path
) -> None:
    drawn = GenerationSettings(max_new_tokens=6, temperature=1.0, samples=3)
    made = arms(model_dir, LoraSkills(adapters_dir), ["base", "routed"], drawn)
    (first,) = made["base"].propose([task()])
    assert len({one.source for one in first}) == 3
    again = arms(model_dir, None, ["base"], drawn)["base"]
    together = again.propose([task("bc_002"), task(), task(seed=1)])
    assert [one.source for one in together[1]] == [one.source for one in first]
    assert len({one.source for proposals in together for one in proposals}) == 9
    assert made["routed"].propose([task()])[0] == first


def test_the_feedback_on_earlier_attempts_is_part_of_the_question(all_arms: dict[str, ModelSolver]) -> None:
    tried = Attempt("fn b", "compile_error", "error: b")
    first, second = (all_arms["base"].propose([task(attempts=attempts)]) for attempts in ((), (tried,)))
    assert first != second


def test_a_prompt_that_the_context_does_not_hold_loses_attempts_and_then_is_not_asked(model_dir: Path) -> None:
    solver = arms(model_dir, None, ["base"])["base"]
    solver._model.context = 900
    long = Attempt("fn b" + "b" * 300, "compile_error", "error")
    (shortened,) = solver.propose([task(attempts=(long, long, long))])
    assert shortened[0].source is not None
    found = solver.propose([task(), task(source="a" * 1000), task(source="fn c")])
    assert found[1] == [Proposal(None, note=found[1][0].note)]
    assert "tokens, and the model's context is 900" in found[1][0].note
    assert found[1][0].note.startswith("not asked: the prompt has 1")
    assert [one.source is None for (one,) in found] == [False, True, False]


def test_an_answer_that_was_cut_says_so(model_dir: Path) -> None:
    assert arms(model_dir, None, ["base"])["base"].propose([task()])[0][0].cut


def test_hints_and_the_example_are_asked_and_told_only_where_they_are_wanted(
    model_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for prompts in (None, PromptSettings(hints=True), PromptSettings(one_shot=True)):
        solver = arms(model_dir, None, ["base"], prompts=prompts)["base"]
        seen: list[str] = []
        monkeypatch.setattr(solver._model, "encode", lambda prompt, seen=seen: seen.append(prompt) or (1, 3))
        solver.propose([task(pattern="missing_debug")])
        wanted = prompts or PromptSettings()
        assert ("without Debug" in seen[0]) == wanted.hints
        assert ("Thermometer" in seen[0]) == wanted.one_shot
        expected = {"hints": wanted.hints, "one_shot": wanted.one_shot, "answer": "whole"}
        assert solver.identity()["prompt"] == expected


def test_an_answer_in_a_format_is_applied_to_the_task_or_the_proposal_says_why_not(
    model_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    solver = arms(model_dir, None, ["base"], prompts=PromptSettings(answer="lines"))["base"]
    seen: list[str] = []
    said = iter(["2→b", "2→a\nDone."])
    monkeypatch.setattr(solver._model, "encode", lambda prompt: seen.append(prompt) or (1, 3))
    monkeypatch.setattr(solver._model, "_text", lambda _: next(said))
    tried = Attempt("x\na\n", "compile_error", "error: x")
    ((first,),) = solver.propose([task(source="a\na\n", attempts=(tried,))])
    assert (first.source, first.note) == ("a\nb\n", "")
    assert "1→a\n2→a\n" in seen[0]
    assert "This repair was tried:\n\n1→x\n\nIt did not pass:" in seen[0]
    solver._model._answers.clear()
    ((second,),) = solver.propose([task(source="a\na\n")])
    assert second.source is None
    assert second.note == "no lines answer: edit 1: expected a change of line 2, got the text that stands there"
    assert solver.identity()["prompt"]["answer"] == "lines"


def test_a_prompt_holds_no_path_and_no_byte_of_the_probes(model_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    solver = arms(model_dir, None, ["base"])["base"]
    seen: list[str] = []
    monkeypatch.setattr(solver._model, "encode", lambda prompt: seen.append(prompt) or (1, 3))
    koans = load_koans()
    solver.propose([task(koan.id, koan.pattern, koan.broken) for koan in koans])
    for koan, prompt in zip(koans, seen, strict=True):
        own = set(koan.broken.splitlines())
        hidden = [line for line in (koan.probes + koan.fixed).splitlines() if len(line) > 30 and line not in own]
        assert hidden
        assert not any(line in prompt for line in hidden)
        assert str(koan.path) not in prompt
        assert koan.title not in prompt


def test_only_the_skills_that_an_arm_may_choose_are_attached(model_dir: Path, adapters_dir: Path) -> None:
    skills = LoraSkills(adapters_dir)
    attached = {
        name: arms(model_dir, skills, [name])[name]._model.labels
        for name in ("base", "skill:traits.2", "oracle", "mean", "routed")
    }
    assert attached == {
        "base": (),
        "skill:traits.2": ("skill:traits.2",),
        "oracle": ("skill:moves", "skill:traits.2"),
        "mean": ("mean",),
        "routed": ("skill:moves", "skill:traits.2"),
    }


def test_the_arms_are_named_in_the_order_of_the_table(adapters_dir: Path) -> None:
    assert ModelArms(LoraSkills(adapters_dir), []).names == ALL
    assert ModelArms(None, []).names == ["base"]


def test_an_arm_that_the_skills_cannot_have_is_refused_with_the_reason(model_dir: Path, tmp_path: Path) -> None:
    from .models import adapter_folder  # noqa: PLC0415 - beside its only use

    for seed in (1, 2):
        adapter_folder(tmp_path / str(seed), model_dir, seed=seed, r=seed)
    made = ModelArms(LoraSkills(tmp_path), [])
    assert list(made.lacking()) == ["averaged"]
    with pytest.raises(ShareError, match=r"no arm averaged: layer .* one rank"):
        made.solvers(["base", "averaged"], lambda _: pytest.fail("nothing is loaded"))
