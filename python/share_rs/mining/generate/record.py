"""A struct of a generated program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from share_rs.mining.generate.types import Type

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Field:
    """A named part of a struct."""

    name: str
    type: Type


@dataclass(frozen=True)
class Record:
    """A struct with public fields."""

    name: str
    fields: tuple[Field, ...]
    derives: tuple[str, ...] = ()

    def text(self) -> str:
        """The item, with its derives."""
        derives = f"#[derive({', '.join(self.derives)})]\n" if self.derives else ""
        return (
            f"{derives}pub struct {self.name} {{\n"
            + "".join(f"pub {one.name}: {one.type.text},\n" for one in self.fields)
            + "}"
        )

    def literal(self, values: dict[str, str] | None = None) -> str:
        """A struct expression; a field without a value is given by a binding of its name."""
        values = values or {}
        parts = [f"{one.name}: {values[one.name]}" if one.name in values else one.name for one in self.fields]
        return f"{self.name} {{ {', '.join(parts)} }}"

    def of_kind(self, *kinds: str) -> list[Field]:
        """The fields whose types are of these kinds."""
        return [one for one in self.fields if one.type.kind in kinds]

    @property
    def type(self) -> Type:
        """The struct as a type."""
        drawn = self.literal({one.name: one.type.drawn for one in self.fields})
        shown = "(" + "".join(f"{_recorded(one)}, " for one in self.fields) + ")"
        return Type(self.name, "record", drawn, copy="Copy" in self.derives, shown=shown)

    def places(self, base: str) -> Iterator[tuple[str, Type]]:
        """The fields of the struct at the place `base`."""
        for one in self.fields:
            yield f"{base}.{one.name}", one.type


def _recorded(field: Field) -> str:
    place = "{}." + field.name
    return "&" + place if field.type.shown == "{}" else field.type.shown.replace("{}", place)
