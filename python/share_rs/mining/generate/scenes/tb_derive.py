"""Programs that clone, compare, hash, show or make by default what derives it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.mining.generate.function import Function, Parameter, needed
from share_rs.mining.generate.piece import Piece, impl
from share_rs.mining.generate.record import Record
from share_rs.mining.generate.types import TEXT, list_of

if TYPE_CHECKING:
    from share_rs.mining.generate.draw import Draw

_MAP, _SET = "std::collections::HashMap", "std::collections::HashSet"


def _derives(draw: Draw, *needed_: str) -> tuple[str, ...]:
    """The needed derives and some that nothing needs, mostly in the order that people write."""
    found = [*needed_, *(one for one in ("Debug", "Clone", "PartialEq") if one not in needed_ and draw.chance(0.3))]
    if draw.chance(0.2):
        draw.random.shuffle(found)
    else:
        usual = ["Debug", "Clone", "Copy", "PartialEq", "Eq", "Hash", "PartialOrd", "Ord", "Default"]
        found.sort(key=usual.index)
    return tuple(found)


def _enum(draw: Draw, *needed_: str) -> tuple[str, list[str], str]:
    """An enum's name, variants and item; with a default where one is asked for."""
    name, variants = draw.names.entity(), [draw.names.variant() for _ in range(draw.random.randint(2, 4))]
    marked = draw.one_of(variants) if "Default" in needed_ else ""
    lines = [f"{'#[default]' + chr(10) if one == marked else ''}{one}," for one in variants]
    item = f"#[derive({', '.join(_derives(draw, *needed_))})]\npub enum {name} {{\n" + "\n".join(lines) + "\n}"
    return name, variants, item


def cloned(draw: Draw) -> Piece:
    """A struct is cloned, and the copy changed or kept."""
    record = draw.record(TEXT, draw.whole, derives=_derives(draw, "Clone"))
    name, made, extra = draw.names.variable(), draw.names.variable(), Parameter(draw.names.measure(), draw.whole)
    field, label = draw.member(record, draw.whole).name, draw.member(record, TEXT).name
    places = [(extra.name, draw.whole)]
    changes = [f"{made}.{field} += {draw.number(places, 1)};", f'{made}.{label}.push_str("{draw.names.text()}");']
    kind = draw.random.randrange(4)
    if kind == 0:
        body = [f"let mut {made} = {name}.clone();", *draw.random.sample(changes, draw.random.randint(1, 2)), made]
        function = Function(
            draw.names.function(),
            needed((Parameter(name, record.type, "ref"), extra), body),
            record.name,
            tuple(body),
            shown=record.type.shown,
        )
        return Piece([record.text(), function.text()], [function])
    if kind == 1:
        body = [f"let mut {made} = self.clone();", *draw.random.sample(changes, draw.random.randint(1, 2)), made]
        method = Function(
            draw.names.function(),
            needed((extra,), body),
            draw.one_of(["Self", record.name]),
            tuple(body),
            record,
            "&self",
            shown=record.type.shown,
        )
        return Piece([record.text(), impl(record, method)], [method])
    several = draw.names.several()
    type_ = list_of(record.type)
    if kind == 2:
        chain = draw.one_of(
            [
                f"filter(|{name}| {name}.{field} > {draw.literal()}).cloned()",
                "rev().cloned()",
                "take(2).cloned()",
                f"filter(|{name}| {draw.truth([(f'{name}.{label}', TEXT)])}).cloned()",
            ]
        )
        body = [f"{several}.iter().{chain}.collect()"]
        returns, shown = type_.text, type_.shown
    else:
        end = draw.one_of(
            [
                "first().cloned()",
                "last().cloned()",
                f"iter().max_by_key(|{name}| {name}.{field}).cloned()",
                f"iter().find(|{name}| {name}.{field} > {draw.literal()}).cloned()",
            ]
        )
        body, returns = [f"{several}.{end}"], f"Option<{record.name}>"
        shown = "{}.as_ref().map(|one| " + record.type.shown.replace("{}", "one") + ")"
    function = Function(draw.names.function(), (Parameter(several, type_, "ref"),), returns, tuple(body), shown=shown)
    return Piece([record.text(), function.text()], [function])


def compared(draw: Draw) -> Piece:
    """Structs or enums are compared with one another."""
    if draw.chance(0.4):
        return _compared_kinds(draw)
    record = draw.record(draw.whole, derives=_derives(draw, *draw.one_of([("PartialEq",), ("PartialEq", "Eq")])))
    first, second, several = draw.names.variable(), draw.names.variable(), draw.names.several()
    type_ = list_of(record.type)
    field, sign = draw.member(record, draw.whole).name, draw.one_of(["==", "!="])
    shapes = [
        (
            [f"if {first} {sign} {second} {{ {first}.{field} }} else {{ {second}.{field} + {draw.literal()} }}"],
            draw.whole.text,
        ),
        ([f"{several}.contains({first})"], "bool"),
        ([f"{several}.iter().filter(|{second}| *{second} {sign} {first}).count()"], "usize"),
        ([f"{several}.iter().position(|{second}| {second} {sign} {first})"], "Option<usize>"),
        ([f"{several}.first() {sign} Some({first})"], "bool"),
        (
            [f"let same = {first} == {second};", f"(same, {first}.{field} + {second}.{field})"],
            f"(bool, {draw.whole.text})",
        ),
        ([f"{several}.iter().any(|{second}| {second} {sign} {first}) && {first}.{field} > {draw.literal()}"], "bool"),
        ([f"let mut all = {several}.to_vec();", "all.dedup();", "all.len()"], "usize"),
    ]
    if "Clone" not in record.derives:
        shapes.pop()
    body, returns = draw.one_of(shapes)
    parameters = (
        Parameter(first, record.type, "ref"),
        Parameter(second, record.type, "ref"),
        Parameter(several, type_, "ref"),
    )
    # A closure's own name is no parameter's.
    asked = [
        line.replace(f"|{second}|", "")
        .replace(f"*{second} {sign}", "")
        .replace(f"{second} {sign} {first})", f"{first})")
        if f"|{second}|" in line
        else line
        for line in body
    ]
    function = Function(draw.names.function(), needed(parameters, asked), returns, tuple(body))
    return Piece([record.text(), function.text()], [function])


def _compared_kinds(draw: Draw) -> Piece:
    name, variants, item = _enum(draw, "PartialEq", *(["Eq"] if draw.chance() else []))
    kind, extra, function = draw.names.variable(), Parameter(draw.names.measure(), draw.whole), draw.names.function()
    picked = draw.random.sample(variants, 2)
    places = [(extra.name, draw.whole)]
    body = draw.one_of(
        [
            [
                f"if *{kind} == {name}::{picked[0]} {{",
                extra.name,
                f"}} else if *{kind} == {name}::{picked[1]} {{",
                draw.number(places, 1),
                "} else {",
                draw.literal(),
                "}",
            ],
            [
                f"if {kind} != &{name}::{picked[0]} && {draw.truth(places)} {{",
                extra.name,
                "} else {",
                f"{extra.name} + {draw.literal()}",
                "}",
            ],
            [
                f"let [first, second] = [{name}::{picked[0]}, {name}::{picked[1]}];",
                f"if {kind} == &first || {kind} == &second {{ {extra.name} * {draw.literal(2, 9)} }} else {{ {extra.name} }}",
            ],
        ]
    )
    text = f"pub fn {function}({kind}: &{name}, {extra.text()}) -> {draw.whole.text} {{\n" + "\n".join(body) + "\n}"
    calls = [f'record.value("{one}", &{function}(&{name}::{one}, {draw.whole.drawn}));' for one in variants]
    probe = f"pub fn probe_{function}(draw: &mut Draw, record: &mut Record) {{\n" + "\n".join(calls) + "\n}"
    return Piece([item, text], [], probes=[probe], imports=[name, function])


def ordered(draw: Draw) -> Piece:
    """Structs are sorted, or the greatest of them found."""
    record = draw.record(
        draw.one_of([draw.whole, TEXT]), derives=_derives(draw, "PartialEq", "Eq", "PartialOrd", "Ord")
    )
    several, one, type_ = draw.names.several(), draw.names.variable(), list_of(record.type)
    shapes = [
        ([f"{several}.sort();", several], "own mut"),
        ([f"{several}.sort();", f"{several}.reverse();", several], "own mut"),
        ([f"{several}.sort_unstable();", f"{several}.truncate({draw.literal(1, 3)});", several], "own mut"),
        ([f"{several}.into_iter().collect::<std::collections::BTreeSet<_>>().into_iter().collect()"], "own"),
        ([f"{several}.sort_by(|{one}, other| other.cmp({one}));", several], "own mut"),
        ([f"{several}.into_iter().max().into_iter().collect()"], "own"),
        ([f"{several}.into_iter().min().into_iter().collect()"], "own"),
        (
            [
                f"{several}.retain(|{one}| {draw.truth([(f'{one}.{record.fields[0].name}', record.fields[0].type)])});",
                f"{several}.sort();",
                several,
            ],
            "own mut",
        ),
        (
            [
                f"let mut all: Vec<{record.name}> = Vec::new();",
                f"for {one} in {several} {{",
                f"let place = all.binary_search(&{one}).unwrap_or_else(|place| place);",
                f"all.insert(place, {one});",
                "}",
                "all",
            ],
            "own",
        ),
        (
            [
                f"let mut heap: std::collections::BinaryHeap<{record.name}> = {several}.into();",
                "heap.pop();",
                "heap.into_sorted_vec()",
            ],
            "own",
        ),
    ]
    body, mode = draw.one_of(shapes)
    function = Function(
        draw.names.function(),
        (Parameter(several, type_, "own mut" if mode == "own mut" else "own"),),
        type_.text,
        tuple(body),
        shown=type_.shown,
    )
    return Piece([record.text(), function.text()], [function])


def hashed(draw: Draw) -> Piece:
    """Structs are keys of a map, or members of a set."""
    derives = _derives(draw, "PartialEq", "Eq", "Hash")
    record = draw.record(draw.one_of([TEXT, draw.whole]), derives=derives)
    several, one, counts = draw.names.several(), draw.names.variable(), draw.names.several()
    type_ = list_of(record.type)
    whole = draw.whole.text
    shapes = [
        ([f"{several}.into_iter().collect::<HashSet<_>>().len()"], "usize", (_SET,)),
        (
            [
                f"let {counts}: HashSet<{record.name}> = {several}.into_iter().collect();",
                f"{counts}.len() * {draw.literal(2, 9)}",
            ],
            "usize",
            (_SET,),
        ),
        (
            [
                f"let mut {counts}: HashMap<{record.name}, {whole}> = HashMap::new();",
                f"for {one} in {several} {{",
                f"*{counts}.entry({one}).or_insert(0) += {draw.literal(1, 5)};",
                "}",
                f"{counts}.values().copied().max()",
            ],
            f"Option<{whole}>",
            (_MAP,),
        ),
        (
            [
                f"let mut {counts} = HashSet::new();",
                f"for {one} in {several} {{",
                f"if {draw.truth([(f'{one}.{record.fields[0].name}', record.fields[0].type)])} {{",
                f"{counts}.insert({one});",
                "}",
                "}",
                f"{counts}.len()",
            ],
            "usize",
            (_SET,),
        ),
        (
            [
                f"let mut {counts} = HashMap::new();",
                f"for (place, {one}) in {several}.into_iter().enumerate() {{",
                f"{counts}.insert({one}, place);",
                "}",
                f"let mut places: Vec<usize> = {counts}.into_values().collect();",
                "places.sort();",
                "places",
            ],
            "Vec<usize>",
            (_MAP,),
        ),
        (
            [
                f"let {counts}: HashMap<{record.name}, usize> = {several}.into_iter().zip(0..).collect();",
                f"{counts}.values().sum()",
            ],
            "usize",
            (_MAP,),
        ),
    ]
    body, returns, uses = draw.one_of(shapes)
    function = Function(draw.names.function(), (Parameter(several, type_),), returns, tuple(body))
    return Piece([record.text(), function.text()], [function], uses)


def shown(draw: Draw) -> Piece:
    """Structs are shown for debugging."""
    record = draw.record(draw.one_of([TEXT, draw.whole]), derives=_derives(draw, "Debug"))
    name, extra, several = draw.names.variable(), Parameter(draw.names.measure(), draw.whole), draw.names.several()
    outer = draw.chance(0.3)
    subject, item = record, [record.text()]
    if outer:
        subject = draw.record(record.type, derives=("Debug",), least=2)
        item = [subject.text(), *item] if draw.chance() else [*item, subject.text()]
    word = draw.names.text()
    shapes = [
        ([f'format!("{word} {{{name}:?}}")'], "String", subject.type),
        ([f'format!("{{:?}} {{}}", {name}, {extra.name})'], "String", subject.type),
        ([f'let text = format!("{{{name}:?}}");', "(text.len(), text)"], "(usize, String)", subject.type),
        (
            [f'{several}.iter().map(|{name}| format!("{{{name}:?}}")).collect::<Vec<_>>().join("; ")'],
            "String",
            list_of(subject.type),
        ),
        ([f'format!("{{:#?}}", {name}).lines().count()'], "usize", subject.type),
        (
            [
                f'let mut text = String::from("{word}");',
                f'text.push_str(&format!("{{{name}:?}}"));',
                f"text.truncate({draw.literal(20, 60)});",
                "text",
            ],
            "String",
            subject.type,
        ),
        (
            [
                f"if {draw.truth([(extra.name, draw.whole)])} {{",
                f'format!("{{{name}:?}}")',
                "} else {",
                f'"{word}".to_string()',
                "}",
            ],
            "String",
            subject.type,
        ),
    ]
    body, returns, type_ = draw.one_of(shapes)
    given = Parameter(several if type_.kind == "list" else name, type_, "ref")
    function = Function(draw.names.function(), needed((given, extra), body), returns, tuple(body))
    return Piece([*item, function.text()], [function])


def by_default(draw: Draw) -> Piece:
    """Structs and enums are made by default."""
    if draw.chance(0.35):
        name, variants, item = _enum(draw, "Default", "PartialEq")
        function, extra = draw.names.function(), Parameter(draw.names.measure(), draw.whole)
        made = draw.one_of([f"{name}::default()", f"Option::<{name}>::None.unwrap_or_default()"])
        arms = [f"{name}::{one} => {draw.number([(extra.name, draw.whole)], 1)}," for one in variants]
        body = draw.one_of(
            [
                [f"match {made} {{", *arms, "}"],
                [
                    f"let found = {made};",
                    f"if found == {name}::{variants[0]} {{ {extra.name} }} else {{ {draw.literal()} }}",
                ],
            ]
        )
        used = Function(function, needed((extra,), body), draw.whole.text, tuple(body))
        return Piece([item, used.text()], [used])
    record = Record(draw.names.entity(), draw.record(draw.whole, TEXT).fields, _derives(draw, "Default"))
    name, extra = draw.names.variable(), Parameter(draw.names.measure(), draw.whole)
    field, label = draw.member(record, draw.whole).name, draw.member(record, TEXT).name
    start = draw.one_of([f"{record.name}::default()", f"{record.name}::default()", "Default::default()"])
    annotated = f": {record.name}" if start == "Default::default()" else ""
    changes = [
        f"{name}.{field} += {draw.number_of((extra.name, draw.whole))};",
        f'{name}.{label}.push_str("{draw.names.text()}");',
    ]
    shapes = [
        [f"let mut {name}{annotated} = {start};", *draw.random.sample(changes, draw.random.randint(1, 2)), name],
        [f"{record.name} {{ {field}: {draw.number_of((extra.name, draw.whole))}, ..Default::default() }}"],
        [f"{record.name} {{ {label}: {draw.text_of((extra.name, draw.whole))}, ..{record.name}::default() }}"],
        [
            f"let mut {name}: {record.name} = {record.name}::default();",
            f"if {draw.truth([(extra.name, draw.whole)])} {{",
            changes[0],
            "}",
            name,
        ],
        [
            f"let {name}: Option<{record.name}> = None;",
            f"let mut {name} = {name}.unwrap_or_default();",
            changes[0],
            name,
        ],
    ]
    body = draw.one_of(shapes)
    function = Function(
        draw.names.function(), needed((extra,), body), record.name, tuple(body), shown=record.type.shown
    )
    return Piece([record.text(), function.text()], [function])


SCENES = (by_default, cloned, compared, hashed, ordered, shown)
