"""The peers, each through its own package: lorashare 0.1.3 and vlora-dev 1.0.0 (imported as `vlora`).

Both subtract the mean before they look for directions. lorashare stacks the columns of all factors, as Share does, drops the
mean, and decomposes a d x d matrix per layer and side; vlora flattens each factor to one vector, keeps the mean, and
decomposes the N x (d r) matrix of them. Neither folds alpha/r into the factors.
"""

import importlib
import importlib.metadata
from pathlib import Path
from typing import Any, Protocol

from torch import Tensor

INSTALL = "pip install 'share_rs[bench]', or into a folder on PYTHONPATH: pip install --no-deps --target FOLDER"
WANTED = {"lorashare": "0.1.3", "vlora-dev": "1.0.0"}
IMPORTED = {"lorashare": "lorashare", "vlora-dev": "vlora"}


class Fitted(Protocol):
    """What a peer made of some adapters."""

    def factors(self, name: str, layer: str) -> tuple[Tensor, Tensor]:
        """B (n x r) and A (r x d) of one adapter, as the peer gives them back."""
        ...

    def numbers(self) -> int:
        """How many float32 numbers it stores."""
        ...


class Lorashare:
    """lorashare: `SHAREModel.from_adapters` on paths, with k components per layer and side."""

    def __init__(self, paths: list[Path], k: int) -> None:
        model = importlib.import_module("lorashare").SHAREModel
        # By name, for it reads every file twice where it has to find the names.
        self._model: Any = model.from_adapters({path.name: str(path) for path in paths}, num_components=k, device="cpu")

    def factors(self, name: str, layer: str) -> tuple[Tensor, Tensor]:
        """See `Fitted`."""
        weights: dict[str, Tensor] = self._model.reconstruct(name)
        key = f"base_model.model.{layer}.lora_"
        return weights[f"{key}B.weight"], weights[f"{key}A.weight"]

    def numbers(self) -> int:
        """See `Fitted`."""
        loadings = [one for skill in self._model.all_loadings.values() for one in skill.values()]
        return sum(tensor.numel() for tensor in [*self._model.components.values(), *loadings])


class Vlora:
    """vlora: `load_adapter` on each path, then `SharedSubspace.from_adapters` with k components per layer and side."""

    def __init__(self, paths: list[Path], k: int) -> None:
        vlora = importlib.import_module("vlora")
        adapters = [vlora.load_adapter(path) for path in paths]
        names = [path.name for path in paths]
        self._model: Any = vlora.SharedSubspace.from_adapters(adapters, names, num_components=k)

    def factors(self, name: str, layer: str) -> tuple[Tensor, Tensor]:
        """See `Fitted`."""
        weights = self._model.reconstruct(name)
        (key,) = [key for key in weights.lora_b if key.endswith(layer)]
        return weights.lora_b[key], weights.lora_a[key]

    def numbers(self) -> int:
        """See `Fitted`."""
        model = self._model
        shared = [model.components_a, model.components_b, model.means_a, model.means_b]
        skills = [side for task in model.tasks.values() for side in (task.loadings_a, task.loadings_b)]
        return sum(tensor.numel() for one in [*shared, *skills] for tensor in one.values())

    def cut(self, k: int) -> None:
        """Keeps the first k components, which is what a fit with k would have kept."""
        model = self._model
        for side in (model.components_a, model.components_b):
            side.update({layer: basis[:k] for layer, basis in side.items()})
        for task in model.tasks.values():
            for side in (task.loadings_a, task.loadings_b):
                side.update({layer: loadings[:k] for layer, loadings in side.items()})


def versions() -> dict[str, str]:
    """The versions of the peers.

    Raises:
        SystemExit: one is missing or of another version; the message says how to install it.
    """
    found: dict[str, str] = {}
    for name, wanted in WANTED.items():
        try:
            importlib.import_module(IMPORTED[name])
            found[name] = importlib.metadata.version(name)
        except ImportError:
            found[name] = "none"
        if found[name] != wanted:
            both = " ".join(f"{one}=={version}" for one, version in WANTED.items())
            raise SystemExit(f"expected {name} {wanted}, found {found[name]}; {INSTALL} {both}")
    return found
