"""One sandbox for all solvers, with a cache of its own, and tasks made from programs."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from share_rs import Sandbox, render
from share_rs.repair import Attempt, Task

MakeTask = Callable[..., Task]


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with Sandbox(cache_dir=tmp_path_factory.mktemp("cache")) as sandbox:
        yield sandbox


@pytest.fixture
def task(sandbox: Sandbox) -> MakeTask:
    def make(source: str, *, koan: str = "xx_001", tried: tuple[str, ...] = ()) -> Task:
        (verdict,) = sandbox.check([(source, "2024", False)])
        return Task(
            koan=koan,
            family=koan[:2],
            source=source,
            edition="2024",
            allow_unsafe=False,
            diagnostics=verdict.diagnostics,
            rendered=render(verdict.diagnostics, source),
            pattern=None,
            attempts=tuple(Attempt(text, "test_fail", "a value differs") for text in tried),
            seed=0,
        )

    return make


@pytest.fixture(scope="session")
def model_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small Qwen2 whose answers mean nothing."""
    from .models import model_folder  # noqa: PLC0415 - torch is not for every test here

    return model_folder(tmp_path_factory.mktemp("model") / "qwen2")


@pytest.fixture(scope="session")
def adapters_dir(tmp_path_factory: pytest.TempPathFactory, model_dir: Path) -> Path:
    """Two LoRA of that model that differ strongly, and a map; one of their names has a dot."""
    from .models import adapter_folder  # noqa: PLC0415 - as above

    folder = tmp_path_factory.mktemp("adapters")
    for seed, name in enumerate(("moves", "traits.2")):
        adapter_folder(folder / name, model_dir, seed=seed)
    (folder / "patterns.toml").write_text('use_after_move = "moves"\nmissing_debug = "traits.2"\n')
    return folder


@pytest.fixture(scope="session")
def subspace_dir(tmp_path_factory: pytest.TempPathFactory, adapters_dir: Path) -> Path:
    """The shared subspace of those two, which holds them whole, with the same map."""
    from share_rs.subspace import Adapter, FitSettings, fit, save  # noqa: PLC0415 - as above

    folder = tmp_path_factory.mktemp("subspace") / "space"
    adapters = [Adapter.open(adapters_dir / name) for name in ("moves", "traits.2")]
    space = fit(adapters, FitSettings(k=8, p=4))
    save(replace(space, patterns={"use_after_move": "moves", "missing_debug": "traits.2"}), folder)
    return folder
