"""Something that a place may hold or not, and the pattern that takes it out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from share_rs.mining.generate.chain import seen
from share_rs.mining.generate.function import Parameter
from share_rs.mining.generate.host import Host, host
from share_rs.mining.generate.types import NUMERAL, TEXT, few_of, map_of, option_of, result_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from share_rs.mining.generate.draw import Draw
    from share_rs.mining.generate.expressions import Place


@dataclass(frozen=True)
class Perhaps:
    """`let {pattern} = {value}` may fail."""

    pattern: str
    value: str
    bound: tuple[Place, ...]
    """What the pattern binds."""
    host: Host
    parameters: tuple[Parameter, ...] = ()
    """What `value` needs besides."""
    uses: tuple[str, ...] = ()

    def used(self, lines: Sequence[str]) -> list[str]:
        """The lines, whose pattern leaves out what they do not use."""
        pattern = self.pattern
        words = re.findall(r"\w+", "\n".join(lines))
        for place, _ in self.bound:
            name = place.lstrip("*")
            if words.count(name) < 2:
                pattern = re.sub(rf"&?\b{name}\b", "_", pattern)
        return [one.replace(self.pattern, pattern) for one in lines]


def perhaps(draw: Draw, *, methods: float = 0.5) -> Perhaps:
    """One of many forms."""
    return draw.one_of([_option, _element, _element, _parsed, _looked_up, _part, _ends, _result])(draw, methods)


def _option(draw: Draw, methods: float) -> Perhaps:
    inner, one = draw.one_of([draw.whole, TEXT]), draw.names.variable()
    home = host(draw, option_of(inner), "ref", methods=methods)
    if inner.copy:
        value = home.place if home.record else f"*{home.place}"
    else:
        lent = f"&{home.place}" if home.record else home.place
        value = draw.one_of([lent, f"{home.place}.as_ref()", f"{home.place}.as_deref()"])
    return Perhaps(f"Some({one})", value, ((one, inner),), home)


def _result(draw: Draw, methods: float) -> Perhaps:
    inner, one = draw.one_of([draw.whole, TEXT]), draw.names.variable()
    home = host(draw, result_of(inner), "ref", methods=methods)
    value = draw.one_of([f"&{home.place}" if home.record else home.place, f"{home.place}.as_ref()"])
    return Perhaps(f"Ok({one})", value, (seen(one, inner, 1),), home)


def _element(draw: Draw, methods: float) -> Perhaps:
    walked = draw.values()
    inner, one, two = walked.inner or TEXT, draw.names.variable(), draw.names.variable()
    home = host(draw, walked, "ref", methods=methods)
    end = draw.one_of(["max", "min"])
    value = home.place + draw.one_of(
        [
            ".first()",
            ".last()",
            f".get({draw.literal(0, 2)})",
            f".iter().{end}()",
            f".iter().find(|{two}| {draw.guard(seen(two, inner, 2))})",
        ]
    )
    plain = inner.copy and draw.chance()
    return Perhaps(f"Some(&{one})" if plain else f"Some({one})", value, (seen(one, inner, 0 if plain else 1),), home)


def _parsed(draw: Draw, methods: float) -> Perhaps:
    one, home = draw.names.measure(), host(draw, NUMERAL, "ref", methods=methods)
    trimmed = draw.one_of(["", "", ".trim()"])
    return Perhaps(f"Ok({one})", f"{home.place}{trimmed}.parse::<{draw.whole.text}>()", ((one, draw.whole),), home)


def _looked_up(draw: Draw, methods: float) -> Perhaps:
    key, inner, one = few_of(draw.key()), draw.one_of([draw.whole, TEXT]), draw.names.variable()
    home = host(draw, map_of(key, inner), "ref", methods=methods)
    wanted = Parameter(draw.name_for(key), key, "ref")
    uses = ("std::collections::BTreeMap",)
    return Perhaps(f"Some({one})", f"{home.place}.get({wanted.name})", (seen(one, inner, 1),), home, (wanted,), uses)


def _part(draw: Draw, methods: float) -> Perhaps:
    one, two = draw.names.label(), draw.names.label()
    home = host(draw, TEXT, "ref", methods=methods)
    letter = draw.one_of("aeiorm")
    pattern, value, bound = draw.one_of(
        [
            (f"Some({one})", f".strip_{draw.one_of(['prefix', 'suffix'])}('{letter}')", (one,)),
            (f"Some(({one}, {two}))", f".{draw.one_of(['', 'r'])}split_once('{letter}')", (one, two)),
        ]
    )
    return Perhaps(pattern, home.place + value, tuple((name, TEXT) for name in bound), home)


def _ends(draw: Draw, methods: float) -> Perhaps:
    walked = draw.values()
    inner, one, two = walked.inner or TEXT, draw.names.variable(), draw.names.variable()
    home = host(draw, walked, "ref", methods=methods)
    value = f"{home.place}.as_slice()" if home.record else home.place
    pattern, bound = draw.one_of(
        [
            (f"[{one}, .., {two}]", (one, two)),
            (f"[{one}, {two}, ..]", (one, two)),
            (f"[{one}, ..]", (one,)),
            (f"[.., {one}]", (one,)),
            (f"[_, {one}, ..]", (one,)),
        ]
    )
    return Perhaps(pattern, value, tuple(seen(name, inner, 1) for name in bound), home)
