"""DESIGN.md says of every file what it is for, and of every dependency why it is there."""

import re
from pathlib import Path
from typing import Any

import pytest
import tomli

from tests.project.files import ROOT, SOURCES, files

LINE = re.compile(r"^- `(?P<name>[^`]+)`: (?P<why>\S.*)$", re.MULTILINE)
DESIGN = (ROOT / "DESIGN.md").read_text("utf-8")


def section(title: str) -> str:
    return DESIGN.split(f"\n## {title}\n")[1].split("\n## ")[0]


def named(title: str) -> list[str]:
    return [match["name"] for match in LINE.finditer(section(title))]


def test_every_source_file_has_its_line_and_every_line_its_file() -> None:
    there = {str(path) for path in files(*SOURCES) if path.name not in {"Cargo.toml", "py.typed"}}
    named_files = named("Files")
    assert sorted(set(named_files)) == sorted(named_files)
    assert set(named_files) - there == set()
    assert there - set(named_files) == set()


def read(name: str) -> dict[str, Any]:
    return tomli.loads((ROOT / name).read_text("utf-8"))


def test_every_dependency_has_its_reason() -> None:
    project = read("pyproject.toml")["project"]
    wanted = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    python = {re.split(r"[<>=;\[ ]", one)[0] for one in wanted} - {"share_rs"}
    rust = {name for name in read("Cargo.toml")["workspace"]["dependencies"] if not name.startswith("share-rs-")}
    assert set(named("Dependencies")) == python | rust


@pytest.mark.parametrize("manifest", sorted(str(path) for path in files("rust") if path.name == "Cargo.toml"))
def test_the_crates_take_their_dependencies_from_the_workspace(manifest: str) -> None:
    crate = read(manifest)
    if "workspace" in crate:
        pytest.skip("it is a workspace of its own, with a lock file of its own")
    for kind in ("dependencies", "dev-dependencies"):
        assert all(one == {"workspace": True} for one in crate.get(kind, {}).values())


def test_the_documents_name_no_file_that_is_not_there() -> None:
    for document in ("README.md", "CONTRIBUTING.md", "DESIGN.md"):
        text = (ROOT / document).read_text("utf-8")
        for name in re.findall(r"`((?:benchmarks|python|rust|tests|koans/bc|kernels)/[\w./]+)`", text):
            assert (ROOT / name).exists(), f"{document} names {name}"
        for link in re.findall(r"\]\((?!http)([^)#]+)\)", text):
            assert (ROOT / Path(link)).exists(), f"{document} links to {link}"
