"""Whatever stands in `subspace.json`, it is read, or refused by file and field; nothing else is ever raised."""

from __future__ import annotations

import copy
import json
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import pytest

from share_rs.cli.summary import document
from share_rs.errors import SubspaceError
from share_rs.subspace import FitSettings, fit, load, merge, remove, save
from share_rs.subspace.card import render_card
from tests.subspace.test_fit import made

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Place = tuple[str | int, ...]
VALUES: tuple[Any, ...] = (None, True, -1, 0.5, "x", [1], {"x": "y"})


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A subspace that has all there can be: moments, a history, a removal, skills with and without originals."""
    root = tmp_path_factory.mktemp("manifest")
    adapters = made(root, ranks=(2, 1, 2))
    space = fit(adapters, FitSettings(moments="exact", k=2))
    space = remove(merge(space, made(root, ranks=(1,), stem="later"), originals=adapters[:1]), ["skill_1"])
    save(space, root / "space")
    return root / "space"


def places(value: object, here: Place = ()) -> Iterator[Place]:
    yield here
    if isinstance(value, dict):
        for name, one in cast("dict[str, object]", value).items():
            yield from places(one, (*here, name))
    elif isinstance(value, list):
        for index, one in enumerate(cast("list[object]", value)):
            yield from places(one, (*here, index))


def changed(fields: dict[str, Any], place: Place, value: object) -> object:
    if not place:
        return value
    found: Any = copy.deepcopy(fields)
    parent = found
    for step in place[:-1]:
        parent = parent[step]
    parent[place[-1]] = value
    return found


def used(folder: Path) -> str | None:
    """Reads a folder and does what reads its fields; what it is refused with, if it is."""
    try:
        space = load(folder, verify=False)
    except SubspaceError as error:
        return str(error)
    document(space, folder)
    render_card(space, "")
    return None


def test_a_field_of_any_other_value_is_taken_or_refused_by_file_and_field(sound: Path, tmp_path: Path) -> None:
    folder = tmp_path / "space"
    shutil.copytree(sound, folder)
    path = folder / "subspace.json"
    fields: dict[str, Any] = json.loads(path.read_text())
    refused = 0
    for place in places(fields):
        for value in VALUES:
            path.write_text(json.dumps(changed(fields, place, value)))
            said = used(folder)
            if said is None:
                continue
            refused += 1
            assert str(folder) in said
            if any(step in {"origin", "history", "errors", "scale", "settings"} for step in place):
                assert all(str(step) in said for step in place[:3])
    assert refused > 500


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("skills", "skill_0", "origin", "norms"), None),
        (("skills", "skill_0", "origin", "norms"), {"model.layers.0.q_proj": "1"}),
        (("skills", "skill_0", "origin", "sha256"), ["x"]),
        (("skills", "skill_0", "origin", "rank"), "4"),
        (("skills", "later_0", "origin", "norms"), [1]),
        (("skills", "skill_0", "errors"), {"model.layers.0.q_proj": float("nan")}),
        (("skills", "skill_0", "errors"), {"model.layers.0.q_proj": -0.5}),
        (("skills", "skill_0", "scale"), "1.0"),
        (("history", 0, "came"), 3),
        (("settings", "p"), "1"),
        (("settings", "weighting"), "heavy"),
        (("basis_hash",), "0" * 64),
        (("format",), 0),
        (("format",), True),
    ],
)
def test_a_damaged_field_is_named_with_its_file(sound: Path, tmp_path: Path, place: Place, value: object) -> None:
    folder = tmp_path / "space"
    shutil.copytree(sound, folder)
    path = folder / "subspace.json"
    path.write_text(json.dumps(changed(json.loads(path.read_text()), place, value)))
    with pytest.raises(SubspaceError, match=r"subspace\.json") as caught:
        load(folder)
    assert ".".join(map(str, place)) in str(caught.value)


@pytest.mark.parametrize("text", ["", "[" * 100_000, "[]", "3", '{"format": 1}', '{"format": "1"}', "\ud800", "\x00"])
def test_what_is_no_manifest_is_refused(sound: Path, tmp_path: Path, text: str) -> None:
    folder = tmp_path / "space"
    shutil.copytree(sound, folder)
    (folder / "subspace.json").write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(SubspaceError, match=r"subspace\.json"):
        load(folder)


def test_a_record_that_could_not_be_read_again_is_not_written(sound: Path, tmp_path: Path) -> None:
    space = load(sound)
    skill = space.skills["skill_0"]
    for origin in ({"norms": "x"}, {"sha256": "x"}, {"of": {1, 2}}, {"loss": float("nan")}, {"x": float("inf")}):
        bad = replace(space, skills={"skill_0": replace(skill, origin=origin)})
        with pytest.raises(SubspaceError, match=r"subspace\.json"):
            save(bad, tmp_path / "space")
    assert not (tmp_path / "space" / "subspace.json").exists()
