"""Programs whose error enums are derived with thiserror."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.mining.generate.function import Function, Parameter
from share_rs.mining.generate.piece import Piece, impl
from share_rs.mining.generate.types import NUMERAL, TEXT, Type, list_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from share_rs.mining.generate.draw import Draw
    from share_rs.mining.generate.expressions import Place

_SHOWN = "{}.map_err(|error| error.to_string())"


class _Failure:
    """An enum that derives Error; cases are added as they are raised."""

    def __init__(self, draw: Draw) -> None:
        self._draw = draw
        self.name = draw.names.entity() + draw.one_of(["Error", "Error", "Failure", "Fault"])
        self._cases: list[str] = []
        self._derives = draw.one_of(["Debug, Error", "Debug, Error", "Error, Debug", "Debug, PartialEq, Error"])

    def from_(self, error: str) -> None:
        """A case that `?` makes of another error."""
        draw = self._draw
        # Not every error that is wrapped can be compared.
        self._derives = self._derives.replace("PartialEq, ", "")
        message = draw.one_of([f'"{draw.names.text()}"', f'"{draw.names.text()}: {{0}}"', "transparent"])
        self._cases.append(f"#[error({message})]\n{draw.names.variant()}(#[from] {error}),")

    def raised(self, places: Iterable[Place]) -> str:
        """A new case with fields for some of what is in scope, as an expression."""
        draw, name = self._draw, self._draw.names.variant()
        taken = [one for one in places if one[1] == draw.whole or one[1].kind == "text"]
        taken = draw.random.sample(taken, draw.random.randint(1, len(taken)))
        owned = [
            text if type_ == draw.whole else f"{text}.{draw.one_of(['to_string', 'to_owned'])}()"
            for text, type_ in taken
        ]
        words, kind = draw.names.text(), draw.random.randrange(5)
        if kind == 0:
            self._cases.append(f'#[error("{words}")]\n{name},')
            return f"{self.name}::{name}"
        if kind == 1:
            shown = draw.one_of([" and ", ", ", " / "]).join(f"{{{index}}}" for index in range(len(taken)))
            types = ", ".join(type_.text for _, type_ in taken)
            self._cases.append(f'#[error("{words}: {shown}")]\n{name}({types}),')
            return f"{self.name}::{name}({', '.join(owned)})"
        fields = [draw.name_for(type_) for _, type_ in taken]
        parts = [f"{{{field}{draw.one_of(['', '', ':?'])}}}" for field in fields]
        shown = draw.one_of([" at ", " for ", ", "]).join(draw.random.sample(parts, len(parts)))
        message = draw.one_of([f"{words}: {shown}", f"{shown} is {words}", f"{words} ({shown})"])
        declared = ", ".join(f"{field}: {type_.text}" for field, (_, type_) in zip(fields, taken, strict=True))
        self._cases.append(f'#[error("{message}")]\n{name} {{ {declared} }},')
        made = ", ".join(f"{field}: {value}" for field, value in zip(fields, owned, strict=True))
        return f"{self.name}::{name} {{ {made} }}"

    def text(self) -> str:
        """The item."""
        draw = self._draw
        cases = "\n".join(draw.random.sample(self._cases, len(self._cases)))
        return f"#[derive({self._derives})]\npub enum {self.name} {{\n{cases}\n}}"


def _checks(draw: Draw, failure: _Failure, places: list[Place], least: int = 1) -> list[str]:
    """Early returns of errors."""
    lines: list[str] = []
    for _ in range(draw.random.randint(least, 3)):
        guarded = draw.one_of([one for one in places if one[1] == draw.whole or one[1].kind == "text"])
        lines += [f"if {draw.guard(guarded)} {{", f"return Err({failure.raised(places)});", "}"]
    return lines


def _reading(draw: Draw) -> tuple[str, str, str, Type]:
    """An error of std, a call that may end in it, with the text for `{}`, the type that is read, and what is drawn."""
    small = draw.one_of(["u8", "u16", "i16"])
    truths = 'if draw.chance(1, 2) { draw.pick(&["true", "false"]).to_string() } else { draw.word() }'
    letters = 'draw.pick(&["a", "x", "ox", ""]).to_string()'
    return draw.one_of(
        [
            ("std::num::ParseIntError", f"{{}}.parse::<{draw.whole.text}>()", draw.whole.text, NUMERAL),
            ("std::num::ParseIntError", f"{{}}.trim().parse::<{small}>()", small, NUMERAL),
            ("std::str::ParseBoolError", "{}.parse::<bool>()", "bool", Type("String", "text", truths)),
            ("std::char::ParseCharError", "{}.parse::<char>()", "char", Type("String", "text", letters)),
        ]
    )


def converted(draw: Draw) -> Piece:
    """`?` converts errors of std by `#[from]`."""
    failure = _Failure(draw)
    reads = {one[0]: one for one in (_reading(draw) for _ in range(draw.random.randint(1, 3)))}
    uses = ["thiserror::Error"]
    parameters, body = list[Parameter](), list[str]()
    found, types = list[str](), list[str]()
    for error, call, type_, drawn in reads.values():
        short = draw.chance(0.6)
        failure.from_(error.rpartition("::")[2] if short else error)
        uses += [error] if short else []
        given, name = Parameter(draw.names.label(), drawn, "ref"), draw.names.variable()
        if draw.chance(0.5):
            body += _checks(draw, failure, [(given.name, drawn)])[:3]
        body.append(f"let {name} = {call.replace('{}', given.name)}?;")
        parameters.append(given)
        found.append(name)
        types.append(type_)
        if type_ == draw.whole.text and draw.chance(0.7):
            body += _checks(draw, failure, [(name, draw.whole), (given.name, drawn)])
    value = found[0] if len(found) == 1 else f"({', '.join(found)})"
    returned = types[0] if len(types) == 1 else f"({', '.join(types)})"
    if len(body) <= len(found):
        body[0:0] = _checks(draw, failure, [(parameters[0].name, parameters[0].type)])[:3]
    reader = Function(
        draw.names.function(),
        tuple(parameters),
        f"Result<{returned}, {failure.name}>",
        (*body, f"Ok({value})"),
        shown=_SHOWN,
    )
    return Piece(_order(draw, failure, reader.text()), [reader], uses, imports=[failure.name], externs=("thiserror",))


def layered(draw: Draw) -> Piece:
    """The error of a lower layer is a case of the upper one's."""
    lower, upper = _Failure(draw), _Failure(draw)
    given, other = Parameter(draw.names.measure(), draw.whole), Parameter(draw.names.label(), TEXT, "ref")
    number, text = (given.name, draw.whole), (other.name, TEXT)
    lines, value = draw.count_on(number, most=2)
    low = Function(
        draw.names.function(),
        (given,),
        f"Result<{draw.whole.text}, {lower.name}>",
        (*_checks(draw, lower, [number]), *lines, f"Ok({value})"),
        shown=_SHOWN,
    )
    upper.from_(lower.name)
    got = draw.names.measure()
    lines, value = draw.count_on((got, draw.whole), [text], 2)
    call, checks = [f"let {got} = {low.name}({given.name})?;"], _checks(draw, upper, [text, number])
    start = [*checks, *call] if draw.chance() else [*call, *checks]
    high = Function(
        draw.names.function(),
        (given, other),
        f"Result<{draw.whole.text}, {upper.name}>",
        (*start, *lines, f"Ok({value})"),
        shown=_SHOWN,
    )
    blocks = [*_order(draw, lower, low.text()), *_order(draw, upper, high.text())]
    imports = [lower.name, upper.name]
    return Piece(blocks, [low, high], ["thiserror::Error"], imports=imports, externs=("thiserror",))


def looked_up(draw: Draw) -> Piece:
    """What is not found, or is not as wanted, is an error that says so."""
    failure, walked = _Failure(draw), list_of(TEXT)
    names, wanted = Parameter(draw.names.several(), walked, "ref"), Parameter(draw.names.measure(), draw.whole)
    index = wanted.name if draw.whole.text == "usize" else f"{wanted.name} as usize"
    found, one = draw.names.label(), draw.names.variable()
    place, number = (found, TEXT), (wanted.name, draw.whole)
    call = draw.one_of(
        [
            f"{names.name}.get({index} % 5)",
            f"{names.name}.iter().find(|{one}| {draw.guard((one, TEXT))})",
            f"{names.name}.first()",
            f"{names.name}.iter().max()",
        ]
    )
    error = failure.raised([number])
    taken = draw.one_of(
        [
            [f"let {found} = {call}.ok_or_else(|| {error})?;"],
            [f"let Some({found}) = {call} else {{", f"return Err({error});", "};"],
            [f"let {found} = match {call} {{", f"Some({one}) => {one},", f"None => return Err({error}),", "};"],
        ]
    )
    if "::" in error and "(" not in error and "{" not in error:
        taken = [line.replace(f"ok_or_else(|| {error})", f"ok_or({error})") for line in taken]
    checks = _checks(draw, failure, [place, number])
    text = draw.chance()
    lines, value = draw.phrase_on(place, [number]) if text else draw.count_on(number, [place], 2)
    function = Function(
        draw.names.function(),
        (names, wanted),
        f"Result<{'String' if text else draw.whole.text}, {failure.name}>",
        (*taken, *checks, *lines, f"Ok({value})"),
        shown=_SHOWN,
    )
    blocks = _order(draw, failure, function.text())
    return Piece(blocks, [function], ["thiserror::Error"], imports=[failure.name], externs=("thiserror",))


def validated(draw: Draw) -> Piece:
    """A method says what is wrong with a struct."""
    failure, record = _Failure(draw), draw.record(draw.whole, TEXT)
    places = list(record.places("self"))
    lines, value = draw.count(places, 2)
    checked = [one for one in places if one[1] == draw.whole or one[1] is TEXT]
    method = Function(
        draw.names.function(),
        (),
        f"Result<{draw.whole.text}, {failure.name}>",
        (*_checks(draw, failure, checked, 2), *lines, f"Ok({value})"),
        record,
        "&self",
        shown=_SHOWN,
    )
    methods = [method]
    if draw.chance(0.6):
        given, got = Parameter(draw.names.label(), NUMERAL, "ref"), draw.names.measure()
        failure.from_("std::num::ParseIntError")
        places = [*places, (got, draw.whole)]
        lines, value = draw.count_on((got, draw.whole), places, 2)
        start = f"let {got} = {given.name}.parse::<{draw.whole.text}>()?;"
        again = [f"self.{method.name}()?;"] if draw.chance() else []
        body = (*again, start, *_checks(draw, failure, [(got, draw.whole)])[:3], *lines, f"Ok({value})")
        methods.append(Function(draw.names.function(), (given,), method.returns, body, record, "&self", shown=_SHOWN))
    blocks = [record.text(), *_order(draw, failure, impl(record, *methods))]
    return Piece(blocks, methods, ["thiserror::Error"], imports=[failure.name], externs=("thiserror",))


def _order(draw: Draw, failure: _Failure, user: str) -> list[str]:
    items = [failure.text(), user]
    return items if draw.chance(0.75) else items[::-1]


SCENES = (converted, layered, looked_up, validated)
