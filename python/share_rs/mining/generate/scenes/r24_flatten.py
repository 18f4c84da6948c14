"""Programs that flatten what is nested or may be missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.mining.generate.chain import chained, gathered, picked
from share_rs.mining.generate.function import Parameter
from share_rs.mining.generate.host import host
from share_rs.mining.generate.outcome import outcome
from share_rs.mining.generate.types import TEXT, list_of, option_of, result_of

if TYPE_CHECKING:
    from share_rs.mining.generate.draw import Draw
    from share_rs.mining.generate.piece import Piece
    from share_rs.mining.generate.types import Type


def _between(draw: Draw) -> list[str]:
    """A call before the elements are taken out."""
    return draw.one_of(
        [[], [], [], [".rev()"], [f".skip({draw.literal(1, 2)})"], [f".take({draw.literal(2, 4)})"], [".step_by(2)"]]
    )


def _taken_out(draw: Draw, outer: Type, inner: Type) -> Piece:
    home, extra = host(draw, list_of(outer), "own"), Parameter(draw.names.measure(), draw.whole)
    ends, returns, uses = gathered(draw, inner)
    others = [(extra.name, draw.whole)]
    after = picked(draw, inner, references=0, others=others)
    after = [one for one in after if one != ".rev()"]
    value = chained(f"{home.place}.into_iter()", *_between(draw), ".flatten()", *after, *ends)
    lines, returns = outcome(draw, value, returns, others)
    return home.piece(home.function(draw, lines, returns, [extra]), uses=uses)


def known_ones(draw: Draw) -> Piece:
    """Of a list of options what is there."""
    inner = draw.one_of([draw.whole, TEXT])
    return _taken_out(draw, option_of(inner), inner)


def good_ones(draw: Draw) -> Piece:
    """Of a list of results what went well."""
    inner = draw.one_of([draw.whole, TEXT])
    return _taken_out(draw, result_of(inner), inner)


def listed_ones(draw: Draw) -> Piece:
    """All elements of a list of lists."""
    inner = draw.one_of([draw.whole, TEXT])
    if draw.chance(0.4):
        return _taken_out(draw, list_of(inner), inner)
    home, extra = host(draw, list_of(list_of(inner)), "ref"), Parameter(draw.names.measure(), draw.whole)
    ends, returns, uses = gathered(draw, inner)
    others = [(extra.name, draw.whole)]
    after = [one for one in picked(draw, inner, others=others) if one != ".rev()"]
    copies = ".copied()" if inner.copy else ".cloned()"
    value = chained(f"{home.place}.iter()", *_between(draw), ".flatten()", *after, copies, *ends)
    lines, returns = outcome(draw, value, returns, others)
    return home.piece(home.function(draw, lines, returns, [extra]), uses=uses)


def walked_good_ones(draw: Draw) -> Piece:
    """A loop over what went well of a list of results."""
    inner = draw.one_of([draw.whole, TEXT])
    return _walked(draw, result_of(inner), inner)


def walked_known_ones(draw: Draw) -> Piece:
    """A loop over what is there of a list of options."""
    inner = draw.one_of([draw.whole, TEXT])
    return _walked(draw, option_of(inner), inner)


def _walked(draw: Draw, outer: Type, inner: Type) -> Piece:
    owned = draw.chance()
    home, extra = (
        host(draw, list_of(outer), "own" if owned else "ref"),
        Parameter(draw.names.measure(), draw.whole),
    )
    one, others = draw.names.variable(), [(extra.name, draw.whole)]
    element = (one if owned or inner is TEXT else f"*{one}", inner)
    kind = draw.random.randrange(4)
    kept = draw.names.several() if kind == 0 else draw.names.label() if kind == 1 else draw.names.measure()
    number, text = draw.number_of(element, others), draw.text_of(element)
    if kind == 0:
        numbers = draw.chance()
        start, change = f"let mut {kept} = Vec::new();", [f"{kept}.push({number if numbers else text});"]
        returns = f"Vec<{draw.whole.text if numbers else 'String'}>"
    elif kind == 1:
        start, change, returns = f"let mut {kept} = String::new();", [f"{kept}.push_str(&{text});"], "String"
    else:
        changes = [f"{kept} += {number};", f"{kept} = {kept}.max({number});", f"{kept} = {kept} / 2 + {number};"]
        start, change = f"let mut {kept} = {draw.number(others, 1)};", [draw.one_of(changes)]
        returns = draw.whole.text
    plain = draw.random.randrange(4)
    if plain == 0:
        change = [f"if {draw.truth([element, *others])} {{", *change, "}"]
    elif plain == 1:
        change = [f"if {draw.truth([element])} {{", draw.one_of(["break;", "continue;"]), "}", *change]
    call = ".into_iter()" if owned else ".iter()"
    head = f"{home.place}{call}{''.join(_between(draw))}.flatten()"
    body = [start, f"for {one} in {head} {{", *change, "}"]
    if kind >= 2:
        lines, value = draw.count_on((kept, draw.whole), others, 1)
        body += [*lines, value]
    else:
        body.append(kept)
    return home.piece(home.function(draw, body, returns, [extra]))


def mapped_ones(draw: Draw) -> Piece:
    """Every element gives some, or none."""
    walked = draw.values()
    inner, home, extra = walked.inner or TEXT, host(draw, walked, "ref"), Parameter(draw.names.measure(), draw.whole)
    one = draw.names.variable()
    others = [(extra.name, draw.whole)]
    if inner is TEXT:
        given, end, uses = draw.one_of(
            [
                (f"{one}.chars()", (".collect::<String>()", "String"), ()),
                (f"{one}.chars()", (f".filter(|letter| *letter != '{draw.one_of('aeio')}')\n.count()", "usize"), ()),
                (f"{one}.char_indices()", (".map(|(at, _)| at)\n.sum::<usize>()", "usize"), ()),
                (
                    f"{one}.split('{draw.one_of('aeio')}')",
                    (".map(str::to_uppercase)\n.collect::<Vec<_>>()", "Vec<String>"),
                    (),
                ),
                (f"[{one}.clone(), {draw.text_of((one, TEXT))}]", (".collect::<Vec<_>>()", "Vec<String>"), ()),
                (f"{one}.bytes()", (".max()", "Option<u8>"), ()),
                (
                    f"{one}.chars()",
                    (".collect::<BTreeSet<char>>()", "BTreeSet<char>"),
                    ("std::collections::BTreeSet",),
                ),
            ]
        )
        ends, returns = end[0].split("\n"), end[1]
    else:
        value = draw.number_of((f"*{one}", inner))
        given = draw.one_of(
            [
                f"[*{one}, {value}]",
                f"vec![*{one}; {draw.literal(2, 4)}]",
                f"0..*{one}",
                f"(0..*{one}).step_by({draw.literal(2, 5)})",
                f"std::iter::repeat_n(*{one}, {draw.literal(2, 3)})",
                f"one_of(*{one})",
            ]
        )
        if given.startswith("one_of"):
            given = f"if {draw.truth([(f'*{one}', inner)])} {{ Some({value}) }} else {{ None }}"
        ends, returns, uses = gathered(draw, inner)
    value = chained(f"{home.place}.iter()", *picked(draw, inner, others=others), f".flat_map(|{one}| {given})", *ends)
    lines, returns = outcome(draw, value, returns, [*others, (home.place, walked)])
    return home.piece(home.function(draw, lines, returns, [extra]), uses=uses)


def second_look(draw: Draw) -> Piece:
    """What is there leads to something that may be missing again."""
    inner = draw.one_of([draw.whole, TEXT])
    home, other = host(draw, option_of(inner), "own"), Parameter(draw.names.several(), draw.values(), "ref")
    one, extra = draw.names.variable(), Parameter(draw.names.measure(), draw.whole)
    others, two = [(extra.name, draw.whole)], draw.names.variable()
    if inner is TEXT:
        given, returns = draw.one_of(
            [
                (f"{one}.chars().{draw.one_of(['next', 'last'])}()", "Option<char>"),
                (f"{one}.find('{draw.one_of('aeio')}')", "Option<usize>"),
                (f"{one}.strip_prefix('{draw.one_of('abe')}').map(str::to_string)", "Option<String>"),
                (f"{one}.bytes().max()", "Option<u8>"),
            ]
        )
    else:
        copies = "cloned" if other.type.inner is TEXT else "copied"
        compared = f"**{two} > {one}" if other.type.inner is not TEXT else f"{draw.size(two)} > {one}"
        given, returns = draw.one_of(
            [
                (f"{one}.checked_sub({draw.number(others, 0)})", f"Option<{inner.text}>"),
                (f"{one}.checked_div({extra.name})", f"Option<{inner.text}>"),
                (
                    f"{other.name}.iter().find(|{two}| {compared}).{copies}()",
                    f"Option<{(other.type.inner or TEXT).text}>",
                ),
                (
                    f"({one} > {draw.literal()}).then_some({draw.number_of((one, inner), others)})",
                    f"Option<{inner.text}>",
                ),
            ]
        )
    value = chained(home.place, f".and_then(|{one}| {given})")
    plain = returns.removeprefix("Option<").removesuffix(">")
    if draw.chance():
        value, returns = f"{value}.unwrap_or_default()", plain
    lines, returns = outcome(draw, value, returns, others)
    return home.piece(home.function(draw, lines, returns, [other, extra]))


SCENES = (good_ones, known_ones, listed_ones, mapped_ones, second_look, walked_good_ones, walked_known_ones)
