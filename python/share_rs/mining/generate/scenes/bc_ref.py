"""Programs that lend a value, or look through a reference, where the value itself would not do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.mining.generate.changes import change
from share_rs.mining.generate.function import Function, Parameter, needed
from share_rs.mining.generate.host import host
from share_rs.mining.generate.piece import Piece, impl
from share_rs.mining.generate.types import TEXT, list_of

if TYPE_CHECKING:
    from share_rs.mining.generate.draw import Draw
    from share_rs.mining.generate.function import Mode


def lent_to_a_function(draw: Draw) -> Piece:
    """A function looks at what its caller has, and keeps."""
    record = draw.record(TEXT, draw.whole) if draw.chance(0.4) else None
    type_ = record.type if record else draw.one_of([TEXT, draw.values()])
    inner, outer, extra = draw.names.variable(), draw.names.variable(), Parameter(draw.names.measure(), draw.whole)
    places = list(record.places(inner)) if record else [(inner, type_)]
    lines, value = draw.count([*places, *([(extra.name, extra.type)] if draw.chance() else [])], 2)
    if inner not in f"{lines} {value}":
        lines, value = [], f"{inner}.{record.fields[0].name}.clone()" if record else f"{inner}.len()"
        returns = record.fields[0].type.text if record else "usize"
    else:
        returns = draw.whole.text
    taken = needed((Parameter(inner, type_, "ref"), extra), [*lines, value])
    helper = Function(draw.names.function(), taken, returns, (*lines, value), prefix=draw.one_of(["", "pub "]))
    first, second = draw.names.measure(), draw.names.measure()

    def call() -> str:
        return f"{helper.name}(&{outer}{f', {draw.literal()}' if len(taken) > 1 else ''})"

    if draw.chance(0.6):
        mode: Mode = "own mut" if record is None and draw.chance() else "own"
        step = change(draw, outer, type_, []) if mode == "own mut" else []
        body = [
            f"let {first} = {call()};",
            *step,
            f"({first}, {call()})" if draw.chance() else f"({first}, {outer}.len())",
        ]
        if record is not None:
            body[-1] = f"({first}, {outer}.{record.fields[-1].name})"
        last = record.fields[-1].type.text if record else "usize" if ".len()" in body[-1] else returns
        caller = Function(draw.names.function(), (Parameter(outer, type_, mode),), f"({returns}, {last})", tuple(body))
    else:
        several = draw.names.several()
        body = [
            f"let mut {second} = Vec::new();",
            f"for {outer} in {several} {{",
            f"{second}.push({call()});",
            "}",
            second,
        ]
        caller = Function(draw.names.function(), (Parameter(several, list_of(type_)),), f"Vec<{returns}>", tuple(body))
    called = [caller, *([helper] if helper.prefix else [])]
    return Piece([*([record.text()] if record else []), helper.text(), caller.text()], called)


def handed_over(draw: Draw) -> Piece:
    """Values go into a function, or into a struct, and not references to them."""
    record = draw.record(TEXT, draw.whole)
    maker = Function(
        "new",
        tuple(Parameter(one.name, one.type) for one in record.fields),
        "Self",
        (record.literal().replace(record.name, "Self", 1),),
        record,
    )
    places = list(record.places("self"))
    reader = Function(draw.names.function(), (), draw.whole.text, draw.counted(places), record, "&self")
    teller = Function(draw.names.function(), (), "String", draw.phrased(places), record, "&self")
    readers = draw.one_of([[reader], [teller], [reader, teller]])
    parameters = [Parameter(draw.name_for(one.type), one.type) for one in record.fields]
    made = draw.names.variable()
    lines: list[str] = []
    arguments: list[str] = []
    for one in parameters:
        argument = one.name
        if one.type == draw.whole and draw.chance(0.4):
            argument = draw.names.measure()
            lines.append(f"let {argument} = {draw.number([(one.name, one.type)], 1)};")
            if one.name not in lines[-1]:
                lines[-1] = f"let {argument} = {one.name} + {draw.literal()};"
        arguments.append(argument)
    results = [f"{made}.{one.name}()" for one in readers]
    value = results[0] if len(results) == 1 else f"({', '.join(results)})"
    returns = readers[0].returns if len(readers) == 1 else f"({', '.join(one.returns for one in readers)})"
    body = (*lines, f"let {made} = {record.name}::new({', '.join(arguments)});", value)
    caller = Function(draw.names.function(), tuple(parameters), returns, body)
    return Piece([record.text(), impl(record, maker, *readers), caller.text()], [caller, *readers])


def changed_through(draw: Draw) -> Piece:
    """A number is changed through the reference to it."""
    extra = Parameter(draw.names.measure(), draw.whole)
    place = [(extra.name, extra.type)]
    one = draw.names.variable()
    kind = draw.random.randrange(4)
    if kind == 0:
        total = draw.names.measure()
        body = [line for _ in range(draw.random.randint(1, 3)) for line in change(draw, f"*{total}", draw.whole, place)]
        if draw.chance():
            body += [draw.number([(f"*{total}", draw.whole)], 1)]
            body[-1] = body[-1] if total in body[-1] else f"*{total} / 2"
        returns = "" if body[-1].endswith((";", "}")) and not body[-1].startswith("if ") else draw.whole.text
        function = Function(
            draw.names.function(), needed((Parameter(total, draw.whole, "mut"), extra), body), returns, tuple(body)
        )
        return Piece([function.text()], [function])
    type_ = draw.map() if kind == 1 else list_of(draw.whole)
    walked = host(draw, type_, "mut")
    walk = (
        draw.one_of(["values_mut()", "iter_mut().map(|(_, found)| found)"])
        if kind == 1
        else draw.one_of(["iter_mut()", "iter_mut().skip(1)", "iter_mut().rev()", "iter_mut().take(3)"])
    )
    inside = change(draw, f"*{one}", draw.whole, place, always=True)
    if draw.chance():
        inside = [f"if {draw.truth([(f'*{one}', draw.whole)])} {{", *inside, "}"]
    body = [f"for {one} in {walked.place}.{walk} {{", *inside, "}"]
    if kind == 3:
        found = draw.one_of(["first_mut()", "last_mut()", "iter_mut().max()", "iter_mut().min()", "get_mut(1)"])
        body = [f"if let Some({one}) = {walked.place}.{found} {{", *inside, "}"]
    uses = ("std::collections::BTreeMap",) if kind == 1 else ()
    return walked.piece(walked.function(draw, body, "", (extra,)), uses=uses)


def looked_through(draw: Draw) -> Piece:
    """Closures and loops get references to numbers, and compare or add what is behind them."""
    type_ = list_of(draw.whole)
    walked, limit = host(draw, type_, "ref"), Parameter(draw.names.measure(), draw.whole)
    one, kept, place = draw.names.variable(), draw.names.several(), (limit.name, limit.type)
    sign = draw.one_of([">", "<", ">=", "<=", "!=", "=="])
    kind = draw.random.randrange(5)
    if kind == 0:
        head = f"let {kept}: Vec<{draw.whole.text}> = {walked.place}.iter().filter(|{one}| **{one} {sign} {limit.name}).copied().collect();"
        lines, value = draw.count([(kept, type_)], 1)
        body, returns = (
            ([head, *lines, value], draw.whole.text) if kept in f"{lines}{value}" else ([head, kept], type_.text)
        )
    elif kind == 1:
        best = draw.names.measure()
        body = [
            f"let mut {best} = {limit.name};",
            f"for {one} in {walked.place}.iter() {{",
            f"if *{one} {sign} {best} {{",
            f"{best} = *{one};",
            "}",
            "}",
            best,
        ]
        body = [*body[:3], f"{best} = *{one} + {draw.literal()};", *body[4:]] if draw.chance(0.3) else body
        returns = draw.whole.text
    elif kind == 2:
        end = draw.one_of([("any", "bool"), ("all", "bool"), ("position", "Option<usize>")])
        body, returns = [f"{walked.place}.iter().{end[0]}(|{one}| *{one} {sign} {draw.number([place], 1)})"], end[1]
    elif kind == 3:
        body = [f"{walked.place}.iter().map(|{one}| {draw.number([(f'*{one}', draw.whole), place], 1)}).collect()"]
        returns = type_.text
    else:
        body = [
            f"match {walked.place}.{draw.one_of(['first', 'last'])}() {{",
            f"Some({one}) if *{one} {sign} {limit.name} => *{one},",
            f"Some({one}) => *{one} + {draw.literal()},",
            f"None => {draw.number([place], 1)},",
            "}",
        ]
        returns = draw.whole.text
    return walked.piece(walked.function(draw, body, returns, (limit,)))


def asked_for(draw: Draw) -> Piece:
    """Maps, sets and lists are asked with a reference to what is looked for."""
    key = draw.key()
    by_map = draw.chance(0.6)
    type_ = draw.map() if by_map else list_of(key)
    key = (type_.key or key) if by_map else key
    walked, wanted = host(draw, type_, "ref"), Parameter(draw.name_for(key), key)
    own, other = draw.names.measure(), draw.literal()
    if by_map:
        asked = draw.one_of(
            [
                f"{walked.place}.get(&{wanted.name}).copied().unwrap_or({other})",
                f"{walked.place}.get(&{wanted.name}).map_or({other}, |found| found + {draw.literal()})",
                f"{walked.place}.keys().filter(|found| *found != &{wanted.name}).count()" + draw.cast,
                f"if {walked.place}.contains_key(&{wanted.name}) {{\n{draw.literal()}\n}} else {{\n{other}\n}}",
            ]
        )
    else:
        asked = draw.one_of(
            [
                f"if {walked.place}.contains(&{wanted.name}) {{\n{draw.literal()}\n}} else {{\n{other}\n}}",
                f"{walked.place}.iter().filter(|found| *found == &{wanted.name}).count()" + draw.cast,
                f"{walked.place}.binary_search(&{wanted.name}).unwrap_or({other})" + draw.cast,
            ]
        )
    lines, value = draw.count([(own, draw.whole)], 2)
    if own not in f"{lines} {value}":
        lines, value = [], own
    body = [f"let {own}: {draw.whole.text} = {asked};", *lines, f"({value}, {wanted.name})" if key is TEXT else value]
    returns = f"({draw.whole.text}, String)" if key is TEXT else draw.whole.text
    return walked.piece(
        walked.function(draw, body, returns, (wanted,)), uses=("std::collections::BTreeMap",) if by_map else ()
    )


SCENES = (asked_for, changed_through, handed_over, lent_to_a_function, looked_through)
