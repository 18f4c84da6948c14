"""Programs that find something or do not, and that say what counts where nothing is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.mining.generate.function import Function, Parameter, needed
from share_rs.mining.generate.home import Home
from share_rs.mining.generate.piece import Piece
from share_rs.mining.generate.types import TEXT, few_of, list_of, map_of, option_of

if TYPE_CHECKING:
    from share_rs.mining.generate.draw import Draw


def found_in_a_list(draw: Draw) -> Piece:
    """A loop gives the first that fits, its caller a number where none does."""
    record = draw.record(draw.whole, TEXT)
    several, one, least = draw.names.several(), draw.names.variable(), Parameter(draw.names.measure(), draw.whole)
    places = list(record.places(one))
    measure = next(text for text, type_ in places if type_ == draw.whole)
    fits = draw.one_of([f"{measure} > {least.name}", f"{measure} == {least.name}", draw.guard((measure, draw.whole))])
    number = draw.chance(0.6)
    inner = draw.whole.text if number else "String"
    value = draw.number(places) if number else draw.text(places)
    if value.startswith("if "):
        value = measure
    if draw.chance():
        body = [f"for {one} in {several} {{", f"if {fits} {{", f"return Some({value});", "}", "}", "None"]
    else:
        kept = draw.names.variable()
        body = [f"let mut {kept} = None;", f"for {one} in {several} {{", f"if {fits} {{", f"{kept} = Some({value});"]
        body += ["break;"] if draw.chance() else []
        body += ["}", "}", kept]
    parameters = needed((Parameter(several, list_of(record.type), "ref"), least), body)
    finder = Function(draw.names.function(), parameters, f"Option<{inner}>", tuple(body))
    found = f"{finder.name}({', '.join(one.name for one in parameters)})"
    got = draw.names.variable()
    default = draw.one_of([".unwrap_or_default()", ".unwrap_or(0)" if number else ".unwrap_or_default()"])
    lines, value = draw.count_on((got, draw.whole if number else TEXT), most=2)
    user = Function(
        draw.names.function(), parameters, draw.whole.text, (f"let {got} = {found}{default};", *lines, value)
    )
    return Piece([record.text(), finder.text(), user.text()], [finder, user])


def absent_field(draw: Draw) -> Piece:
    """A struct whose fields may be missing."""
    wanted = option_of(draw.whole if draw.chance(0.6) else TEXT)
    record = draw.record(wanted, draw.whole, TEXT)
    home = Home.drawn(draw, record)
    field, number, text = home.place(wanted), home.place(draw.whole), home.place(TEXT)
    got, constant = draw.names.measure(), draw.names.constant()
    rest = [one for one in home.places if one[1].kind != "option"]
    items: list[str] = []
    if wanted.inner is TEXT:
        default = draw.one_of(
            [
                ".clone().unwrap_or_default()",
                f".clone().unwrap_or_else(|| {text}.clone())",
                f".as_deref().unwrap_or({'&' + text})",
                f".as_deref().unwrap_or({constant})",
            ]
        )
        constants = f'const {constant}: &str = "{draw.names.text()}";'
        lines, value = draw.phrase_on((got, TEXT), rest, 1)
        returns = "String"
    else:
        default = draw.one_of(
            [".unwrap_or(0)", f".unwrap_or({constant})", f".unwrap_or({number})", ".unwrap_or_default()"]
        )
        constants = f"const {constant}: {draw.whole.text} = {draw.literal()};"
        lines, value = draw.count_on((got, draw.whole), rest, 2)
        returns = draw.whole.text
    if constant in default:
        items.append(constants)
    reader = home.function(draw.names.function(), (), returns, (f"let {got} = {field}{default};", *lines, value))
    condition = draw.guard((number, draw.whole))
    some, none = draw.number(rest, 1), "None"
    give = [f"if {condition} {{", f"Some({some})", "} else {", none, "}"]
    if draw.chance():
        give = [f"if {condition} {{", f"return {none};", "}", f"Some({some})"]
    giver = home.function(draw.names.function(), (), f"Option<{draw.whole.text}>", give)
    functions = [reader, giver] if draw.chance() else [giver, reader]
    return Piece([*items, *home.items(*functions)], functions)


def only_sometimes(draw: Draw) -> Piece:
    """A function that has an answer for some numbers or texts, and one that makes do without."""
    subject = (
        Parameter(draw.name_for(TEXT), TEXT, "ref") if draw.chance(0.4) else Parameter(draw.names.measure(), draw.whole)
    )
    other = Parameter(draw.names.measure(), draw.whole)
    places = [(subject.name, subject.type), (other.name, draw.whole)]
    whole = draw.whole.text
    kind = draw.random.randrange(4)
    some = [draw.number(places, 1) for _ in range(2)]
    condition = draw.guard(places[0])
    if kind == 0:
        body = [f"if {condition} {{", f"Some({some[0]})", "} else {", "None", "}"]
    elif kind == 1:
        lines, value = draw.count(places, 2)
        body = [f"if {condition} {{", "return None;", "}", *lines, f"Some({value})"]
    elif kind == 2:
        low, high = draw.literal(3, 12), draw.literal(14, 30)
        arms = [f"0..={low} => None,", f"{int(low) + 1}..={high} => Some({some[0]}),", f"_ => Some({some[1]}),"]
        arms = arms if draw.chance() else [arms[0].replace("None", f"Some({some[0]})"), "_ => None,"]
        matched = other.name if subject.type is TEXT else subject.name
        body = [f"match {matched} {{", *arms, "}"]
    else:
        second = draw.guard(places[1])
        body = [f"if {condition} {{", f"Some({some[0]})", f"}} else if {second} {{", f"Some({some[1]})"]
        body += ["} else {", "None", "}"]
    parameters = needed((subject, other), body)
    giver = Function(
        draw.names.function(), parameters, f"Option<{whole}>", tuple(body), prefix=draw.one_of(["", "pub "])
    )
    call = f"{giver.name}({', '.join(one.name for one in parameters)})"
    got = draw.names.measure()
    default = draw.one_of([".unwrap_or(0)", ".unwrap_or_default()", f".unwrap_or({other.name})", ".unwrap_or(1)"])
    lines, value = draw.count_on((got, draw.whole), places, 1)
    body = (f"let {got} = {call}{default};", *lines, value)
    user = Function(draw.names.function(), needed((subject, other), body), whole, body)
    called = [giver, user] if giver.prefix else [user]
    return Piece([giver.text(), user.text()], called)


def kept_last(draw: Draw) -> Piece:
    """A struct keeps the last, or the best, that it was told of."""
    kept = option_of(draw.whole if draw.chance(0.7) else TEXT)
    record = draw.record(kept, draw.whole)
    home = Home.drawn(draw, record, 0.8)
    field, number = home.place(kept), home.place(draw.whole)
    told = Parameter(draw.name_for(kept.inner or TEXT), kept.inner or TEXT, "own")
    before = draw.names.variable()
    value = draw.one_of([told.name, told.name, draw.number([(told.name, draw.whole)], 1)]) if kept.copy else told.name
    condition = draw.guard((told.name, told.type))
    set_ = f"{field} = Some({value});"
    kind = draw.random.randrange(3)
    if kind == 0:
        body = [f"let {before} = {field}.take();", f"if {condition} {{", set_, "}", before]
        returns = kept.text
    elif kind == 1 and kept.copy:
        sign = draw.one_of([">", "<", ">="])
        body = [
            f"match {field} {{",
            f"Some({before}) if {before} {sign} {told.name} => {number} += 1,",
            f"_ => {set_[:-1]},",
        ]
        body += ["}", f"{field}.unwrap_or_default()"]
        returns = draw.whole.text
    else:
        body = [f"if {field}.is_none() || {condition} {{", set_, f"{number} += {draw.literal(1, 5)};", "}", number]
        returns = draw.whole.text
    teller = home.function(draw.names.function(), (told,), returns, body, change=True)
    rest = [one for one in home.places if one[1].kind in {"number", "truth", "list"}]
    default = (
        ".clone().unwrap_or_default()" if not kept.copy else draw.one_of([".unwrap_or(0)", ".unwrap_or_default()"])
    )
    got = draw.names.measure()
    lines, end = draw.count_on((got, kept.inner or TEXT), rest, 1)
    reader = home.function(draw.names.function(), (), draw.whole.text, (f"let {got} = {field}{default};", *lines, end))
    return Piece(home.items(teller, reader), [teller, reader])


def looked_up(draw: Draw) -> Piece:
    """A map may have the key."""
    map_ = map_of(few_of(draw.key()), draw.whole)
    key = map_.key or TEXT
    table, name = (
        Parameter(draw.names.several(), map_, "ref"),
        Parameter(draw.name_for(key), key, "own" if key.copy else "ref"),
    )
    got, amount = draw.names.measure(), Parameter(draw.names.measure(), draw.whole)
    sought = name.name if not key.copy else f"&{name.name}"
    value = draw.number_on((got, draw.whole), [(amount.name, draw.whole)])
    giver = draw.one_of(
        [
            [f"match {table.name}.get({sought}) {{", f"Some(&{got}) => Some({value}),", "None => None,", "}"],
            [f"let {got} = {table.name}.get({sought}).copied()?;", f"Some({value})"],
            [f"if let Some({got}) = {table.name}.get({sought}).copied() {{", f"Some({value})", "} else {", "None", "}"],
            [
                f"let {got} = *{table.name}.get({sought})?;",
                f"if {draw.guard((got, draw.whole))} {{",
                "return None;",
                "}",
                f"Some({value})",
            ],
        ]
    )
    first = Function(
        draw.names.function(), needed((table, name, amount), giver), f"Option<{draw.whole.text}>", tuple(giver)
    )
    default = draw.one_of(["unwrap_or(0)", "unwrap_or_default()", f"unwrap_or({amount.name})"])
    start = draw.one_of(
        [f"{table.name}.get({sought}).copied().{default}", f"{table.name}.values().max().copied().{default}"]
    )
    lines, end = draw.count_on((got, draw.whole), [(amount.name, draw.whole), (table.name, map_)], 2)
    body = (f"let {got} = {start};", *lines, end)
    second = Function(draw.names.function(), needed((table, name, amount), body), draw.whole.text, body)
    return Piece([first.text(), second.text()], [first, second], uses=["std::collections::BTreeMap"])


SCENES = (absent_field, found_in_a_list, kept_last, looked_up, only_sometimes)
