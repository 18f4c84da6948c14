"""Programs with futures that own what they wait with, and that are waited for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.mining.generate.function import Function, Parameter, needed
from share_rs.mining.generate.future import READY
from share_rs.mining.generate.piece import Piece, impl
from share_rs.mining.generate.types import TEXT

if TYPE_CHECKING:
    from share_rs.mining.generate.draw import Draw
    from share_rs.mining.generate.types import Type


def _type(draw: Draw) -> Type:
    return draw.one_of([TEXT, draw.values(), draw.whole])


def _asked(draw: Draw, prefix: str = "async ") -> tuple[Function, Parameter]:
    """A function that is waited for, and the parameter that it needs."""
    type_ = _type(draw)
    first = Parameter(draw.name_for(type_), type_, "own" if type_.copy or draw.chance(0.3) else "ref")
    body = draw.counted_of((first.name, type_), [], 2)
    return Function(draw.names.function(), (first,), draw.whole.text, body, prefix=prefix), first


def _given(parameter: Parameter, name: str, *, again: bool) -> str:
    if parameter.mode == "ref":
        return f"&{name}"
    return f"{name}.clone()" if again and not parameter.type.copy else name


def waited_in_turn(draw: Draw) -> Piece:
    """An async function waits for others, one after the other."""
    asked, parameter = _asked(draw, draw.one_of(["async ", "pub async "]))
    name, extra = draw.name_for(parameter.type), Parameter(draw.names.measure(), draw.whole)
    first, second = draw.names.measure(), draw.names.measure()
    call = f"{asked.name}({_given(parameter, name, again=True)}).await"
    last = f"{asked.name}({_given(parameter, name, again=False)}).await"
    own = [(first, draw.whole), (extra.name, draw.whole)]
    lines, value = draw.count(own, 1)
    shapes = [
        [f"let {first} = {call};", f"let {second} = {last};", f"({first}, {second} + {extra.name})"],
        [f"let {first} = {last};", *lines, f"({value}, {first})"],
        [f"({call}, {last} + {draw.number([(extra.name, draw.whole)], 0)})"],
        [
            f"let {first} = {call};",
            f"if {draw.truth(own[:1])} {{",
            f"return ({first}, {extra.name});",
            "}",
            f"({first}, {last})",
        ],
        [
            f"let mut {first} = {call};",
            f"for step in 0..{draw.literal(2, 4)} {{",
            f"{first} += step + {call};",
            "}",
            f"({first}, {extra.name})",
        ],
        [
            f"let {first} = {call} + {extra.name};",
            f"match {first} {{",
            f"0..={draw.literal(5, 30)} => ({last}, {first}),",
            f"_ => ({first}, {extra.name}),",
            "}",
        ],
    ]
    body = draw.one_of(shapes)
    returns = f"({draw.whole.text}, {draw.whole.text})"
    caller = Function(
        draw.names.function(),
        needed((Parameter(name, parameter.type), extra), body),
        returns,
        tuple(body),
        prefix="pub async ",
        finished=READY,
    )
    return Piece([asked.text(), caller.text()], [caller])


def returned_future(draw: Draw) -> Piece:
    """A function returns a future that owns its parameters."""
    type_ = _type(draw)
    name, extra = draw.name_for(type_), Parameter(draw.names.measure(), draw.whole)
    asked, parameter = _asked(draw)
    whole = draw.whole.text
    within: list[str]
    if draw.chance():
        given = {"text": f'String::from("{draw.names.text()}")', "list": "Vec::new()"}.get(
            parameter.type.kind, extra.name
        )
        given = draw.number_of((name, type_), [(extra.name, draw.whole)]) if parameter.type == draw.whole else given
        made = draw.names.measure()
        start = f"{'&' if parameter.mode == 'ref' else ''}{given}"
        within = [
            f"let {made} = {asked.name}({start}).await;",
            f"{made} + {draw.number_of((name, type_), [(extra.name, draw.whole)])}",
        ]
        if " if " in within[-1]:
            within[-1] = f"{made} + {draw.number([(name, type_)], 0)}"
        items = [asked.text()]
    else:
        within = [*draw.counted_of((name, type_), [(extra.name, draw.whole)], 2)]
        items = []
    boxed = draw.chance(0.4)
    inside = "async move { " + within[0] + " }" if len(within) == 1 else "async move {\n" + "\n".join(within) + "\n}"
    returns = f"Pin<Box<dyn Future<Output = {whole}>>>" if boxed else f"impl Future<Output = {whole}>"
    before: list[str] = []
    if draw.chance(0.3):
        future = draw.names.variable()
        before, inside = [f"let {future} = {inside};"], future
    maker = Function(
        draw.names.function(),
        needed((Parameter(name, type_), extra), within),
        returns,
        (*before, f"Box::pin({inside})" if boxed else inside),
        pinned=whole,
        finished=READY,
    )
    if draw.chance(0.4):
        given_name = draw.name_for(type_)
        arguments = [given_name if one.name == name else draw.literal() for one in maker.parameters]
        body = (f"{maker.name}({', '.join(arguments)}).await {draw.one_of(['+', '*'])} {draw.literal(2, 9)}",)
        parameters = needed((Parameter(given_name, type_),), body)
        caller = Function(draw.names.function(), parameters, whole, body, prefix="pub async ", finished=READY)
        return Piece([*items, maker.text(), caller.text()], [maker, caller], ("std::pin::Pin",) if boxed else ())
    return Piece([*items, maker.text()], [maker], ("std::pin::Pin",) if boxed else ())


def methods_that_wait(draw: Draw) -> Piece:
    """Methods of a struct are waited for, by one another too."""
    record = draw.record(draw.whole, TEXT)
    places = list(record.places("self"))
    number, text = draw.names.function(), draw.names.function()
    one = Function(
        number, (), draw.whole.text, draw.counted(places), record, "&self", prefix="pub async ", finished=READY
    )
    two = Function(text, (), "String", draw.phrased(places), record, "&self", prefix="pub async ", finished=READY)
    made, shown = draw.names.measure(), draw.names.label()
    extra = Parameter(draw.names.measure(), draw.whole)
    field = draw.member(record, draw.whole).name
    shapes = [
        (
            [f"let {made} = self.{number}().await;", f"self.{field} += {made} + {extra.name};", f"self.{field}"],
            draw.whole.text,
            "&mut self",
        ),
        (
            [
                f"let {made} = self.{number}().await + {extra.name};",
                f"let {shown} = self.{text}().await;",
                f'format!("{{{shown}}} {{{made}}}")',
            ],
            "String",
            "&self",
        ),
        (
            [f"let {shown} = self.{text}().await;", f"({shown}.len(), self.{number}().await.max({extra.name}))"],
            f"(usize, {draw.whole.text})",
            "&self",
        ),
        (
            [
                f"if self.{number}().await > {extra.name} {{",
                f"self.{text}().await",
                "} else {",
                f'"{draw.names.text()}".to_string()',
                "}",
            ],
            "String",
            "&self",
        ),
        (
            [
                f"let mut {made} = {extra.name};",
                f"while {made} < {draw.literal(20, 60)} {{",
                f"{made} += self.{number}().await + 1;",
                "}",
                f"({made}, self.{text}().await)",
            ],
            f"({draw.whole.text}, String)",
            "&self",
        ),
    ]
    body, returns, receiver = draw.one_of(shapes)
    three = Function(
        draw.names.function(), (extra,), returns, tuple(body), record, receiver, prefix="pub async ", finished=READY
    )
    members = [one, two, three] if f"{text}()" in "".join(body) else [one, three]
    called = list(members)
    draw.random.shuffle(members)
    return Piece([record.text(), impl(record, *members)], called)


def many_futures(draw: Draw) -> Piece:
    """A list of futures, each with its own."""
    walked = draw.values()
    several, one, futures, extra = (
        draw.names.several(),
        draw.names.variable(),
        draw.names.several(),
        Parameter(draw.names.measure(), draw.whole),
    )
    element = (one, TEXT) if walked.inner is TEXT else (one, draw.whole)
    number = draw.number_of(element, [(extra.name, draw.whole)])
    future = f"async move {{ {number} }}"
    total = draw.names.measure()
    start = (
        [f"let mut {futures} = Vec::new();", f"for {one} in {several} {{", f"{futures}.push({future});", "}"]
        if draw.chance()
        else [f"let {futures}: Vec<_> = {several}.into_iter().map(|{one}| {future}).collect();"]
    )
    if draw.chance(0.3) and len(start) > 1:
        start[2:3] = [f"if {draw.truth([element])} {{", start[2], "}"]
    waits = [
        f"let mut {total} = {draw.literal(0, 9)};",
        f"for future in {futures} {{",
        f"{total} += future.await;",
        "}",
        total,
    ]
    if draw.chance(0.4):
        waits = [
            f"let mut {total} = Vec::new();",
            f"for future in {futures} {{",
            f"{total}.push(future.await);",
            "}",
            total,
        ]
    returns = f"Vec<{draw.whole.text}>" if "Vec::new()" in waits[0] else draw.whole.text
    body = (*start, *waits)
    parameters = needed((Parameter(several, walked), extra), body)
    function = Function(draw.names.function(), parameters, returns, body, prefix="pub async ", finished=READY)
    return Piece([function.text()], [function])


SCENES = (many_futures, methods_that_wait, returned_future, waited_in_turn)
