"""Programs that give numbers and texts types of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.mining.generate.function import Function, Parameter, needed
from share_rs.mining.generate.newtype import Newtype, newtype
from share_rs.mining.generate.piece import Piece, impl
from share_rs.mining.generate.types import TEXT, list_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from share_rs.mining.generate.draw import Draw

_COPIED = (("Clone", "Copy"), ("Debug", "Clone", "Copy"), ("Debug", "Clone", "Copy", "PartialEq"))


def _numbers(draw: Draw, count: int, *derives: str) -> list[Newtype]:
    """Newtypes of the program's number."""
    own = (*draw.one_of(_COPIED), *derives)
    own = tuple(dict.fromkeys(own))
    return [newtype(draw.names.entity(), draw.whole, own) for _ in range(count)]


def _made(draw: Draw, kind: Newtype, value: str, *, inside: bool = False) -> str:
    """The newtype of a value, by its name or, in its own impl, as `Self`."""
    return f"{draw.one_of(['Self', kind.name]) if inside else kind.name}({value})"


def _piece(kinds: Sequence[Newtype], methods: Sequence[Function], functions: Sequence[Function]) -> Piece:
    items: list[str] = []
    for kind in kinds:
        items.append(kind.text())
        own = [one for one in methods if one.record is kind]
        items += [impl(kind, *own)] if own else []
    return Piece([*items, *(one.text() for one in functions)], [*methods, *functions])


def _method(draw: Draw, kind: Newtype, others: Sequence[Newtype]) -> Function:
    """A method that changes the number, converts it, or looks at it."""
    own, receiver = ("self.0", draw.whole), draw.one_of(["self", "&self"])
    other, amount = draw.one_of(others), Parameter(draw.names.measure(), draw.whole)
    second = Parameter(draw.names.variable(), kind.type)
    number = draw.number_of(own, [])
    lines, value = draw.count([own], 1)
    if "self.0" not in "\n".join([*lines, value]):
        lines, value = [], f"self.0 + {draw.literal()}"
    ways: list[tuple[tuple[Parameter, ...], str, tuple[str, ...], str]] = [
        ((), kind.name, (*lines, _made(draw, kind, value, inside=True)), "{}.0"),
        ((), other.name, (_made(draw, other, number),), "{}.0"),
        (
            (amount,),
            kind.name,
            (_made(draw, kind, f"self.0 {draw.one_of(['+', '* 2 +', '/ 2 +'])} {amount.name}", inside=True),),
            "{}.0",
        ),
        (
            (second,),
            kind.name,
            (
                _made(
                    draw,
                    kind,
                    draw.one_of(
                        [
                            f"self.0 + {second.name}.0",
                            f"self.0.max({second.name}.0)",
                            f"self.0.saturating_sub({second.name}.0)",
                        ]
                    ),
                    inside=True,
                ),
            ),
            "{}.0",
        ),
        ((), draw.whole.text, draw.counted_of(own, [], 2), "{}"),
        ((), "String", draw.phrased_of(own, [], 1), "{}"),
        ((second,), "bool", (f"self.0 {draw.one_of(['>', '<', '>=', '!='])} {second.name}.0",), "{}"),
    ]
    parameters, returns, body, shown = draw.one_of(ways)
    return Function(draw.names.function(), parameters, returns, body, kind, receiver, shown=shown)


def _used(draw: Draw, kind: Newtype, other: Newtype, methods: Sequence[Function]) -> Function:
    """A function that takes a newtype apart, or goes on with another."""
    given, second = (
        Parameter(draw.names.variable(), kind.type, draw.one_of(["own", "own", "ref"])),
        Parameter(draw.names.variable(), other.type),
    )
    amount, kept = Parameter(draw.names.measure(), draw.whole), draw.names.measure()
    own, more = (f"{given.name}.0", draw.whole), [(amount.name, draw.whole), (f"{second.name}.0", draw.whole)]
    lines, value = draw.count([own, *more], 2)
    if f"{given.name}.0" not in "\n".join([*lines, value]):
        lines, value = [], f"{given.name}.0 + {draw.literal()}"
    plain = [one for one in methods if one.record is kind and not one.parameters and one.returns == kind.name]
    ways: list[tuple[str, tuple[str, ...], str]] = [
        (kind.name, (*lines, _made(draw, kind, value)), "{}.0"),
        (
            other.name,
            (f"let {kept} = {draw.number_of(own, more)};", _made(draw, other, f"{kept} + {second.name}.0")),
            "{}.0",
        ),
        (draw.whole.text, (*lines, value), "{}"),
        (
            f"({kind.name}, {other.name})",
            (
                (
                    f"({_made(draw, kind, draw.number_of(own, more))}, "
                    f"{_made(draw, other, draw.number_of((f'{second.name}.0', draw.whole), []))})"
                ),
            ),
            "({}.0.0, {}.1.0)",
        ),
        (
            f"Option<{kind.name}>",
            (
                f"if {draw.truth([own])} {{",
                "return None;",
                "}",
                f"Some({_made(draw, kind, draw.number_of(own, more))})",
            ),
            "{}.map(|one| one.0)",
        ),
        (
            kind.name,
            (
                f"if {draw.truth([own])} {{",
                _made(draw, kind, draw.number_of(own, more)),
                "} else {",
                _made(draw, kind, amount.name),
                "}",
            ),
            "{}.0",
        ),
    ]
    ways += (
        [
            (
                draw.whole.text,
                (f"let {kept} = {given.name}.{plain[0].name}();", f"{kept}.0 + {draw.number_of(own, more)}"),
                "{}",
            )
        ]
        if plain
        else []
    )
    returns, body, shown = draw.one_of(ways)
    return Function(draw.names.function(), needed((given, second, amount), body), returns, body, shown=shown)


def measured(draw: Draw) -> Piece:
    """Numbers in two or three units, and what becomes of them."""
    kinds = _numbers(draw, draw.random.choice([2, 2, 3]))
    methods = [_method(draw, kind, kinds) for kind in kinds for _ in range(draw.random.randint(0, 2))][:3]
    functions: list[Function] = []
    for _ in range(draw.random.choice([1, 1, 2])):
        first, second = draw.random.sample(kinds, 2)
        functions.append(_used(draw, first, second, methods))
    return _piece(kinds, methods, functions)


def identified(draw: Draw) -> Piece:
    """Numbers of things, which are looked up in lists of pairs."""
    first, second = _numbers(draw, 2, "PartialEq")
    pairs, wanted, one, other = (
        draw.names.several(),
        Parameter(draw.names.variable(), first.type),
        draw.names.variable(),
        draw.names.variable(),
    )
    fallback, found = Parameter(draw.names.variable(), second.type), draw.names.several()
    numbers = Parameter(draw.names.several(), list_of(draw.whole), "ref")
    by = draw.literal(2, 9)
    build = draw.one_of(
        [
            (
                f"let {pairs}: Vec<({first.name}, {second.name})> = {numbers.name}\n.iter()\n"
                f".map(|&{one}| ({first.name}({one} / {by}), {second.name}({one} + {draw.literal()})))\n.collect();"
            ),
            (
                f"let mut {pairs} = Vec::new();\nfor &{one} in {numbers.name} {{\n"
                f"{pairs}.push(({first.name}({one} % {by}), {second.name}({one} * {draw.literal(2, 5)})));\n}}"
            ),
        ]
    )
    search = draw.one_of(
        [f"{one}.0 % {by} == {wanted.name}.0 % {by}", f"*{one} == {first.name}({wanted.name}.0 / {by})"]
    )
    ways = [
        (
            f"Option<{second.name}>",
            [f"{pairs}.iter().find(|({one}, _)| {search}).map(|&(_, {other})| {other})"],
            "{}.map(|one| one.0)",
        ),
        (
            second.name,
            [
                f"for ({one}, {other}) in &{pairs} {{",
                f"if {search} {{",
                f"return *{other};",
                "}",
                "}",
                draw.one_of(
                    [
                        fallback.name,
                        f"{second.name}({fallback.name}.0 + {draw.literal()})",
                        f"{second.name}({wanted.name}.0)",
                    ]
                ),
            ],
            "{}.0",
        ),
        (draw.whole.text, [f"{pairs}.iter().filter(|({one}, _)| {search}).map(|(_, {other})| {other}.0).sum()"], "{}"),
        (
            f"Vec<{second.name}>",
            [
                f"let mut {found} = Vec::new();",
                f"for ({one}, {other}) in {pairs} {{",
                f"if {search.replace('*', '')} {{",
                f"{found}.push({other});",
                "}",
                "}",
                f"{found}.push({second.name}({wanted.name}.0));",
                found,
            ],
            "{}.iter().map(|one| one.0).collect::<Vec<_>>()",
        ),
    ]
    returns, lines, shown = draw.one_of(ways)
    body = (build, *lines)
    function = Function(draw.names.function(), needed((numbers, wanted, fallback), body), returns, body, shown=shown)
    methods = [_method(draw, draw.one_of([first, second]), [first, second])] if draw.chance(0.5) else []
    functions = [function, *([_used(draw, first, second, methods)] if draw.chance(0.3) else [])]
    return _piece([first, second], methods, functions)


def checked_texts(draw: Draw) -> Piece:
    """Texts that were looked at when they were wrapped."""
    derives = draw.one_of([("Debug", "Clone"), ("Clone", "PartialEq"), ("Debug", "Clone", "PartialEq", "Eq")])
    kind, other = (newtype(draw.names.entity(), TEXT, derives) for _ in range(2))
    text, given = (
        Parameter(draw.names.label(), TEXT, draw.one_of(["ref", "own"])),
        Parameter(draw.names.variable(), kind.type, "ref"),
    )
    second, name = Parameter(draw.names.label(), TEXT, "ref"), draw.names.label()
    owned = f"{text.name}.to_string()" if text.mode == "ref" else text.name
    kept = draw.one_of([owned, f"{text.name}.trim().to_string()", f"{text.name}.to_lowercase()"])
    bad, missing = draw.truth([(text.name, TEXT)]), f'String::from("{draw.names.text()}")'
    ways = [
        (
            f"Option<{draw.one_of(['Self', kind.name])}>",
            [f"if {bad} {{", "return None;", "}", f"Some({_made(draw, kind, kept, inside=True)})"],
            "{}.map(|one| one.0)",
        ),
        (
            f"Result<{draw.one_of(['Self', kind.name])}, String>",
            [
                f"if {bad} {{",
                f'return Err(format!("{draw.names.text()}: {{{text.name}}}"));',
                "}",
                f"Ok({_made(draw, kind, kept, inside=True)})",
            ],
            "{}.map(|one| one.0)",
        ),
        (
            draw.one_of(["Self", kind.name]),
            [
                f"if {bad} {{",
                f"return {_made(draw, kind, missing, inside=True)};",
                "}",
                _made(draw, kind, kept, inside=True),
            ],
            "{}.0",
        ),
    ]
    returns, lines, shown = draw.one_of(ways)
    new = Function(
        draw.one_of(["new", "parse", draw.names.function()]), (text,), returns, tuple(lines), kind, shown=shown
    )
    looks = [
        (draw.whole.text, draw.counted_of(("self.0", TEXT), [], 1), "{}"),
        (
            "bool",
            (draw.one_of([f"self.0.contains('{draw.one_of('aeio')}')", f"self.0.len() > {draw.literal(2, 6)}"]),),
            "{}",
        ),
        (other.name, (_made(draw, other, draw.text_of(("self.0", TEXT), [])),), "{}.0"),
        ("String", draw.phrased_of(("self.0", TEXT), [], 1), "{}"),
    ]
    wide, body, recorded = draw.one_of(looks)
    look = Function(draw.names.function(), (), wide, body, kind, "&self", shown=recorded)
    place = (f"{given.name}.0", TEXT)
    uses = [
        (other.name, (_made(draw, other, draw.text_of(place, [(second.name, TEXT)])),), "{}.0"),
        (
            kind.name,
            (f"let mut {name} = {given.name}.0.clone();", f"{name}.push_str({second.name});", _made(draw, kind, name)),
            "{}.0",
        ),
        (draw.whole.text, draw.counted_of(place, [(second.name, TEXT)], 2), "{}"),
        (
            f"({kind.name}, {other.name})",
            (
                f"({_made(draw, kind, f'{given.name}.0.to_uppercase()')}, {_made(draw, other, f'{second.name}.to_string()')})",
            ),
            "({}.0.0.clone(), {}.1.0.clone())",
        ),
        ("bool", (f"{given.name}.0 == {second.name} || {draw.truth([place])}",), "{}"),
    ]
    last, done, seen = draw.one_of(uses)
    function = Function(draw.names.function(), needed((given, second), done), last, done, shown=seen)
    used = look.text() + function.text()
    kinds = [kind, *([other] if other.name in used else [])]
    return _piece(kinds, [new, look] if draw.chance() else [look, new], [function])


def with_operators(draw: Draw) -> Piece:
    """Amounts that can be added, and multiplied by plain numbers."""
    kind, *others = _numbers(draw, draw.random.choice([1, 2, 2]), "PartialEq", "PartialOrd")
    other, by, name = draw.names.variable(), draw.names.measure(), kind.name
    operators = draw.random.sample(["Add", "Mul", "Sub", "AddAssign"], draw.random.choice([1, 2, 2]))
    texts = {
        "Add": f"impl Add for {name} {{\ntype Output = {draw.one_of(['Self', name])};\n\n"
        f"fn add(self, {other}: Self) -> Self {{\n{_made(draw, kind, f'self.0 + {other}.0', inside=True)}\n}}\n}}",
        "Sub": f"impl Sub for {name} {{\ntype Output = {name};\n\n"
        f"fn sub(self, {other}: {name}) -> {name} {{\n{_made(draw, kind, f'self.0.saturating_sub({other}.0)', inside=True)}\n}}\n}}",
        "Mul": f"impl Mul<{draw.whole.text}> for {name} {{\ntype Output = Self;\n\n"
        f"fn mul(self, {by}: {draw.whole.text}) -> Self {{\n{_made(draw, kind, f'self.0 * {by}', inside=True)}\n}}\n}}",
        "AddAssign": f"impl AddAssign for {name} {{\nfn add_assign(&mut self, {other}: Self) {{\nself.0 += {other}.0;\n}}\n}}",
    }
    given, second, sum_ = (
        Parameter(draw.names.variable(), kind.type),
        Parameter(draw.names.variable(), kind.type),
        draw.names.variable(),
    )
    several, one = Parameter(draw.names.several(), list_of(draw.whole), "ref"), draw.names.measure()
    use = {
        "Add": f"{given.name} + {second.name}",
        "Sub": f"{given.name} - {second.name}",
        "Mul": f"{given.name} * {draw.literal(2, 9)}",
    }
    lines: list[str] = [
        f"let {'mut ' if 'AddAssign' in operators else ''}{sum_} = {use.get(operators[0], given.name)};"
    ]
    if "AddAssign" in operators:
        lines.append(
            draw.one_of(
                [
                    f"{sum_} += {name}({draw.literal()});",
                    f"for &{one} in {several.name} {{\n{sum_} += {name}({one});\n}}",
                ]
            )
        )
    if len(operators) > 1 and operators[1] in use:
        later = draw.names.variable()
        lines.append(f"let {later} = {use[operators[1]].replace(given.name, sum_)};")
        sum_ = later
    converted = others[0] if others else kind
    ends = [
        (name, [sum_], "{}.0"),
        (draw.whole.text, [f"{sum_}.0 + {draw.literal()}"], "{}"),
        (converted.name, [f"{converted.name}({sum_}.0 / {draw.literal(2, 5)})"], "{}.0"),
        (
            name,
            [f"if {sum_} > {name}({draw.literal(10, 60)}) {{", f"{name}({draw.literal()})", "} else {", sum_, "}"],
            "{}.0",
        ),
        (draw.whole.text, [f"if {sum_}.0 % 2 == 0 {{ {sum_}.0 }} else {{ {second.name}.0 }}"], "{}"),
    ]
    returns, end, shown = draw.one_of(ends)
    body = (*lines, *end)
    function = Function(draw.names.function(), needed((given, second, several), body), returns, body, shown=shown)
    functions = [function]
    used = "\n".join(body)
    kinds = [kind, *(extra for extra in others if extra.name in used)]
    if others and others[0] not in kinds:
        kinds.append(others[0])
        functions.append(_used(draw, kind, others[0], []))
    derived = [newtype(one_.name, one_.inner, one_.derives) for one_ in kinds]
    piece = _piece(derived, [], functions)
    items = list(piece.items)
    items[len(derived) : len(derived)] = [texts[one_] for one_ in operators]
    return Piece(items, functions, [f"std::ops::{one_}" for one_ in operators])


def wrapped_lists(draw: Draw) -> Piece:
    """A list with a type of its own, whose methods alone know that it is one."""
    inner = draw.values()
    element = inner.inner or TEXT
    kind = newtype(draw.names.entity(), inner, draw.one_of([("Debug", "Clone"), ("Clone", "Default")]))
    single = newtype(draw.names.entity(), draw.whole, ("Debug", "Clone", "Copy"))
    own = ("self.0", inner)
    one, given = draw.names.variable(), Parameter(draw.names.variable(), kind.type, "ref")
    size = _made(draw, single, draw.number_of(own, []))
    extra = Parameter(draw.name_for(element), element)
    methods = [
        Function(draw.names.function(), (), single.name, (size,), kind, "&self", shown="{}.0"),
        Function(draw.names.function(), (), draw.whole.text, draw.counted_of(own, [], 2), kind, "&self"),
        Function(
            draw.names.function(),
            (),
            kind.name,
            (
                _made(
                    draw,
                    kind,
                    f"self.0.iter().{draw.one_of(['rev()', 'skip(1)', f'take({draw.literal(1, 3)})'])}.cloned().collect()",
                    inside=True,
                ),
            ),
            kind,
            "&self",
            shown="{}.0",
        ),
        Function(
            draw.names.function(),
            (extra,),
            kind.name,
            (f"self.0.push({extra.name});", "self")
            if draw.chance()
            else (f"let mut {one} = self.0;", f"{one}.push({extra.name});", _made(draw, kind, one, inside=True)),
            kind,
            "self",
            shown="{}.0",
        ),
    ]
    methods = [
        Function(one_.name, one_.parameters, one_.returns, one_.body, kind, "mut self", shown=one_.shown)
        if one_.body[0].startswith("self.0.push")
        else one_
        for one_ in methods
    ]
    picked = draw.random.sample(methods, draw.random.randint(1, 3))
    place, limit = (f"{given.name}.0", inner), Parameter(draw.names.variable(), single.type)
    uses = [
        (single.name, (_made(draw, single, draw.number_of(place, [(f"{limit.name}.0", draw.whole)])),), "{}.0"),
        (
            kind.name,
            (
                _made(
                    draw,
                    kind,
                    f"{given.name}.0.iter().filter(|{one}| "
                    f"{draw.truth([('**' + one if element.copy else one, element)])}).cloned().collect()",
                ),
            ),
            "{}.0",
        ),
        (
            f"({single.name}, {kind.name})",
            (
                f"let {one} = {draw.number_of(place, [])};",
                f"({_made(draw, single, f'{one} + {limit.name}.0')}, {_made(draw, kind, f'{given.name}.0.clone()')})",
            ),
            "({}.0.0, {}.1.0.clone())",
        ),
        (draw.whole.text, draw.counted_of(place, [(f"{limit.name}.0", draw.whole)], 2), "{}"),
    ]
    returns, body, shown = draw.one_of(uses)
    function = Function(draw.names.function(), needed((given, limit), body), returns, body, shown=shown)
    used = "\n".join([function.text(), *(one_.text() for one_ in picked)])
    return _piece([kind, *([single] if single.name in used else [])], picked, [function])


SCENES = (checked_texts, identified, measured, with_operators, wrapped_lists)
