"""A struct of a generated program that wraps one value."""

from __future__ import annotations

from dataclasses import dataclass

from share_rs.mining.generate.record import Field, Record
from share_rs.mining.generate.types import Type


@dataclass(frozen=True)
class Newtype(Record):
    """A struct with one field, `0`, which is public."""

    def text(self) -> str:
        """The item, with its derives."""
        derives = f"#[derive({', '.join(self.derives)})]\n" if self.derives else ""
        return f"{derives}pub struct {self.name}(pub {self.inner.text});"

    def literal(self, values: dict[str, str] | None = None) -> str:
        """A call that makes it of the value of the field `0`."""
        return f"{self.name}({(values or {}).get('0', 'value')})"

    @property
    def inner(self) -> Type:
        """What is wrapped."""
        return self.fields[0].type

    @property
    def type(self) -> Type:
        """The struct as a type; expressions leave it alone."""
        copy = "Copy" in self.derives
        shown = "{}.0" if self.inner.copy else "{}.0.clone()"
        return Type(self.name, "wrapped", self.literal({"0": self.inner.drawn}), copy, self.inner, shown)


def newtype(name: str, inner: Type, derives: tuple[str, ...] = ()) -> Newtype:
    """A struct around a value of the type."""
    return Newtype(name, (Field("0", inner),), derives)
