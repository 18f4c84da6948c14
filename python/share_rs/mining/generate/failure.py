"""What a fallible function fails with: a text, or an enum with a case for each reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from share_rs.mining.generate.types import TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from share_rs.mining.generate.draw import Draw
    from share_rs.mining.generate.expressions import Place
    from share_rs.mining.generate.types import Type

Kind = Literal["text", "static", "enum"]


class Failure:
    """The error type of a program. The cases of an enum are added as they are raised."""

    def __init__(self, draw: Draw, kind: Kind | None = None, *, displayed: bool | None = None) -> None:
        self._draw = draw
        self.kind: Kind = kind or draw.one_of(["text", "static", "enum", "enum"])
        self.name = draw.names.entity() + draw.one_of(["Error", "Error", "Failure", "Fault", "Problem"])
        self.displayed = draw.chance() if displayed is None else displayed
        self._cases: dict[str, Type | str | None] = {}

    @property
    def type(self) -> str:
        """As a signature names it."""
        return {"text": "String", "static": "&'static str", "enum": self.name}[self.kind]

    @property
    def shown(self) -> str:
        """How a `Result` with it is recorded."""
        if self.kind != "enum":
            return "{}"
        return "{}.map_err(|error| error.to_string())" if self.displayed else '{}.map_err(|error| format!("{error:?}"))'

    def case(self, payload: Type | str | None = None) -> str:
        """A new case of the enum, by its path: `Fault::Missing`; with a payload it is a function of it."""
        name = self._draw.names.variant()
        self._cases[name] = payload
        return f"{self.name}::{name}"

    def raised(self, places: Iterable[Place] = ()) -> str:
        """An expression of the error, with something of what is in scope."""
        draw, places = self._draw, list(places)
        if self.kind == "static":
            return f'"{draw.names.text()}"'
        if self.kind == "text":
            shown = [text for text, type_ in places if type_.kind in {"number", "text"}]
            if not shown or draw.chance(0.25):
                return draw.one_of(['"{}".to_string()', 'String::from("{}")']).format(draw.names.text())
            one = draw.one_of(shown)
            words, inline = draw.names.text(), "{" + one + "}"
            before, after = draw.one_of([("", f" is {words}"), (f"{words} ", ""), (f"{words}: ", "")])
            if one.isidentifier():
                return f'format!("{before}{inline}{after}")'
            return f'format!("{before}{{}}{after}", {one})'
        numbers = [text for text, type_ in places if type_ == draw.whole]
        texts = [text for text, type_ in places if type_ is TEXT]
        kind = draw.random.randrange(4)
        if kind <= 1 and numbers:
            return f"{self.case(draw.whole)}({draw.one_of(numbers)})"
        if kind == 2 and texts:
            return f"{self.case(TEXT)}({draw.one_of(texts)}.to_string())"
        return self.case()

    def items(self) -> list[str]:
        """The enum, with its Display where it has one."""
        if self.kind != "enum":
            return []
        lines = [
            f"{name}," if payload is None else f"{name}({payload if isinstance(payload, str) else payload.text}),"
            for name, payload in self._cases.items()
        ]
        items = [f"#[derive(Debug)]\npub enum {self.name} {{\n" + "\n".join(lines) + "\n}"]
        if self.displayed:
            items.append(self._display())
        return items

    def uses(self) -> tuple[str, ...]:
        """What the items need."""
        return ("std::fmt",) if self.kind == "enum" and self.displayed else ()

    def imports(self) -> tuple[str, ...]:
        """What probes name of it."""
        return (self.name,) if self.kind == "enum" else ()

    def _display(self) -> str:
        draw = self._draw
        out, held = draw.one_of(["f", "out", "formatter"]), draw.one_of(["value", "what", "it", "inner"])
        own = draw.one_of(["Self", self.name])
        arms = [
            f'{own}::{name} => write!({out}, "{draw.names.text()}"),'
            if payload is None
            else f'{own}::{name}({held}) => write!({out}, "{draw.names.text()}: {{{held}}}"),'
            for name, payload in self._cases.items()
        ]
        return (
            f"impl fmt::Display for {self.name} {{\n"
            f"fn fmt(&self, {out}: &mut fmt::Formatter<'_>) -> fmt::Result {{\n"
            "match self {\n" + "\n".join(arms) + "\n}\n}\n}"
        )
