"""Programs with the vectors of `x86_64`: what every such machine has, and what is asked for before it is used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from share_rs.mining.generate.function import Function, Parameter
from share_rs.mining.generate.piece import Piece
from share_rs.mining.generate.types import Type

if TYPE_CHECKING:
    from collections.abc import Sequence

    from share_rs.mining.generate.draw import Draw


@dataclass(frozen=True)
class _Lanes:
    """A vector of so many numbers, and what its intrinsics are called."""

    vector: str
    prefix: str
    lane: str
    count: int
    suffix: str
    load: str
    store: str
    feature: str
    cast: bool
    """Whether its loads take a pointer to the vector."""


_WIDE = (
    _Lanes("__m128i", "_mm", "i32", 4, "epi32", "_mm_loadu_si128", "_mm_storeu_si128", "sse4.1", True),
    _Lanes("__m256i", "_mm256", "i32", 8, "epi32", "_mm256_loadu_si256", "_mm256_storeu_si256", "avx2", True),
    _Lanes("__m256", "_mm256", "f32", 8, "ps", "_mm256_loadu_ps", "_mm256_storeu_ps", "avx", False),
    _Lanes("__m256d", "_mm256", "f64", 4, "pd", "_mm256_loadu_pd", "_mm256_storeu_pd", "avx", False),
)
_ALWAYS = (
    _Lanes("__m128i", "_mm", "i32", 4, "epi32", "_mm_loadu_si128", "_mm_storeu_si128", "", True),
    _Lanes("__m128", "_mm", "f32", 4, "ps", "_mm_loadu_ps", "_mm_storeu_ps", "", False),
    _Lanes("__m128d", "_mm", "f64", 2, "pd", "_mm_loadu_pd", "_mm_storeu_pd", "", False),
)
# What lanes of floats do, with the same for one number.
_DEEDS = {
    "add": "ONE + OTHER",
    "sub": "ONE - OTHER",
    "mul": "ONE * OTHER",
    "max": "ONE.max(OTHER)",
    "min": "ONE.min(OTHER)",
}


def _drawn(lanes: _Lanes) -> Type:
    """A lane's type: small whole numbers, so that sums are exact in any order."""
    if lanes.lane == "i32":
        return Type("i32", "number", "draw.int(0..40_i32)", copy=True)
    drawn = "draw.f64(0, 40)" if lanes.lane == "f64" else "f32::from(draw.int(0..40_u8))"
    return Type(lanes.lane, "float", drawn, copy=True)


def _deeds(draw: Draw, lanes: _Lanes, count: int) -> list[str]:
    names = sorted(_DEEDS)
    if lanes.lane == "i32":
        names = ["add", "sub"] if not lanes.feature else ["add", "sub", "max", "min"]
    picked = [draw.one_of(names) for _ in range(count)]
    # What needs the feature must be among them.
    if lanes.lane == "i32" and lanes.feature == "sse4.1":
        picked[draw.random.randrange(count)] = draw.one_of(["max", "min", "mullo"])
    return picked


def _one(deed: str, first: str, second: str) -> str:
    return {**_DEEDS, "mullo": _DEEDS["mul"]}[deed].replace("ONE", first).replace("OTHER", second)


def _literal(draw: Draw, lanes: _Lanes) -> str:
    return draw.literal(1, 9) if lanes.lane == "i32" else f"{draw.literal(1, 9)}.0"


def _intrinsic(lanes: _Lanes, deed: str) -> str:
    return f"{lanes.prefix}_{deed}_{lanes.suffix}"


def _loaded(lanes: _Lanes, pointer: str) -> str:
    return f"{lanes.load}({pointer}{'.cast()' if lanes.cast else ''})"


def _stored(lanes: _Lanes, pointer: str, value: str) -> str:
    return f"{lanes.store}({pointer}{'.cast()' if lanes.cast else ''}, {value})"


def _detected(lanes: _Lanes, call: str, plain: Sequence[str], draw: Draw) -> list[str]:
    """The fast way where the machine has it, and the plain one elsewhere."""
    asked = f'is_x86_feature_detected!("{lanes.feature}")'
    fast = draw.one_of([f"unsafe {{ {call} }}", f"unsafe {{\n{call}\n}}"])
    if draw.chance():
        return [f"if {asked} {{", fast, "} else {", *plain, "}"]
    return [f"if {asked} {{", f"return unsafe {{ {call} }};", "}", *plain]


def _enabled(lanes: _Lanes, head: str, lines: Sequence[str]) -> str:
    return "\n".join([f'#[target_feature(enable = "{lanes.feature}")]', head, *lines, "}"])


def _summed(lanes: _Lanes, lanes_name: str, start: str) -> str:
    if lanes.lane == "i32":
        return f"{lanes_name}.iter().sum()" if start == "0" else f"{lanes_name}.iter().sum::<i32>() + {start}"
    return f"{lanes_name}.iter().sum()" if start == "0" else f"{lanes_name}.iter().sum::<{lanes.lane}>() + {start}"


def _zero(lanes: _Lanes) -> str:
    return "0" if lanes.lane == "i32" else "0.0"


def _piece(items: Sequence[str], function: Function) -> Piece:
    return Piece(items, [function], ("std::arch::x86_64::*",), allow_unsafe=True)


def _set(lanes: _Lanes, value: str) -> str:
    return f"{lanes.prefix}_set1_{lanes.suffix}({value})"


def changed_lanes(draw: Draw) -> Piece:
    """A function with a feature changes one vector, and is called where the machine has the feature."""
    lanes = draw.one_of(_WIDE)
    inner, type_ = draw.names.function(), _drawn(lanes)
    vector, other = draw.names.variable(), draw.names.variable()
    deeds = _deeds(draw, lanes, draw.random.randint(1, 3))
    by = [_literal(draw, lanes) for _ in deeds]
    lines: list[str] = []
    value, plain = vector, "{}"
    two = draw.chance(0.4)
    for index, deed in enumerate(deeds):
        operand = other if two and index == 0 else _set(lanes, by[index])
        kept = draw.names.variable()
        value = f"{_intrinsic(lanes, deed)}({value}, {operand})"
        inside = f"({plain})" if " " in plain else plain
        plain = _one(deed, inside, "{second}" if two and index == 0 else by[index])
        if index + 1 < len(deeds) and draw.chance(0.5):
            lines.append(f"let {kept} = {value};")
            value = kept
    head = f"fn {inner}({vector}: {lanes.vector}{f', {other}: {lanes.vector}' if two else ''}) -> {lanes.vector} {{"
    helper = _enabled(lanes, head, [*lines, value])
    several, more, made, one = draw.names.several(), draw.names.several(), draw.names.several(), draw.names.measure()
    array = f"[{lanes.lane}; {lanes.count}]"
    arrays = Type(array, "list", f"std::array::from_fn(|_| {type_.drawn})", copy=True)
    parameters = [Parameter(several, arrays), *([Parameter(more, arrays)] if two else [])]
    # The borrowed form of a list is a slice; these are taken by value.
    pointer = f"{several}.as_ptr()"
    given = f"{vector}, {other}" if two else vector
    fast = [
        f"let {vector} = {_loaded(lanes, pointer)};",
        *([f"let {other} = {_loaded(lanes, more + '.as_ptr()')};"] if two else []),
        f"{_stored(lanes, made + '.as_mut_ptr()', f'{inner}({given})')};",
    ]
    if draw.chance(0.4) and not two:
        fast = [f"{_stored(lanes, made + '.as_mut_ptr()', f'{inner}({_loaded(lanes, pointer)})')};"]
    index = draw.names.variable()
    scalar = plain.replace("{second}", f"{more}[{index}]")
    if two or draw.chance(0.4):
        slow = [
            f"for {index} in 0..{lanes.count} {{",
            f"{made}[{index}] = {scalar.replace('{}', f'{several}[{index}]')};",
            "}",
        ]
    else:
        slow = [f"{made} = {several}.map(|{one}| {scalar.replace('{}', one)});"]
    body = [
        f"let mut {made} = [{_zero(lanes)}; {lanes.count}];",
        f'if is_x86_feature_detected!("{lanes.feature}") {{',
        "unsafe {",
        *fast,
        "}",
        "} else {",
        *slow,
        "}",
        made,
    ]
    if slow[0].startswith(f"{made} ="):
        body[0] = f"let mut {made} = {several};"
        body[-3:] = [*slow, "}", made]
    function = Function(draw.names.function(), tuple(parameters), array, tuple(body))
    return _piece([helper, function.text()], function)


def summed_lanes(draw: Draw) -> Piece:
    """A function with a feature goes through a list in steps of a vector, and through the rest one by one."""
    lanes = draw.one_of(_WIDE)
    inner, type_ = draw.names.function(), _drawn(lanes)
    several, sums, chunk, parts = (
        draw.names.several(),
        draw.names.variable(),
        draw.names.variable(),
        draw.names.several(),
    )
    wide, one, total = draw.names.variable(), draw.names.measure(), draw.names.measure()
    by = _literal(draw, lanes)
    deed = draw.one_of(
        ["max", "min", "mullo"]
        if lanes.feature == "sse4.1"
        else ["add", "max", "min"]
        if lanes.lane == "i32"
        else ["mul", "add", "max", "sub"]
    )
    taken = draw.chance(0.6) or lanes.feature == "sse4.1"
    loaded = _loaded(lanes, f"{chunk}.as_ptr()")
    step = f"{_intrinsic(lanes, deed)}({loaded}, {_set(lanes, by)})" if taken else loaded
    scalar = _one(deed, "{}", by) if taken else "{}"
    loop = draw.one_of(
        [
            [f"{sums} = {_intrinsic(lanes, 'add')}({sums}, {step});"],
            [f"let {wide} = {step};", f"{sums} = {_intrinsic(lanes, 'add')}({sums}, {wide});"],
            [f"let {wide} = {loaded};", f"{sums} = {_intrinsic(lanes, 'add')}({sums}, {step.replace(loaded, wide)});"],
        ]
    )
    loop = draw.one_of([["unsafe {", *loop, "}"], [line.replace(loaded, f"unsafe {{ {loaded} }}") for line in loop]])
    zero = f"{lanes.prefix}_setzero_{'si128' if lanes.vector == '__m128i' else 'si256' if lanes.vector == '__m256i' else lanes.suffix}()"
    rest = draw.one_of(
        [
            [
                f"let mut {total}: {lanes.lane} = {parts}.iter().sum();",
                f"for &{one} in {several}.chunks_exact({lanes.count}).remainder() {{",
                f"{total} += {scalar.replace('{}', one)};",
                "}",
                total,
            ],
            [
                f"let {total}: {lanes.lane} = {parts}.iter().sum();",
                f"let {chunk} = {several}.chunks_exact({lanes.count}).remainder();",
                f"{total} + {chunk}.iter().map(|&{one}| {scalar.replace('{}', one)}).sum::<{lanes.lane}>()",
            ],
        ]
    )
    helper = _enabled(
        lanes,
        f"fn {inner}({several}: &[{lanes.lane}]) -> {lanes.lane} {{",
        [
            f"let mut {sums} = {zero};",
            f"for {chunk} in {several}.chunks_exact({lanes.count}) {{",
            *loop,
            "}",
            f"let mut {parts} = [{_zero(lanes)}; {lanes.count}];",
            draw.one_of(
                [
                    f"unsafe {{ {_stored(lanes, parts + '.as_mut_ptr()', sums)} }};",
                    f"unsafe {{\n{_stored(lanes, parts + '.as_mut_ptr()', sums)};\n}}",
                ]
            ),
            *rest,
        ],
    )
    given = Parameter(
        draw.names.several(),
        Type(f"Vec<{lanes.lane}>", "list", f"draw.vec(0..20, |draw| {type_.drawn})", inner=type_),
        "ref",
    )
    plain = draw.one_of(
        [
            [f"{given.name}.iter().map(|&{one}| {scalar.replace('{}', one)}).sum()"],
            [
                f"let mut {total} = {_zero(lanes)};",
                f"for &{one} in {given.name} {{",
                f"{total} += {scalar.replace('{}', one)};",
                "}",
                total,
            ],
        ]
    )
    if scalar == "{}":
        plain = [f"{given.name}.iter().sum()"]
    function = Function(
        draw.names.function(), (given,), lanes.lane, tuple(_detected(lanes, f"{inner}({given.name})", plain, draw))
    )
    return _piece([helper, function.text()], function)


def plain_lanes(draw: Draw) -> Piece:
    """A function does what every machine can with a vector of each of two arrays."""
    lanes = draw.one_of(_ALWAYS)
    type_ = _drawn(lanes)
    array = f"[{lanes.lane}; {lanes.count}]"
    arrays = Type(array, "list", f"std::array::from_fn(|_| {type_.drawn})", copy=True)
    first, second, made = (
        Parameter(draw.names.several(), arrays),
        Parameter(draw.names.several(), arrays),
        draw.names.several(),
    )
    one, other, total = draw.names.variable(), draw.names.variable(), draw.names.variable()
    deeds = _deeds(draw, lanes, draw.random.randint(1, 3))
    value = f"{_intrinsic(lanes, deeds[0])}({one}, {other})"
    lines: list[str] = []
    for deed in deeds[1:]:
        if draw.chance():
            kept = draw.names.variable()
            lines.append(f"let {kept} = {value};")
            value = kept
        operand = draw.one_of([one, other, _set(lanes, _literal(draw, lanes))])
        value = f"{_intrinsic(lanes, deed)}({value}, {operand})"
    helper = ""
    if draw.chance(0.6):
        inner = draw.names.function()
        head = f"fn {inner}({one}: {lanes.vector}, {other}: {lanes.vector}) -> {lanes.vector} {{"
        helper = "\n".join(['#[target_feature(enable = "sse2")]', head, *lines, value, "}"])
        lines, value = [], f"{inner}({one}, {other})"
    first_load, second_load = (_loaded(lanes, f"{several.name}.as_ptr()") for several in (first, second))
    if draw.chance(0.3):
        second_load = _set(lanes, f"{second.name}[0]")
    loads = [f"let {one} = {first_load};", f"let {other} = {second_load};"]
    lines = [*loads, *lines]
    store = _stored(lanes, f"{made}.as_mut_ptr()", total)
    start = f"let mut {made} = [{_zero(lanes)}; {lanes.count}];"
    end = draw.one_of(
        [
            (array, [made]),
            (lanes.lane, [_summed(lanes, made, draw.one_of(["0", _literal(draw, lanes)]))]),
            (f"({lanes.lane}, {array})", [f"({made}[0], {made})"]),
        ]
    )
    ways = [
        [start, "unsafe {", *lines, f"{_stored(lanes, f'{made}.as_mut_ptr()', value)};", "}"],
        [start, "unsafe {", *lines, f"let {total} = {value};", f"{store};", "}"],
    ]
    if helper:
        ways.append(
            [
                *(f"{load.replace(' = ', ' = unsafe { ')[:-1]} }};" for load in loads),
                f"let {total} = unsafe {{ {value} }};",
                start,
                f"unsafe {{ {store} }};",
            ]
        )
    body = [*draw.one_of(ways), *end[1]]
    function = Function(draw.names.function(), (first, second), end[0], tuple(body))
    return _piece([*([helper] if helper else []), function.text()], function)


SCENES = (changed_lanes, plain_lanes, summed_lanes)
