"""Programs that pass errors and absences on with a question mark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.mining.generate.failure import Failure
from share_rs.mining.generate.function import Function, Parameter, needed
from share_rs.mining.generate.home import Home
from share_rs.mining.generate.piece import Piece
from share_rs.mining.generate.types import NUMERAL, TEXT, few_of, joined, list_of, map_of, option_of, paired

if TYPE_CHECKING:
    from share_rs.mining.generate.draw import Draw
    from share_rs.mining.generate.types import Type

_PARSED = "{}.map_err(|error| error.to_string())"


def parsed_parts(draw: Draw) -> Piece:
    """Every part of a text, or every text of a list, is read as a number."""
    whole = draw.whole.text
    error = draw.one_of(["std::num::ParseIntError", "Box<dyn std::error::Error>"])
    separator = draw.one_of([",", ";", "-", " "])
    given = Parameter(draw.name_for(TEXT), joined(NUMERAL, separator), "ref")
    parts = f"{given.name}.split('{separator}')"
    if draw.chance(0.4):
        given = Parameter(draw.names.several(), list_of(NUMERAL), "ref")
        parts = given.name
    one, got, sum_ = draw.names.variable(), draw.names.measure(), draw.names.measure()
    number: tuple[str, Type] = (got, draw.whole)
    read = f"{one}{draw.one_of(['', '.trim()'])}.parse::<{whole}>()?"
    if draw.chance():
        lines, add = [f"let {got} = {read};"], draw.number_on(number)
        if draw.chance(0.4):
            lines = [f"let {got}: {whole} = {one}.parse()?;"]
        kept = draw.one_of([f"{sum_} += {add};", f"{sum_} = {sum_}.max({add});"])
        inside = [f"if {draw.guard(number)} {{", kept, "}"] if draw.chance(0.4) else [kept]
        body = [f"let mut {sum_} = {draw.literal(0, 5)};", f"for {one} in {parts} {{", *lines, *inside, "}"]
        after, end = draw.count_on((sum_, draw.whole), most=1)
        body += [*after, f"Ok({end})"]
        returns = whole
    else:
        body = [f"let mut {sum_} = Vec::new();", f"for {one} in {parts} {{", f"{sum_}.push({read});", "}"]
        body += [f"{sum_}.sort();"] if draw.chance(0.3) else []
        body += [f"Ok({sum_})"]
        returns = f"Vec<{whole}>"
    reader = Function(draw.names.function(), (given,), f"Result<{returns}, {error}>", tuple(body), shown=_PARSED)
    got = draw.names.measure()
    if returns == whole:
        lines, value = draw.count_on((got, draw.whole), most=2)
    else:
        lines, value = [], draw.size(got)
    user = Function(
        draw.names.function(),
        (given,),
        f"Result<{whole}, {error}>",
        (f"let {got} = {reader.name}({given.name})?;", *lines, f"Ok({value})"),
        shown=_PARSED,
    )
    return Piece([reader.text(), user.text()], [reader, user])


def calls_that_fail(draw: Draw) -> Piece:
    """A function calls one or two that may fail, and fails with them."""
    failure = Failure(draw)
    whole = draw.whole.text
    shared = [Parameter(draw.names.measure(), draw.whole), Parameter(draw.name_for(TEXT), TEXT, "ref")]
    helpers: list[Function] = []
    for _ in range(draw.random.randint(1, 2)):
        parameters = draw.random.sample(shared, draw.random.randint(1, 2))
        places = [(one.name, one.type) for one in parameters]
        lines, value = draw.count(places, 1)
        body = [f"if {draw.guard(places[0])} {{", f"return Err({failure.raised(places)});", "}", *lines, f"Ok({value})"]
        if draw.chance(0.35):
            body = [
                f"if {draw.guard(places[0])} {{",
                f"Err({failure.raised(places)})",
                "} else {",
                *lines,
                f"Ok({value})",
                "}",
            ]
        helpers.append(
            Function(
                draw.names.function(),
                needed(parameters, body),
                f"Result<{whole}, {failure.type}>",
                tuple(body),
                prefix=draw.one_of(["", "pub "]),
                shown=failure.shown,
            )
        )
    body: list[str] = []
    places: list[tuple[str, Type]] = [(one.name, one.type) for one in shared]
    for helper in helpers:
        call = f"{helper.name}({', '.join(one.name for one in helper.parameters)})?"
        got = draw.names.measure()
        body.append(f"let {got} = {call};")
        places = [(got, draw.whole), *places]
        if draw.chance(0.4):
            lines, value = draw.count_on(places[0], places[1:], 1)
            other = draw.names.measure()
            body += [*lines, f"let {other} = {value};"]
            places[0] = (other, draw.whole)
    value = draw.number_on(places[0])
    if len(helpers) > 1:
        value = draw.one_of([f"{places[0][0]} + {places[1][0]}", f"{places[1][0]}.max({places[0][0]})"])
    parameters = needed(shared, body)
    user = Function(
        draw.names.function(),
        parameters,
        f"Result<{whole}, {failure.type}>",
        (*body, f"Ok({value})"),
        shown=failure.shown,
    )
    called = [*(one for one in helpers if one.prefix), user]
    items = [*failure.items(), *(one.text() for one in helpers), user.text()]
    return Piece(items, called, uses=failure.uses(), imports=failure.imports())


def steps_that_may_lack(draw: Draw) -> Piece:
    """Each step needs what the one before found, or there is nothing."""
    map_ = map_of(few_of(draw.key()), draw.whole)
    key = map_.key or TEXT
    listed = Parameter(draw.names.several(), list_of(few_of(key)), "ref")
    table, amount = Parameter(draw.names.several(), map_, "ref"), Parameter(draw.names.measure(), draw.whole)
    one, got = draw.names.variable(), draw.names.measure()
    first = draw.one_of([f"{listed.name}.first()?", f"{listed.name}.last()?", f"{listed.name}.iter().max()?"])
    second = draw.one_of([f"*{table.name}.get({one})?", f"{table.name}.get({one}).copied()?"])
    body = [f"let {one} = {first};", f"let {got} = {second};"]
    if draw.chance(0.3):
        body = [f"let {got} = *{table.name}.get({first})?;"]
    places: list[tuple[str, Type]] = [(amount.name, draw.whole), (table.name, map_)]
    if draw.chance(0.4):
        left = draw.names.measure()
        divisor = draw.one_of([amount.name, f"{amount.name} / {draw.literal(2, 6)}"])
        body.append(f"let {left} = {got}.checked_div({divisor})?;")
        places.append((left, draw.whole))
    if draw.chance(0.4):
        body += [f"if {draw.guard((got, draw.whole))} {{", "return None;", "}"]
    lines, end = draw.count_on((got, draw.whole), places[:1], 1)
    if len(places) > 2:
        end = f"{places[2][0]} + {got}"
        lines = []
    body += [*lines, f"Some({end})"]
    parameters = needed((listed, table, amount), body)
    function = Function(draw.names.function(), parameters, f"Option<{draw.whole.text}>", tuple(body))
    call = f"{function.name}({', '.join(one.name for one in parameters)})?"
    other = draw.names.measure()
    after, value = draw.count_on((other, draw.whole), places[1:2], 1)
    body = (f"let {other} = {call};", *after, f"Some({value})")
    user = Function(draw.names.function(), needed((listed, table, amount), body), function.returns, body)
    return Piece([function.text(), user.text()], [function, user], uses=["std::collections::BTreeMap"])


def taken_apart(draw: Draw) -> Piece:
    """A text is split at a sign; without it there is nothing."""
    sign = draw.one_of(["=", ":", "@", "/"])
    line = Parameter(draw.name_for(TEXT), paired(sign), "ref")
    left, right, got = draw.names.label(), draw.names.label(), draw.names.measure()
    split = draw.one_of([f"{line.name}.split_once('{sign}')?", f"{line.name}.trim().split_once('{sign}')?"])
    whole = draw.whole.text
    body = [f"let ({left}, {right}) = {split};"]
    kind = draw.random.randrange(4)
    if kind == 0:
        body += [f"let {got}: {whole} = {right}.parse().ok()?;"]
        body += [f"if {draw.guard((got, draw.whole))} {{", "return None;", "}"] if draw.chance(0.4) else []
        body += [f"Some(({left}.{draw.one_of(['to_string()', 'to_uppercase()', 'trim().to_string()'])}, {got}))"]
        returns = f"(String, {whole})"
    elif kind == 1:
        letter = draw.names.variable()
        body += [f"let {letter} = {left}.chars().{draw.one_of(['next()', 'last()', 'max()'])}?;"]
        body += [f'Some(format!("{{{letter}}}{draw.one_of(["-", ".", "_"])}{{{right}}}"))']
        returns = "String"
    elif kind == 2:
        body += [f"let {got} = {right}.parse::<{whole}>().ok()?;", f"let {got} = {draw.number_on((got, draw.whole))};"]
        lines, value = draw.count_on((got, draw.whole), [(left, TEXT)], 1)
        lines.append(
            f"Some(({left}.len(), {value}))" if left not in " ".join([*lines, value]) else f"Some((0, {value}))"
        )
        body += lines
        returns = f"(usize, {whole})"
    else:
        text = draw.one_of([left, right])
        body = [f"let {f'({left}, _)' if text == left else f'(_, {right})'} = {split};"]
        lines, value = draw.phrase_on((text, TEXT), most=1)
        body += [*lines, f"Some({value})"]
        returns = "String"
    function = Function(draw.names.function(), (line,), f"Option<{returns}>", tuple(body))
    several, one, all_ = (
        Parameter(draw.names.several(), list_of(line.type), "ref"),
        draw.names.variable(),
        draw.names.several(),
    )
    body = (
        f"let mut {all_} = Vec::new();",
        f"for {one} in {several.name} {{",
        f"{all_}.push({function.name}({one})?);",
        "}",
    )
    every = Function(draw.names.function(), (several,), f"Option<Vec<{returns}>>", (*body, f"Some({all_})"))
    return Piece([function.text(), every.text()], [function, every] if draw.chance(0.7) else [every])


def fields_that_may_lack(draw: Draw) -> Piece:
    """A struct with optional fields; what is made of them needs them."""
    number, text = option_of(draw.whole), option_of(TEXT)
    record = draw.record(number, draw.one_of([number, text]), draw.whole)
    home = Home.drawn(draw, record)
    wanted = [one for one in home.places if one[1] in {number, text}][:2]
    draw.random.shuffle(wanted)
    body: list[str] = []
    places: list[tuple[str, Type]] = []
    for place, type_ in wanted[: draw.random.randint(1, 2)]:
        got = draw.name_for(type_.inner or TEXT)
        how = "" if type_ == number else draw.one_of([".as_ref()", ".as_deref()", ".clone()"])
        body.append(f"let {got} = {place}{how}?;")
        places.append((got, type_.inner or TEXT))
    rest = [one for one in home.places if one[1].kind in {"number", "truth", "list"}]
    if draw.chance(0.3):
        body += [f"if {draw.guard(places[0])} {{", "return None;", "}"]
    first, second = places[0], places[-1]
    if draw.chance(0.3):
        lines, value = draw.phrase_on(first, [], 1) if first[1].kind in {"number", "text"} else draw.phrase([first], 1)
        returns = "String"
        value = f'format!("{{}} {{}}", {value}, {second[0]})' if second != first else value
    else:
        lines, value = draw.count_on(first, rest, 1)
        returns = draw.whole.text
        value = draw.one_of([f"({value}) + {draw.number_on(second)}"]) if second != first else value
    function = home.function(draw.names.function(), (), f"Option<{returns}>", [*body, *lines, f"Some({value})"])
    return Piece(home.items(function), [function])


SCENES = (calls_that_fail, fields_that_may_lack, parsed_parts, steps_that_may_lack, taken_apart)
