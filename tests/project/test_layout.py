"""Habits of the repository that no linter knows."""

import re
import statistics
from pathlib import Path

import pytest
import tomli

from tests.project.files import ROOT, SOURCES, code, texts

LONGEST, MEDIAN = 500, 150
MACHINE = re.compile(
    r"(?<![\w.$}*])/(?:root|work|mnt|Users)/\w|(?<![\w.$}*])/home/(?!(?:me|user)/)\w|\b[A-Z]:\\Users\\", re.IGNORECASE
)
"""Paths of somebody's own machine; `/home/me` and `/home/user` are anybody's."""
REGISTRY = re.compile(
    r"pythonhosted|pypi\.\w|crates\.io-index|index\.crates\.io|registry\.npmjs|jfrog|artifactory", re.IGNORECASE
)
LATER = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME)\b")


def length(path: Path) -> int:
    return len((ROOT / path).read_text("utf-8").splitlines())


@pytest.mark.parametrize("folders", [SOURCES, ("tests",)])
def test_files_are_short(folders: tuple[str, ...]) -> None:
    lengths = {str(path): length(path) for path in code(*folders)}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST} == {}
    assert statistics.median(lengths.values()) < MEDIAN


@pytest.mark.parametrize(("what", "pattern"), [("machine", MACHINE), ("registry", REGISTRY), ("later", LATER)])
def test_no_text_names_a_machine_a_registry_or_what_is_left_for_later(what: str, pattern: re.Pattern[str]) -> None:
    own = Path(__file__).relative_to(ROOT)
    found = [f"{path}: {match[0]}" for path, text in texts() if path != own for match in pattern.finditer(text)]
    assert found == [], what


def test_the_lock_file_names_no_registry_but_cargos_own() -> None:
    packages = tomli.loads((ROOT / "Cargo.lock").read_text("utf-8"))["package"]
    assert len({package.get("source") for package in packages} - {None}) == 1


def test_the_pins_are_names_and_versions_only() -> None:
    pin = re.compile(r"[a-z0-9-]+==[\w.]+(; [^/]+)?")
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    assert [line for line in lines if not pin.fullmatch(line)] == []


def test_every_direct_dependency_is_pinned() -> None:
    project = tomli.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    direct = [
        *project["dependencies"],
        *project["optional-dependencies"]["dev"],
        *project["optional-dependencies"]["report"],
    ]
    names = {re.split(r"[<>=;\[ ]", one)[0] for one in direct} - {"share_rs"}
    pinned = {line.split("==")[0] for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines()}
    assert names - pinned == set()
