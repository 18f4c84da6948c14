"""Programs that convert: between widths of numbers, into texts, and into types of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.mining.generate.function import Function, Parameter, needed
from share_rs.mining.generate.piece import Piece, impl
from share_rs.mining.generate.types import TEXT, list_of, number

if TYPE_CHECKING:
    from share_rs.mining.generate.draw import Draw

_WIDER = {
    "u8": ["u16", "u32", "u64", "i32", "i64", "usize", "f64"],
    "u16": ["u32", "u64", "i64", "usize"],
    "u32": ["u64", "i64", "f64"],
    "i32": ["i64", "f64"],
}


def widened(draw: Draw) -> Piece:
    """Small numbers are counted in a larger type."""
    functions: list[Function] = []
    for _ in range(draw.random.randint(1, 2)):
        small = draw.one_of(sorted(_WIDER))
        wide = draw.one_of(_WIDER[small])
        point = ".0" if wide == "f64" else ""
        given, other = Parameter(draw.names.measure(), number(small)), Parameter(draw.names.measure(), number(small))
        times = f"{draw.literal(2, 9)}{point}"
        several, one, sum_ = (
            Parameter(draw.names.several(), list_of(number(small)), "ref"),
            draw.names.variable(),
            draw.names.measure(),
        )
        body = draw.one_of(
            [
                [f"{wide}::from({given.name}) * {times} + {wide}::from({other.name})"],
                [
                    f"let {sum_} = {wide}::from({given.name}) + {draw.literal(1, 30)}{point};",
                    f"{sum_} * {wide}::from({other.name})",
                ],
                [f"let {sum_}: {wide} = {given.name}.into();", f"{sum_} / {times} + {wide}::from({other.name})"],
                [
                    f"let mut {sum_} = {wide}::from({given.name});",
                    f"for {one} in {several.name} {{",
                    f"{sum_} += {wide}::from(*{one});",
                    "}",
                    sum_,
                ],
                [f"{several.name}.iter().map(|&{one}| {wide}::from({one})).sum()"],
                [
                    f"if {draw.guard((given.name, given.type))} {{",
                    f"return {wide}::from({other.name});",
                    "}",
                    f"{wide}::from({given.name}) + {times}",
                ],
            ]
        )
        functions.append(Function(draw.names.function(), needed((given, other, several), body), wide, tuple(body)))
    return Piece([one.text() for one in functions], functions)


def owned_texts(draw: Draw) -> Piece:
    """A struct keeps its own texts, which it is given as slices."""
    record = draw.record(TEXT, draw.whole)
    values: dict[str, str] = {}
    parameters: list[Parameter] = []
    generic = draw.chance(0.3)
    for field in record.fields:
        if field.type is TEXT:
            how = draw.one_of(["{}.into()", "{}.to_string()", "String::from({})"])
            values[field.name] = ("{}.into()" if generic else how).format(field.name)
            parameters.append(Parameter(field.name, TEXT, "ref"))
        elif field.type.kind == "list":
            values[field.name] = f"{field.name}.to_vec()"
            parameters.append(Parameter(field.name, field.type, "ref"))
        else:
            parameters.append(Parameter(field.name, field.type))
    new = draw.one_of(["new", "with", "of", "from_parts"])
    maker = Function(
        new,
        tuple(parameters),
        "Self",
        (record.literal(values).replace(record.name, "Self"),),
        record,
        shown=record.type.shown,
    )
    text = maker.text()
    if generic:
        text = text.replace(": &str", ": impl Into<String>")
    field = next(one.name for one in record.fields if one.type is TEXT)
    change = Parameter(draw.names.label(), TEXT, "ref")
    setter = Function(
        draw.names.function(),
        (change,),
        "",
        (f"self.{field} = {change.name}.{draw.one_of(['into()', 'to_string()'])};",),
        record,
        "&mut self",
    )
    reader = Function(
        draw.names.function(),
        (),
        "String",
        draw.phrased_of((f"self.{field}", TEXT), record.places("self"), 1),
        record,
        "&self",
    )
    methods = draw.random.sample([setter, reader], draw.random.randint(1, 2))
    # A probe lends its texts; what is generic takes a reference to one as well as a slice.
    return Piece([record.text(), impl(record, text, *methods)], [maker, *methods])


def own_conversion(draw: Draw) -> Piece:
    """One struct is made of another by From, or by what calls it."""
    source = draw.record(TEXT, draw.whole)
    target = draw.record(TEXT, draw.whole, least=2)
    target = type(target)(
        target.name, tuple(one for one in target.fields if one.type in {TEXT, draw.whole}), target.derives
    )
    given, one = draw.names.variable(), draw.names.variable()
    places = list(source.places(given))
    values: dict[str, str] = {}
    for field in target.fields:
        chosen = draw.one_of([text for text, type_ in places if type_ == field.type])
        number_on = draw.number_on((chosen, draw.whole), [one for one in places if one[1].copy])
        values[field.name] = draw.one_of([chosen, number_on]) if field.type.copy else f"{chosen}.clone()"
    texts = [name for name, value in values.items() if value.endswith(".clone()")]
    if len(texts) == 1:
        values[texts[0]] = values[texts[0]].removesuffix(".clone()")
    whole = target.literal(values).replace(target.name, "Self")
    block = (
        f"impl From<{source.name}> for {target.name} {{\nfn from({given}: {source.name}) -> Self {{\n{whole}\n}}\n}}"
    )
    number_ = next(field.name for field in target.fields if field.type == draw.whole)
    functions: list[Function] = []
    made = draw.names.variable()
    body = draw.one_of(
        [
            [f"let {made}: {target.name} = {one}.into();", f"{made}.{number_} + {draw.literal()}"],
            [f"let {made} = {target.name}::from({one});", f"{made}.{number_} * {draw.literal(2, 4)}"],
        ]
    )
    functions.append(Function(draw.names.function(), (Parameter(one, source.type),), draw.whole.text, tuple(body)))
    convert = draw.one_of([f"{one}.into()", f"{target.name}::from({one})"])
    functions.append(
        Function(
            draw.names.function(), (Parameter(one, source.type),), target.name, (convert,), shown=target.type.shown
        )
    )
    functions = draw.random.sample(functions, draw.random.randint(1, 2))
    return Piece(
        [source.text(), target.text(), block, *(item.text() for item in functions)],
        functions,
        imports=[source.name, target.name],
    )


def into_an_enum(draw: Draw) -> Piece:
    """Values of several types go into one list by the impls of From of an enum."""
    name, number_, text = draw.names.entity(), draw.names.variant(), draw.names.variant()
    held, own = draw.names.variable(), draw.one_of(["Self", name])
    whole = draw.whole.text
    source, made = draw.one_of([("&str", f"{held}.to_string()"), ("String", held)])
    enum = f"pub enum {name} {{\n{number_}({whole}),\n{text}(String),\n}}"
    impls = [
        f"impl From<{whole}> for {name} {{\nfn from({held}: {whole}) -> Self {{\n{own}::{number_}({held})\n}}\n}}",
        f"impl From<{source}> for {name} {{\nfn from({held}: {source}) -> Self {{\n{own}::{text}({made})\n}}\n}}",
    ]
    draw.random.shuffle(impls)
    sized, size = (
        draw.names.function(),
        f"match self {{\n{own}::{number_}({held}) => *{held},\n{own}::{text}({held}) => {draw.size(held)},\n}}",
    )
    method = f"impl {name} {{\npub fn {sized}(&self) -> {whole} {{\n{size}\n}}\n}}"
    count, label = (
        Parameter(draw.names.measure(), draw.whole),
        Parameter(draw.names.label(), TEXT, "ref" if source == "&str" else "own"),
    )
    parts = [
        draw.one_of([f"{count.name}.into()", f"{name}::from({count.name})"]),
        draw.one_of([f"{label.name}.into()", f"{name}::from({label.name})"]),
    ]
    draw.random.shuffle(parts)
    all_, one = draw.names.several(), draw.names.variable()
    if draw.chance():
        body = [f"let {all_}: Vec<{name}> = vec![{', '.join(parts)}];"]
    else:
        body = [f"let mut {all_}: Vec<{name}> = Vec::new();", *(f"{all_}.push({part});" for part in parts)]
    body.append(f"{all_}.iter().map(|{one}| {one}.{sized}()).{draw.one_of(['sum()', 'max().unwrap_or(0)'])}")
    user = Function(draw.names.function(), (count, label), whole, tuple(body))
    return Piece([enum, *impls, method, user.text()], [user])


SCENES = (into_an_enum, own_conversion, owned_texts, widened)
