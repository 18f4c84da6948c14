"""Programs whose impls name a type: of an iterator's items, of an operator's result, of an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.mining.generate.function import Function, Parameter, needed
from share_rs.mining.generate.piece import Piece
from share_rs.mining.generate.record import Field, Record
from share_rs.mining.generate.types import TEXT, list_of

if TYPE_CHECKING:
    from share_rs.mining.generate.draw import Draw


def _finish(draw: Draw, item: str, one: str) -> tuple[str, str]:
    """The end of a chain of iterators over numbers or texts, and what it gives."""
    if item == "String":
        return draw.one_of(
            [
                ("collect()", "Vec<String>"),
                (f"map(|{one}| {one}.len()).sum()", "usize"),
                ('collect::<Vec<_>>().join("-")', "String"),
                (f"filter(|{one}| {draw.truth([(one, TEXT)])}).count()", "usize"),
                ("max()", "Option<String>"),
            ]
        )
    return draw.one_of(
        [
            ("collect()", f"Vec<{item}>"),
            ("sum()", item),
            (f"max().unwrap_or({draw.literal()})", item),
            (f"map(|{one}| {one} + {draw.literal()}).collect()", f"Vec<{item}>"),
            (f"filter(|{one}| {draw.truth([(f'*{one}', draw.whole)])}).count()", "usize"),
            (f"fold({draw.literal()}, |found, {one}| found.max({one}))", item),
        ]
    )


def iterators(draw: Draw) -> Piece:
    """A struct is an iterator, which never gives more than a few items."""
    left, step = Field(draw.names.measure(), draw.whole), Field(draw.names.measure(), draw.whole)
    label = Field(draw.names.label(), TEXT)
    text = draw.chance(0.4)
    fields = [left, label] if text else [left, *([step] if draw.chance(0.7) else [])]
    draw.random.shuffle(fields)
    record = Record(draw.names.entity(), tuple(fields))
    own, item = f"self.{left.name}", "String" if text else draw.whole.text
    given = [(f"self.{one.name}", one.type) for one in fields]
    places = [one for one in given if one[1] == draw.whole]
    kept = draw.names.measure()
    value = f'format!("{{}} {{}}", self.{label.name}, {own})' if text else draw.number(places, 1)
    starts = [
        [f"if {own} == 0 {{", "return None;", "}", f"{own} -= 1;", f"Some({value})"],
        [f"if {own} > 0 {{", f"{own} -= 1;", f"Some({value})", "} else {", "None", "}"],
        [
            f"let {kept} = {own}.checked_sub({draw.literal(1, 4)}){'' if draw.whole.text[0] == 'u' else '.filter(|found| *found >= 0)'}?;",
            f"{own} = {kept};",
            f"Some({value})",
        ],
        [f"match {own} {{", "0 => None,", "_ => {", f"{own} -= 1;", f"Some({value})", "}", "}"],
    ]
    if len(fields) > 1 and not text:
        starts.append(
            [
                f"if {own} > {draw.literal(20, 60)} {{",
                "return None;",
                "}",
                f"{own} += self.{step.name} + 1;",
                f"Some({draw.number(places, 1)})",
            ]
        )
    returns = draw.one_of(["Option<Self::Item>", "Option<Self::Item>", "Option<Self::Item>", f"Option<{item}>"])
    block = (
        f"impl Iterator for {record.name} {{\ntype Item = {item};\n\nfn next(&mut self) -> {returns} {{\n"
        + "\n".join(draw.one_of(starts))
        + "\n}\n}"
    )
    one, made = draw.names.variable(), draw.names.variable()
    end, gives = _finish(draw, item, one)
    between = draw.one_of(["", "", ".skip(1)", f".take({draw.literal(2, 9)})", ".step_by(2)"])
    parameters = tuple(Parameter(field.name, field.type) for field in fields)
    lines = draw.one_of(
        [[f"{record.literal()}{between}.{end}"], [f"let {made} = {record.literal()};", f"{made}{between}.{end}"]]
    )
    caller = Function(draw.names.function(), parameters, gives, tuple(lines))
    return Piece([record.text(), block, caller.text()], [caller])


def chains(draw: Draw) -> Piece:
    """A function gives back an iterator of which only the items are named."""
    inner = draw.one_of([TEXT, draw.whole])
    several, limit, one, name = (
        draw.names.several(),
        Parameter(draw.names.measure(), draw.whole),
        draw.names.variable(),
        draw.names.function(),
    )
    whole = draw.whole.text
    element = (one, inner)
    steps = [
        (f".map(move |{one}| {draw.number_of(element)} + {limit.name})", whole),
        (f".map(|{one}| {draw.text_of(element)})", "String"),
        (f".map(|{one}| {draw.number_of(element)})", whole),
    ]
    step, item = draw.one_of(steps)
    behind = (one, TEXT) if inner is TEXT else (f"*{one}", draw.whole)
    filtered = f".filter(|{one}| {draw.truth([behind])})" if draw.chance(0.4) else ""
    start = (
        f"{several}.into_iter()"
        if draw.chance(0.7) or inner is TEXT
        else f"(0..{draw.literal(5, 20)}).chain({several})"
    )
    step, item = ("", inner.text) if filtered and draw.chance(0.3) else (step, item)
    body = f"{start}{filtered}{step}"
    boxed = draw.chance(0.35)
    returns = f"Box<dyn Iterator<Item = {item}>>" if boxed else f"impl Iterator<Item = {item}>"
    maker = Function(
        name,
        needed((Parameter(several, list_of(inner)), limit), [body]),
        returns,
        (f"Box::new({body})" if boxed else body,),
        prefix=draw.one_of(["", "pub "]),
    )
    end, gives = _finish(draw, item, one)
    given = draw.names.several()
    arguments = [given if parameter.name == several else parameter.name for parameter in maker.parameters]
    taken = tuple(
        Parameter(given, parameter.type) if parameter.name == several else parameter for parameter in maker.parameters
    )
    caller = Function(draw.names.function(), taken, gives, (f"{name}({', '.join(arguments)}).{end}",))
    return Piece([maker.text(), caller.text()], [caller])


def taken_chains(draw: Draw) -> Piece:
    """A function takes any iterator of some items."""
    inner = draw.one_of([TEXT, draw.whole])
    several, one, name = draw.names.several(), draw.names.variable(), draw.names.function()
    boxed = draw.chance(0.3)
    kind = f"Box<dyn Iterator<Item = {inner.text}>>" if boxed else f"impl Iterator<Item = {inner.text}>"
    if draw.chance(0.3) and not boxed:
        kind = f"impl IntoIterator<Item = {inner.text}>"
    best, total = draw.names.variable(), draw.names.measure()
    number = draw.number_of((one, inner))
    taker_body = draw.one_of(
        [
            [
                f"let mut {total}: {draw.whole.text} = {draw.literal(0, 5)};",
                f"for {one} in {several} {{",
                f"{total} += {number};",
                "}",
                total,
            ],
            [
                f"let mut {total} = 0;",
                f"for {one} in {several} {{",
                f"if {draw.truth([(one, inner)])} {{",
                f"{total} += {number};",
                "}",
                "}",
                total,
            ],
            [
                f"let mut {best} = {draw.literal()};",
                f"for {one} in {several} {{",
                f"{best} = ({number}).max({best});",
                "}",
                best,
            ],
        ]
    )
    taker = f"fn {name}({several}: {kind}) -> {draw.whole.text} {{\n" + "\n".join(taker_body) + "\n}"
    given = draw.names.several()
    chain = draw.one_of(
        [
            f"{given}.into_iter()",
            f"{given}.into_iter().rev()",
            f"{given}.into_iter().skip(1)",
            f"{given}.iter().cloned()",
            f"{given}.into_iter().filter(|{one}| {draw.truth([(one, TEXT) if inner is TEXT else (f'*{one}', draw.whole)])})",
        ]
    )
    if boxed:
        chain = f"Box::new({chain.replace('.iter().cloned()', '.into_iter()')})"
    caller = Function(
        draw.names.function(), (Parameter(given, list_of(inner)),), draw.whole.text, (f"{name}({chain})",)
    )
    return Piece([taker, caller.text()], [caller])


def operators(draw: Draw) -> Piece:
    """Structs are added, or multiplied by a number, and something else comes out."""
    record = draw.record(draw.whole, derives=draw.one_of([("Clone", "Copy"), ("Debug", "Clone", "Copy")]), copied=True)
    numbers = [one.name for one in record.fields if one.type == draw.whole]
    trait, method = draw.one_of([("Add", "add"), ("Mul", "mul"), ("Add", "add"), ("BitOr", "bitor")])
    sign = {"Add": "+", "Mul": "*", "BitOr": "|"}[trait]
    whole, other = draw.whole.text, draw.one_of(["other", "rhs", "other"])
    scaled = draw.chance(0.35)
    takes, argument = (whole, other) if scaled else ("Self", f"{other}.{numbers[0]}")
    joined = f"self.{numbers[0]} {'+' if sign == '|' else sign} {argument}"
    same = draw.chance(0.6)
    output = draw.one_of(["Self", record.name]) if same else whole
    body = (
        f"Self {{ {numbers[0]}: {joined}, ..self }}"
        if same
        else joined
        if draw.chance()
        else f"({joined}) / 2 + {draw.literal()}"
    )
    returns = draw.one_of(["Self::Output", "Self::Output", "Self::Output", output])
    generic = f"<{whole}>" if scaled else ""
    head = f"impl {trait}{generic} for {record.name} {{\ntype Output = {output};"
    block = f"{head}\n\nfn {method}(self, {other}: {takes}) -> {returns} {{\n{body}\n}}\n}}"
    first, second, made = draw.names.variable(), draw.names.variable(), draw.names.variable()
    given = Parameter(second, draw.whole if scaled else record.type)
    lines = [f"let {made} = {first} {sign} {second};"]
    if same:
        lines += [
            draw.one_of(
                [
                    f"({made} {sign} {second}).{numbers[0]}",
                    f"{made}.{numbers[0]} + {draw.literal()}",
                    f"{made}.{numbers[0]}.max({first}.{numbers[0]})",
                ]
            )
        ]
    else:
        lines += [draw.one_of([made, f"{made} + {first}.{numbers[0]}", f"{made}.max({draw.literal()})"])]
    caller = Function(draw.names.function(), (Parameter(first, record.type), given), whole, tuple(lines))
    return Piece([record.text(), block, caller.text()], [caller], (f"std::ops::{trait}",))


def parsed(draw: Draw) -> Piece:
    """A struct is read from a text, or made from a number that may not do, with an error of some type."""
    record = Record(
        draw.names.entity(),
        (Field(draw.names.measure(), draw.whole), *([Field(draw.names.label(), TEXT)] if draw.chance() else [])),
    )
    number, whole = record.fields[0].name, draw.whole.text
    label = record.fields[1].name if len(record.fields) > 1 else ""
    from_text = draw.chance(0.6)
    error = draw.one_of(["String", "String", "&'static str", "usize"])
    word = draw.names.text()
    failed = {
        "String": f'Err("{word}".to_string())',
        "&'static str": f'Err("{word}")',
        "usize": f"Err({draw.literal()})",
    }[error]
    returns = (
        draw.one_of(["Self::Err", "Self::Err", error])
        if from_text
        else draw.one_of(["Self::Error", "Self::Error", error])
    )
    if from_text:
        text = draw.names.label()
        labelled = f", {label}: {text}.to_string()" if label else ""
        made = f"Ok(Self {{ {number}: {text}.len(){draw.cast}{labelled} }})"
        test = draw.truth([(text, TEXT)])
        head, kind, uses = f"impl FromStr for {record.name}", f"type Err = {error};", ("std::str::FromStr",)
        method = f"fn from_str({text}: &str) -> Result<Self, {returns}>"
        given, use = Parameter(draw.names.label(), TEXT, "ref"), "{}.parse::<" + record.name + ">()"
    else:
        text = draw.names.measure()
        made = f"Ok(Self {{ {number}: {text}{f', {label}: {text}.to_string()' if label else ''} }})"
        test = draw.truth([(text, draw.whole)])
        head, kind, uses = f"impl TryFrom<{whole}> for {record.name}", f"type Error = {error};", ()
        method = f"fn try_from({text}: {whole}) -> Result<Self, {returns}>"
        given, use = Parameter(draw.names.measure(), draw.whole), record.name + "::try_from({})"
    lines = draw.one_of(
        [
            [f"if {test} {{", f"return {failed};", "}", made],
            [f"if {test} {{", made, "} else {", failed, "}"],
            [f"match {test} {{", f"true => {made},", f"false => {failed},", "}"],
        ]
    )
    block = f"{head} {{\n{kind}\n\n{method} {{\n" + "\n".join(lines) + "\n}\n}"
    call, found = use.replace("{}", given.name), draw.names.variable()
    shown = f"({found}.{number}, {found}.{label})" if label else f"{found}.{number}"
    gives = f"({whole}, String)" if label else whole
    size = f" + {found}.{label}.len(){draw.cast}" if label else ""
    body, returned = draw.one_of(
        [
            ([f"let {found} = {call}?;", f"Ok({shown})"], f"Result<{gives}, {error}>"),
            ([f"{call}.map(|{found}| {shown})"], f"Result<{gives}, {error}>"),
            ([f"match {call} {{", f"Ok({found}) => Some({shown}),", "Err(_) => None,", "}"], f"Option<{gives}>"),
            (
                [f"{call}.map_or({draw.literal()}, |{found}| {found}.{number}{size})"],
                whole,
            ),
        ]
    )
    caller = Function(draw.names.function(), (given,), returned, tuple(body))
    return Piece([record.text(), block, caller.text()], [caller], uses)


def named_by_a_trait(draw: Draw) -> Piece:
    """A trait of the program leaves a type to those who have it."""
    trait, kind, method = (
        draw.names.trait(),
        draw.one_of(["Item", "Output", "Value", "Key", "Unit"]),
        draw.names.function(),
    )
    second = draw.names.function() if draw.chance(0.4) else ""
    several = draw.chance(0.4)
    wrapped = draw.one_of(["Option<{}>", "Vec<{}>", "{}"]) if not several else "Vec<{}>"
    members = [
        f"type {kind};",
        f"fn {method}(&self) -> {wrapped.format(f'Self::{kind}')};",
        *([f"fn {second}(&self, one: Self::{kind}) -> bool;"] if second else []),
    ]
    items = [f"pub trait {trait} {{\n" + "\n".join(members) + "\n}"]
    called: list[Function] = []
    for _ in range(draw.random.randint(1, 2)):
        record = draw.record(draw.whole, TEXT)
        places = list(record.places("self"))
        text = draw.chance()
        own = "String" if text else draw.whole.text
        value = draw.text(places) if text else draw.number(places, 1)
        body = {
            "Option<{}>": f"if {draw.truth(places)} {{ Some({value}) }} else {{ None }}",
            "Vec<{}>": f"vec![{value}]",
            "{}": value,
        }[wrapped]
        if wrapped == "Option<{}>" and draw.chance(0.4):
            body = f"({draw.truth(places)}).then(|| {value})"
        returns = wrapped.format(draw.one_of([f"Self::{kind}", f"Self::{kind}", own]))
        lines = [f"type {kind} = {own};", f"fn {method}(&self) -> {returns} {{\n{body}\n}}"]
        if second:
            test = f"one.len() > {draw.literal(1, 5)}" if text else f"one > {draw.literal()}"
            lines.append(f"fn {second}(&self, one: Self::{kind}) -> bool {{\n{test} && {draw.truth(places)}\n}}")
        items += [record.text(), f"impl {trait} for {record.name} {{\n" + "\n\n".join(lines) + "\n}"]
        name = draw.names.variable()
        call = f"{name}.{method}()"
        shapes = [([call], wrapped.format(own))]
        if second:
            given = Parameter(draw.name_for(TEXT if text else draw.whole), TEXT if text else draw.whole)
            shapes = [([f"({call}, {name}.{second}({given.name}))"], f"({wrapped.format(own)}, bool)")]
        else:
            given = Parameter(draw.names.measure(), draw.whole)
        if wrapped == "{}" and not second:
            shapes.append(([f'format!("{{}} {{}}", {call}, {given.name})'], "String"))
        body_, gives = draw.one_of(shapes)
        called.append(
            Function(
                draw.names.function(), needed((Parameter(name, record.type, "ref"), given), body_), gives, tuple(body_)
            )
        )
    return Piece([*items, *(one.text() for one in called)], called)


SCENES = (chains, iterators, named_by_a_trait, operators, parsed, taken_chains)
