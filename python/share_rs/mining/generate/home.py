"""Where the functions of a struct stand: in its impl, or beside it with the struct as a parameter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from share_rs.mining.generate.function import Function, Parameter, needed
from share_rs.mining.generate.piece import impl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from share_rs.mining.generate.draw import Draw
    from share_rs.mining.generate.record import Record
    from share_rs.mining.generate.types import Type


@dataclass(frozen=True)
class Home:
    """A struct, and the place by which its functions know it."""

    record: Record
    base: str
    """`self`, or the name of a parameter."""

    @classmethod
    def drawn(cls, draw: Draw, record: Record, methods: float = 0.6) -> Home:
        """Methods in that share of all cases, functions in the others."""
        return cls(record, "self" if draw.chance(methods) else draw.names.variable())

    @property
    def places(self) -> list[tuple[str, Type]]:
        """The fields."""
        return list(self.record.places(self.base))

    def place(self, type_: Type) -> str:
        """The first field of a type."""
        return next(text for text, one in self.places if one == type_)

    def function(
        self,
        name: str,
        parameters: Sequence[Parameter],
        returns: str,
        body: Sequence[str],
        *,
        change: bool = False,
        shown: str = "{}",
    ) -> Function:
        """A function or method that looks at the struct, or, with `change`, changes it; parameters without a use are left out."""
        parameters = needed(parameters, body)
        if self.base == "self":
            receiver = "&mut self" if change else "&self"
            return Function(name, parameters, returns, tuple(body), self.record, receiver, shown=shown)
        own = Parameter(self.base, self.record.type, "mut" if change else "ref")
        return Function(name, (*needed([own], body), *parameters), returns, tuple(body), shown=shown)

    def items(self, *functions: Function) -> list[str]:
        """The struct and its functions."""
        if self.base == "self":
            return [self.record.text(), impl(self.record, *functions)]
        return [self.record.text(), *(one.text() for one in functions)]
