"""Programs that copy or clone what iterators and options lend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.mining.generate.chain import chained, gathered, picked, seen
from share_rs.mining.generate.function import Function, Parameter, needed
from share_rs.mining.generate.host import host
from share_rs.mining.generate.outcome import outcome
from share_rs.mining.generate.piece import Piece
from share_rs.mining.generate.types import TEXT, few_of, map_of

if TYPE_CHECKING:
    from share_rs.mining.generate.draw import Draw
    from share_rs.mining.generate.types import Type


def _copies(inner: Type) -> str:
    return ".copied()" if inner.copy else ".cloned()"


def gathered_copies(draw: Draw) -> Piece:
    """What is left of a list, by value."""
    walked = draw.values()
    inner, home, extra = walked.inner or TEXT, host(draw, walked, "ref"), Parameter(draw.names.measure(), draw.whole)
    ends, returns, uses = gathered(draw, inner)
    others = [(extra.name, draw.whole)]
    value = chained(f"{home.place}.iter()", *picked(draw, inner, others=others), _copies(inner), *ends)
    lines, returns = outcome(draw, value, returns, [*others, (home.place, walked)])
    return home.piece(home.function(draw, lines, returns, [extra]), uses=uses)


def found_copy(draw: Draw) -> Piece:
    """One element of a list, or what stands in its place."""
    walked = draw.values()
    inner, home, extra = walked.inner or TEXT, host(draw, walked, "ref"), Parameter(draw.names.measure(), draw.whole)
    one = draw.names.variable()
    number, others = draw.literal(0, 3), [(extra.name, draw.whole)]
    look = draw.one_of(
        [
            [".first()"],
            [".last()"],
            [f".get({number})"],
            [".iter()", ".max()"],
            [".iter()", ".min()"],
            [".iter()", f".find(|{one}| {draw.truth([seen(one, inner, 2)])})"],
            [".iter()", f".max_by_key(|{one}| {draw.number_of(seen(one, inner, 2))})"],
            [".iter()", *picked(draw, inner, others=others), ".next()"],
            [".iter()", f".nth({number})"],
        ]
    )
    ends: list[str] = []
    returns = f"Option<{inner.text}>"
    if draw.chance(0.6):
        missing = draw.literal() if inner.copy else f'"{draw.names.text()}".to_string()'
        lazily = f".unwrap_or({missing})" if inner.copy else f".unwrap_or_else(|| {missing})"
        ends, returns = [draw.one_of([lazily, ".unwrap_or_default()"])], inner.text
    value = chained(home.place, *look, _copies(inner), *ends)
    lines, returns = outcome(draw, value, returns, [*others, (home.place, walked)])
    return home.piece(home.function(draw, lines, returns, [extra]))


def looked_up_copy(draw: Draw) -> Piece:
    """A value of a map under a key, its keys or its values."""
    key = few_of(draw.key())
    inner = draw.one_of([draw.whole, TEXT])
    home, extra = host(draw, map_of(key, inner), "ref"), Parameter(draw.names.measure(), draw.whole)
    wanted, uses = Parameter(draw.name_for(key), key, "ref"), ("std::collections::BTreeMap",)
    kind = draw.random.randrange(4)
    if kind <= 1:
        missing = draw.literal() if inner.copy else "String::new()"
        end = draw.one_of([f".unwrap_or({missing})", ".unwrap_or_default()", ""])
        looked = f"{home.place}.get({wanted.name})"
        value = looked + _copies(inner) + end
        returns = inner.text if end else f"Option<{inner.text}>"
    else:
        walked = inner if kind == 2 else (TEXT if key.kind == "text" else draw.whole)
        ends, returns, more = gathered(draw, walked)
        uses = (*uses, *more)
        start = f"{home.place}.{'values' if kind == 2 else 'keys'}()"
        value = chained(start, *picked(draw, walked), _copies(walked), *ends)
    lines, returns = outcome(draw, value, returns, [(extra.name, draw.whole)])
    return home.piece(home.function(draw, lines, returns, [wanted, extra]), uses=uses)


def joined_copies(draw: Draw) -> Piece:
    """Two lists that become one."""
    walked = draw.values()
    inner, home = walked.inner or TEXT, host(draw, walked, "ref")
    other, extra = Parameter(draw.names.several(), walked, "ref"), Parameter(draw.names.measure(), draw.whole)
    ends, returns, uses = gathered(draw, inner)
    places, joined = [(extra.name, draw.whole)], draw.names.several()
    copied = chained(f"{other.name}.iter()", *picked(draw, inner, others=places), _copies(inner))
    if draw.chance():
        value = chained(f"{home.place}.iter()", f".chain({other.name})", *picked(draw, inner), _copies(inner), *ends)
        lines, returns = outcome(draw, value, returns, places)
        return home.piece(home.function(draw, lines, returns, [other, extra]), uses=uses)
    start = [f"let mut {joined} = {home.place}.to_vec();"]
    lines, value = draw.count([*places, (joined, walked)], 1)
    if draw.chance(0.3):
        lent = home.place if home.record is None else f"&{home.place}"
        start = [f"let mut {joined} = vec![{draw.value(inner, places)}];", f"{joined}.extend_from_slice({lent});"]
    body = [*start, f"{joined}.extend({copied});", *draw.one_of([[], [f"{joined}.sort();"], [f"{joined}.reverse();"]])]
    body += [joined] if draw.chance() else [*lines, f"({value}, {joined})"]
    returns = walked.text if body[-1] == joined else f"({draw.whole.text}, {walked.text})"
    return home.piece(home.function(draw, body, returns, [other, extra]))


def walked_copies(draw: Draw) -> Piece:
    """A loop over elements by value, which it keeps or changes."""
    walked = draw.values()
    inner, extra = walked.inner or TEXT, Parameter(draw.names.measure(), draw.whole)
    several, one, kept = draw.names.several(), draw.names.variable(), draw.names.several()
    places = [(extra.name, draw.whole)]
    changed = f"{one}.push('{draw.one_of('!?+')}');" if inner is TEXT else f"{one} += {draw.number(places, 0)};"
    loop = [changed] if draw.chance(0.6) else [f"if {draw.truth([(one, inner)])} {{", changed, "}"]
    head = chained(f"{several}.iter()", *picked(draw, inner, others=places), _copies(inner))
    body = [
        f"let mut {kept} = Vec::new();",
        f"for mut {one} in {head} {{",
        *loop,
        f"{kept}.push({one});",
        "}",
    ]
    if inner is not TEXT and draw.chance():
        total = draw.names.measure()
        sign = draw.one_of([f"{total} += {one};", f"{total} = {total}.max({one});", f"{total} = {total} / 2 + {one};"])
        body = [f"let mut {total} = {draw.number(places, 0)};", f"for {one} in {head} {{", sign, "}"]
        lines, value = draw.count_on((total, draw.whole), places, 1)
        function = Function(
            draw.names.function(),
            needed((Parameter(several, walked, "ref"), extra), [*body, *lines, value]),
            draw.whole.text,
            (*body, *lines, value),
        )
        return Piece([function.text()], [function])
    parameters = needed((Parameter(several, walked, "ref"), extra), body)
    function = Function(draw.names.function(), parameters, walked.text, (*body, kept))
    return Piece([function.text()], [function])


SCENES = (found_copy, gathered_copies, joined_copies, looked_up_copy, walked_copies)
