"""The skills of a shared subspace, for the evaluation."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from share_rs.errors import SubspaceError
from share_rs.repair.skills import AVERAGED, MEAN, SKILL, adapter_name, named
from share_rs.subspace import averaged_skill, basis_hash, load, mean_skill
from share_rs.subspace.identity import tensor_bytes
from share_rs.tuner import attach

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from torch import Tensor, nn

    from share_rs.subspace import Skill


class SubspaceSkills:
    """The skills in the folder of a shared subspace.

    Raises:
        SubspaceError: the folder is no such subspace, or is damaged.
    """

    def __init__(self, directory: str | os.PathLike[str]) -> None:
        self._space = load(directory)
        self.subspace: str | None = basis_hash(self._space)

    @property
    def names(self) -> tuple[str, ...]:
        """The skills, sorted."""
        return tuple(sorted(self._space.skills))

    @property
    def patterns(self) -> Mapping[str, str]:
        """Error pattern to skill, as `patterns.toml` has it."""
        return self._space.patterns

    def lacking(self, label: str) -> str | None:
        """Why there is no such mean of these skills, where there is none."""
        heads = [name for name in self.names if self._space.skills[name].head]
        if heads:
            return f"the skill {heads[0]} has a head of its own, and a mean of heads says nothing"
        try:
            self._skill(label)
        except SubspaceError as error:
            return str(error)
        return None

    def identity(self, labels: Sequence[str]) -> dict[str, Any]:
        """The hash of the bases, and one of each skill's coefficients, scale and head."""
        skills = {name: _skill_hash(self._space.skills[name]) for name in named(labels, self.names)}
        return {"kind": "subspace", "basis_hash": self.subspace, "skills": skills, "patterns": dict(self.patterns)}

    def attach(self, model: nn.Module, labels: Sequence[str]) -> tuple[nn.Module, dict[str, str]]:
        """The model with one SHARELORA adapter for each label.

        Raises:
            SubspaceError: the model is not the one that the subspace was made for, or a mean is not defined.
        """
        adapters = {adapter_name(place): label for place, label in enumerate(labels)}
        skills = [replace(self._skill(label), name=adapter) for adapter, label in adapters.items()]
        return attach(model, self._space, skills), adapters

    def _skill(self, label: str) -> Skill:
        if label == MEAN:
            return mean_skill(self._space, self.names)
        if label == AVERAGED:
            return averaged_skill(self._space, self.names)
        return self._space.skills[label.removeprefix(SKILL)]


def _skill_hash(skill: Skill) -> str:
    digest = sha256(f"{skill.scale!r}".encode())
    tensors: dict[str, Tensor] = {f"head/{name}": tensor for name, tensor in skill.head.items()}
    for layer, coefficients in skill.coefficients.items():
        tensors[f"{layer}/eps_beta"] = coefficients.eps_beta
        tensors[f"{layer}/eps_alpha"] = coefficients.eps_alpha
    for name, tensor in sorted(tensors.items()):
        digest.update(f"{name}\0{tuple(tensor.shape)}\0{tensor.dtype}\0".encode())
        digest.update(tensor_bytes(tensor))
    return digest.hexdigest()
