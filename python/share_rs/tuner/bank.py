"""The coefficients of many skills of one model as one tensor: a row a skill."""

# torch, peft and transformers have partial types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import nn

from share_rs.errors import SubspaceError
from share_rs.subspace.space import Coefficients, Skill
from share_rs.tuner.attach import detach_skill
from share_rs.tuner.layer import Chosen, ShareLayer
from share_rs.tuner.routing import BASE, adapter_names, has_heads, routing_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from torch import Tensor


class SkillBank(nn.Module):
    """What `skill_ids=` and `adapter_names=` of a model choose from, once it is there, in the place of the PEFT adapters.

    A PEFT adapter is two parameters for each layer, and a batch of many skills stacks those of all of them in every forward: with
    a thousand skills that is most of the time. Here they lie stacked: a forward splits one tensor, and a training step updates one.

    `values` (N x P, one parameter, float32) holds a skill in each row: for each layer, by name, eps_beta (k_b x p) and then
    eps_alpha (k_a x p). Skills come and go while the model runs: ids of the others stay, and as long as there are empty rows no
    tensor changes its shape. An empty row is zero, so its id acts as the base model.
    """

    def __init__(
        self,
        model: nn.Module,
        skills: Iterable[Skill] | None = None,
        *,
        p: int | None = None,
        capacity: int = 0,
        scale: float = 1.0,
    ) -> None:
        """Makes a bank for a model, and puts it in the place of its adapters, which stay as they are.

        Args:
            model: has Share layers, as `attach` and `get_peft_model` make them.
            skills: on the model's bases, with ids 0, 1, ...; by default copies of its adapters, whose ids stay as they were.
            p: the pseudo-rank of the bank; by default the largest of the skills. Skills of smaller p get zero columns.
            capacity: how many rows there are at least; the bank doubles them where they do not do, with a new parameter.
            scale: s of all rows; a skill's own is put into its eps_beta.

        Raises:
            SubspaceError: the model has no Share layers or a head for each adapter, or a skill does not fit.
        """
        super().__init__()
        self._routing = routing_of(model)
        if has_heads(model):
            raise SubspaceError(
                "expected adapters of coefficients alone, got a model with modules that each adapter keeps in full "
                "(modules_to_save): use its adapters themselves, by skill_ids or adapter_names"
            )
        layers = {one.layer: one for one in model.modules() if isinstance(one, ShareLayer)}
        chosen = [detach_skill(model, name) for name in adapter_names(model)] if skills is None else list(skills)
        widths = [one.p for skill in chosen for one in skill.coefficients.values()]
        self.p = max(widths, default=1) if p is None else p
        self.scale = scale
        self._shapes = {
            name: (layer.basis_beta.shape[1], layer.basis_alpha.shape[1]) for name, layer in sorted(layers.items())
        }
        self._hash = next(iter(layers.values())).basis_hash
        self._ids: dict[str, int] = {}
        device = next(iter(layers.values())).basis_beta.device
        rows, width = max(capacity, len(chosen)), self.p * sum(k_b + k_a for k_b, k_a in self._shapes.values())
        self.values = nn.Parameter(torch.zeros(rows, width, device=device))
        for skill in chosen:
            self.insert(skill)
        self._routing.bank = self

    @property
    def ids(self) -> dict[str, int]:
        """The row of each skill, by its name."""
        return dict(self._ids)

    def places(self, names: Sequence[str]) -> Tensor:
        """The ids of skills by name, int64 (B), on the bank's device; `__base__` is -1.

        Raises:
            SubspaceError: a name that is not there.
        """
        missing = sorted(set(names) - set(self._ids) - {BASE})
        if missing:
            raise SubspaceError(f"expected names of skills in the bank, or {BASE}; got {', '.join(missing)}")
        known = {**self._ids, BASE: -1}
        return torch.tensor([known[name] for name in names], dtype=torch.int64, device=self.values.device)

    def insert(self, skill: Skill) -> int:
        """Puts a skill into the first empty row, and returns its id.

        Raises:
            SubspaceError: the name is taken, or the skill does not fit the bases or the bank; nothing was changed.
        """
        if skill.name in self._ids or skill.name == BASE:
            raise SubspaceError(
                f"expected a new name for a skill of the bank, got {skill.name!r}; remove the other one first"
            )
        row = self._row(skill)
        taken = set(self._ids.values())
        place = next((one for one in range(len(self.values)) if one not in taken), len(self.values))
        if place == len(self.values):
            with torch.no_grad():
                more = torch.zeros_like(self.values.data[:1]).expand(max(1, place), -1)
                self.values = nn.Parameter(torch.cat([self.values.data, more]), self.values.requires_grad)
        with torch.no_grad():
            self.values[place] = row.to(self.values)
        self._ids[skill.name] = place
        return place

    def remove(self, name: str) -> None:
        """Empties a skill's row.

        Raises:
            SubspaceError: it is not there.
        """
        place = int(self.places([name])[0])
        with torch.no_grad():
            self.values[place] = 0
        del self._ids[name]

    def skill(self, name: str) -> Skill:
        """A skill as it is now: for `merge`, `save` or another model. float32, on the CPU.

        Raises:
            SubspaceError: it is not there.
        """
        row = self.values.detach()[int(self.places([name])[0])].to("cpu", torch.float32, copy=True)
        parts = iter(row.split(self._sizes()))
        coefficients = {
            layer: Coefficients(next(parts).view(k_b, self.p), next(parts).view(k_a, self.p))
            for layer, (k_b, k_a) in self._shapes.items()
        }
        return Skill(name, coefficients, scale=self.scale, origin={"kind": "trained", "basis_hash": self._hash})

    def parts(self) -> dict[str, Chosen]:
        """The coefficients of each layer, N x k x p, as views: the backward pass puts the gradients together once."""
        split = iter(self.values.split(self._sizes(), 1))
        found: dict[str, Chosen] = {}
        for layer, (k_b, k_a) in self._shapes.items():
            eps_beta, eps_alpha = (next(split).unflatten(1, (k, self.p)) for k in (k_b, k_a))
            found[layer] = Chosen(eps_alpha, eps_beta, self.scale)
        return found

    def leave(self) -> None:
        """Gives the choice back to the model's own adapters; the bank keeps its skills."""
        if self._routing.bank is self:
            self._routing.bank = None

    def _sizes(self) -> list[int]:
        return [k * self.p for shape in self._shapes.values() for k in shape]

    def _row(self, skill: Skill) -> Tensor:
        """The coefficients of a skill as a row, where they fit."""
        if skill.head:
            raise SubspaceError(
                f"skill {skill.name}: expected coefficients alone, got a head of its own ({next(iter(sorted(skill.head)))}): "
                "keep it as a PEFT adapter"
            )
        other = skill.origin.get("basis_hash")
        if other is not None and other != self._hash:
            raise SubspaceError(f"skill {skill.name}: expected one on the bases {self._hash}, got one on {other}")
        unknown = sorted(set(skill.coefficients) - set(self._shapes))
        if unknown:
            raise SubspaceError(
                f"skill {skill.name}: expected layers that the model has with a basis, got {unknown[0]}"
            )
        found: list[Tensor] = []
        for layer, (k_b, k_a) in self._shapes.items():
            own = skill.coefficients.get(layer)
            if own is None:
                found.append(torch.zeros((k_b + k_a) * self.p))
                continue
            p = own.eps_beta.shape[1]
            if (
                own.eps_beta.shape[:1] != (k_b,)
                or own.eps_alpha.shape[:1] != (k_a,)
                or own.eps_alpha.shape[1] != p
                or p > self.p
            ):
                raise SubspaceError(
                    f"skill {skill.name}, layer {layer}: expected coefficients {k_b} x p and {k_a} x p with p at most {self.p}, got "
                    f"{tuple(own.eps_beta.shape)} and {tuple(own.eps_alpha.shape)}; make the bank with a larger p"
                )
            pad = (0, self.p - p)
            eps_beta = own.eps_beta.double() * (skill.scale / self.scale)
            found += [nn.functional.pad(one.double(), pad).flatten() for one in (eps_beta, own.eps_alpha)]
        return torch.cat([one.double() for one in found])
