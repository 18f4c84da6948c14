"""Programs that decide by a match: over an enum, options, orders, slices, numbers and texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.mining.generate.choice import Choice
from share_rs.mining.generate.function import Function, Parameter, needed
from share_rs.mining.generate.piece import Piece, impl
from share_rs.mining.generate.types import TEXT, Type, list_of, option_of

if TYPE_CHECKING:
    from share_rs.mining.generate.draw import Draw


def named_kinds(draw: Draw) -> Piece:
    """Kinds have names, are read by their names, and follow one another."""
    choice = Choice.drawn(
        draw,
        *[()] * draw.random.randint(3, 5),
        derives=("Debug", "Clone", "Copy", *draw.one_of([(), ("PartialEq", "Eq")])),
    )
    own = draw.one_of(["Self", choice.name])
    case = draw.one_of([str.lower, str.lower, str.upper, str])
    words = {name: case(name) for name in choice.names}
    order = draw.random.sample(choice.names, len(choice.names))
    arms = [f'{own}::{name} => "{words[name]}",' for name in (order if draw.chance(0.3) else choice.names)]
    say = Function(
        draw.names.function(), (), "&'static str", ("match self {", *arms, "}"), choice, draw.one_of(["&self", "self"])
    )
    known = ", ".join(f'"{word}"' for word in [*words.values(), "ox"])
    drawn = f"draw.pick(&[{known}]).to_string()"
    text = Parameter(draw.name_for(TEXT), Type("String", "text", drawn), "ref")
    matched = text.name + draw.one_of(["", ".trim()"])
    read_arms = [f'"{words[name]}" => Some({own}::{name}),' for name in (order if draw.chance(0.3) else choice.names)]
    read = Function(
        draw.names.function(),
        (text,),
        "Option<Self>",
        (f"match {matched} {{", *read_arms, "_ => None,", "}"),
        choice,
        shown='{}.map(|one| format!("{one:?}"))',
    )
    turn = [
        f"{own}::{name} => {own}::{after},"
        for name, after in zip(choice.names, choice.names[1:] + choice.names[:1], strict=True)
    ]
    if draw.chance(0.3):
        turn[-1] = f"{own}::{choice.names[-1]} => {own}::{choice.names[-1]},"
    following = Function(
        draw.names.function(), (), "Self", ("match self {", *turn, "}"), choice, "self", shown='format!("{:?}", {})'
    )
    methods = draw.random.sample([say, read, following], draw.random.randint(2, 3))
    return Piece([choice.text(), impl(choice, *methods)], methods, imports=[choice.name])


def told_events(draw: Draw) -> Piece:
    """What happened is told by an enum whose variants say what they do, and is applied one after the other."""
    whole = draw.whole
    held, sum_ = draw.names.measure(), draw.names.measure()
    kinds: list[tuple[str, tuple[Type, ...], str, str]] = [
        (f"Adds to the {sum_}.", (whole,), f"({held})", f"{sum_} += {held}"),
        (f"Takes from the {sum_}, down to 0.", (whole,), f"({held})", f"{sum_} = {sum_}.saturating_sub(*{held})"),
        (f"Puts the {sum_} back to 0.", (), "", f"{sum_} = 0"),
        (f"Doubles the {sum_}.", (), "", f"{sum_} = {sum_} * 2"),
        (f"Raises the {sum_} to this, if it is less.", (whole,), f"({held})", f"{sum_} = {sum_}.max(*{held})"),
        (f"Sets the {sum_}.", (whole,), f"({held})", f"{sum_} = *{held}"),
        ("Changes nothing.", (), "", "{}"),
    ]
    kinds = draw.random.sample(kinds[:-2] if draw.chance() else kinds, draw.random.randint(3, 4))
    choice = Choice.drawn(draw, *(one[1] for one in kinds))
    lines: list[str] = []
    arms: list[str] = []
    for (name, payload), (doc, _, pattern, effect) in zip(choice.variants, kinds, strict=True):
        lines += [f"/// {doc}", f"{name}({payload[0].text})," if payload else f"{name},"]
        arms.append(f"{choice.name}::{name}{pattern} => {effect},")
    enum = f"#[derive(Debug)]\npub enum {choice.name} {{\n" + "\n".join(lines) + "\n}"
    if draw.chance():
        several, one = Parameter(draw.names.several(), list_of(choice.type), "ref"), draw.names.variable()
        start = Parameter(draw.names.measure(), whole)
        loop = [f"for {one} in {several.name} {{", f"match {one} {{", *arms, "}", "}"]
        after, end = draw.count_on((sum_, whole), most=1)
        body = (f"let mut {sum_} = {start.name};", *loop, *after, end)
        function = Function(draw.names.function(), (several, start), whole.text, body)
        return Piece([enum, function.text()], [function], imports=[choice.name])
    record = draw.record(whole, TEXT)
    field = next(text for text, type_ in record.places("self") if type_ == whole)
    arms = [one.replace(f"{sum_} ", f"{field} ").replace(f" {sum_}.", f" {field}.") for one in arms]
    docs = enum.replace(f" {sum_}", f" {field.removeprefix('self.')}")
    event = Parameter(draw.names.variable(), choice.type, "ref")
    method = Function(draw.names.function(), (event,), "", (f"match {event.name} {{", *arms, "}"), record, "&mut self")
    other = Function(draw.names.function(), (), whole.text, draw.counted(record.places("self"), 2), record, "&self")
    return Piece([docs, record.text(), impl(record, method, other)], [method, other], imports=[choice.name])


def held_values(draw: Draw) -> Piece:
    """Variants hold nothing, one or two values; a method adds them up, another says them."""
    whole = draw.whole
    first, second, text = draw.names.measure(), draw.names.measure(), draw.names.label()
    sign = draw.one_of(["-", " and ", ", ", "/"])
    kinds: list[tuple[tuple[Type, ...], str, str, str]] = [
        ((), "", "0", "String::new()"),
        ((whole,), f"({first})", f"*{first}", f"{first}.to_string()"),
        ((whole, whole), f"({first}, {second})", f"{first} + {second}", f'format!("{{{first}}}{sign}{{{second}}}")'),
        ((TEXT,), f"({text})", draw.size(text), f"{text}.clone()"),
        ((TEXT, whole), f"({text}, {first})", f"*{first}", f'format!("{{{text}}}{sign}{{{first}}}")'),
        ((option_of(whole),), f"(Some({first}))", f"*{first}", f"{first}.to_string()"),
    ]
    kinds = draw.random.sample(kinds, draw.random.randint(3, 4))
    choice = Choice.drawn(draw, *(one[0] for one in kinds))
    own = draw.one_of(["Self", choice.name])
    sums: list[str] = []
    says: list[str] = []
    for (name, _), (payload, pattern, number, said) in zip(choice.variants, kinds, strict=True):
        unread = pattern.replace(text, "_") if text in pattern and number == f"*{first}" else pattern
        sums.append(f"{own}::{name}{unread} => {number},")
        says.append(f"{own}::{name}{pattern} => {said},")
        if payload and payload[0].kind == "option":
            sums.append(f"{own}::{name}(None) => 0,")
            says.append(f"{own}::{name}(None) => String::new(),")
    if draw.chance(0.4):
        kept = [one for one in sums if not one.endswith("=> 0,")]
        sums = [*kept, "_ => 0,"] if 1 < len(kept) < len(sums) else sums
    methods = [
        Function(draw.names.function(), (), whole.text, ("match self {", *sums, "}"), choice, "&self"),
        Function(draw.names.function(), (), "String", ("match self {", *says, "}"), choice, "&self"),
    ]
    methods = draw.random.sample(methods, draw.random.randint(1, 2))
    return Piece([choice.text(), impl(choice, *methods)], methods, imports=[choice.name])


def two_options(draw: Draw) -> Piece:
    """Two that may be missing are brought together."""
    whole = draw.whole
    left, right = draw.names.measure(), draw.names.measure()
    parameters = tuple(Parameter(one, option_of(whole)) for one in (left, right))
    inner = draw.random.sample(["a", "b", "one", "other", "x", "y"], 2)
    one, other = inner if draw.chance() else (left, right)
    both = draw.one_of(
        [f"{one} + {other}", f"{one}.max({other})", f"{one}.min({other})", f"{one}.saturating_sub({other})"]
    )
    wrap = "Some({})" if draw.chance() else "{}"
    none = "None" if wrap != "{}" else "0"
    single = [f"(Some({one}), None) => {wrap.format(one)},", f"(None, Some({other})) => {wrap.format(other)},"]
    if draw.chance(0.4):
        single = [f"(Some({one}), None) | (None, Some({one})) => {wrap.format(one)},"]
    arms = [f"(Some({one}), Some({other})) => {wrap.format(both)},"]
    guarded = (
        [arms[0].replace(" =>", f" if {draw.guard((one, whole))} =>").replace(both, other)] if draw.chance(0.4) else []
    )
    rest = draw.one_of([[*single, f"(None, None) => {none},"], [f"_ => {none},"], [*single, f"_ => {none},"]])
    if draw.chance(0.3):
        rest = rest[::-1] if not rest[-1].startswith("_") else rest
    body = (f"match ({left}, {right}) {{", *guarded, *arms, *rest, "}")
    returns = f"Option<{whole.text}>" if wrap != "{}" else whole.text
    function = Function(draw.names.function(), parameters, returns, body)
    return Piece([function.text()], [function])


def ordered(draw: Draw) -> Piece:
    """Two values, or the length of two texts, are compared."""
    whole = draw.whole
    type_ = draw.one_of([whole, TEXT])
    left, right = Parameter(draw.name_for(type_), type_), Parameter(draw.name_for(type_), type_)
    if type_ is TEXT:
        left, right = Parameter(left.name, TEXT, "ref"), Parameter(right.name, TEXT, "ref")
    compared = f"{left.name}.cmp({'&' if type_.copy else ''}{right.name})"
    if type_ is TEXT and draw.chance():
        compared = f"{left.name}.len().cmp(&{right.name}.len())"
    values = [draw.size(left.name), draw.size(right.name)] if type_ is TEXT else [left.name, right.name]
    results = draw.one_of(
        [
            (['"less"', '"equal"', '"greater"'], "&'static str"),
            ([values[0], values[0], values[1]], whole.text),
            ([values[1], "0", values[0]], whole.text),
            ([f"Some({values[1]})", "None", f"Some({values[0]})"], f"Option<{whole.text}>"),
        ]
    )
    prefix = draw.one_of(["Ordering::", "Ordering::", "std::cmp::Ordering::"])
    arms = [f"{prefix}{name} => {value}," for name, value in zip(("Less", "Equal", "Greater"), results[0], strict=True)]
    draw.random.shuffle(arms)
    parameters = (left, right)
    function = Function(draw.names.function(), parameters, results[1], (f"match {compared} {{", *arms, "}"))
    uses = ["std::cmp::Ordering"] if prefix == "Ordering::" else []
    return Piece([function.text()], [function], uses=uses)


def short_lists(draw: Draw) -> Piece:
    """A list of none, one or more is matched by its shape; a number by ranges that a comment names."""
    whole = draw.whole
    several = Parameter(draw.names.several(), list_of(whole), "ref")
    first, last, rest = draw.names.variable(), draw.names.variable(), draw.names.several()
    arms = ["[] => 0,", f"[{first}] => *{first},"]
    many = draw.one_of(
        [
            f"[{first}, .., {last}] => {first} + {last},",
            f"[{first}, {rest} @ ..] => {first} + {draw.size(rest)},",
            f"[{first}, {last}, ..] => *{first}.max({last}),",
        ]
    )
    if draw.chance(0.4):
        arms.append(f"[{first}, {last}] => *{last}.min({first}),")
    shape = Function(draw.names.function(), (several,), whole.text, (f"match {several.name} {{", *arms, many, "}"))
    low, high = draw.literal(5, 15), draw.literal(18, 35)
    words = [draw.names.text() for _ in range(3)]
    number, other = Parameter(draw.names.measure(), whole), Parameter(draw.names.measure(), whole)
    doc = f"/// Up to {low} it is {words[0]}, up to {high} {words[1]}, beyond {words[2]}."
    ranges = [f'0..={low} => "{words[0]}",', f'{int(low) + 1}..={high} => "{words[1]}",', f'_ => "{words[2]}",']
    if draw.chance():
        ranges = [f'{one} if {one} > {high} => "{words[2]}",' for one in [first]] + ranges[:1] + [f'_ => "{words[1]}",']
    subject = draw.one_of([number.name, f"{number.name} + {other.name}", f"{number.name}.max({other.name})"])
    body = (f"match {subject} {{", *ranges, "}")
    ranged = Function(draw.names.function(), needed((number, other), body), "&'static str", body)
    return Piece([shape.text(), f"{doc}\n{ranged.text()}"], [shape, ranged])


SCENES = (held_values, named_kinds, ordered, short_lists, told_events, two_options)
