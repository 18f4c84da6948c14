"""Programs in the idioms that clippy knows to be better than others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.mining.generate.chain import chained, picked, seen
from share_rs.mining.generate.function import Function, Parameter, needed
from share_rs.mining.generate.host import host
from share_rs.mining.generate.outcome import answer, outcome
from share_rs.mining.generate.piece import Piece, impl
from share_rs.mining.generate.types import NUMERAL, TEXT, list_of, number, option_of

if TYPE_CHECKING:
    from share_rs.mining.generate.draw import Draw
    from share_rs.mining.generate.expressions import Place


def searches(draw: Draw) -> Piece:
    """Looks for elements: `find`, `any`, `first`, `next_back`."""
    walked = draw.values()
    inner, home, extra = walked.inner or TEXT, host(draw, walked, "ref"), Parameter(draw.names.measure(), draw.whole)
    one, others = draw.names.variable(), [(extra.name, draw.whole)]
    copied = ".copied()" if inner.copy else ".cloned()"
    iterated = f"{home.place}.iter()"
    some = [one for one in picked(draw, inner, others=others) if "step_by" not in one]
    if draw.chance(0.35):
        value = chained(iterated, *some, f".any(|{one}| {draw.truth([seen(one, inner, 1)])})")
        lines, returns = answer(draw, value, [*others, (home.place, walked)])
    else:
        ends = draw.one_of(
            [
                [*some, f".find(|{one}| {draw.truth([seen(one, inner, 2)])})", copied],
                [
                    *[one for one in some if "_while" not in one and "skip" not in one and "take" not in one],
                    ".next_back()",
                    copied,
                ],
            ]
        )
        value = chained(iterated, *ends) if draw.chance(0.65) else f"{home.place}.first(){copied}"
        lines, returns = outcome(draw, value, f"Option<{inner.text}>", [*others, (home.place, walked)])
    return home.piece(home.function(draw, lines, returns, [extra]))


def options(draw: Draw) -> Piece:
    """Goes on with what an option holds: `map`, `map_or`, `unwrap_or_default`."""
    inner = draw.one_of([draw.whole, TEXT])
    home, extra, one = (
        host(draw, option_of(inner), "own"),
        Parameter(draw.names.measure(), draw.whole),
        draw.names.variable(),
    )
    others: list[Place] = [(extra.name, draw.whole)]
    whole = draw.whole.text
    made = draw.number_of((one, inner), others)
    text = draw.text_of((one, inner))
    plain = not made.startswith("if ")
    value, returns = draw.one_of(
        [
            (f"{home.place}.map_or({draw.literal()}, |{one}| {made})", whole),
            (f"{home.place}.map_or({extra.name}, |{one}| {made})", whole),
            (f"{home.place}.map(|{one}| {draw.truth([(one, inner)])})", "Option<bool>"),
            (f"{home.place}.map(|{one}| {made if plain else one})", f"Option<{whole if plain else inner.text}>"),
            (f"{home.place}.map(|{one}| {text})", "Option<String>"),
            (f"{home.place}.map(|{one}| {text}).unwrap_or_default()", "String"),
            (f"{home.place}.unwrap_or_default()", inner.text),
        ]
    )
    lines, returns = outcome(draw, value, returns, others)
    return home.piece(home.function(draw, lines, returns, [extra]))


def ranges(draw: Draw) -> Piece:
    """Limits of numbers: `clamp`, ranges that contain, wider types, comparisons."""
    kind, extra = draw.random.randrange(5), Parameter(draw.names.measure(), draw.whole)
    home = host(draw, draw.whole, "own")
    low, high = int(draw.literal(2, 14)), int(draw.literal(16, 35))
    others: list[Place] = [(extra.name, draw.whole)]
    if kind == 0:
        value = f"{home.place}.clamp({low}, {high})"
        lines, returns = outcome(draw, value, draw.whole.text, others)
    elif kind == 1:
        # The lint looks at bindings alone.
        home = host(draw, draw.whole, "own", methods=0.0)
        sign = draw.one_of(["..=", ".."])
        lines, returns = answer(draw, f"({low}{sign}{high}).contains(&{home.place})", others)
    elif kind == 2:
        place = draw.one_of(
            [home.place, f"{home.place} % {draw.literal(3, 9)}", f"{home.place} / {draw.literal(2, 5)}"]
        )
        sign = draw.one_of([">", "<", ">=", "<=", "==", "!="])
        before, other = draw.count(others, 2)
        limit = draw.names.measure()
        if draw.chance(0.6) and other != extra.name:
            before, other = [*before, f"let {limit} = {other};"], limit
        else:
            before, other = [], extra.name
        lines, returns = [*before, f"{place} {sign} {other}"], "bool"
    elif kind == 3:
        small = number(draw.one_of(["u8", "u16"]))
        wide = draw.one_of(["u32", "u64"])
        home = host(draw, small, "own")
        grown = draw.names.measure()
        forms = [
            f"{wide}::from({home.place}) * {draw.literal(300, 9000)}",
            f"{wide}::from({home.place}) + {draw.literal(300, 9000)}",
            f"{wide}::from({home.place})",
        ]
        lines = [f"let {grown} = {draw.one_of(forms)};"]
        lines += draw.one_of(
            [
                [f"{grown} * {draw.literal(2, 9)} + {grown} % {draw.literal(2, 9)}"],
                [f"if {grown} > {draw.literal(10, 20)} {{", f"{grown} - 10", "} else {", f"{grown} * 2", "}"],
                [f"{grown}.pow(2)"],
                [f"({grown}, {extra.name})"],
                [f"[{grown}, {grown} / 2 + {wide}::from({home.place})]"],
            ]
        )
        last = lines[-1]
        returns = (
            f"({wide}, {draw.whole.text})" if last.startswith("(") else f"[{wide}; 2]" if last.startswith("[") else wide
        )
    else:
        bounded = draw.names.measure()
        lines = [f"let {bounded} = {home.place}.clamp({low}, {high});"]
        more, value = draw.count_on((bounded, draw.whole), others, 2)
        lines, returns = [*lines, *more, value], draw.whole.text
    return home.piece(home.function(draw, lines, returns, [extra]))


def texts(draw: Draw) -> Piece:
    """Parts of texts and texts of parts: `strip_prefix`, `repeat_n`, functions by their names."""
    kind, extra, one = draw.random.randrange(6), Parameter(draw.names.measure(), draw.whole), draw.names.label()
    name, letter = draw.names.label(), draw.one_of("abeokx")
    others: list[Place] = [(extra.name, draw.whole)]
    home = host(draw, TEXT, "ref", methods=0.0 if kind <= 1 else 0.5)
    place = home.place
    if kind <= 1:
        how = draw.one_of(["strip_prefix", "strip_suffix"])
        affix = draw.one_of([f"'{letter}'", f'"{draw.one_of(["a", "ke", "on", "er", "x"])}"'])
        early, late = draw.number_of((one, TEXT), others), draw.number([*others, (place, TEXT)], 1)
        if draw.chance():
            lines = [f"if let Some({one}) = {place}.{how}({affix}) {{", early, "} else {", late, "}"]
        else:
            lines = [f"if let Some({one}) = {place}.{how}({affix}) {{", f"return {early};", "}", late]
        returns = draw.whole.text
    elif kind == 2:
        count = draw.one_of([f"{place}.len()", draw.literal(2, 9), f"{place}.chars().count()"])
        mark = draw.one_of("-=*.")
        ends = draw.one_of(
            [
                (f"std::iter::repeat_n('{mark}', {count}).collect::<String>()", "String"),
                (
                    f"std::iter::repeat_n({draw.literal()}, {count}).collect::<Vec<{draw.whole.text}>>()",
                    f"Vec<{draw.whole.text}>",
                ),
                (f"std::iter::repeat_n({extra.name}, {count}).sum::<{draw.whole.text}>()", draw.whole.text),
                (
                    f"{place}.chars().chain(std::iter::repeat_n('{mark}', {draw.literal(2, 5)})).collect::<String>()",
                    "String",
                ),
            ]
        )
        lines, returns = outcome(draw, *ends, others)
    elif kind == 3:
        separator = draw.one_of([f"'{draw.one_of('aeio')}'", "char::is_whitespace"])
        calls = draw.one_of(
            [
                ([".map(String::from)", ".collect::<Vec<_>>()"], "Vec<String>"),
                ([".map(str::len)", ".sum::<usize>()"], "usize"),
                ([".map(str::to_uppercase)", ".collect::<Vec<_>>()"], "Vec<String>"),
                ([".map(str::trim)", ".map(String::from)", ".next_back()"], "Option<String>"),
                ([".next_back()", ".map(str::to_lowercase)"], "Option<String>"),
                ([".map(str::len)", ".max()"], "Option<usize>"),
                ([".next_back()", ".map_or(0, str::len)"], "usize"),
            ]
        )
        lines, returns = outcome(draw, chained(f"{place}.split({separator})", *calls[0]), calls[1], others)
    elif kind == 4:
        walked = Parameter(draw.names.several(), list_of(TEXT), "ref")
        calls = draw.one_of(
            [
                ([".map(String::len)", ".sum::<usize>()"], "usize"),
                ([".map(String::as_str)", ".collect::<Vec<_>>()", '.join("-")'], "String"),
                (
                    [
                        ".map(String::to_string)",
                        f".filter(|{name}| {draw.truth([(name, TEXT)])})",
                        ".collect::<Vec<_>>()",
                    ],
                    "Vec<String>",
                ),
                ([".map(Some)", ".collect::<Vec<_>>()", ".len()"], "usize"),
                ([".map(String::len)", ".max()", ".map(Some)"], "Option<Option<usize>>"),
            ]
        )
        lines, returns = outcome(
            draw, chained(f"{walked.name}.iter()", *picked(draw, TEXT), *calls[0]), calls[1], others
        )
        body = lines
        function = Function(draw.names.function(), needed((walked, extra), body), returns, tuple(body))
        return Piece([function.text()], [function])
    else:
        some = [f'"{draw.names.text()}"' for _ in range(3)]
        made = [draw.one_of([f"{one}.to_string()", f"String::from({one})", f"{one}.to_owned()"]) for one in some]
        lines = draw.one_of(
            [
                [f"if {draw.guard((place, TEXT))} {{", made[0], "} else {", made[1], "}"],
                [
                    f"let mut {one} = {made[0]};",
                    f"if {draw.truth(others)} {{",
                    f"{one}.push_str({'&' if home.record else ''}{place});",
                    "}",
                    one,
                ],
                [f"if {draw.guard((place, TEXT))} {{", f"return {made[2]};", "}", draw.text_of((place, TEXT))],
                [f"match {place}.len() {{", f"0..=3 => {made[0]},", f"4 | 5 => {made[1]},", f"_ => {made[2]},", "}"],
            ]
        )
        returns = "String"
    return home.piece(home.function(draw, lines, returns, [extra]))


def constructors(draw: Draw) -> Piece:
    """A struct that is made of its fields, a constant text, and methods that lend."""
    record = draw.record(draw.whole, TEXT)
    constant = draw.names.constant()
    parameters = [Parameter(one.name, one.type) for one in record.fields]
    text, count = draw.member(record, TEXT), draw.member(record, draw.whole)
    values: dict[str, str] = {}
    if draw.chance():
        values[text.name] = (
            f"{constant}.to_string()" if draw.chance() else f'format!("{{}}{{}}", {constant}, {text.name})'
        )
    if draw.chance(0.4):
        values[count.name] = f"{count.name}.max({draw.literal()})"
    literal = record.literal(values)
    given = needed(parameters, [literal.split("{", 1)[1]])
    given = tuple(one for one in given if one.name not in values or one.name in values[one.name])
    prefix = f"{record.name} {{"
    made = Function(
        "new",
        given,
        "Self",
        (literal.replace(prefix, draw.one_of([prefix, "Self {"]), 1),),
        record,
        shown=record.type.shown,
    )
    lent = draw.names.function()
    lends = draw.one_of(
        [
            ([f"&self.{text.name}"], "&str"),
            ([f"self.{text.name}.trim()"], "&str"),
            ([f"if self.{text.name}.is_empty() {{", constant, "} else {", f"&self.{text.name}", "}"], "&str"),
            ([f"self.{text.name}.strip_prefix('{draw.one_of('aeok')}')"], "Option<&str>"),
            ([f"self.{text.name}.split('{draw.one_of('aeio')}').collect()"], "Vec<&str>"),
            ([f"&self.{count.name}"], f"&{draw.whole.text}"),
        ]
    )
    lending = Function(lent, (), lends[1], tuple(lends[0]), record, "&self")
    extra = Parameter(draw.names.label(), TEXT, "ref")
    shown = draw.one_of(
        [
            [f'format!("{{}} {{}}", self.{text.name}, {constant})'],
            [f"self.{text.name}.replace({extra.name}, {constant})"],
            [
                f"if self.{text.name} == {extra.name} {{",
                f"{constant}.to_uppercase()",
                "} else {",
                f'"{draw.names.text()}".to_string()',
                "}",
            ],
        ]
    )
    other = Function(draw.names.function(), needed((extra,), shown), "String", tuple(shown), record, "&self")
    methods = [made, lending, other]
    item = f'{draw.one_of(["const", "static"])} {constant}: &str = "{draw.names.text()}";'
    return Piece([item, record.text(), impl(record, *methods)], methods)


def passed_on(draw: Draw) -> Piece:
    """Functions that pass on what is missing or wrong with `?`, and other errors of input and output."""
    kind, extra, got = draw.random.randrange(4), Parameter(draw.names.measure(), draw.whole), draw.names.measure()
    others: list[Place] = [(extra.name, draw.whole)]
    lines, value = draw.count_on((got, draw.whole), others, 2)
    whole, shown, uses = draw.whole.text, "{}", tuple[str, ...]()
    if kind == 0:
        walked = list_of(draw.whole)
        home = host(draw, walked, "ref")
        end = draw.one_of(["iter().max()", "iter().min()", "first()", "last()", f"get({draw.literal(0, 2)})"])
        body, returns = [f"let {got} = {home.place}.{end}.copied()?;", *lines, f"Some({value})"], f"Option<{whole}>"
    elif kind == 1:
        home = host(draw, NUMERAL, "ref")
        body = [f"let {got} = {home.place}.parse::<{whole}>()?;", *lines, f"Ok({value})"]
        returns, shown = f"Result<{whole}, std::num::ParseIntError>", "{}.map_err(|error| error.to_string())"
    elif kind == 2:
        home = host(draw, TEXT, "ref")
        one = draw.names.label()
        lines, value = draw.count_on((one, TEXT), others, 2)
        how = f"strip_{draw.one_of(['prefix', 'suffix'])}('{draw.one_of('aeokrx')}')"
        body, returns = [f"let {one} = {home.place}.{how}?;", *lines, f"Some({value})"], f"Option<{whole}>"
    else:
        home = host(draw, draw.whole, "own")
        reason = draw.one_of([f'"{draw.names.text()}"', f'format!("{draw.names.text()} {{{extra.name}}}")'])
        guard = draw.guard((home.place, draw.whole))
        lines, value = draw.count_on((home.place, draw.whole), others, 2)
        body = [f"if {guard} {{", f"return Err(io::Error::other({reason}));", "}", *lines, f"Ok({value})"]
        returns, shown, uses = f"io::Result<{whole}>", "{}.map_err(|error| error.to_string())", ("std::io",)
    made = home.function(draw, body, returns, [extra])
    fields = (made.name, made.parameters, made.returns, made.body, made.record, made.receiver)
    return home.piece(Function(*fields, shown=shown), uses=uses)


def loops(draw: Draw) -> Piece:
    """Loops over what is borrowed, and what they change."""
    walked = draw.values()
    inner, home, extra = walked.inner or TEXT, host(draw, walked, "ref"), Parameter(draw.names.measure(), draw.whole)
    one, kept, flag, at = (
        draw.names.variable(),
        draw.names.measure(),
        draw.names.flag(),
        draw.one_of(["index", "at", "i"]),
    )
    others: list[Place] = [(extra.name, draw.whole)]
    place = seen(one, inner, 1)
    head, used = draw.one_of(
        [
            (f"{one} in {'&' if home.record else ''}{home.place}", ""),
            (f"{one} in {home.place}.iter()", ""),
            (f"({at}, {one}) in {home.place}.iter().enumerate()", at),
        ]
    )
    number_ = draw.number_of(place, others)
    number_ = number_ if not number_.startswith("if ") else draw.number([place], 0)
    change = [f"{kept} += {number_};"]
    if used:
        change.append(f"{kept} += {at}{draw.cast} * {draw.literal(2, 5)};")
    kind = draw.random.randrange(5)
    start: list[str] = []
    if kind == 0:
        start, change = (
            [f"let {flag} = {draw.truth(others)};"],
            [*change, f"if {draw.one_of(['', '!'])}{flag} {{", f"{kept} /= 2;", "}"],
        )
    elif kind == 1:
        condition = f"{home.place}.is_empty()" if inner.copy else f"{one}.contains('{draw.one_of('aeio')}')"
        change = [f"if {draw.one_of(['', '!'])}{condition} {{", *change, "}"]
    elif kind == 2:
        two = draw.names.variable()
        look = (
            f"({place[0]}).checked_sub({draw.literal(2, 9)})"
            if inner.copy
            else f"{one}.strip_prefix('{draw.one_of('aeok')}')"
        )
        change = [f"if let Some({two}) = {look} {{", f"{kept} += {draw.number_of((two, inner))};", "}", *change[1:]]
    body = [*start, f"let mut {kept} = {draw.number(others, 1)};", f"for {head} {{", *change, "}"]
    lines, value = draw.count_on((kept, draw.whole), others, 1)
    body += [*lines, value]
    return home.piece(home.function(draw, body, draw.whole.text, [extra]))


def grouped(draw: Draw) -> Piece:
    """Maps of lists and of texts, which begin empty."""
    walked, extra = draw.values(), Parameter(draw.names.measure(), draw.whole)
    inner, one, groups = walked.inner or TEXT, draw.names.variable(), draw.names.several()
    home = host(draw, walked, "ref")
    place = seen(one, inner, 1)
    others: list[Place] = [(extra.name, draw.whole)]
    key, keyed = draw.one_of(
        [
            (f"{one}.len()", "usize") if inner is TEXT else (f"{place[0]} % {draw.literal(2, 5)}", inner.text),
            (f"{one}.chars().next()", "Option<char>") if inner is TEXT else (f"{place[0]} > {extra.name}", "bool"),
            (draw.truth([place]), "bool"),
        ]
    )
    listed = draw.chance(0.65)
    if listed:
        push, held = draw.one_of(
            [
                (f"push({one}.clone())" if inner is TEXT else f"push(*{one})", f"Vec<{inner.text}>"),
                (f"push({draw.number_of(place, others)})", f"Vec<{draw.whole.text}>"),
            ]
        )
    else:
        push, held = f"push_str(&{draw.text_of(place)})", "String"
    change = [f"{groups}.entry({key}).or_default().{push};"]
    if draw.chance(0.4):
        change = [f"if {draw.truth([place])} {{", *change, "}"]
    start = f"let mut {groups}: BTreeMap<{keyed}, {held}> = BTreeMap::new();"
    body = [start, f"for {one} in {'&' if home.record else ''}{home.place} {{", *change, "}"]
    end, returns = draw.one_of(
        [
            ([groups], f"BTreeMap<{keyed}, {held}>"),
            ([f"{groups}.into_values().max_by_key({held.split('<')[0]}::len).unwrap_or_default()"], held),
            ([f"{groups}.into_values().next_back()"], f"Option<{held}>"),
            ([f"({groups}.len(), {groups}.into_values().next().unwrap_or_default())"], f"(usize, {held})"),
        ]
    )
    return home.piece(home.function(draw, [*body, *end], returns, [extra]), uses=("std::collections::BTreeMap",))


SCENES = (constructors, grouped, loops, options, passed_on, ranges, searches, texts)
