"""`subspace.json`: what a folder holds, by content; whoever replaces it replaces the subspace."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from share_rs.errors import SubspaceError
from share_rs.subspace.records import Event, Hash, Loss, Number, Origin  # noqa: TC001 - pydantic reads the types of a model
from share_rs.subspace.settings import FitSettings

if TYPE_CHECKING:
    from pathlib import Path

MANIFEST = "subspace.json"
LONGEST = 80
"""Characters of a value that a message shows."""
FORMAT = 1
"""Raised when a reader of the old format would misread the new one; every earlier format stays readable."""


class FileEntry(BaseModel):
    """A file of tensors, by its name in the folder and its content."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    file: str = Field(pattern=r"^(skills/)?[A-Za-z0-9][A-Za-z0-9._-]*\.safetensors$")
    sha256: Hash


class SkillEntry(FileEntry):
    """A skill: its file, and what JSON can hold of it."""

    scale: Number
    errors: dict[str, Loss]
    origin: Origin


class Manifest(BaseModel):
    """Everything of a subspace but its tensors."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    format: int = Field(ge=1)
    base_model: str
    basis_hash: Hash
    basis: FileEntry
    moments: FileEntry | None
    layers: list[str]
    fan_in_fan_out: list[str]
    skills: dict[str, SkillEntry]
    settings: dict[str, Any]
    history: list[Event]
    patterns: dict[str, str]
    """The map as this save wrote it; a user's edits are what differs from it in `patterns.toml`."""

    @property
    def files(self) -> set[str]:
        """The names of all files of tensors."""
        moments = [] if self.moments is None else [self.moments]
        return {entry.file for entry in (self.basis, *moments, *self.skills.values())}

    def text(self) -> str:
        """The manifest as it is written; equal subspaces give equal texts."""
        fields = self.model_dump(mode="json", exclude_unset=True)
        return json.dumps(fields, indent=1, sort_keys=True, allow_nan=False, ensure_ascii=False) + "\n"


def make_manifest(directory: Path, **fields: Any) -> Manifest:  # noqa: ANN401 - checked here
    """The manifest that is to be written to a folder, of plain values and `FileEntry`s.

    Raises:
        SubspaceError: a value that JSON cannot hold, or that `read_manifest` would refuse.
    """
    path = directory / MANIFEST
    try:
        text = json.dumps(fields, default=_plain, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise SubspaceError(
            f"{path}: expected plain JSON in settings, history and origins of skills: {error}"
        ) from error
    return _checked(path, text)


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
    except (OSError, ValueError, RecursionError) as error:
        raise SubspaceError(f"{path}: expected JSON, got a damaged file ({error})") from error
    fields = cast("dict[str, Any]", data) if isinstance(data, dict) else {}
    version = fields.get("format")
    if isinstance(version, int) and version > FORMAT:
        raise SubspaceError(
            f"{path}: expected format {FORMAT} or older, got {version}, which a newer share_rs wrote; update share_rs"
        )
    return _checked(path, json.dumps(data))


def _checked(path: Path, text: str) -> Manifest:
    """A manifest whose every field is of its type: of another one it would fail where it is used, far from the file."""
    try:
        manifest = Manifest.model_validate_json(text)
    except ValidationError as error:
        raise _fault(path, "", error) from error
    # What a later version added is asked for where it counts, at a merge.
    known = {name: value for name, value in manifest.settings.items() if name in FitSettings.model_fields}
    try:
        FitSettings.model_validate_json(json.dumps(known), strict=True)
    except ValidationError as error:
        raise _fault(path, "settings", error) from error
    return manifest


def _fault(path: Path, part: str, error: ValidationError) -> SubspaceError:
    first = error.errors()[0]
    place = ".".join([*([part] if part else []), *map(str, first["loc"])]) or "the whole"
    got = repr(first["input"])
    got = got if len(got) <= LONGEST else f"{got[:LONGEST]}..."
    return SubspaceError(f"{path}: expected the manifest of a shared subspace; {place}: {first['msg']}, got {got}")


def _plain(value: object) -> object:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", exclude_unset=True)
    if isinstance(value, Mapping):
        return dict(cast("Mapping[object, object]", value))
    raise TypeError(f"{type(value).__name__} is not plain")


def _kind(path: Path) -> str:
    return "a file" if path.exists() else "nothing of that name"
