"""Each architecture's base model and subspace as folders, made once."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
import torch
import transformers

from share_rs.subspace import SharedSubspace, load, save
from tests.tuner.models import ARCHITECTURES, Architecture, fresh, subspace_for
from tests.tuner.untyped import Model


@dataclass(frozen=True)
class Bench:
    """What a test of one architecture needs."""

    name: str
    architecture: Architecture
    base: Path
    folder: Path

    def model(self, **sizes: int) -> Model:
        return getattr(transformers, self.architecture.auto).from_pretrained(self.base, **sizes).eval()

    def shallow(self) -> Model:
        """One block, on each side where there are two: what compiles takes seconds for each."""
        decoder = {"num_decoder_layers": 1} if self.name == "t5" else {}
        return self.model(num_hidden_layers=1, **decoder)

    def subspace(self) -> SharedSubspace:
        return load(self.folder)


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Bench]:
    @cache
    def made(name: str) -> Bench:
        root = tmp_path_factory.mktemp(name)
        architecture = ARCHITECTURES[name]
        model = fresh(name)
        model.save_pretrained(root / "base")
        save(subspace_for(model, architecture.layers), root / "subspace")
        return Bench(name, architecture, root / "base", root / "subspace")

    return made


@pytest.fixture
def qwen2(bench: Callable[[str], Bench]) -> Bench:
    return bench("qwen2")


@pytest.fixture(autouse=True)
def _one_thread_and_quiet() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    transformers.utils.logging.disable_progress_bar()
    yield
    transformers.utils.logging.enable_progress_bar()
    torch.set_num_threads(threads)
