"""Method lora: a stock PEFT adapter, which a subspace can take in afterwards (the additive reading of temporary factors)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from peft import LoraConfig, get_peft_model

from share_rs.errors import TrainError
from share_rs.training.base import trainable, transposed
from share_rs.training.prepared import Group, Prepared, quiet_peft, sort_config

if TYPE_CHECKING:
    from pathlib import Path

    from transformers import PreTrainedModel

    from share_rs.training.settings import TrainSettings


def prepare_lora(base: PreTrainedModel, settings: TrainSettings) -> Prepared:
    """A LoRA on `base`; A is drawn from PyTorch's global generator, which the caller has seeded, and B is zero.

    Raises:
        TrainError: no module has one of the names in `targets`.
    """
    targets = list(settings.targets or ())
    config = LoraConfig(
        r=settings.rank or 0,
        lora_alpha=cast("int", settings.alpha),  # PEFT takes any number
        use_rslora=bool(settings.rslora),
        lora_dropout=settings.dropout or 0.0,
        target_modules="all-linear" if targets == ["all-linear"] else targets,
        fan_in_fan_out=transposed(base),
        task_type="CAUSAL_LM",
    )
    try:
        with quiet_peft():
            model: Any = get_peft_model(base, config)
    except ValueError as error:
        raise TrainError(f"no adapter fits targets = {targets}: {error}") from error

    def save(folder: Path) -> None:
        model.save_pretrained(str(folder), save_embedding_layers=False)
        sort_config(folder)

    parameters = list(trainable(model).values())
    return Prepared(model, (Group(settings.lr or 0.0, parameters),), save)
