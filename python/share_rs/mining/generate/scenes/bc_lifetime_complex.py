"""Programs whose references end before what they point to, and types that outlive what keeps them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.mining.generate.changes import change, growth
from share_rs.mining.generate.function import Function, Parameter, needed
from share_rs.mining.generate.lending import looked
from share_rs.mining.generate.piece import Piece
from share_rs.mining.generate.scenes.bc_lifetime_simple import kept_in_a_struct, walked_by_a_struct
from share_rs.mining.generate.types import TEXT

if TYPE_CHECKING:
    from share_rs.mining.generate.draw import Draw
    from share_rs.mining.generate.types import Type


def _owned(draw: Draw, source: str, type_: Type) -> str:
    """An expression that makes a value of its own from a reference."""
    if type_ is TEXT:
        how = [
            "to_uppercase()",
            "to_lowercase()",
            "replace('e', \"-\")",
            f"repeat({draw.literal(2, 3)})",
            "trim().to_string()",
        ]
        return f"{source}.{draw.one_of(how)}" if draw.chance(0.75) else f'format!("{draw.names.text()} {{{source}}}")'
    return f"{source}{draw.one_of(['.to_vec()', '.to_owned()', '[..].to_vec()'])}"


def lent_by_a_local(draw: Draw) -> Piece:
    """A part is borrowed from a value that the function made, and used while that lives."""
    type_ = draw.one_of([TEXT, TEXT, draw.values()])
    given, owner, made = draw.name_for(type_), draw.name_for(type_), draw.names.measure()
    extra = Parameter(draw.names.measure(), draw.whole)
    loan = looked(draw, owner, type_)
    lines = [f"let {owner} = {_owned(draw, given, type_)};", loan.line]
    before = draw.number([(extra.name, draw.whole)], 1)
    if draw.chance(0.4):
        lines.insert(0, f"let {made} = {before};")
        body, returns = (*lines, f"({loan.used}, {made})"), f"({loan.type.text}, {draw.whole.text})"
    elif loan.type == draw.whole:
        tail = draw.counted_of((made, draw.whole), [(extra.name, draw.whole)], 1)
        body, returns = (*lines, f"let {made} = {loan.used};", *tail), draw.whole.text
    else:
        body, returns = (*lines, loan.used), loan.type.text
    parameters = needed((Parameter(given, type_, "ref"), extra), body)
    function = Function(draw.names.function(), parameters, returns, body)
    return Piece([function.text()], [function])


def made_and_given_back(draw: Draw) -> Piece:
    """A function gives back a value that it made."""
    type_ = draw.one_of([TEXT, TEXT, draw.values()])
    given, made, one = draw.name_for(type_), draw.name_for(type_), draw.names.variable()
    extra = Parameter(draw.names.measure(), draw.whole)
    places = [(extra.name, draw.whole)]
    if draw.chance() or type_ is TEXT:
        lines = [f"let mut {made} = {_owned(draw, given, type_)};"]
    else:
        element = draw.element(type_, one)
        push = f"{made}.push({draw.text_of(element) if type_.inner is TEXT else draw.number_of(element, places)});"
        inside = [f"if {draw.truth([element])} {{", push, "}"] if draw.chance() else [push]
        lines = [f"let mut {made} = Vec::new();", f"for {one} in {given} {{", *inside, "}"]
    if draw.chance(0.3):
        lines = [*lines, f"if {given}.is_empty() {{", *growth(draw, made, type_, places), "}"]
    for _ in range(draw.random.randint(1, 2)):
        lines += change(draw, made, type_, places)
    parameters = needed((Parameter(given, type_, "ref"), extra), lines)
    function = Function(draw.names.function(), parameters, type_.text, (*lines, made))
    return Piece([function.text()], [function])


def two_lifetimes(draw: Draw) -> Piece:
    """A function gives back a part of one parameter, and only looks at the other."""
    life, other = draw.random.sample(["'a", "'b", "'text", "'s", "'src", "'key"], 2)
    bound = draw.chance()
    in_text = bound or draw.chance(0.4)
    type_ = TEXT if in_text else draw.values()
    lent, asked, one = draw.name_for(type_), draw.name_for(TEXT), draw.names.variable()
    inner = (type_.inner or TEXT).text
    found = f"&{life} str" if in_text else f"&{life} {inner}"
    if bound:
        shapes = [
            (f"if {draw.truth([(lent, TEXT)])} {{ {lent} }} else {{ {asked} }}", found),
            (f"{lent}.strip_prefix('{draw.one_of('aest')}').unwrap_or({asked})", found),
            (f"{lent}.split_whitespace().next().unwrap_or({asked})", found),
            (
                f"[{lent}, {asked}].into_iter().filter(|{one}| {one}.len() > {draw.literal(2, 5)}).collect()",
                f"Vec<{found}>",
            ),
            (
                f"match {lent}.find('{draw.one_of('aeos')}') {{\nSome({one}) => &{lent}[{one}..],\nNone => {asked},\n}}",
                found,
            ),
        ]
        generics = draw.one_of([f"<{life}, {other}: {life}>", f"<{other}: {life}, {life}>"])
    elif in_text:
        shapes = [
            (f"{lent}.trim_start_matches({asked})", found),
            (f"{lent}.strip_suffix({asked}).unwrap_or({lent})", found),
            (f"{lent}.split_once({asked}).map(|({one}, _)| {one})", f"Option<{found}>"),
            (f"if {asked}.len() > {draw.literal(2, 5)} {{ {lent}.trim() }} else {{ {lent} }}", found),
            (f"{lent}.split({asked}).collect()", f"Vec<{found}>"),
        ]
        generics = f"<{life}, {other}>"
    else:
        shapes = [
            (f"{lent}.get({asked}.len())", f"Option<{found}>"),
            (f"if {asked}.is_empty() {{ {lent}.first() }} else {{ {lent}.last() }}", f"Option<{found}>"),
            (f"{lent}.iter().skip({asked}.len() / 2).collect()", f"Vec<{found}>"),
            (f"&{lent}[..{asked}.len().min({lent}.len())]", f"&{life} [{inner}]"),
        ]
        generics = f"<{life}, {other}>"
    value, returns = draw.one_of(shapes)
    body = (value,)
    if draw.chance(0.3):
        size = draw.names.measure()
        start = "None" if returns.startswith("Option") else "Vec::new()" if returns.startswith("Vec") else lent
        body = (f"let {size} = {asked}.len();", f"if {size} > {draw.literal(5, 9)} {{", f"return {start};", "}", value)
    parameters = [Parameter(lent, type_, "ref", life), Parameter(asked, TEXT, "ref", other)]
    if draw.chance(0.4):
        parameters.reverse()
    pinned = returns.replace(f"{life} ", "")
    function = Function(draw.names.function(), tuple(parameters), returns, body, generics=generics, pinned=pinned)
    return Piece([function.text()], [function])


def boxed_for_long(draw: Draw) -> Piece:
    """A generic function boxes what it is given, which must live as long as the box."""
    wraps = draw.names.function()
    value, caller, holder = draw.names.variable(), draw.names.function(), draw.names.variable()
    shown, bound, finish = draw.one_of(
        [
            ("Display", "Display", "to_string()"),
            ("Debug", "Debug", ""),
            ("ToString", "ToString", "to_string()"),
        ]
    )
    uses = (f"std::fmt::{shown}",) if shown != "ToString" else ()
    inner = draw.one_of([TEXT, draw.whole])
    given, extra = Parameter(draw.name_for(inner), inner), Parameter(draw.names.measure(), draw.whole)
    life = draw.one_of(["'static", "'static", "'a"])
    generics, out = (
        ("<T: {} + 'static>", f"dyn {shown}") if life == "'static" else ("<'a, T: {} + 'a>", f"dyn {shown} + 'a")
    )
    generics = generics.format(bound)
    many = draw.chance()
    wrapper = f"Vec<Box<{out}>>" if many else f"Box<{out}>"
    boxed = (
        draw.one_of([f"vec![Box::new({value})]", f"vec![Box::new({value}) as Box<{out}>]"])
        if many
        else f"Box::new({value})"
    )
    if many and draw.chance():
        chain = f"{value}.into_iter().map(|one| Box::new(one) as Box<{out}>).collect()"
        items = f"fn {wraps}{generics}({value}: Vec<T>) -> {wrapper} {{\n{chain}\n}}"
        argument = f"vec![{given.name}.clone(), {given.name}]"
    else:
        items = f"fn {wraps}{generics}({value}: T) -> {wrapper} {{\n{boxed}\n}}"
        argument = given.name
    one = draw.names.variable()
    text = f"{{}}.{finish}" if finish else 'format!("{:?}", {})'
    if many:
        told = text.replace("{}", one) if finish else f'format!("{{{one}:?}}")'
        value_, returns = f"{holder}.iter().map(|{one}| {told}).collect()", "Vec<String>"
    else:
        value_, returns = (f"{holder}.{finish}" if finish else f'format!("{{{holder}:?}}")'), "String"
    lines = [f"let {holder} = {wraps}({argument});"]
    if draw.chance():
        size = draw.number([(extra.name, draw.whole)], 1)
        body = (*lines, f"({value_}, {size})")
        if many:
            kept = draw.names.several()
            body = (*lines, f"let {kept}: Vec<String> = {value_};", f"({kept}, {size})")
        returns = f"({returns}, {draw.whole.text})"
    else:
        body = (*lines, value_)
    function = Function(caller, needed((given, extra), body), returns, body)
    if inner is draw.whole:
        items = items.replace(".clone()", "")
    return Piece([items, function.text()], [function], uses)


def rules_kept(draw: Draw) -> Piece:
    """A struct keeps closures that it is given."""
    name, field, add, run = draw.names.entity(), draw.names.several(), draw.names.function(), draw.names.function()
    rule, one, letter = draw.names.variable(), draw.names.measure(), draw.one_of(["F", "R", "T"])
    whole = draw.whole.text
    takes = f"Fn({whole}) -> {whole}"
    generics = draw.one_of([f"<{letter}: {takes} + 'static>", f"<{letter}: 'static + {takes}>"])
    push = f"self.{field}.push(Box::new({rule}));"
    chained = draw.chance()
    head = f"pub fn {add}{generics}({'mut self' if chained else '&mut self'}, {rule}: {letter})"
    adder = f"{head} -> Self {{\n{push}\nself\n}}" if chained else f"{head} {{\n{push}\n}}"
    walks = draw.one_of(
        [
            f"self.{field}.iter().fold({one}, |found, {rule}| {rule}(found))",
            f"self.{field}.iter().map(|{rule}| {rule}({one})).sum()",
            f"let mut found = {one};\nfor {rule} in &self.{field} {{\nfound = found.max({rule}(found));\n}}\nfound",
            f"self.{field}.iter().map(|{rule}| {rule}({one})).max().unwrap_or({one})",
        ]
    )
    runner = f"pub fn {run}(&self, {one}: {whole}) -> {whole} {{\n{walks}\n}}"
    members = [adder, runner]
    draw.random.shuffle(members)
    struct = f"pub struct {name} {{\n{field}: Vec<Box<dyn {takes}>>,\n}}"
    value, made, extra = (
        Parameter(draw.names.measure(), draw.whole),
        draw.names.variable(),
        Parameter(draw.names.measure(), draw.whole),
    )
    closures = [f"|{one}| {one} {draw.one_of(['+', '*'])} {draw.literal(2, 9)}", f"move |{one}| {one} + {extra.name}"]
    picked = draw.random.sample(closures, draw.random.randint(1, 2))
    start = f"{name} {{ {field}: Vec::new() }}"
    if chained:
        lines = [f"let {made} = {start}{''.join(f'.{add}({closure})' for closure in picked)};"]
    else:
        lines = [f"let mut {made} = {start};", *(f"{made}.{add}({closure});" for closure in picked)]
    body = (*lines, f"{made}.{run}({value.name})")
    function = Function(draw.names.function(), needed((value, extra), body), whole, body)
    return Piece([struct, f"impl {name} {{\n" + "\n\n".join(members) + "\n}", function.text()], [function])


SCENES = (
    boxed_for_long,
    kept_in_a_struct,
    lent_by_a_local,
    made_and_given_back,
    rules_kept,
    two_lifetimes,
    walked_by_a_struct,
)
