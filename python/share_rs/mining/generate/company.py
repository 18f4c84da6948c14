"""What stands beside a scene in a program: functions, structs with methods, enums, constants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.mining.generate.function import Function, Parameter, needed
from share_rs.mining.generate.piece import Piece, impl
from share_rs.mining.generate.types import TEXT, simple

if TYPE_CHECKING:
    from collections.abc import Callable

    from share_rs.mining.generate.draw import Draw


def company(draw: Draw) -> Piece:
    """One or two items that no scene needs."""
    return draw.one_of(_KINDS)(draw)


def _function(draw: Draw) -> Piece:
    parameters = tuple(_parameter(draw) for _ in range(draw.random.randint(1, 3)))
    places = [(one.name, one.type) for one in parameters]
    name = draw.names.function()
    body, returns = (draw.counted(places), draw.whole.text) if draw.chance() else (draw.phrased(places), "String")
    function = Function(name, needed(parameters, body), returns, body)
    return Piece([function.text()], [function])


def _methods(draw: Draw) -> Piece:
    record = draw.record(TEXT)
    places = list(record.places("self"))
    methods = [Function(draw.names.function(), (), draw.whole.text, draw.counted(places), record, "&self")]
    if draw.chance():
        methods.append(Function(draw.names.function(), (), "String", draw.phrased(places), record, "&self"))
    if draw.chance(0.4):
        methods.append(Function(draw.names.function(), (), "bool", (draw.truth(places),), record, "&self"))
    draw.random.shuffle(methods)
    return Piece([record.text(), impl(record, *methods)], methods)


def _constant(draw: Draw) -> Piece:
    constant, limit = draw.names.constant(), draw.literal(5, 90)
    parameter, kept = Parameter(draw.names.measure(), draw.whole), draw.names.measure()
    lines, value = draw.count([(kept, draw.whole), (constant, draw.whole)])
    start = f"let {kept} = {parameter.name}.{draw.one_of(['min', 'max'])}({constant});"
    # `value` need not name what was kept.
    body = (start, *lines, f"{value} + {kept}" if " " not in value else f"({value}) + {kept}")
    function = Function(draw.names.function(), (parameter,), draw.whole.text, body)
    return Piece([f"const {constant}: {draw.whole.text} = {limit};", function.text()], [function])


def _kinds(draw: Draw) -> Piece:
    name, variants = draw.names.entity(), [draw.names.variant() for _ in range(draw.random.randint(2, 4))]
    parameter = Parameter(draw.names.measure(), draw.whole)
    subject = draw.names.variable()
    arms = [f"{name}::{one} => {draw.number([(parameter.name, draw.whole)], 1)}," for one in variants]
    arms[0] = f"{name}::{variants[0]} => {parameter.name},"
    function = draw.names.function()
    items = [
        f"pub enum {name} {{\n" + "\n".join(f"{one}," for one in variants) + "\n}",
        f"pub fn {function}({subject}: &{name}, {parameter.text()}) -> {draw.whole.text} {{\n"
        f"match {subject} {{\n" + "\n".join(arms) + "\n}\n}",
    ]
    calls = [f'record.value("{one}", &{function}(&{name}::{one}, {draw.whole.drawn}));' for one in variants]
    probe = f"pub fn probe_{function}(draw: &mut Draw, record: &mut Record) {{\n" + "\n".join(calls) + "\n}"
    return Piece(items, [], probes=[probe], imports=[name, function])


def _parameter(draw: Draw) -> Parameter:
    type_ = simple(draw.random, draw.whole)
    return Parameter(draw.name_for(type_), type_, "own" if type_.copy else "ref")


_KINDS: tuple[Callable[[Draw], Piece], ...] = (_constant, _function, _function, _kinds, _methods, _methods)
