"""One sandbox for the tests of mining."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from share_rs import Sandbox
from share_rs.mining.together import LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with Sandbox(cache_dir=tmp_path_factory.mktemp("cache")) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One that takes many programs at once."""
    with Sandbox(cache_dir=tmp_path_factory.mktemp("cache"), limits=LIMITS) as sandbox:
        yield sandbox
