"""Programs with trait objects: in boxes, lists, fields and parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.mining.generate.contract import Contract
from share_rs.mining.generate.function import Function, Parameter, needed
from share_rs.mining.generate.piece import Piece
from share_rs.mining.generate.types import TEXT

if TYPE_CHECKING:
    from share_rs.mining.generate.contract import Duty
    from share_rs.mining.generate.draw import Draw
    from share_rs.mining.generate.record import Record


class _Cast:
    """A trait, its implementers, and how they are made of a number and a text."""

    def __init__(self, draw: Draw, least: int = 2) -> None:
        self.draw = draw
        duties: list[Duty] = ["size", "sum", "free"]
        self.contract = Contract(draw, *draw.random.sample(duties, draw.random.randint(1, 2)))
        self.records = [self.contract.record() for _ in range(draw.random.randint(least, 3))]
        self.number, self.text = (
            Parameter(draw.names.measure(), draw.whole),
            Parameter(draw.name_for(TEXT), TEXT, "ref"),
        )
        self.items = [self.contract.text()]
        for record in self.records:
            self.items += [record.text(), self.contract.impl(record, self.contract.done(record))]

    def made(self, record: Record) -> str:
        """A struct expression."""
        draw, values = self.draw, dict[str, str]()
        for field in record.fields:
            if field.type == draw.whole:
                values[field.name] = draw.one_of(
                    [self.number.name, draw.number_on((self.number.name, draw.whole)), draw.literal()]
                )
            elif field.type is TEXT:
                values[field.name] = draw.one_of([f"{self.text.name}.to_string()", draw.text([(self.text.name, TEXT)])])
            elif field.type.kind == "list":
                values[field.name] = "Vec::new()"
            elif field.type.kind == "option":
                values[field.name] = "None"
            else:
                values[field.name] = draw.truth([(self.number.name, draw.whole)])
        return record.literal(values)

    def asked(self, one: str) -> str:
        """A number that it gives."""
        method = self.draw.one_of(self.contract.methods).signature
        return f"{one}.{method.name}({self.draw.one_of([self.number.name, self.draw.literal()]) if method.parameters else ''})"

    @property
    def object(self) -> str:
        """The trait object's type."""
        return f"dyn {self.contract.name}"


def chosen_kind(draw: Draw) -> Piece:
    """A function makes one kind or another, in a box; others ask whatever they get."""
    cast = _Cast(draw)
    number = (cast.number.name, draw.whole)
    first, *rest = [f"Box::new({cast.made(record)})" for record in cast.records]
    if len(rest) == 2:
        condition, other = draw.guard(number), draw.guard((cast.text.name, TEXT))
        body = [f"if {condition} {{", first, f"}} else if {other} {{", rest[0], "} else {", rest[1], "}"]
        if draw.chance():
            low, high = draw.literal(5, 15), draw.literal(18, 30)
            body = [
                f"match {cast.number.name} {{",
                f"0..={low} => {first},",
                f"{int(low) + 1}..={high} => {rest[0]},",
                f"_ => {rest[1]},",
                "}",
            ]
    elif draw.chance():
        body = [f"if {draw.guard(number)} {{", first, "} else {", rest[0], "}"]
    else:
        body = [f"if {draw.guard(number)} {{", f"return {first};", "}", rest[0]]
    parameters = needed((cast.number, cast.text), body)
    maker = Function(draw.names.function(), parameters, f"Box<{cast.object}>", tuple(body))
    made = f"{maker.name}({', '.join(one.name for one in parameters)})"
    one = draw.names.variable()
    asked = cast.asked(one)
    body = (f"let {one} = {made};", asked) if draw.chance() else (f"let {one} = {made};", f"{asked} + {draw.literal()}")
    functions = [Function(draw.names.function(), needed((cast.number, cast.text), body), draw.whole.text, body)]
    helper: list[str] = []
    if draw.chance():
        name, item = draw.names.function(), draw.names.variable()
        held = cast.asked(item).replace(cast.number.name, draw.literal())
        helper = [f"pub fn {name}({item}: &{cast.object}) -> {draw.whole.text} {{\n{held}\n}}"]
        body = (f"{name}({made}.as_ref())",) if draw.chance() else (f"let {one} = {made};", f"{name}(&*{one})")
        functions.append(Function(draw.names.function(), needed((cast.number, cast.text), body), draw.whole.text, body))
    items = [*cast.items, maker.text(), *helper, *(one.text() for one in functions)]
    return Piece(items, functions)


def list_of_objects(draw: Draw) -> Piece:
    """A list holds several kinds in boxes, and is summed up."""
    cast = _Cast(draw)
    several, one, adder = draw.names.several(), draw.names.variable(), draw.names.function()
    asked = cast.asked(one).replace(cast.number.name, draw.literal())
    sum_ = draw.names.measure()
    walk = draw.one_of(
        [
            f"{several}.iter().map(|{one}| {asked}).sum()",
            f"{several}.iter().map(|{one}| {asked}).max().unwrap_or(0)",
            f"let mut {sum_} = {draw.literal(0, 9)};\nfor {one} in {several} {{\n{sum_} += {asked};\n}}\n{sum_}",
        ]
    )
    helper = f"pub fn {adder}({several}: &[Box<{cast.object}>]) -> {draw.whole.text} {{\n{walk}\n}}"
    all_ = draw.names.several()
    boxes = [
        f"Box::new({cast.made(record)})" for record in draw.random.choices(cast.records, k=draw.random.randint(2, 3))
    ]
    if draw.chance():
        body = [
            f"let {all_}: Vec<Box<{cast.object}>> = vec![",
            *(f"{one}," for one in boxes),
            "];",
            f"{adder}(&{all_})",
        ]
    else:
        pushes: list[str] = []
        for index, box in enumerate(boxes):
            push = f"{all_}.push({box});"
            guard = draw.guard((cast.number.name, draw.whole))
            pushes += [f"if {guard} {{", push, "}"] if index and draw.chance() else [push]
        body = [f"let mut {all_}: Vec<Box<{cast.object}>> = Vec::new();", *pushes, f"{adder}(&{all_})"]
    user = Function(draw.names.function(), needed((cast.number, cast.text), body), draw.whole.text, tuple(body))
    return Piece([*cast.items, helper, user.text()], [user])


def held_object(draw: Draw) -> Piece:
    """A struct holds one in a box, and hands on what it is asked."""
    cast = _Cast(draw)
    holder, part = draw.names.entity(), draw.names.variable()
    count, given = draw.names.measure(), draw.names.variable()
    struct = f"pub struct {holder} {{\n{part}: Box<{cast.object}>,\n{count}: {draw.whole.text},\n}}"
    asked, new, replace_ = (
        cast.asked(f"self.{part}").replace(cast.number.name, f"self.{count}"),
        draw.one_of(["new", "with", "of"]),
        draw.names.function(),
    )
    asking = draw.names.function()
    members = [
        f"pub fn {new}({given}: Box<{cast.object}>) -> Self {{\n{holder} {{ {part}: {given}, {count}: {draw.literal(0, 9)} }}\n}}",
        f"pub fn {asking}(&self) -> {draw.whole.text} {{\n{asked} + self.{count}\n}}",
    ]
    first, second = (f"Box::new({cast.made(record)})" for record in draw.random.choices(cast.records, k=2))
    owner = draw.names.variable()
    body = [f"let {owner} = {holder}::{new}({first});", f"{owner}.{asking}()"]
    if draw.chance(0.6):
        members.append(
            f"pub fn {replace_}(&mut self, {given}: Box<{cast.object}>) {{\nself.{part} = {given};\nself.{count} += 1;\n}}"
        )
        body[0] = body[0].replace("let ", "let mut ")
        guard = draw.guard((cast.number.name, draw.whole))
        body[1:1] = (
            [f"if {guard} {{", f"{owner}.{replace_}({second});", "}"]
            if draw.chance()
            else [f"{owner}.{replace_}({second});"]
        )
    block = f"impl {holder} {{\n" + "\n\n".join(members) + "\n}"
    user = Function(draw.names.function(), needed((cast.number, cast.text), body), draw.whole.text, tuple(body))
    return Piece([*cast.items, struct, block, user.text()], [user])


def boxed_closures(draw: Draw) -> Piece:
    """Closures of different kinds share a type by a box, or are lent as trait objects."""
    whole, type_ = draw.whole.text, draw.whole
    one, by, start = (
        draw.names.variable(),
        Parameter(draw.names.measure(), type_),
        Parameter(draw.names.measure(), type_),
    )
    bounds = f"dyn Fn({whole}) -> {whole}"
    steps = [f"Box::new(move |{one}| {draw.number_on((one, type_), [(by.name, type_)])})" for _ in range(2)]
    steps.append(f"Box::new(move |{one}| {one} + {by.name})")
    draw.random.shuffle(steps)
    several, step = draw.names.several(), draw.names.variable()
    if draw.chance():
        body = [f"if {draw.guard((by.name, type_))} {{", steps[0], "} else {", steps[1], "}"]
        body = (
            body
            if by.name in "".join(body[1::2])
            else [f"if {draw.guard((by.name, type_))} {{", f"return {steps[0]};", "}", steps[1]]
        )
        maker = Function(draw.names.function(), (by,), f"Box<{bounds}>", tuple(body))
        user_body = (f"let {step} = {maker.name}({by.name});", f"{step}({start.name}) + {step}({by.name})")
        items = [maker.text()]
    else:
        kept = draw.names.measure()
        loop = [f"for {step} in {several} {{", f"{kept} = {step}({kept});", "}"]
        runner = f"pub fn {draw.names.function()}({several}: &[Box<{bounds}>], {start.name}: {whole}) -> {whole} {{\n"
        runner_name = runner.partition("fn ")[2].partition("(")[0]
        items = [runner + f"let mut {kept} = {start.name};\n" + "\n".join(loop) + f"\n{kept}\n}}"]
        user_body = (
            f"let {several}: Vec<Box<{bounds}>> = vec![",
            *(f"{one}," for one in steps),
            "];",
            f"{runner_name}(&{several}, {start.name})",
        )
    if draw.chance(0.4):
        name, given = draw.names.function(), draw.names.variable()
        twice = draw.one_of([f"{given}({given}({start.name}))", f"{given}({start.name}) + {given}({draw.literal()})"])
        items.append(f"pub fn {name}({given}: &{bounds}, {start.name}: {whole}) -> {whole} {{\n{twice}\n}}")
        lent = f"{name}(&|{one}| {draw.number_on((one, type_), [(by.name, type_)])}, {start.name})"
        extra = Function(draw.names.function(), needed((by, start), [lent]), whole, (lent,))
    else:
        extra = None
    user = Function(draw.names.function(), needed((by, start), user_body), whole, user_body)
    functions = [user, *([extra] if extra else [])]
    return Piece([*items, *(one.text() for one in functions)], functions)


def lent_object(draw: Draw) -> Piece:
    """Functions borrow whatever implements the trait, one or several."""
    cast = _Cast(draw, least=1)
    one, asker = draw.names.variable(), draw.names.function()
    asked = cast.asked(one).replace(cast.number.name, draw.literal())
    got = draw.names.measure()
    lines, value = draw.count_on((got, draw.whole), most=1)
    helper = (
        f"fn {asker}({one}: &{cast.object}) -> {draw.whole.text} {{\n"
        + "\n".join([f"let {got} = {asked};", *lines, value])
        + "\n}"
    )
    functions: list[Function] = []
    for record in cast.records:
        subject = draw.names.variable()
        body = draw.one_of([(f"{asker}({subject})",), (f"{asker}({subject}) + {draw.literal()}",)])
        functions.append(
            Function(draw.names.function(), (Parameter(subject, record.type, "ref"),), draw.whole.text, body)
        )
    if draw.chance():
        walked, element = draw.names.several(), draw.names.variable()
        record = cast.records[0]
        objects, objector = draw.names.several(), draw.names.function()
        sum_ = f"{objects}.iter().map(|{element}| {asker}(*{element})).sum()"
        helper += f"\n\nfn {objector}({objects}: &[&{cast.object}]) -> {draw.whole.text} {{\n{sum_}\n}}"
        pair = (Parameter(walked, record.type, "ref"), Parameter(draw.names.variable(), cast.records[-1].type, "ref"))
        functions.append(
            Function(draw.names.function(), pair, draw.whole.text, (f"{objector}(&[{pair[0].name}, {pair[1].name}])",))
        )
    return Piece([*cast.items, helper, *(one.text() for one in functions)], functions)


SCENES = (boxed_closures, chosen_kind, held_object, lent_object, list_of_objects)
