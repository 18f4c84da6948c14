"""Programs that clone, borrow or look where a move would end the value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.mining.generate.function import Function, Parameter, needed
from share_rs.mining.generate.piece import Piece, impl
from share_rs.mining.generate.types import TEXT, list_of, option_of

if TYPE_CHECKING:
    from share_rs.mining.generate.draw import Draw
    from share_rs.mining.generate.types import Type


def _owned(draw: Draw) -> Type:
    """A type that moves."""
    return draw.one_of([TEXT, TEXT, draw.values()])


def cloned_for_a_call(draw: Draw) -> Piece:
    """A function takes what its caller still needs."""
    type_ = _owned(draw)
    inner, outer = draw.name_for(type_), draw.name_for(type_)
    taker = Function(
        draw.names.function(),
        (Parameter(inner, type_),),
        draw.whole.text,
        draw.counted([(inner, type_)]),
        prefix=draw.one_of(["", "pub "]),
    )
    other, first = Parameter(draw.names.measure(), draw.whole), draw.names.measure()
    lines, value = draw.count([(outer, type_), (other.name, draw.whole)])
    taken = f"let {first} = {taker.name}({outer}.clone());"
    if draw.chance():
        body, returns = (
            (taken, *lines, f"({value}, {outer}, {first})"),
            f"({draw.whole.text}, {type_.text}, {draw.whole.text})",
        )
    else:
        body, returns = (*lines, taken, f"({first} + {value}, {outer})"), f"({draw.whole.text}, {type_.text})"
    caller = Function(draw.names.function(), needed((Parameter(outer, type_), other), body), returns, body)
    return Piece([taker.text(), caller.text()], [caller])


def cloned_field(draw: Draw) -> Piece:
    """A method gives out a copy of what the struct keeps."""
    type_ = _owned(draw)
    record = draw.record(type_)
    field = draw.one_of([one for one in record.fields if one.type == type_])
    name = draw.name_for(type_)
    lines = [f"let {draw.one_of(['', 'mut '])}{name} = self.{field.name}.clone();"]
    places = list(record.places("self"))
    if "mut " in lines[0]:
        added = (
            draw.text(places) if type_ is TEXT else (draw.text(places) if type_.inner is TEXT else draw.number(places))
        )
        lines.append(f"{name}.push_str(&{added});" if type_ is TEXT else f"{name}.push({added});")
    method = Function(draw.names.function(), (), type_.text, (*lines, name), record, "&self")
    other = Function(draw.names.function(), (), draw.whole.text, draw.counted(places), record, "&self")
    return Piece([record.text(), impl(record, method, other)], [method, other])


def cloned_in_a_loop(draw: Draw) -> Piece:
    """Every turn of a loop needs its own."""
    shared, walked = draw.name_for(TEXT), draw.values()
    names, found, one = draw.names.several(), draw.names.several(), draw.names.variable()
    inner = walked.inner or TEXT
    element = (one, TEXT) if inner is TEXT else (f"*{one}", draw.whole)
    keep = f"{found}.push(({shared}.clone(), {draw.number([element], 1)}));"
    body = [f"let mut {found} = Vec::new();", f"for {one} in {names} {{", keep, "}", found]
    if draw.chance():
        body[2:3] = [f"if {draw.truth([element])} {{", keep, "}"]
    if draw.chance(0.4):
        body[-1:] = [f"{found}.push(({shared}, {draw.literal()}));", found]
    parameters = (Parameter(names, walked, "ref"), Parameter(shared, TEXT))
    function = Function(draw.names.function(), parameters, f"Vec<(String, {draw.whole.text})>", tuple(body))
    return Piece([function.text()], [function])


def walked_then_used(draw: Draw) -> Piece:
    """A loop borrows what is counted, or given back, behind it."""
    walked = draw.values()
    names, one, sum_ = draw.names.several(), draw.names.variable(), draw.names.measure()
    element = (one, TEXT) if walked.inner is TEXT else (f"*{one}", draw.whole)
    add = [f"{sum_} += {draw.number([element], 1)};"]
    if draw.chance(0.6):
        add = [f"if {draw.truth([element])} {{", *add, "}"]
    loop = [f"let mut {sum_}: {draw.whole.text} = {draw.literal(0, 9)};", f"for {one} in &{names} {{", *add, "}"]
    lines, value = draw.count([(sum_, draw.whole)], 1)
    body = (*loop, *lines, f"({names}, {value})") if draw.chance() else (*loop, *lines, f"({value}, {names})")
    returns = (
        f"({walked.text}, {draw.whole.text})"
        if body[-1].startswith(f"({names}")
        else f"({draw.whole.text}, {walked.text})"
    )
    function = Function(draw.names.function(), (Parameter(names, walked),), returns, body)
    return Piece([function.text()], [function])


def looked_into(draw: Draw) -> Piece:
    """A match, or `as_ref`, looks into an option that stays."""
    inner = draw.one_of([TEXT, list_of(TEXT)])
    type_ = option_of(inner)
    record = draw.record(type_)
    field = draw.one_of([one for one in record.fields if one.type == type_])
    name = draw.name_for(inner)
    places = list(record.places("self"))
    some, none = draw.number([(name, inner), *places], 1), draw.number(places, 1)
    if name not in some:
        some = f"{name}.len()" + draw.cast
    place = f"self.{field.name}"
    body = draw.one_of(
        [
            (f"match &{place} {{", f"Some({name}) => {some},", f"None => {none},", "}"),
            (f"if let Some({name}) = &{place} {{", some, "} else {", none, "}"),
            (f"{place}.as_ref().map_or({none}, |{name}| {some})",),
            (f"{place}.as_ref().map(|{name}| {some}).unwrap_or({none})",),
        ]
    )
    method = Function(draw.names.function(), (), draw.whole.text, body, record, "&self")
    return Piece([record.text(), impl(record, method)], [method])


def iterated_field(draw: Draw) -> Piece:
    """A chain of iterators over a list that the struct keeps."""
    walked = draw.values()
    record = draw.record(walked)
    field = draw.one_of([one for one in record.fields if one.type == walked])
    one = draw.names.variable()
    element = (one, TEXT) if walked.inner is TEXT else (f"*{one}", draw.whole)
    filtered = (
        f".filter(|{one}| {draw.truth([('**' + one if walked.inner is not TEXT else one, element[1])])})"
        if draw.chance()
        else ""
    )
    end = draw.one_of(
        [
            (f".map(|{one}| {draw.number([element], 1)}).sum()", draw.whole.text),
            (f".map(|{one}| {draw.text([element])}).collect()", "Vec<String>"),
            (f".any(|{one}| {draw.truth([element])})", "bool"),
        ]
    )
    method = Function(
        draw.names.function(), (), end[1], (f"self.{field.name}.iter(){filtered}{end[0]}",), record, "&self"
    )
    return Piece([record.text(), impl(record, method)], [method])


SCENES = (cloned_field, cloned_for_a_call, cloned_in_a_loop, iterated_field, looked_into, walked_then_used)
