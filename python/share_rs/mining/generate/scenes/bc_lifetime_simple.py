"""Programs that say for how long a reference lives: functions that give back what they got, and structs that keep it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from share_rs.mining.generate.function import Function, Parameter, needed
from share_rs.mining.generate.piece import Piece
from share_rs.mining.generate.types import TEXT, list_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from share_rs.mining.generate.draw import Draw
    from share_rs.mining.generate.types import Type


def _lent(type_: Type, lifetime: str) -> str:
    """A reference as it is written: `&'a str`."""
    return f"&{lifetime} {type_.borrowed()[1:]}"


def _lendable(draw: Draw) -> Type:
    return draw.one_of([TEXT, TEXT, draw.values()])


def one_of_two(draw: Draw) -> Piece:
    """A function gives back one of its parameters, or both."""
    type_, life = _lendable(draw), draw.names.lifetime()
    first, second = draw.name_for(type_), draw.name_for(type_)
    extra = Parameter(draw.names.measure(), draw.whole)
    truth = draw.one_of(
        [
            f"{first}.len() {draw.one_of(['>', '<', '>=', '<='])} {second}.len()",
            draw.truth([(extra.name, draw.whole)]),
            draw.truth([(first, type_)]),
            f"{second}.is_empty()",
        ]
    )
    found = _lent(type_, life)
    shapes = [
        ([f"if {truth} {{ {first} }} else {{ {second} }}"], found),
        ([f"if {truth} {{", f"return {second};", "}", first], found),
        ([f"match {truth} {{", f"true => {first},", f"false => {second},", "}"], found),
        (
            [
                f"if {truth} {{ Some({first}) }} else if {second}.len() > {draw.literal(0, 4)} {{ Some({second}) }} else {{ None }}"
            ],
            f"Option<{found}>",
        ),
        ([f"if {truth} {{ vec![{first}] }} else {{ vec![{second}, {first}] }}"], f"Vec<{found}>"),
        ([f"if {truth} {{ ({first}, {second}) }} else {{ ({second}, {first}) }}"], f"({found}, {found})"),
    ]
    body, returns = draw.one_of(shapes)
    if len(body) == 1 and returns == found and type_ is TEXT and draw.chance(0.4):
        chosen, part = draw.names.variable(), draw.one_of(["trim()", "trim_start()", "trim_end()"])
        body = [f"let {chosen} = {body[0]};", f"{chosen}.{part}"]
    both = (Parameter(first, type_, "ref", life), Parameter(second, type_, "ref", life))
    parameters = needed(both if draw.chance(0.7) else both[::-1], body)
    parameters = (*parameters, *needed((extra,), body)) if draw.chance() else (*needed((extra,), body), *parameters)
    function = Function(
        draw.names.function(),
        parameters,
        returns,
        tuple(body),
        generics=f"<{life}>",
        pinned=returns.replace(f"{life} ", ""),
    )
    return Piece([function.text()], [function])


def one_lends(draw: Draw) -> Piece:
    """A function looks at two references and gives back a part of one."""
    life, one = draw.names.lifetime(), draw.names.variable()
    in_text = draw.chance()
    type_ = TEXT if in_text else draw.values()
    lent, asked = draw.name_for(type_), Parameter(draw.names.label(), TEXT, "ref")
    inner = type_.inner or TEXT
    if in_text:
        found = f"&{life} str"
        shapes = [
            (f"{lent}.strip_prefix({asked.name}).unwrap_or({lent})", found),
            (f"{lent}.split_once({asked.name}).map(|({one}, _)| {one})", f"Option<{found}>"),
            (f"{lent}.split({asked.name}).filter(|{one}| !{one}.is_empty()).collect()", f"Vec<{found}>"),
            (f"{lent}.split_whitespace().find(|{one}| {one}.len() > {asked.name}.len())", f"Option<{found}>"),
            (f"{lent}.find({asked.name}).map_or({lent}, |{one}| &{lent}[{one}..])", found),
            (f'if {lent}.contains({asked.name}) {{ {lent}.trim() }} else {{ "{draw.names.text()}" }}', found),
        ]
    else:
        found = f"&{life} {inner.text}"
        seen = f"*{one} == {asked.name}" if inner is TEXT else f"**{one} > {asked.name}.len()" + draw.cast
        shapes = [
            (f"{lent}.iter().find(|{one}| {seen})", f"Option<{found}>"),
            (f"{lent}.iter().filter(|{one}| {seen}).collect()", f"Vec<{found}>"),
            (f"{lent}.iter().skip_while(|{one}| {seen}).next()", f"Option<{found}>"),
            (f"{lent}.get({asked.name}.len())", f"Option<{found}>"),
            (f"if {lent}.len() > {asked.name}.len() {{ &{lent}[1..] }} else {{ {lent} }}", f"&{life} [{inner.text}]"),
        ]
        shapes.append((f"{lent}.iter().filter(|{one}| {seen}).last()", f"Option<{found}>"))
    value, returns = draw.one_of(shapes)
    body = [value]
    if draw.chance(0.3):
        body = [f"if {lent}.len() < {draw.literal(1, 3)} {{", f"return {_empty(returns, lent)};", "}", value]
    parameters = (Parameter(lent, type_, "ref", life), asked)
    parameters = parameters if draw.chance(0.6) else parameters[::-1]
    function = Function(
        draw.names.function(),
        parameters,
        returns,
        tuple(body),
        generics=f"<{life}>",
        pinned=returns.replace(f"{life} ", ""),
    )
    return Piece([function.text()], [function])


def _empty(returns: str, lent: str) -> str:
    if returns.startswith("Option"):
        return "None"
    return "Vec::new()" if returns.startswith("Vec") else lent


@dataclass(frozen=True)
class _View:
    """A struct that keeps a reference."""

    name: str
    life: str
    field: str
    type: Type
    own: str
    whole: Type
    makes: bool

    @property
    def lent(self) -> str:
        return _lent(self.type, self.life)

    @property
    def places(self) -> list[tuple[str, Type]]:
        return [(f"self.{self.own}", self.whole)]

    def item(self, draw: Draw) -> str:
        fields = [f"{self.field}: {self.lent},", f"{self.own}: {self.whole.text},"]
        draw.random.shuffle(fields)
        return f"pub struct {self.name}<{self.life}> {{\n" + "\n".join(fields) + "\n}"

    def maker(self) -> str:
        return f"pub fn new({self.field}: {self.lent}, {self.own}: {self.whole.text}) -> Self {{\nSelf {{ {self.field}, {self.own} }}\n}}"

    def made(self, given: str, number: str) -> str:
        if self.makes:
            return f"{self.name}::new({given}, {number})"
        own = self.own if self.own == number else f"{self.own}: {number}"
        return f"{self.name} {{ {self.field if self.field == given else f'{self.field}: {given}'}, {own} }}"


def _walked(view: _View, lines: Sequence[str]) -> list[str]:
    """Loops over what is a reference already take it as it is."""
    return [line.replace(f"in &self.{view.field} ", f"in self.{view.field} ") for line in lines]


def _view(draw: Draw) -> _View:
    type_ = _lendable(draw)
    return _View(
        draw.names.entity(),
        draw.names.lifetime(),
        draw.name_for(type_),
        type_,
        draw.names.measure(),
        draw.whole,
        draw.chance(0.6),
    )


def _caller(draw: Draw, view: _View, calls: Sequence[tuple[str, str]], *, mutable: bool = False) -> Function:
    """A function that makes a view of its parameter and asks it."""
    given, number, name = draw.name_for(view.type), Parameter(draw.names.measure(), draw.whole), draw.names.variable()
    asked = [f"{name}.{call}" for call, _ in calls]
    types = [type_ for _, type_ in calls]
    body = [f"let {'mut ' if mutable else ''}{name} = {view.made(given, number.name)};"]
    if mutable or draw.chance():
        names = [draw.names.variable() for _ in asked]
        body += [f"let {kept} = {call};" for kept, call in zip(names, asked, strict=True)]
        asked = names
    body.append(asked[0] if len(asked) == 1 else f"({', '.join(asked)})")
    returns = types[0] if len(types) == 1 else f"({', '.join(types)})"
    parameters = (Parameter(given, view.type, "ref"), number)
    pinned = returns.replace(f"{view.life} ", "")
    return Function(draw.names.function(), parameters, pinned, tuple(body), pinned=pinned)


def _part(draw: Draw, view: _View) -> tuple[str, str]:
    """An expression of what the view keeps, and its type."""
    place, one = f"self.{view.field}", draw.names.variable()
    if view.type is TEXT:
        found = f"&{view.life} str"
        return draw.one_of(
            [
                (place, found),
                (f"{place}.trim()", found),
                (f"{place}.split_whitespace().next()", f"Option<{found}>"),
                (f"{place}.split_whitespace().collect()", f"Vec<{found}>"),
                (f"{place}.trim_start_matches('{draw.one_of('aest')}')", found),
            ]
        )
    inner = (view.type.inner or TEXT).text
    found = f"&{view.life} {inner}"
    return draw.one_of(
        [
            (place, view.lent),
            (f"{place}.first()", f"Option<{found}>"),
            (f"{place}.iter().max()", f"Option<{found}>"),
            (f"{place}.iter().rev().collect()", f"Vec<{found}>"),
            (f"{place}.split_first().map_or({place}, |(_, {one})| {one})", view.lent),
        ]
    )


def kept_in_a_struct(draw: Draw) -> Piece:
    """A struct keeps a reference, and its methods give parts of it out."""
    view = _view(draw)
    part, number = draw.names.function(), draw.names.function()
    value, returns = _part(draw, view)
    members = [f"pub fn {part}(&self) -> {returns} {{\n{value}\n}}"]
    counted = (
        draw.counted_of((f"self.{view.field}", view.type), view.places, 1)
        if draw.chance(0.6)
        else draw.counted_of(view.places[0], [(f"self.{view.field}", view.type)], 1)
    )
    body = "\n".join(_walked(view, counted))
    if view.own not in body:
        body = (
            body + f"\n.max(self.{view.own})"
            if " " not in counted[-1]
            else f"({body}) + self.{view.own}"
            if len(counted) == 1
            else body
        )
    members.append(f"pub fn {number}(&self) -> {draw.whole.text} {{\n{body}\n}}")
    if view.own not in body:
        members.append(f"pub fn {draw.names.function()}(&self) -> {draw.whole.text} {{\nself.{view.own}\n}}")
    members += [view.maker()] if view.makes else []
    draw.random.shuffle(members)
    caller = _caller(draw, view, [(f"{part}()", returns), (f"{number}()", draw.whole.text)])
    impl = f"impl<{view.life}> {view.name}<{view.life}> {{\n" + "\n\n".join(members) + "\n}"
    return Piece([view.item(draw), impl, caller.text()], [caller])


def counted_in_a_struct(draw: Draw) -> Piece:
    """A struct keeps a reference whose lifetime its methods need not name."""
    view = _view(draw)
    number, text = draw.names.function(), draw.names.function()
    places = [(f"self.{view.field}", view.type), *view.places]
    body = _walked(view, draw.counted_of(places[0], places[1:], 1))
    body[-1] = f"({body[-1]}) + self.{view.own}" if " " in body[-1] else f"{body[-1]} + self.{view.own}"
    members = [f"pub fn {number}(&self) -> {draw.whole.text} {{\n" + "\n".join(body) + "\n}"]
    calls = [(f"{number}()", draw.whole.text)]
    if draw.chance(0.6):
        members.append(
            f"pub fn {text}(&self) -> String {{\n" + "\n".join(draw.phrased_of(places[1], places[:1], 1)) + "\n}"
        )
        calls.append((f"{text}()", "String"))
    draw.random.shuffle(members)
    maker = f"impl<{view.life}> {view.name}<{view.life}> {{\n{view.maker()}\n}}"
    items = [
        view.item(draw),
        *([maker] if view.makes else []),
        f"impl {view.name}<'_> {{\n" + "\n\n".join(members) + "\n}",
    ]
    caller = _caller(draw, view, calls)
    return Piece([*items, caller.text()], [caller])


def walked_by_a_struct(draw: Draw) -> Piece:
    """A struct gives out one part after the other of what it keeps."""
    view = _view(draw)
    place, method = f"self.{view.field}", draw.names.function()
    one, rest = draw.names.variable(), draw.names.variable()
    if view.type is TEXT:
        gives = f"Option<&{view.life} str>"
        cut = draw.one_of(["split_once(' ')", "split_once('e')", "split_at_checked(1)", "split_at_checked(2)"])
    else:
        gives = f"Option<&{view.life} {(view.type.inner or TEXT).text}>"
        cut = draw.one_of(["split_first()", "split_last()"])
    step = [f"self.{view.own} += {draw.literal()};"]
    shapes = [
        [f"let ({one}, {rest}) = {place}.{cut}?;", f"{place} = {rest};", *step, f"Some({one})"],
        [
            f"match {place}.{cut} {{",
            f"Some(({one}, {rest})) => {{",
            f"{place} = {rest};",
            *step,
            f"Some({one})",
            "}",
            "None => None,",
            "}",
        ],
        [
            f"if let Some(({one}, {rest})) = {place}.{cut} {{",
            f"{place} = {rest};",
            *step,
            f"Some({one})",
            "} else {",
            "None",
            "}",
        ],
    ]
    body = draw.one_of(shapes)
    if draw.chance(0.3):
        body = [f"if self.{view.own} > {draw.literal(20, 90)} {{", "return None;", "}", *body]
    seen = draw.names.function()
    members = [
        f"pub fn {method}(&mut self) -> {gives} {{\n" + "\n".join(body) + "\n}",
        f"pub fn {seen}(&self) -> {draw.whole.text} {{\n{draw.number_of(view.places[0], [])}\n}}",
        *([view.maker()] if view.makes else []),
    ]
    draw.random.shuffle(members)
    impl = f"impl<{view.life}> {view.name}<{view.life}> {{\n" + "\n\n".join(members) + "\n}"
    calls = [
        (f"{method}()", gives),
        *([(f"{method}()", gives)] if draw.chance() else []),
        (f"{seen}()", draw.whole.text),
    ]
    caller = _caller(draw, view, calls, mutable=True)
    return Piece([view.item(draw), impl, caller.text()], [caller])


def longest_of_many(draw: Draw) -> Piece:
    """A function walks a list of texts and keeps the best of them and of a start."""
    life = draw.names.lifetime()
    best, several, one = draw.names.label(), draw.names.several(), draw.names.variable()
    start = Parameter(draw.names.label(), TEXT, "ref", life)
    walked = list_of(TEXT)
    sign = draw.one_of([">", "<", ">=", "<="])
    test = draw.one_of(
        [f"{one}.len() {sign} {best}.len()", f"{one}.as_str() {sign} {best}", f"{one}.starts_with({best})"]
    )
    loop = [
        f"let mut {best} = {start.name};",
        f"for {one} in {several} {{",
        f"if {test} {{",
        f"{best} = {one};",
        "}",
        "}",
    ]
    if draw.chance(0.3):
        how, end = draw.one_of([("find", ""), ("filter", ".last()")])
        chain = f"map(String::as_str).{how}(|{one}| {one}.len() {sign} {start.name}.len()){end}"
        loop = [f"let {best} = {several}.iter().{chain}.unwrap_or({start.name});"]
    ends = [
        (best, f"&{life} str"),
        (f"{best}.trim()", f"&{life} str"),
        (f"({best}, {several}.len())", f"(&{life} str, usize)"),
    ]
    end, returns = draw.one_of(ends)
    parameters = (Parameter(several, walked, "ref", life), start)
    parameters = parameters if draw.chance() else parameters[::-1]
    function = Function(
        draw.names.function(),
        parameters,
        returns,
        (*loop, end),
        generics=f"<{life}>",
        pinned=returns.replace(f"{life} ", ""),
    )
    return Piece([function.text()], [function])


SCENES = (counted_in_a_struct, kept_in_a_struct, longest_of_many, one_lends, one_of_two, walked_by_a_struct)
