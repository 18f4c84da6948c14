"""Programs with macros by example, and calls of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from share_rs.mining.generate.function import Function, Parameter, needed
from share_rs.mining.generate.piece import Piece
from share_rs.mining.generate.types import TEXT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from share_rs.mining.generate.draw import Draw
    from share_rs.mining.generate.expressions import Place


def _rule(matcher: str, lines: Sequence[str]) -> str:
    """A rule; what has statements becomes a block."""
    if len(lines) == 1:
        return f"({matcher}) => {{\n{lines[0]}\n}};"
    return f"({matcher}) => {{{{\n" + "\n".join(lines) + "\n}};"


def _macro(name: str, *rules: str) -> str:
    return f"macro_rules! {name} {{\n" + "\n".join(rules) + "\n}"


def _of_all(draw: Draw, places: Sequence[Place], most: int = 1) -> list[str]:
    """Statements and a number that depends on every place."""
    lines, value = draw.count(places, most)
    for name, _ in places:
        if not re.search(re.escape(name) + r"\b", "\n".join([*lines, value])):
            value = f"({value})" if " " in value else value
            value += draw.one_of([f" + {name}", f".max({name})", f" * 2 + {name}"])
    return [*lines, value]


def _numbers(draw: Draw, count: int) -> list[Parameter]:
    return [Parameter(draw.names.measure(), draw.whole) for _ in range(count)]


def _caller(draw: Draw, call: str, own: Sequence[Parameter], more: str = "") -> Function:
    """A function that goes on with the number that a macro gives."""
    got, places = draw.names.measure(), [(one.name, one.type) for one in own]
    shape = draw.random.randrange(4)
    if shape == 0:
        body: tuple[str, ...] = (call,)
    elif shape == 1:
        body = (f"let {got} = {call};", *draw.counted_of((got, draw.whole), places))
    elif shape == 2:
        body = (
            f"let mut {got} = {call};",
            f"if {draw.truth(places)} {{",
            f"{got} += {more or draw.literal()};",
            "}",
            got,
        )
    else:
        body = (f"if {draw.truth(places)} {{", f"return {draw.number(places, 1)};", "}", call)
    return Function(draw.names.function(), needed(own, body), draw.whole.text, body)


def worked_out(draw: Draw) -> Piece:
    """A macro works a number out of some others."""
    name, given = draw.names.function(), [draw.names.measure() for _ in range(draw.random.randint(1, 3))]
    matcher = ", ".join(f"${one}:expr" for one in given)
    rule = _rule(matcher, _of_all(draw, [(f"${one}", draw.whole) for one in given]))
    own = _numbers(draw, len(given))
    places = [(one.name, one.type) for one in own]

    def call() -> str:
        values = [one.name if draw.chance(0.6) else draw.number_of((one.name, one.type), places) for one in own]
        return f"{name}!({', '.join(values)})"

    functions = [_caller(draw, call(), own, call())]
    if draw.chance(0.4):
        functions.append(_caller(draw, call(), own))
    return Piece([_macro(name, rule), *(one.text() for one in functions)], functions)


def said(draw: Draw) -> Piece:
    """A macro makes a text of a label and a number."""
    name, label, count = draw.names.function(), draw.names.label(), draw.names.measure()
    places: list[Place] = [(f"${label}", TEXT), (f"${count}", draw.whole)]
    if draw.chance(0.3):
        places.reverse()
    between = draw.one_of([", ", " => ", "; "])
    matcher = between.join(f"{text}:expr" for text, _ in places)
    lines, value = draw.phrase(places, 1)
    for text, _ in places:
        if text not in "\n".join([*lines, value]):
            value = f'format!("{{}} {{}}", {value}, {text})'
    title, number = Parameter(draw.names.label(), TEXT, "ref"), Parameter(draw.names.measure(), draw.whole)
    given = {f"${label}": title.name, f"${count}": draw.number_of((number.name, draw.whole), [(title.name, TEXT)])}
    call = f"{name}!({between.join(given[text] for text, _ in places)})"
    kept = draw.names.label()
    body = draw.one_of(
        [
            (call,),
            (f"let {kept} = {call};", *draw.phrased_of((kept, TEXT), [(number.name, draw.whole)])),
            (f"let mut {kept} = {call};", f"{kept}.push('{draw.one_of('!?+*')}');", kept),
        ]
    )
    function = Function(draw.names.function(), (title, number), "String", body)
    return Piece([_macro(name, _rule(matcher, [*lines, value])), function.text()], [function])


def collected(draw: Draw) -> Piece:
    """A macro puts any number of values into a list, or adds them up."""
    name, item, all_ = draw.names.function(), draw.names.variable(), draw.names.several()
    whole, separator = draw.whole.text, draw.one_of([",", ",", ",", ";"])
    repeated = f"$(${item}:expr){separator}{draw.one_of('*+')}" + draw.one_of(["", "", f" $({separator})?"])
    value = draw.number([(f"${item}", draw.whole)], 1) if draw.chance() else f"${item}"
    ways: list[tuple[list[str], str]] = [
        ([f"let mut {all_}: Vec<{whole}> = Vec::new();", f"$({all_}.push({value});)*", all_], f"Vec<{whole}>"),
        ([f"let mut {all_}: {whole} = {draw.literal(0, 9)};", f"$({all_} += {value};)*", all_], whole),
        (
            [f"let mut {all_} = String::new();", f'$({all_}.push_str(&format!("{{}};", {value}));)*', all_],
            "String",
        ),
        (
            [f"let mut {all_}: {whole} = {draw.literal(0, 9)};", "$(", f"{all_} = {all_}.max({value});", ")*", all_],
            whole,
        ),
    ]
    lines, returns = draw.one_of(ways)
    own = _numbers(draw, draw.random.randint(1, 2))
    places = [(one.name, one.type) for one in own]
    values = [draw.number_of(draw.one_of(places), places) for _ in range(draw.random.randint(2, 4))]
    call = f"{name}!{draw.one_of(['({})', '[{}]', '({})'])}".format(f"{separator} ".join(values))
    body: tuple[str, ...] = (call,)
    if returns.startswith("Vec") and draw.chance():
        body = (f"let mut {all_} = {call};", f"{all_}.{draw.one_of(['sort', 'reverse', 'dedup'])}();", all_)
    elif returns == whole and draw.chance():
        body = (f"let {all_} = {call};", *draw.counted_of((all_, draw.whole), places))
    function = Function(draw.names.function(), needed(own, body), returns, body)
    return Piece([_macro(name, _rule(repeated, lines)), function.text()], [function])


def mapped(draw: Draw) -> Piece:
    """A macro makes a map, or a list of pairs, of what stands on either side of an arrow."""
    name, key, value, all_ = draw.names.function(), draw.names.label(), draw.names.measure(), draw.names.several()
    whole, ending = draw.whole.text, draw.one_of(["", " $(,)?"])
    repeated = f"$(${key}:expr => ${value}:expr),{draw.one_of('*+')}{ending}"
    shown = draw.number([(f"${value}", draw.whole)], 1) if draw.chance(0.4) else f"${value}"
    text = draw.chance(0.7)
    kind = ("String" if draw.chance() else "&'static str") if text else whole
    named = f"${key}.to_string()" if kind == "String" else f"${key}"
    uses: tuple[str, ...] = ()
    if draw.chance(0.7):
        lines = [
            f"let mut {all_}: BTreeMap<{kind}, {whole}> = BTreeMap::new();",
            f"$({all_}.insert({named}, {shown});)*",
            all_,
        ]
        returns, uses = f"BTreeMap<{kind}, {whole}>", ("std::collections::BTreeMap",)
    elif draw.chance():
        lines, returns = [f"vec![$(({named}, {shown})),*]"], f"Vec<({kind}, {whole})>"
    else:
        lines = [f"let mut {all_}: Vec<({kind}, {whole})> = Vec::new();", f"$({all_}.push(({named}, {shown}));)*", all_]
        returns = f"Vec<({kind}, {whole})>"
    own = _numbers(draw, draw.random.randint(1, 2))
    places = [(one.name, one.type) for one in own]
    keys = [f'"{draw.names.text()}"' if text else draw.literal() for _ in range(draw.random.randint(2, 4))]
    if draw.chance(0.7):
        pairs = ", ".join(f"{one} => {draw.number_of(draw.one_of(places), places)}" for one in keys)
        call = f"{name}!({pairs})" if draw.chance() else f"{name}! {{ {pairs} }}"
    else:
        rows = "\n".join(f"{one} => {draw.number_of(draw.one_of(places), places)}," for one in keys)
        call = f"{name}! {{\n{rows if ending else rows[:-1]}\n}}"
    body: tuple[str, ...] = (call,)
    if draw.chance(0.4):
        body = (f"let {all_} = {call};", f"({all_}.len(), {all_})")
        returns = f"(usize, {returns})"
    elif "{" in call:
        # A call in braces at the end would be a statement.
        body = (
            (f"let {all_} = {call};", all_)
            if draw.chance()
            else (f"let mut {all_} = {call};", f"{all_}.retain({_kept(draw, uses)});", all_)
        )
    function = Function(draw.names.function(), needed(own, body), returns, body)
    return Piece([_macro(name, _rule(repeated, lines)), function.text()], [function], uses)


def _kept(draw: Draw, uses: Sequence[str]) -> str:
    one = draw.names.measure()
    condition = draw.one_of([f"*{one} > {draw.literal()}", f"*{one} % {draw.literal(2, 5)} == 0"])
    return f"|_, {one}| {condition}" if uses else f"|(_, {one})| {condition}"


def matched(draw: Draw) -> Piece:
    """A macro chooses by a pattern."""
    name, looked, pattern, then = (draw.names.function() for _ in range(4))
    other = draw.names.variable()
    own = _numbers(draw, draw.random.randint(1, 2))
    places = [(one.name, one.type) for one in own]
    several = draw.chance(0.4)
    arm = f"${pattern}:pat => ${then}:expr"
    matcher = f"${looked}:expr, $({arm}),+; ${other}:expr" if several else f"${looked}:expr, {arm}, ${other}:expr"
    chosen = f"$(${pattern} => ${then},)+" if several else f"${pattern} => ${then},"
    rule = _rule(matcher, ["\n".join([f"match ${looked} {{", chosen, f"_ => ${other},", "}"])])
    low = sorted(draw.random.sample(range(1, 40), 4))
    patterns = (
        [f"0..={low[0]}", f"{low[1]}..={low[2]}", f"{low[3]}"]
        if several
        else [draw.one_of([f"0..={low[1]}", f"{low[0]} | {low[2]} | {low[3]}"])]
    )
    arms = ", ".join(f"{one} => {draw.number(places, 1)}" for one in patterns[: draw.random.randint(2, 3)])
    end = draw.number_of(draw.one_of(places), places)
    call = f"{name}!({draw.number_of(places[0], [])}, {arms}{'; ' if several else ', '}{end})"
    function = _caller(draw, call, own)
    return Piece([_macro(name, rule), function.text()], [function])


def recursive(draw: Draw) -> Piece:
    """A macro calls itself with the rest of what it is given."""
    name, first, rest = draw.names.function(), draw.names.variable(), draw.names.several()
    again = f"{name}!($(${rest}),+)"
    kept, other = draw.names.measure(), draw.names.measure()
    sign = draw.one_of("<>")
    deeper = draw.one_of(
        [
            [f"${first}.{draw.one_of(['max', 'min'])}({again})"],
            [f"${first} {draw.one_of(['+', '+ 2 *'])} {again}"],
            [
                f"let {kept} = ${first};",
                f"let {other} = {again};",
                f"if {kept} {sign} {other} {{ {kept} }} else {{ {other} }}",
            ],
            [f"let {kept} = {again};", f"{kept}.saturating_sub(${first}) + {draw.literal()}"],
        ]
    )
    rules = [
        _rule(f"${first}:expr", [draw.number_of((f"${first}", draw.whole), []) if draw.chance(0.4) else f"${first}"]),
        _rule(f"${first}:expr, $(${rest}:expr),+", deeper),
    ]
    own = _numbers(draw, draw.random.randint(2, 3))
    places = [(one.name, one.type) for one in own]
    values = [one.name if draw.chance() else draw.number_of((one.name, one.type), places) for one in own]
    if draw.chance(0.3):
        values.append(f"{draw.literal()}_{draw.whole.text}")
    function = _caller(draw, f"{name}!({', '.join(values)})", own)
    return Piece([_macro(name, *rules), function.text()], [function])


def items(draw: Draw) -> Piece:
    """A macro writes structs with their methods."""
    name, type_, field, by = (draw.names.function() for _ in range(4))
    method, whole = draw.names.measure(), draw.whole.text
    one, several = draw.names.variable(), draw.chance(0.5)
    head = (
        f"${type_}:ident {{ ${field}:ident }} => ${by}:expr"
        if draw.chance()
        else f"${type_}:ident, ${field}:ident, ${by}:expr"
    )
    own = f"self.${field}"
    value = draw.number_of((own, draw.whole), [])
    value = f"({value}) * ${by}" if " " in value else f"{value} {draw.one_of('*+')} ${by}"
    text = [
        f"pub struct ${type_} {{",
        f"pub ${field}: {whole},",
        "}",
        "",
        f"impl ${type_} {{",
        f"pub fn {method}(&self) -> {whole} {{",
        value,
        "}",
        *(
            ["", f"pub fn {one}(self) -> ${type_} {{", f"${type_} {{ ${field}: {own} + ${by} }}", "}"]
            if draw.chance(0.4)
            else []
        ),
        "}",
    ]
    made = [(draw.names.entity(), draw.names.measure(), draw.literal(2, 9)) for _ in range(draw.random.randint(2, 3))]
    matcher = f"$({head});+ $(;)?" if several else head
    rule = f"({matcher}) => {{\n" + "\n".join(["$(", *text, ")+"] if several else text) + "\n};"
    given = [
        head.replace(f"${type_}:ident", kind).replace(f"${field}:ident", part).replace(f"${by}:expr", by_)
        for kind, part, by_ in made
    ]
    calls = (
        [f"{name}! {{\n" + "\n".join(f"{one};" for one in given) + "\n}"]
        if several
        else ["\n".join(f"{name}!({one});" for one in given)]
    )
    shown = [f'record.value("{kind}", &{kind} {{ {part}: {draw.whole.drawn} }}.{method}());' for kind, part, _ in made]
    if f"pub fn {one}(" in rule:
        shown += [
            f'record.value("more", &{kind} {{ {part}: {draw.whole.drawn} }}.{one}().{part});' for kind, part, _ in made
        ]
    probe = f"pub fn probe_{name}(draw: &mut Draw, record: &mut Record) {{\n" + "\n".join(shown) + "\n}"
    return Piece([_macro(name, rule), *calls], [], probes=[probe], imports=[kind for kind, _, _ in made])


SCENES = (collected, items, mapped, matched, recursive, said, worked_out)
