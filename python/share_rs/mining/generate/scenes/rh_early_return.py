"""Programs that leave a function early: guards at its head, searches, and `let ... else`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.mining.generate.failure import Failure
from share_rs.mining.generate.function import Function, Parameter, needed
from share_rs.mining.generate.home import Home
from share_rs.mining.generate.piece import Piece
from share_rs.mining.generate.types import NUMERAL, TEXT, few_of, list_of, map_of, option_of, paired

if TYPE_CHECKING:
    from share_rs.mining.generate.draw import Draw
    from share_rs.mining.generate.types import Type


def guarded(draw: Draw) -> Piece:
    """A function turns away what it cannot use before it begins."""
    record = draw.record(draw.whole, TEXT)
    home = Home.drawn(draw, record)
    places = [one for one in home.places if one[1].kind in {"number", "text", "list", "truth"}]
    draw.random.shuffle(places)
    kind = draw.random.randrange(4)
    failure = Failure(draw)
    returns = [draw.whole.text, "String", f"Option<{draw.whole.text}>", f"Result<{draw.whole.text}, {failure.type}>"][
        kind
    ]
    guards: list[str] = []
    for place in places[: draw.random.randint(1, 3)]:
        value = [
            draw.one_of(["0", draw.literal(), draw.number(home.places, 1)]),
            draw.one_of(["String::new()", draw.text(home.places)]),
            draw.one_of(["None", f"Some({draw.literal()})"]),
            f"Err({failure.raised([place])})",
        ][kind]
        guards += [f"if {draw.guard(place)} {{", f"return {value};", "}"]
    lines, end = draw.phrase(home.places) if kind == 1 else draw.count(home.places)
    body = [*guards, *lines, [end, end, f"Some({end})", f"Ok({end})"][kind]]
    shown = failure.shown if kind == 3 else "{}"
    function = home.function(draw.names.function(), (), returns, body, shown=shown)
    if kind != 3:
        return Piece(home.items(function), [function])
    return Piece([*failure.items(), *home.items(function)], [function], uses=failure.uses(), imports=failure.imports())


def searched(draw: Draw) -> Piece:
    """A loop returns what it was looking for."""
    whole, type_ = draw.whole.text, draw.whole
    inner = draw.one_of([type_, TEXT])
    several, least = Parameter(draw.names.several(), list_of(inner), "ref"), Parameter(draw.names.measure(), type_)
    one, index = draw.names.variable(), draw.names.variable()
    element: tuple[str, Type] = (one, TEXT) if inner is TEXT else (f"*{one}", type_)
    fits = draw.one_of(
        [
            draw.guard(element) if inner is TEXT else draw.guard((f"*{one}", type_)),
            f"{draw.size(one) if inner is TEXT else '*' + one} > {least.name}",
            f"{one}.len() == {draw.literal(4, 6)}" if inner is TEXT else f"*{one} < {least.name}",
        ]
    )
    kind = draw.random.randrange(4)
    head = f"for {one} in {several.name} {{"
    if kind == 0:
        body = [head, f"if {fits} {{", f"return {draw.one_of(['true', 'true', 'false'])};", "}", "}"]
        body.append("false" if "true" in body[2] else "true")
        returns = "bool"
    elif kind == 1:
        value = (
            draw.one_of([f"{one}.clone()", f"{one}.to_uppercase()"])
            if inner is TEXT
            else draw.number_on((f"*{one}", type_))
        )
        body = [head, f"if {fits} {{", f"return Some({value});", "}", "}", "None"]
        returns = f"Option<{inner.text}>"
    elif kind == 2:
        head = f"for ({index}, {one}) in {several.name}.iter().enumerate() {{"
        body = [
            head,
            f"if {fits} {{",
            f"return {draw.one_of([index, f'{index} + 1'])};",
            "}",
            "}",
            f"{several.name}.len()",
        ]
        returns = "usize"
    else:
        sum_ = draw.names.measure()
        add = f"{sum_} += {draw.number_on(element)};"
        stop = f"{sum_} > {draw.literal(20, 60)}"
        inside = [add, f"if {stop} {{", f"return {draw.one_of([sum_, least.name, f'{sum_} / 2'])};", "}"]
        inside = inside if draw.chance() else [*inside[1:], add]
        body = [f"let mut {sum_} = {draw.one_of([least.name, draw.literal(0, 5)])};", head, *inside, "}"]
        lines, end = draw.count_on((sum_, type_), most=1)
        body += [*lines, end if draw.chance(0.6) or lines else f"{sum_} + {draw.literal(1, 9)}"]
        returns = whole
    function = Function(draw.names.function(), needed((several, least), body), returns, tuple(body))
    return Piece([function.text()], [function])


def let_else(draw: Draw) -> Piece:
    """`let ... else` takes out what the rest needs, or leaves."""
    whole, type_ = draw.whole.text, draw.whole
    failure = Failure(draw)
    got, second = draw.names.measure(), draw.names.label()
    map_ = map_of(few_of(draw.key()), type_)
    key = map_.key or TEXT
    sign = draw.one_of(["=", ":", "/"])
    table, kept = Parameter(draw.names.several(), map_, "ref"), Parameter(draw.names.measure(), option_of(type_))
    sought, several = (
        Parameter(draw.name_for(key), key, "own" if key.copy else "ref"),
        Parameter(draw.names.several(), list_of(type_), "ref"),
    )
    word, line = Parameter(draw.names.label(), NUMERAL, "ref"), Parameter(draw.names.label(), paired(sign), "ref")
    number: tuple[str, Type] = (got, type_)
    pattern, source, parameters, place = draw.one_of(
        [
            (f"Some(&{got})", f"{table.name}.get({'&' if key.copy else ''}{sought.name})", (table, sought), number),
            (
                f"Some({got})",
                f"{table.name}.get({'&' if key.copy else ''}{sought.name})",
                (table, sought),
                (f"*{got}", type_),
            ),
            (f"Some({got})", kept.name, (kept,), number),
            (f"Ok({got})", f"{word.name}.{draw.one_of(['', 'trim().'])}parse::<{whole}>()", (word,), number),
            (
                f"Some(({draw.one_of(['_', second])}, {second}))",
                f"{line.name}.split_once('{sign}')",
                (line,),
                (second, TEXT),
            ),
            (
                f"Some({got})",
                f"{several.name}.iter().copied().{draw.one_of(['max', 'min', 'last'])}()",
                (several,),
                number,
            ),
            (f"[{got}, ..]", several.name, (several,), (f"*{got}", type_)),
        ]
    )
    pattern = pattern.replace(f"Some(({second}, {second}))", f"Some(({second}, _))")
    kind = draw.random.randrange(3)
    returns = [whole, f"Option<{whole}>", f"Result<{whole}, {failure.type}>"][kind]

    def leave() -> str:
        return [draw.one_of(["0", draw.literal()]), "None", f"Err({failure.raised()})"][kind]

    body = [f"let {pattern} = {source} else {{", f"return {leave()};", "};"]
    if draw.chance(0.4):
        body += [f"if {draw.guard(place)} {{", f"return {leave()};", "}"]
    lines, end = draw.count_on(place, most=2)
    body += [*lines, [end, f"Some({end})", f"Ok({end})"][kind]]
    shown = failure.shown if kind == 2 else "{}"
    function = Function(draw.names.function(), parameters, returns, tuple(body), shown=shown)
    uses = ["std::collections::BTreeMap"] if table in parameters else []
    if kind != 2:
        return Piece([function.text()], [function], uses=uses)
    items = [*failure.items(), function.text()]
    return Piece(items, [function], uses=[*uses, *failure.uses()], imports=failure.imports())


def left_from_a_match(draw: Draw) -> Piece:
    """An arm, or an `if let`, leaves; the rest goes on with what the other arm gave."""
    whole, type_ = draw.whole.text, draw.whole
    failure = Failure(draw)
    got, one = draw.names.measure(), draw.names.measure()
    kept, word = Parameter(draw.names.measure(), option_of(type_)), Parameter(draw.names.label(), NUMERAL, "ref")
    several = Parameter(draw.names.several(), list_of(NUMERAL), "ref")
    kind = draw.random.randrange(3)
    returns = [whole, f"Option<{whole}>", f"Result<{whole}, {failure.type}>"][kind]

    def give(value: str) -> str:
        return [value, f"Some({value})", f"Ok({value})"][kind]

    def leave() -> str:
        return [draw.one_of(["0", draw.literal()]), "None", f"Err({failure.raised()})"][kind]

    shape = draw.random.randrange(3)
    if shape == 0:
        body = [f"if let Some({one}) = {kept.name} {{", f"return {give(draw.number_on((one, type_)))};", "}"]
        lines, end = draw.count([(word.name, TEXT)], 2)
        body += [*lines, give(end) if draw.chance(0.7) or kind == 0 else leave()]
        if body[-1] != give(end) and lines:
            body = [*body[:-1], give(end)]
    elif shape == 1:
        body = [
            f"let {got} = match {kept.name} {{",
            f"Some({one}) if {draw.guard((one, type_))} => {{",
            f"return {leave()};",
            "}",
        ]
        body += [f"Some({one}) => {one},", f"None => {draw.literal()},", "};"]
        lines, end = draw.count_on((got, type_), [(word.name, TEXT)], 2)
        body += [*lines, give(end)]
    else:
        body = [
            f"let mut {got} = {draw.literal(0, 9)};",
            f"for {one} in {several.name} {{",
            f"match {one}.parse::<{whole}>() {{",
        ]
        body += [
            f"Ok({one}) => {got} += {draw.number_on((one, type_))},",
            "Err(_) => {",
            f"return {leave()};",
            "}",
            "}",
            "}",
        ]
        lines, end = draw.count_on((got, type_), most=1)
        body += [*lines, give(end)]
    shown = failure.shown if kind == 2 else "{}"
    function = Function(draw.names.function(), needed((kept, word, several), body), returns, tuple(body), shown=shown)
    if kind != 2:
        return Piece([function.text()], [function])
    return Piece([*failure.items(), function.text()], [function], uses=failure.uses(), imports=failure.imports())


SCENES = (guarded, left_from_a_match, let_else, searched)
