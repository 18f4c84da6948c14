"""A shared subspace as a folder: tensors named by their content, one manifest that is replaced as a whole.

`subspace.json` is written last and by a rename, so that a reader, or a process that dies on the way, sees the old
subspace or the new one. `patterns.toml` is the user's; `README.md` is for whoever finds the folder.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from share_rs.errors import SubspaceError
from share_rs.subspace.alone import alone
from share_rs.subspace.card import CARD, render_card
from share_rs.subspace.identity import basis_hash
from share_rs.subspace.manifest import FORMAT, MANIFEST, FileEntry, Manifest, make_manifest, read_manifest
from share_rs.subspace.patterns import PATTERNS, check_patterns, edited_patterns, read_patterns, render_patterns
from share_rs.subspace.reading import check_files, read_basis, read_moments, read_skill
from share_rs.subspace.soundness import check_subspace
from share_rs.subspace.space import SharedSubspace
from share_rs.subspace.tensors import write_tensors, write_text

if TYPE_CHECKING:
    import os

    from torch import Tensor

    from share_rs._native import PatternTable
    from share_rs.subspace.space import Skill

SKILLS = "skills"
_OURS = re.compile(r"(?:basis|moments|skills/.+)-[0-9a-f]{12}\.safetensors|(?:skills/)?\..+\.tmp")


def save(
    subspace: SharedSubspace, directory: str | os.PathLike[str], *, table: PatternTable | None = None
) -> SharedSubspace:
    """Writes a subspace to a folder, in place of the one that may be there; equal subspaces give equal bytes.

    Bases and coefficients are written as float32, spectra and moments as float64, heads as they are. Edits of
    `patterns.toml` since the last save stay, but for entries of skills that are gone. Of several processes that save to one
    folder each waits for the other.

    Args:
        subspace: what is written.
        directory: made where it is not there.
        table: the error patterns, where they are not the built-in ones.

    Returns:
        The subspace as it can be read back, mapped into memory.

    Raises:
        SubspaceError: the subspace does not fit together, the folder holds something else, or cannot be written.
    """
    target = Path(directory)
    check_subspace(subspace)
    patterns = check_patterns(subspace.patterns, subspace.skills, table)
    check_target(target)
    try:
        (target / SKILLS).mkdir(parents=True, exist_ok=True)
        # Not on the folder itself, which a caller may hold.
        with alone(target / SKILLS):
            _write(subspace, target, patterns, table)
            return load(target, table=table, verify=False)
    except OSError as error:
        raise SubspaceError(f"{target}: the subspace cannot be written: {error.strerror or error}") from error


def load(
    directory: str | os.PathLike[str], *, table: PatternTable | None = None, verify: bool = True
) -> SharedSubspace:
    """Reads the subspace of a folder; its tensors are mapped into memory, float32.

    Args:
        directory: a folder that `save` wrote, with this version or an earlier one.
        table: the error patterns, where they are not the built-in ones.
        verify: whether every file is compared with its hash, which reads all of it once.

    Raises:
        SubspaceError: no folder, half written, of a newer version, a file missing or damaged, an unsound pattern map.
    """
    source = Path(directory)
    while True:
        manifest = read_manifest(source)
        try:
            return _read(source, manifest, table, verify=verify)
        except (SubspaceError, OSError):
            # Another save may have replaced what was being read, and removed its files.
            if read_manifest(source) == manifest:
                raise


def check_target(directory: str | os.PathLike[str]) -> None:
    """Refuses a folder that `save` would refuse, so that it is known before hours of work.

    One that is there must be empty, a subspace, or what a save left that was stopped.

    Raises:
        SubspaceError: it is something else.
    """
    target = Path(directory)
    if not target.exists():
        return
    if not target.is_dir():
        raise SubspaceError(f"{target}: expected a folder to write to, got a file")
    if (target / MANIFEST).exists():
        read_manifest(target)
        return
    foreign = sorted(
        name
        for path in target.iterdir()
        if (name := path.name) not in {PATTERNS, CARD, SKILLS} and not _OURS.fullmatch(name)
    )
    if foreign:
        raise SubspaceError(
            f"{target}: expected an empty folder or a shared subspace, got a folder with {foreign[0]} and no {MANIFEST}"
        )


def _read(source: Path, manifest: Manifest, table: PatternTable | None, *, verify: bool) -> SharedSubspace:
    if verify:
        check_files(source, manifest)
    patterns = read_patterns(source / PATTERNS, manifest.skills, table)
    layers = read_basis(source / manifest.basis.file, manifest.layers)
    subspace = SharedSubspace(
        base_model=manifest.base_model,
        layers=layers,
        skills={name: read_skill(source, name, entry) for name, entry in sorted(manifest.skills.items())},
        settings=manifest.settings,
        history=tuple(entry.model_dump(exclude_unset=True) for entry in manifest.history),
        patterns=patterns,
        fan_in_fan_out=frozenset(manifest.fan_in_fan_out),
        moments={} if manifest.moments is None else read_moments(source / manifest.moments.file, manifest.layers),
    )
    check_subspace(subspace, where=str(source), values=False)
    if verify and manifest.basis_hash != (found := basis_hash(subspace)):
        raise SubspaceError(
            f"{source / MANIFEST}: basis_hash: expected {found[:12]}, that of {manifest.basis.file}, got {manifest.basis_hash[:12]}"
        )
    return subspace


def _write(subspace: SharedSubspace, target: Path, patterns: dict[str, str], table: PatternTable | None) -> None:
    before = read_manifest(target) if (target / MANIFEST).exists() else None
    if before is not None:
        # The edited file may name skills of the new subspace that the old one had not.
        edited = read_patterns(target / PATTERNS, {*before.skills, *subspace.skills}, table)
        patterns = edited_patterns(patterns, before.patterns, edited, subspace.skills)
    # Refused, if at all, before anything is written.
    skills = {name: _skill_tensors(skill) for name, skill in sorted(subspace.skills.items())}
    moments = _entry(target, "moments", _moment_tensors(subspace)) if subspace.moments else None
    manifest = make_manifest(
        target,
        format=FORMAT,
        base_model=subspace.base_model,
        basis_hash=basis_hash(subspace),
        basis=_entry(target, "basis", _basis_tensors(subspace)),
        moments=moments,
        layers=sorted(subspace.layers),
        fan_in_fan_out=sorted(subspace.fan_in_fan_out),
        skills={name: _write_skill(target, subspace.skills[name], tensors) for name, tensors in skills.items()},
        settings=dict(subspace.settings),
        history=[dict(entry) for entry in subspace.history],
        patterns=patterns,
    )
    # Whenever this process dies, the map beside the manifest names only skills that the manifest has.
    _write_patterns(target, {} if before is None else edited_patterns(patterns, {}, {}, before.skills), table)
    write_text(target / MANIFEST, manifest.text())
    _write_patterns(target, patterns, table)
    write_text(target / CARD, render_card(subspace, manifest.basis_hash))
    _sweep(target, manifest)


def _entry(target: Path, stem: str, tensors: dict[str, Tensor]) -> FileEntry:
    name, digest = write_tensors(target, stem, tensors)
    return FileEntry(file=name, sha256=digest)


def _skill_tensors(skill: Skill) -> dict[str, Tensor]:
    tensors = {f"head/{name}": tensor for name, tensor in skill.head.items()}
    for layer, coefficients in skill.coefficients.items():
        place = f"skill {skill.name}, layer {layer}"
        tensors[f"{layer}/eps_beta"] = _rounded(coefficients.eps_beta, place)
        tensors[f"{layer}/eps_alpha"] = _rounded(coefficients.eps_alpha, place)
    return tensors


def _write_skill(target: Path, skill: Skill, tensors: dict[str, Tensor]) -> dict[str, Any]:
    name, digest = write_tensors(target / SKILLS, skill.name, tensors)
    return {
        "file": f"{SKILLS}/{name}",
        "sha256": digest,
        "scale": skill.scale,
        "errors": dict(skill.errors),
        "origin": dict(skill.origin),
    }


def _rounded(tensor: Tensor, place: str) -> Tensor:
    """Float32, which must hold what there is: neither infinity nor nothing."""
    rounded = tensor.to(torch.float32)
    if not bool(torch.isfinite(rounded).all()) or bool(rounded.any()) != bool(tensor.any()):
        raise SubspaceError(
            f"{place}: expected coefficients that float32 can hold, got one of {float(tensor.abs().max()):.3g}; scale the "
            "adapter, or leave it out"
        )
    return rounded


def _basis_tensors(subspace: SharedSubspace) -> dict[str, Tensor]:
    tensors: dict[str, Tensor] = {}
    for layer, basis in subspace.layers.items():
        tensors[f"{layer}/beta"] = basis.beta.to(torch.float32)
        tensors[f"{layer}/alpha"] = basis.alpha.to(torch.float32)
        tensors[f"{layer}/spectrum_b"] = basis.spectrum_b.to(torch.float64)
        tensors[f"{layer}/spectrum_a"] = basis.spectrum_a.to(torch.float64)
        tensors[f"{layer}/energy"] = torch.tensor([basis.energy_b, basis.energy_a], dtype=torch.float64)
    return tensors


def _moment_tensors(subspace: SharedSubspace) -> dict[str, Tensor]:
    moments = subspace.moments.items()
    return {f"{layer}/{side}": getattr(moment, side).to(torch.float64) for layer, moment in moments for side in "ba"}


def _write_patterns(target: Path, patterns: dict[str, str], table: PatternTable | None) -> None:
    """A file that already says this is left alone, with the user's comments and order."""
    path = target / PATTERNS
    if not path.exists() or read_patterns(path, {*patterns.values(), *_named(path)}, table) != patterns:
        write_text(path, render_patterns(patterns, table))


def _named(path: Path) -> set[str]:
    return set(re.findall(r"""=\s*["']([^"']+)["']""", path.read_text("utf-8")))


def _sweep(target: Path, manifest: Manifest) -> None:
    """Removes what earlier saves wrote and this one does not name; files of other names are not ours."""
    for path in sorted([*target.iterdir(), *(target / SKILLS).iterdir()]):
        name = path.relative_to(target).as_posix()
        if path.is_file() and _OURS.fullmatch(name) and name not in manifest.files:
            path.unlink()
