"""Programs that change what is mutable, and borrow before or behind a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.mining.generate.changes import change, growth
from share_rs.mining.generate.function import Function, Parameter, needed
from share_rs.mining.generate.host import host
from share_rs.mining.generate.lending import held, looked
from share_rs.mining.generate.piece import Piece, impl
from share_rs.mining.generate.types import TEXT

if TYPE_CHECKING:
    from share_rs.mining.generate.draw import Draw
    from share_rs.mining.generate.types import Type

_MAP = "std::collections::BTreeMap"


def _grown(draw: Draw) -> Type:
    """A type that grows."""
    return draw.one_of([draw.values(), draw.values(), TEXT, draw.map()])


def _uses(type_: Type) -> tuple[str, ...]:
    return (_MAP,) if type_.kind == "map" else ()


def changed_by_a_function(draw: Draw) -> Piece:
    """A function changes what its caller lends it."""
    type_ = draw.one_of([_grown(draw), _grown(draw), draw.whole])
    inner, outer = draw.name_for(type_), draw.name_for(type_)
    extra = (
        Parameter(draw.names.label(), TEXT, "ref") if draw.chance(0.3) else Parameter(draw.names.measure(), draw.whole)
    )
    place = f"*{inner}" if type_ == draw.whole else inner
    places = [(extra.name, extra.type)]
    body = (
        change(draw, place, type_, places, always=True) if type_ == draw.whole else growth(draw, place, type_, places)
    )
    body = [*body, *change(draw, place, type_, places)] if draw.chance(0.6) else body
    parameters = needed((Parameter(inner, type_, "mut"), extra), body)
    helper = Function(draw.names.function(), parameters, "", tuple(body), prefix=draw.one_of(["", "pub "]))

    def call() -> str:
        # Its second parameter may not have been needed.
        value = f'"{draw.names.text()}"' if extra.type is TEXT else draw.literal()
        return f"{helper.name}(&mut {outer}{f', {value}' if len(parameters) > 1 else ''});"

    lines = [
        call(),
        *(change(draw, outer, type_, []) if draw.chance(0.3) else []),
        *([call()] if draw.chance(0.4) else []),
    ]
    tail, value = draw.count([(outer, type_)], 1)
    plain = value.isidentifier() or outer not in f"{value} {tail}"
    returned, returns = (outer, type_.text) if plain or draw.chance() else (value, draw.whole.text)
    tail = tail if returned == value else []
    if draw.chance() and type_ != draw.whole:
        start = {"text": f'String::from("{draw.names.text()}")'}.get(type_.kind, f"{type_.text.split('<')[0]}::new()")
        lines = [f"let mut {outer} = {start};", *growth(draw, outer, type_), *lines]
        caller = Function(draw.names.function(), (), type_.text, (*lines, outer))
    else:
        parameter = Parameter(outer, type_, "own mut")
        caller = Function(draw.names.function(), (parameter,), returns, (*lines, *tail, returned))
    called = [helper, caller] if helper.prefix else [caller]
    return Piece([helper.text(), caller.text()], called, _uses(type_))


def changed_by_a_method(draw: Draw) -> Piece:
    """Methods change the fields of their struct."""
    type_ = _grown(draw)
    record = draw.record(type_, draw.whole)
    field = draw.member(record, type_)
    count = draw.member(record, draw.whole)
    extra = Parameter(draw.name_for(draw.whole), draw.whole)
    name = Parameter(draw.names.label(), TEXT, draw.one_of(["ref", "own"]))
    body = change(draw, f"self.{field.name}", type_, [(extra.name, extra.type), (name.name, name.type)])
    body += change(draw, f"self.{count.name}", draw.whole, [(extra.name, extra.type)]) if draw.chance() else []
    returns, value = "", []
    if draw.chance():
        tail, end = draw.count(list(record.places("self")), 1)
        returns, value = draw.whole.text, [*tail, end]
    # A text that is owned moves into the field, whatever else is drawn.
    parameters = needed((extra, name), body)
    method = Function(draw.names.function(), parameters, returns, (*body, *value), record, "&mut self")
    calls = [
        f"self.{method.name}({', '.join(_argument(draw, one) for one in parameters)});"
        for _ in range(draw.random.randint(1, 2))
    ]
    calls += [f"self.{count.name} += {draw.literal()};"] if draw.chance() else []
    draw.random.shuffle(calls)
    other = Function(draw.names.function(), (), draw.whole.text, (*calls, f"self.{count.name}"), record, "&mut self")
    methods = [method, other] if draw.chance() else [method]
    return Piece([record.text(), impl(record, *methods)], methods, _uses(type_))


def _argument(draw: Draw, parameter: Parameter) -> str:
    if parameter.type is TEXT:
        return f'"{draw.names.text()}"' + ("" if parameter.mode == "ref" else ".to_string()")
    return draw.literal()


def _extra(draw: Draw) -> tuple[Parameter, ...]:
    return Parameter(draw.names.measure(), draw.whole), Parameter(draw.names.label(), TEXT, "ref")


def changed_then_borrowed(draw: Draw) -> Piece:
    """A part of what was changed before is borrowed."""
    type_ = _grown(draw)
    # What was changed is recorded, too: a part of it may be as it was.
    owned = draw.chance(0.4)
    lender = host(draw, type_, "own mut" if owned else "mut", methods=0 if owned else 0.6)
    made, extra = draw.names.measure(), _extra(draw)
    places = [(one.name, one.type) for one in extra]
    loan = looked(draw, lender.place, type_, filled=True)
    first = change(draw, lender.place, type_, places) if draw.chance(0.4) else []
    body = [*first, *growth(draw, lender.place, type_, places), loan.line]
    tail, value = draw.count([(made, loan.type)], 1) if draw.chance() else ([], made)
    returns = draw.whole.text
    if value == made:
        value, returns = loan.used, loan.type.text
    else:
        body += [f"let {made} = {loan.used};", *tail]
    if owned:
        value, returns = f"({value}, {lender.name})", f"({returns}, {type_.text})"
    return lender.piece(lender.function(draw, [*body, value], returns, extra), uses=_uses(type_))


def used_before_a_change(draw: Draw) -> Piece:
    """What was borrowed is done with before the next change."""
    type_ = _grown(draw)
    owned = draw.chance(0.4)
    lender = host(draw, type_, "own mut" if owned else "mut", methods=0 if owned else 0.6)
    made, extra = draw.names.measure(), _extra(draw)
    places = [(one.name, one.type) for one in extra]
    first = growth(draw, lender.place, type_, places) if draw.chance(0.4) else []
    again = growth if draw.chance(0.6) else change
    if draw.chance(0.4):
        loan = held(draw, lender.place, type_)
        used, value, returns = loan.used.split("\n"), draw.number([(lender.place, type_)], 1), draw.whole.text
    else:
        loan = looked(draw, lender.place, type_, filled=bool(first))
        used, value, returns = [f"let {made} = {loan.used};"], made, loan.type.text
        if loan.type == draw.whole and draw.chance():
            value = f"{made} + {draw.number(places, 0)}"
    if owned:
        value, returns = f"({value}, {lender.name})", f"({returns}, {type_.text})"
    body = [*first, loan.line, *used, *again(draw, lender.place, type_, places), value]
    return lender.piece(lender.function(draw, body, returns, extra), uses=_uses(type_))


SCENES = (changed_by_a_function, changed_by_a_method, changed_then_borrowed, used_before_a_change)
