"""Chains of iterator methods, one line for each call where they are long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.mining.generate.types import TEXT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from share_rs.mining.generate.draw import Draw
    from share_rs.mining.generate.expressions import Place
    from share_rs.mining.generate.types import Type

_WIDTH = 60
"""Longer chains have a line for each call, as rustfmt does."""


def chained(start: str, *calls: str) -> str:
    """The calls on `start`; empty ones are left out."""
    kept = [one for one in calls if one]
    line = start + "".join(kept)
    return line if len(line) <= _WIDTH or len(kept) < 2 else "\n".join([start, *kept])


def seen(name: str, inner: Type, references: int) -> Place:
    """The place of a number or text that a closure gets behind so many references."""
    return (f"{'*' * references}{name}" if inner.copy else name, inner)


def picked(draw: Draw, inner: Type, *, references: int = 1, others: Sequence[Place] = ()) -> list[str]:
    """Up to two calls that leave elements out, or turn their order, of an iterator over `&T`, or, with 0 references, `T`."""
    calls: list[str] = []
    for _ in range(draw.one_of([0, 0, 1, 1, 1, 2])):
        one = draw.names.variable()
        condition = draw.truth([seen(one, inner, references + 1), *others[:1]])
        if one not in condition:
            condition = draw.truth([seen(one, inner, references + 1)])
        options = [
            f".filter(|{one}| {condition})",
            f".filter(|{one}| {condition})",
            f".skip({draw.literal(1, 2)})",
            f".take({draw.literal(2, 4)})",
            f".step_by({draw.literal(2, 3)})",
            f".skip_while(|{one}| {condition})",
            f".take_while(|{one}| {condition})",
        ]
        if not calls:
            options.append(".rev()")
        call = draw.one_of(options)
        if call not in calls:
            calls.append(call)
    return calls


def gathered(draw: Draw, inner: Type) -> tuple[list[str], str, tuple[str, ...]]:
    """Calls that end an iterator over numbers or texts, the type they give, and paths that they need."""
    whole, one, kept = draw.whole.text, draw.names.variable(), draw.names.measure()
    every = [
        ([f".collect::<Vec<{inner.text}>>()"], f"Vec<{inner.text}>", ()),
        ([f".collect::<BTreeSet<{inner.text}>>()"], f"BTreeSet<{inner.text}>", ("std::collections::BTreeSet",)),
        ([f".{draw.one_of(['max', 'min', 'last'])}()"], f"Option<{inner.text}>", ()),
        ([f".filter(|{one}| {draw.truth([seen(one, inner, 1)])})", ".count()"], "usize", ()),
        ([".enumerate()", ".last()"], f"Option<(usize, {inner.text})>", ()),
        (
            [f".partition::<Vec<{inner.text}>, _>(|{one}| {draw.truth([seen(one, inner, 1)])})"],
            f"(Vec<{inner.text}>, Vec<{inner.text}>)",
            (),
        ),
    ]
    if inner is TEXT:
        every += [
            ([".collect::<Vec<String>>()", f'.join("{draw.one_of([", ", "; ", "-", "/"])}")'], "String", ()),
            ([f".map(|{one}| {draw.number_of((one, TEXT))})", f".sum::<{whole}>()"], whole, ()),
            ([f".map(|{one}| {draw.text_of((one, TEXT))})", ".collect::<Vec<String>>()"], "Vec<String>", ()),
        ]
    else:
        every += [
            ([f".sum::<{whole}>()"], whole, ()),
            ([".max()", f".unwrap_or({draw.literal()})"], whole, ()),
            ([f".map(|{one}| {draw.number_of((one, inner))})", f".sum::<{whole}>()"], whole, ()),
            ([f".map(|{one}| {draw.number_of((one, inner))})", f".collect::<Vec<{whole}>>()"], f"Vec<{whole}>", ()),
            ([f".fold({draw.literal(0, 9)}, |{kept}, {one}| {kept}.max({one}) + {draw.literal()})"], whole, ()),
            ([f".fold({draw.literal(0, 9)}, |{kept}, {one}| {kept} / 2 + {one})"], whole, ()),
        ]
    return draw.one_of(every)
