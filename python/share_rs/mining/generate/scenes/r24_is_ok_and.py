"""Programs that ask what a result holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.mining.generate.function import Function, Parameter, needed
from share_rs.mining.generate.host import host
from share_rs.mining.generate.outcome import answer
from share_rs.mining.generate.piece import Piece
from share_rs.mining.generate.types import NUMERAL, TEXT, list_of, result_of

if TYPE_CHECKING:
    from share_rs.mining.generate.draw import Draw
    from share_rs.mining.generate.expressions import Place


def _condition(draw: Draw, name: str, others: list[Place]) -> str:
    """On a number of the program's type."""
    if draw.chance(0.4):
        return f"{name} {draw.one_of(['>', '<', '>=', '<=', '!='])} {others[0][0]}"
    found = draw.truth([(name, draw.whole)])
    if draw.chance(0.25) and "||" not in found:
        return f"{found} && {draw.truth(others)}"
    return found


def parsed(draw: Draw) -> Piece:
    """A text that may be a number."""
    home, extra = host(draw, NUMERAL, "ref"), Parameter(draw.names.measure(), draw.whole)
    others: list[Place] = [(extra.name, draw.whole)]
    one = draw.names.variable()
    before = draw.one_of(["", "", ".trim()", f".trim_start_matches('{draw.literal(0, 3)}')"])
    question = f"{home.place}{before}.parse::<{draw.whole.text}>().is_ok_and(|{one}| {_condition(draw, one, others)})"
    lines, returns = answer(draw, f"!{question}" if draw.chance(0.15) else question, others)
    return home.piece(home.function(draw, lines, returns, [extra]))


def parsed_each(draw: Draw) -> Piece:
    """Of many texts those that are numbers that fit."""
    several, one, two = draw.names.several(), draw.names.variable(), draw.names.variable()
    extra, total = Parameter(draw.names.measure(), draw.whole), draw.names.measure()
    condition = _condition(draw, two, [(extra.name, draw.whole)])
    question = f"{one}.parse::<{draw.whole.text}>().is_ok_and(|{two}| {condition})"
    kind = draw.random.randrange(7)
    number = draw.number([(extra.name, draw.whole)], 1)
    own = draw.text_of((one, TEXT))
    body, returns = [
        ([f"{several}.iter().filter(|{one}| {question}).count()"], "usize"),
        ([f"{several}.iter().{draw.one_of(['any', 'all'])}(|{one}| {question})"], "bool"),
        ([f"{several}.iter().position(|{one}| {question})"], "Option<usize>"),
        ([f"{several}.iter().find(|{one}| {question}).cloned()"], "Option<String>"),
        (
            [
                f"let mut {total} = {number};",
                f"for {one} in {several} {{",
                f"if {question} {{",
                draw.one_of([f"{total} += {draw.literal()};", f"{total} += {draw.size(one)};"]),
                "}",
                "}",
                total,
            ],
            draw.whole.text,
        ),
        (
            [
                f"let mut {total} = Vec::new();",
                f"for {one} in {several} {{",
                f"if {question} {{",
                f"{total}.push({own});",
                "}",
                "}",
                total,
            ],
            "Vec<String>",
        ),
        (
            [
                f"let (good, bad): (Vec<&String>, Vec<&String>) = {several}.iter().partition(|{one}| {question});",
                "(good.len(), bad.len())",
            ],
            "(usize, usize)",
        ),
    ][kind]
    if len(body) == 1 and draw.chance(0.4):
        found = draw.names.variable()
        body, returns = [f"let {found} = {body[0]};", f"({found}, {number})"], f"({returns}, {draw.whole.text})"
    parameters = needed((Parameter(several, list_of(NUMERAL), "ref"), extra), body)
    function = Function(draw.names.function(), parameters, returns, tuple(body))
    return Piece([function.text()], [function])


def checked(draw: Draw) -> Piece:
    """A function that refuses some values, and one that asks what it gives."""
    type_ = draw.one_of([TEXT, draw.whole])
    subject, extra = (
        Parameter(draw.name_for(type_), type_, "own" if type_.copy else "ref"),
        Parameter(draw.names.measure(), draw.whole),
    )
    lines, value = draw.count_on((subject.name, type_), [], 2)
    error = draw.one_of(
        [f'"{draw.names.text()}".to_string()', f'format!("{draw.names.text()}: {{{subject.name}}}")', "String::new()"]
    )
    body = [f"if {draw.guard((subject.name, type_))} {{", f"return Err({error});", "}", *lines, f"Ok({value})"]
    if draw.chance(0.3) and not lines and not value.startswith("if "):
        body = [f"if {draw.guard((subject.name, type_))} {{", f"Ok({value})", "} else {", f"Err({error})", "}"]
    checker = Function(
        draw.names.function(),
        (subject,),
        f"Result<{draw.whole.text}, String>",
        tuple(body),
        prefix=draw.one_of(["", "pub "]),
    )
    given, one = draw.name_for(type_), draw.names.variable()
    others: list[Place] = [(extra.name, draw.whole)]
    question = f"{checker.name}({given}).is_ok_and(|{one}| {_condition(draw, one, others)})"
    asked, returns = answer(draw, question, others)
    parameters = needed((Parameter(given, type_, subject.mode), extra), asked)
    asker = Function(draw.names.function(), parameters, returns, tuple(asked))
    functions = [checker, asker]
    draw.random.shuffle(functions)
    return Piece([one.text() for one in functions], [one for one in functions if one.prefix])


def kept(draw: Draw) -> Piece:
    """A result that a struct or a caller has."""
    inner = draw.one_of([draw.whole, TEXT])
    home, extra = host(draw, result_of(inner), "ref"), Parameter(draw.names.measure(), draw.whole)
    others: list[Place] = [(extra.name, draw.whole)]
    one = draw.names.variable()
    if inner is TEXT:
        condition = draw.truth([(one, TEXT)])
        pattern = one
    elif draw.chance(0.4):
        condition, pattern = _condition(draw, one, others), f"&{one}"
    else:
        condition, pattern = _condition(draw, f"*{one}", others), one
    lines, returns = answer(draw, f"{home.place}.as_ref().is_ok_and(|{pattern}| {condition})", others)
    return home.piece(home.function(draw, lines, returns, [extra]))


def searched(draw: Draw) -> Piece:
    """Where a number stands in a sorted list, and whether it fits a smaller type."""
    one, extra = draw.names.variable(), Parameter(draw.names.measure(), draw.whole)
    others: list[Place] = [(extra.name, draw.whole)]
    if draw.chance():
        small = draw.one_of(["u8", "i8"])
        test = f"{one} {draw.one_of(['>', '<', '>=', '!='])} {draw.literal(5, 30)}"
        given = draw.names.measure()
        factor = draw.literal(4, 9)
        asked, returns = answer(draw, f"{small}::try_from({given} * {factor}).is_ok_and(|{one}| {test})", others)
        function = Function(
            draw.names.function(), needed((Parameter(given, draw.whole), extra), asked), returns, tuple(asked)
        )
        return Piece([function.text()], [function])
    several, sorted_ = draw.names.several(), draw.names.several()
    test = f"{one} {draw.one_of(['>', '<', '==', '!='])} {draw.literal(0, 3)}"
    start = [f"let mut {sorted_} = {several}.to_vec();", f"{sorted_}.sort();", f"{sorted_}.dedup();"]
    if draw.chance(0.4):
        start = [start[0], f"{sorted_}.push({extra.name});", *start[1:]]
    asked, returns = answer(draw, f"{sorted_}.binary_search(&{extra.name}).is_ok_and(|{one}| {test})", others)
    function = Function(
        draw.names.function(),
        (Parameter(several, list_of(draw.whole), "ref"), extra),
        returns,
        (*start, *asked),
    )
    return Piece([function.text()], [function])


SCENES = (checked, kept, parsed, parsed_each, searched)
