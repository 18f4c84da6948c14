"""What a function makes of one value in the end: gives it back, with something beside it, or goes on with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from share_rs.mining.generate.draw import Draw
    from share_rs.mining.generate.expressions import Place


def outcome(draw: Draw, value: str, returns: str, places: Sequence[Place]) -> tuple[list[str], str]:
    """The body of a function, and what it returns; `value` is of the type `returns`, and what it needs is not in `places`."""
    whole = draw.whole.text
    kind = draw.random.randrange(9)
    if kind <= 1:
        return [value], returns
    if kind == 2:
        return [f"if {draw.truth(places)} {{", "return None;", "}", f"Some({value})"], f"Option<{returns}>"
    if kind == 3:
        lines, number = draw.count(places, 2)
        return [*lines, f"({number}, {value})"], f"({whole}, {returns})"
    name = draw.names.measure() if returns == whole else draw.names.variable()
    bound = f"let {name}{f': {returns}' if draw.chance(0.25) else ''} = {value};"
    if returns == whole and kind <= 7:
        lines, number = draw.count_on((name, draw.whole), places, 2)
        return [bound, *lines, number], whole
    if kind == 4:
        return [f"let {name} = if {draw.truth(places)} {{", "None", "} else {", f"Some({value})", "};", name], (
            f"Option<{returns}>"
        )
    lines, number = draw.count(places, 2)
    pair = [(name, returns), (number, whole)]
    if draw.chance():
        pair.reverse()
    return [bound, *lines, f"({pair[0][0]}, {pair[1][0]})"], f"({pair[0][1]}, {pair[1][1]})"


def answer(draw: Draw, question: str, places: Sequence[Place], *, bound: bool = False) -> tuple[list[str], str]:
    """The body of a function that asks a question, an expression of type `bool`, and what it returns.

    With `bound` the question is no condition of an `if`, but bound to a name before.
    """
    whole, flag = draw.whole.text, draw.names.flag()
    kind = draw.random.randrange(12)
    lines, number = draw.count(places, 2)
    if bound and kind in {5, 6, 7, 8, 10}:
        named = draw.names.flag()
        body, returns = _decided(draw, named, places, kind)
        return [f"let {named} = {question};", *body], returns
    if kind in {5, 6, 7, 8, 10}:
        return _decided(draw, question, places, kind)
    if kind <= 1:
        return [question], "bool"
    if kind == 2:
        return [f"let {flag} = {question};", *lines, f"({flag}, {number})"], f"(bool, {whole})"
    if kind == 3:
        return [*lines, f"({number}, {question})"], f"({whole}, bool)"
    if kind == 4:
        other = draw.truth(places)
        return [f"let {flag} = {question};", f"{flag} {draw.one_of(['&&', '||', '!='])} ({other})"], "bool"
    if kind == 9:
        return [f"let {flag} = {question};", f"{whole}::from({flag}) * {draw.literal(2, 40)} + {draw.literal()}"], whole
    return [f"let {flag} = {question};", f"vec![{flag}, {draw.truth(places)}]"], "Vec<bool>"


def _decided(draw: Draw, question: str, places: Sequence[Place], kind: int) -> tuple[list[str], str]:
    """The body of a function that does one thing or another."""
    whole = draw.whole.text
    lines, number = draw.count(places, 2)
    if kind == 5:
        return [f"if {question} {{", draw.number(places, 1), "} else {", draw.number(places, 1) + " + 50", "}"], whole
    if kind == 6:
        return [f"if {question} {{", f"return {draw.literal(60, 99)};", "}", *lines, number], whole
    if kind == 7:
        grown = draw.names.measure()
        change = draw.one_of([f"{grown} += {draw.literal(2, 40)};", f"{grown} = {grown} * 2 + 1;"])
        return [*lines, f"let mut {grown} = {number};", f"if {question} {{", change, "}", grown], whole
    if kind == 8:
        chosen = draw.names.label()
        start = [f"let {chosen} = if {question} {{", f'"{draw.names.text()}"', "} else {", f'"{draw.names.text()} no"']
        return [*start, "};", f'format!("{{}} {chosen}: {{{chosen}}}", {draw.number(places, 1)})'], "String"
    return [f"if {question} {{", *lines, f"Some({number})", "} else {", "None", "}"], f"Option<{whole}>"
