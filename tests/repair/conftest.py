"""One sandbox for all solvers, with a cache of its own, and tasks made from programs."""

from collections.abc import Callable, Iterator

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
