"""How every verb writes a subspace: as `save` does, with its settings as a file that `share-rs fit --config` takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.cli.config import write_config
from share_rs.subspace import FitSettings, save

if TYPE_CHECKING:
    from pathlib import Path

    from share_rs.subspace import SharedSubspace

CONFIG = "fit.yaml"


def store(subspace: SharedSubspace, out: Path) -> SharedSubspace:
    """Writes a subspace and its settings, and gives it back as it can be read.

    Raises:
        SubspaceError: as `save`.
    """
    saved = save(subspace, out)
    write_config(FitSettings.model_validate(dict(subspace.settings)), out / CONFIG, "share-rs fit")
    return saved
