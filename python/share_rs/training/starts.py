"""The start that the settings ask for, and what the log says of it."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from share_rs.errors import TrainError
from share_rs.subspace.identity import tensor_bytes
from share_rs.training.nearest import losses, nearest
from share_rs.training.start import DRAWN, continued, drawn
from share_rs.tuner.start import core, mean_core

if TYPE_CHECKING:
    from collections.abc import Sequence

    from transformers import PreTrainedModel

    from share_rs.subspace import SharedSubspace, Skill
    from share_rs.training.masking import Collator, Example
    from share_rs.training.settings import TrainSettings


def start_skill(
    base: PreTrainedModel,
    settings: TrainSettings,
    subspace: SharedSubspace,
    examples: Sequence[Example],
    collate: Collator,
) -> tuple[Skill, dict[str, Any]]:
    """The new skill before its first step, and fields for the log.

    Raises:
        TrainError: the start needs a skill that the subspace does not hold.
    """
    name, p, scale = settings.name or "", settings.p or 1, settings.scale or 1.0
    if settings.init in DRAWN:
        skill = drawn(subspace, name, DRAWN[settings.init], p=p, scale=scale, sigma=settings.sigma, seed=settings.seed)
        return skill, {"init": settings.init, "sigma": settings.sigma}
    if settings.init == "mean":
        skills = _candidates(subspace, settings)
        if not skills:
            raise TrainError("init = mean needs skills, and the subspace holds none; expected init = zero")
        means = {layer: mean_core(skills, layer) for layer in subspace.layers}
        cores = {layer: mean for layer, mean in means.items() if mean is not None}
        said = {"of": list(skills)}
    else:
        known, said = _known(base, settings, subspace, examples, collate)
        cores = {layer: core(known, layer) for layer in known.coefficients}
    return continued(subspace, cores, name, p=p, scale=scale, seed=settings.seed), {"init": settings.init, **said}


def skills_hash(subspace: SharedSubspace, settings: TrainSettings) -> str | None:
    """SHA-256 over the skills that the start is made of, in hexadecimal; None where it is drawn."""
    if settings.init in DRAWN:
        return None
    digest = sha256()
    for name, skill in _candidates(subspace, settings).items():
        for layer, own in sorted(skill.coefficients.items()):
            digest.update(f"{name}\0{layer}\0{skill.scale!r}\0{tuple(own.eps_beta.shape)}\0".encode())
            digest.update(tensor_bytes(own.eps_beta.float()))
            digest.update(tensor_bytes(own.eps_alpha.float()))
    return digest.hexdigest()


def _candidates(subspace: SharedSubspace, settings: TrainSettings) -> dict[str, Skill]:
    """What a start may be made of, sorted: a skill of the run's own name only where it is asked for.

    So a run that has joined its subspace is still the same run.
    """
    if settings.init == "skill":
        return {name: skill for name, skill in subspace.skills.items() if name == settings.start}
    return {name: subspace.skills[name] for name in sorted(subspace.skills) if name != settings.name}


def _known(
    base: PreTrainedModel,
    settings: TrainSettings,
    subspace: SharedSubspace,
    examples: Sequence[Example],
    collate: Collator,
) -> tuple[Skill, dict[str, Any]]:
    if settings.init == "nearest":
        others = replace(subspace, skills=_candidates(subspace, settings))
        found = losses(base, others, examples[: settings.probe_rows], collate)
        known = subspace.skills[nearest(found)]
        return known, {"of": [known.name], "losses": found}
    known = subspace.skills.get(settings.start or "")
    if known is None:
        names = ", ".join(sorted(subspace.skills)) or "none"
        raise TrainError(f"the subspace holds no skill {settings.start!r} to start from; expected one of {names}")
    return known, {"of": [known.name]}
