"""One sandbox, and one crate, for the tests of mining."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from share_rs import Sandbox
from share_rs.crates import CrateSandbox
from share_rs.mining.together import LIMITS
from tests.mining.stock import BOOKS, LIB, OUTSIDE
from tests.sandbox.test_crates import fingerprint, make

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with Sandbox(cache_dir=tmp_path_factory.mktemp("cache")) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One that takes many programs at once."""
    with Sandbox(cache_dir=tmp_path_factory.mktemp("cache"), limits=LIMITS) as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def stock_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A crate's folder."""
    return make(tmp_path_factory.mktemp("stock"), src__books_rs=BOOKS, src__lib_rs=LIB, tests__outside_rs=OUTSIDE)


@pytest.fixture(scope="session")
def stock(stock_root: Path) -> Iterator[CrateSandbox]:
    """The crate, opened once for all tests."""
    before = fingerprint(stock_root)
    with CrateSandbox(stock_root, workers=2, offline=True) as opened:
        yield opened
    assert fingerprint(stock_root) == before
