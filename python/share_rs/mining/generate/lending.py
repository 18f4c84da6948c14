"""Bindings that borrow from a place, and what is made of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from share_rs.mining.generate.types import TEXT, list_of

if TYPE_CHECKING:
    from share_rs.mining.generate.draw import Draw
    from share_rs.mining.generate.types import Type


@dataclass(frozen=True)
class Loan:
    """A borrow, and how it is used."""

    line: str
    """The `let`."""
    used: str
    """An expression of `type` that names the binding; or, where the loan is mutable, a statement."""
    type: Type


def looked(draw: Draw, place: str, type_: Type, *, filled: bool = False) -> Loan:
    """A shared borrow of a list's, text's or map's part; `filled` says that it has a first element."""
    if type_.kind == "text":
        return _of_text(draw, place)
    if type_.kind == "map" and type_.key is not None:
        return _of_map(draw, place, type_.key)
    return _of_list(draw, place, type_.inner or TEXT, filled=filled)


def held(draw: Draw, place: str, type_: Type) -> Loan:
    """A mutable borrow, and one change through it."""
    if type_.kind == "text":
        name = draw.names.label()
        # What lends may be a reference already.
        line = f"let {name} = {place}.as_mut_str();"
        used = f"{name}.make_ascii_{draw.one_of(['uppercase', 'lowercase'])}();"
        return Loan(line, used, TEXT)
    if type_.kind == "map" and type_.key is not None:
        name = draw.names.measure()
        key = draw.value(type_.key)
        return Loan(
            f"let {name} = {place}.entry({key}).or_insert({draw.literal()});",
            f"*{name} += {draw.literal()};",
            draw.whole,
        )
    one, inner = draw.names.variable(), type_.inner or TEXT
    change = f"{one}.push('{draw.one_of('!?*+')}');" if inner is TEXT else f"*{one} += {draw.literal()};"
    if draw.chance(0.3):
        line = draw.one_of([f"let {one} = &mut {place}[..];", f"let {one} = {place}.as_mut_slice();"])
        return Loan(line, f"{one}.{draw.one_of(['reverse', 'sort'])}();", inner)
    found = draw.names.variable()
    how = draw.one_of(["first_mut()", "last_mut()", "iter_mut().max()", "iter_mut().min()", "get_mut(1)"])
    return Loan(f"let {found} = {place}.{how};", f"if let Some({one}) = {found} {{\n{change}\n}}", inner)


def _of_text(draw: Draw, place: str) -> Loan:
    name = draw.names.label()
    if draw.chance(0.4):
        how = draw.one_of(["split_whitespace().next()", "split('e').next()", "strip_prefix('a')", "lines().last()"])
        return _optional(draw, f"let {name} = {place}.{how};", name, TEXT)
    how = draw.one_of([f"{place}.as_str()", f"{place}.trim()", f"&{place}[..]", f"{place}.trim_end_matches('s')"])
    return _plain(draw, f"let {name} = {how};", name, TEXT)


def _of_map(draw: Draw, place: str, key: Type) -> Loan:
    name = draw.names.variable()
    how = draw.one_of(["keys().next()", "keys().last()", "values().max()", "values().min()", "get({})", "get({})"])
    if how == "get({})":
        how = f"get(&{draw.value(key)})" if key is not TEXT else f'get("{draw.names.text()}")'
    return _optional(draw, f"let {name} = {place}.{how};", name, key if how.startswith("keys") else draw.whole)


def _of_list(draw: Draw, place: str, inner: Type, *, filled: bool) -> Loan:
    name, one = draw.names.variable(), draw.names.variable()
    element = (one, TEXT) if inner is TEXT else (f"**{one}", inner)
    kind = draw.random.randrange(6)
    if kind <= 1 and filled:
        line = f"let {name} = &{place}[{draw.one_of(['0', f'{place}.len() - 1'])}];"
        return _plain(draw, line, name, inner)
    if kind <= 2:
        several = draw.names.several()
        how = draw.one_of([f"&{place}[..]", f"{place}.as_slice()"])
        return _plain(draw, f"let {several} = {how};", several, list_of(inner))
    if kind == 3:
        several = draw.names.several()
        how = draw.one_of([f"filter(|{one}| {draw.truth([element])})", "take(2)", "rev().skip(1)"])
        line = f"let {several}: Vec<&{inner.text}> = {place}.iter().{how}.collect();"
        return Loan(line, f"{several}.len(){draw.cast}", draw.whole)
    how = draw.one_of(
        ["first()", "last()", "get(1)", "iter().max()", "iter().min()", f"iter().find(|{one}| {draw.truth([element])})"]
    )
    return _optional(draw, f"let {name} = {place}.{how};", name, inner)


def _plain(draw: Draw, line: str, name: str, type_: Type) -> Loan:
    """Of a reference to a value of the type."""
    place = f"*{name}" if type_.copy else name
    if type_ is TEXT and draw.chance(0.4):
        return Loan(line, f"{name}.{draw.one_of(['to_string', 'to_owned', 'to_uppercase', 'to_lowercase'])}()", TEXT)
    if type_.kind == "list" and draw.chance(0.4):
        return Loan(line, f"{name}.to_vec()", type_)
    used = draw.number([(place, type_)], 1)
    return Loan(line, used if name in used else f"{name}.len(){draw.cast}", draw.whole)


def _optional(draw: Draw, line: str, name: str, inner: Type) -> Loan:
    """Of an option of a reference."""
    one = draw.names.variable()
    place = (f"*{one}", inner) if inner.copy else (one, inner)
    some = draw.number([place], 1)
    none = draw.literal()
    used = draw.one_of(
        [
            f"{name}.map_or({none}, |{one}| {some})",
            f"match {name} {{\nSome({one}) => {some},\nNone => {none},\n}}",
            f"if let Some({one}) = {name} {{\n{some}\n}} else {{\n{none}\n}}",
        ]
    )
    if inner is TEXT and draw.chance(0.4):
        used = draw.one_of(
            [
                f"{name}.map(|{one}| {one}.to_string()).unwrap_or_default()",
                f"{name}.map_or(String::new(), |{one}| {draw.text([(one, TEXT)])})",
            ]
        )
        used = used if used.count(one) > 1 else f"{name}.map(|{one}| {one}.to_uppercase()).unwrap_or_default()"
        return Loan(line, used, TEXT)
    return Loan(
        line, used if used.count(one) > 1 else f"{name}.map_or({none}, |{one}| {_used(draw, one, inner)})", draw.whole
    )


def _used(draw: Draw, name: str, type_: Type) -> str:
    return f"{name}.len(){draw.cast}" if type_ is TEXT else f"*{name}"
