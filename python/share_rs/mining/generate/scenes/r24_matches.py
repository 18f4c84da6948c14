"""Programs that ask by a pattern."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.mining.generate.chain import seen
from share_rs.mining.generate.choice import Choice
from share_rs.mining.generate.function import Function, Parameter, needed
from share_rs.mining.generate.host import host
from share_rs.mining.generate.outcome import answer
from share_rs.mining.generate.piece import Piece, impl
from share_rs.mining.generate.types import TEXT, list_of, option_of

if TYPE_CHECKING:
    from share_rs.mining.generate.draw import Draw
    from share_rs.mining.generate.expressions import Place
    from share_rs.mining.generate.types import Type


def _asked(draw: Draw, value: str, pattern: str) -> str:
    return f"{draw.one_of(['', '!'])}matches!({value}, {pattern})"


def _range(draw: Draw) -> str:
    """Some numbers."""
    low, high = draw.literal(2, 14), draw.literal(16, 36)
    return draw.one_of(
        [
            f"{low}..={high}",
            f"{low}..{high}",
            f"{high}..",
            f"..{low}",
            f"..={low}",
            f"{low} | {high}",
            f"0..={low} | {high}..",
            f"{low}..={high} | {int(high) + 2}",
        ]
    )


def _variant(draw: Draw, owner: str, choice: Choice, others: list[Place]) -> str:
    """A pattern of some variants, perhaps with a guard on what one of them holds."""
    name, held = draw.one_of(choice.variants)
    if held and draw.chance(0.6):
        names = [draw.name_for(one) for one in held]
        if len(held) == 1 and held[0].kind == "number" and draw.chance(0.4):
            return f"{owner}::{name}({_range(draw)})"
        places = [seen(one, type_, 1) for one, type_ in zip(names, held, strict=True)]
        place = draw.one_of(places)
        guard = draw.guard(place)
        if place[1].copy and draw.chance(0.4):
            guard = f"{place[0]} {draw.one_of(['>', '<', '>='])} {others[0][0]}"
        inside = [one if one == place[0].lstrip("*") else "_" for one in names]
        return f"{owner}::{name}({', '.join(inside)}) if {guard}"
    some = draw.random.sample(choice.variants, draw.random.randint(1, len(choice.variants) - 1))
    return " | ".join(f"{owner}::{one}{'(..)' if payload else ''}" for one, payload in some)


def variants(draw: Draw) -> Piece:
    """Methods or functions that tell an enum's variants apart."""
    payloads: list[list[Type]] = [[]]
    payloads += [draw.one_of([[], [draw.whole], [TEXT], [draw.whole, TEXT]]) for _ in range(draw.random.randint(1, 4))]
    draw.random.shuffle(payloads)
    choice = Choice.drawn(draw, *payloads)
    extra = Parameter(draw.names.measure(), draw.whole)
    others: list[Place] = [(extra.name, draw.whole)]
    methods = draw.chance(0.6)
    functions: list[Function] = []
    for _ in range(draw.random.randint(1, 2)):
        if methods:
            pattern = _variant(draw, "Self", choice, others)
            lines, returns = answer(draw, _asked(draw, "self", pattern), others, bound=draw.chance(0.8))
            functions.append(
                Function(draw.names.function(), needed((extra,), lines), returns, tuple(lines), choice, "&self")
            )
        else:
            subject = draw.names.variable()
            pattern = _variant(draw, choice.name, choice, others)
            lines, returns = answer(draw, _asked(draw, subject, pattern), others, bound=draw.chance(0.8))
            parameters = (Parameter(subject, choice.type, "ref"), *needed((extra,), lines))
            functions.append(Function(draw.names.function(), parameters, returns, tuple(lines)))
    items = [impl(choice, *functions)] if methods else [one.text() for one in functions]
    return Piece([choice.text(), *items], functions)


def counted_variants(draw: Draw) -> Piece:
    """Of many values those of some variants."""
    payloads: list[list[Type]] = [[]]
    payloads += [draw.one_of([[], [draw.whole], [TEXT]]) for _ in range(draw.random.randint(1, 3))]
    choice = Choice.drawn(draw, *payloads)
    several, one, extra = draw.names.several(), draw.names.variable(), Parameter(draw.names.measure(), draw.whole)
    others: list[Place] = [(extra.name, draw.whole)]
    question = _asked(draw, one, _variant(draw, choice.name, choice, others))
    kept, flag, number = draw.names.measure(), draw.names.flag(), draw.number(others, 1)
    body, returns = draw.one_of(
        [
            ([f"{several}.iter().filter(|{one}| {question}).count()"], "usize"),
            ([f"{several}.iter().{draw.one_of(['any', 'all'])}(|{one}| {question})"], "bool"),
            ([f"{several}.iter().position(|{one}| {question})"], "Option<usize>"),
            ([f"{several}.iter().map(|{one}| {question}).collect()"], "Vec<bool>"),
            ([f"{several}.iter().take_while(|{one}| {question}).count()"], "usize"),
            (
                [
                    f"let mut {kept} = {number};",
                    f"for {one} in {several} {{",
                    f"let {flag} = {question};",
                    f"if {flag} {{",
                    f"{kept} += {draw.literal(2, 20)};",
                    "}",
                    "}",
                    kept,
                ],
                draw.whole.text,
            ),
            (
                [
                    f"let mut {kept} = Vec::new();",
                    f"for {one} in {several} {{",
                    f"{kept}.push({question});",
                    "}",
                    kept,
                ],
                "Vec<bool>",
            ),
        ]
    )
    if len(body) == 1 and returns != "Vec<bool>" and draw.chance(0.4):
        found = draw.names.variable()
        body, returns = [f"let {found} = {body[0]};", f"({found}, {number})"], f"({returns}, {draw.whole.text})"
    parameters = needed((Parameter(several, list_of(choice.type), "ref"), extra), body)
    function = Function(draw.names.function(), parameters, returns, tuple(body))
    return Piece([choice.text(), function.text()], [function])


def held_values(draw: Draw) -> Piece:
    """Options, lists and numbers."""
    kind, one = draw.random.randrange(5), draw.names.variable()
    extra = Parameter(draw.names.measure(), draw.whole)
    others: list[Place] = [(extra.name, draw.whole)]
    if kind <= 1:
        inner = draw.one_of([draw.whole, TEXT])
        home = host(draw, option_of(inner), "ref")
        place = home.place
        lent = f"&{place}" if home.record else place
        guard = draw.guard(seen(one, inner, 1))
        patterns = [f"Some({one}) if {guard}", f"Some({one}) if {guard}"]
        if inner.copy:
            patterns += [f"Some({_range(draw)})", f"Some({_range(draw)}) | None"]
            patterns.append(f"Some({one}) if *{one} {draw.one_of(['>', '<'])} {extra.name}")
        question = _asked(draw, lent, draw.one_of(patterns))
    elif kind == 2:
        walked = draw.values()
        home = host(draw, walked, "ref")
        lent = f"{home.place}.as_slice()" if home.record else home.place
        two, inner = draw.names.variable(), walked.inner or TEXT
        guard = draw.guard(seen(one, inner, 1))
        question = _asked(
            draw,
            lent,
            draw.one_of(
                [
                    f"[{one}, ..] if {guard}",
                    f"[.., {one}] if {guard}",
                    "[_, _, ..]",
                    "[] | [_]",
                    f"[{one}, .., {two}] if {one} {draw.one_of(['<', '>', '=='])} {two}",
                    f"[{one}, {two}, ..] if {one} {draw.one_of(['<', '>'])} {two}",
                ]
            ),
        )
    elif kind == 3:
        home = host(draw, draw.whole, "own")
        question = _asked(draw, home.place, _range(draw))
    else:
        home = host(draw, draw.whole, "own")
        value = f"({home.place}, {extra.name})"
        pairs = [
            f"({_range(draw)}, {_range(draw)})",
            f"(_, {_range(draw)})",
            f"({one}, {_range(draw)}) if {one} % 2 == 0",
        ]
        question = _asked(draw, value, draw.one_of([one for one in pairs if " | " not in one] or pairs[1:2]))
    lines, returns = answer(draw, question, others, bound=draw.chance(0.8))
    return home.piece(home.function(draw, lines, returns, [extra]))


def letters(draw: Draw) -> Piece:
    """Letters and words of a text."""
    home, extra, one = (
        host(draw, TEXT, "ref"),
        Parameter(draw.names.measure(), draw.whole),
        draw.one_of(["letter", "c", "sign", "character", "ch"]),
    )
    others: list[Place] = [(extra.name, draw.whole)]
    some = draw.random.sample("aeiorst", draw.random.randint(2, 5))
    pattern = draw.one_of([" | ".join(f"'{letter}'" for letter in some), "'a'..='m'", "'a'..='f' | 'x'..='z'"])
    kind = draw.random.randrange(7)
    asked = _asked(draw, one, pattern)
    if kind == 0:
        value, returns = f"{home.place}.chars().filter(|{one}| {asked}).count()", "usize"
    elif kind == 1:
        value, returns = f"{home.place}.chars().{draw.one_of(['any', 'all'])}(|{one}| {asked})", "bool"
    elif kind == 2:
        asked = asked.removeprefix("!")
        value = f"{home.place}.trim_{draw.one_of(['start', 'end'])}_matches(|{one}| {asked}).to_string()"
        returns = "String"
    elif kind == 3:
        value, returns = f"{home.place}.find(|{one}| {asked})", "Option<usize>"
    elif kind == 4:
        value = f"{home.place}.chars().filter(|{one}| {asked}).collect::<String>()"
        returns = "String"
    else:
        words = draw.random.sample(["ox", "kelp", "amber", "a", "x", "onyx", "cedar"], draw.random.randint(2, 4))
        taken = f"{home.place}.as_str()" if home.record else home.place
        asked = _asked(draw, taken, " | ".join(f'"{word}"' for word in words))
        if kind == 6:
            taken = f"{home.place}.{draw.one_of(['chars().next()', 'chars().last()'])}"
            asked = _asked(draw, taken, draw.one_of([f"Some({pattern})", f"Some({one}) if {one} < 'm'"]))
        lines, returns = answer(draw, asked, others, bound=draw.chance(0.8))
        return home.piece(home.function(draw, lines, returns, [extra]))
    found = draw.names.variable()
    if draw.chance():
        number = draw.number(others, 1)
        lines, returns = [f"let {found} = {value};", f"({found}, {number})"], f"({returns}, {draw.whole.text})"
    else:
        lines = [value]
    return home.piece(home.function(draw, lines, returns, [extra]))


SCENES = (counted_variants, held_values, letters, variants)
