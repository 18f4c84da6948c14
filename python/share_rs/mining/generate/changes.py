"""Statements that change what a place holds: a number, a text, a list, a map or a field of a struct."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.mining.generate.types import TEXT, list_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from share_rs.mining.generate.draw import Draw
    from share_rs.mining.generate.expressions import Place
    from share_rs.mining.generate.types import Type


def change(draw: Draw, place: str, type_: Type, places: Sequence[Place] = (), *, always: bool = False) -> list[str]:
    """One statement; values come from `places`. A number behind a reference is given with its star.

    `always` says that no condition may stand before it.
    """
    if type_.kind == "text":
        lines = _text(draw, place, places)
    elif type_.kind == "list" and type_.inner is not None:
        lines = _list(draw, place, type_.inner, places)
    elif type_.kind == "map" and type_.key is not None:
        lines = _map(draw, place, type_.key, places)
    else:
        lines = [_number(draw, place, places)]
    if places and not always and draw.chance(0.15):
        return [f"if {draw.truth(places)} {{", *lines, "}"]
    return lines


def growth(draw: Draw, place: str, type_: Type, places: Sequence[Place] = ()) -> list[str]:
    """One statement after which a text, list or map is never empty."""
    if type_.kind == "text":
        return [f'{place}.push_str("{draw.names.text()}");']
    if type_.kind == "map" and type_.key is not None:
        return [f"{place}.insert({draw.value(type_.key, places)}, {draw.number(places, 1)});"]
    inner = type_.inner or TEXT
    how = draw.one_of(["push({})", "push({})", "insert(0, {})", "extend([{}])"])
    return [f"{place}.{how.format(draw.value(inner, places))};"]


def _number(draw: Draw, place: str, places: Sequence[Place]) -> str:
    # What is subtracted could fall below zero, and a new value would make what was done before it vain.
    bare = f"({place})" if place.startswith("*") else place
    how = draw.one_of(["+= {}", "+= {}", "*= 3", f"= {bare}.max({{}}) + 1", f"= {bare} / 2 + {{}}"])
    return f"{place} {how.format(draw.number(places, 1))};"


def _text(draw: Draw, place: str, places: Sequence[Place]) -> list[str]:
    named = [text for text, type_ in places if type_.kind == "text"]
    choices = [
        f'{place}.push_str("{draw.names.text()}");',
        f"{place}.push('{draw.one_of('!?*+#')}');",
        f"{place}.insert(0, '{draw.one_of('-+<#@')}');",
        f'{place}.insert_str(0, "{draw.names.text()} ");',
        f"{place}.extend(['{draw.one_of('!?*')}', '{draw.one_of('+#')}']);",
    ]
    choices += [f"{place}.push_str(&{draw.text(places)});"] if named else []
    return [draw.one_of(choices)]


def _list(draw: Draw, place: str, inner: Type, places: Sequence[Place]) -> list[str]:
    one = draw.names.variable()
    element = (one, TEXT) if inner is TEXT else (f"*{one}", inner)
    value = draw.value(inner, places)
    changed = f"{one}.push('{draw.one_of('!?*+')}');" if inner is TEXT else f"*{one} += {draw.number(places, 1)};"
    kind = draw.random.randrange(12)
    if kind <= 3:
        return growth(draw, place, list_of(inner), places)
    if kind == 4:
        return [f"{place}.retain(|{one}| {draw.truth([element])});"]
    if kind == 5:
        return [f"for {one} in {place}.iter_mut() {{", changed, "}"]
    if kind == 6:
        end = draw.one_of(["first_mut", "last_mut"])
        return [f"if let Some({one}) = {place}.{end}() {{", changed, "}"]
    if kind == 7:
        return [f"{place}.extend([{value}, {draw.value(inner, places)}]);"]
    if kind == 8:
        return [f"for step in 0..{draw.literal(2, 4)} {{", f"{place}.push({_stepped(draw, inner)});", "}"]
    if kind == 9:
        return [f"if {place}.len() < {draw.literal(2, 5)} {{", f"{place}.push({value});", "}"]
    return [f"{place}.{draw.one_of(['reverse()', 'truncate(2)', 'sort()'])};"]


def _map(draw: Draw, place: str, key: Type, places: Sequence[Place]) -> list[str]:
    name, one = draw.value(key, places), draw.names.variable()
    kind = draw.random.randrange(5)
    if kind == 0:
        return [f"*{place}.entry({name}).or_insert(0) += {draw.number(places, 1)};"]
    if kind == 1:
        return [f"for {one} in {place}.values_mut() {{", f"*{one} += {draw.number(places, 1)};", "}"]
    if kind == 2:
        return [f"{place}.entry({name}).or_insert({draw.number(places, 1)});"]
    return [f"{place}.insert({name}, {draw.number(places, 1)});"]


def _stepped(draw: Draw, inner: Type) -> str:
    if inner is TEXT:
        return f'format!("{draw.names.text()} {{step}}")'
    return f"step + {draw.literal()}" if draw.chance() else f"step * {draw.literal(2, 9)}"
