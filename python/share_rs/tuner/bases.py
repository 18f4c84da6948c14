"""Which subspace a config means, and which of its layers is which of the model's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from share_rs.errors import SubspaceError

if TYPE_CHECKING:
    from collections.abc import Collection

    from share_rs.subspace.space import SharedSubspace
    from share_rs.tuner.config import ShareConfig


def subspace_of(config: ShareConfig, present: str | None) -> SharedSubspace | None:
    """The subspace that a config names, checked against its hash; the config then carries it and knows the hash.

    Args:
        config: of the adapter that is being added.
        present: the hash of the bases that the model's layers already have; None if there are none.

    Returns:
        None where the bases come from elsewhere: from the layers, or from the adapter's own file.

    Raises:
        SubspaceError: there is no such folder, its bases are not those of the config or of the model, or nothing was named.
    """
    from share_rs.tuner.config import Held  # noqa: PLC0415 - the config needs the registration, which needs this file

    found = _held_or_loaded(config)
    saved = config.save_basis and config.saved
    if found is None:
        there = present is not None and present == config.basis_hash
        if not saved and not there:
            raise SubspaceError(_nothing_at(config))
    else:
        config.held = config.held or Held(found)
        hash_ = _hash(found)
        if config.basis_hash not in {None, hash_}:
            if saved:  # the adapter has its own basis; that folder now holds another
                config.held = None
                return None
            raise SubspaceError(
                f"expected bases with the hash {config.basis_hash} in {config.folder}, got {hash_}: the subspace was fitted or "
                "merged again since the adapter was trained; use the version it was trained on"
            )
        config.basis_hash = hash_
    if present is not None and config.basis_hash != present:
        raise SubspaceError(
            f"expected an adapter on the bases that this model already has, with the hash {present}, got one on {config.basis_hash}: "
            "coefficients mean nothing on another basis; use a second model"
        )
    return found


def layer_of(names: Collection[str], module: str) -> str | None:
    """The subspace's layer of a module, or None.

    It has the same name, or one that ends alike, where one of the two models is a part of the other: `model.layers.0` in a
    causal LM is `layers.0` in its body. More than one such name is none.
    """
    if module in names:
        return module
    alike = [name for name in names if name.endswith(f".{module}") or module.endswith(f".{name}")]
    return alike[0] if len(alike) == 1 else None


def _held_or_loaded(config: ShareConfig) -> SharedSubspace | None:
    if config.held is not None:
        return config.held.subspace
    if config.folder is None or not Path(config.folder).is_dir():
        return None
    from share_rs.subspace.files import load  # noqa: PLC0415 - most adapters bring their basis

    return load(config.folder)


def _nothing_at(config: ShareConfig) -> str:
    if config.folder is None:
        return "expected ShareConfig(subspace=...) with a SharedSubspace or its folder, got none"
    if config.shapes is None:
        kind = "a file" if Path(config.folder).exists() else "nothing of that name"
        return (
            f"expected the folder of a SharedSubspace at {config.folder}, got {kind}; give ShareConfig(subspace=...) the folder that "
            "`share-rs fit` or `share_rs.subspace.save` wrote"
        )
    return (
        f"the adapter was saved without its basis and refers to {config.folder}, where there is no folder; put the subspace there, "
        "or set `subspace` in the adapter's adapter_config.json to where it is"
    )


def _hash(subspace: SharedSubspace) -> str:
    from share_rs.subspace.identity import basis_hash  # noqa: PLC0415 - as above

    return basis_hash(subspace)
