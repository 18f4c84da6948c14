"""Programs with futures that are pinned before they are polled, and with values that may not move."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.mining.generate.function import Function, Parameter, needed
from share_rs.mining.generate.piece import Piece
from share_rs.mining.generate.types import TEXT

if TYPE_CHECKING:
    from share_rs.mining.generate.draw import Draw

_PIN = "std::pin::Pin"
_MACRO = "std::pin::pin"
_TASK = ("std::task::Context", "std::task::Poll", "std::task::Waker")


def _polling(draw: Draw, future: str, context: str, got: str) -> list[str]:
    """Statements that poll until there is a value, and count how often."""
    turns, poll = draw.names.measure(), f"{future}.as_mut().poll(&mut {context})"
    start = f"let mut {context} = Context::from_waker(Waker::noop());"
    low, limit = draw.literal(0, 2), draw.literal(50, 90)
    return draw.one_of(
        [
            [
                start,
                f"let mut {turns} = {low};",
                "loop {",
                f"if let Poll::Ready({got}) = {poll} {{",
                f"return Some(({got}, {turns}));",
                "}",
                f"{turns} += 1;",
                f"if {turns} > {limit} {{",
                "return None;",
                "}",
                "}",
            ],
            [
                start,
                f"for {turns} in {low}..{limit} {{",
                f"match {poll} {{",
                f"Poll::Ready({got}) => return Some(({got}, {turns})),",
                "Poll::Pending => continue,",
                "}",
                "}",
                "None",
            ],
            [
                start,
                f"let mut {turns} = {low};",
                f"while {turns} < {limit} {{",
                f"match {poll} {{",
                f"Poll::Ready({got}) => return Some(({got}, {turns})),",
                f"Poll::Pending => {turns} += {draw.literal(1, 2)},",
                "}",
                "}",
                "None",
            ],
            [
                start,
                f"if let Poll::Ready({got}) = {poll} {{",
                f"return Some(({got}, {low}));",
                "}",
                f"match {poll} {{",
                f"Poll::Ready({got}) => Some(({got}, {limit})),",
                "Poll::Pending => None,",
                "}",
            ],
        ]
    )


def _waiting(draw: Draw, entity: str, result: str, value: str, left: str) -> str:
    """The impl of a future that is ready when `left` has come to zero."""
    poll = draw.one_of(["context", "cx", "context"])
    done = f"self.{left} == 0"
    step = draw.one_of(
        [f"self.{left} -= 1;", f"self.{left} /= 2;", f"self.{left} = self.{left}.saturating_sub({draw.literal(1, 3)});"]
    )
    wake = draw.one_of([[], [f"{poll}.waker().wake_by_ref();"]])
    name = poll if wake else f"_{poll}"
    lines = draw.one_of(
        [
            [f"if {done} {{", f"return Poll::Ready({value});", "}", step, *wake, "Poll::Pending"],
            [f"if {done} {{", f"Poll::Ready({value})", "} else {", step, *wake, "Poll::Pending", "}"],
            [f"if self.{left} > 0 {{", step, *wake, "return Poll::Pending;", "}", f"Poll::Ready({value})"],
        ]
    )
    head = f"fn poll(mut self: Pin<&mut Self>, {name}: &mut Context<'_>) -> Poll<{draw.one_of([result, 'Self::Output'])}> {{"
    return "\n".join([f"impl Future for {entity} {{", f"type Output = {result};", "", head, *lines, "}", "}"])


def counted_down(draw: Draw) -> Piece:
    """A future of the program's own, and a function that polls it."""
    entity, left, got, text = draw.names.entity(), draw.names.measure(), draw.names.variable(), draw.chance(0.4)
    extra = draw.names.label() if text else draw.names.measure()
    type_ = TEXT if text else draw.whole
    fields = [f"pub {left}: u32", f"pub {extra}: {type_.text}"]
    value = draw.text_of((f"self.{extra}", type_), []) if text else draw.number_of((f"self.{extra}", type_), [])
    runner, future, context = draw.names.function(), draw.names.variable(), draw.names.variable()
    lines = _polling(draw, future, context, got)
    generic = draw.one_of(["impl", "F", "own"])
    head = {
        "impl": f"fn {runner}({future}: impl Future<Output = {type_.text}>)",
        "F": f"fn {runner}<F: Future<Output = {type_.text}>>({future}: F)",
        "own": f"fn {runner}({future}: {entity})",
    }[generic]
    pinned = f"let mut {future} = pin!({future});"
    run = f"{head} -> Option<({type_.text}, u32)> {{\n" + "\n".join([pinned, *lines]) + "\n}"
    taken, asked = Parameter(draw.name_for(type_), type_), Parameter(draw.names.measure(), draw.whole)
    start = f"u32::try_from({asked.name} % {draw.literal(3, 9)}).unwrap_or_default()"
    made = f"{entity} {{ {left}: {start}, {extra}: {taken.name} }}"
    waited = draw.names.variable()
    body: tuple[str, ...] = (f"{runner}({made})",)
    if draw.chance():
        body = (f"let {waited} = {made};", f"{runner}({waited})")
    if draw.chance(0.4) and generic != "own":
        add = draw.text_of((waited, type_), []) if text else draw.number_of((waited, type_), [])
        body = (f"{runner}(async {'move ' if draw.chance(0.3) else ''}{{", f"let {waited} = {made}.await;", add, "})")
    function = Function(draw.names.function(), (taken, asked), f"Option<({type_.text}, u32)>", body)
    items = [
        f"pub struct {entity} {{\n{', '.join(fields)},\n}}",
        _waiting(
            draw,
            entity,
            type_.text,
            value.replace(f"self.{extra} +", f"self.{extra}.clone() +") if text else value,
            left,
        ),
        run,
    ]
    draw.random.shuffle(items)
    return Piece([*items, function.text()], [function], (_PIN, _MACRO, *_TASK))


def boxed_futures(draw: Draw) -> Piece:
    """Functions that give boxed futures of several kinds, and one that polls them all."""
    whole = draw.whole.text
    choose, run = draw.names.function(), draw.names.function()
    flag, number = draw.names.flag(), draw.names.measure()
    places = [(number, draw.whole)]
    pinned = f"Pin<Box<dyn Future<Output = {whole}>>>"
    alias = draw.names.entity() if draw.chance(0.3) else ""
    shown = alias or pinned
    first, second = draw.number_of(places[0], [], 2), draw.number_of(places[0], [], 2)
    block = [f"Box::pin(async move {{ {second} }})", f"Box::pin(std::future::ready({second}))"]
    shape = draw.random.randrange(3)
    if shape == 0:
        body = [f"if {draw.truth(places)} {{", f"return Box::pin(async move {{ {first} }});", "}", draw.one_of(block)]
        head, argument = f"{number}: {whole}", ""
    elif shape == 1:
        body = [
            f"match {number} % {draw.literal(2, 4)} {{",
            f"0 => Box::pin(async move {{ {first} }}),",
            f"_ => {draw.one_of(block)},",
            "}",
        ]
        head, argument = f"{number}: {whole}", ""
    else:
        body = [f"if {flag} {{", f"Box::pin(async move {{ {first} }})", "} else {", draw.one_of(block), "}"]
        head, argument = f"{flag}: bool, {number}: {whole}", f"{draw.one_of(['{} > 9', '{} % 2 == 0', '{} < 30'])}, "
    chooser = f"fn {choose}({head}) -> {shown} {{\n" + "\n".join(body) + "\n}"
    future, futures, context, sum_, got = (
        draw.names.variable(),
        draw.names.several(),
        draw.names.variable(),
        draw.names.measure(),
        draw.names.variable(),
    )
    one = draw.names.measure()

    def chosen(what: str) -> str:
        return f"{choose}({argument.replace('{}', what)}{what})"

    single = (
        f"fn {run}(mut {future}: {shown}) -> {whole} {{\n"
        + "\n".join(
            [
                f"let mut {context} = Context::from_waker(Waker::noop());",
                *draw.one_of(
                    [
                        [
                            "loop {",
                            f"if let Poll::Ready({got}) = {future}.as_mut().poll(&mut {context}) {{",
                            f"return {got};",
                            "}",
                            "}",
                        ],
                        [
                            f"let mut {sum_} = {draw.literal(0, 5)};",
                            "loop {",
                            f"match {future}.as_mut().poll(&mut {context}) {{",
                            f"Poll::Ready({got}) => return {got} + {sum_},",
                            f"Poll::Pending => {sum_} += 1,",
                            "}",
                            "}",
                        ],
                    ]
                ),
            ]
        )
        + "\n}"
    )
    numbers = Parameter(draw.names.several(), draw.values(draw.whole), "ref")
    ways = [
        (f"Vec<{whole}>", [f"{numbers.name}.iter().map(|&{one}| {run}({chosen(one)})).collect()"]),
        (
            whole,
            [
                f"let mut {sum_} = {draw.literal(0, 9)};",
                f"for &{one} in {numbers.name} {{",
                f"{sum_} += {run}({chosen(one)});",
                "}",
                sum_,
            ],
        ),
        (
            f"Vec<{whole}>",
            [
                f"let {futures}: Vec<{shown}> = {numbers.name}.iter().map(|&{one}| {chosen(one)}).collect();",
                f"{futures}.into_iter().map({run}).collect()",
            ],
        ),
        (
            f"Vec<{whole}>",
            [
                f"let mut {futures}: Vec<{shown}> = vec![Box::pin(async {{ {draw.literal()} }})];",
                f"for &{one} in {numbers.name} {{",
                f"{futures}.push({chosen(one)});",
                "}",
                f"{futures}.into_iter().map({run}).collect()",
            ],
        ),
    ]
    returns, lines = draw.one_of(ways)
    function = Function(draw.names.function(), (numbers,), returns, tuple(lines))
    items = [*([f"type {alias} = {pinned};"] if alias else []), *draw.one_of([[chooser, single], [single, chooser]])]
    return Piece([*items, function.text()], [function], (_PIN, *_TASK))


def wrapped_futures(draw: Draw) -> Piece:
    """A future that polls another, and does something with what it gives."""
    whole, entity, inner, count = draw.whole.text, draw.names.entity(), draw.names.variable(), draw.names.measure()
    got, context = draw.names.variable(), draw.one_of(["context", "cx"])
    output = draw.one_of([whole, f"({whole}, u32)"])
    value = draw.number_of((got, draw.whole), [])
    result = value if output == whole else f"({value}, self.{count})"
    value = result if output != whole else f"{value} + {draw.literal()}" if draw.chance(0.3) else result
    poll = f"Pin::new(&mut self.{inner}).poll({context})"
    ways: list[list[str]] = [
        [
            f"self.{count} += 1;",
            f"match {poll} {{",
            f"Poll::Ready({got}) => Poll::Ready({value}),",
            "Poll::Pending => Poll::Pending,",
            "}",
        ],
        [
            f"self.{count} += 1;",
            f"if let Poll::Ready({got}) = {poll} {{",
            f"return Poll::Ready({value});",
            "}",
            "Poll::Pending",
        ],
        [f"self.{count} += {draw.literal()};", f"let {got} = std::task::ready!({poll});", f"Poll::Ready({value})"],
    ]
    ways += [[f"{poll}.map(|{got}| {value})"]] if output == whole else []
    lines = draw.one_of(ways)
    counted = any(f"self.{count}" in line for line in lines)
    bound, where = f"Future<Output = {whole}> + Unpin", draw.chance(0.4)
    if draw.chance(0.3):
        bound = f"Unpin + Future<Output = {whole}>"
    struct = f"pub struct {entity}<F> {{\n{inner}: F,\n{f'{count}: u32,' if counted else ''}\n}}".replace("\n\n", "\n")
    head = (
        f"impl<F> Future for {entity}<F>\nwhere\nF: {bound},\n{{"
        if where
        else f"impl<F: {bound}> Future for {entity}<F> {{"
    )
    items = [
        struct,
        "\n".join(
            [
                head,
                f"type Output = {output};",
                "",
                f"fn poll(mut self: Pin<&mut Self>, {context}: &mut Context<'_>) -> Poll<Self::Output> {{",
                *lines,
                "}",
                "}",
            ]
        ),
    ]
    given, future, waker = Parameter(draw.names.measure(), draw.whole), draw.names.variable(), draw.names.variable()
    work = draw.number_of((given.name, draw.whole), [])
    start = draw.literal(0, 5)
    made = f"{entity} {{ {inner}: Box::pin(async move {{ {work} }}){f', {count}: {start}' if counted else ''} }}"
    if draw.chance(0.5):
        later = draw.names.variable()
        before = [f"let {later} = Box::pin(async move {{ {work} }});"]
        made = f"{entity} {{ {inner}: {later}{f', {count}: {start}' if counted else ''} }}"
    else:
        before = []
    returns = f"Option<{output}>"
    body = [
        *before,
        *draw.one_of(
            [
                [f"let mut {future} = pin!({made});"],
                [f"let mut {future} = Box::pin({made});"],
                [f"let mut {future} = {made};", f"let mut {future} = Pin::new(&mut {future});"],
            ]
        ),
        f"let mut {waker} = Context::from_waker(Waker::noop());",
        *draw.one_of(
            [
                [
                    "loop {",
                    f"if let Poll::Ready({got}) = {future}.as_mut().poll(&mut {waker}) {{",
                    f"return Some({got});",
                    "}",
                    "}",
                ],
                [
                    f"if let Poll::Ready({got}) = {future}.as_mut().poll(&mut {waker}) {{",
                    f"return Some({got});",
                    "}",
                    f"match {future}.as_mut().poll(&mut {waker}) {{",
                    f"Poll::Ready({got}) => Some({got}),",
                    "Poll::Pending => None,",
                    "}",
                ],
            ]
        ),
    ]
    function = Function(draw.names.function(), (given,), returns, tuple(body))
    uses = [_PIN, *_TASK] + ([_MACRO] if "pin!(" in "\n".join(body) else [])
    return Piece([*items, function.text()], [function], uses)


def fixed_places(draw: Draw) -> Piece:
    """A value that may not move, with methods that take it pinned."""
    entity, field, pinned = draw.names.entity(), draw.names.measure(), draw.names.variable()
    marker = draw.one_of(["_pin", "_pinned", "_marker"])
    cell = f"{field}: Cell<{draw.whole.text}>"
    other = draw.names.label()
    parts = [cell, f"pub {other}: String", f"{marker}: PhantomPinned"]
    draw.random.shuffle(parts)
    given, amount, add, read = draw.names.label(), draw.names.measure(), draw.names.function(), draw.names.function()
    values = [f"{field}: Cell::new({draw.literal(0, 9)})", f"{other}: {given}.to_string()", f"{marker}: PhantomPinned"]
    make = draw.names.function()
    boxed = draw.chance(0.6)
    literal = f"{draw.one_of(['Self', entity])} {{ {', '.join(values)} }}"
    new = (
        f"pub fn {make}({given}: &str) -> Pin<Box<Self>> {{\nBox::pin({literal})\n}}"
        if boxed
        else f"pub fn {make}({given}: &str) -> Self {{\n{literal}\n}}"
    )
    own = f"self.{field}.get()"
    changed = draw.number_of((own, draw.whole), [(amount, draw.whole)])
    changed = changed if amount in changed else f"{own} + {amount}"
    adding = f"pub fn {add}(self: Pin<&Self>, {amount}: {draw.whole.text}) {{\nself.{field}.set({changed});\n}}"
    if draw.chance():
        adding = f"pub fn {add}(self: Pin<&mut Self>, {amount}: {draw.whole.text}) {{\nself.{field}.set({changed});\n}}"
    mutable = "&mut Self" in adding
    reading = (
        f"pub fn {read}(&self) -> {draw.whole.text} {{\n"
        + "\n".join(draw.counted_of((own, draw.whole), [(f"self.{other}", TEXT)], 1))
        + "\n}"
    )
    members = [new, adding, reading]
    draw.random.shuffle(members)
    view = ".as_mut()" if mutable else ".as_ref()"
    word, numbers, one = (
        Parameter(draw.names.label(), TEXT, "ref"),
        Parameter(draw.names.several(), draw.values(draw.whole), "ref"),
        draw.names.measure(),
    )
    made = f"{entity}::{make}({word.name})"
    bind = "mut " if mutable else ""
    start = (
        f"let {bind}{pinned} = {made};"
        if boxed
        else draw.one_of([f"let {bind}{pinned} = pin!({made});", f"let {bind}{pinned} = Box::pin({made});"])
    )
    body = [
        start,
        *draw.one_of(
            [
                [f"for &{one} in {numbers.name} {{", f"{pinned}{view}.{add}({one});", "}"],
                [
                    f"{pinned}{view}.{add}({draw.literal()});",
                    f"if let Some(&{one}) = {numbers.name}.first() {{",
                    f"{pinned}{view}.{add}({one});",
                    "}",
                ],
                [
                    f"for &{one} in {numbers.name} {{",
                    f"if {draw.truth([(one, draw.whole)])} {{",
                    f"{pinned}{view}.{add}({one});",
                    "}",
                    "}",
                ],
            ]
        ),
        draw.one_of(
            [
                f"{pinned}.{read}()",
                f"({pinned}.{read}(), {numbers.name}.len())",
                f"{pinned}.{read}() + {draw.literal()}",
            ]
        ),
    ]
    returns = f"({draw.whole.text}, usize)" if body[-1].startswith("(") else draw.whole.text
    function = Function(draw.names.function(), (word, numbers), returns, tuple(body))
    struct = f"pub struct {entity} {{\n" + "\n".join(f"{part}," for part in parts) + "\n}"
    uses = ["std::cell::Cell", "std::marker::PhantomPinned", _PIN] + ([_MACRO] if "pin!(" in start else [])
    return Piece([struct, f"impl {entity} {{\n" + "\n\n".join(members) + "\n}", function.text()], [function], uses)


def polled_here(draw: Draw) -> Piece:
    """An async block or function, pinned and polled where it is made."""
    type_ = draw.one_of([draw.whole, TEXT])
    given, extra = Parameter(draw.name_for(type_), type_), Parameter(draw.names.measure(), draw.whole)
    asked = draw.names.function()
    inner = draw.name_for(type_)
    work = draw.counted_of((inner, type_), [], 2)
    asks = f"async fn {asked}({inner}: {type_.text}) -> {draw.whole.text} {{\n" + "\n".join(work) + "\n}"
    got, future, context = draw.names.measure(), draw.names.variable(), draw.names.variable()
    value = draw.number_of((got, draw.whole), [(extra.name, draw.whole)])
    block = draw.one_of(
        [
            f"{asked}({given.name})",
            f"async move {{ {asked}({given.name}).await + {extra.name} }}",
            f"async {{ {asked}({given.name}).await.max({extra.name}) }}",
        ]
    )
    pinned = draw.one_of(
        [
            f"let mut {future} = pin!({block});",
            f"let mut {future} = pin!({block});",
            f"let mut {future} = Box::pin({block});",
        ]
    )
    lines = _polling(draw, future, context, got)
    lines = [line.replace(f"({got}, ", f"({value}, ") if "Some" in line else line for line in lines]
    body = [pinned, *lines]
    function = Function(
        draw.names.function(), needed((given, extra), body), f"Option<({draw.whole.text}, u32)>", tuple(body)
    )
    uses = [*_TASK] + ([_MACRO] if "pin!(" in pinned else [])
    return Piece([asks, function.text()], [function], uses)


SCENES = (boxed_futures, counted_down, fixed_places, polled_here, wrapped_futures)
