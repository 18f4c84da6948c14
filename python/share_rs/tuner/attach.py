"""Skills onto a model, and a trained adapter back as a skill."""

# torch, peft and transformers have partial types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import torch
from peft import PeftModel, get_peft_model

from share_rs.errors import SubspaceError
from share_rs.subspace.space import Coefficients, SharedSubspace, Skill
from share_rs.tuner.config import Held, ShareConfig
from share_rs.tuner.heads import head_of
from share_rs.tuner.layer import ShareLayer

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    from torch import nn


def attach(
    model: nn.Module,
    subspace: SharedSubspace | str | os.PathLike[str],
    skills: Iterable[Skill | str],
    *,
    task_type: str | None = None,
) -> PeftModel:
    """A model with skills as PEFT adapters of their names; the first is active. None of them is frozen.

    Args:
        model: the base model; it is changed in place, as by `get_peft_model`.
        subspace: the bases, in memory or as a folder.
        skills: names of skills of the subspace, or skills on its bases.
        task_type: PEFT's, for the class of the model; guessed by PEFT's own means where None: then a plain PeftModel.

    Raises:
        SubspaceError: no skills, one twice, one that is not there, or a model that the subspace does not fit.
    """
    subspace = _loaded(subspace)
    found: PeftModel | None = None
    training = model.training
    for one in skills:
        config = ShareConfig(subspace=subspace, task_type=cast("Any", task_type))
        if isinstance(one, Skill):
            config.held = Held(subspace, one)
        config.skill = name = one.name if isinstance(one, Skill) else one
        if found is None:
            found = cast("PeftModel", get_peft_model(cast("Any", model), config, adapter_name=name))
        elif name in found.peft_config:
            raise SubspaceError(f"expected each skill once, got {name!r} twice")
        else:
            found.add_adapter(name, config)
    if found is None:
        raise SubspaceError("expected at least one skill to attach, got none")
    # PEFT freezes what is not active, and a batch of many skills trains all of them.
    layers = [module for module in found.modules() if isinstance(module, ShareLayer)]
    chosen = [module.coefficients(name) for module in layers for name in found.peft_config if module.has(name)]
    for one in chosen:
        one.eps_alpha.requires_grad_(True)
        one.eps_beta.requires_grad_(True)
    return found.train(training)


def _loaded(subspace: SharedSubspace | str | os.PathLike[str]) -> SharedSubspace:
    if isinstance(subspace, SharedSubspace):
        return subspace
    from share_rs.subspace.files import load  # noqa: PLC0415 - for folders only

    return load(subspace)


def detach_skill(peft_model: nn.Module, adapter_name: str) -> Skill:
    """An adapter's coefficients, as they are now, as a skill of its subspace: for `merge`, `save` or another model.

    Args:
        peft_model: holds the adapter; it is left as it is.
        adapter_name: the skill's name too.

    Returns:
        Coefficients in float32 on the CPU, by the subspace's names of the layers; the head that was trained with them; in `origin`
        the hash of the bases and how the training began.

    Raises:
        SubspaceError: there is no such adapter.
    """
    coefficients: dict[str, Coefficients] = {}
    scales: set[float] = set()
    for module in peft_model.modules():
        if isinstance(module, ShareLayer) and module.has(adapter_name):
            eps_alpha, eps_beta, scale = module.coefficients(adapter_name)
            coefficients[module.layer] = Coefficients(
                *(one.detach().to("cpu", torch.float32, copy=True) for one in (eps_beta, eps_alpha))
            )
            scales.add(scale)
    if not coefficients:
        known = ", ".join(sorted(cast("Any", getattr(peft_model, "peft_config", {})))) or "none"
        raise SubspaceError(f"expected the name of a Share adapter of this model ({known}), got {adapter_name!r}")
    (scale,) = scales
    config: ShareConfig = cast("Any", peft_model).peft_config[adapter_name]
    return Skill(
        name=adapter_name,
        coefficients=dict(sorted(coefficients.items())),
        scale=scale,
        head=head_of(peft_model, adapter_name),
        origin={
            "kind": "trained",
            "basis_hash": config.basis_hash,
            "init": config.skill or config.init,
            "seed": config.seed,
            "sigma": config.sigma,
            "p": config.p,
        },
    )
