"""Method share with temporary factors: the trained skill leaves as a stock LoRA folder, whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import torch
from peft import LoraConfig, get_peft_model
from torch import nn

from share_rs.errors import TrainError
from share_rs.training.base import transposed
from share_rs.training.prepared import Group, Prepared, quiet_peft, sort_config
from share_rs.training.start import DRAWN, update_norm
from share_rs.training.temporary import (
    ComposedA,
    ComposedB,
    Factor,
    additive_factor,
    check_phi,
    residual_factor,
    slice_factor,
)
from share_rs.tuner.start import generator_of

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor
    from transformers import PreTrainedModel

    from share_rs.subspace import LayerBasis, SharedSubspace, Skill
    from share_rs.training.settings import TrainSettings


def prepare_expanded(
    base: PreTrainedModel, settings: TrainSettings, subspace: SharedSubspace, start: Skill
) -> Prepared:
    """A LoRA of rank p on `base` whose factors are made of frozen bases, temporary factors and coefficients.

    `start` gives modes residual and additive their first coefficients; mode slice draws its own.

    Raises:
        TrainError: phi is above k/4 in a layer, or the base model has no such layer, or one of another shape.
    """
    p, phi, scale = settings.p or 1, settings.phi or 1, settings.scale or 1.0
    check_phi(subspace, phi)
    layers = sorted(subspace.layers)
    config = LoraConfig(
        r=p,
        lora_alpha=cast("int", scale * p),  # PEFT takes any number
        target_modules=layers,
        fan_in_fan_out=transposed(base),
        task_type="CAUSAL_LM",
    )
    try:
        with quiet_peft():
            model: Any = get_peft_model(base, config)
    except ValueError as error:
        raise TrainError(f"the base model has none of the subspace's layers, such as {layers[0]}: {error}") from error
    adapted = _adapted(model)
    for layer in sorted({*layers, *adapted}):
        if layer not in adapted or layer not in subspace.layers:
            where = (
                "the subspace, but the base model has no such linear layer"
                if layer in layers
                else "the base model only"
            )
            raise TrainError(f"{layer} is in {where}; expected a subspace of this model")
        found, wanted = (adapted[layer].out_features, adapted[layer].in_features), subspace.layers[layer].shape
        if found != wanted:
            raise TrainError(
                f"{layer} is {found[0]} x {found[1]} in the base model, expected n x d = {wanted[0]} x {wanted[1]}"
            )
    factors: dict[str, tuple[Factor, Factor]] = {}
    for layer in layers:
        b, a = _factors(subspace.layers[layer], settings, start, layer)
        device = adapted[layer].lora_A["default"].weight.device
        factors[layer] = (b.to(device), a.to(device))
        adapted[layer].lora_B["default"] = ComposedB(b)
        adapted[layer].lora_A["default"] = ComposedA(a)
    return Prepared(model, _groups(settings, factors), lambda folder: _save(model, folder), _start(scale, factors))


def _factors(basis: LayerBasis, settings: TrainSettings, start: Skill, layer: str) -> tuple[Factor, Factor]:
    p, phi, generator = settings.p or 1, settings.phi or 1, generator_of(settings.seed, layer)
    beta, alpha = basis.beta.float(), basis.alpha.float()
    if settings.phi_mode == "slice":
        c = DRAWN[settings.init or "zero"](phi, phi, p, generator, settings.sigma)
        return slice_factor(beta, c.eps_beta), slice_factor(alpha, c.eps_alpha)
    eps = start.coefficients[layer]
    # Not the stream that the coefficients came from: the same numbers would stand in both.
    generator = generator_of(settings.seed, f"{layer} phi")
    made = additive_factor if settings.phi_mode == "additive" else residual_factor
    return made(beta, eps.eps_beta.clone(), phi, generator), made(alpha, eps.eps_alpha.clone(), phi, generator)


def _groups(settings: TrainSettings, factors: dict[str, tuple[Factor, Factor]]) -> tuple[Group, ...]:
    """Coefficients and temporaries: a column of m entries moves sqrt(m/k) times as far as one of k at the same rate."""
    sides = [side for pair in factors.values() for side in pair]
    coefficients = [one for side in sides for one in (side.eps, side.mixing) if one is not None]
    columns = [side.columns for side in sides]
    return Group(settings.lr or 0.0, coefficients), Group(settings.phi_lr or 0.0, columns)


def _start(scale: float, factors: dict[str, tuple[Factor, Factor]]) -> dict[str, Any]:
    with torch.no_grad():
        made: dict[str, tuple[Tensor, Tensor]] = {layer: (b(), a()) for layer, (b, a) in factors.items()}
    temporary = sum(side.columns.numel() + side.mixing.numel() for pair in factors.values() for side in pair)
    return {"update_norm": scale * update_norm(made), "temporary_parameters": temporary}


def _adapted(model: Any) -> dict[str, Any]:  # noqa: ANN401 - peft's model is untyped here
    """PEFT's LoRA layers by their name in the base model."""
    prefix = "base_model.model."
    return {name.removeprefix(prefix): one for name, one in model.named_modules() if hasattr(one, "lora_A")}


def _save(model: Any, folder: Path) -> None:  # noqa: ANN401 - peft's model is untyped here
    for layer in _adapted(model).values():
        for side in (layer.lora_A, layer.lora_B):
            with torch.no_grad():
                weight = side["default"].weight.contiguous().clone()
            plain = nn.Linear(weight.shape[1], weight.shape[0], bias=False)
            plain.weight = nn.Parameter(weight)
            side["default"] = plain
    model.save_pretrained(str(folder), save_embedding_layers=False)
    sort_config(folder)
