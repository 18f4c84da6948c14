"""Programs that chain combinators of options, results and iterators, lazy where a default costs something."""

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


def default_for_a_field(draw: Draw) -> Piece:
    """A field that may be missing has a default, made only where it is needed."""
    wanted = option_of(draw.one_of([draw.whole, TEXT]))
    inner = wanted.inner or TEXT
    record = draw.record(wanted, draw.whole, TEXT)
    home = Home.drawn(draw, record)
    field, number, text = home.place(wanted), home.place(draw.whole), home.place(TEXT)
    rest = [one for one in home.places if one[1].kind in {"number", "text", "list"}]
    one = draw.names.variable()
    functions: list[Function] = []
    if inner is TEXT:
        source = draw.one_of([f"{field}.clone()", f"{field}.as_ref().map(|{one}| {one}.to_uppercase())"])
        lazy = draw.one_of(
            [f"|| {draw.text(rest)}", f"|| {text}.clone()", "String::new", f"|| {draw.text([(number, draw.whole)])}"]
        )
        end = draw.one_of(
            [f".unwrap_or_else({lazy})", f".unwrap_or({text}.to_lowercase())", ".unwrap_or(String::new())"]
        )
        functions.append(home.function(draw.names.function(), (), "String", [f"{source}{end}"]))
    else:
        source = draw.one_of([field, f"{field}.map(|{one}| {draw.number_on((one, draw.whole))})"])
        lazy = draw.one_of([f"|| {draw.number_on((number, draw.whole), rest)}", f"|| {draw.size(text)}"])
        end = draw.one_of([f".unwrap_or_else({lazy})", f".unwrap_or({number})", ".unwrap_or(0)"])
        got = draw.names.measure()
        lines, value = draw.count_on((got, draw.whole), rest, 1)
        functions.append(
            home.function(draw.names.function(), (), draw.whole.text, [f"let {got} = {source}{end};", *lines, value])
        )
    other = Parameter(draw.name_for(inner), wanted, "own")
    back = f"{field}.clone()" if inner is TEXT else field
    if draw.chance():
        body = (
            [f"{back}.or({other.name})"]
            if draw.chance(0.3)
            else [f"{back}.or_else(|| {other.name}.map(|{one}| {one}))"]
        )
        some = draw.text(rest) if inner is TEXT else draw.number(rest, 1)
        body = draw.one_of([body, [f"{back}.or_else(|| Some({some}))"]])
        functions.append(home.function(draw.names.function(), (other,), wanted.text, body))
    else:
        condition = draw.guard((one, inner)) if inner is TEXT else draw.guard((f"*{one}", inner))
        some = draw.text([(one, TEXT)]) if inner is TEXT else draw.number_on((one, draw.whole))
        then = f"if {draw.guard((one, inner))} {{ None }} else {{ Some({some}) }}"
        body = (
            [f"{back}.filter(|{one}| {condition}).and_then(|{one}| {then})"]
            if draw.chance()
            else [f"{back}.and_then(|{one}| {then})"]
        )
        functions.append(home.function(draw.names.function(), (), wanted.text, body))
    draw.random.shuffle(functions)
    return Piece(home.items(*functions), functions)


def step_after_step(draw: Draw) -> Piece:
    """A small function may give nothing; others chain it."""
    whole, type_ = draw.whole.text, draw.whole
    given = Parameter(draw.names.measure(), type_)
    value = draw.number_on((given.name, type_))
    body = draw.one_of(
        [
            [f"if {draw.guard((given.name, type_))} {{", "None", "} else {", f"Some({value})", "}"],
            [
                f"{given.name}.checked_sub({draw.literal(2, 12)})"
                + ("" if whole.startswith("u") else f".filter(|{given.name}| *{given.name} > 0)")
            ],
            [f"Some({given.name}).filter(|{given.name}| {draw.guard(('*' + given.name, type_))})"],
        ]
    )
    helper = Function(
        draw.names.function(), (given,), f"Option<{whole}>", tuple(body), prefix=draw.one_of(["", "pub "])
    )
    one = draw.names.variable()
    map_ = map_of(few_of(draw.key()), type_)
    key = map_.key or TEXT
    table = Parameter(draw.names.several(), map_, "ref")
    sought = Parameter(draw.name_for(key), key, "own" if key.copy else "ref")
    get = f"{table.name}.get({'&' if key.copy else ''}{sought.name}).copied()"
    kept, texts = Parameter(draw.names.measure(), option_of(type_)), Parameter(draw.names.label(), NUMERAL, "ref")
    source, parameters = draw.one_of(
        [
            (get, (table, sought)),
            (kept.name, (kept,)),
            (f"{texts.name}.parse::<{whole}>().ok()", (texts,)),
        ]
    )
    first = draw.one_of([helper.name, helper.name, f"|{one}| {helper.name}({draw.number_on((one, type_))})"])
    tail = draw.one_of(
        ["", "", f".map(|{one}| {draw.number_on((one, type_))})", f".filter(|{one}| {draw.guard(('*' + one, type_))})"]
    )
    chain = f"{source}.and_then({first}){tail}"
    uses = ["std::collections::BTreeMap"] if table in parameters else []
    kind = draw.random.randrange(3)
    if kind == 0:
        user = Function(draw.names.function(), parameters, f"Option<{whole}>", (chain,))
    elif kind == 1:
        got = draw.names.measure()
        lines, end = draw.count_on((got, type_), most=2)
        default = draw.one_of(["unwrap_or(0)", f"unwrap_or_else(|| {draw.literal()})", "unwrap_or_default()"])
        user = Function(draw.names.function(), parameters, whole, (f"let {got} = {chain}.{default};", *lines, end))
    else:
        failure = Failure(draw)
        error = failure.raised()
        strict = draw.one_of(
            [f"ok_or_else(|| {error})", f"ok_or({error})" if "(" not in error else f"ok_or_else(|| {error})"]
        )
        user = Function(
            draw.names.function(),
            parameters,
            f"Result<{whole}, {failure.type}>",
            (f"{chain}.{strict}",),
            shown=failure.shown,
        )
        items = [*failure.items(), helper.text(), user.text()]
        called = [helper, user] if helper.prefix else [user]
        return Piece(items, called, uses=[*uses, *failure.uses()], imports=failure.imports())
    return Piece([helper.text(), user.text()], [helper, user] if helper.prefix else [user], uses=uses)


def kept_of_many(draw: Draw) -> Piece:
    """What a list holds is read, and what cannot be read is left out; or every element gives several."""
    whole, type_ = draw.whole.text, draw.whole
    several, one, got = draw.names.several(), draw.names.variable(), draw.names.measure()
    sign = draw.one_of(["=", ":"])
    uses: list[str] = []
    kind = draw.random.randrange(5)
    element: tuple[str, Type] = (got, type_)
    if kind == 0:
        parameter = Parameter(several, list_of(NUMERAL), "ref")
        source = draw.one_of([f"{several}.iter().filter_map(|{one}| {one}.parse::<{whole}>().ok())"])
    elif kind == 1:
        parameter = Parameter(several, list_of(paired(sign)), "ref")
        source = f"{several}.iter().filter_map(|{one}| {one}.split_once('{sign}')).filter_map(|(_, {one})| {one}.parse::<{whole}>().ok())"
    elif kind == 2:
        parameter = Parameter(several, list_of(option_of(type_)), "ref")
        source = draw.one_of(
            [f"{several}.iter().filter_map(|{one}| *{one})", f"{several}.iter().copied().flat_map(|{one}| {one})"]
        )
    elif kind == 3:
        parameter = Parameter(several, list_of(list_of(type_)), "ref")
        source = draw.one_of(
            [
                f"{several}.iter().flat_map(|{one}| {one}.iter().copied())",
                f"{several}.iter().filter_map(|{one}| {one}.first().copied())",
            ]
        )
    else:
        parameter = Parameter(several, list_of(type_), "ref")
        value = draw.number_on((one, type_))
        condition = draw.guard((one, type_))
        source = f"{several}.iter().filter_map(|&{one}| if {condition} {{ None }} else {{ Some({value}) }})"
        if draw.chance():
            source = f"{several}.iter().filter_map(|&{one}| ({condition}).then(|| {value}))"
    more = f".map(|{got}| {draw.number_on(element)})" if draw.chance() else ""
    more += f".filter(|{got}| {draw.guard((f'*{got}', type_))})" if draw.chance(0.3) else ""
    end, returns = draw.one_of(
        [
            (".collect()", f"Vec<{whole}>"),
            (".sum()", whole),
            (".max()", f"Option<{whole}>"),
            (".max().unwrap_or(0)", whole),
            (f".fold({draw.literal(0, 9)}, |{one}, {got}| {one}.max({got}))", whole),
        ]
    )
    body: tuple[str, ...] = (f"{source}{more}{end}",)
    if len(body[0]) > 90:
        head, _, tail = source.partition(".")
        steps = [f".{tail}", *([more] if more else []), end]
        body = (head, *steps)
    function = Function(draw.names.function(), (parameter,), returns, body)
    return Piece([function.text()], [function], uses=uses)


def results_in_a_chain(draw: Draw) -> Piece:
    """A text is read, checked and changed in one chain of a result."""
    whole, type_ = draw.whole.text, draw.whole
    failure = Failure(draw)
    given, got = Parameter(draw.names.label(), NUMERAL, "ref"), draw.names.measure()
    number: tuple[str, Type] = (got, type_)
    bad, large = failure.raised([(given.name, TEXT)]), failure.raised([number])
    value = draw.number_on(number)
    check_body = [f"if {draw.guard(number)} {{", f"Err({large})", "} else {", f"Ok({value})", "}"]
    check = Function(
        draw.names.function(),
        (Parameter(got, type_),),
        f"Result<{whole}, {failure.type}>",
        tuple(check_body),
        prefix=draw.one_of(["", "pub "]),
        shown=failure.shown,
    )
    read = f"{given.name}{draw.one_of(['', '.trim()'])}.parse::<{whole}>()"
    start = draw.one_of([f"{read}.map_err(|_| {bad})", f"{read}.ok().ok_or_else(|| {bad})"])
    tail = f".map(|{got}| {draw.number_on(number)})" if draw.chance(0.4) else ""
    chain = f"{start}.and_then({check.name}){tail}"
    reader = Function(
        draw.names.function(), (given,), f"Result<{whole}, {failure.type}>", (chain,), shown=failure.shown
    )
    other = Parameter(draw.names.measure(), type_)
    default = draw.one_of(
        [
            f".unwrap_or({other.name})",
            f".unwrap_or_else(|_| {draw.number_on((other.name, type_))})",
            f".map_or({other.name}, |{got}| {value})",
            ".unwrap_or_default()",
        ]
    )
    body = (f"{reader.name}({given.name}){default}",)
    user = Function(draw.names.function(), needed((given, other), body), whole, body)
    called = [*([check] if check.prefix else []), reader, user]
    items = [*failure.items(), check.text(), reader.text(), user.text()]
    return Piece(items, called, uses=failure.uses(), imports=failure.imports())


SCENES = (default_for_a_field, kept_of_many, results_in_a_chain, step_after_step)
