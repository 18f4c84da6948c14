"""What can have a part in a merge, and its updates layer by layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import torch

from share_rs.errors import SubspaceError
from share_rs.subspace.adapter import Adapter
from share_rs.subspace.identity import basis_hash
from share_rs.subspace.sources import Source
from share_rs.subspace.space import ExpandedSkill, Skill

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from share_rs.subspace.settings import FitSettings
    from share_rs.subspace.space import SharedSubspace

Part: TypeAlias = Adapter | Skill | ExpandedSkill


def name_of(part: Part) -> str:
    """The name of the skill that a part becomes."""
    return part.skill.name if isinstance(part, ExpandedSkill) else part.name


def layers_of(part: Part) -> Iterable[str]:
    """The layers that a part changes."""
    if isinstance(part, Adapter):
        return part.layers
    if isinstance(part, ExpandedSkill):
        return {*part.skill.coefficients, *part.factors}
    return part.coefficients


def originals_of(subspace: SharedSubspace, originals: Sequence[Adapter]) -> dict[str, Adapter]:
    """Adapters by the skill whose original they are, known by content.

    Raises:
        SubspaceError: one is no skill's original.
    """
    known: dict[str, Adapter] = {}
    for adapter in originals:
        # Copies are the original of each other.
        content = adapter.content_hash  # reads all of it
        names = [name for name, skill in subspace.skills.items() if skill.origin.get("sha256") == content]
        if not names:
            raise SubspaceError(
                f"{adapter.path}: expected the original of a skill of the subspace, got an adapter of another content"
            )
        known.update(dict.fromkeys(names, adapter))
    return known


def check_trained(subspace: SharedSubspace, parts: Iterable[Part]) -> None:
    """Refuses skills that say that they were trained on other bases: coefficients of the right size would mean nothing.

    Raises:
        SubspaceError: the first such skill.
    """
    own = ""
    for part in parts:
        skill = part.skill if isinstance(part, ExpandedSkill) else part
        if not isinstance(skill, Skill) or not skill.coefficients or "basis_hash" not in skill.origin:
            continue
        own = own or basis_hash(subspace)
        if skill.origin["basis_hash"] != own:
            raise SubspaceError(
                f"{skill.name}: expected a skill of the bases {own[:12]}, got one trained on "
                f"{str(skill.origin['basis_hash'])[:12]}; export it as a LoRA from its own subspace and merge that"
            )


def sources_of(subspace: SharedSubspace, layer: str, parts: Mapping[str, Part], settings: FitSettings) -> list[Source]:
    """Every update of a layer, sorted by name.

    Raises:
        SubspaceError: coefficients do not fit the bases of the subspace.
    """
    found = (_source(subspace, layer, name, parts[name], settings) for name in sorted(parts))
    return [source for source in found if source is not None]


def _source(subspace: SharedSubspace, layer: str, name: str, part: Part, settings: FitSettings) -> Source | None:
    if isinstance(part, Adapter):
        return Source(name, *part.factors(layer), inside=False, p=settings.p) if layer in part.layers else None
    if isinstance(part, Skill):
        return _inside(subspace, layer, name, part)
    inside = _inside(subspace, layer, name, part.skill)
    if layer not in part.factors:
        return inside
    b, a = (factor.double() for factor in part.factors[layer])
    if inside is not None:
        basis = subspace.layers[layer]
        b = torch.cat([basis.beta.double() @ inside.b, b], 1)
        a = torch.cat([inside.a @ basis.alpha.double().T, a])
    # All of the rank that was trained: the temporaries are part of the skill, and nothing of them is cut here.
    return Source(name, b, a, inside=False, p=b.shape[1])


def _inside(subspace: SharedSubspace, layer: str, name: str, skill: Skill) -> Source | None:
    if layer not in skill.coefficients:
        return None
    basis, own = subspace.layers.get(layer), skill.coefficients[layer]
    expected = None if basis is None else (basis.beta.shape[1], basis.alpha.shape[1])
    got = (own.eps_beta.shape[0], own.eps_alpha.shape[0])
    if got != expected:
        raise SubspaceError(
            f"{name}: layer {layer}: expected coefficients for k_b and k_a = {expected}, got {got}: "
            f"the skill was trained on other bases"
        )
    return Source(name, skill.scale * own.eps_beta.double(), own.eps_alpha.double().T, inside=True, p=own.p)
