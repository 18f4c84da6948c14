"""The arms of a model: base, mean, averaged, each skill, the oracle's choice and the router's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.errors import ShareError
from share_rs.repair.model import ModelSolver
from share_rs.repair.skills import AVERAGED, MEAN, SKILL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from share_rs._native import Koan
    from share_rs.repair.language_model import LanguageModel
    from share_rs.repair.model import Choose, PromptSettings
    from share_rs.repair.skills import Skills

BASE, ORACLE, ROUTED = "base", "oracle", "routed"


class ModelArms:
    """What a model and its skills can be asked; nothing is loaded until `solvers` is called."""

    def __init__(self, skills: Skills | None, koans: Iterable[Koan]) -> None:
        self.skills = skills
        self._patterns = {koan.id: koan.pattern for koan in koans}

    @property
    def names(self) -> list[str]:
        """Every arm, in the order of the table."""
        if self.skills is None:
            return [BASE]
        means = [MEAN, AVERAGED] if self.skills.names else []
        return [BASE, *means, *(SKILL + name for name in self.skills.names), ORACLE, ROUTED]

    def lacking(self) -> dict[str, str]:
        """The arms that these skills cannot have, with the reason: factors of different ranks have no average."""
        skills = self.skills
        if skills is None or not skills.names:
            return {}
        reasons = {label: skills.lacking(label) for label in (MEAN, AVERAGED)}
        return {label: reason for label, reason in reasons.items() if reason is not None}

    def solvers(
        self,
        names: Sequence[str],
        load: Callable[[Sequence[str]], LanguageModel],
        prompts: PromptSettings | None = None,
    ) -> list[ModelSolver]:
        """One solver for each of the arms; they share the model.

        Args:
            names: which arms, in their order.
            load: makes the model with the skills of these labels attached.
            prompts: what is put beside a task.

        Raises:
            ShareError: an arm that these skills cannot have.
        """
        lacking = self.lacking()
        refused = next((name for name in names if name in lacking), None)
        if refused is not None:
            raise ShareError(f"there is no arm {refused}: {lacking[refused]}")
        model = load(self._labels(names))
        return [ModelSolver(name, model, self._choose(name), prompts) for name in names]

    def _labels(self, names: Sequence[str]) -> list[str]:
        """The skills that the arms may choose, in a fixed order."""
        if self.skills is None:
            return []
        wanted = set(names)
        patterns = self.skills.patterns
        if ROUTED in names:
            wanted |= {SKILL + skill for skill in patterns.values()}
        if ORACLE in names:
            declared = set(self._patterns.values())
            wanted |= {SKILL + skill for pattern, skill in patterns.items() if pattern in declared}
        return [name for name in self.names if name in wanted - {BASE, ORACLE, ROUTED}]

    def _choose(self, name: str) -> Choose:
        if name == BASE:
            return lambda _: None
        if name == ORACLE:
            return lambda task: self._skill_of(self._patterns.get(task.koan))
        if name == ROUTED:
            return lambda task: self._skill_of(task.pattern)
        return lambda _: name

    def _skill_of(self, pattern: str | None) -> str | None:
        """The label of the skill that the map gives a pattern; None, the base model, where it gives none."""
        skill = None if pattern is None or self.skills is None else self.skills.patterns.get(pattern)
        return None if skill is None else SKILL + skill
