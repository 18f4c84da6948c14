"""The files of the repository, as its tests see them."""

import os
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = ("benchmarks", "examples", "kernels", "python/share_rs", "rust")
"""The folders whose every file has its line in DESIGN.md."""
BUILT = {"target", "runs", "dist", "__pycache__", "node_modules"}


def files(*folders: str) -> Iterator[Path]:
    """Every file below `folders`, relative to the root; links and what is built or hidden are left out."""
    for folder in folders:
        for here, below, names in os.walk(ROOT / folder):
            below[:] = sorted(name for name in below if name not in BUILT and not name.startswith("."))
            for name in sorted(names):
                path = Path(here, name)
                if path.suffix not in {".so", ".pyc"} and not path.is_symlink():
                    yield path.relative_to(ROOT)


def code(*folders: str) -> list[Path]:
    """The Python and Rust files below `folders`."""
    return [path for path in files(*folders) if path.suffix in {".py", ".pyi", ".rs"}]


def texts() -> Iterator[tuple[Path, str]]:
    """Every text of the repository that a person wrote."""
    top = sorted(path.relative_to(ROOT) for path in ROOT.iterdir() if path.is_file() and not path.name.startswith("."))
    for path in [*top, Path(".ci/run"), *files(*SOURCES, "koans", "tests")]:
        if path.name != "Cargo.lock" and path.suffix != ".safetensors":
            yield path, (ROOT / path).read_text("utf-8")
