"""Programs whose conditions bind and ask in one chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.mining.generate.function import Function, Parameter, needed
from share_rs.mining.generate.perhaps import perhaps
from share_rs.mining.generate.piece import Piece
from share_rs.mining.generate.types import TEXT, few_of, list_of, map_of, option_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from share_rs.mining.generate.draw import Draw
    from share_rs.mining.generate.expressions import Place
    from share_rs.mining.generate.perhaps import Perhaps


def _link(draw: Draw, places: Sequence[Place]) -> str:
    """A condition that `&&` may stand beside."""
    found = draw.guard(draw.one_of(places)) if draw.chance(0.4) else draw.truth(places)
    return f"({found})" if "||" in found else found


def _chain(draw: Draw, maybe: Perhaps, others: Sequence[Place]) -> tuple[list[str], list[Place]]:
    """The links, of which one binds, and what is bound."""
    links = [f"let {maybe.pattern} = {maybe.value}"]
    kind = draw.random.randrange(5)
    if kind in {0, 3}:
        links.insert(0, _link(draw, others))
    if kind in {1, 2, 3} or (kind == 4 and draw.chance(0.3)):
        links.append(_link(draw, [draw.one_of(maybe.bound)]))
    if kind == 4:
        second, place = draw.names.variable(), draw.one_of(others)[0]
        links.append(f"let Some({second}) = {place}.checked_{draw.one_of(['sub', 'div', 'rem'])}({draw.literal(2, 9)})")
        links.append(_link(draw, [(second, draw.whole)]))
    return links, list(maybe.bound)


def _conditional(links: Sequence[str], body: Sequence[str]) -> list[str]:
    """The statement, as rustfmt lays it out."""
    first, *more = links
    short = len(links) == 2 and first.isidentifier() and len(more[0]) < 40
    if short:
        return [f"if {first} && {more[0]} {{", *body, "}"]
    return [f"if {first}", *(f"&& {one}" for one in more), "{", *body, "}"]


def _change(draw: Draw, kept: str, bound: Sequence[Place], others: Sequence[Place]) -> list[str]:
    """What grows a number by what is bound."""
    number = draw.number_of(draw.one_of(bound), others)
    if number.startswith("if "):
        number = draw.number([draw.one_of(bound)], 0)
    change = draw.one_of([f"{kept} += {number};", f"{kept} += {number};", f"{kept} = {kept}.max({number});"])
    if draw.chance(0.2):
        return [f"{kept} = {kept} / 2;", f"{kept} += {number};"]
    return [change]


def counted_where_it_is(draw: Draw) -> Piece:
    """A number that grows where something is there and fits."""
    maybe, extra = perhaps(draw), Parameter(draw.names.measure(), draw.whole)
    others: list[Place] = [(extra.name, draw.whole)]
    links, bound = _chain(draw, maybe, others)
    kept = draw.names.measure()
    first, value = draw.count(others, 1)
    start = [*first, f"let mut {kept} = {value};"]
    lines, value = draw.count_on((kept, draw.whole), others, 1)
    body = [*start, *_conditional(links, _change(draw, kept, bound, others)), *lines, value]
    function = maybe.host.function(draw, maybe.used(body), draw.whole.text, [*maybe.parameters, extra])
    return maybe.host.piece(function, uses=maybe.uses)


def returned_where_it_is(draw: Draw) -> Piece:
    """A function that ends early where something is there and fits."""
    maybe, extra = perhaps(draw), Parameter(draw.names.measure(), draw.whole)
    others: list[Place] = [(extra.name, draw.whole)]
    links, bound = _chain(draw, maybe, others)
    one = draw.one_of(bound)
    if draw.chance(0.6):
        lines, value = draw.count(others, 2)
        inner, given = draw.count_on(one, others, 1)
        early, late, returns = [*inner, f"return {given};"], [*lines, value], draw.whole.text
    else:
        lines, value = draw.phrase(others, 2)
        early, late, returns = [f"return {draw.text_of(one, others)};"], [*lines, value], "String"
    if draw.chance(0.3):
        early[-1], late[-1] = f"return Some({early[-1][7:-1]});", draw.one_of(["None", f"Some({late[-1]})"])
        if late[-1] == "None":
            late = ["None"]
        returns = f"Option<{returns}>"
    body = [*_conditional(links, early), *late]
    function = maybe.host.function(draw, maybe.used(body), returns, [*maybe.parameters, extra])
    return maybe.host.piece(function, uses=maybe.uses)


def kept_where_it_is(draw: Draw) -> Piece:
    """A list or a text that gets more where something is there and fits."""
    maybe, extra = perhaps(draw), Parameter(draw.names.measure(), draw.whole)
    others: list[Place] = [(extra.name, draw.whole)]
    links, bound = _chain(draw, maybe, others)
    one = draw.one_of(bound)
    if draw.chance():
        kept = draw.names.several()
        start = draw.one_of(
            [f"let mut {kept} = vec![{extra.name}];", f"let mut {kept} = vec![{draw.number(others, 1)}];"]
        )
        change, returns = [f"{kept}.push({draw.number_of(one, others)});"], f"Vec<{draw.whole.text}>"
    else:
        kept = draw.names.label()
        start = f"let mut {kept} = {draw.text(others)};"
        change, returns = [f"{kept}.push_str(&{draw.text_of(one, others)});"], "String"
    more = draw.chance(0.3)
    tail = [f"({kept}, {draw.number(others, 1)})"] if more else [kept]
    body = [start, *_conditional(links, change), *tail]
    returns = f"({returns}, {draw.whole.text})" if more else returns
    function = maybe.host.function(draw, maybe.used(body), returns, [*maybe.parameters, extra])
    return maybe.host.piece(function, uses=maybe.uses)


def chains_in_a_loop(draw: Draw) -> Piece:
    """Every turn of a loop asks whether something is there and fits."""
    several, one, two = draw.names.several(), draw.names.variable(), draw.names.variable()
    extra, kept = Parameter(draw.names.measure(), draw.whole), draw.names.measure()
    others: list[Place] = [(extra.name, draw.whole)]
    inner = draw.one_of([draw.whole, TEXT])
    kind = draw.random.randrange(3)
    more: list[Parameter] = []
    uses: tuple[str, ...] = ()
    if kind == 0:
        walked = list_of(option_of(inner))
        links, bound = [f"let Some({two}) = {one}"], [(f"*{two}" if inner.copy else two, inner)]
    elif kind == 1:
        walked, key = list_of(few_of(draw.one_of([TEXT, draw.whole]))), few_of(TEXT)
        key = walked.inner or key
        looked = Parameter(draw.names.several(), map_of(key, inner), "ref")
        more, uses = [looked], ("std::collections::BTreeMap",)
        links, bound = [f"let Some({two}) = {looked.name}.get({one})"], [(f"*{two}" if inner.copy else two, inner)]
    else:
        walked, letter = list_of(TEXT), draw.one_of("aeior")
        links = [f"let Some({two}) = {one}.strip_{draw.one_of(['prefix', 'suffix'])}('{letter}')"]
        bound = [(two, TEXT)]
    links.append(_link(draw, bound))
    if draw.chance(0.3):
        links.insert(0, _link(draw, others))
    if draw.chance(0.2):
        links.append(f"{kept} < {draw.literal(40, 90)}")
    change = _change(draw, kept, bound, others)
    if draw.chance(0.2):
        change.append("break;")
    loop = [f"for {one} in {several} {{", *_conditional(links, change), "}"]
    lines, value = draw.count_on((kept, draw.whole), others, 1)
    body = [f"let mut {kept} = {draw.number(others, 1)};", *loop, *lines, value]
    parameters = needed((Parameter(several, walked, "ref"), *more, extra), body)
    function = Function(draw.names.function(), parameters, draw.whole.text, tuple(body))
    return Piece([function.text()], [function], uses)


SCENES = (chains_in_a_loop, counted_where_it_is, kept_where_it_is, returned_where_it_is)
