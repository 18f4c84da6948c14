"""Programs that change what they hold behind a shared reference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.mining.generate.changes import change, growth
from share_rs.mining.generate.function import Function, Parameter, in_turn, needed
from share_rs.mining.generate.piece import Piece, impl
from share_rs.mining.generate.types import TEXT, TRUTH, cell_of, map_of, ref_cell_of

if TYPE_CHECKING:
    from share_rs.mining.generate.draw import Draw
    from share_rs.mining.generate.record import Record
    from share_rs.mining.generate.types import Type

_CELL, _REF_CELL, _MAP = "std::cell::Cell", "std::cell::RefCell", "std::collections::BTreeMap"


def _piece(draw: Draw, record: Record, methods: list[Function], *uses: str) -> Piece:
    """A struct whose methods a probe calls in turn."""
    members = list(methods)
    draw.random.shuffle(members)
    probe = in_turn(record, methods)
    return Piece([record.text(), impl(record, *members)], [], uses, [probe], [record.name])


def counted_in_a_cell(draw: Draw) -> Piece:
    """Methods count in cells."""
    record = draw.record(
        cell_of(draw.whole), draw.one_of([draw.whole, TEXT]), *([cell_of(TRUTH)] if draw.chance(0.4) else [])
    )
    cell = draw.member(record, cell_of(draw.whole)).name
    flags = [one.name for one in record.fields if one.type == cell_of(TRUTH)]
    extra = Parameter(draw.names.measure(), draw.whole)
    plain = [(f"self.{one.name}", one.type) for one in record.fields if one.type.kind != "wrapped"]
    got, places = f"self.{cell}.get()", [(extra.name, draw.whole), *plain]
    added = draw.one_of(["{} + {}", "{}.max({}) + 1", "{} + {}", "{}.saturating_sub({}) + 1"]).format(
        got, draw.number([*places], 0)
    )
    lines = [f"self.{cell}.set({added});"]
    if draw.chance(0.25):
        lines = [
            f"if {draw.truth(places[:1])} {{",
            *lines,
            *(["} else {", f"self.{cell}.set({draw.literal()});"] if draw.chance() else []),
            "}",
        ]
    lines += [f"self.{flags[0]}.set({draw.truth([(got, draw.whole)])});"] if flags else []
    returns, end = (draw.whole.text, [got]) if draw.chance() else ("", [])
    one = Function(draw.names.function(), needed((extra,), lines), returns, (*lines, *end), record, "&self")
    methods = [one]
    read = draw.number_of((got, draw.whole), plain)
    if flags:
        read = f"if self.{flags[0]}.get() {{\n{read}\n}} else {{\n{draw.literal()}\n}}"
    methods.append(Function(draw.names.function(), (), draw.whole.text, (read,), record, "&self"))
    if draw.chance():
        old = draw.names.measure()
        how = draw.one_of(
            [
                [f"let {old} = {got};", f"self.{cell}.set({draw.literal()});", old],
                [f"self.{cell}.replace({draw.literal()})"],
                [f"self.{cell}.take()"],
            ]
        )
        methods.append(Function(draw.names.function(), (), draw.whole.text, tuple(how), record, "&self"))
    return _piece(draw, record, methods, _CELL)


def kept_in_a_ref_cell(draw: Draw) -> Piece:
    """Methods add to a list or text, and look at it."""
    inner = draw.one_of([TEXT, draw.values(), draw.values(), draw.whole, draw.map()])
    type_ = ref_cell_of(inner)
    record = draw.record(type_, draw.one_of([draw.whole, TEXT]))
    cell = draw.member(record, type_).name
    extra, name = (
        Parameter(draw.names.measure(), draw.whole),
        Parameter(draw.names.label(), TEXT, draw.one_of(["ref", "own"])),
    )
    places = [(extra.name, draw.whole), (name.name, TEXT)]
    held = draw.names.variable()
    borrowed = f"self.{cell}.borrow_mut()"
    star = "*" if inner == draw.whole else ""
    if draw.chance():
        lines = (
            change(draw, f"{star}{borrowed}", inner, places)
            if inner != draw.whole
            else [f"*{borrowed} += {draw.number(places, 1)};"]
        )
    else:
        lines = [
            f"let mut {held} = {borrowed};",
            *(growth(draw, held, inner, places) if inner != draw.whole else []),
            *change(draw, star + held, inner, places),
        ]
    adder = Function(draw.names.function(), needed((extra, name), lines), "", tuple(lines), record, "&self")
    return _piece(
        draw, record, [adder, *_readers(draw, record, cell, inner)], _REF_CELL, *([_MAP] if inner.kind == "map" else [])
    )


def _readers(draw: Draw, record: Record, cell: str, inner: Type) -> list[Function]:
    """Methods that look at what a `RefCell` holds."""
    held, looked = draw.names.variable(), f"self.{cell}.borrow()"
    plain = [(f"self.{one.name}", one.type) for one in record.fields if one.type.kind != "wrapped"]
    if inner == draw.whole:
        body = (f"*{looked} + {draw.number(plain, 0)}",)
    elif draw.chance():
        body = (f"let {held} = {looked};", *draw.counted_of((held, inner), plain, 1))
        # A guard can be walked only by a method of what it guards.
        body = tuple(line.replace(f"in &{held} ", f"in {held}.iter() ") for line in body)
    else:
        body = (draw.number_of((looked, inner), plain),)
    readers = [Function(draw.names.function(), (), draw.whole.text, body, record, "&self")]
    if draw.chance(0.4):
        what = f"*{looked}" if inner.copy else f"{looked}.clone()"
        readers.append(Function(draw.names.function(), (), inner.text, (what,), record, "&self"))
    return readers


def remembered(draw: Draw) -> Piece:
    """A method remembers what it worked out, and how often it was asked."""
    key = draw.key()
    kept, asked = ref_cell_of(map_of(key, draw.whole)), cell_of(draw.whole)
    record = draw.record(kept, *([asked] if draw.chance() else [draw.whole]))
    cell = draw.member(record, kept).name
    count = next((one.name for one in record.fields if one.type == asked), "")
    wanted, found = Parameter(draw.name_for(key), key, "ref" if key is TEXT else "own"), draw.names.measure()
    owned = f"{wanted.name}.to_string()" if key is TEXT else wanted.name
    reference = wanted.name if key is TEXT else f"&{wanted.name}"
    plain = [(f"self.{one.name}", one.type) for one in record.fields if one.type.kind != "wrapped"]
    made = draw.names.measure()
    counted = [f"self.{count}.set(self.{count}.get() + 1);"] if count else []
    early = draw.one_of(
        [
            [f"if let Some({found}) = self.{cell}.borrow().get({reference}) {{", f"return *{found};", "}"],
            [
                f"if self.{cell}.borrow().contains_key({reference}) {{",
                f"return self.{cell}.borrow()[{reference}];",
                "}",
            ],
            [
                f"let {found} = self.{cell}.borrow().get({reference}).copied();",
                f"if let Some({found}) = {found} {{",
                f"return {found};",
                "}",
            ],
        ]
    )
    work = draw.number_of((wanted.name, key), plain)
    body = [*early, *counted, f"let {made} = {work};", f"self.{cell}.borrow_mut().insert({owned}, {made});", made]
    if draw.chance(0.3):
        body = [*counted, f"let {made} = {work};", f"*self.{cell}.borrow_mut().entry({owned}).or_insert({made})"]
    methods = [Function(draw.names.function(), (wanted,), draw.whole.text, tuple(body), record, "&self")]
    size = f"self.{cell}.borrow().len()" + draw.cast
    size = f"self.{count}.get() * 100 + {size}" if count else size
    methods.append(Function(draw.names.function(), (), draw.whole.text, (size,), record, "&self"))
    return _piece(draw, record, methods, _REF_CELL, _MAP, *([_CELL] if count else []))


def local_cell(draw: Draw) -> Piece:
    """A function counts in a cell that a closure, or a loop, shares with it."""
    walked = draw.values()
    several, one, cell = draw.names.several(), draw.names.variable(), draw.names.measure()
    element = draw.element(walked, one)
    truth, number = draw.truth([element]), draw.number_of(element)
    counted = f"{cell}.set({cell}.get() + {number});"
    if draw.chance():
        other = draw.names.several()
        body = [
            f"let {cell} = Cell::new({draw.literal(0, 9)});",
            f"let {other} = {several}.iter().filter(|{one}| {{",
            counted if walked.inner is TEXT else counted.replace(f"*{one}", f"**{one}"),
            truth if walked.inner is TEXT else truth.replace(f"*{one}", f"**{one}"),
            "}).count();",
            f"({other}, {cell}.get())",
        ]
        returns = f"(usize, {draw.whole.text})"
    else:
        add, amount = draw.names.variable(), draw.names.measure()
        body = [
            f"let {cell} = Cell::new({draw.literal(0, 9)});",
            f"let {add} = |{amount}: {draw.whole.text}| {cell}.set({cell}.get() + {amount});",
            f"for {one} in {several} {{",
            f"{add}({number});",
            "}",
            *([f"{add}({draw.literal()});"] if draw.chance() else []),
            *draw.counted_of((f"{cell}.get()", draw.whole), [], 1),
        ]
        returns = draw.whole.text
    function = Function(draw.names.function(), (Parameter(several, walked, "ref"),), returns, tuple(body))
    return Piece([function.text()], [function], (_CELL,))


def shared_list(draw: Draw) -> Piece:
    """Two owners of one list add to it."""
    inner = draw.one_of([draw.values(), draw.values(), TEXT])
    value, first, second = draw.name_for(inner), draw.names.variable(), draw.names.variable()
    extra = Parameter(draw.names.measure(), draw.whole)
    places = [(extra.name, draw.whole)]
    body = [
        f"let {first} = Rc::new(RefCell::new({value}));",
        f"let {second} = Rc::clone(&{first});",
        *growth(draw, f"{draw.one_of([first, second])}.borrow_mut()", inner, places),
        *change(draw, f"{second}.borrow_mut()", inner, places),
    ]
    body += growth(draw, f"{first}.borrow_mut()", inner, places) if draw.chance() else []
    kept, made = draw.names.variable(), draw.names.measure()
    size = f"let {made} = {draw.number_of((f'{second}.borrow()', inner), places)};"
    body += [size, f"let {kept} = {first}.borrow().clone();", f"({made}, {kept})"]
    returns = f"({draw.whole.text}, {inner.text})"
    function = Function(draw.names.function(), needed((Parameter(value, inner), extra), body), returns, tuple(body))
    return Piece([function.text()], [function], (_REF_CELL, "std::rc::Rc"))


SCENES = (counted_in_a_cell, kept_in_a_ref_cell, local_cell, remembered, shared_list)
