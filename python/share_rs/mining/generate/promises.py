"""Traits and impls that promise what rustc cannot check: what generic code relies on, and what other threads may use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.mining.generate.function import Function, Parameter
from share_rs.mining.generate.piece import Piece
from share_rs.mining.generate.types import TEXT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from share_rs.mining.generate.draw import Draw


def unsafe_traits(draw: Draw) -> Piece:
    """A trait whose impls promise something that generic code relies on."""
    trait, method, generic = draw.names.trait(), draw.names.function(), draw.names.function()
    whole = draw.whole.text
    receiver = draw.one_of(["&self", "self", "&self"])
    constant = draw.names.constant()
    has_constant = draw.chance(0.4)
    extra = draw.names.function() if draw.chance(0.4) else ""
    head = f"fn {method}({receiver}) -> {whole}"
    provided = (
        f"\n\nfn {extra}({receiver}) -> bool\nwhere\nSelf: Sized,\n{{\nself.{method}() > {draw.literal()}\n}}"
        if extra
        else ""
    )
    sized = ": Sized" if receiver == "self" and draw.chance() else ""
    items = [
        "\n".join(
            [
                "/// # Safety",
                draw.one_of(
                    [
                        "/// What it gives is never too large.",
                        "/// The same value gives the same number.",
                        "/// It never panics.",
                    ]
                ),
                f"pub unsafe trait {trait}{sized} {{",
                *([f"const {constant}: {whole};", ""] if has_constant else []),
                head + ";" + provided,
                "}",
            ]
        )
    ]
    record = draw.record(draw.whole)
    places = list(record.places("self"))
    own = draw.one_of([places[0], *[one for one in places if one[1] == draw.whole]])
    kinds = [
        (whole, draw.counted_of(("*self" if receiver == "&self" else "self", draw.whole), [], 1)),
        (record.name, draw.counted_of(own, places, 1)),
        ("bool", draw.counted_of((f"{whole}::from({'*self' if receiver == '&self' else 'self'})", draw.whole), [], 1)),
        ("String", draw.counted_of(("self", TEXT), [], 1)),
    ]
    draw.random.shuffle(kinds)
    kinds = kinds[: draw.random.randint(1, 3)]
    if not any(kind in {whole, record.name} for kind, _ in kinds):
        kinds.append((whole, draw.counted_of(("*self" if receiver == "&self" else "self", draw.whole), [], 1)))
    items += [record.text()] if any(kind == record.name for kind, _ in kinds) else []
    items += [
        "\n".join(
            [
                f"unsafe impl {trait} for {kind} {{",
                *([f"const {constant}: {whole} = {draw.literal()};", ""] if has_constant else []),
                f"{head} {{",
                *body,
                "}",
                "}",
            ]
        )
        for kind, body in kinds
    ]
    bounded = draw.chance(0.5)
    asked = draw.names.variable()
    mode = "&" if receiver == "&self" else ""
    argument = f"{asked}: {mode}T" if bounded else f"{asked}: {mode}impl {trait}"
    got = draw.names.measure()
    more = f" + T::{constant}" if has_constant and bounded else ""
    items.append(
        f"pub fn {generic}{f'<T: {trait}>' if bounded else ''}({argument}) -> {whole} {{\n"
        + "\n".join([f"let {got} = {asked}.{method}(){more};", *draw.counted_of((got, draw.whole), [], 1)])
        + "\n}"
    )
    drawn = {whole: draw.whole.drawn, "bool": "draw.bool()", "String": TEXT.drawn, record.name: record.type.drawn}
    lines = [f'record.value("{method}", &{generic}({mode}{"{}"}));'.replace("{}", drawn[kind]) for kind, _ in kinds]
    if has_constant:
        lines += [f'record.value("constant", &<{kind} as {trait}>::{constant});' for kind, _ in kinds]
    if extra:
        lines += [f'record.value("more", &{drawn[kinds[0][0]]}.{extra}());']
    return Piece(items, [], probes=[_probe(generic, lines)], imports=[generic, trait], allow_unsafe=True)


def sent_pointers(draw: Draw) -> Piece:
    """A pointer that a type promises may be used on another thread."""
    entity, field, length = draw.names.entity(), draw.names.variable(), draw.names.measure()
    whole = draw.whole.text
    several, sum_, one, at = draw.names.several(), draw.names.measure(), draw.names.measure(), draw.names.variable()
    mutable = draw.chance(0.3)
    pointer = f"*mut {whole}" if mutable else f"*const {whole}"
    read = draw.names.function()
    value = f"*self.{field}.add({at})"
    lines = draw.one_of(
        [
            [
                f"(0..self.{length}).map(|{at}| unsafe {{ {value} }}).{draw.one_of(['sum()', 'max().unwrap_or_default()'])}"
            ],
            [
                f"let mut {sum_} = {draw.literal(0, 9)};",
                f"for {at} in 0..self.{length} {{",
                f"{sum_} += unsafe {{ {value} }};",
                "}",
                sum_,
            ],
            [
                f"let mut {sum_}: {whole} = {draw.literal(0, 9)};",
                f"for {at} in 0..self.{length} {{",
                f"let {one} = unsafe {{ {value} }};",
                f"if {draw.truth([(one, draw.whole)])} {{",
                f"{sum_} += {draw.number_of((one, draw.whole), [])};",
                "}",
                "}",
                sum_,
            ],
            [
                f"let {several} = unsafe {{ std::slice::from_raw_parts(self.{field}, self.{length}) }};",
                f"{several}.iter().{draw.one_of(['sum()', 'copied().max().unwrap_or_default()'])}",
            ],
        ]
    )
    both = draw.chance(0.5)
    sync = [f"unsafe impl Sync for {entity} {{}}"]
    impls = [f"unsafe impl Send for {entity} {{}}", *(sync if both else [])]
    view, reading, got = draw.names.variable(), draw.names.several(), draw.names.measure()
    borrowed = both and draw.chance(0.6)
    if borrowed:
        impls = draw.one_of([sync, impls])
    taken = f"{reading}.as_mut_ptr()" if mutable else f"{reading}.as_ptr()"
    make = f"let {view} = {entity} {{ {field}: {taken}, {length}: {reading}.len() }};"
    items = [
        f"pub struct {entity} {{\n{field}: {pointer},\n{length}: usize,\n}}",
        *impls,
        f"impl {entity} {{\nfn {read}(&self) -> {whole} {{\n" + "\n".join(lines) + "\n}\n}",
    ]
    call = f"{view}.{read}()"
    closure = (
        f"|| {call}" if borrowed else draw.one_of([f"move || {{\nlet {view} = {view};\n{call}\n}}", f"move || {call}"])
    )
    times = draw.literal(2, 3)
    if borrowed and draw.chance():
        thread = [
            "std::thread::scope(|scope| {",
            f"let {several}: Vec<_> = (0..{times}).map(|_| scope.spawn({closure})).collect();",
            f"{several}.into_iter().map(|{one}| {one}.join().unwrap_or_default()).sum()",
            "})",
        ]
        ending: list[str] = []
    else:
        thread = [f"let {got} = std::thread::scope(|scope| scope.spawn({closure}).join().unwrap_or_default());"]
        ending = list(draw.counted_of((got, draw.whole), [], 1))
    parameter = Parameter(reading, draw.values(draw.whole), "mut" if mutable else "ref")
    function = Function(draw.names.function(), (parameter,), whole, (make, *thread, *ending))
    return Piece([*items, function.text()], [function], allow_unsafe=True)


def _probe(name: str, lines: Sequence[str]) -> str:
    return f"pub fn probe_{name}(draw: &mut Draw, record: &mut Record) {{\n" + "\n".join(lines) + "\n}"
