"""Programs whose functions fail with a reason: checks, changes that are refused, texts that are no numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.mining.generate.failure import Failure
from share_rs.mining.generate.function import Function, Parameter, needed
from share_rs.mining.generate.home import Home
from share_rs.mining.generate.piece import Piece
from share_rs.mining.generate.types import NUMERAL, TEXT, few_of, list_of, map_of

if TYPE_CHECKING:
    from share_rs.mining.generate.draw import Draw
    from share_rs.mining.generate.types import Type


def checked_struct(draw: Draw) -> Piece:
    """A struct says what is wrong with it, and does its work only if nothing is."""
    record = draw.record(draw.whole, TEXT)
    home = Home.drawn(draw, record)
    failure = Failure(draw)
    numbers = [one for one in home.places if one[1].kind in {"number", "text", "list", "truth"}]
    draw.random.shuffle(numbers)
    checks: list[str] = []
    for place in numbers[: draw.random.randint(1, 3)]:
        refused = f"return Err({failure.raised([place, *home.places])});"
        checks += [f"if {draw.guard(place)} {{", refused, "}"]
    check = home.function(
        draw.names.function(), (), f"Result<(), {failure.type}>", [*checks, "Ok(())"], shown=failure.shown
    )
    call = f"self.{check.name}()" if home.base == "self" else f"{check.name}({home.base})"
    lines, value = draw.count(home.places, 2)
    number = f"Result<{draw.whole.text}, {failure.type}>"
    body = draw.one_of(
        [
            [f"{call}?;", *lines, f"Ok({value})"],
            [*lines, f"{call}.map(|()| {value})"],
            [f"match {call} {{", "Ok(()) => {", *lines, f"Ok({value})", "}", "Err(error) => Err(error),", "}"],
            [f"if let Err(error) = {call} {{", "return Err(error);", "}", *lines, f"Ok({value})"],
        ]
    )
    user = home.function(draw.names.function(), (), number, body, shown=failure.shown)
    return Piece(
        [*failure.items(), *home.items(check, user)], [check, user], uses=failure.uses(), imports=failure.imports()
    )


def refused_change(draw: Draw) -> Piece:
    """A method changes the struct, or leaves it alone and says why."""
    record = draw.record(draw.whole, draw.whole)
    home = Home.drawn(draw, record, 0.8)
    failure = Failure(draw)
    first, second = [text for text, type_ in home.places if type_ == draw.whole][:2]
    amount = Parameter(draw.names.measure(), draw.whole)
    given: tuple[str, Type] = (amount.name, draw.whole)
    places = [given, (first, draw.whole)]
    refusal = draw.one_of([f"{amount.name} > {first}", draw.guard(given), f"{first} < {amount.name}"])
    change = draw.one_of(
        [
            [f"{first} = {first}.saturating_sub({amount.name});", f"{second} += {amount.name};"],
            [f"{second} += {amount.name};", f"{first} = {first}.min({second});"],
            [f"{first} += {amount.name} * {draw.literal(2, 5)};"],
        ]
    )
    lists = [(text, type_) for text, type_ in home.places if type_.kind == "list" and type_.inner in {TEXT, draw.whole}]
    for text, type_ in lists[:1]:
        change.append(f"{text}.push({amount.name if type_.inner == draw.whole else draw.text([given])});")
    error = failure.raised(places)
    if draw.chance():
        body = [f"if {refusal} {{", f"return Err({error});", "}"]
        if draw.chance(0.4):
            body += [
                f"if {draw.guard((second, draw.whole))} {{",
                f"return Err({failure.raised([(second, draw.whole)])});",
                "}",
            ]
        end = draw.one_of(["Ok(())", "Ok(())", f"Ok({first})"])
        body += [*change, end]
    else:
        end = draw.one_of(["Ok(())", f"Ok({second})"])
        body = [f"if {refusal} {{", f"Err({error})", "} else {", *change, end, "}"]
        if draw.chance(0.3):
            body = [
                f"if {refusal.replace(' >= ', ' < ').replace(' > ', ' <= ')} {{",
                *change,
                end,
                "} else {",
                f"Err({error})",
                "}",
            ]
    inner = "()" if end == "Ok(())" else draw.whole.text
    changer = home.function(
        draw.names.function(), (amount,), f"Result<{inner}, {failure.type}>", body, change=True, shown=failure.shown
    )
    return Piece([*failure.items(), *home.items(changer)], [changer], uses=failure.uses(), imports=failure.imports())


def read_number(draw: Draw) -> Piece:
    """A text is read as a number within limits."""
    failure = Failure(draw)
    given = Parameter(draw.names.label(), NUMERAL, "ref")
    got, whole = draw.names.measure(), draw.whole.text
    number: tuple[str, Type] = (got, draw.whole)
    value = draw.one_of([got, draw.number_on(number)])
    read = given.name + draw.one_of([f".parse::<{whole}>()", f".trim().parse::<{whole}>()"])
    bad, large = failure.raised([(given.name, TEXT)]), failure.raised([number])
    arms = [
        f"Ok({got}) if {draw.guard(number)} => Err({large}),",
        f"Ok({got}) => Ok({value}),",
        f"Err(_) => Err({bad}),",
    ]
    kind = draw.random.randrange(4)
    if kind == 0:
        body = [f"match {read} {{", *(arms if draw.chance() else arms[1:]), "}"]
    elif kind == 1:
        body = [f"let Ok({got}) = {read} else {{", f"return Err({bad});", "};"]
        body += [f"if {draw.guard(number)} {{", f"return Err({large});", "}", f"Ok({value})"]
    elif kind == 2:
        body = [f"let {got} = match {read} {{", f"Ok({got}) => {got},", f"Err(_) => return Err({bad}),", "};"]
        body += [f"if {draw.guard(number)} {{", f"Err({large})", "} else {", f"Ok({value})", "}"]
    else:
        body = [f"if let Ok({got}) = {read} {{", f"Ok({value})", "} else {", f"Err({bad})", "}"]
    reader = Function(
        draw.names.function(), (given,), f"Result<{whole}, {failure.type}>", tuple(body), shown=failure.shown
    )
    several = Parameter(draw.names.several(), list_of(NUMERAL), "ref")
    one, sum_, left = draw.names.variable(), draw.names.measure(), draw.names.measure()
    total = draw.one_of(
        [
            [
                f"for {one} in {several.name} {{",
                f"match {reader.name}({one}) {{",
                f"Ok({got}) => {sum_} += {got},",
                f"Err(_) => {left} += 1,",
                "}",
                "}",
            ],
            [
                f"for {one} in {several.name} {{",
                f"if let Ok({got}) = {reader.name}({one}) {{",
                f"{sum_} += {got};",
                "} else {",
                f"{left} += 1;",
                "}",
                "}",
            ],
        ]
    )
    body = (f"let mut {sum_} = 0;", f"let mut {left} = 0;", *total, f"({sum_}, {left})")
    adder = Function(draw.names.function(), (several,), f"({whole}, {whole})", body)
    return Piece(
        [*failure.items(), reader.text(), adder.text()], [reader, adder], uses=failure.uses(), imports=failure.imports()
    )


def gathered(draw: Draw) -> Piece:
    """A loop gathers what is good, and stops at the first that is not."""
    failure = Failure(draw)
    inner = draw.one_of([draw.whole, TEXT])
    several = Parameter(draw.names.several(), list_of(inner), "ref")
    one, good = draw.names.variable(), draw.names.several()
    element: tuple[str, Type] = (one, TEXT) if inner is TEXT else (one, draw.whole)
    pattern = one if inner is TEXT else f"&{one}"
    guard = f"{one} >= {draw.literal(30, 36)}" if inner.copy else f"{one}.len() > {draw.literal(5, 6)}"
    gathers_texts = draw.chance()
    value = draw.text([element]) if gathers_texts else draw.number_on(element)
    refused = f"Err({failure.raised([element])})"
    whole_type = "Vec<String>" if gathers_texts else f"Vec<{draw.whole.text}>"
    empty = [f"if {several.name}.is_empty() {{", f"return Err({failure.raised()});", "}"] if draw.chance(0.4) else []
    if draw.chance(0.7):
        body = [*empty, f"let mut {good} = Vec::new();", f"for {pattern} in {several.name} {{"]
        body += [f"if {guard} {{", f"return {refused};", "}", f"{good}.push({value});", "}"]
        body += [f"{good}.sort();"] if draw.chance(0.3) else []
        body += [f"Ok({good})"]
    else:
        body = [*empty, several.name, ".iter()", f".map(|{pattern}| {{", f"if {guard} {{", refused, "} else {"]
        body += [f"Ok({value})", "}", "})", ".collect()"]
    gatherer = Function(
        draw.names.function(), (several,), f"Result<{whole_type}, {failure.type}>", tuple(body), shown=failure.shown
    )
    got = draw.names.several()
    user_body = draw.one_of(
        [
            (f"match {gatherer.name}({several.name}) {{", f"Ok({got}) => {got}.len(),", "Err(_) => 0,", "}"),
            (f"let {got} = {gatherer.name}({several.name});", f"{got}.map_or(0, |{got}| {got}.len())"),
            (f"let Ok({got}) = {gatherer.name}({several.name}) else {{", "return 0;", "};", f"{got}.len() + 1"),
        ]
    )
    user = Function(draw.names.function(), (several,), "usize", user_body)
    return Piece(
        [*failure.items(), gatherer.text(), user.text()],
        [gatherer, user],
        uses=failure.uses(),
        imports=failure.imports(),
    )


def known_key(draw: Draw) -> Piece:
    """What is not in the map, or not in the list, is an error."""
    failure = Failure(draw, draw.one_of(["enum", "enum", "text"]))
    map_ = map_of(few_of(draw.key()), draw.whole)
    key = map_.key or TEXT
    table = Parameter(draw.names.several(), map_, "ref")
    name = Parameter(draw.name_for(key), key, "own" if key.copy else "ref")
    got, amount = draw.names.measure(), Parameter(draw.names.measure(), draw.whole)
    sought = name.name if not key.copy else f"&{name.name}"
    places = [(name.name, TEXT if key.kind == "text" else draw.whole)]
    missing = failure.raised(places)
    rest = draw.guard((got, draw.whole))
    few = failure.raised([(got, draw.whole), (amount.name, draw.whole)])
    value = draw.number_on((got, draw.whole), [(amount.name, draw.whole)])
    ok_or = draw.one_of(["ok_or", "ok_or_else"]) if "(" not in missing else "ok_or_else"
    lazy = missing if ok_or == "ok_or" else f"|| {missing}"
    body = draw.one_of(
        [
            [f"match {table.name}.get({sought}) {{", f"Some(&{got}) => Ok({value}),", f"None => Err({missing}),", "}"],
            [f"let {got} = *{table.name}.get({sought}).{ok_or}({lazy})?;", f"Ok({value})"],
            [
                f"let Some(&{got}) = {table.name}.get({sought}) else {{",
                f"return Err({missing});",
                "};",
                f"if {rest} {{",
                f"return Err({few});",
                "}",
                f"Ok({value})",
            ],
            [
                f"let {got} = {table.name}.get({sought}).copied().{ok_or}({lazy})?;",
                f"if {rest} {{",
                f"Err({few})",
                "} else {",
                f"Ok({value})",
                "}",
            ],
        ]
    )
    finder = Function(
        draw.names.function(),
        needed((table, name, amount), body),
        f"Result<{draw.whole.text}, {failure.type}>",
        tuple(body),
        shown=failure.shown,
    )
    first, list_ = draw.names.variable(), Parameter(draw.names.several(), list_of(draw.whole), "ref")
    none = failure.raised()
    pick = draw.one_of(["first()", "last()", "iter().max()", "iter().min()"])
    strict = f".ok_or({none})" if "(" not in none else f".ok_or_else(|| {none})"
    lines, end = draw.count_on((first, draw.whole), [(list_.name, list_.type)], 2)
    body = (f"let {first} = *{list_.name}.{pick}{strict}?;", *lines, f"Ok({end})")
    picker = Function(
        draw.names.function(), (list_,), f"Result<{draw.whole.text}, {failure.type}>", body, shown=failure.shown
    )
    items = [*failure.items(), finder.text(), picker.text()]
    return Piece(
        items, [finder, picker], uses=["std::collections::BTreeMap", *failure.uses()], imports=failure.imports()
    )


SCENES = (checked_struct, gathered, known_key, read_number, refused_change)
