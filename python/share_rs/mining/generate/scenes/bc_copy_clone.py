"""Programs with small types that are Copy, and used again after a move would have ended them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.mining.generate.changes import change
from share_rs.mining.generate.function import Function, Parameter, needed
from share_rs.mining.generate.piece import Piece, impl
from share_rs.mining.generate.record import Field, Record
from share_rs.mining.generate.types import TEXT, list_of

if TYPE_CHECKING:
    from share_rs.mining.generate.draw import Draw


def _copied(draw: Draw) -> tuple[Record, list[str]]:
    """A struct that is Copy by a derive or by an impl, and its items."""
    others = draw.random.sample(["Debug", "PartialEq", "Default"], draw.random.randint(0, 2))
    derived = draw.chance(0.7)
    derives = ["Clone", *(["Copy"] if derived else []), *others]
    if draw.chance():
        draw.random.shuffle(derives)
    record = draw.record(draw.whole, derives=tuple(derives), copied=True)
    return record, [record.text(), *([] if derived else [f"impl Copy for {record.name} {{}}"])]


def _number(draw: Draw, record: Record, base: str) -> str:
    """A number that depends on a field."""
    return draw.number_of((f"{base}.{draw.member(record, draw.whole).name}", draw.whole), list(record.places(base)))


def _taker(draw: Draw, record: Record) -> Function:
    """A function that takes the struct by value."""
    name, extra = draw.names.variable(), Parameter(draw.names.measure(), draw.whole)
    place = (f"{name}.{draw.member(record, draw.whole).name}", draw.whole)
    body = draw.counted_of(place, [*record.places(name), *([(extra.name, draw.whole)] if draw.chance() else [])])
    parameters = needed((Parameter(name, record.type), extra), body)
    return Function(draw.names.function(), parameters, draw.whole.text, body, prefix=draw.one_of(["", "pub "]))


def _call(draw: Draw, taker: Function, argument: str) -> str:
    return f"{taker.name}({argument}{f', {draw.literal()}' if len(taker.parameters) > 1 else ''})"


def passed_twice(draw: Draw) -> Piece:
    """A value goes into a call, and is used again."""
    record, items = _copied(draw)
    takers = [_taker(draw, record) for _ in range(draw.random.randint(1, 2))]
    name, first, second = draw.names.variable(), draw.names.measure(), draw.names.measure()
    lines = [f"let {first} = {_call(draw, takers[0], name)};"]
    kind = draw.random.randrange(4)
    if kind == 0:
        lines.append(f"let {second} = {_call(draw, takers[-1], name)};")
    elif kind == 1:
        lines.append(f"let {second} = {_number(draw, record, name)};")
    elif kind == 2:
        changed, field = draw.names.variable(), draw.member(record, draw.whole)
        lines = [
            f"let mut {changed} = {name};",
            *change(draw, f"{changed}.{field.name}", draw.whole, []),
            f"let {first} = {_call(draw, takers[0], changed)};",
            f"let {second} = {name}.{field.name};",
        ]
    else:
        several = draw.names.several()
        lines = [
            f"let {several} = [{name}, {name}];",
            f"let {first} = {several}.len();",
            f"let {second} = {_call(draw, takers[0], f'{several}[1]')};",
        ]
    if len(takers) > 1 and kind != 0:
        lines.append(f"let {first} = ({first}, {_call(draw, takers[1], name)});")
    returned = "usize" if kind == 3 else draw.whole.text
    if len(takers) > 1 and kind != 0:
        returned = f"({returned}, {draw.whole.text})"
    body = (*lines, f"({first}, {second})")
    caller = Function(draw.names.function(), (Parameter(name, record.type),), f"({returned}, {draw.whole.text})", body)
    return Piece(
        [*items, *(one.text() for one in takers), caller.text()], [caller, *(one for one in takers if one.prefix)]
    )


def methods_by_value(draw: Draw) -> Piece:
    """Methods take `self`, and are called one after the other."""
    record, items = _copied(draw)
    other, extra = draw.names.variable(), Parameter(draw.names.measure(), draw.whole)
    one = Function(
        draw.names.function(),
        (),
        draw.whole.text,
        draw.counted_of((f"self.{draw.member(record, draw.whole).name}", draw.whole), list(record.places("self"))),
        record,
        "self",
    )
    field = draw.member(record, draw.whole).name
    joined = draw.one_of(
        [
            f"self.{field} + {other}.{field}",
            f"self.{field}.max({other}.{field})",
            f"self.{one.name}() + {other}.{one.name}()",
        ]
    )
    two = Function(draw.names.function(), (Parameter(other, record.type),), draw.whole.text, (joined,), record, "self")
    name = draw.names.variable()
    calls = [
        f"{name}.{one.name}()",
        f"{name}.{two.name}({name})",
        f"{name}.{field}",
        f"{name}.{one.name}() + {extra.name}",
    ]
    picked = draw.random.sample(calls, draw.random.randint(2, 3))
    if picked == [calls[2]] or not any(call.endswith(")") for call in picked[:-1]):
        picked = [calls[0], calls[1]]
    if draw.chance():
        body = (f"({', '.join(picked)})",)
    else:
        names = [draw.names.measure() for _ in picked]
        body = (*(f"let {kept} = {call};" for kept, call in zip(names, picked, strict=True)), f"({', '.join(names)})")
    returns = f"({', '.join([draw.whole.text] * len(picked))})"
    if draw.chance(0.4):
        within = tuple(line.replace(f"{name}.", "self.").replace(f"({name})", "(self)") for line in body)
        three = Function(draw.names.function(), needed((extra,), within), returns, within, record, "self")
        return Piece([*items, impl(record, one, two, three)], [one, two, three])
    caller = Function(draw.names.function(), needed((Parameter(name, record.type), extra), body), returns, body)
    return Piece([*items, impl(record, one, two), caller.text()], [one, two, caller])


def out_of_a_list(draw: Draw) -> Piece:
    """A value is copied from behind a reference."""
    record, items = _copied(draw)
    taker = _taker(draw, record)
    several, one, kept = draw.names.several(), draw.names.variable(), draw.names.measure()
    field = draw.member(record, draw.whole).name
    call = _call(draw, taker, one)
    changed = [f"let mut {kept} = {one};", f"{kept}.{field} += {draw.literal()};", _call(draw, taker, kept)]
    inner = [call] if draw.chance() else changed
    kind = draw.random.randrange(5)
    if kind == 0:
        body = [
            f"if {several}.is_empty() {{",
            f"return {draw.literal()};",
            "}",
            f"let {one} = {several}[{draw.one_of(['0', f'{several}.len() - 1', f'{several}.len() / 2'])}];",
            *inner,
        ]
    elif kind == 1:
        total = draw.names.measure()
        body = [f"let mut {total} = 0;", f"for &{one} in {several} {{", f"{total} += {call};", "}", total]
    elif kind == 2:
        total = draw.names.measure()
        body = [
            f"let mut {total} = {draw.literal()};",
            f"for {one} in {several} {{",
            f"{total} += {_call(draw, taker, f'*{one}')};",
            "}",
            total,
        ]
    elif kind == 3:
        end = draw.one_of(
            [
                "first()",
                "last()",
                f"iter().max_by_key(|found| found.{field})",
                f"iter().find(|found| found.{field} > {draw.literal()})",
            ]
        )
        body = [
            f"match {several}.{end} {{",
            f"Some({one}) => {_call(draw, taker, f'*{one}')},",
            f"None => {draw.literal()},",
            "}",
        ]
    else:
        end = draw.one_of(["iter()", "iter().rev()", "iter().skip(1)"])
        finish = draw.one_of(["sum()", "max().unwrap_or(0)", "min().unwrap_or_default()"])
        body = [f"{several}.{end}.map(|{one}| {_call(draw, taker, f'*{one}')}).{finish}"]
    caller = Function(
        draw.names.function(), (Parameter(several, list_of(record.type), "ref"),), draw.whole.text, tuple(body)
    )
    return Piece([*items, taker.text(), caller.text()], [caller, *([taker] if taker.prefix else [])])


def out_of_a_field(draw: Draw) -> Piece:
    """A field that is Copy is taken out of a borrowed struct."""
    record, items = _copied(draw)
    outer = draw.record(record.type, TEXT)
    field, name = draw.member(outer, record.type).name, draw.names.variable()
    number, places = draw.member(record, draw.whole).name, list(outer.places("self"))
    taken = f"let {name} = self.{field};"
    kind = draw.random.randrange(3)
    if kind == 0:
        body = [
            taken.replace("let ", "let mut "),
            f"{name}.{number} += {draw.number(places, 1)};",
            *draw.counted_of((f"{name}.{number}", draw.whole), list(record.places(name)), 1),
        ]
        methods = [Function(draw.names.function(), (), draw.whole.text, tuple(body), outer, "&self")]
        return Piece([*items, outer.text(), impl(outer, *methods)], methods)
    taker = _taker(draw, record)
    if kind == 1:
        body = [taken, f"({_call(draw, taker, name)}, {draw.text(places)})"]
        method = Function(draw.names.function(), (), f"({draw.whole.text}, String)", tuple(body), outer, "&self")
    else:
        body = [
            f"let {name} = {_call(draw, taker, f'self.{field}')};",
            *draw.counted_of((name, draw.whole), places, 1),
        ]
        method = Function(draw.names.function(), (), draw.whole.text, tuple(body), outer, "&self")
    return Piece(
        [*items, outer.text(), taker.text(), impl(outer, method)], [method, *([taker] if taker.prefix else [])]
    )


def kinds_in_a_loop(draw: Draw) -> Piece:
    """An enum is asked again in every turn."""
    name, variants = draw.names.entity(), [draw.names.variant() for _ in range(draw.random.randint(2, 4))]
    derives = draw.one_of([["Clone", "Copy"], ["Debug", "Clone", "Copy"], ["Clone", "Copy", "PartialEq", "Eq"]])
    kind, weight, limit = draw.names.variable(), draw.names.function(), Parameter(draw.names.measure(), draw.whole)
    arms = [f"{name}::{one} => {draw.literal()}," for one in variants]
    head = [f"#[derive({', '.join(derives)})]\npub enum {name} {{\n" + "\n".join(f"{one}," for one in variants) + "\n}"]
    head.append(f"fn {weight}({kind}: {name}) -> {draw.whole.text} {{\nmatch {kind} {{\n" + "\n".join(arms) + "\n}\n}")
    several, one, total, caller = (
        draw.names.several(),
        draw.names.variable(),
        draw.names.measure(),
        draw.names.function(),
    )
    shapes = [
        [
            f"let mut {total} = {limit.name};",
            f"for {one} in {several} {{",
            f"{total} += {weight}({kind}) * {one};",
            "}",
            total,
        ],
        [f"{several}.iter().map(|{one}| {one} + {weight}({kind})).sum::<{draw.whole.text}>() + {limit.name}"],
        [
            f"let {total} = {weight}({kind}) + {limit.name};",
            f"if {several}.is_empty() {{",
            total,
            "} else {",
            f"{total} + {weight}({kind})",
            "}",
        ],
        [
            f"let mut {total} = {limit.name};",
            f"while {total} < {draw.literal(20, 200)} {{",
            f"{total} += {weight}({kind}) + 1;",
            "}",
            f"{total} + {several}.len()" + draw.cast,
        ],
    ]
    body = draw.one_of(shapes)
    walked = list_of(draw.whole)
    if draw.chance(0.7) and not body[-1].startswith("}"):
        made = draw.names.measure()
        rest = draw.counted_of((made, draw.whole), [(limit.name, draw.whole)])
        body = [*body[:-1], f"let {made} = {body[-1]};", *rest]
    head.append(
        f"pub fn {caller}({kind}: {name}, {several}: {walked.borrowed()}, {limit.text()}) -> {draw.whole.text} {{\n"
        + "\n".join(body)
        + "\n}"
    )
    calls = [
        f'record.value("{one}", &{caller}({name}::{one}, &{walked.drawn}, {draw.whole.drawn}));' for one in variants
    ]
    probe = f"pub fn probe_{caller}(draw: &mut Draw, record: &mut Record) {{\n" + "\n".join(calls) + "\n}"
    return Piece(head, [], probes=[probe], imports=[name, caller])


def within_another(draw: Draw) -> Piece:
    """A struct that is Copy holds another one."""
    record, items = _copied(draw)
    fields = (Field(draw.names.variable(), record.type), Field(draw.names.measure(), draw.whole))
    others = draw.random.sample(fields, 2)
    outer = Record(draw.names.entity(), tuple(others), draw.one_of([("Clone", "Copy"), ("Copy", "Clone")]))
    number = draw.member(record, draw.whole).name
    one = Function(
        draw.names.function(),
        (),
        draw.whole.text,
        draw.counted_of((f"self.{fields[0].name}.{number}", draw.whole), [(f"self.{fields[1].name}", draw.whole)]),
        outer,
        "self",
    )
    name, made = draw.names.variable(), draw.names.measure()
    body = (
        f"let {made} = {name}.{one.name}();",
        f"{made} + {name}.{fields[1].name}" if draw.chance() else f"({made} + {name}.{one.name}()) / 2",
    )
    caller = Function(draw.names.function(), (Parameter(name, outer.type),), draw.whole.text, body)
    items = [outer.text(), *items] if draw.chance() else [*items, outer.text()]
    return Piece([*items, impl(outer, one), caller.text()], [one, caller])


SCENES = (kinds_in_a_loop, methods_by_value, out_of_a_field, out_of_a_list, passed_twice, within_another)
