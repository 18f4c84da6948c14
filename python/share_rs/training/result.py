"""What a finished run hands to a merge: an adapter, a skill, or a skill with what its temporary factors learned."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import torch

from share_rs.errors import RunError, TrainError
from share_rs.subspace import Coefficients, ExpandedSkill, Skill, basis_hash
from share_rs.subspace.adapter import PREFIX, WEIGHTS, Adapter
from share_rs.subspace.soundness import check_skill
from share_rs.subspace.tensors import open_tensors
from share_rs.training.run import LOG, read_log, read_manifest

if TYPE_CHECKING:
    import os

    from torch import Tensor

    from share_rs.subspace import SharedSubspace
    from share_rs.subspace.tensors import TensorFile

_BETA, _ALPHA = ".sharelora_eps_beta", ".sharelora_eps_alpha"
_BASES = (".basis_beta", ".basis_alpha")


def trained(folder: str | os.PathLike[str]) -> Adapter | Skill | ExpandedSkill:
    """The result of a finished run, as `share_rs.subspace.merge` takes it.

    Args:
        folder: A run directory, or the folder that `train` returned.

    Returns:
        An Adapter for method lora, a Skill for share. With temporary factors an ExpandedSkill all of whose update is in
        its factors, coefficients included, so that a merge cannot leave a part behind.

    Raises:
        RunError: the folder is no training run, or one that is not finished.
        TrainError: its weights are damaged.
    """
    run = Path(folder)
    run = run.parent if not (run / "run.json").exists() and (run.parent / "run.json").exists() else run
    manifest = read_manifest(run)
    settings: dict[str, Any] = manifest["settings"]
    result = run / settings["name"]
    if not result.is_dir():
        raise RunError(f"{run} is not finished: it holds no {settings['name']}; train with the same settings to go on")
    if settings["method"] == "lora":
        return Adapter.open(result)
    try:
        origin = _origin(manifest, read_log(run))
    except (KeyError, IndexError, TypeError) as error:
        raise RunError(
            f"{run}: expected how the skill was trained in run.json and {LOG}, got some without {error}"
        ) from error
    if settings["phi"] is None:
        return replace(read_skill(result, settings["name"]), origin=origin)
    adapter = Adapter.open(result)
    return ExpandedSkill(
        Skill(name=settings["name"], coefficients={}, origin=origin),
        {layer: adapter.factors(layer) for layer in adapter.layers},
    )


def opened(folder: str | os.PathLike[str]) -> Adapter | Skill | ExpandedSkill:
    """Whatever a folder holds that a merge can take: a training run or its result, a SHARELORA adapter, a LoRA.

    Raises:
        AdapterError, RunError, TrainError: it holds none of these, or a damaged one.
    """
    path = Path(folder).resolve()
    for run in (path, path.parent):
        if (run / "run.json").exists() and path in (run, run / read_manifest(run)["settings"]["name"]):
            return trained(run)
    try:
        kind = json.loads((path / "adapter_config.json").read_text("utf-8"))["peft_type"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        kind = None
    return read_skill(path, path.name) if kind == "SHARELORA" else Adapter.open(path)


def read_skill(folder: Path, name: str) -> Skill:
    """The coefficients of a folder that PEFT saved for SHARELORA, by the base model's names of the layers.

    Raises:
        TrainError: the folder holds no such adapter, or a damaged one.
    """
    config = _config(folder)
    coefficients: dict[str, Coefficients] = {}
    with open_tensors(folder / WEIGHTS, TrainError) as file:
        layers = {name.removesuffix(end) for name in file.names for end in (_BETA, _ALPHA) if name.endswith(end)}
        for stem in sorted(layers):
            layer = stem.removeprefix(PREFIX)
            for one, other in ((_BETA, _ALPHA), (_ALPHA, _BETA)):
                if f"{stem}{one}" not in file.names:
                    raise TrainError(
                        f"{file.path}: layer {layer}: expected {stem}{one} beside {stem}{other}, got a file without it"
                    )
            coefficients[layer] = Coefficients(*(_finite(file, f"{stem}{one}").float() for one in (_BETA, _ALPHA)))
        rest = sorted(name for name in file.names if not name.endswith((_BETA, _ALPHA, *_BASES)))
        # All else is what `modules_to_save` names: a skill without its head would be another skill.
        head = {name.removeprefix(PREFIX): _finite(file, name) for name in rest}
    if not coefficients:
        raise TrainError(f"{folder / WEIGHTS}: expected the coefficients of at least one layer, got none")
    return Skill(
        name=name,
        coefficients=coefficients,
        scale=float(config["scale"]),
        head=head,
        origin={"kind": "trained", "basis_hash": config["basis_hash"]},
    )


def _config(folder: Path) -> dict[str, Any]:
    """The configuration of a SHARELORA adapter, with a scale and the hash of its bases."""
    path = folder / "adapter_config.json"
    try:
        found: Any = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise TrainError(f"{path} cannot be read: {error}") from error
    config = cast("dict[str, Any]", found) if isinstance(found, dict) else {"peft_type": found}
    kind = config.get("peft_type")
    if kind != "SHARELORA":
        raise TrainError(f"{folder}: expected an adapter of the method SHARELORA, got {kind!r}")
    scale, bases = config.get("scale"), config.get("basis_hash")
    if not isinstance(scale, int | float) or isinstance(scale, bool) or not math.isfinite(scale):
        raise TrainError(f"{path}: scale: expected a finite number, got {scale!r}")
    if not isinstance(bases, str):
        raise TrainError(f"{path}: basis_hash: expected the hash of the bases it was trained on, got {bases!r}")
    return config


def _finite(file: TensorFile, name: str) -> Tensor:
    tensor = file.tensor(name).clone()
    if not bool(torch.isfinite(tensor).all()):
        raise TrainError(f"{file.path}: expected finite numbers in {name}, got a NaN or an infinity")
    return tensor


def with_skill(subspace: SharedSubspace, skill: Skill) -> SharedSubspace:
    """The subspace and one more skill on its own bases, which stay as they are: nothing is lost, and nothing refitted.

    A skill of the same name is replaced where the new one was trained from it; the very same skill changes nothing.

    Raises:
        TrainError: the skill was trained on other bases, or its name is another skill's.
        SubspaceError: its coefficients do not fit the bases.
    """
    own, other = basis_hash(subspace), skill.origin.get("basis_hash")
    if other != own:
        raise TrainError(
            f"the skill {skill.name} was trained on the bases {other}, expected {own}; merge it instead, or train it on these"
        )
    check_skill(subspace, skill)
    there = subspace.skills.get(skill.name)
    if there is not None and dict(there.origin) == dict(skill.origin):
        return subspace
    if there is not None and skill.origin.get("start") != skill.name:
        raise TrainError(f"the subspace holds a skill {skill.name} already; train under another name, or start from it")
    skills = dict(sorted({**subspace.skills, skill.name: skill}.items()))
    entry = {"event": "add", "came": [skill.name]} if there is None else {"event": "finetune", "skills": [skill.name]}
    return replace(subspace, skills=skills, history=(*subspace.history, entry))


def _origin(manifest: dict[str, Any], log: list[dict[str, Any]]) -> dict[str, Any]:
    """How the skill came about, plain JSON."""
    settings = manifest["settings"]
    kept = ("method", "seed", "p", "init", "start", "sigma", "phi", "phi_mode", "replication")
    steps = [event for event in log if event["event"] == "step"]
    return {
        "kind": "trained",
        **{name: settings[name] for name in kept if settings[name] is not None},
        "basis_hash": manifest["subspace"]["basis_hash"],
        "rows": manifest["rows"]["content_hash"],
        "model": manifest["model"]["content_hash"],
        "steps": steps[-1]["step"],
        "loss": steps[-1]["loss"],
    }
