"""One sandbox for the tests of mining."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from share_rs import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with Sandbox(cache_dir=tmp_path_factory.mktemp("cache")) as sandbox:
        yield sandbox
