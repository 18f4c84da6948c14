"""What each method hands to the loop: a model with something to train, and how it becomes a folder."""

from __future__ import annotations

import json
import warnings
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence
    from pathlib import Path

    from torch import nn


@dataclass(frozen=True)
class Group:
    """Parameters that share a learning rate."""

    lr: float
    parameters: Sequence[nn.Parameter]


@dataclass(frozen=True)
class Prepared:
    """A method at its start."""

    model: nn.Module
    groups: tuple[Group, ...]
    save: Callable[[Path], None]
    """Writes the trained skill as a folder that is not there yet."""
    start: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """What the log says of the start, plain JSON."""


@contextmanager
def quiet_peft() -> Generator[None]:
    """PEFT 0.21 asks transformers 5.2x by a name that it deprecates; nobody who trains can do anything about it."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "`is_gradient_checkpointing` is deprecated", FutureWarning)
        yield


def sort_config(folder: Path) -> None:
    """Makes equal runs equal bytes: PEFT writes sets into adapter_config.json in the order of the process's hashes."""
    path = folder / "adapter_config.json"
    config: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    for key in ("target_modules", "exclude_modules", "modules_to_save"):
        if isinstance(config.get(key), list):
            config[key] = sorted(config[key])
    path.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n", encoding="utf-8")
