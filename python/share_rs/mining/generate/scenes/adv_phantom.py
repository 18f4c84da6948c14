"""Programs whose types have a parameter that marks them alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.mining.generate.function import Function, Parameter
from share_rs.mining.generate.piece import Piece
from share_rs.mining.generate.types import TEXT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from share_rs.mining.generate.draw import Draw

_MARKER = "std::marker::PhantomData"


def _probe(name: str, lines: Sequence[str]) -> str:
    return f"pub fn probe_{name}(draw: &mut Draw, record: &mut Record) {{\n" + "\n".join(lines) + "\n}"


def _tags(draw: Draw, count: int) -> tuple[list[str], list[str]]:
    """Types that hold nothing, and their items."""
    names = [draw.names.entity() for _ in range(count)]
    return names, [f"pub struct {one};" if draw.chance(0.8) else f"pub enum {one} {{}}" for one in names]


def _shuffled(draw: Draw, parts: Sequence[str]) -> list[str]:
    parts = list(parts)
    draw.random.shuffle(parts)
    return parts


def typed_ids(draw: Draw) -> Piece:
    """Numbers that say of what they are the number, and functions for those of one kind."""
    tags, items = _tags(draw, draw.random.randint(2, 3))
    name, number, marker = draw.names.entity(), draw.names.measure(), draw.names.variable()
    parameter, whole = draw.one_of(["T", "T", "K", "Kind"]), draw.whole.text
    marked = f"{marker}: PhantomData<{parameter}>"
    extra = draw.chance(0.4)
    label = draw.names.label()
    held = [f"pub {number}: {whole}", *([f"pub {label}: String"] if extra else []), draw.one_of(["", "pub "]) + marked]
    struct = f"pub struct {name}<{parameter}> {{\n" + "\n".join(f"{one}," for one in _shuffled(draw, held)) + "\n}"
    parts = _shuffled(draw, [number, *([label] if extra else []), f"{marker}: PhantomData"])
    taken = f"{number}: {whole}" + (f", {label}: String" if extra else "")
    new = f"pub fn new({taken}) -> Self {{\n{draw.one_of(['Self', name])} {{ {', '.join(parts)} }}\n}}"
    own = [(f"self.{number}", draw.whole), *([(f"self.{label}", TEXT)] if extra else [])]
    read = draw.names.function()
    body = draw.counted_of(own[0], own[1:])
    method = f"pub fn {read}(&self) -> {whole} {{\n" + "\n".join(body) + "\n}"
    one, other = draw.names.variable(), draw.names.variable()
    given = draw.names.function()
    tag = draw.one_of(tags)
    at = draw.number_of((f"{one}.{number}", draw.whole), [])
    more = f", {label}: {one}.{label}" if extra else ""
    moved = [
        (
            f"{one}: {name}<{tag}>",
            f"{name}<{tag}>",
            [f"{name} {{ {number}: {at}{more}, {marker}: PhantomData }}"],
            f"{{}}.{number}",
        ),
        (
            f"{one}: {name}<{tag}>",
            f"{name}<{tags[0] if tag != tags[0] else tags[1]}>",
            [f"{name}::new({at}{', ' + one + '.' + label if extra else ''})"],
            f"{{}}.{number}",
        ),
        (f"{one}: &{name}<{tag}>", whole, [f"{one}.{read}() + {at}"], "{}"),
        (
            f"{one}: &{name}<{tag}>, {other}: &{name}<{tag}>",
            "bool",
            [f"{one}.{number} {draw.one_of(['==', '<', '>'])} {other}.{number}"],
            "{}",
        ),
        (
            f"{other}: &[{name}<{tag}>]",
            whole,
            [f"{other}.iter().map(|{one}| {one}.{read}()).{draw.one_of(['sum()', 'max().unwrap_or_default()'])}"],
            "{}",
        ),
    ]
    head, returns, lines, shown = draw.one_of(moved)
    items += [
        struct,
        f"impl<{parameter}> {name}<{parameter}> {{\n" + "\n\n".join(_shuffled(draw, [new, method])) + "\n}",
    ]
    items.append(f"pub fn {given}({head}) -> {returns} {{\n" + "\n".join(lines) + "\n}")
    made = f"{name}::<{tag}>::new({draw.whole.drawn}{', ' + TEXT.drawn if extra else ''})"
    arguments = {0: made, 1: f"&{made}", 2: f"&{made}, &{made}", 3: f"&[{made}, {made}]"}
    which = 3 if "&[" in head else 2 if ", " in head else 1 if "&" in head else 0
    probe = [
        f'record.value("read", &{name}::<{tags[-1]}>::new({made.split("new(")[1]}.{read}());',
        f'record.value("given", &{shown.replace("{}", f"{given}({arguments[which]})")});',
    ]
    return Piece(items, [], (_MARKER,), [_probe(given, probe)], [given, *tags])


def quantities(draw: Draw) -> Piece:
    """Numbers in units, which a trait of the units converts."""
    tags, items = _tags(draw, draw.random.randint(2, 3))
    name, trait, factor = draw.names.entity(), draw.names.trait(), draw.names.constant()
    whole, unit = draw.whole.text, draw.one_of(["U", "U", "Unit"])
    marker = draw.one_of(["PhantomData<{}>", "PhantomData<{}>", "PhantomData<fn() -> {}>"]).format(unit)
    tuple_ = draw.chance()
    number, kind = ("0", "1") if tuple_ else (draw.names.measure(), draw.names.variable())
    struct = (
        f"pub struct {name}<{unit}>(pub {whole}, {marker});"
        if tuple_
        else f"pub struct {name}<{unit}> {{\npub {number}: {whole},\n{kind}: {marker},\n}}"
    )

    def made(value: str, path: str = name) -> str:
        return f"{path}({value}, PhantomData)" if tuple_ else f"{path} {{ {number}: {value}, {kind}: PhantomData }}"

    amount, into, add, raw = draw.names.measure(), draw.names.function(), draw.names.function(), draw.names.function()
    own = f"self.{number}"
    new = f"pub fn new({amount}: {whole}) -> Self {{\n{made(amount, draw.one_of(['Self', name]))}\n}}".replace(
        f"{{ {amount}: {amount},", f"{{ {amount},"
    )
    value = draw.number_of((f"{own} * {unit}::{factor}", draw.whole), [], 0)
    base = f"pub fn {raw}(&self) -> {whole} {{\n{value}\n}}"
    convert = f"pub fn {into}<V: {trait}>(self) -> {name}<V> {{\n" + draw.one_of(
        [
            f"{made(f'self.{raw}() / V::{factor}')}\n}}",
            f"let {amount} = {own} * {unit}::{factor};\n{name}::new({amount} / V::{factor})\n}}",
        ]
    )
    other = draw.names.variable()
    plus = f"pub fn {add}(self, {other}: {name}<{unit}>) -> {name}<{unit}> {{\n{made(f'{own} + {other}.{number}')}\n}}"
    members = [new, base, convert, *([plus] if draw.chance() else [])]
    items += [
        f"pub trait {trait} {{\nconst {factor}: {whole};\n}}",
        *(f"impl {trait} for {tag} {{\nconst {factor}: {whole} = {draw.literal(2, 90)};\n}}" for tag in tags),
        struct,
        f"impl<{unit}: {trait}> {name}<{unit}> {{\n" + "\n\n".join(_shuffled(draw, members)) + "\n}",
    ]
    given, one = draw.names.function(), draw.names.variable()
    items.append(
        draw.one_of(
            [
                f"pub fn {given}({one}: {name}<{tags[0]}>) -> {name}<{tags[1]}> {{\n{one}.{into}()\n}}",
                f"pub fn {given}({one}: {name}<{tags[0]}>) -> {name}<{tags[1]}> {{\n{name}::new({one}.{raw}() / 2)\n}}",
                (
                    f"pub fn {given}({one}: {name}<{tags[0]}>) -> {name}<{tags[1]}> {{\n"
                    f"let {other}: {name}<{tags[1]}> = {one}.{into}();\n{made(f'{other}.{number} + {draw.literal()}')}\n}}"
                ),
            ]
        )
    )
    start = f"{name}::<{tags[0]}>::new({draw.whole.drawn})"
    probe = [
        f'record.value("base", &{start}.{raw}());',
        f'record.value("into", &{start}.{into}::<{tags[1]}>().{number});',
        f'record.value("given", &{given}({start}).{number});',
        *([f'record.value("sum", &{start}.{add}({start}).{number});'] if plus in members else []),
    ]
    return Piece(items, [], (_MARKER,), [_probe(given, probe)], [given, name, *tags])


def columns(draw: Draw) -> Piece:
    """A reader that knows what it makes of texts, without holding any."""
    name, label, marker = draw.names.entity(), draw.names.label(), draw.names.variable()
    read, texts, one = draw.names.function(), draw.names.several(), draw.names.variable()
    limit = draw.names.measure()
    parts = [f"{label}: String", f"{limit}: usize", f"{marker}: PhantomData<T>"]
    struct = f"pub struct {name}<T> {{\n" + "\n".join(f"{part}," for part in _shuffled(draw, parts)) + "\n}"
    values = _shuffled(
        draw,
        [
            draw.one_of([f"{label}: {label}.to_string()", f"{label}: {label}.to_owned()"]),
            limit,
            f"{marker}: PhantomData",
        ],
    )
    new = (
        f"pub fn new({label}: &str, {limit}: usize) -> {draw.one_of(['Self', f'{name}<T>'])} {{\n"
        f"{draw.one_of(['Self', name])} {{ {', '.join(values)} }}\n}}"
    )
    trimmed = draw.one_of([f"{one}.trim()", f"{one}", f"{one}.trim_start_matches('{draw.one_of('#-+')}')"])
    chain = draw.one_of(
        [
            f"{texts}.iter().take(self.{limit}).filter_map(|{one}| {trimmed}.parse().ok()).collect()",
            f"{texts}.iter().filter_map(|{one}| {trimmed}.parse::<T>().ok()).take(self.{limit}).collect()",
            f"{texts}.iter().skip(self.{limit} / 2).flat_map(|{one}| {trimmed}.parse()).collect()",
        ]
    )
    body = [chain]
    if draw.chance(0.3):
        body = [f"if {texts}.len() > self.{limit} {{", "return Vec::new();", "}", chain]
    if draw.chance(0.3):
        found = draw.names.several()
        body = [
            f"let mut {found} = Vec::new();",
            f"for {one} in {texts} {{",
            f"if let Ok({label}) = {trimmed}.parse::<T>() {{",
            f"{found}.push({label});",
            "}",
            "}",
            f"{found}.truncate(self.{limit});",
            found,
        ]
    reading = f"pub fn {read}(&self, {texts}: &[String]) -> Vec<T> {{\n" + "\n".join(body) + "\n}"
    say = draw.names.function()
    places = [(f"self.{label}", TEXT), *([(f"self.{limit}", draw.whole)] if draw.whole.text == "usize" else [])]
    saying = f"pub fn {say}(&self) -> String {{\n" + "\n".join(draw.phrased_of(places[0], places[1:])) + "\n}"
    items = [
        struct,
        f"impl<T: FromStr> {name}<T> {{\n" + "\n\n".join(_shuffled(draw, [new, reading, saying])) + "\n}",
    ]
    made, kind = draw.names.function(), draw.one_of([draw.whole.text, "String", "bool"])
    items.append(f"pub fn {made}({label}: &str) -> {name}<{kind}> {{\n{name}::new({label}, {draw.literal(2, 6)})\n}}")
    taken = draw.names.function()
    column = draw.names.variable()
    items.append(
        f"pub fn {taken}({column}: &{name}<{kind}>, {texts}: &[String]) -> usize {{\n{column}.{read}({texts}).len() + {draw.literal()}\n}}"
    )
    given = {"String": "draw.words(0..6)", "bool": "draw.vec(0..6, |draw| draw.bool().to_string())"}.get(
        kind, f"draw.vec(0..6, |draw| {draw.whole.drawn}.to_string())"
    )
    probe = [
        f"let column = {made}(&draw.word());",
        f"let texts: Vec<String> = {given};",
        f'record.value("read", &column.{read}(&texts));',
        f'record.value("say", &column.{say}());',
        f'record.value("taken", &{taken}(&column, &texts));',
    ]
    return Piece(items, [], (_MARKER, "std::str::FromStr"), [_probe(made, probe)], [made, taken])


def keyed_stores(draw: Draw) -> Piece:
    """A list that is asked with a number of its own kind alone."""
    element = draw.one_of([TEXT, draw.whole])
    store, key, marker = draw.names.entity(), draw.names.entity(), draw.names.variable()
    index, values, add, get = draw.names.measure(), draw.names.several(), draw.names.function(), draw.names.function()
    value, asked = draw.name_for(element), draw.names.variable()
    parameter = draw.one_of(["T", "T", "V", "Item"])
    key_item = f"pub struct {key}<{parameter}> {{\n{index}: usize,\n{marker}: PhantomData<{parameter}>,\n}}"
    if draw.chance(0.3):
        key_item = f"pub struct {key}<{parameter}> {{\n{marker}: PhantomData<{parameter}>,\n{index}: usize,\n}}"
    store_item = f"pub struct {store}<{parameter}> {{\n{values}: Vec<{parameter}>,\n}}"
    literal = f"{key} {{ {index}: self.{values}.len() - 1, {marker}: PhantomData }}"
    pushed = [f"self.{values}.push({value});", literal]
    if draw.chance():
        pushed = [
            f"let {index} = self.{values}.len();",
            f"self.{values}.push({value});",
            f"{key} {{ {index}, {marker}: PhantomData }}",
        ]
    found = draw.one_of([f"self.{values}.get({asked}.{index})", f"self.{values}.iter().nth({asked}.{index})"])
    members = [
        f"pub fn new() -> Self {{\n{draw.one_of(['Self', store])} {{ {values}: Vec::new() }}\n}}",
        f"pub fn {add}(&mut self, {value}: {parameter}) -> {key}<{parameter}> {{\n" + "\n".join(pushed) + "\n}",
        f"pub fn {get}(&self, {asked}: &{key}<{parameter}>) -> Option<&{parameter}> {{\n{found}\n}}",
    ]
    default = f"impl<{parameter}> Default for {store}<{parameter}> {{\nfn default() -> Self {{\nSelf::new()\n}}\n}}"
    items = [key_item, store_item, f"impl<{parameter}> {store}<{parameter}> {{\n" + "\n\n".join(members) + "\n}"]
    items += [default] if draw.chance(0.3) else []
    draw.random.shuffle(items)
    kept, first, last, later = (
        draw.names.variable(),
        draw.names.variable(),
        draw.names.variable(),
        draw.names.function(),
    )
    several = Parameter(draw.names.several(), draw.values(element), "ref")
    end = draw.one_of(
        [
            (f"Option<{element.text}>", [f"{kept}.{get}(&{first}).cloned()"]),
            (f"Vec<{element.text}>", [f"{first}.iter().filter_map(|{last}| {kept}.{get}({last}).cloned()).collect()"]),
            (f"(usize, Option<{element.text}>)", [f"({kept}.{values}.len(), {kept}.{get}(&{first}).cloned())"]),
        ]
    )
    one = draw.names.variable()
    if end[0].startswith("Vec"):
        lines = [
            f"let mut {kept} = {store}::new();",
            f"let {first}: Vec<{key}<{element.text}>> = {several.name}.iter().map(|{one}| {kept}.{add}({one}.clone())).collect();",
        ]
    else:
        start = f'"{draw.names.text()}".to_string()' if element is TEXT else draw.literal()
        lines = [
            f"let mut {kept} = {store}::new();",
            f"let {first} = {kept}.{add}({start});",
            f"for {one} in {several.name} {{",
            f"{kept}.{add}({one}.clone());",
            "}",
        ]
    function = Function(later, (several,), end[0], (*lines, *end[1]))
    at = draw.names.function()
    items.append(f"pub fn {at}({asked}: &{key}<{element.text}>) -> usize {{\n{asked}.{index} + {draw.literal()}\n}}")
    items.append(function.text())
    probe = [
        f"let mut store = {store}::new();",
        f"let first = store.{add}({element.drawn});",
        f"let second = store.{add}({element.drawn});",
        f'record.value("at", &({at}(&first), {at}(&second)));',
        f'record.value("found", &(store.{get}(&first).cloned(), store.{get}(&second).cloned()));',
    ]
    return Piece(items, [function], (_MARKER,), [_probe(at, probe)], [at, store])


def borrowed_views(draw: Draw) -> Piece:
    """A place in a list, which lives no longer than the list."""
    walked = draw.values()
    name, start, stop, marker = draw.names.entity(), draw.names.measure(), draw.names.measure(), draw.names.variable()
    inner = walked.inner or TEXT
    whole, several, view = f"[{inner.text}]", draw.names.several(), draw.names.variable()
    life = draw.names.lifetime()
    held = [f"pub {start}: usize", f"pub {stop}: usize", f"{marker}: PhantomData<&{life} {whole}>"]
    make, size = draw.names.function(), draw.names.function()
    first = draw.one_of(["0", f"{several}.len() / 2", f"{several}.len().min({draw.literal(1, 3)})"])
    values = _shuffled(draw, [f"{start}: {first}", f"{stop}: {several}.len()", f"{marker}: PhantomData"])
    body = draw.one_of(
        [
            [f"self.{stop} - self.{start}"],
            [f"let {view} = self.{stop} - self.{start};", f"{view} * {draw.literal(2, 5)} + self.{start}"],
            [f"if self.{start} == self.{stop} {{ {draw.literal()} }} else {{ self.{stop} - self.{start} }}"],
        ]
    )
    members = [
        (
            f"pub fn {make}({several}: &{life} {whole}) -> {draw.one_of(['Self', f'{name}<{life}>'])} {{\n"
            f"{draw.one_of(['Self', name])} {{ {', '.join(values)} }}\n}}"
        ),
        f"pub fn {size}(&self) -> usize {{\n" + "\n".join(body) + "\n}",
    ]
    items = [
        f"pub struct {name}<{life}> {{\n" + "\n".join(f"{one}," for one in _shuffled(draw, held)) + "\n}",
        f"impl<{life}> {name}<{life}> {{\n" + "\n\n".join(_shuffled(draw, members)) + "\n}",
    ]
    lines = (f"let {view} = {name}::{make}({several});", f"{several}[{view}.{start}..{view}.{stop}].to_vec()")
    if draw.chance(0.5):
        lines = (
            f"let {view} = {name}::{make}({several});",
            f"{several}.iter().skip({view}.{size}() / 3).cloned().collect()",
        )
    function = Function(draw.names.function(), (Parameter(several, walked, "ref"),), f"Vec<{inner.text}>", lines)
    probe = [
        f"let values: {walked.text} = {walked.drawn};",
        f'record.value("size", &{name}::{make}(&values).{size}());',
    ]
    return Piece([*items, function.text()], [function], (_MARKER,), [_probe(make, probe)], [name])


SCENES = (borrowed_views, columns, keyed_stores, quantities, typed_ids)
