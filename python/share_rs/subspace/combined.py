"""Several skills as one: the mean of their updates, and, as a warning, the mean of each factor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from share_rs.errors import SubspaceError
from share_rs.subspace.balance import balanced
from share_rs.subspace.space import Coefficients, Skill

if TYPE_CHECKING:
    from collections.abc import Sequence

    from share_rs.subspace.space import SharedSubspace


def mean_skill(subspace: SharedSubspace, names: Sequence[str] | None = None, *, p: int | None = None) -> Skill:
    """The skill whose dW is the mean of the skills' dW, exactly: the mean of the cores eps_beta eps_alpha^T.

    Args:
        subspace: where the skills are.
        names: all skills by default; a skill that leaves a layer alone counts as zero there.
        p: cut to this rank; by default what the mean needs, at most k.

    Returns:
        A skill named `mean` with scale 1, into which each skill's s is folded, and without a head. In every layer that one of
        them changes, eps_beta (k_b x p) and eps_alpha (k_a x p) are balanced, with sqrt(S) in each: computed in float64,
        given in the dtype of the first of them that has the layer. Its origin names the skills.

    Raises:
        SubspaceError: no skill, or a name that is none.
    """
    skills = _named(subspace, names)
    coefficients: dict[str, Coefficients] = {}
    for layer in sorted({layer for skill in skills for layer in skill.coefficients}):
        own = [(skill.scale, skill.coefficients[layer]) for skill in skills if layer in skill.coefficients]
        left = torch.cat([scale / len(skills) * one.eps_beta.double() for scale, one in own], 1)
        right = torch.cat([one.eps_alpha.double() for _, one in own], 1)
        eps_beta, eps_alpha = balanced(left, right, p)
        dtype = own[0][1].eps_beta.dtype
        coefficients[layer] = Coefficients(eps_beta.to(dtype), eps_alpha.to(dtype))
    return Skill("mean", coefficients, origin={"kind": "mean", "skills": [skill.name for skill in skills]})


def averaged_skill(subspace: SharedSubspace, names: Sequence[str] | None = None) -> Skill:
    """The mean of each factor by itself, which is not the mean of the updates: what the prior system did.

    A product of means is no mean of products, and a skill's factors may change sign together without changing its dW. It is
    an arm of an evaluation for comparison; `mean_skill` is the mean.

    Args:
        subspace: where the skills are.
        names: all skills by default; a skill that leaves a layer alone counts as zero there.

    Returns:
        A skill named `averaged` with scale 1 and without a head: mean(s eps_beta), k_b x p, and mean(eps_alpha), k_a x p, in
        the skills' own dtype. Its origin names the skills.

    Raises:
        SubspaceError: no skill, a name that is none, or skills of different p.
    """
    skills = _named(subspace, names)
    coefficients: dict[str, Coefficients] = {}
    for layer in sorted({layer for skill in skills for layer in skill.coefficients}):
        own = [(skill.scale, skill.coefficients[layer]) for skill in skills if layer in skill.coefficients]
        ranks = sorted({one.p for _, one in own})
        if len(ranks) > 1:
            raise SubspaceError(
                f"layer {layer}: expected skills of one p to average factor by factor, got p = {ranks}; mean_skill takes any"
            )
        coefficients[layer] = Coefficients(
            sum((scale * one.eps_beta for scale, one in own), torch.zeros_like(own[0][1].eps_beta)) / len(skills),
            sum((one.eps_alpha for _, one in own), torch.zeros_like(own[0][1].eps_alpha)) / len(skills),
        )
    return Skill("averaged", coefficients, origin={"kind": "averaged", "skills": [skill.name for skill in skills]})


def _named(subspace: SharedSubspace, names: Sequence[str] | None) -> list[Skill]:
    chosen = sorted(subspace.skills) if names is None else list(names)
    unknown = [name for name in chosen if name not in subspace.skills]
    if unknown:
        raise SubspaceError(f"expected names of skills, got {unknown[0]!r}; there are {sorted(subspace.skills)}")
    if not chosen:
        raise SubspaceError("expected at least one skill, got a subspace without any")
    return [subspace.skills[name] for name in chosen]
