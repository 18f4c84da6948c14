"""A language model as a solver: one arm of the evaluation for each way of choosing the skill."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from share_rs.errors import FormatError
from share_rs.repair.formats import named_format
from share_rs.repair.generation import Request
from share_rs.repair.hints import example, hint
from share_rs.repair.prompt import SHOWN, WHOLE, repair_prompt
from share_rs.repair.protocol import Proposal
from share_rs.repair.skills import SKILL

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from share_rs.repair.language_model import Answer, LanguageModel
    from share_rs.repair.protocol import Task

    Choose = Callable[[Task], str | None]
    """The label of the skill for a task; None for the base model alone."""

CHUNK = 4
"""Batches that are judged together: a killed run loses no more, and prompts of one length still find each other."""


@dataclass(frozen=True)
class PromptSettings:
    """What is put beside a task, nothing by default, and how the answer is to be written."""

    hints: bool = False
    """The description of the error pattern."""
    one_shot: bool = False
    """One solved example."""
    answer: str = WHOLE.name
    """The name of a format, as in `share_rs.repair.formats`."""


class ModelSolver:
    """Asks a language model, with the skill that `choose` gives for a task; None is the base model alone."""

    control = False

    def __init__(self, name: str, model: LanguageModel, choose: Choose, prompts: PromptSettings | None = None) -> None:
        self.name = name
        self._model = model
        self._choose = choose
        self._prompts = prompts or PromptSettings()
        self._format = named_format(self._prompts.answer)

    def identity(self) -> dict[str, Any]:
        """What its answers depend on besides the task and the choice of the skill, as plain JSON."""
        return {**self._model.identity, "prompt": asdict(self._prompts)}

    @property
    def at_once(self) -> int:
        """How many tasks it is best asked at a time."""
        return CHUNK * self._model.batch_size

    def propose(self, tasks: Sequence[Task]) -> list[list[Proposal]]:
        """For each task the programs in the model's answers, as many as there are samples.

        An answer that cannot be applied as it stands gives a proposal without a program, which says why.

        A task whose prompt leaves no room in the model's context, even without its earlier attempts but the last, gets
        one proposal without a program, which says so.

        Raises:
            ActiveSkillError: another skill than the chosen one is active while the model generates.
        """
        proposals: list[list[Proposal]] = [[] for _ in tasks]
        asked: defaultdict[str | None, list[tuple[int, Request]]] = defaultdict(list)
        for place, task in enumerate(tasks):
            ids = self._ids(task)
            if self._model.room(ids) < 1:
                proposals[place].append(self._too_long(len(ids)))
            else:
                samples = range(self._model.settings.samples)
                asked[self._choose(task)] += [(place, Request(ids, _key(task, sample))) for sample in samples]
        for skill, places in sorted(asked.items(), key=lambda item: item[0] or ""):
            answers = self._model.answer(skill, [request for _, request in places])
            for (place, _), answer in zip(places, answers, strict=True):
                proposals[place].append(self._proposal(tasks[place].source, answer))
        return proposals

    def _ids(self, task: Task) -> tuple[int, ...]:
        """The prompt; where the context cannot hold it, with fewer of the earlier attempts."""
        shown = min(SHOWN, len(task.attempts))
        while True:
            attempts = task.attempts[len(task.attempts) - shown :]
            ids = self._model.encode(
                repair_prompt(
                    task.source,
                    task.rendered,
                    attempts,
                    hint=hint(task.pattern) if self._prompts.hints else None,
                    example=example(self._format) if self._prompts.one_shot else None,
                    answer=self._format,
                )
            )
            if shown <= 1 or self._model.room(ids) > 0:
                return ids
            shown -= 1

    def _too_long(self, tokens: int) -> Proposal:
        note = f"not asked: the prompt has {tokens} tokens, and the model's context is {self._model.context}"
        return Proposal(None, note=note)

    def _proposal(self, source: str, answer: Answer) -> Proposal:
        try:
            program, note = self._format.read(source, answer.text), ""
        except FormatError as error:
            program, note = None, f"no {self._format.name} answer: {error}"
        return Proposal(program, skill=_skill(answer.skill), subspace=self._subspace, cut=answer.cut, note=note)

    @property
    def _subspace(self) -> str | None:
        return None if self._model.skills is None else self._model.skills.subspace


def _key(task: Task, sample: int) -> str:
    """What a sample depends on besides its prompt; not the arm, so that arms are compared on equal draws."""
    return f"{task.seed}\0{task.koan}\0{len(task.attempts)}\0{sample}"


def _skill(label: str | None) -> str | None:
    return None if label is None else label.removeprefix(SKILL)
