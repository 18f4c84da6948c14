"""Programs that give up at once where something is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.mining.generate.choice import Choice
from share_rs.mining.generate.function import Function, Parameter, needed
from share_rs.mining.generate.perhaps import perhaps
from share_rs.mining.generate.piece import Piece
from share_rs.mining.generate.types import NUMERAL, TEXT, list_of, option_of, paired

if TYPE_CHECKING:
    from collections.abc import Sequence

    from share_rs.mining.generate.draw import Draw
    from share_rs.mining.generate.expressions import Place
    from share_rs.mining.generate.types import Type


def _else(draw: Draw, pattern: str, value: str, diverges: Sequence[str]) -> list[str]:
    """The statement; the last of `diverges` is without its semicolon."""
    head = f"let {pattern} = {value} else {{"
    if len(diverges) == 1 and len(head) + len(diverges[0]) < 70 and draw.chance(0.4):
        return [f"{head} {diverges[0]} }};"]
    return [head, *diverges[:-1], f"{diverges[-1]};", "};"]


def number_or_nothing(draw: Draw) -> Piece:
    """A function that counts with what is there, and has another number where nothing is."""
    maybe, extra = perhaps(draw), Parameter(draw.names.measure(), draw.whole)
    others: list[Place] = [(extra.name, draw.whole)]
    before: list[str] = []
    start = draw.names.measure()
    if draw.chance(0.3):
        before = [f"let {start} = {draw.number(others, 1)};"]
        others.append((start, draw.whole))
    missing = draw.number(others, 1)
    if missing.startswith("if "):
        missing = extra.name
    one, *more = maybe.bound
    lines, value = draw.count_on(one, [*more, *others], 3)
    if before and start not in "\n".join([missing, *lines, value]):
        missing = start
    option = draw.chance(0.35)
    returns = f"Option<{draw.whole.text}>" if option else draw.whole.text
    diverges = [f"return {'None' if option else missing}"]
    if before and option:
        value = f"{start}.max({value})" if " " not in start else value
    body = [*before, *_else(draw, maybe.pattern, maybe.value, diverges), *lines, f"Some({value})" if option else value]
    function = maybe.host.function(draw, maybe.used(body), returns, [*maybe.parameters, extra])
    return maybe.host.piece(function, uses=maybe.uses)


def text_or_reason(draw: Draw) -> Piece:
    """A function that makes a text of what is there, or says why it cannot."""
    maybe, extra = perhaps(draw), Parameter(draw.names.measure(), draw.whole)
    others: list[Place] = [(extra.name, draw.whole)]
    one, *more = maybe.bound
    lines, value = draw.phrase_on(one, [*more, *others], 2)
    fallible = draw.chance(0.6)
    reason = draw.one_of(
        [f'"{draw.names.text()}".to_string()', f'format!("{draw.names.text()} {{{extra.name}}}")', "String::new()"]
    )
    diverges = [f"return Err({reason})" if fallible else f"return {reason}"]
    if draw.chance(0.2):
        why = draw.names.label()
        diverges = [f"let {why} = {reason};", f"return Err({why})" if fallible else f'return {why} + "!"']
    end = f"Ok({value})" if fallible else value
    returns = "Result<String, String>" if fallible else "String"
    body = [*_else(draw, maybe.pattern, maybe.value, diverges), *lines, end]
    function = maybe.host.function(draw, maybe.used(body), returns, [*maybe.parameters, extra])
    return maybe.host.piece(function, uses=maybe.uses)


def skipped_in_a_loop(draw: Draw) -> Piece:
    """A loop that leaves out what it cannot use, or ends there."""
    several, one, two = draw.names.several(), draw.names.variable(), draw.names.variable()
    extra, kept = Parameter(draw.names.measure(), draw.whole), draw.names.measure()
    others: list[Place] = [(extra.name, draw.whole)]
    inner: Type = draw.one_of([draw.whole, TEXT])
    letter, third = draw.one_of(":=/"), draw.names.label()
    walked, pattern, value, bound = draw.one_of(
        [
            (list_of(option_of(inner)), f"Some({two})", one, [(f"*{two}" if inner.copy else two, inner)]),
            (list_of(NUMERAL), f"Ok({two})", f"{one}.parse::<{draw.whole.text}>()", [(two, draw.whole)]),
            (
                list_of(paired(letter)),
                f"Some(({third}, {two}))",
                f"{one}.split_once('{letter}')",
                [(two, TEXT), (third, TEXT)],
            ),
            (list_of(TEXT), f"Some({two})", f"{one}.strip_suffix('{draw.one_of('rte')}')", [(two, TEXT)]),
            (list_of(list_of(inner)), f"Some({two})", f"{one}.first()", [(f"*{two}" if inner.copy else two, inner)]),
            (list_of(list_of(inner)), f"[.., {two}]", f"{one}.as_slice()", [(f"*{two}" if inner.copy else two, inner)]),
        ]
    )
    end = draw.one_of(["continue", "continue", "break"])
    diverges = [f"{kept} += {draw.literal()};", end] if draw.chance(0.25) else [end]
    number = draw.number_of(bound[0], others)
    if len(bound) > 1:
        number = f"{draw.size(bound[1][0])} * 2 + {draw.size(bound[0][0])}"
        number = f"({draw.size(third)}) * 2 + {draw.size(two)}" if draw.cast else number
    if number.startswith("if "):
        number = draw.number([bound[0]], 0)
    change = [draw.one_of([f"{kept} += {number};", f"{kept} = {kept}.max({number});"])]
    if draw.chance(0.3):
        change = [f"if {draw.guard(bound[0])} {{", *change, "} else {", f"{kept} += {draw.literal()};", "}"]
    loop = [f"for {one} in {several} {{", *_else(draw, pattern, value, diverges), *change, "}"]
    lines, last = draw.count_on((kept, draw.whole), others, 1)
    body = [f"let mut {kept} = {draw.number(others, 1)};", *loop, *lines, last]
    parameters = needed((Parameter(several, walked, "ref"), extra), body)
    function = Function(draw.names.function(), parameters, draw.whole.text, tuple(body))
    return Piece([function.text()], [function])


def one_of_the_cases(draw: Draw) -> Piece:
    """Functions of an enum that count with one of its variants alone."""
    payloads: list[list[Type]] = [[draw.one_of([draw.whole, TEXT]) for _ in range(draw.random.randint(1, 2))]]
    payloads += [draw.one_of([[], [draw.whole], [TEXT]]) for _ in range(draw.random.randint(1, 3))]
    choice = Choice.drawn(draw, *payloads)
    subject, extra = draw.names.variable(), Parameter(draw.names.measure(), draw.whole)
    functions: list[Function] = []
    for name, held in choice.variants:
        if not held or len(functions) == 2:
            continue
        names = [draw.name_for(one) for one in held]
        places = [(f"*{name}" if one.copy else name, one) for name, one in zip(names, held, strict=True)]
        others: list[Place] = [(extra.name, draw.whole)]
        lines, value = draw.count_on(places[0], [*places[1:], *others], 2)
        for place in places[1:]:
            if place[0].lstrip("*") not in "\n".join([*lines, value]):
                lines, value = [*lines, f"let total = {value};"], f"total.max({draw.number([place], 0)})"
        diverges = [f"return {draw.number(others, 0)}"]
        body = [*_else(draw, f"{choice.name}::{name}({', '.join(names)})", subject, diverges), *lines, value]
        parameters = needed((Parameter(subject, choice.type, "ref"), extra), body)
        functions.append(Function(draw.names.function(), parameters, draw.whole.text, tuple(body)))
    return Piece([choice.text(), *(one.text() for one in functions)], functions)


def two_in_turn(draw: Draw) -> Piece:
    """Two things that must both be there."""
    first, extra = perhaps(draw), Parameter(draw.names.measure(), draw.whole)
    second = draw.names.measure()
    text = Parameter(draw.names.label(), NUMERAL, "ref")
    others: list[Place] = [(extra.name, draw.whole), (second, draw.whole)]
    subtracted = draw.number([(extra.name, draw.whole)], 0)
    pattern, value = draw.one_of(
        [
            (f"Ok({second})", f"{text.name}.parse::<{draw.whole.text}>()"),
            (f"Some({second})", f"{extra.name}.checked_sub({draw.literal(3, 20)})"),
            (f"Some({second})", f"{draw.literal(90, 99)}_{draw.whole.text}.checked_rem({subtracted})"),
        ]
    )
    kind = draw.random.randrange(3)
    missing = [["return 0", f"return {draw.literal()}"], ["return None", "return None"]][kind % 2]
    one, *more = first.bound
    lines, last = draw.count_on(one, [*others, *more], 2)
    if second not in "\n".join([*lines, last]):
        lines, last = [*lines, f"let sum = {last};"], f"sum + {second}"
    statements = [
        _else(draw, first.pattern, first.value, [missing[0]]),
        _else(draw, pattern, value, [missing[1]]),
    ]
    if draw.chance():
        statements.reverse()
    returns = f"Option<{draw.whole.text}>" if kind % 2 else draw.whole.text
    body = [*statements[0], *statements[1], *lines, f"Some({last})" if kind % 2 else last]
    function = first.host.function(draw, first.used(body), returns, [*first.parameters, text, extra])
    return first.host.piece(function, uses=first.uses)


SCENES = (number_or_nothing, one_of_the_cases, skipped_in_a_loop, text_or_reason, two_in_turn)
