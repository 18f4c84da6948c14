"""Programs that show values to users, and to those who debug."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.mining.generate.function import Function, Parameter, needed
from share_rs.mining.generate.piece import Piece
from share_rs.mining.generate.record import Record
from share_rs.mining.generate.types import TEXT, list_of, option_of

if TYPE_CHECKING:
    from share_rs.mining.generate.draw import Draw
    from share_rs.mining.generate.types import Type

_FMT = "std::fmt"


def _shown_record(draw: Draw) -> tuple[Record, str]:
    """A struct, and its impl of Display."""
    record = Record(draw.names.entity(), draw.record(draw.one_of([TEXT, draw.whole])).fields)
    fields = [one for one in record.fields if one.type.kind in {"number", "text", "truth"}]
    picked = draw.random.sample(fields, min(len(fields), draw.random.randint(1, 3)))
    formatter = draw.one_of(["f", "f", "formatter", "out"])
    between = draw.one_of([" ", ": ", " x ", "/", ", ", " - "])
    string = between.join("{}" for _ in picked) + draw.one_of(["", "", "!", f" {draw.names.text()}"])
    write = f'write!({formatter}, "{string}", {", ".join(f"self.{one.name}" for one in picked)})'
    lines = [write]
    kind = draw.random.randrange(4)
    if kind == 0:
        lines = [
            f"if {draw.truth(list(record.places('self')))} {{",
            f'return {formatter}.write_str("{draw.names.text()}");',
            "}",
            write,
        ]
    elif kind == 1:
        lines = [write + "?;", f'{formatter}.write_str("{draw.one_of(["!", ".", ";", " *"])}")']
    elif kind == 2:
        label = draw.names.label()
        lines = [
            f"let {label} = {draw.text(list(record.places('self')))};",
            f'write!({formatter}, "{{{label}}}{between}{{}}", self.{picked[0].name})',
        ]
    return record, _display(record.name, formatter, lines)


def _display(name: str, formatter: str, lines: list[str]) -> str:
    head = f"impl fmt::Display for {name} {{\nfn fmt(&self, {formatter}: &mut fmt::Formatter<'_>) -> fmt::Result {{\n"
    return head + "\n".join(lines) + "\n}\n}"


def _user(draw: Draw, type_: Type, placeholder: str) -> Function:
    """A function that shows a value, or a list of values, of the type."""
    name, several, extra = draw.names.variable(), draw.names.several(), Parameter(draw.names.measure(), draw.whole)
    word, label = draw.names.text(), draw.names.label()
    own = "{" + name + placeholder + "}"
    bare = "{" + placeholder + "}"
    shapes = [
        ([f'format!("{word}: {own}")'], "String", type_),
        ([f'format!("{bare} ({{}})", {name}, {extra.name})'], "String", type_),
        (
            [f'let {label} = format!("{own}");', f'({label}.len(), {label} + "{draw.one_of(["!", ".", "-"])}")'],
            "(usize, String)",
            type_,
        ),
        (
            [
                f'{several}.iter().map(|{name}| format!("{own}")).collect::<Vec<_>>().join("{draw.one_of([", ", "; ", " "])}")'
            ],
            "String",
            list_of(type_),
        ),
        (
            [
                f"let mut {label} = String::new();",
                f"for {name} in {several} {{",
                f'{label}.push_str(&format!("{own};"));',
                "}",
                label,
            ],
            "String",
            list_of(type_),
        ),
        (
            [
                f"if {draw.truth([(extra.name, draw.whole)])} {{",
                f'format!("{own}")',
                "} else {",
                f'format!("{own} {{{extra.name}}}")',
                "}",
            ],
            "String",
            type_,
        ),
        (
            [
                f"match {several}.first() {{",
                f'Some({name}) => format!("{word} {own}"),',
                f'None => "{draw.names.text()}".to_string(),',
                "}",
            ],
            "String",
            list_of(type_),
        ),
    ]
    if not placeholder:
        shapes += [
            ([f"{name}.to_string()"], "String", type_),
            ([f"{several}.iter().map(|{name}| {name}.to_string()).collect()"], "Vec<String>", list_of(type_)),
            ([f"{name}.to_string().len() + {draw.literal()}"], "usize", type_),
            ([f"{several}.iter().map(ToString::to_string).max()"], "Option<String>", list_of(type_)),
        ]
    body, returns, taken = draw.one_of(shapes)
    given = Parameter(name if taken is type_ else several, taken, "ref")
    return Function(draw.names.function(), needed((given, extra), body), returns, tuple(body))


def displayed(draw: Draw) -> Piece:
    """A struct says how it is shown."""
    record, display = _shown_record(draw)
    users = [_user(draw, record.type, "") for _ in range(draw.random.randint(1, 2))]
    return Piece([record.text(), display, *(one.text() for one in users)], users, (_FMT,))


def displayed_kinds(draw: Draw) -> Piece:
    """An enum says how its variants are shown."""
    name, variants = draw.names.entity(), [draw.names.variant() for _ in range(draw.random.randint(2, 4))]
    formatter, label = draw.one_of(["f", "f", "formatter"]), draw.names.label()
    held = draw.chance()
    given = draw.one_of([TEXT, draw.whole])
    item = (
        f"pub enum {name} {{\n"
        + "\n".join(f"{one}{f'({given.text})' if held and one == variants[0] else ''}," for one in variants)
        + "\n}"
    )
    arms: list[str] = []
    words = [draw.names.text() for _ in variants]
    inner = draw.names.variable()
    direct = held or draw.chance()
    for one, word in zip(variants, words, strict=True):
        if held and one == variants[0]:
            arms.append(f'{name}::{one}({inner}) => write!({formatter}, "{word} {{{inner}}}"),')
        else:
            arms.append(
                f"{name}::{one} => {f'{formatter}.write_str({chr(34)}{word}{chr(34)})' if direct else chr(34) + word + chr(34)},"
            )
    lines = (
        ["match self {", *arms, "}"]
        if direct
        else [
            f"let {label} = match self {{",
            *arms,
            "};",
            draw.one_of([f"{formatter}.write_str({label})", f'write!({formatter}, "<{{{label}}}>")']),
        ]
    )
    kind, extra, function = draw.names.variable(), Parameter(draw.names.measure(), draw.whole), draw.names.function()
    body = draw.one_of(
        [
            [f'format!("{{{kind}}} {{{extra.name}}}")'],
            [f"let {label} = {kind}.to_string();", f"{label}.repeat({draw.literal(1, 3)}) + &{extra.name}.to_string()"],
            [
                f"if {draw.truth([(extra.name, draw.whole)])} {{",
                f"{kind}.to_string()",
                "} else {",
                f'format!("{draw.names.text()} {{{kind}}}")',
                "}",
            ],
        ]
    )
    text = f"pub fn {function}({kind}: &{name}, {extra.text()}) -> String {{\n" + "\n".join(body) + "\n}"
    made = [f"{name}::{one}{f'({given.drawn})' if held and one == variants[0] else ''}" for one in variants]
    calls = [
        f'record.value("{one}", &{function}(&{value}, {draw.whole.drawn}));'
        for one, value in zip(variants, made, strict=True)
    ]
    # `draw` is borrowed once a statement.
    if held:
        calls[0] = f"let first = {made[0]};\n" + calls[0].replace(made[0], "first")
    probe = f"pub fn probe_{function}(draw: &mut Draw, record: &mut Record) {{\n" + "\n".join(calls) + "\n}"
    return Piece([item, _display(name, formatter, lines), text], [], (_FMT,), [probe], [name, function])


def debugged(draw: Draw) -> Piece:
    """A struct derives how it is shown for debugging."""
    derives = draw.one_of([("Debug",), ("Debug", "Clone"), ("Debug", "PartialEq"), ("Clone", "Debug")])
    record = draw.record(draw.one_of([TEXT, draw.whole]), derives=derives)
    users = [_user(draw, record.type, ":?") for _ in range(draw.random.randint(1, 2))]
    return Piece([record.text(), *(one.text() for one in users)], users)


def debugged_lists(draw: Draw) -> Piece:
    """Lists and options of the standard library have no other way to be shown."""
    type_ = draw.one_of(
        [draw.values(), option_of(TEXT), option_of(draw.whole), draw.map(), list_of(option_of(draw.whole))]
    )
    users = [_user(draw, type_, ":?") for _ in range(draw.random.randint(1, 2))]
    uses = ("std::collections::BTreeMap",) if type_.kind == "map" else ()
    return Piece([one.text() for one in users], users, uses)


def displayed_within(draw: Draw) -> Piece:
    """A struct is shown with what it holds."""
    inner, display = _shown_record(draw)
    outer = Record(draw.names.entity(), draw.record(inner.type, draw.whole).fields)
    field, number = draw.member(outer, inner.type).name, draw.member(outer, draw.whole).name
    formatter, between = draw.one_of(["f", "f", "formatter"]), draw.one_of([" ", ": ", " x ", " @ "])
    lines = draw.one_of(
        [
            [f'write!({formatter}, "{{}}{between}{{}}", self.{number}, self.{field})'],
            [f'write!({formatter}, "[{{}}]{between}{{}}", self.{field}, self.{number})'],
            [
                f'let shown = format!("{{}}", self.{field});',
                f'write!({formatter}, "{{shown}}{between}{{}}", self.{number})',
            ],
            [
                f"for step in 0..{draw.literal(1, 3)} {{",
                f'write!({formatter}, "{{step}}{between}{{}} ", self.{field})?;',
                "}",
                f'write!({formatter}, "{{}}", self.{number})',
            ],
        ]
    )
    user = _user(draw, outer.type, "")
    items = [inner.text(), display, outer.text(), _display(outer.name, formatter, lines)]
    items = [items[2], items[3], items[0], items[1]] if draw.chance() else items
    return Piece([*items, user.text()], [user], (_FMT,))


SCENES = (debugged, debugged_lists, displayed, displayed_kinds, displayed_within)
