"""Programs that ask what an option holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.mining.generate.chain import chained, picked, seen
from share_rs.mining.generate.function import Function, Parameter, needed
from share_rs.mining.generate.host import host
from share_rs.mining.generate.outcome import answer
from share_rs.mining.generate.piece import Piece
from share_rs.mining.generate.types import TEXT, few_of, list_of, map_of, option_of

if TYPE_CHECKING:
    from share_rs.mining.generate.draw import Draw
    from share_rs.mining.generate.expressions import Place
    from share_rs.mining.generate.types import Type


def _asks(draw: Draw, inner: Type, references: int, others: list[Place]) -> str:
    """The call, with a condition on a value behind so many references."""
    one = draw.names.variable()
    pattern = one
    if inner.copy and references and draw.chance(0.4):
        pattern, references = f"&{one}", references - 1
    place = seen(one, inner, references)
    condition = draw.truth([place])
    if inner.copy and draw.chance(0.35):
        condition = f"{place[0]} {draw.one_of(['>', '<', '>=', '<=', '!='])} {others[0][0]}"
    elif draw.chance(0.15):
        condition = f"{condition} && {draw.truth(others)}" if "||" not in condition else condition
    return f".{draw.one_of(['is_some_and', 'is_some_and', 'is_none_or'])}(|{pattern}| {condition})"


def held(draw: Draw) -> Piece:
    """An option that a struct or a caller has."""
    inner = draw.one_of([draw.whole, TEXT, draw.values()])
    inner = draw.one_of([draw.whole, TEXT]) if inner.kind == "list" and draw.chance() else inner
    home, extra = host(draw, option_of(inner), "ref"), Parameter(draw.names.measure(), draw.whole)
    others: list[Place] = [(extra.name, draw.whole)]
    if inner.copy:
        question = f"{home.place}{_asks(draw, inner, 0, others)}"
    else:
        lent = ".as_deref()" if inner.kind == "text" and draw.chance() else ".as_ref()"
        question = f"{home.place}{lent}{_asks(draw, inner, 0, others)}"
    if draw.chance(0.15):
        question = f"!{question}"
    lines, returns = answer(draw, question, others)
    return home.piece(home.function(draw, lines, returns, [extra]))


def found(draw: Draw) -> Piece:
    """The element of a list that is looked for."""
    walked = draw.values()
    inner, home, extra = walked.inner or TEXT, host(draw, walked, "ref"), Parameter(draw.names.measure(), draw.whole)
    others: list[Place] = [(extra.name, draw.whole)]
    one = draw.names.variable()
    look, references = draw.one_of(
        [
            ([".first()"], 1),
            ([".last()"], 1),
            ([f".get({draw.literal(0, 2)})"], 1),
            ([".iter()", draw.one_of([".max()", ".min()"])], 1),
            ([".iter()", f".find(|{one}| {draw.truth([seen(one, inner, 2)])})"], 1),
            ([".iter()", *picked(draw, inner, others=others), ".next()"], 1),
            ([".iter()", f".position(|{one}| {draw.truth([seen(one, inner, 1)])})"], -1),
        ]
    )
    if references < 0:
        at = draw.names.variable()
        test = f"{at} {draw.one_of(['>', '<', '>=', '=='])} {draw.literal(0, 3)}"
        asks = f".{draw.one_of(['is_some_and', 'is_none_or'])}(|{at}| {test})"
    else:
        asks = _asks(draw, inner, references, others)
    lines, returns = answer(draw, chained(home.place, *look, asks), [*others, (home.place, walked)])
    return home.piece(home.function(draw, lines, returns, [extra]))


def looked_up(draw: Draw) -> Piece:
    """What a map has under a key, or at its ends."""
    key, inner = few_of(draw.key()), draw.one_of([draw.whole, TEXT])
    home, extra = host(draw, map_of(key, inner), "ref"), Parameter(draw.names.measure(), draw.whole)
    wanted = Parameter(draw.name_for(key), key, "ref")
    others: list[Place] = [(extra.name, draw.whole)]
    if draw.chance(0.7):
        question = f"{home.place}.get({wanted.name}){_asks(draw, inner, 1, others)}"
    else:
        end, one = draw.one_of(["first_key_value", "last_key_value"]), draw.names.variable()
        condition = draw.truth([seen(one, inner, 1)])
        question = f"{home.place}.{end}().{draw.one_of(['is_some_and', 'is_none_or'])}(|(_, {one})| {condition})"
    lines, returns = answer(draw, question, others)
    return home.piece(home.function(draw, lines, returns, [wanted, extra]), uses=("std::collections::BTreeMap",))


def part_of_a_text(draw: Draw) -> Piece:
    """A part of a text, where it has one."""
    home, extra = host(draw, TEXT, "ref"), Parameter(draw.names.measure(), draw.whole)
    one, letter = draw.names.variable(), draw.one_of("aeior")
    how = draw.one_of(["is_some_and", "is_some_and", "is_none_or"])
    kinds = ["is_alphabetic", "is_ascii", "is_lowercase", "is_ascii_alphabetic", "is_alphanumeric"]
    tested = draw.one_of(
        [
            f".chars().{draw.one_of(['next', 'last'])}().{how}(|{one}| {one}.is_ascii() && {one} != '{letter}')",
            f".chars().nth({draw.literal(1, 3)}).{how}(|{one}| {one} > '{draw.one_of('gmo')}')",
            f'.chars().{draw.one_of(["next", "last"])}().{how}(|{one}| "aeiou".contains({one}))',
            f".find('{letter}').{how}(|{one}| {one} {draw.one_of(['>', '<', '>='])} {draw.literal(1, 4)})",
            f".strip_prefix('{letter}').{how}(|{one}| {draw.truth([(one, TEXT)])})",
            f".split_once('{letter}').{how}(|({one}, _)| {draw.truth([(one, TEXT)])})",
            f".split_once('{letter}').{how}(|(start, {one})| start.len() < {one}.len())",
            f".bytes().max().{how}(|{one}| {one} > b'{draw.one_of('ruw')}')",
            f".chars().rev().find(|letter| letter.{draw.one_of(kinds)}()).{how}(|{one}| {one} < 'r')",
        ]
    )
    lines, returns = answer(draw, home.place + tested, [(extra.name, draw.whole), (home.place, TEXT)])
    return home.piece(home.function(draw, lines, returns, [extra]))


def counted_options(draw: Draw) -> Piece:
    """Of a list of options those that hold what fits."""
    inner = draw.one_of([draw.whole, TEXT])
    several, one = draw.names.several(), draw.names.variable()
    extra = Parameter(draw.names.measure(), draw.whole)
    asks = _asks(draw, inner, 0, [(extra.name, draw.whole)])
    lent = f"{one}{'' if inner.copy else '.as_ref()'}"
    kind = draw.random.randrange(5)
    total = draw.names.measure()
    if kind == 0:
        body, returns = [f"{several}.iter().filter(|{one}| {lent}{asks}).count()"], "usize"
    elif kind == 1:
        how = draw.one_of(["any", "all"])
        body, returns = [f"{several}.iter().{how}(|{one}| {lent}{asks})"], "bool"
    elif kind == 2:
        body, returns = [f"{several}.iter().position(|{one}| {lent}{asks})"], "Option<usize>"
    elif kind == 3:
        body, returns = [f"{several}.iter().map(|{one}| {lent}{asks}).collect()"], "Vec<bool>"
    else:
        change = draw.one_of([f"{total} += {draw.literal(1, 9)};", f"{total} = {total} * 2 + 1;"])
        body = [
            f"let mut {total} = {extra.name};",
            f"for {one} in {several} {{",
            f"if {lent}{asks} {{",
            change,
            "}",
            "}",
        ]
        body, returns = [*body, total], draw.whole.text
    lines = body
    if kind == 0 and draw.chance():
        counted = draw.names.variable()
        lines = [f"let {counted} = {body[0]};", f"({counted}, {draw.number([(extra.name, draw.whole)])})"]
        returns = f"(usize, {draw.whole.text})"
    parameters = needed((Parameter(several, list_of(option_of(inner)), "ref"), extra), lines)
    function = Function(draw.names.function(), parameters, returns, tuple(lines))
    return Piece([function.text()], [function])


SCENES = (counted_options, found, held, looked_up, part_of_a_text)
