"""A subspace on disk: what is read is what was written, and nothing half done is ever read."""

from __future__ import annotations

import json
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from share_rs.errors import SubspaceError
from share_rs.subspace import SharedSubspace, basis_hash, export_lora, load, save
from tests.subspace.spaces import random_skill, random_subspace


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def only(folder: Path, pattern: str) -> Path:
    (path,) = folder.glob(pattern)
    return path


def assert_equal(found: SharedSubspace, wanted: SharedSubspace) -> None:
    assert list(found.layers) == sorted(wanted.layers)
    assert list(found.skills) == sorted(wanted.skills)
    for layer, basis in wanted.layers.items():
        assert torch.equal(found.layers[layer].beta, basis.beta.float())
        assert torch.equal(found.layers[layer].alpha, basis.alpha.float())
        assert torch.equal(found.layers[layer].spectrum_a, basis.spectrum_a)
        assert found.layers[layer].energy_b == basis.energy_b
    for name, skill in wanted.skills.items():
        for layer, coefficients in skill.coefficients.items():
            assert torch.equal(found.skills[name].coefficients[layer].eps_beta, coefficients.eps_beta.float())
            assert torch.equal(found.skills[name].coefficients[layer].eps_alpha, coefficients.eps_alpha.float())
        assert found.skills[name].errors == skill.errors
        assert found.skills[name].origin == skill.origin
        assert found.skills[name].scale == skill.scale


def test_a_saved_subspace_is_read_as_it_was(tmp_path: Path) -> None:
    subspace = random_subspace()
    returned = save(subspace, tmp_path / "new" / "folder")
    found = load(tmp_path / "new" / "folder")
    assert_equal(found, subspace)
    assert_equal(returned, subspace)


@pytest.mark.parametrize("mask", [0o022, 0o027, 0o077])
def test_who_may_read_a_subspace_is_as_the_umask_says_for_every_file_of_it(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        subspace = save(random_subspace(), tmp_path / "space")
        export_lora(subspace, "skill_0", tmp_path / "lora")
    finally:
        os.umask(before)
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.rglob("*") if path.is_file()}
    assert any(name.startswith("basis-") for name in modes)
    assert {name: oct(mode) for name, mode in modes.items()} == dict.fromkeys(modes, oct(0o666 & ~mask))


def test_the_basis_hash_is_the_same_before_a_save_and_after_a_load(tmp_path: Path) -> None:
    subspace = random_subspace()
    save(subspace, tmp_path)
    assert basis_hash(load(tmp_path)) == basis_hash(subspace)
    assert json.loads((tmp_path / "subspace.json").read_text())["basis_hash"] == basis_hash(subspace)


def test_the_basis_hash_depends_on_the_basis_and_on_nothing_else() -> None:
    subspace = random_subspace()
    assert basis_hash(subspace) == basis_hash(random_subspace(skills=1))
    assert basis_hash(subspace) != basis_hash(random_subspace(seed=1))
    assert basis_hash(subspace) != basis_hash(random_subspace(k_b=2))
    renamed = replace(subspace, layers={f"x.{layer}": basis for layer, basis in subspace.layers.items()}, skills={})
    assert basis_hash(subspace) != basis_hash(renamed)


def test_saving_twice_writes_the_same_bytes(tmp_path: Path) -> None:
    save(random_subspace(), tmp_path / "a")
    save(random_subspace(), tmp_path / "b")
    before = files(tmp_path / "a")
    save(random_subspace(), tmp_path / "a")
    assert files(tmp_path / "a") == before == files(tmp_path / "b")


def test_a_loaded_subspace_saves_to_the_same_bytes(tmp_path: Path) -> None:
    save(random_subspace(), tmp_path / "a")
    save(load(tmp_path / "a"), tmp_path / "b")
    save(load(tmp_path / "a"), tmp_path / "a")
    assert files(tmp_path / "a") == files(tmp_path / "b")


def test_heads_keep_their_dtype_and_may_share_memory(tmp_path: Path) -> None:
    subspace = random_subspace(skills=1)
    tied = torch.arange(6, dtype=torch.bfloat16).reshape(2, 3)
    skill = replace(subspace.skills["skill_0"], head={"score.weight": tied, "lm_head.weight": tied.T}, scale=0.5)
    save(replace(subspace, skills={"skill_0": skill}), tmp_path)
    found = load(tmp_path).skills["skill_0"]
    assert found.scale == 0.5
    assert found.head["score.weight"].dtype == torch.bfloat16
    assert torch.equal(found.head["lm_head.weight"], tied.T)


def test_a_second_save_leaves_no_file_of_the_first_and_every_file_of_others(tmp_path: Path) -> None:
    save(random_subspace(), tmp_path)
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "skills" / "mine.safetensors").write_text("mine")
    save(random_subspace(skills=1, seed=5), tmp_path)
    assert len(list(tmp_path.glob("basis-*"))) == 1
    assert [path.name for path in (tmp_path / "skills").glob("skill_*")] == [only(tmp_path, "skills/skill_0-*").name]
    assert (tmp_path / "notes.txt").read_text() == (tmp_path / "skills" / "mine.safetensors").read_text() == "mine"


class StoppedError(Exception):
    """Stands for a power cut."""


@pytest.mark.parametrize("renames", range(12))
def test_a_save_that_is_stopped_at_any_rename_leaves_the_old_subspace_or_the_new(
    tmp_path: Path, renames: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = replace(random_subspace(), patterns={"missing_clone": "skill_1"})
    new = replace(random_subspace(skills=3, seed=7), patterns={"missing_clone": "skill_2"})
    save(old, tmp_path)
    count = 0
    rename = Path.replace

    def stop(self: Path, target: Path) -> Path:
        nonlocal count
        count += 1
        if count > renames:
            raise StoppedError
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", stop)
    with suppress(StoppedError):
        save(new, tmp_path)
    monkeypatch.undo()
    found = load(tmp_path)
    assert_equal(found, new if len(found.skills) == 3 else old)
    assert set(found.patterns.values()) <= {"skill_1", "skill_2"}
    save(new, tmp_path)
    assert_equal(load(tmp_path), new)
    assert load(tmp_path).patterns == {"missing_clone": "skill_2"} or renames > 0


def test_a_folder_that_was_half_written_is_refused_and_can_be_written_again(tmp_path: Path) -> None:
    save(random_subspace(), tmp_path)
    (tmp_path / "subspace.json").unlink()
    with pytest.raises(SubspaceError, match=r"half written"):
        load(tmp_path)
    save(random_subspace(), tmp_path)
    load(tmp_path)


def test_a_folder_with_other_things_in_it_is_not_written_to(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("precious")
    with pytest.raises(SubspaceError, match=r"thesis\.tex"):
        save(random_subspace(), tmp_path)
    assert files(tmp_path) == {"thesis.tex": b"precious"}


def test_nothing_or_a_file_is_no_subspace(tmp_path: Path) -> None:
    with pytest.raises(SubspaceError, match="nothing of that name"):
        load(tmp_path / "none")
    (tmp_path / "file").write_text("")
    with pytest.raises(SubspaceError, match="a file"):
        load(tmp_path / "file")
    with pytest.raises(SubspaceError, match="a file"):
        save(random_subspace(), tmp_path / "file")
    with pytest.raises(SubspaceError, match="cannot be written"):
        save(random_subspace(), tmp_path / "file" / "deeper")


@pytest.mark.parametrize("text", ["", "{", "[1]", "{}", '{"format": 1}', '{"format": "1"}', "\ufffd"])
def test_a_damaged_manifest_is_refused(tmp_path: Path, text: str) -> None:
    save(random_subspace(), tmp_path)
    (tmp_path / "subspace.json").write_text(text)
    with pytest.raises(SubspaceError, match=r"subspace\.json"):
        load(tmp_path)


def test_a_newer_version_is_refused_and_not_overwritten(tmp_path: Path) -> None:
    save(random_subspace(), tmp_path)
    manifest = {**json.loads((tmp_path / "subspace.json").read_text()), "format": 2, "something": "new"}
    (tmp_path / "subspace.json").write_text(json.dumps(manifest))
    before = files(tmp_path)
    for act in (lambda: load(tmp_path), lambda: save(random_subspace(), tmp_path)):
        with pytest.raises(SubspaceError, match=r"expected format 1 or older, got 2"):
            act()
    assert files(tmp_path) == before


@pytest.mark.parametrize("pattern", ["basis-*", "skills/skill_0-*"])
def test_a_missing_a_changed_a_cut_and_a_pickled_file_are_refused_by_name(tmp_path: Path, pattern: str) -> None:
    save(random_subspace(), tmp_path / "sound")

    def broken(change: str) -> tuple[Path, Path]:
        shutil.rmtree(tmp_path / "broken", ignore_errors=True)
        shutil.copytree(tmp_path / "sound", tmp_path / "broken")
        path = only(tmp_path / "broken", pattern)
        whole = path.read_bytes()
        if change == "missing":
            path.unlink()
        elif change == "changed":
            path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        elif change == "cut":
            path.write_bytes(whole[: len(whole) // 2])
        elif change == "empty":
            path.write_bytes(b"")
        else:
            torch.save({"x": torch.zeros(2)}, path)
        return tmp_path / "broken", path

    said = {
        "missing": "cannot be read",
        "changed": "was changed",
        "cut": "cut short",
        "empty": "cut short",
        "pickle": "pickle",
    }
    for change, words in said.items():
        folder, path = broken(change)
        with pytest.raises(SubspaceError, match=words) as caught:
            load(folder)
        assert path.name in str(caught.value)


def test_what_does_not_fit_together_is_not_written(tmp_path: Path) -> None:
    subspace = random_subspace()
    other = random_subspace(k_b=2)
    wrong = {
        "expected the shape": replace(subspace, skills=other.skills),
        "have a basis": replace(
            subspace, skills={"x": replace(random_skill("x", {"y": other.layers[next(iter(other.layers))]}, 1, 0))}
        ),
        "at least one layer": replace(subspace, layers={}, skills={}),
        "cannot be part of a file": replace(
            subspace, skills={"../x": replace(subspace.skills["skill_0"], name="../x")}
        ),
        "calls itself": replace(subspace, skills={"y": subspace.skills["skill_0"]}),
    }
    for words, bad in wrong.items():
        with pytest.raises(SubspaceError, match=words):
            save(bad, tmp_path / "x")
    assert not (tmp_path / "x").exists()


def test_a_nan_is_not_written(tmp_path: Path) -> None:
    subspace = random_subspace()
    layer, basis = next(iter(subspace.layers.items()))
    beta = basis.beta.clone()
    beta[0, 0] = float("nan")
    with pytest.raises(SubspaceError, match=f"layer {layer}.*finite"):
        save(replace(subspace, layers={**subspace.layers, layer: replace(basis, beta=beta)}), tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_read_only_folder_is_a_clear_error(tmp_path: Path) -> None:
    save(random_subspace(), tmp_path)
    tmp_path.chmod(0o500)
    with pytest.raises(SubspaceError, match="cannot be written"):
        save(random_subspace(seed=3), tmp_path)


def test_who_saves_and_reads_one_folder_at_once_loses_nothing(tmp_path: Path) -> None:
    """Threads, for the lock is of an open file, not of a process."""
    spaces = [random_subspace(seed=seed, skills=3) for seed in (1, 2)]

    def write(space: SharedSubspace) -> None:
        for _ in range(12):
            assert basis_hash(save(space, tmp_path / "space")) == basis_hash(space)
            assert len(load(tmp_path / "space").skills) == 3

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(write, spaces))
    found = load(tmp_path / "space")
    assert_equal(found, next(one for one in spaces if basis_hash(one) == basis_hash(found)))
    assert len(files(tmp_path / "space")) == 3 + 1 + 3
