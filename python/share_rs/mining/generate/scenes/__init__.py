"""One module for each family: functions that draw the part of a program in which its mistakes are made."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Callable

    from share_rs.mining.generate.draw import Draw
    from share_rs.mining.generate.piece import Piece

    Scene = Callable[[Draw], Piece]


def _found() -> dict[str, tuple[Scene, ...]]:
    names = sorted(module.name for module in iter_modules(__path__))
    return {name: cast("tuple[Scene, ...]", import_module(f"{__name__}.{name}").SCENES) for name in names}


SCENES = _found()
"""The scenes of each family: `SCENES` of the module that bears its name."""
