"""Programs in which several owners share a value, and one of them changes a copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.mining.generate.changes import change, growth
from share_rs.mining.generate.function import Function, Parameter, needed
from share_rs.mining.generate.piece import Piece, impl
from share_rs.mining.generate.record import Field, Record
from share_rs.mining.generate.types import TEXT, shared_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from share_rs.mining.generate.draw import Draw
    from share_rs.mining.generate.types import Type

_PATHS = {"Rc": "std::rc::Rc", "Arc": "std::sync::Arc"}


def _owner(draw: Draw) -> str:
    return draw.one_of(["Rc", "Rc", "Arc"])


def _inner(draw: Draw) -> Type:
    """What is shared."""
    return draw.one_of([TEXT, draw.values(), draw.values()])


def _holder(draw: Draw, owner: str, inner: Type) -> tuple[Record, Field, Field, Function]:
    """A struct that shares a value and has a number of its own, and a method that looks at both."""
    kept = Field(draw.name_for(inner), shared_of(owner, inner))
    own = Field(draw.names.measure(), draw.whole)
    record = Record(draw.names.entity(), (kept, own) if draw.chance() else (own, kept))
    places = [(f"self.{own.name}", draw.whole)]
    value = draw.number_of((f"self.{kept.name}", inner), places)
    body = (f"{value} + self.{own.name}" if " " not in value else f"({value}) + self.{own.name}",)
    if draw.chance(0.4):
        made = draw.names.measure()
        body = (f"let {made} = {value};", *draw.counted_of((made, draw.whole), places, 1))
    return record, kept, own, Function(draw.names.function(), (), draw.whole.text, body, record, "&self")


def held_by_two(draw: Draw) -> Piece:
    """Two structs, or more, are made with one value."""
    owner, inner = _owner(draw), _inner(draw)
    record, kept, own, method = _holder(draw, owner, inner)
    value, shared, extra = draw.name_for(inner), draw.names.variable(), Parameter(draw.names.measure(), draw.whole)
    names = [draw.names.variable() for _ in range(draw.random.randint(2, 3))]
    lines = [f"let {shared} = {owner}::new({value});"]
    last = draw.chance(0.6)
    for index, name in enumerate(names):
        given = shared if last and index == len(names) - 1 else f"{owner}::clone(&{shared})"
        number = extra.name if index == 0 else draw.number([(extra.name, draw.whole)], 1)
        lines.append(f"let {name} = {record.literal({kept.name: given, own.name: number})};")
    results = [f"{name}.{method.name}()" for name in names]
    types = [draw.whole.text] * len(names)
    if not last:
        results.append(draw.one_of([f"{owner}::strong_count(&{shared})", f"{shared}.len()"]))
        types.append("usize")
    body = (*lines, f"({', '.join(results)})")
    caller = Function(draw.names.function(), (Parameter(value, inner), extra), f"({', '.join(types)})", body)
    return Piece([record.text(), impl(record, method), caller.text()], [caller], (_PATHS[owner],))


def held_in_a_loop(draw: Draw) -> Piece:
    """Every turn of a loop makes one more owner."""
    owner, inner = _owner(draw), _inner(draw)
    record, kept, own, method = _holder(draw, owner, inner)
    value, shared, one = draw.name_for(inner), draw.names.variable(), draw.names.variable()
    several, numbers = draw.names.several(), draw.names.several()
    walked = draw.values(draw.whole)
    made = record.literal({kept.name: f"{owner}::clone(&{shared})", own.name: draw.number_of((f"*{one}", draw.whole))})
    end = draw.one_of([("sum::<{}>()", "{}"), ("max().unwrap_or(0)", "{}"), ("collect::<Vec<{}>>()", "Vec<{}>")])
    result = f"{several}.iter().map(|found| found.{method.name}()).{end[0].format(draw.whole.text)}"
    loop = [f"let mut {several} = Vec::new();", f"for {one} in {numbers} {{", f"{several}.push({made});", "}"]
    if draw.chance():
        loop[2:3] = [f"if {draw.truth([(f'*{one}', draw.whole)])} {{", loop[2], "}"]
    if draw.chance(0.4):
        loop = [f"let {several}: Vec<{record.name}> = {numbers}.iter().map(|{one}| {made}).collect();"]
    count = draw.one_of([f"{owner}::strong_count(&{shared})", f"{shared}.len()"])
    body = (f"let {shared} = {owner}::new({value});", *loop, f"({result}, {count})")
    parameters = (Parameter(value, inner), Parameter(numbers, walked, "ref"))
    returns = f"({end[1].format(draw.whole.text)}, usize)"
    caller = Function(draw.names.function(), parameters, returns, body)
    return Piece([record.text(), impl(record, method), caller.text()], [caller], (_PATHS[owner],))


def handed_out(draw: Draw) -> Piece:
    """Methods give out what their struct shares."""
    owner, inner = _owner(draw), _inner(draw)
    record, kept, own, method = _holder(draw, owner, inner)
    type_ = kept.type.text
    getter = Function(draw.names.function(), (), type_, (f"{owner}::clone(&self.{kept.name})",), record, "&self")
    extra = Parameter(draw.names.measure(), draw.whole)
    number = draw.number_of((extra.name, draw.whole), [(f"self.{own.name}", draw.whole)])
    literal = record.literal({kept.name: f"{owner}::clone(&self.{kept.name})", own.name: number})
    grown = Function(
        draw.names.function(),
        (extra,),
        "Self",
        (literal.replace(record.name, "Self", 1),),
        record,
        "&self",
        shown=record.type.shown,
    )
    value = draw.name_for(inner)
    maker = Function(
        "new",
        (Parameter(value, inner), Parameter(own.name, draw.whole)),
        "Self",
        (f"Self {{ {kept.name}: {owner}::new({value}), {own.name} }}",),
        record,
        shown=record.type.shown,
    )
    methods = [draw.one_of([getter, grown]), method, *([maker] if draw.chance(0.6) else [])]
    return Piece([record.text(), impl(record, *reversed(methods))], methods, (_PATHS[owner],))


def changed_copy(draw: Draw) -> Piece:
    """One owner changes its copy, and the others keep what they had."""
    owner = _owner(draw)
    inner = draw.one_of([TEXT, draw.values(), draw.values(), draw.whole])
    name, before = draw.name_for(inner), draw.names.variable()
    extra = Parameter(draw.names.measure(), draw.whole)
    places = [(extra.name, draw.whole)]
    place = f"{owner}::make_mut(&mut {name})"
    lines = _changes(draw, place, inner, places)
    parameter = Parameter(name, shared_of(owner, inner), "own mut")
    kept = [f"let {before} = {owner}::clone(&{name});"]
    if draw.chance(0.3):
        start = draw.name_for(inner)
        parameter = Parameter(start, inner)
        kept = [f"let mut {name} = {owner}::new({start});", *kept]
    body = (*kept, *lines, draw.one_of([f"({before}, {name})", f"({name}, {before})"]))
    returns = f"({owner}<{inner.text}>, {owner}<{inner.text}>)"
    function = Function(draw.names.function(), needed((parameter, extra), body), returns, body)
    return Piece([function.text()], [function], (_PATHS[owner],))


def _changes(draw: Draw, place: str, inner: Type, places: Sequence[tuple[str, Type]]) -> list[str]:
    if inner == draw.whole:
        return [f"*{place} += {draw.number(places, 1)};"]
    lines = growth(draw, place, inner, places) if draw.chance() else change(draw, place, inner, places)
    # Where a text grows by what it may hold already, its length tells.
    return [*lines, *growth(draw, place, inner, places)] if draw.chance(0.4) else lines


def changed_field(draw: Draw) -> Piece:
    """A method changes what its struct shares, or a field of it."""
    owner = _owner(draw)
    settings = draw.record(draw.whole, TEXT, derives=("Clone",))
    whole = draw.chance()
    inner = settings.type if whole else _inner(draw)
    kept, own = Field(draw.names.variable(), shared_of(owner, inner)), Field(draw.names.measure(), draw.whole)
    record = Record(draw.names.entity(), (kept, own) if draw.chance() else (own, kept))
    extra = Parameter(draw.names.measure(), draw.whole)
    places = [(extra.name, draw.whole)]
    place = f"{owner}::make_mut(&mut self.{kept.name})"
    if whole:
        field = draw.one_of([draw.member(settings, draw.whole), draw.member(settings, TEXT)])
        made = draw.names.variable()
        lines = change(draw, f"{place}.{field.name}", field.type, places)
        if draw.chance(0.4):
            lines = [f"let {made} = {place};", *change(draw, f"{made}.{field.name}", field.type, places)]
        shown = "(" + "".join(f"&{{}}.{kept.name}.{one.name}, " for one in settings.fields) + f"{{}}.{own.name})"
    else:
        lines = _changes(draw, place, inner, places)
        shown = f"(&{{}}.{kept.name}, {{}}.{own.name})"
    if draw.chance(0.4):
        lines += change(draw, f"self.{own.name}", draw.whole, places)
    method = Function(draw.names.function(), needed((extra,), lines), "", tuple(lines), record, "&mut self")
    drawn = record.literal({kept.name: kept.type.drawn, own.name: own.type.drawn})
    argument = draw.whole.drawn if method.parameters else ""
    probe = "\n".join(
        [
            f"pub fn probe_{record.name.lower()}_{method.name}(draw: &mut Draw, record: &mut Record) {{",
            f"let mut subject = {drawn};",
            f"let other = {_PATHS[owner]}::clone(&subject.{kept.name});",
            f"subject.{method.name}({argument});",
            f'record.value("subject", &{shown.replace("{}", "subject")});',
            f'record.value("owners", &{_PATHS[owner]}::strong_count(&other));',
            "}",
        ]
    )
    items = [settings.text()] if whole else []
    imports = [record.name, *([settings.name] if whole else [])]
    return Piece([*items, record.text(), impl(record, method)], [], (_PATHS[owner],), [probe], imports)


def shared_by_threads(draw: Draw) -> Piece:
    """Threads look at one value."""
    inner = _inner(draw)
    value, shared, handles = draw.name_for(inner), draw.names.variable(), draw.names.several()
    step = draw.one_of(["step", "turn", "worker"])
    # The type of a step is not known yet where a method of it is called.
    number = draw.number_of((shared, inner))
    body = [
        f"let {shared} = Arc::new({value});",
        f"let mut {handles} = Vec::new();",
        f"for {step} in 0..{draw.literal(2, 4)} {{",
        f"let {shared} = Arc::clone(&{shared});",
        f"{handles}.push(thread::spawn(move || {number} + {step}));",
        "}",
    ]
    ends = [
        [f"{handles}.into_iter().map(|handle| handle.join().unwrap_or(0)).sum()"],
        [
            "let mut total = 0;",
            f"for handle in {handles} {{",
            "total += handle.join().unwrap_or_default();",
            "}",
            f"total + {shared}.len()" + draw.cast,
        ],
    ]
    function = Function(draw.names.function(), (Parameter(value, inner),), draw.whole.text, (*body, *draw.one_of(ends)))
    return Piece([function.text()], [function], ("std::sync::Arc", "std::thread"))


SCENES = (changed_copy, changed_field, handed_out, held_by_two, held_in_a_loop, shared_by_threads)
