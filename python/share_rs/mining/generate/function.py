"""A function or method of a generated program, and the probe that calls it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from share_rs.mining.generate.choice import Choice
    from share_rs.mining.generate.record import Record
    from share_rs.mining.generate.types import Type

Mode = Literal["own", "own mut", "ref", "mut"]


@dataclass(frozen=True)
class Parameter:
    """A parameter: its name, the owned type that a probe draws, and how the function takes it."""

    name: str
    type: Type
    mode: Mode = "own"
    lifetime: str = ""
    """Of a reference, such as `'a`."""

    def text(self) -> str:
        """As it stands in the signature."""
        reference = f"&{self.lifetime} " if self.lifetime else "&"
        if self.mode == "ref":
            return f"{self.name}: {reference}{self.type.borrowed()[1:]}"
        if self.mode == "mut":
            return f"{self.name}: {reference}mut {self.type.text}"
        return f"{'mut ' if self.mode == 'own mut' else ''}{self.name}: {self.type.text}"


def needed(parameters: Iterable[Parameter], body: Iterable[str]) -> tuple[Parameter, ...]:
    """The parameters that a body names: rustc warns of others."""
    # Behind a dot stands a field or a method, behind two the end of a range.
    words = set(re.findall(r"(?:(?<=\.\.)|(?<=\.\.=)|(?<![.\w]))\w+", "\n".join(body)))
    return tuple(one for one in parameters if one.name in words)


@dataclass(frozen=True)
class Function:
    """A public function, or, with a `receiver`, a public method of `record`."""

    name: str
    parameters: tuple[Parameter, ...]
    returns: str
    """The type as written; empty for none."""
    body: tuple[str, ...]
    """Lines without indentation; the last one is the value."""
    record: Record | Choice | None = None
    receiver: str = ""
    """`&self`, `&mut self`, `self` or `mut self`; empty for a function."""
    generics: str = ""
    """Such as `<'a, T: Ord>`."""
    where: str = ""
    """Such as `where T: Ord`."""
    prefix: str = "pub "
    """`pub `, `pub async `, `pub unsafe `, or nothing for a private one."""
    pinned: str = ""
    """The type that the probe binds the result to, where it is not `returns`."""
    finished: str = "{}"
    """What the probe makes of the call, such as `{}.collect::<Vec<_>>()`."""
    shown: str = "{}"
    """How the result is recorded."""

    def text(self) -> str:
        """The item, or the member of an impl."""
        names = [*([self.receiver] if self.receiver else []), *(one.text() for one in self.parameters)]
        returns = f" -> {self.returns}" if self.returns else ""
        where = f"\n{self.where}\n" if self.where else " "
        head = f"{self.prefix}fn {self.name}{self.generics}({', '.join(names)}){returns}{where}{{"
        return "\n".join([head, *self.body, "}"])

    def probe(self) -> str:
        """A probe of the harness: draws the arguments, calls, records the result and what was changed."""
        lines: list[str] = []
        changed: list[tuple[str, Type]] = []
        arguments: list[str] = []
        if self.record is not None and self.receiver:
            change = self.receiver == "&mut self"
            lines.append(f"let {'mut ' if change else ''}subject = {self.record.type.drawn};")
            if change:
                changed.append(("subject", self.record.type))
        for number, one in enumerate(self.parameters):
            name = f"argument{number}"
            change = one.mode == "mut"
            lines.append(f"let {'mut ' if change else ''}{name}: {one.type.text} = {one.type.drawn};")
            arguments.append({"ref": "&", "mut": "&mut "}.get(one.mode, "") + name)
            if change:
                changed.append((name, one.type))
        path = (
            self.name if self.record is None else ("subject." if self.receiver else f"{self.record.name}::") + self.name
        )
        call = self.finished.replace("{}", f"{path}({', '.join(arguments)})")
        if self.returns:
            pinned = (self.pinned or self.returns).replace("Self", self.record.name if self.record else "Self")
            lines += [f"let found: {pinned} = {call};", f'record.value("found", &{self.shown.replace("{}", "found")});']
        else:
            lines.append(f"{call};")
        lines += [f'record.value("{name}", &{type_.shown.replace("{}", name)});' for name, type_ in changed]
        owner = f"{self.record.name.lower()}_" if self.record else ""
        head = f"pub fn probe_{owner}{self.name}(draw: &mut Draw, record: &mut Record) {{"
        return "\n".join([head, *lines, "}"])


def in_turn(record: Record, methods: Sequence[Function], turns: int = 2) -> str:
    """A probe that calls methods one after the other on one value, which they may change inside."""
    lines = [
        f"let {'mut ' if any(one.receiver == '&mut self' for one in methods) else ''}subject = {record.type.drawn};"
    ]
    for turn in range(turns):
        for number, one in enumerate(methods):
            arguments: list[str] = []
            for index, parameter in enumerate(one.parameters):
                name = f"argument{turn}{number}{index}"
                lines.append(f"let {name}: {parameter.type.text} = {parameter.type.drawn};")
                arguments.append(("&" if parameter.mode == "ref" else "") + name)
            call = f"subject.{one.name}({', '.join(arguments)})"
            lines.append(
                f'record.value("{one.name}", &{one.shown.replace("{}", call)});' if one.returns else f"{call};"
            )
    lines.append(f'record.value("subject", &{record.type.shown.replace("{}", "subject")});')
    name = f"probe_{record.name.lower()}_in_turn"
    return "\n".join([f"pub fn {name}(draw: &mut Draw, record: &mut Record) {{", *lines, "}"])
