"""A skill as plain LoRA: factors of one layer, or a folder that stock PEFT and vLLM load without share_rs."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

import torch
from torch.nn.functional import pad

from share_rs.errors import SubspaceError
from share_rs.subspace.adapter import PREFIX, WEIGHTS
from share_rs.subspace.adapter_config import CONFIG
from share_rs.subspace.tensors import save_tensors, write_text

if TYPE_CHECKING:
    from torch import Tensor

    from share_rs.subspace.space import SharedSubspace, Skill

VLLM_RANKS = (1, 8, 16, 32, 64, 128, 256, 320, 512)
"""What vLLM takes as `max_lora_rank` (vllm/config/lora.py)."""


def skill_factors(
    subspace: SharedSubspace, skill: Skill | str, layer: str, dtype: torch.dtype = torch.float64
) -> tuple[Tensor, Tensor]:
    """The update of a layer as B (n x p) and A (p x d), s in B; p is 0 where the skill leaves the layer alone.

    Raises:
        SubspaceError: there is no such skill or layer.
    """
    own = find_skill(subspace, skill)
    if layer not in subspace.layers:
        raise SubspaceError(f"layer {layer}: expected one of the {len(subspace.layers)} layers that have a basis")
    basis = subspace.layers[layer]
    if layer not in own.coefficients:
        n, d = basis.shape
        return torch.zeros(n, 0, dtype=dtype), torch.zeros(0, d, dtype=dtype)
    coefficients = own.coefficients[layer]
    b = own.scale * (basis.beta.to(dtype) @ coefficients.eps_beta.to(dtype))
    return b, (basis.alpha.to(dtype) @ coefficients.eps_alpha.to(dtype)).T.contiguous()


def find_skill(subspace: SharedSubspace, skill: Skill | str) -> Skill:
    """The skill of that name, or the skill itself.

    Raises:
        SubspaceError: there is none of that name.
    """
    if not isinstance(skill, str):
        return skill
    if skill not in subspace.skills:
        names = ", ".join(subspace.skills) or "(there are none)"
        raise SubspaceError(f"there is no skill {skill!r}; expected one of {names}")
    return subspace.skills[skill]


def export_lora(
    subspace: SharedSubspace,
    skill: Skill | str,
    directory: str | os.PathLike[str],
    rank: int | Literal["vllm"] | None = None,
) -> Path:
    """Writes a skill as a PEFT LoRA folder, float32, one rank for all layers; smaller p are padded with zeros.

    Args:
        subspace: where the bases are.
        skill: a skill, or the name of one of the subspace's.
        directory: a folder that is empty or not there.
        rank: the rank to pad to; by default the largest p, and for `vllm` the next rank that vLLM takes.

    Returns:
        The folder.

    Raises:
        SubspaceError: no such skill, a rank below the skill's p, or a folder that is not empty or cannot be written.
    """
    own = find_skill(subspace, skill)
    layers = sorted(own.coefficients)
    if not layers:
        raise SubspaceError(f"the skill {own.name} changes no layer, so there is no adapter to write")
    r = _rank(own, rank)
    tensors: dict[str, Tensor] = {f"{PREFIX}{name}": tensor for name, tensor in own.head.items()}
    for layer in layers:
        b, a = skill_factors(subspace, own, layer)
        empty = r - b.shape[1]
        tensors[f"{PREFIX}{layer}.lora_A.weight"] = pad(a, (0, 0, 0, empty)).float()
        tensors[f"{PREFIX}{layer}.lora_B.weight"] = pad(b, (0, empty)).float()
    target = Path(directory)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise SubspaceError(
            f"{target}: expected an empty folder or none, got one that holds something; it is left as it is"
        )
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        temporary.mkdir(parents=True)
        save_tensors(temporary / WEIGHTS, tensors)
        write_text(temporary / CONFIG, json.dumps(_config(subspace, own, r), indent=2, sort_keys=True) + "\n")
        temporary.replace(target)
    except OSError as error:
        raise SubspaceError(f"{target}: the adapter cannot be written: {error.strerror or error}") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return target


def _rank(skill: Skill, rank: int | Literal["vllm"] | None) -> int:
    p = max(coefficients.p for coefficients in skill.coefficients.values())
    if rank == "vllm":
        accepted = [one for one in VLLM_RANKS if one >= p]
        if not accepted:
            raise SubspaceError(f"the skill {skill.name} has p = {p}; vLLM takes ranks up to {VLLM_RANKS[-1]}")
        return accepted[0]
    if rank is not None and rank < p:
        raise SubspaceError(f"the skill {skill.name} has p = {p}; expected a rank of at least that, got {rank}")
    return rank or p


def _config(subspace: SharedSubspace, skill: Skill, r: int) -> dict[str, Any]:
    """What LoraConfig.from_pretrained of every supported PEFT reads; other fields have its defaults."""
    saved = cast("list[str]", skill.origin.get("modules_to_save", []))
    covered = [name for name in skill.head if any(f".{one}." in f".{name}" for one in saved)]
    modules = saved if len(covered) == len(skill.head) else sorted({name.rpartition(".")[0] for name in skill.head})
    return {
        "base_model_name_or_path": subspace.base_model or None,
        "bias": "none",
        "fan_in_fan_out": bool(subspace.fan_in_fan_out & set(skill.coefficients)),
        "inference_mode": True,
        "lora_alpha": r,
        "lora_dropout": 0.0,
        "modules_to_save": modules or None,
        "peft_type": "LORA",
        "r": r,
        "target_modules": sorted(skill.coefficients),
        "task_type": skill.origin.get("task_type") or None,
    }
