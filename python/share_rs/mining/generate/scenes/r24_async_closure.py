"""Programs with async closures, which lend what they capture to the futures that they return."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.mining.generate.function import Function, Parameter, needed
from share_rs.mining.generate.future import READY
from share_rs.mining.generate.piece import Piece
from share_rs.mining.generate.types import TEXT, list_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from share_rs.mining.generate.draw import Draw
    from share_rs.mining.generate.types import Type


def _driver(
    draw: Draw, bound: str, parameters: Sequence[str], returns: str, body: Sequence[str], *, given: str
) -> tuple[str, str]:
    """The name and the text of an async function that is given a closure under the name `given`."""
    name, letter = draw.names.function(), draw.one_of("FFAC")
    arrow = f" -> {returns}" if returns else ""
    kind = draw.random.randrange(3)
    own = list(parameters)
    own.insert(draw.random.randint(0, len(own)), f"{given}: " + (f"impl {bound}" if kind == 0 else letter))
    # A closure that changes what it captures is called through a mutable binding.
    own = [f"mut {one}" if "AsyncFnMut" in bound and one.startswith(f"{given}:") else one for one in own]
    generics = {0: "", 1: f"<{letter}: {bound}>", 2: f"<{letter}>"}[kind]
    clause = f"\nwhere\n{letter}: {bound},\n" if kind == 2 else " "
    head = f"async fn {name}{generics}({', '.join(own)}){arrow}{clause}{{"
    order = ",".join("!" if one.removeprefix("mut ").startswith(f"{given}:") else one.split(":")[0] for one in own)
    return f"{name}({order})", "\n".join([head, *body, "}"])


def _called(driver: str, arguments: dict[str, str], closure: str) -> str:
    """The call of a driver."""
    name, given = driver[:-1].split("(")
    return f"{name}({', '.join(closure if one == '!' else arguments[one] for one in given.split(','))})"


def _asking(draw: Draw, item: Type) -> tuple[str, str]:
    """A driver that asks a closure about every element of a list, and counts."""
    several, one, total, ask = draw.names.several(), draw.names.variable(), draw.names.measure(), draw.names.function()
    whole = draw.whole.text
    element = (one, TEXT) if item is TEXT else (f"*{one}", item)
    call = f"{ask}({one if item is TEXT else f'*{one}'}).await"
    change = draw.one_of(
        [
            [f"{total} += {call};"],
            [f"{total} = {total}.max({call});"],
            [f"{total} = {total} / 2 + {call};"],
            [f"if {draw.truth([element])} {{", f"{total} += {call};", "}"],
            [f"let found = {call};", f"if found > {draw.literal(4, 20)} {{", f"{total} += found;", "}"],
        ]
    )
    body = [f"let mut {total} = {draw.literal(0, 9)};", f"for {one} in {several} {{", *change, "}"]
    body.append(draw.one_of([total, f"{total} + {draw.literal()}", f"{total} * {draw.literal(2, 5)}"]))
    bound = f"AsyncFn({'&str' if item is TEXT else whole}) -> {whole}"
    driver, text = _driver(draw, bound, [f"{several}: &[{item.text}]"], whole, body, given=ask)
    return driver.replace(several, "list"), text


def asked_of_each(draw: Draw) -> Piece:
    """A closure waits for a function, for each element of a list."""
    item, whole = draw.one_of([draw.whole, TEXT]), draw.whole.text
    driver, driving = _asking(draw, item)
    asked = Parameter(draw.name_for(item), item, "own" if item.copy else "ref")
    inner = Function(
        draw.names.function(), (asked,), whole, draw.counted_of((asked.name, item), [], 2), prefix="async "
    )
    several, one = Parameter(draw.names.several(), list_of(item), "ref"), draw.names.variable()
    extra, got, kept = Parameter(draw.names.measure(), draw.whole), draw.names.measure(), draw.names.label()
    call = f"{inner.name}({one}).await"
    forms = [
        call,
        f"{call} + {extra.name}",
        f"{call}.max({extra.name})",
        f"{{ let {got} = {call}; {draw.number_of((got, draw.whole), [(extra.name, draw.whole)])} }}",
        f"{call} + {kept}.len(){draw.cast}",
        f"{{ if {kept}.len() > {draw.literal(3, 6)} {{ {call} }} else {{ {extra.name} }} }}",
        f"{call} * {draw.literal(2, 5)} + {kept}.len(){draw.cast}",
    ]
    body = draw.one_of(forms)
    closure = f"async |{one}| {body}"
    start = [f"let {kept} = {draw.text([(extra.name, draw.whole)])};"] if kept in body else []
    if draw.chance(0.3) and item is not TEXT:
        name = draw.names.variable()
        start, closure = [*start, f"let {name} = async |{one}: {whole}| {body};"], f"&{name}"
    found = draw.names.measure()
    value = f"{_called(driver, {'list': several.name}, closure)}.await"
    lines, end = draw.count_on((found, draw.whole), [(extra.name, draw.whole)], 1)
    rest = [value] if draw.chance() else [f"let {found} = {value};", *lines, end]
    lent = kept in body and draw.chance()
    returns = f"({whole}, String)" if lent else whole
    if lent:
        rest[-1] = f"({rest[-1]}, {kept})"
    parameters = needed((several, extra), [*start, *rest])
    caller = Function(draw.names.function(), parameters, returns, (*start, *rest), prefix="pub async ", finished=READY)
    items = [inner.text(), driving, caller.text()]
    draw.random.shuffle(items)
    return Piece(items, [caller])


def counted_turns(draw: Draw) -> Piece:
    """A closure without parameters changes a number, as often as it is called."""
    whole, act, times = draw.whole.text, draw.names.function(), draw.names.measure()
    small = draw.literal(2, 4)
    body = draw.one_of(
        [
            [f"{act}().await;", f"{act}().await;"],
            [f"for _ in 0..{times} {{", f"{act}().await;", "}"],
            [f"{act}().await;", f"if {times} % 2 == 0 {{", f"{act}().await;", "}"],
            [f"for step in 0..{times} {{", f"if step % {small} == 0 {{", f"{act}().await;", "}", "}"],
            [f"let mut left = {times};", "while left > 0 {", f"{act}().await;", f"left /= {small};", "}"],
        ]
    )
    parameters = [f"{times}: {whole}"] if times in "\n".join(body) else []
    driver, driving = _driver(draw, "AsyncFnMut()", parameters, "", body, given=act)
    kept, extra, other = draw.names.measure(), Parameter(draw.names.measure(), draw.whole), draw.names.several()
    number = draw.number([(extra.name, draw.whole)], 1)
    forms = [
        [f"{kept} += {number};"],
        [f"{kept} = {kept} / 2 + {draw.literal()};"],
        [f"{kept} = {kept}.max({draw.literal()}) + 1;"],
        [f"if {kept} % 2 == 0 {{", f"{kept} += {draw.literal()};", "} else {", f"{kept} += 1;", "}"],
        [f"{kept} += {draw.literal()};", f"{other}.push({kept});"],
        [f"{other}.push({number});"],
        [f"{other}.push({other}.len());"],
    ]
    change = draw.one_of(forms)
    line = "\n".join(change)
    start = [f"let mut {kept} = {draw.number([(extra.name, draw.whole)], 1)};"] if kept in line else []
    start += [f"let mut {other} = Vec::new();"] if other in line else []
    inside = "{ " + change[0] + " }" if len(change) == 1 else "{\n" + line + "\n}"
    call = f"{_called(driver, {times: f'{extra.name} % {draw.literal(3, 6)} + 1'}, f'async || {inside}')}.await;"
    again = [call] if draw.chance(0.8) else [call, call]
    places = [name for name in (kept, other) if name in line]
    end, lines = f"({', '.join(places)})", list[str]()
    listed = f"Vec<{'usize' if f'{other}.len()' in line else whole}>"
    types = [whole if name == kept else listed for name in places]
    returns = f"({', '.join(types)})"
    if len(places) == 1:
        end, returns = places[0], types[0]
        if end == kept:
            lines, end = draw.count_on((kept, draw.whole), [(extra.name, draw.whole)], 1)
    body = [*start, *again, *lines, end]
    caller = Function(
        draw.names.function(), needed((extra,), body), returns, tuple(body), prefix="pub async ", finished=READY
    )
    items = [driving, caller.text()]
    draw.random.shuffle(items)
    return Piece(items, [caller])


def kept_elements(draw: Draw) -> Piece:
    """A closure keeps what it is given."""
    item, whole = draw.one_of([draw.whole, TEXT]), draw.whole.text
    several, one, act = draw.names.several(), draw.names.variable(), draw.names.function()
    element = (one, TEXT) if item is TEXT else (f"*{one}", item)
    given = f"{one}.clone()" if item is TEXT else f"*{one}"
    call = f"{act}({given}).await;"
    body = draw.one_of(
        [
            [f"for {one} in {several} {{", call, "}"],
            [f"for {one} in {several}.iter().rev() {{", call, "}"],
            [f"for {one} in {several} {{", f"if {draw.truth([element])} {{", call, "}", "}"],
            [f"for {one} in {several}.iter().take({draw.literal(2, 4)}) {{", call, "}"],
            [f"if let Some({one}) = {several}.first() {{", call, "}", f"for {one} in {several} {{", call, "}"],
            [f"for (step, {one}) in {several}.iter().enumerate() {{", "if step % 2 == 0 {", call, "}", "}"],
        ]
    )
    driver, driving = _driver(draw, f"AsyncFnMut({item.text})", [f"{several}: &[{item.text}]"], "", body, given=act)
    kept, two, extra = draw.names.several(), draw.names.variable(), Parameter(draw.names.measure(), draw.whole)
    others = [(extra.name, draw.whole)]
    place = (two, item)
    number, text = draw.number_of(place, others), draw.text_of(place)
    push = draw.one_of(
        [f"{kept}.push({two})", f"{kept}.push({number})", f"{kept}.push({text})", f"{kept}.push_str(&{text})"]
    )
    made = "String::new()" if "push_str" in push else "Vec::new()"
    inner = {f"{kept}.push({two})": item.text, f"{kept}.push({number})": whole}.get(push, "String")
    returns = "String" if "push_str" in push else f"Vec<{inner}>"
    change = draw.one_of(
        [
            push,
            f"{{ {push}; }}",
            f"{{\nif {draw.truth([place])} {{\n{push};\n}}\n}}",
            f"{{\nif {kept}.len() < {draw.literal(3, 9)} {{\n{push};\n}}\n}}",
        ]
    )
    given_list = Parameter(draw.names.several(), list_of(item), "ref")
    call = f"{_called(driver, {several: given_list.name}, f'async |{two}| {change}')}.await;"
    end = [kept]
    if draw.chance(0.4):
        end, returns = [f"({kept}, {draw.number(others, 1)})"], f"({returns}, {whole})"
    lines = [f"let mut {kept} = {made};", call, *end]
    caller = Function(
        draw.names.function(),
        needed((given_list, extra), lines),
        returns,
        tuple(lines),
        prefix="pub async ",
        finished=READY,
    )
    items = [driving, caller.text()]
    draw.random.shuffle(items)
    return Piece(items, [caller])


SCENES = (asked_of_each, counted_turns, kept_elements)
