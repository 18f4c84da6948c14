"""What holds for every test: no cache of the user's is read, Ctrl-C is heard, and hypothesis draws the same examples in every run."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# Examples are judged by compilers and files on shared cores: a deadline would time the machine, not the code.
settings.register_profile("default", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("search", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("SHARE_RS_HYPOTHESIS", "default"))


# A shell has Ctrl-C ignored by what it starts in the background, and so would be what the tests start and interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Verdicts of the tests go to a folder of the session, for this process and those it starts."""
    folder: Path = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHARE_RS_CACHE", str(folder))
        yield
