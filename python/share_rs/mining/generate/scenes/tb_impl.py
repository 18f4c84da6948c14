"""Programs with impls of traits: of their own, and of std."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.mining.generate.contract import Contract
from share_rs.mining.generate.function import Function, Parameter
from share_rs.mining.generate.piece import Piece
from share_rs.mining.generate.types import TEXT, list_of

if TYPE_CHECKING:
    from share_rs.mining.generate.contract import Duty
    from share_rs.mining.generate.draw import Draw
    from share_rs.mining.generate.record import Record


def own_trait(draw: Draw) -> Piece:
    """A trait with a few methods, which one to three structs implement."""
    duties: list[Duty] = ["name", "size", "sum", "text", "raise", "free"]
    contract = Contract(draw, *draw.random.sample(duties, draw.random.randint(2, 4)))
    records = [contract.record() for _ in range(draw.random.randint(1, 3))]
    items, called = [contract.text()], list[Function]()
    for record in records:
        methods = contract.done(record)
        # A method without a result is seen in what it changes.
        called += methods
        items += [record.text(), contract.impl(record, methods)]
    return Piece(items, called, imports=[contract.name])


def used_by_a_function(draw: Draw) -> Piece:
    """A function takes whatever implements the trait."""
    duties: list[Duty] = ["size", "sum", "free"]
    contract = Contract(draw, *draw.random.sample(duties, draw.random.randint(1, 3)), draw.one_of(["name", "text"]))
    record = contract.record()
    methods = contract.done(record)
    one = draw.names.variable()
    numbers = [method for method in contract.methods if method.signature.returns == draw.whole.text]
    arguments = {method.signature.name: draw.literal() if method.signature.parameters else "" for method in numbers}
    calls = [f"{one}.{name}({argument})" for name, argument in arguments.items()]
    several = draw.chance(0.4)
    form = draw.random.randrange(3)
    taken = [f"&impl {contract.name}", "&T", f"&dyn {contract.name}"][form]
    generics = f"<T: {contract.name}>" if form == 1 else ""
    user, argument = draw.names.function(), draw.names.variable()
    value = draw.one_of([" + ".join(calls), f"{calls[0]}.max({draw.literal()})", f"{calls[-1]} * {draw.literal(2, 4)}"])
    head = f"pub fn {user}{generics}({one}: {taken}) -> {draw.whole.text} {{\n{value}\n}}"
    caller_parameter = Parameter(argument, record.type, "ref")
    if several:
        walked = draw.names.several()
        caller_parameter = Parameter(walked, list_of(record.type), "ref")
        sum_ = draw.names.measure()
        body = (
            f"let mut {sum_} = {draw.literal(0, 5)};",
            f"for {argument} in {walked} {{",
            f"{sum_} += {user}({argument});",
            "}",
            sum_,
        )
        if draw.chance():
            body = (
                f"{walked}.iter().map(|{argument}| {user}({argument})).{draw.one_of(['sum()', 'max().unwrap_or(0)'])}",
            )
    else:
        body = (f"{user}({argument}) + {draw.literal()}",)
    caller = Function(draw.names.function(), (caller_parameter,), draw.whole.text, body)
    items = [contract.text(), record.text(), contract.impl(record, methods), head, caller.text()]
    return Piece(items, [*methods, caller], imports=[contract.name])


def with_default(draw: Draw) -> Piece:
    """A trait brings a method that stands on the others; one implementer may have its own."""
    duties: list[Duty] = ["size", "sum", "text"]
    contract = Contract(draw, *draw.random.sample(duties, draw.random.randint(1, 2)))
    first = contract.methods[0].signature
    extra = draw.names.function()
    call = f"self.{first.name}()"
    if first.returns == draw.whole.text:
        value, returns = (
            draw.one_of([f"{call} + {draw.literal()}", f"{call}.max({draw.literal()})", f"{call} * 2"]),
            first.returns,
        )
    else:
        value, returns = (
            draw.one_of([f"{call}.to_uppercase()", f"{call}.repeat(2)", f'format!("<{{}}>", {call})']),
            "String",
        )
    text = contract.text()
    text = text.removesuffix("\n}") + f"\n\nfn {extra}(&self) -> {returns} {{\n{value}\n}}\n}}"
    records = [contract.record() for _ in range(draw.random.randint(1, 2))]
    items, called = [text], list[Function]()
    for index, record in enumerate(records):
        methods = contract.done(record)
        own = (
            draw.counted_of((call, draw.whole), record.places("self"), 1)
            if returns == draw.whole.text
            else (f"{call}.to_lowercase()",)
        )
        if len(own) == 1:
            got = draw.names.variable()
            own = (f"let {got} = {own[0]};", got)
        method = Function(extra, (), returns, own, record, "&self", prefix="")
        overridden = index == 1 or draw.chance(0.3)
        items += [record.text(), contract.impl(record, [*methods, *([method] if overridden else [])])]
        called += [*methods, method]
    return Piece(items, called, imports=[contract.name])


def std_traits(draw: Draw) -> Piece:
    """A struct implements traits of std."""
    number = draw.whole
    record = draw.record(number, TEXT)
    first = next(text for text, type_ in record.places("self") if type_ == number)
    label = next(text for text, type_ in record.places("self") if type_ is TEXT)
    second = "other" + first.removeprefix("self")
    out, item = draw.one_of(["f", "out", "formatter"]), draw.names.variable()
    name, whole = record.name, number.text
    kinds = draw.random.sample(range(6), draw.random.randint(1, 3))
    items, called, uses = [record.text()], list[Function](), list[str]()
    field = first.removeprefix("self.")
    for kind in kinds:
        if kind == 0:
            uses.append("std::fmt")
            items.append(
                f"impl fmt::Display for {name} {{\nfn fmt(&self, {out}: &mut fmt::Formatter<'_>) -> fmt::Result {{\n"
                f'write!({out}, "{{}}{draw.one_of([": ", "-", " x "])}{{}}", {label}, {first})\n}}\n}}'
            )
            called.append(_used(draw, record, item, f"{item}.to_string()", "String"))
        elif kind == 1:
            items.append(
                f"impl PartialEq for {name} {{\nfn eq(&self, other: &Self) -> bool {{\n{first} == {second}\n}}\n}}"
            )
            other = draw.names.variable()
            body = (f"{item} == {other}",)
            parameters = (Parameter(item, record.type, "ref"), Parameter(other, record.type, "ref"))
            called.append(Function(draw.names.function(), parameters, "bool", body))
        elif kind == 2:
            uses.append("std::ops::Add")
            parts = [
                f"{one.name}: self.{one.name} + other.{one.name}"
                if one.type == number
                else f"{one.name}: self.{one.name}"
                for one in record.fields
            ]
            items.append(
                f"impl Add for {name} {{\ntype Output = {name};\n\nfn add(self, other: Self) -> Self::Output {{\n"
                f"{name} {{ {', '.join(parts)} }}\n}}\n}}"
            )
            other = draw.names.variable()
            parameters = (Parameter(item, record.type), Parameter(other, record.type))
            called.append(Function(draw.names.function(), parameters, whole, (f"({item} + {other}).{field}",)))
        elif kind == 3:
            items.append(f"impl AsRef<str> for {name} {{\nfn as_ref(&self) -> &str {{\n&{label}\n}}\n}}")
            called.append(_used(draw, record, item, f"{item}.as_ref().to_uppercase()", "String"))
        elif kind == 4:
            items.append(
                f"impl Iterator for {name} {{\ntype Item = {whole};\n\nfn next(&mut self) -> Option<Self::Item> {{\n"
                f"if {first} == 0 {{\nreturn None;\n}}\n{first} = {first} / 2;\nSome({first})\n}}\n}}"
            )
            end = draw.one_of([("sum()", whole), ("collect()", f"Vec<{whole}>"), ("count()", "usize")])
            called.append(
                Function(draw.names.function(), (Parameter(item, record.type),), end[1], (f"{item}.{end[0]}",))
            )
        else:
            uses.append("std::ops::Index")
            items.append(
                f"impl Index<usize> for {name} {{\ntype Output = {whole};\n\nfn index(&self, _: usize) -> &Self::Output {{\n"
                f"&{first}\n}}\n}}"
            )
            called.append(_used(draw, record, item, f"{item}[{draw.literal(0, 5)}] + 1", whole))
    items += [one.text() for one in called]
    return Piece(items, called, uses=uses)


def _used(draw: Draw, record: Record, item: str, value: str, returns: str) -> Function:
    return Function(draw.names.function(), (Parameter(item, record.type, "ref"),), returns, (value,))


SCENES = (own_trait, std_traits, used_by_a_function, with_default)
