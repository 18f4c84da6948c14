"""Programs that walk lists, maps and texts with chains of iterators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.mining.generate.function import Function, Parameter, needed
from share_rs.mining.generate.home import Home
from share_rs.mining.generate.piece import Piece
from share_rs.mining.generate.types import TEXT, list_of, map_of

if TYPE_CHECKING:
    from share_rs.mining.generate.draw import Draw
    from share_rs.mining.generate.types import Type


def _broken(chain: str) -> tuple[str, ...]:
    """A long chain with a line for each step."""
    if len(chain) < 80:
        return (chain,)
    depth, steps, start = 0, list[str](), 0
    for at, one in enumerate(chain):
        depth += (one in "([{") - (one in ")]}")
        if one == "." and depth == 0 and at > start and chain[at - 1] == ")":
            steps.append(chain[start:at])
            start = at
    return (*steps, chain[start:])


def numbers_walked(draw: Draw) -> Piece:
    """A list of numbers is filtered, changed and collected, or its largest is looked for."""
    whole, type_ = draw.whole.text, draw.whole
    several, one = Parameter(draw.names.several(), list_of(type_), "ref"), draw.names.variable()
    by = Parameter(draw.names.measure(), type_)
    copied = draw.chance(0.65)
    start = f"{several.name}.iter()" + (draw.one_of([".copied()", ".copied()", ".cloned()"]) if copied else "")
    place: tuple[str, Type] = (one if copied else f"*{one}", type_)
    inner: tuple[str, Type] = (f"*{one}" if copied else f"**{one}", type_)
    steps = ""
    if draw.chance(0.6):
        condition = draw.one_of([draw.guard(inner), f"{inner[0]} > {by.name}"])
        steps += f".filter(|{one}| {condition})"
    if draw.chance(0.5) or not copied:
        steps += f".map(|{one}| {draw.number_on(place, [(by.name, type_)])})"
    steps += draw.one_of(["", "", f".take({draw.literal(2, 4)})", ".rev()", f".skip({draw.literal(1, 2)})"])
    end, returns = draw.one_of(
        [
            (".collect()", f"Vec<{whole}>"),
            (".collect()", f"Vec<{whole}>"),
            (".collect::<std::collections::BTreeSet<_>>().len()", "usize"),
            (".sum()", whole),
            (".max()", f"Option<{whole}>"),
            (".min()", f"Option<{whole}>"),
            (".last()", f"Option<{whole}>"),
        ]
    )
    function = Function(
        draw.names.function(), needed((several, by), [start + steps]), returns, _broken(start + steps + end)
    )
    kept = draw.names.several()
    how = draw.one_of(["filter", "skip_while"])
    condition = draw.guard((f"*{one}", type_))
    lines = [f"let mut {kept}: Vec<{whole}> = {several.name}.iter().copied().{how}(|{one}| {condition}).collect();"]
    lines.append(f"{kept}.{draw.one_of(['sort()', 'reverse()', 'dedup()'])};")
    sorted_ = Function(draw.names.function(), (several,), f"Vec<{whole}>", (*lines, kept))
    functions = draw.random.sample([function, sorted_], draw.random.randint(1, 2))
    return Piece([item.text() for item in functions], functions)


def texts_walked(draw: Draw) -> Piece:
    """Words are changed, their letters counted or picked."""
    several, one = Parameter(draw.names.several(), list_of(TEXT), "ref"), draw.names.variable()
    letter, word = draw.names.variable(), Parameter(draw.names.label(), TEXT, "ref")
    sign = draw.one_of(["-", ", ", " "])
    is_ = draw.one_of(
        [
            f"'{draw.one_of('aeiou')}' == *{letter}",
            f"*{letter} != '{draw.one_of('aeiou')}'",
            f'"aeiou".contains(*{letter})',
        ]
    )
    words, returns = draw.one_of(
        [
            (f"{several.name}.iter().map(|{one}| {draw.text([(one, TEXT)])}).collect()", "Vec<String>"),
            (f"{several.name}.iter().filter(|{one}| {draw.guard((one, TEXT))}).cloned().collect()", "Vec<String>"),
            (f"{several.name}.iter().map(|{one}| {one}.len()).max()", "Option<usize>"),
            (f"{several.name}.iter().flat_map(|{one}| {one}.chars()).filter(|{letter}| {is_}).collect()", "String"),
            (f"{several.name}.iter().filter_map(|{one}| {one}.chars().next()).collect()", "String"),
            (f'{several.name}.iter().map(|{one}| {one}.to_uppercase()).collect::<Vec<_>>().join("{sign}")', "String"),
            (f"{several.name}.iter().max().cloned()", "Option<String>"),
            (
                f'{several.name}.iter().enumerate().map(|(at, {one})| format!("{{at}}{sign}{{{one}}}")).collect()',
                "Vec<String>",
            ),
        ]
    )
    letters, given = draw.one_of(
        [
            (f"{word.name}.chars().rev().collect()", "String"),
            (f"{word.name}.chars().filter(|{letter}| {is_}).count()", "usize"),
            (f"{word.name}.chars().filter(|{letter}| {is_}).collect()", "String"),
            (f"{word.name}.chars().map(|{letter}| {letter}.to_ascii_uppercase()).collect()", "String"),
            (f"{word.name}.chars().skip({draw.literal(1, 2)}).take({draw.literal(2, 4)}).collect()", "String"),
        ]
    )
    functions = [
        Function(draw.names.function(), (several,), returns, _broken(words)),
        Function(draw.names.function(), (word,), given, _broken(letters)),
    ]
    functions = draw.random.sample(functions, draw.random.randint(1, 2))
    return Piece([item.text() for item in functions], functions)


def maps_walked(draw: Draw) -> Piece:
    """The keys and values of a map, and the map made of a list."""
    whole, type_ = draw.whole.text, draw.whole
    map_ = map_of(TEXT, type_)
    table, one, key = Parameter(draw.names.several(), map_, "ref"), draw.names.variable(), draw.names.label()
    place: tuple[str, Type] = (f"*{one}", type_)
    chain, returns = draw.one_of(
        [
            (f"{table.name}.values().copied().max()", f"Option<{whole}>"),
            (f"{table.name}.values().copied().filter(|{one}| {draw.guard(place)}).collect()", f"Vec<{whole}>"),
            (f"{table.name}.values().map(|{one}| {draw.number_on(place)}).sum()", whole),
            (
                f"{table.name}.iter().filter(|(_, {one})| {draw.guard((f'**{one}', type_))}).map(|({key}, _)| {key}.clone()).collect()",
                "Vec<String>",
            ),
            (f'{table.name}.iter().map(|({key}, {one})| format!("{{{key}}}={{{one}}}")).collect()', "Vec<String>"),
            (f"{table.name}.keys().cloned().collect()", "Vec<String>"),
            (f"{table.name}.keys().filter(|{key}| {draw.guard((key, TEXT))}).cloned().collect()", "Vec<String>"),
        ]
    )
    walker = Function(draw.names.function(), (table,), returns, _broken(chain))
    names = Parameter(draw.names.several(), list_of(TEXT), "ref")
    made = draw.one_of(
        [
            f"{names.name}.iter().map(|{key}| ({key}.clone(), {draw.size(key)})).collect()",
            f"{names.name}.iter().cloned().map(|{key}| {{ let {one} = {draw.size(key)}; ({key}, {one}) }}).collect()",
            f"{names.name}.iter().cloned().zip({draw.literal(0, 9)}..).collect()",
        ]
    )
    maker = Function(draw.names.function(), (names,), map_.text, _broken(made))
    functions = draw.random.sample([walker, maker], draw.random.randint(1, 2))
    return Piece([item.text() for item in functions], functions, uses=["std::collections::BTreeMap"])


def fields_walked(draw: Draw) -> Piece:
    """Structs in a list, and a list in a struct."""
    whole, type_ = draw.whole.text, draw.whole
    walked = list_of(type_)
    record = draw.record(type_, TEXT, walked)
    home = Home.drawn(draw, record)
    list_, number = home.place(walked), home.place(type_)
    one, item = draw.names.variable(), draw.names.variable()
    chain, returns = draw.one_of(
        [
            (f"{list_}.iter().copied().{draw.one_of(['max', 'min'])}().unwrap_or({number})", whole),
            (
                f"{list_}.iter().map(|{one}| {draw.number_on((f'*{one}', type_), [(number, type_)])}).collect()",
                f"Vec<{whole}>",
            ),
            (
                f"{list_}.iter().copied().filter(|{one}| *{one} {draw.one_of(['<', '>', '!='])} {number}).collect()",
                f"Vec<{whole}>",
            ),
            (
                f"{list_}.iter().zip({list_}.iter().skip(1)).map(|({one}, {item})| {one} + {item}).collect()",
                f"Vec<{whole}>",
            ),
        ]
    )
    reader = home.function(draw.names.function(), (), returns, _broken(chain))
    functions = [reader]
    if draw.chance(0.5):
        change = draw.one_of(
            [
                [f"for {one} in {list_}.iter_mut() {{", f"*{one} += {number};", "}"],
                [f"{list_}.iter_mut().for_each(|{one}| *{one} *= {draw.literal(2, 4)});"],
            ]
        )
        functions.append(home.function(draw.names.function(), (), "", change, change=True))
    several = Parameter(draw.names.several(), list_of(record.type), "ref")
    label = next(text for text, kind in record.places(item) if kind is TEXT)
    measure = next(text for text, kind in record.places(item) if kind == type_)
    over, result = draw.one_of(
        [
            (f"{several.name}.iter().map(|{item}| {label}.clone()).collect()", "Vec<String>"),
            (
                f"{several.name}.iter().filter(|{item}| {draw.guard((measure, type_))}).map(|{item}| {label}.to_uppercase()).collect()",
                "Vec<String>",
            ),
            (
                f"{several.name}.iter().flat_map(|{item}| {item}.{list_.rpartition('.')[2]}.iter().copied()).max()",
                f"Option<{whole}>",
            ),
            (f"{several.name}.iter().map(|{item}| {draw.number_on((measure, type_))}).sum()", whole),
        ]
    )
    extra = Function(draw.names.function(), (several,), result, _broken(over))
    return Piece([*home.items(*functions), extra.text()], [*functions, extra])


SCENES = (fields_walked, maps_walked, numbers_walked, texts_walked)
