"""A trait of a generated program, and what its implementers do, such that one can be inferred from the trait or from another."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from share_rs.mining.generate.function import Function, Parameter
from share_rs.mining.generate.types import TEXT

if TYPE_CHECKING:
    from share_rs.mining.generate.draw import Draw
    from share_rs.mining.generate.record import Record

Duty = Literal["name", "size", "sum", "text", "raise", "free"]


@dataclass(frozen=True)
class Method:
    """What a trait asks for."""

    duty: Duty
    signature: Function
    doc: str


class Contract:
    """A trait with some methods; every implementer has a number and a text."""

    def __init__(self, draw: Draw, *duties: Duty) -> None:
        self._draw = draw
        self.name = draw.names.trait()
        self.methods = [self._method(duty) for duty in duties]

    def text(self, bounds: str = "") -> str:
        """The trait."""
        lines = [f"/// {one.doc}\n{one.signature.text().partition(' {')[0]};" for one in self.methods]
        return f"pub trait {self.name}{bounds} {{\n" + "\n\n".join(lines) + "\n}"

    def of(self, duty: Duty) -> str:
        """The name of the method with that duty."""
        return next(one.signature.name for one in self.methods if one.duty == duty)

    def record(self) -> Record:
        """A struct that can do it."""
        return self._draw.record(self._draw.whole, TEXT)

    def done(self, record: Record) -> list[Function]:
        """The methods of one implementer."""
        return [replace(one.signature, body=self._body(one, record), record=record, prefix="") for one in self.methods]

    def impl(self, record: Record, methods: list[Function]) -> str:
        """The impl of the trait for it."""
        members = "\n\n".join(one.text() for one in methods)
        return f"impl {self.name} for {record.name} {{\n{members}\n}}"

    def _method(self, duty: Duty) -> Method:
        draw, whole = self._draw, self._draw.whole.text
        name = draw.names.function()
        receiver, parameters, returns = "&self", tuple[Parameter, ...](), whole
        if duty == "name":
            returns, doc = "&'static str", "The name of the type."
        elif duty == "size":
            doc = "How many letters its text has."
        elif duty == "sum":
            doc = "The sum of its numbers."
        elif duty == "text":
            returns, doc = draw.one_of(["String", "&str"]), "Its text."
        elif duty == "raise":
            receiver, returns = "&mut self", ""
            parameters = (Parameter(draw.names.measure(), draw.whole),)
            doc = f"Raises its number by `{parameters[0].name}`."
        else:
            parameters = (Parameter(draw.names.measure(), draw.whole),) if draw.chance(0.6) else ()
            doc = f"What it {draw.one_of(['comes to', 'is worth', 'takes', 'adds'])}."
        return Method(duty, Function(name, parameters, returns, (), None, receiver, prefix=""), doc)

    def _body(self, method: Method, record: Record) -> tuple[str, ...]:
        draw = self._draw
        numbers = [text for text, type_ in record.places("self") if type_ == draw.whole]
        text = next(text for text, type_ in record.places("self") if type_ is TEXT)
        if method.duty == "name":
            return (f'"{record.name}"',)
        if method.duty == "size":
            return (draw.size(text),)
        if method.duty == "sum":
            return (" + ".join(numbers),)
        if method.duty == "text":
            return (f"{text}.clone()" if method.signature.returns == "String" else f"&{text}",)
        if method.duty == "raise":
            return (f"{numbers[0]} += {method.signature.parameters[0].name};",)
        # More than one line: nobody need infer it.
        got = draw.names.measure()
        places = list(record.places("self"))
        if method.signature.parameters:
            other = (method.signature.parameters[0].name, draw.whole)
            start = f"let {got} = {draw.number_on(other, places)};"
        else:
            start = f"let {got} = {draw.number(places)};"
        lines, value = draw.count_on((got, draw.whole), places, 1)
        return (start, *lines, value)
