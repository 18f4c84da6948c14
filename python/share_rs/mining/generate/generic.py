"""Scenes of generic code, whose bounds stand at the parameters or in a where clause."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from share_rs.mining.generate.bounds import bounded, headed, imports, least
from share_rs.mining.generate.deeds import concrete, deeds, renamed, together
from share_rs.mining.generate.function import Function, Parameter, needed
from share_rs.mining.generate.piece import Piece
from share_rs.mining.generate.types import list_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from share_rs.mining.generate.draw import Draw


def over_a_list(draw: Draw, *, where: bool) -> Piece:
    """A generic function over a list."""
    several, wanted, letter = draw.names.several(), draw.names.variable(), draw.one_of(["T", "T", "T", "K", "I"])
    picked = deeds(draw, several, wanted)
    type_ = concrete(draw, picked)
    bounds = least(draw, (bound for one in picked for bound in one.bounds))
    generics, clause = bounded(draw, {letter: [one.replace("T>", f"{letter}>") for one in bounds]}, where=where)
    body, returns = together(draw, picked)
    parameters = [
        Parameter(several, list_of(type_), "ref"),
        *([Parameter(wanted, type_, "ref")] if any(one.wanted for one in picked) else []),
    ]
    if draw.chance(0.3):
        parameters.reverse()
    name = draw.names.function()
    written = {several: f"&[{letter}]", wanted: f"&{letter}"}
    head = f"pub fn {name}{generics}({', '.join(f'{one.name}: {written[one.name]}' for one in parameters)}) -> {renamed(returns, letter)}"
    item = headed(head, clause, [renamed(line, letter) for line in body])
    called = Function(name, tuple(parameters), renamed(returns, type_.text), ())
    uses = [*imports(bounds), *(use for one in picked for use in one.uses)]
    return Piece([item], [called], tuple(uses))


def of_a_struct(draw: Draw, *, where: bool) -> Piece:
    """A generic struct whose methods need more than it does, and a function that uses it."""
    name, field, wanted, letter = (
        draw.names.entity(),
        draw.names.several(),
        draw.names.variable(),
        draw.one_of(["T", "T", "I"]),
    )
    place = f"self.{field}"
    picked = deeds(draw, place, wanted)
    type_ = concrete(draw, picked)
    bounds = least(draw, (bound for one in picked for bound in one.bounds))
    body, returns = together(draw, picked)
    takes = any(one.wanted for one in picked)
    method, size = draw.names.function(), draw.names.function()
    head = f"pub fn {method}(&self{f', {wanted}: &{letter}' if takes else ''}) -> {renamed(returns, letter)}"
    written = [one.replace("T>", f"{letter}>") for one in bounds]
    # The shown list is one of `self`, which no format string can name.
    lines = [renamed(line, letter) for line in body]
    lines = [line.replace(f'format!("{{{place}:?}}")', f'format!("{{:?}}", {place})') for line in lines]
    asked = [size] if draw.chance() else []
    plain = [f"pub fn {one}(&self) -> usize {{\n{place}.len()\n}}" for one in asked]
    generics, clause = bounded(draw, {letter: written}, where=where)
    if where and draw.chance():
        block = headed(f"impl<{letter}> {name}<{letter}>", "", ["\n\n".join([*plain, headed(head, clause, lines)])])
    else:
        block = headed(f"impl{generics} {name}<{letter}>", clause, ["\n\n".join([headed(head, "", lines), *plain])])
    item = f"pub struct {name}<{letter}> {{\n{field}: Vec<{letter}>,\n}}"
    given, needle, made = (
        Parameter(draw.names.several(), list_of(type_)),
        Parameter(draw.name_for(type_), type_),
        draw.names.variable(),
    )
    calls = [f"{made}.{method}({f'&{needle.name}' if takes else ''})", *(f"{made}.{one}()" for one in asked)]
    results = [renamed(returns, type_.text), *("usize" for _ in asked)]
    value = calls[0] if len(calls) == 1 else f"({', '.join(calls)})"
    lines = (f"let {made} = {name} {{ {field}: {given.name} }};", value)
    caller = Function(
        draw.names.function(),
        needed((given, needle), lines),
        results[0] if len(results) == 1 else f"({', '.join(results)})",
        lines,
    )
    uses = [*imports(bounds), *(use for one in picked for use in one.uses)]
    return Piece([item, block, caller.text()], [caller], tuple(uses))


def by_a_rule(draw: Draw, *, where: bool) -> Piece:
    """A generic function is given a closure, and perhaps a type of its own for what that makes."""
    whole = draw.whole.text
    several, rule, one, name = draw.names.several(), draw.names.variable(), draw.names.variable(), draw.names.function()
    made = draw.names.variable()
    letter = draw.one_of(["F", "F", "R", "P"])
    shapes: list[tuple[dict[str, Sequence[str]], list[str], str, str, bool]] = [
        (
            {letter: [f"Fn({whole}) -> {whole}"]},
            [f"{several}.iter().map(|{one}| {rule}(*{one})).collect()"],
            f"Vec<{whole}>",
            f"Vec<{whole}>",
            False,
        ),
        (
            {letter: [f"Fn({whole}) -> bool"]},
            [
                f"let mut {made} = 0;",
                f"for {one} in {several} {{",
                f"if {rule}(*{one}) {{",
                f"{made} += {one};",
                "}",
                "}",
                made,
            ],
            whole,
            whole,
            True,
        ),
        (
            {"U": ["Ord", "Copy"], letter: [f"Fn({whole}) -> U"]},
            [f"{several}.iter().map(|{one}| {rule}(*{one})).max()"],
            "Option<U>",
            f"Option<{whole}>",
            False,
        ),
        (
            {"U": ["Display"], letter: [f"Fn({whole}) -> U"]},
            [f'{several}.iter().map(|{one}| {rule}(*{one}).to_string()).collect::<Vec<_>>().join(" ")'],
            "String",
            "String",
            False,
        ),
        (
            {"U": ["Default", "Add<Output = U>"], letter: [f"Fn({whole}) -> U"]},
            [
                f"let mut {made} = U::default();",
                f"for {one} in {several} {{",
                f"{made} = {made} + {rule}(*{one});",
                "}",
                made,
            ],
            "U",
            whole,
            False,
        ),
        (
            {"U": ["PartialEq"], letter: [f"Fn({whole}) -> U"]},
            [f"{several}.windows(2).filter(|{made}| {rule}({made}[0]) == {rule}({made}[1])).count()"],
            "usize",
            "usize",
            False,
        ),
        (
            {"U": ["Ord"], letter: [f"Fn({whole}) -> U"]},
            [f"let mut {made} = {several}.to_vec();", f"{made}.sort_by_key(|{one}| {rule}(*{one}));", made],
            f"Vec<{whole}>",
            f"Vec<{whole}>",
            False,
        ),
        (
            {letter: [f"FnMut({whole}) -> {whole}"]},
            [f"let mut {made} = Vec::new();", f"for &{one} in {several} {{", f"{made}.push({rule}({one}));", "}", made],
            f"Vec<{whole}>",
            f"Vec<{whole}>",
            False,
        ),
    ]
    bounds, body, returns, concrete_, tested = draw.one_of(shapes)
    bounds = {
        key: (draw.random.sample(list(some), len(some)) if len(some) > 1 else some) for key, some in bounds.items()
    }
    generics, clause = bounded(draw, bounds, where=where)
    mutable = "mut " if "FnMut" in str(bounds) else ""
    if draw.chance(0.5):
        walk = draw.one_of(
            ["iter().rev()", "iter().skip(1)", f"iter().take({draw.literal(2, 4)})", "iter().step_by(2)"]
        )
        body = [
            line.replace(f"{several}.iter()", f"{several}.{walk}").replace(
                f"in {several} {{", f"in {several}.{walk} {{"
            )
            for line in body
        ]
    item = headed(f"fn {name}{generics}({several}: &[{whole}], {mutable}{rule}: {letter}) -> {returns}", clause, body)
    walked, extra, given = list_of(draw.whole), Parameter(draw.names.measure(), draw.whole), draw.names.several()
    argument = draw.names.variable()
    place = (argument, draw.whole)
    told = draw.truth([place]) if tested else draw.number_of(place, [(extra.name, draw.whole)], 2)
    lines = (f"{name}({given}, |{argument}| {told})",)
    if concrete_ == whole and draw.chance():
        kept = draw.names.measure()
        lines = (f"let {kept} = {lines[0]};", *draw.counted_of((kept, draw.whole), [(extra.name, draw.whole)], 1))
    caller = Function(draw.names.function(), needed((Parameter(given, walked, "ref"), extra), lines), concrete_, lines)
    return Piece([item, caller.text()], [caller], imports(bound for some in bounds.values() for bound in some))


def of_its_own_trait(draw: Draw, *, where: bool) -> Piece:
    """A trait of the program, two structs that have it, and a function for all that have it."""
    trait, method, whole = draw.names.trait(), draw.names.function(), draw.whole.text
    second = draw.names.function() if draw.chance() else ""
    records = [draw.record(draw.whole) for _ in range(draw.random.randint(1, 2))]
    members = [f"fn {method}(&self) -> {whole};", *([f"fn {second}(&self) -> String;"] if second else [])]
    items = [f"pub trait {trait} {{\n" + "\n".join(members) + "\n}"]
    for record in records:
        places = list(record.places("self"))
        own = [f"fn {method}(&self) -> {whole} {{\n" + "\n".join(draw.counted(places, 1)) + "\n}"]
        own += [f"fn {second}(&self) -> String {{\n{draw.text(places)}\n}}"] if second else []
        items += [record.text(), f"impl {trait} for {record.name} {{\n" + "\n\n".join(own) + "\n}"]
    name, letter, one, several = (
        draw.names.function(),
        draw.one_of(["T", "S", "I"]),
        draw.names.variable(),
        draw.names.several(),
    )
    shapes: list[tuple[list[str], str, bool]] = [
        ([f"{several}.iter().map(|{one}| {one}.{method}()).sum()"], whole, True),
        ([f"{several}.iter().map({letter}::{method}).max()"], f"Option<{whole}>", True),
        (
            [
                f"let mut found = {draw.literal(0, 5)};",
                f"for {one} in {several} {{",
                f"found += {one}.{method}();",
                "}",
                "found",
            ],
            whole,
            True,
        ),
        ([f"{one}.{method}() * {draw.literal(2, 9)}"], whole, False),
        ([f"if {one}.{method}() > {draw.literal()} {{ {draw.literal()} }} else {{ {one}.{method}() }}"], whole, False),
    ]
    if second:
        shapes += [
            ([f'format!("{{}}: {{}}", {one}.{second}(), {one}.{method}())'], "String", False),
            (
                [
                    f"{several}.iter().filter(|{one}| {one}.{method}() > {draw.literal()}).map(|{one}| {one}.{second}()).collect()"
                ],
                "Vec<String>",
                True,
            ),
        ]
    body, returns, many = draw.one_of(shapes)
    generics, clause = bounded(draw, {letter: [trait]}, where=where)
    head = (
        f"pub fn {name}{generics}({several}: &[{letter}]) -> {returns}"
        if many
        else f"pub fn {name}{generics}({one}: &{letter}) -> {returns}"
    )
    called = [
        Function(
            name,
            (Parameter(several, list_of(record.type), "ref") if many else Parameter(one, record.type, "ref"),),
            returns,
            (),
        )
        for record in records
    ]
    probes = [
        function.probe().replace(f"probe_{name}", f"probe_{name}_{record.name.lower()}")
        for function, record in zip(called, records, strict=True)
    ]
    generic = headed(head, clause, body)
    return Piece([*items, generic] if draw.chance() else [generic, *items], [], imports([]), probes, [name])


def over_pairs(draw: Draw, *, where: bool) -> Piece:
    """A generic function over keys and values."""
    pairs, key, value, name, made = (
        draw.names.several(),
        draw.names.variable(),
        draw.names.variable(),
        draw.names.function(),
        draw.names.several(),
    )
    kind, whole = draw.key(), draw.whole.text
    shapes: list[tuple[dict[str, Sequence[str]], list[str], str]] = [
        ({"K": ["Ord"], "V": []}, [f"{pairs}.into_iter().collect()"], "BTreeMap<K, V>"),
        (
            {"K": ["Ord"], "V": []},
            [
                f"let mut {made}: BTreeMap<K, Vec<V>> = BTreeMap::new();",
                f"for ({key}, {value}) in {pairs} {{",
                f"{made}.entry({key}).or_default().push({value});",
                "}",
                made,
            ],
            "BTreeMap<K, Vec<V>>",
        ),
        (
            {"K": ["Ord"], "V": ["Default", "Add<Output = V>", "Copy"]},
            [
                f"let mut {made} = BTreeMap::new();",
                f"for ({key}, {value}) in {pairs} {{",
                f"let found = {made}.entry({key}).or_insert_with(V::default);",
                f"*found = *found + {value};",
                "}",
                made,
            ],
            "BTreeMap<K, V>",
        ),
        (
            {"K": ["Ord"], "V": ["Ord"]},
            [
                f"let mut {made} = BTreeMap::new();",
                f"for ({key}, {value}) in {pairs} {{",
                f"{made}.insert({value}, {key});",
                "}",
                f"{made}.into_values().collect::<BTreeSet<K>>().into_iter().collect()",
            ],
            "Vec<K>",
        ),
        (
            {"K": ["Display"], "V": ["Debug"]},
            [f'{pairs}.iter().map(|({key}, {value})| format!("{{{key}}}={{{value}:?}}")).collect()'],
            "Vec<String>",
        ),
        (
            {"K": ["PartialEq", "Clone"], "V": ["PartialOrd"]},
            [
                f"let mut {made} = Vec::new();",
                f"for pair in {pairs}.windows(2) {{",
                "if pair[0].0 != pair[1].0 && pair[0].1 < pair[1].1 {",
                f"{made}.push(pair[0].0.clone());",
                "}",
                "}",
                made,
            ],
            "Vec<K>",
        ),
        (
            {"K": ["Eq", "Hash"], "V": []},
            [f"let {made}: HashMap<K, V> = {pairs}.into_iter().collect();", f"{made}.len()"],
            "usize",
        ),
    ]
    bounds, body, returns = draw.one_of(shapes)
    bounds = {one: draw.random.sample(some, len(some)) for one, some in bounds.items()}
    # What is walked, and what is given back besides.
    walk = draw.one_of(["", "", ".rev()", ".skip(1)", f".take({draw.literal(2, 4)})", ".step_by(2)"])
    body = [
        line.replace(f"{pairs}.into_iter()", f"{pairs}.into_iter(){walk}").replace(
            f"in {pairs} {{", f"in {pairs}.into_iter(){walk} {{" if walk else f"in {pairs} {{"
        )
        for line in body
    ]
    before, size, limit = draw.names.measure(), draw.names.measure(), Parameter(draw.names.measure(), draw.whole)
    extra: list[Parameter] = []
    if draw.chance(0.6):
        kept = f"let {size} = {pairs}.len(){draw.cast};"
        tail = draw.number_of((size, draw.whole), [(limit.name, draw.whole)], 2)
        lines = [kept] if draw.chance() else [kept, f"let {before} = {tail};"]
        tail = before if len(lines) > 1 else tail
        extra = list(needed((limit,), [*lines, tail]))
        body = [*lines, *body[:-1], f"({body[-1]}, {tail})"]
        returns = f"({returns}, {whole})"
    generics, clause = bounded(draw, bounds, where=where)
    written = [f"{pairs}: Vec<(K, V)>", *(one.text() for one in extra)]
    item = headed(f"pub fn {name}{generics}({', '.join(written)}) -> {returns}", clause, body)
    result = re.sub(r"\bV\b", whole, re.sub(r"\bK\b", kind.text, returns))
    drawn = f"draw.vec(0..5, |draw| ({kind.drawn}, {draw.whole.drawn}))"
    probe = "\n".join(
        [
            f"pub fn probe_{name}(draw: &mut Draw, record: &mut Record) {{",
            f"let pairs = {drawn};",
            f"let found: {result} = {name}({', '.join(['pairs', *(one.type.drawn for one in extra)])});",
            'record.value("found", &found);',
            "}",
        ]
    )
    used = [one for one in ("BTreeMap", "BTreeSet", "HashMap") if re.search(rf"\b{one}\b", item)]
    uses = [
        *(f"std::collections::{one}" for one in used),
        *imports(bound for some in bounds.values() for bound in some),
    ]
    return Piece([item], [], tuple(uses), [probe], [name])
