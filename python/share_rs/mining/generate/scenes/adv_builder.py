"""Programs that put things together call by call, and make them at the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from share_rs.mining.generate.changes import growth
from share_rs.mining.generate.function import Function, Parameter, needed
from share_rs.mining.generate.piece import Piece
from share_rs.mining.generate.types import TEXT, TRUTH, Type, list_of, option_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from share_rs.mining.generate.draw import Draw
    from share_rs.mining.generate.record import Record


@dataclass(frozen=True)
class _Setter:
    """A method that sets one field, and an argument for it."""

    name: str
    parameter: str
    """As in the signature; empty where it takes nothing."""
    lines: tuple[str, ...]
    argument: Type | None


def _setter(draw: Draw, field: str, type_: Type) -> _Setter:
    """What sets a field, or adds to it."""
    place, inner = f"self.{field}", type_.inner or TEXT
    if type_.kind == "list":
        one, element = draw.name_for(inner), inner
        name = draw.one_of([f"add_{one}", f"push_{one}", f"with_{one}"])
        if inner is TEXT and draw.chance(0.6):
            return _Setter(
                name,
                f"{one}: &str",
                (f"{place}.push({one}.{draw.one_of(['to_string()', 'to_owned()', 'trim().to_string()'])});",),
                element,
            )
        return _Setter(name, f"{one}: {inner.text}", (f"{place}.push({one});",), element)
    if type_ is TRUTH and draw.chance():
        return _Setter(
            draw.one_of([field, f"with_{field}"]),
            "",
            (f"{place} = {draw.one_of(['true', 'true', f'!{place}'])};",),
            None,
        )
    name = draw.one_of([field, field, f"with_{field}", f"set_{field}"])
    if type_.kind == "option":
        taken = "&str" if inner is TEXT else inner.text
        value = f"{field}.to_string()" if inner is TEXT else field
        return _Setter(name, f"{field}: {taken}", (f"{place} = Some({value});",), inner)
    if type_ is TEXT:
        if draw.chance(0.3):
            return _Setter(name, f"{field}: impl Into<String>", (f"{place} = {field}.into();",), TEXT)
        value = draw.one_of([f"{field}.to_string()", f"{field}.to_owned()", f"String::from({field})"])
        return _Setter(name, f"{field}: &str", (f"{place} = {value};",), TEXT)
    if type_ == draw.whole and draw.chance(0.4):
        how = draw.one_of(
            [
                f"{place} += {field};",
                f"{place} = {field}.min({draw.literal(20, 90)});",
                f"{place} = {place}.max({field});",
            ]
        )
        return _Setter(name, f"{field}: {type_.text}", (how,), type_)
    return _Setter(name, f"{field}: {type_.text}", (f"{place} = {field};",), type_)


def _text(draw: Draw, setter: _Setter, name: str, *, borrowed: bool) -> str:
    """The method; it gives the builder back."""
    given = f", {setter.parameter}" if setter.parameter else ""
    receiver = "&mut self" if borrowed else "mut self"
    returned = draw.one_of(["Self", "Self", name])
    lines = list(setter.lines)
    if draw.chance(0.2) and setter.argument == draw.whole:
        word = setter.parameter.split(":")[0]
        lines = [f"if {word} > {draw.literal(0, 5)} {{", *lines, "}"]
    head = f"pub fn {setter.name}({receiver}{given}) -> {'&mut ' if borrowed else ''}{returned} {{"
    return "\n".join([head, *lines, "self", "}"])


def _fields(draw: Draw) -> Record:
    """A thing with what builders set: texts, numbers, lists, options and truths."""
    kinds = [draw.whole, TEXT, draw.values(), option_of(draw.whole), option_of(TEXT), TRUTH]
    picked = [
        draw.one_of([draw.whole, TEXT, draw.values()]),
        *(draw.one_of(kinds) for _ in range(draw.random.randint(1, 3))),
    ]
    return draw.record(*picked, least=len(picked))


def _call(draw: Draw, setter: _Setter, own: Sequence[Parameter]) -> str:
    """A call of the setter with what fits of the parameters."""
    type_ = setter.argument
    if type_ is None:
        return f"{setter.name}()"
    fitting = [one for one in own if one.type == type_]
    if type_ is TEXT:
        word = f'"{draw.names.text()}"'
        named = draw.one_of(fitting).name if fitting and draw.chance(0.8) else ""
        if ": &str" in setter.parameter or "Into" in setter.parameter:
            return f"{setter.name}({named or word})"
        return f"{setter.name}({f'{named}.to_string()' if named else f'{word}.to_string()'})"
    if type_ is TRUTH:
        return f"{setter.name}({draw.truth([(one.name, one.type) for one in own])})"
    places = [(one.name, one.type) for one in fitting]
    return f"{setter.name}({draw.number(places, 1) if places else draw.literal()})"


def _builder(draw: Draw, *, borrowed: bool) -> Piece:
    """A struct, its builder, and functions that use it."""
    record = _fields(draw)
    name = draw.one_of([f"{record.name}Builder", f"{record.name}Builder", draw.names.entity()])
    setters = [_setter(draw, one.name, one.type) for one in record.fields]
    new = draw.one_of(["new", "new", "default", "builder"])
    required = (
        next((one for one in record.fields if one.type in {TEXT, draw.whole}), None)
        if draw.chance(0.35) and new == "new"
        else None
    )
    setters = [one for one, field in zip(setters, record.fields, strict=True) if field != required] or setters
    derives = "#[derive(Default)]\n"
    items = [
        record.text(),
        f"{derives}pub struct {name} {{\n"
        + "\n".join(f"{one.name}: {one.type.text}," for one in record.fields)
        + "\n}",
    ]
    checked = draw.random.choice(["", "", "", "Option", "Result"])
    cloned = [".clone()" if borrowed and not one.type.copy else "" for one in record.fields]
    parts = [f"{one.name}: self.{one.name}{how}" for one, how in zip(record.fields, cloned, strict=True)]
    changed = draw.random.randrange(len(parts))
    field = record.fields[changed]
    if field.type == draw.whole and draw.chance(0.5):
        parts[changed] = f"{field.name}: {draw.number_of((f'self.{field.name}', draw.whole), [])}"
    elif field.type is TEXT and draw.chance(0.4):
        parts[changed] = f"{field.name}: {draw.text_of((f'self.{field.name}', TEXT), [])}"
    made = f"{record.name} {{ {', '.join(parts)} }}"
    places = [(f"self.{one.name}", one.type) for one in record.fields]
    receiver = "&self" if borrowed else "self"
    if checked:
        bad = draw.truth(places)
        failed, done = (
            ("None", f"Some({made})")
            if checked == "Option"
            else (f'Err("{draw.names.text()}".to_string())', f"Ok({made})")
        )
        wide = f"Option<{record.name}>" if checked == "Option" else f"Result<{record.name}, String>"
        build = f"pub fn build({receiver}) -> {wide} {{\nif {bad} {{\nreturn {failed};\n}}\n{done}\n}}"
    else:
        wide = record.name
        build = f"pub fn build({receiver}) -> {record.name} {{\n{made}\n}}"
    members = [_text(draw, one, name, borrowed=borrowed) for one in setters]
    first = _start(draw, name, new, required.name if required else "", required.type if required else TEXT)
    members = [*([first] if first else []), *members, build]
    items.append(f"impl {name} {{\n" + "\n\n".join(members) + "\n}")
    own = (
        Parameter(draw.names.measure(), draw.whole),
        Parameter(draw.names.label(), TEXT, "ref"),
        Parameter(draw.names.flag(), TRUTH),
    )
    start = f"{name}::{new}({_given(required.type, own) if required else ''})"
    functions = [
        _use(draw, start, setters, own, (record, wide), borrowed=borrowed) for _ in range(draw.random.choice([1, 1, 2]))
    ]
    return Piece([*items, *(one.text() for one in functions)], functions)


def _given(type_: Type, own: Sequence[Parameter]) -> str:
    return next(one.name for one in own if one.type == type_)


def _start(draw: Draw, name: str, new: str, required: str, type_: Type) -> str:
    """The function that begins; none where `Default` gives it."""
    if new == "default":
        return ""
    if not required:
        return f"pub fn {new}() -> Self {{\n{draw.one_of(['Self', name])}::default()\n}}"
    taken, value = (
        (f"{required}: &str", f"{required}: {required}.to_string()")
        if type_ is TEXT
        else (f"{required}: {type_.text}", required)
    )
    return f"pub fn {new}({taken}) -> Self {{\n{draw.one_of(['Self', name])} {{\n{value},\n..Self::default()\n}}\n}}"


def _use(
    draw: Draw,
    start: str,
    setters: Sequence[_Setter],
    own: Sequence[Parameter],
    result: tuple[Record, str],
    *,
    borrowed: bool,
) -> Function:
    """A function that builds: in one chain, or step by step. The result is a struct, and what `build` makes of it."""
    record, wide = result
    builder, made, one = draw.one_of(["builder", draw.names.variable()]), draw.names.variable(), draw.names.variable()
    calls = [_call(draw, setter, own) for setter in setters]
    draw.random.shuffle(calls)
    several = Parameter(draw.names.several(), list_of(draw.whole), "ref")
    chained = [setter for setter in setters if setter.argument == draw.whole]
    again = f"{chained[0].name}({one})" if chained and draw.chance(0.4) else ""
    change = "" if borrowed else f"{builder} = "
    turn = [f"for &{one} in {several.name} {{", f"{change}{builder}.{again};", "}"] if again else []
    truth = draw.truth([(parameter.name, parameter.type) for parameter in own])
    last = calls[-1]
    maybe = [f"if {truth} {{", f"{change}{builder}.{last};", "}"]
    if borrowed:
        steps = [
            f"let mut {builder} = {start};",
            *draw.one_of(
                [
                    [f"{builder}.{'.'.join(calls[:-1] or calls)};"],
                    [f"{builder}.{one_};" for one_ in calls[:-1] or calls],
                ]
            ),
            *turn,
        ]
        steps += maybe if draw.chance(0.5) else []
        end = f"{builder}.build()" if draw.chance(0.7) else f"{builder}.{last}.build()"
        ways = [[*steps, end], [*steps, end], [f"{start}.{'.'.join(calls)}.build()"]]
    else:
        chain = ".".join([start, *calls])
        begun = ".".join([start, *calls[:-1]])
        ways = [
            [f"{chain}.build()"],
            [f"{start}", *(f".{call}" for call in calls), ".build()"],
            [f"let mut {builder} = {begun};", *turn, *maybe, f"{builder}.build()"],
            [
                f"let mut {builder} = {start};",
                *(f"{builder} = {builder}.{call};" for call in calls),
                *turn,
                f"{builder}.build()",
            ],
            [
                f"let {builder} = {begun};",
                f"if {truth} {{",
                f"{builder}.{last}.build()",
                "} else {",
                f"{builder}.build()",
                "}",
            ],
        ]
    lines = draw.one_of(ways)
    shown = record.type.shown
    returns = wide
    if wide == record.name and draw.chance(0.35):
        lines = _ended(lines, made)
        lines += draw.counted_of(*_first(record, made), 1)
        returns, shown = draw.whole.text, "{}"
    elif wide != record.name:
        shown = (
            "{}.map(|made| " + shown.replace("{}", "made") + ")"
            if all(field.type.copy for field in record.fields)
            else "{}.as_ref().map(|made| " + shown.replace("{}", "made") + ")"
        )
    return Function(draw.names.function(), needed((*own, several), lines), returns, tuple(lines), shown=shown)


def _first(record: Record, made: str) -> tuple[tuple[str, Type], list[tuple[str, Type]]]:
    """A field that numbers can be made of, and the others."""
    places = list(record.places(made))
    main = next(one for one in places if one[1].kind in {"number", "text", "list"})
    return main, [one for one in places if one != main]


def _ended(lines: Sequence[str], made: str) -> list[str]:
    """The lines, whose last expression is bound."""
    if lines[-1] == "}":
        at = max(index for index, line in enumerate(lines) if line.startswith("if "))
    elif lines[-1] == ".build()":
        at = 0
    else:
        at = len(lines) - 1
    return (
        [*lines[:at], f"let {made} = {lines[at]}", *lines[at + 1 : -1], f"{lines[-1]};"]
        if at + 1 < len(lines)
        else [*lines[:at], f"let {made} = {lines[at]};"]
    )


def by_value(draw: Draw) -> Piece:
    """Every call takes the builder and gives it back."""
    return _builder(draw, borrowed=False)


def by_reference(draw: Draw) -> Piece:
    """Every call changes the builder and gives a reference to it."""
    return _builder(draw, borrowed=True)


def of_a_text(draw: Draw) -> Piece:
    """A text that is put together from parts, which are joined at the end."""
    name, parts, limit = draw.names.entity(), draw.names.several(), draw.names.measure()
    word, first, second = draw.names.label(), draw.names.function(), draw.names.function()
    record = f"#[derive(Default)]\npub struct {name} {{\n{parts}: Vec<String>,\n{limit}: usize,\n}}"
    added = draw.one_of(
        [
            f"self.{parts}.push({word}.to_string());",
            f'self.{parts}.push(format!("{draw.one_of(["-", "#", "+"])}{{{word}}}"));',
            f"self.{parts}.insert(0, {word}.to_string());",
        ]
    )
    more = draw.one_of([[], [f"if {word}.is_empty() {{", "return self;", "}"], [f"self.{limit} += {word}.len();"]])
    joined = f'self.{parts}.join("{draw.one_of([", ", " ", "/", " AND "])}")'
    end = draw.one_of(
        [
            [f'format!("{{}} {{}}", {joined}, self.{limit})'],
            [f"let mut {word} = {joined};", f"{word}.truncate(self.{limit} * {draw.literal(4, 9)});", word],
            [f"if self.{parts}.len() > self.{limit} {{", f'return String::from("{draw.names.text()}");', "}", joined],
        ]
    )
    members = [
        f"pub fn {first}(mut self, {word}: &str) -> Self {{\n" + "\n".join([*more, added, "self"]) + "\n}",
        (
            f"pub fn {second}(mut self, {limit}: usize) -> {draw.one_of(['Self', name])} {{\n"
            f"self.{limit} {draw.one_of(['=', '+='])} {limit};\nself\n}}"
        ),
        "pub fn build(self) -> String {\n" + "\n".join(end) + "\n}",
    ]
    if draw.chance():
        last = draw.names.function()
        grown = growth(draw, f"self.{parts}", list_of(TEXT))
        members.insert(2, f"pub fn {last}(mut self) -> Self {{\n" + "\n".join([*grown, "self"]) + "\n}")
    else:
        last = ""
    words, one, builder = (
        Parameter(draw.names.several(), list_of(TEXT), "ref"),
        draw.names.label(),
        draw.names.variable(),
    )
    start = f"{name}::default()"
    close = [f".{last}()"] if last and draw.chance(0.6) else []
    ways = [
        [
            f"let mut {builder} = {start}.{second}({draw.literal(1, 4)});",
            f"for {one} in {words.name} {{",
            f"{builder} = {builder}.{first}({one});",
            "}",
            "".join([builder, *close, ".build()"]),
        ],
        [
            (
                f"{words.name}.iter().fold({start}, |{builder}, {one}| {builder}.{first}({one}))"
                f".{second}({draw.literal(1, 4)}){''.join(close)}.build()"
            )
        ],
        [
            f'let {builder} = {start}.{first}("{draw.names.text()}").{second}({words.name}.len());',
            f"match {words.name}.first() {{",
            f"Some({one}) => {builder}.{first}({one}){''.join(close)}.build(),",
            f"None => {builder}.build(),",
            "}",
        ],
        [
            f"let mut {builder} = {start}{''.join(close)};",
            f"if {words.name}.len() > {draw.literal(1, 2)} {{",
            f"{builder} = {builder}.{second}({draw.literal(1, 4)});",
            "}",
            f"for {one} in {words.name} {{",
            f"{builder} = {builder}.{first}({one});",
            "}",
            f"{builder}.build()",
        ],
    ]
    lines = draw.one_of(ways)
    function = Function(draw.names.function(), (words,), "String", tuple(lines))
    return Piece([record, f"impl {name} {{\n" + "\n\n".join(members) + "\n}", function.text()], [function])


SCENES = (by_reference, by_value, of_a_text)
