"""`subspace.json`: what a folder holds, by content; whoever replaces it replaces the subspace."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from share_rs.errors import SubspaceError

if TYPE_CHECKING:
    from pathlib import Path

MANIFEST = "subspace.json"
FORMAT = 1
"""Raised when a reader of the old format would misread the new one; every earlier format stays readable."""


class FileEntry(BaseModel):
    """A file of tensors, by its name in the folder and its content."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: str = Field(pattern=r"^(skills/)?[A-Za-z0-9][A-Za-z0-9._-]*\.safetensors$")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class SkillEntry(FileEntry):
    """A skill: its file, and what JSON can hold of it."""

    scale: float
    errors: dict[str, float]
    origin: dict[str, Any]


class Manifest(BaseModel):
    """Everything of a subspace but its tensors."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: int
    base_model: str
    basis_hash: str
    basis: FileEntry
    moments: FileEntry | None
    layers: list[str]
    fan_in_fan_out: list[str]
    skills: dict[str, SkillEntry]
    settings: dict[str, Any]
    history: list[dict[str, Any]]
    patterns: dict[str, str]
    """The map as this save wrote it; a user's edits are what differs from it in `patterns.toml`."""

    @property
    def files(self) -> set[str]:
        """The names of all files of tensors."""
        moments = [] if self.moments is None else [self.moments]
        return {entry.file for entry in (self.basis, *moments, *self.skills.values())}

    def text(self) -> str:
        """The manifest as it is written; equal subspaces give equal texts."""
        return (
            json.dumps(self.model_dump(mode="json"), indent=1, sort_keys=True, allow_nan=False, ensure_ascii=False)
            + "\n"
        )


def read_manifest(directory: Path) -> Manifest:
    """The manifest of a folder.

    Raises:
        SubspaceError: there is no such folder, it holds no manifest, or one that is damaged or of a newer share_rs.
    """
    path = directory / MANIFEST
    if not directory.is_dir():
        raise SubspaceError(f"{directory}: expected the folder of a shared subspace, got {_kind(directory)}")
    try:
        data = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise SubspaceError(
            f"{directory}: expected a shared subspace, got a folder without {MANIFEST}: another folder, or one half written "
            f"by a fit that was stopped; run the fit again"
        ) from None
    except (OSError, ValueError) as error:
        raise SubspaceError(f"{path}: expected JSON, got a damaged file ({error})") from error
    fields = cast("dict[str, Any]", data) if isinstance(data, dict) else {}
    version = fields.get("format")
    if isinstance(version, int) and version > FORMAT:
        raise SubspaceError(
            f"{path}: expected format {FORMAT} or older, got {version}, which a newer share_rs wrote; update share_rs"
        )
    try:
        return Manifest.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the whole"
        raise SubspaceError(f"{path}: expected the manifest of a shared subspace; {place}: {first['msg']}") from error


def _kind(path: Path) -> str:
    return "a file" if path.exists() else "nothing of that name"
