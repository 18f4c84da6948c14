"""Triton kernels of Share, each beside its plain-PyTorch specification. Imported as `share_rs.kernels`.

Torch is imported when a name is first used, so that `import share_rs` and its commands stay light.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from share_rs.kernels.bordered import Bordered
    from share_rs.kernels.dispatch_linear import dispatch_linear
    from share_rs.kernels.linear_cross_entropy import linear_cross_entropy
    from share_rs.kernels.paths import use_path
    from share_rs.kernels.share_delta import share_delta
    from share_rs.kernels.share_linear import share_linear
    from share_rs.kernels.stacked_bases import StackedBases

__all__ = [
    "Bordered",
    "StackedBases",
    "dispatch_linear",
    "linear_cross_entropy",
    "share_delta",
    "share_linear",
    "use_path",
]

_MODULES = {"Bordered": "bordered", "StackedBases": "stacked_bases", "use_path": "paths"}
"""Where a name's module is called otherwise."""


def __getattr__(name: str) -> object:
    """Most live in the module of their name."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{_MODULES.get(name, name)}"), name)
    globals()[name] = value  # else the submodule, which the import binds to the same name, would be found next time
    return value
