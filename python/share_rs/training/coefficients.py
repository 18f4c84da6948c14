"""Method share: coefficients on frozen bases, nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from share_rs.training.base import trainable
from share_rs.training.prepared import Group, Prepared, quiet_peft, sort_config
from share_rs.training.start import update_norm
from share_rs.tuner import attach

if TYPE_CHECKING:
    from pathlib import Path

    from transformers import PreTrainedModel

    from share_rs.subspace import SharedSubspace, Skill
    from share_rs.training.settings import TrainSettings


def prepare_coefficients(
    base: PreTrainedModel, settings: TrainSettings, subspace: SharedSubspace, start: Skill, home: str | None = None
) -> Prepared:
    """The PEFT method SHARELORA on `base` with one skill, `start`; `home` is the subspace's folder, for save_basis = False.

    Raises:
        SubspaceError: the base model has no such layer, or one of another shape.
    """
    with quiet_peft():
        # PEFT writes an adapter of this name into the folder itself, with its card, and any other into a folder below.
        model: Any = attach(base, subspace, [replace(start, name="default")], task_type="CAUSAL_LM")

    config = model.peft_config["default"]
    config.save_basis, config.subspace = settings.save_basis is not False, home

    def save(folder: Path) -> None:
        config.skill = None  # what is saved is no skill of the subspace yet
        model.save_pretrained(str(folder), save_embedding_layers=False)
        sort_config(folder)

    parameters = list(trainable(model).values())
    return Prepared(model, (Group(settings.lr or 0.0, parameters),), save, {"update_norm": start_norm(start, subspace)})


def start_norm(start: Skill, subspace: SharedSubspace) -> float:
    """The Frobenius norm of a skill's update over all layers."""
    return start.scale * update_norm(
        {
            layer: (basis.beta.float() @ own.eps_beta, basis.alpha.float() @ own.eps_alpha)
            for layer, own, basis in ((one, own, subspace.layers[one]) for one, own in start.coefficients.items())
        }
    )
