"""One small model for all tests of a session; nothing writes into its folder."""

from pathlib import Path

import pytest

from tests.training.models import write_model


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model(tmp_path_factory.mktemp("model") / "tiny")
