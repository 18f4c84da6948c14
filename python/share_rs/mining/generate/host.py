"""Where a scene's value lives: a parameter of a function, or a field of a method's struct."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from share_rs.mining.generate.function import Function, Parameter, needed
from share_rs.mining.generate.piece import Piece, impl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from share_rs.mining.generate.draw import Draw
    from share_rs.mining.generate.function import Mode
    from share_rs.mining.generate.record import Record
    from share_rs.mining.generate.types import Type

_RECEIVERS: dict[Mode, str] = {"own": "self", "own mut": "mut self", "ref": "&self", "mut": "&mut self"}


@dataclass(frozen=True)
class Host:
    """The value is at `place` in the body of the function."""

    name: str
    """Of the parameter or the field."""
    type: Type
    mode: Mode
    record: Record | None

    @property
    def place(self) -> str:
        """How a body names it."""
        return self.name if self.record is None else f"self.{self.name}"

    def function(
        self, draw: Draw, body: Sequence[str], returns: str, extra: Sequence[Parameter] = (), generics: str = ""
    ) -> Function:
        """The function or method, with those further parameters that its body needs."""
        own = () if self.record else (Parameter(self.name, self.type, self.mode),)
        receiver = _RECEIVERS[self.mode] if self.record else ""
        parameters = needed((*own, *extra), body)
        return Function(draw.names.function(), parameters, returns, tuple(body), self.record, receiver, generics)

    def piece(self, *functions: Function, before: Sequence[str] = (), uses: Sequence[str] = ()) -> Piece:
        """The functions, behind their struct; `before` are items that they call."""
        if self.record is None:
            return Piece([*before, *(one.text() for one in functions)], functions, uses)
        return Piece([*before, self.record.text(), impl(self.record, *functions)], functions, uses)


def host(draw: Draw, type_: Type, mode: Mode, *, methods: float = 0.5, derives: tuple[str, ...] = ()) -> Host:
    """A place of the type; in a share of all cases a field."""
    if draw.chance(methods):
        record = draw.record(type_, derives=derives)
        return Host(draw.member(record, type_).name, type_, mode, record)
    return Host(draw.name_for(type_), type_, mode, None)
