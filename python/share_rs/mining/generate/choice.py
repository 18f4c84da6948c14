"""An enum of a generated program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from share_rs.mining.generate.types import Type

if TYPE_CHECKING:
    from collections.abc import Sequence

    from share_rs.mining.generate.draw import Draw


@dataclass(frozen=True)
class Choice:
    """An enum whose variants hold nothing or a few values. It derives Debug, by which it is recorded."""

    name: str
    variants: tuple[tuple[str, tuple[Type, ...]], ...]
    derives: tuple[str, ...] = ("Debug",)

    @classmethod
    def drawn(cls, draw: Draw, *payloads: Sequence[Type], derives: tuple[str, ...] = ("Debug",)) -> Choice:
        """One variant for each payload."""
        variants = tuple((draw.names.variant(), tuple(payload)) for payload in payloads)
        return cls(draw.names.entity(), variants, derives)

    @property
    def names(self) -> list[str]:
        """The variants' names, in their order."""
        return [name for name, _ in self.variants]

    def text(self) -> str:
        """The item, with its derives."""
        lines = [
            f"{name}({', '.join(one.text for one in held)})," if held else f"{name}," for name, held in self.variants
        ]
        return f"#[derive({', '.join(self.derives)})]\npub enum {self.name} {{\n" + "\n".join(lines) + "\n}"

    @property
    def type(self) -> Type:
        """The enum as a type."""
        made = [
            f"{self.name}::{name}" + (f"({', '.join(one.drawn for one in held)})" if held else "")
            for name, held in self.variants
        ]
        arms = "".join(f"{number} => {one}, " for number, one in enumerate(made[:-1]))
        drawn = f"match draw.int(0..{len(made)}_u32) {{ {arms}_ => {made[-1]} }}"
        return Type(self.name, "record", drawn, copy="Copy" in self.derives, shown='format!("{:?}", {})')
