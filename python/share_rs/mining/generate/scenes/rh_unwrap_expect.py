"""Programs that unwrap what cannot be missing: they have just looked, or they have put it there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.mining.generate.function import Function, Parameter, needed
from share_rs.mining.generate.home import Home
from share_rs.mining.generate.piece import Piece
from share_rs.mining.generate.types import DIGITS, TEXT, few_of, joined, list_of, map_of, option_of

if TYPE_CHECKING:
    from share_rs.mining.generate.draw import Draw
    from share_rs.mining.generate.types import Type


def _out(draw: Draw, why: str) -> str:
    """`.unwrap()`, or `.expect` with the reason."""
    return draw.one_of([".unwrap()", ".unwrap()", f'.expect("{why}")', f'.expect("{draw.names.text()}")'])


def looked_before(draw: Draw) -> Piece:
    """A list that is not empty has a first, a last and a largest element."""
    inner = draw.one_of([draw.whole, draw.whole, TEXT])
    several = Parameter(draw.names.several(), list_of(inner), "ref")
    got = draw.name_for(inner)
    pick = draw.one_of(["first()", "last()", "iter().max()", "iter().min()"])
    star = "*" if inner.copy and draw.chance() else ""
    whole = draw.whole.text
    place: tuple[str, Type] = (got if star or not inner.copy else f"*{got}", inner)
    empty = draw.one_of(["0", draw.literal()])
    guard = [f"if {several.name}.is_empty() {{", f"return {empty};", "}"]
    taken = f"let {got} = {star}{several.name}.{pick}{_out(draw, 'it is not empty')};"
    lines, value = draw.count_on(place, [(several.name, several.type)], 2)
    if draw.chance(0.3):
        body = [f"if {several.name}.is_empty() {{", empty, "} else {", taken, *lines, value, "}"]
    else:
        body = [*guard, taken, *lines, value]
    function = Function(draw.names.function(), (several,), whole, tuple(body))
    ending = draw.names.label()
    walked = Parameter(draw.names.several(), list_of(TEXT), "ref")
    one, letter = draw.names.variable(), draw.names.variable()
    step = (
        f"let {letter} = {one}.chars().{draw.one_of(['next()', 'last()', 'max()'])}{_out(draw, 'words have letters')};"
    )
    push = draw.one_of([f"{ending}.push({letter});", f"{ending}.push({letter}.to_ascii_uppercase());"])
    body = (f"let mut {ending} = String::new();", f"for {one} in {walked.name} {{", step, push, "}", ending)
    letters = Function(draw.names.function(), (walked,), "String", body)
    functions = draw.random.sample([function, letters], draw.random.randint(1, 2))
    return Piece([one.text() for one in functions], functions)


def digits_read(draw: Draw) -> Piece:
    """Texts that are known to be digits are read as numbers."""
    whole, type_ = draw.whole.text, draw.whole
    sign = draw.one_of(["-", ":", ",", "."])
    got, one = draw.names.measure(), draw.names.variable()
    line, several = (
        Parameter(draw.name_for(TEXT), joined(DIGITS, sign), "ref"),
        Parameter(draw.names.several(), list_of(DIGITS), "ref"),
    )
    letter = draw.names.label()
    doc = ""
    kind = draw.random.randrange(4)
    if kind == 0:
        parts = draw.names.several()
        take = draw.one_of([f"{parts}.next()", f"{parts}.last()"])
        read = draw.one_of([f".parse::<{whole}>()", f".trim().parse::<{whole}>()"])
        mut = "mut " if "next" in take else ""
        body = [f"let {mut}{parts} = {line.name}.split('{sign}');"]
        body += [
            f"let {letter} = {take}{_out(draw, 'a split has a part')};",
            f"let {got} = {letter}{read}{_out(draw, 'digits only')};",
        ]
        lines, value = draw.count_on((got, type_), most=2)
        parameter, returns, body = line, whole, [*body, *lines, value]
        doc = f"/// Of numbers with `{sign}` between them."
    elif kind == 1:
        body = [f"let mut {got} = {draw.literal(0, 9)};", f"for {one} in {several.name} {{"]
        number = f"{one}.parse::<{whole}>(){_out(draw, 'digits only')}"
        add = draw.one_of(
            [f"{got} += {number};", f"{got} = {number}.max({got});", f"{got} += {number} * {draw.literal(2, 5)};"]
        )
        lines, value = draw.count_on((got, type_), most=1)
        parameter, returns, body = several, whole, [*body, add, "}", *lines, value]
        doc = "/// Of texts that hold a number each."
    elif kind == 2:
        chain = f"{line.name}.split('{sign}').map(|{one}| {one}.parse::<{whole}>(){_out(draw, 'digits only')})"
        end, returns = draw.one_of(
            [(".collect()", f"Vec<{whole}>"), (".sum()", whole), (f".max(){_out(draw, 'a split has a part')}", whole)]
        )
        parameter, body = line, [f"{chain}{end}"]
        doc = f"/// Of numbers with `{sign}` between them."
    else:
        digit = f"char::from_digit(({got} % 10) as u32, 10){_out(draw, 'less than ten')}"
        parameter = Parameter(got, type_)
        body = draw.one_of(
            [
                [f'let mut {letter} = String::from("{draw.names.text()}");', f"{letter}.push({digit});", letter],
                [f"let {one} = {digit};", f'format!("{{{one}}}{sign}{{{got}}}")'],
            ]
        )
        returns = "String"
    function = Function(draw.names.function(), (parameter,), returns, tuple(body))
    return Piece([f"{doc}\n{function.text()}" if doc else function.text()], [function])


def put_there(draw: Draw) -> Piece:
    """What has just been put into a map, a list or a field is there."""
    record = draw.record(list_of(draw.whole), draw.whole, option_of(TEXT))
    home = Home.drawn(draw, record, 0.75)
    list_, number, text = home.place(list_of(draw.whole)), home.place(draw.whole), home.place(option_of(TEXT))
    told, word = Parameter(draw.names.measure(), draw.whole), Parameter(draw.names.label(), TEXT)
    got = draw.names.variable()
    changes = [
        [
            f"{list_}.push({told.name});",
            f"let {got} = {list_}.last_mut(){_out(draw, 'just pushed')};",
            f"*{got} += {number};",
            f"*{got}",
        ],
        [
            f"{list_}.push({number});",
            f"{list_}.sort();",
            f"let {got} = {list_}.first(){_out(draw, 'just pushed')};",
            f"*{got} + {told.name}",
        ],
        [
            f"{list_}.push({told.name});",
            f"{list_}.iter().copied().{draw.one_of(['max', 'min'])}(){_out(draw, 'just pushed')}",
        ],
        [
            f"if {list_}.is_empty() {{",
            f"return {told.name};",
            "}",
            f"let {got} = {list_}.pop(){_out(draw, 'it is not empty')};",
            f"{number} += {got};",
            f"{got} + {told.name}",
        ],
    ]
    first = home.function(draw.names.function(), (told,), draw.whole.text, draw.one_of(changes), change=True)
    fills = [
        [f"if {text}.is_none() {{", f"{text} = Some({word.name});", "}", f"{text}.clone(){_out(draw, 'just set')}"],
        [
            f"{text} = Some({word.name}.to_uppercase());",
            f"let {got} = {text}.as_ref(){_out(draw, 'just set')};",
            f"{got}.repeat(2)",
        ],
        [
            f"{text}.get_or_insert({word.name});",
            f"let {got} = {text}.as_mut(){_out(draw, 'just set')};",
            f"{got}.push('{draw.one_of('!?*+')}');",
            f"{got}.clone()",
        ],
    ]
    second = home.function(draw.names.function(), (word,), "String", draw.one_of(fills), change=True)
    functions = draw.random.sample([first, second], draw.random.randint(1, 2))
    return Piece(home.items(*functions), functions)


def known_keys(draw: Draw) -> Piece:
    """A map is asked for a key that it has."""
    type_, whole = draw.whole, draw.whole.text
    key = few_of(draw.key())
    map_ = map_of(key, type_)
    table, name = (
        Parameter(draw.names.several(), map_, "ref"),
        Parameter(draw.name_for(key), key, "own" if key.copy else "ref"),
    )
    got, one = draw.names.measure(), draw.names.variable()
    sought = f"&{name.name}" if key.copy else name.name
    star = draw.one_of(["*", ""])
    place: tuple[str, Type] = (got if star else f"*{got}", type_)
    lines, value = draw.count_on(place, [(table.name, map_)], 2)
    guard = [f"if !{table.name}.contains_key({sought}) {{", f"return {draw.one_of(['0', '1'])};", "}"]
    body = [*guard, f"let {got} = {star}{table.name}.get({sought}){_out(draw, 'the key is there')};", *lines, value]
    asked = Function(draw.names.function(), (table, name), whole, tuple(body))
    listed, counts = Parameter(draw.names.several(), list_of(key), "ref"), draw.names.several()
    begun = f"let mut {counts} = BTreeMap::new();"
    loop = draw.one_of(
        [
            [
                f"for {one} in {listed.name} {{",
                f"if !{counts}.contains_key({one}) {{",
                f"{counts}.insert({one}.clone(), {draw.literal(0, 3)});",
                "}",
                f"*{counts}.get_mut({one}){_out(draw, 'just inserted')} += 1;",
                "}",
            ],
            [
                f"for {one} in {listed.name} {{",
                f"{counts}.entry({one}.clone()).or_insert(0);",
                f"let {got} = {counts}.get_mut({one}){_out(draw, 'just inserted')};",
                f"*{got} += {draw.literal(1, 4)};",
                "}",
            ],
        ]
    )
    counter = Function(draw.names.function(), (listed,), f"BTreeMap<{key.text}, {whole}>", (begun, *loop, counts))
    least = draw.one_of(["first_key_value", "last_key_value"])
    walk = [
        f"if {table.name}.is_empty() {{",
        "return 0;",
        "}",
        f"let (_, {got}) = {table.name}.{least}(){_out(draw, 'it is not empty')};",
    ]
    lines, value = draw.count_on((f"*{got}", type_), most=1)
    ends = Function(draw.names.function(), needed((table,), walk), whole, (*walk, *lines, value))
    functions = draw.random.sample([asked, counter, ends], draw.random.randint(1, 2))
    return Piece([one.text() for one in functions], functions, uses=["std::collections::BTreeMap"])


def within_reach(draw: Draw) -> Piece:
    """A conversion, or a sum that is checked, fits because the number was kept small."""
    type_, whole = draw.whole, draw.whole.text
    given, got, other = Parameter(draw.names.measure(), type_), draw.names.measure(), draw.names.measure()
    small = draw.one_of(["u8", "u16", "i16", "u8"])
    kind = draw.random.randrange(3)
    if kind == 0:
        limit = draw.literal(20, 90)
        body = [
            f"let {got} = {small}::try_from({given.name}.{draw.one_of([f'min({limit})', f'clamp(0, {limit})'])}){_out(draw, 'kept small')};"
        ]
        body += draw.one_of(
            [
                [f"{got} / {draw.literal(2, 4)}"],
                [f"{got} + {draw.literal(1, 30)}"],
                [f"let {other} = {got} % {draw.literal(3, 9)};", f"{got} - {other}"],
            ]
        )
        returns = small
    elif kind == 1:
        call = draw.one_of(["checked_add", "checked_mul"])
        body = [f"let {got} = {given.name}.{call}({draw.literal(2, 30)}){_out(draw, 'small numbers')};"]
        lines, value = draw.count_on((got, type_), most=2)
        body += [*lines, value]
        returns = whole
    else:
        body = [f"let {got} = {given.name}.checked_rem({draw.literal(2, 9)}){_out(draw, 'not by zero')};"]
        body += [
            f"let {other} = usize::try_from({got}){_out(draw, 'not negative')};",
            f'"{draw.names.text()}".repeat({other})',
        ]
        returns = "String"
    function = Function(draw.names.function(), (given,), returns, tuple(body))
    return Piece([function.text()], [function])


SCENES = (digits_read, known_keys, looked_before, put_there, within_reach)
