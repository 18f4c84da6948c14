"""Programs with operations, functions, traits and impls that are unsafe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.mining.generate.function import Function, Parameter, needed
from share_rs.mining.generate.piece import Piece
from share_rs.mining.generate.promises import sent_pointers, unsafe_traits
from share_rs.mining.generate.types import TEXT, number

if TYPE_CHECKING:
    from share_rs.mining.generate.draw import Draw


def unchecked_elements(draw: Draw) -> Piece:
    """A function looks at the elements of a list without asking again whether they are there."""
    walked = draw.values(draw.whole)
    several, at, sum_, got = draw.names.several(), draw.names.variable(), draw.names.measure(), draw.names.measure()
    extra = Parameter(draw.names.measure(), draw.whole)
    whole = draw.whole.text

    def read(index: str) -> str:
        ways = [
            f"*{several}.get_unchecked({index})",
            f"*{several}.as_ptr().add({index})",
            f"{several}.as_ptr().add({index}).read()",
        ]
        return f"unsafe {{ {draw.one_of(ways)} }}"

    number = draw.number_of((got, draw.whole), [(extra.name, draw.whole)])
    keep = [f"{sum_} += {number};"]
    if draw.chance(0.4):
        keep = [f"if {draw.truth([(got, draw.whole)])} {{", *keep, "}"]
    loop = [
        f"let mut {sum_}: {whole} = {draw.literal(0, 9)};",
        draw.one_of(
            [
                f"for {at} in 0..{several}.len() {{",
                f"for {at} in (0..{several}.len()).rev() {{",
                f"for {at} in 1..{several}.len() {{",
            ]
        ),
        f"let {got} = {read(at)};",
        *keep,
        "}",
    ]
    ends = [
        [
            f"if {several}.is_empty() {{",
            f"return {draw.literal()};",
            "}",
            f"let {got} = {read('0')};",
            *draw.counted_of((got, draw.whole), [(extra.name, draw.whole)]),
        ],
        [
            f"if {several}.len() < 2 {{",
            f"return {draw.literal()};",
            "}",
            f"let {got} = {read('1')};",
            f"let {sum_} = {read('0')};",
            f"{got} {draw.one_of(['+', '* 2 +'])} {sum_}",
        ],
        [*loop, sum_],
        [*loop, *draw.counted_of((sum_, draw.whole), [(extra.name, draw.whole)], 1)],
        [f"let {at} = {several}.len() / 2;", f"if {at} > 0 {{", read(at), "} else {", draw.literal(), "}"],
        [
            f"let {sum_} = if {several}.is_empty() {{",
            draw.literal(),
            "} else {",
            read(f"{several}.len() - 1"),
            "};",
            *draw.counted_of((sum_, draw.whole), [(extra.name, draw.whole)], 1),
        ],
    ]
    body = draw.one_of(ends)
    function = Function(
        draw.names.function(), needed((Parameter(several, walked, "ref"), extra), body), whole, tuple(body)
    )
    return Piece([function.text()], [function], allow_unsafe=True)


def behind_pointers(draw: Draw) -> Piece:
    """Functions that write and read through pointers."""
    whole, place, other = draw.whole.text, draw.names.variable(), draw.names.variable()
    amount = draw.names.measure()
    places = [(amount, draw.whole)]

    def change(pointer: str) -> str:
        value = draw.number_of(places[0], [], 1)
        return draw.one_of(
            [
                f"*{pointer} += {value};",
                f"*{pointer} = (*{pointer}).max({value});",
                f"{pointer}.write({value});",
                f"*{pointer} = *{pointer} / 2 + {amount};",
            ]
        )

    end = draw.one_of([f"*{place}", f"{place}.read()", f"*{place} + {draw.literal()}"])
    two = draw.chance(0.4)
    steps = [change(place) for _ in range(draw.random.randint(1, 2))]
    steps += (
        [draw.one_of([f"{place}.swap({other});", f"*{other} += *{place};", f"{other}.write({place}.read());"])]
        if two
        else []
    )
    if draw.chance(0.3):
        steps.insert(0, f"if {place}.is_null() {{\nreturn {amount};\n}}")
    inner = draw.names.function()
    head = f"({place}: *mut {whole}{f', {other}: *mut {whole}' if two else ''}, {amount}: {whole}) -> {whole} {{"
    marked = draw.chance(0.4)
    body = [*steps, end] if marked else ["unsafe {", *steps, end, "}"]
    helper = "\n".join(
        [
            *(
                [
                    "/// # Safety",
                    f"/// `{place}` points to a number{' and so does `' + other + '`' if two else ''}.",
                    "#[allow(unsafe_op_in_unsafe_fn)]",
                ]
                if marked
                else []
            ),
            f"{'unsafe ' if marked else ''}fn {inner}{head}",
            *body,
            "}",
        ]
    )
    first, second = (
        Parameter(draw.names.measure(), draw.whole, "own mut"),
        Parameter(draw.names.measure(), draw.whole, "own mut"),
    )
    third, got = Parameter(draw.names.measure(), draw.whole), draw.names.measure()
    reference = draw.one_of(["&mut {}", "&raw mut {}"])
    arguments = ", ".join(
        [
            *(reference.replace("{}", one.name) for one in ([first, second] if two else [first])),
            draw.number_of((third.name, draw.whole), []),
        ]
    )
    call = f"{inner}({arguments})"
    call = f"unsafe {{ {call} }}" if marked else call
    returned = ", ".join([got, *(one.name for one in ([first, second] if two else [first]))])
    lines = [f"let {got} = {call};", f"({returned})"]
    if draw.chance(0.3):
        lines.insert(0, f"{first.name} += {draw.number_of((third.name, draw.whole), [])};")
    function = Function(
        draw.names.function(),
        needed((first, second, third), lines),
        f"({', '.join([whole] * (3 if two else 2))})",
        tuple(lines),
    )
    return Piece([helper, function.text()], [function], allow_unsafe=True)


def unsafe_functions(draw: Draw) -> Piece:
    """An unsafe function, and safe ones that see to what it asks for."""
    walked = draw.values()
    inner = walked.inner or TEXT
    several, at, name = draw.names.several(), draw.names.variable(), draw.names.function()
    element = f"&{inner.text}"
    way = draw.one_of([f"{several}.get_unchecked({at})", f"&*{several}.as_ptr().add({at})"])
    prepared = draw.one_of(
        [[], [f"debug_assert!({at} < {several}.len());"], [f"let {at} = {at} / {draw.literal(1, 3)};"]]
    )
    given = (inner is not TEXT) and draw.chance(0.5)
    value, returns = (
        (
            draw.number_of((f"*{way.removeprefix('&*')}" if way.startswith("&*") else f"*{way}", draw.whole), []),
            draw.whole.text,
        )
        if given
        else (way, element)
    )
    helper = "\n".join(
        [
            "/// # Safety",
            draw.one_of(
                [
                    f"/// `{at}` is less than the length of `{several}`.",
                    f"/// `{several}` has more than `{at}` elements.",
                ]
            ),
            "#[allow(unsafe_op_in_unsafe_fn)]",
            f"{draw.one_of(['', 'pub '])}unsafe fn {name}({several}: &[{inner.text}], {at}: usize) -> {returns} {{",
            *prepared,
            value,
            "}",
        ]
    )
    items, one, asked = draw.names.several(), draw.names.variable(), draw.names.variable()
    plain = inner.copy and given
    cloned = "" if plain else ".clone()"
    got = one if plain else f"*{one}" if inner.copy else one
    result = draw.whole.text if plain else inner.text
    kept = result if plain or not inner.copy else inner.text
    guard = draw.one_of([f"{items}.is_empty()", f"{items}.len() < {draw.literal(1, 3)}"])
    ways = [
        (
            f"Option<{kept}>",
            [
                f"if {guard} {{",
                "return None;",
                "}",
                f"let {one} = unsafe {{ {name}({items}, 0) }};",
                f"Some({one}{cloned})",
            ],
        ),
        (
            f"Option<{kept}>",
            [
                f"if {asked} >= {items}.len() {{",
                "return None;",
                "}",
                f"Some(unsafe {{ {name}({items}, {asked}) }}{cloned})",
            ],
        ),
        (
            f"Vec<{kept}>",
            [f"(0..{items}.len()).map(|{asked}| unsafe {{ {name}({items}, {asked}) }}{cloned}).collect()"],
        ),
        (
            draw.whole.text,
            [
                f"let mut {asked} = {draw.literal(0, 5)};",
                f"for step in 0..{items}.len() {{",
                f"let {one} = unsafe {{ {name}({items}, step) }};",
                f"{asked} += {draw.number_of((got, inner), [])};",
                "}",
                asked,
            ],
        ),
        (
            f"Option<{kept}>",
            [
                f"let {asked} = {items}.len().checked_sub(1)?;",
                *draw.one_of(
                    [
                        [f"unsafe {{ Some({name}({items}, {asked}){cloned}) }}"],
                        [f"let {one} = unsafe {{ {name}({items}, {asked}) }};", f"Some({one}{cloned})"],
                    ]
                ),
            ],
        ),
    ]
    wide, lines = draw.one_of(ways)
    parameters = needed((Parameter(items, walked, "ref"),), lines)
    if lines[0].startswith(f"if {asked} >="):
        parameters = (*parameters, Parameter(asked, number("usize")))
    function = Function(draw.names.function(), parameters, wide, tuple(lines))
    return Piece([helper, function.text()], [function], allow_unsafe=True)


def read_bits(draw: Draw) -> Piece:
    """A union whose fields are read in turn, or memory that is filled before it is read."""
    name, wide_field, parts = draw.names.entity(), draw.names.measure(), draw.names.several()
    given, one, got = Parameter(draw.names.measure(), draw.whole), draw.names.variable(), draw.names.measure()
    wide = {"u32": ("u32", 4), "i32": ("i32", 4), "u64": ("u64", 8), "i64": ("i64", 8), "usize": ("usize", 8)}[
        draw.whole.text
    ]
    kind, size = wide
    union = f"#[repr(C)]\nunion {name} {{\n{wide_field}: {kind},\n{parts}: [u8; {size}],\n}}"
    start = draw.number_of((given.name, draw.whole), [])
    whole = draw.whole.text
    cast = f"{whole}::from({{}})" if whole != "usize" else "usize::from({})"
    ways: list[tuple[str, list[str]]] = [
        (
            whole,
            [
                f"let {got} = unsafe {{ {one}.{parts}[{draw.literal(0, 1)}] }};",
                f"{cast.replace('{}', got)} {draw.one_of(['+', '* 3 +'])} {given.name}",
            ],
        ),
        (f"[u8; {size}]", [f"unsafe {{ {one}.{parts} }}"]),
        (
            "Vec<u8>",
            [
                f"let {got} = unsafe {{ {one}.{parts} }};",
                f"{got}.iter().copied().{draw.one_of(['rev()', 'filter(|byte| *byte > 0)', 'take(3)', 'skip(1)'])}.collect()",
            ],
        ),
        (
            "u8",
            [
                (
                    f"unsafe {{ {one}.{parts}.iter()"
                    f".{draw.one_of(['copied().max().unwrap_or_default()', 'fold(0, |sum, byte| sum ^ byte)'])} }}"
                )
            ],
        ),
    ]
    returns, lines = draw.one_of(ways)
    mutable = draw.chance(0.4)
    body = [
        f"let {'mut ' if mutable else ''}{one} = {name} {{ {wide_field}: {start} }};",
        *(
            [
                f"unsafe {{ {one}.{wide_field} {draw.one_of(['+=', '*='])} {draw.literal(2, 9)} }};"
                if draw.chance()
                else f"unsafe {{\n{one}.{wide_field} += {draw.literal()};\n}}"
            ]
            if mutable
            else []
        ),
        *lines,
    ]
    function = Function(draw.names.function(), (given,), returns, tuple(body))
    return Piece([union, function.text()], [function], allow_unsafe=True)


def counted_in_a_static(draw: Draw) -> Piece:
    """A static that functions count in, one after the other."""
    total, whole = draw.names.constant(), draw.whole.text
    amount = Parameter(draw.names.measure(), draw.whole)
    value = draw.number_of((amount.name, draw.whole), [])
    add, read = draw.names.function(), draw.names.function()
    change = draw.one_of(
        [f"{total} += {value};", f"{total} = {total}.max({value});", f"{total} = {total} / 2 + {value};"]
    )
    more = draw.one_of([[], [f"if {total} > {draw.literal(20, 60)} {{", f"{total} /= {draw.literal(2, 3)};", "}"]])
    adding = "\n".join([f"fn {add}({amount.name}: {whole}) -> {whole} {{", "unsafe {", change, *more, total, "}", "}"])
    quiet = draw.chance(0.4)
    if quiet:
        adding = "\n".join([f"fn {add}({amount.name}: {whole}) {{", "unsafe {", change, *more, "}", "}"])
    start = draw.literal(0, 9)
    several, one, sum_ = (
        Parameter(draw.names.several(), draw.values(draw.whole), "ref"),
        draw.names.measure(),
        draw.names.measure(),
    )
    reset = draw.one_of([f"unsafe {{ {total} = {start} }};", f"unsafe {{\n{total} = {start};\n}}"])
    if quiet:
        body = [
            reset,
            f"for &{one} in {several.name} {{",
            f"{add}({one});",
            "}",
            *draw.one_of(
                [
                    [f"unsafe {{ {total} }}"],
                    [f"let {sum_} = unsafe {{ {total} }};", *draw.counted_of((sum_, draw.whole), [], 1)],
                    [f"{read}()"],
                ]
            ),
        ]
    else:
        body = draw.one_of(
            [
                [
                    reset,
                    f"let mut {sum_} = 0;",
                    f"for &{one} in {several.name} {{",
                    f"{sum_} += {add}({one});",
                    "}",
                    sum_,
                ],
                [
                    reset,
                    (
                        f"{several.name}.iter().map(|&{one}| {add}({one}))"
                        f".{draw.one_of(['sum()', 'max().unwrap_or_default()', 'last().unwrap_or_default()'])}"
                    ),
                ],
                [
                    reset,
                    f"if let Some(&{one}) = {several.name}.first() {{",
                    f"{add}({one});",
                    "}",
                    f"{add}({draw.literal()})",
                ],
            ]
        )
    function = Function(draw.names.function(), (several,), whole, tuple(body))
    reading = [f"fn {read}() -> {whole} {{\nunsafe {{ {total} }}\n}}"] if f"{read}()" in "".join(body) else []
    return Piece(
        [f"static mut {total}: {whole} = {draw.literal(0, 9)};", adding, *reading, function.text()],
        [function],
        allow_unsafe=True,
    )


SCENES = (
    behind_pointers,
    counted_in_a_static,
    read_bits,
    sent_pointers,
    unchecked_elements,
    unsafe_functions,
    unsafe_traits,
)
