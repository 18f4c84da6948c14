"""Which adapter folders a command line names, and which of them are copies of each other."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from share_rs.cli.output import say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from share_rs.subspace import Skill

Adapters = Annotated[
    list[Path], typer.Argument(metavar="ADAPTERS", help="Adapter folders, or folders of adapter folders.")
]

CONFIG = "adapter_config.json"
WEIGHTS = "adapter_model.*"


def adapter_folders(paths: Iterable[Path]) -> list[Path]:
    """The adapter folders among `paths` and directly below them, sorted by name; a folder that is named twice counts once.

    Raises:
        typer.BadParameter: there is no such folder, it holds no adapter, or two adapters have one name.
    """
    found: dict[str, Path] = {}
    for path in (one for given in paths for one in _below(given)):
        other = found.setdefault(path.resolve().name, path)
        if other.resolve() != path.resolve():
            raise typer.BadParameter(
                f"{other} and {path} are both named {path.resolve().name}; a skill is named as its folder, so rename one"
            )
    return [found[name] for name in sorted(found)]


def copies(skills: Iterable[Skill]) -> list[list[str]]:
    """Names of skills that were made from adapters of equal content, each group sorted."""
    names: defaultdict[str, list[str]] = defaultdict(list)
    for skill in skills:
        if isinstance(content := skill.origin.get("sha256"), str):
            names[content].append(skill.name)
    return sorted(sorted(group) for group in names.values() if len(group) > 1)


def _below(path: Path) -> list[Path]:
    if not path.is_dir():
        what = "a file" if path.exists() else "nothing of that name"
        raise typer.BadParameter(f"{path}: expected an adapter's folder or a folder of such folders, got {what}")
    if _is_adapter(path):
        return [path]
    folders = sorted(one for one in path.iterdir() if one.is_dir() and not one.name.startswith("."))
    adapters = [one for one in folders if _is_adapter(one)]
    if not adapters:
        held = "an empty folder" if not any(path.iterdir()) else "neither in it nor in the folders below it"
        raise typer.BadParameter(f"{path}: expected {CONFIG} in it or in the folders below it, got {held}")
    for one in folders:
        if one not in adapters:
            say(f"share-rs: {one} holds no adapter and is left out")
    return adapters


def _is_adapter(path: Path) -> bool:
    """Weights without a configuration count, so that they are refused instead of passed over."""
    return (path / CONFIG).exists() or any(path.glob(WEIGHTS))
