"""Programs that call C's library, are called by it, or export functions of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.mining.generate.function import Function, Parameter, needed
from share_rs.mining.generate.piece import Piece
from share_rs.mining.generate.types import TEXT, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from share_rs.mining.generate.draw import Draw
    from share_rs.mining.generate.types import Type

_INT, _CHAR, _STRING, _STR, _VOID = (f"std::ffi::{one}" for one in ("c_int", "c_char", "CString", "CStr", "c_void"))
_I32 = number("i32")


def _piece(items: Sequence[str], called: Sequence[Function], *uses: str) -> Piece:
    """With those of the paths that the items name."""
    text = "\n".join(items)
    return Piece(items, called, [one for one in uses if one.rsplit("::", 1)[-1] in text], allow_unsafe=True)


def _declared(draw: Draw, *functions: str) -> str:
    """An extern block, its functions in any order."""
    listed = list(functions)
    draw.random.shuffle(listed)
    return 'unsafe extern "C" {\n' + "\n".join(listed) + "\n}"


def measured_texts(draw: Draw) -> Piece:
    """C's functions look at texts that end in zero."""
    text, got, other, kept = draw.names.label(), draw.names.measure(), draw.names.label(), draw.names.label()
    argument = Parameter(draw.names.label(), TEXT, "ref")
    second = Parameter(draw.names.label(), TEXT, "ref")
    letter = draw.one_of("aeiost")
    literal = f'c"{draw.one_of("aeiost")}{draw.one_of("rnl")}"'
    known = {
        "strlen": ("(text: *const c_char) -> usize", f"strlen({text}.as_ptr())", "usize"),
        "atoi": ("(text: *const c_char) -> c_int", f"atoi({text}.as_ptr())", "i32"),
        "strspn": (
            "(text: *const c_char, accept: *const c_char) -> usize",
            f"strspn({text}.as_ptr(), {literal}.as_ptr())",
            "usize",
        ),
        "strcspn": (
            "(text: *const c_char, reject: *const c_char) -> usize",
            f"strcspn({text}.as_ptr(), {literal}.as_ptr())",
            "usize",
        ),
        "strcmp": (
            "(one: *const c_char, other: *const c_char) -> c_int",
            f"strcmp({text}.as_ptr(), {draw.one_of([literal, other])}.as_ptr()).signum()",
            "i32",
        ),
        "strncmp": (
            "(one: *const c_char, other: *const c_char, most: usize) -> c_int",
            f"strncmp({text}.as_ptr(), {draw.one_of([literal, other])}.as_ptr(), {draw.literal(1, 3)}).signum()",
            "i32",
        ),
        "strchr": (
            "(text: *const c_char, letter: c_int) -> *const c_char",
            f"strchr({text}.as_ptr(), c_int::from(b'{letter}')).is_null()",
            "bool",
        ),
        "strstr": (
            "(text: *const c_char, part: *const c_char) -> *const c_char",
            f"strstr({text}.as_ptr(), {literal}.as_ptr()).is_null()",
            "bool",
        ),
    }
    picked = draw.random.sample(sorted(known), draw.random.choice([1, 1, 2]))
    calls = [known[one][1] for one in picked]

    def made(name: str, of: str) -> str:
        value = draw.one_of([of, f"{of}.trim()", f"{of}.to_uppercase()", of])
        return draw.one_of(
            [
                f"let {name} = CString::new({value}).unwrap_or_default();",
                f"let Ok({name}) = CString::new({value}) else {{\nreturn {{}};\n}};",
            ]
        )

    both = " ".join(calls).count(f"{other}.as_ptr") > 0
    first = known[picked[0]][2]
    results = [known[one][2] for one in picked]
    returns = first if len(picked) == 1 else f"({results[0]}, {results[1]})"
    fallback = {"usize": "0", "i32": "-1", "bool": "false"}
    missing = fallback[first] if len(picked) == 1 else f"({fallback[results[0]]}, {fallback[results[1]]})"
    before = [made(text, argument.name), *([made(other, second.name)] if both else [])]
    before = [one.replace("return {};", f"return {missing};") for one in before]
    if len(picked) == 2:
        ends = [
            [f"unsafe {{ ({calls[0]}, {calls[1]}) }}"],
            [f"let {got} = unsafe {{ {calls[0]} }};", f"({got}, unsafe {{ {calls[1]} }})"],
            [f"let {got} = unsafe {{ {calls[0]} }};", f"let {kept} = unsafe {{ {calls[1]} }};", f"({got}, {kept})"],
        ]
    elif first == "bool":
        ends = [
            [f"unsafe {{ {calls[0]} }}"],
            [f"let {got} = unsafe {{ {calls[0]} }};", f"!{got} && !{argument.name}.is_empty()"],
        ]
    else:
        ends = [
            [f"unsafe {{ {calls[0]} }}"],
            [f"let {got} = unsafe {{ {calls[0]} }};", f"{got} * {draw.literal(2, 9)} + {draw.literal()}"],
            [
                f"let {got} = unsafe {{ {calls[0]} }};",
                f"if {got} > {draw.literal(1, 6)} {{ {got} }} else {{ {draw.literal()} }}",
            ],
            [
                f"let mut {got} = unsafe {{ {calls[0]} }};",
                f"if {argument.name}.starts_with('{letter}') {{",
                f"{got} += {draw.literal()};",
                "}",
                got,
            ],
        ]
    body = [*before, *draw.one_of(ends)]
    function = Function(draw.names.function(), needed((argument, second), body), returns, tuple(body))
    functions = [function]
    if draw.chance(0.3):
        title = draw.names.text()
        counted = draw.names.function()
        functions.append(Function(counted, (), "usize", (f'unsafe {{ strlen(c"{title}".as_ptr()) }}',)))
        picked.append("strlen")
    declared = _declared(draw, *(f"fn {one}{known[one][0]};" for one in sorted(set(picked))))
    return _piece([declared, *(one.text() for one in functions)], functions, _CHAR, _INT, _STRING)


def safe_numbers(draw: Draw) -> Piece:
    """Functions of C that nothing can go wrong with, some said to be safe."""
    known = {
        "abs": "(number: c_int) -> c_int",
        "toupper": "(letter: c_int) -> c_int",
        "tolower": "(letter: c_int) -> c_int",
        "isdigit": "(letter: c_int) -> c_int",
        "isalpha": "(letter: c_int) -> c_int",
    }
    picked = draw.random.sample(sorted(known), draw.random.choice([1, 2, 2]))
    safe = [draw.chance(0.65) for _ in picked]
    given, other, several = (
        Parameter(draw.names.measure(), _I32),
        Parameter(draw.names.measure(), _I32),
        Parameter(draw.names.label(), TEXT, "ref"),
    )
    one, sum_ = draw.names.variable(), draw.names.measure()

    def call(index: int, value: str) -> str:
        found = f"{picked[index]}({value})"
        found = found if safe[index] else f"unsafe {{ {found} }}"
        return f"({found} != 0)" if picked[index].startswith("is") else found

    functions: list[Function] = []
    for index, name in enumerate(picked):
        if name == "abs":
            value = draw.one_of(
                [
                    f"{given.name} - {other.name}",
                    f"{given.name} - {draw.literal()}",
                    f"{draw.literal()} - {given.name} * 2",
                ]
            )
            body = draw.one_of(
                [
                    (call(index, value),),
                    (f"let {sum_} = {call(index, value)};", f"{sum_}.{draw.one_of(['max', 'min'])}({draw.literal()})"),
                    (
                        f"let {sum_} = {call(index, value)};",
                        f"if {sum_} % {draw.literal(2, 5)} == 0 {{",
                        f"return {draw.literal()};",
                        "}",
                        f"{sum_} + {given.name}",
                    ),
                    (
                        f"let mut {sum_} = {given.name};",
                        f"for step in 0..{draw.literal(2, 5)} {{",
                        f"{sum_} += {call(index, f'{sum_} - step * {draw.literal(2, 9)}')};",
                        "}",
                        sum_,
                    ),
                ]
            )
            functions.append(Function(draw.names.function(), needed((given, other), body), "i32", tuple(body)))
        elif name.startswith("is"):
            test = call(index, f"c_int::from({one})")[1:-1]
            body = draw.one_of(
                [
                    (f"{several.name}.bytes().filter(|&{one}| {test}).count()",),
                    (
                        f"let mut {sum_} = {draw.literal(0, 5)};",
                        f"for {one} in {several.name}.bytes() {{",
                        f"if {test} {{",
                        f"{sum_} += {draw.literal(1, 3)};",
                        "}",
                        "}",
                        sum_,
                    ),
                    (f"{several.name}.bytes().take_while(|&{one}| {test}).count() + {draw.literal()}",),
                ]
            )
            functions.append(Function(draw.names.function(), (several,), "usize", tuple(body)))
        else:
            found = call(index, f"c_int::from({one})")
            body = draw.one_of(
                [
                    (f"{several.name}.bytes().map(|{one}| {found}).sum()",),
                    (
                        f"let mut {sum_} = {draw.literal(0, 5)};",
                        f"for {one} in {several.name}.bytes().{draw.one_of(['rev()', 'take(4)', 'skip(1)'])} {{",
                        f"{sum_} = ({sum_} * {draw.literal(2, 7)} + {found}) % {draw.literal(500, 999)};",
                        "}",
                        sum_,
                    ),
                    (
                        f"match {several.name}.bytes().{draw.one_of(['next', 'last'])}() {{",
                        f"Some({one}) => {found},",
                        f"None => {draw.literal()},",
                        "}",
                    ),
                ]
            )
            functions.append(Function(draw.names.function(), (several,), "i32", tuple(body)))
    declared = _declared(
        draw, *(f"{'safe ' if safe[index] else ''}fn {name}{known[name]};" for index, name in enumerate(picked))
    )
    return _piece([declared, *(one.text() for one in functions)], functions, _INT)


def sorted_by_c(draw: Draw) -> Piece:
    """C sorts, or looks for, what a function of the program compares."""
    kind = draw.one_of(["i32", "u32", "u64", "i64"])
    type_ = number(kind)
    compare, left, right, one, other = (
        draw.names.function(),
        draw.names.variable(),
        draw.names.variable(),
        draw.names.measure(),
        draw.names.measure(),
    )
    order = draw.one_of(
        [
            f"{one}.cmp({other})",
            f"{other}.cmp({one})",
            f"({one} % {draw.literal(3, 9)}, *{one}).cmp(&({other} % {draw.literal(3, 9)}, *{other}))",
        ]
    )
    if order.startswith("("):
        # Both sides are taken by the same number.
        by = draw.literal(3, 9)
        order = f"({one} % {by}, *{one}).cmp(&({other} % {by}, *{other}))"
    casts = [f"unsafe {{ &*{left}.cast::<{kind}>() }}", f"unsafe {{ &*{right}.cast::<{kind}>() }}"]
    lines = draw.one_of(
        [
            [f"let {one} = {casts[0]};", f"let {other} = {casts[1]};", f"{order} as c_int"],
            [
                f"let ({one}, {other}) = unsafe {{ (&*{left}.cast::<{kind}>(), &*{right}.cast::<{kind}>()) }};",
                f"{order} as c_int",
            ],
            [
                f"let {one} = {casts[0]};",
                f"let {other} = {casts[1]};",
                f"match {order} {{",
                "std::cmp::Ordering::Less => -1,",
                "std::cmp::Ordering::Equal => 0,",
                "std::cmp::Ordering::Greater => 1,",
                "}",
            ],
        ]
    )
    comparing = (
        f'extern "C" fn {compare}({left}: *const c_void, {right}: *const c_void) -> c_int {{\n'
        + "\n".join(lines)
        + "\n}"
    )
    declared = (
        'unsafe extern "C" {\nfn qsort(\nbase: *mut c_void,\ncount: usize,\nsize: usize,\n'
        'compare: extern "C" fn(*const c_void, *const c_void) -> c_int,\n);\n}'
    )
    several = Parameter(draw.names.several(), draw.values(type_), draw.one_of(["own mut", "mut", "ref"]))
    name, size = several.name, draw.one_of([f"size_of::<{kind}>()", f"std::mem::size_of::<{kind}>()"])
    kept = name if several.mode != "ref" else draw.names.several()
    before = [f"let mut {kept} = {name}.to_vec();"] if several.mode == "ref" else []
    if draw.chance(0.3) and several.mode != "mut":
        before.append(f"{kept}.{draw.one_of([f'push({draw.literal()})', 'truncate(3)', 'dedup()'])};")
    call = f"qsort({kept}.as_mut_ptr().cast(), {kept}.len(), {size}, {compare});"
    sort = draw.one_of([f"unsafe {{ {call[:-1]} }};", f"unsafe {{\n{call}\n}}"])
    if draw.chance(0.3):
        sort = f"if {kept}.len() > 1 {{\n{sort}\n}}"
    if several.mode == "mut":
        mutated: list[tuple[str, list[str]]] = [
            ("", []),
            (f"Option<{kind}>", [f"{kept}.first().copied()"]),
            ("usize", [f"{kept}.len()"]),
        ]
        returns, end = draw.one_of(mutated)
    else:
        returns, end = draw.one_of(
            [
                (f"Vec<{kind}>", [kept]),
                (f"Option<{kind}>", [f"{kept}.get({kept}.len() / 2).copied()"]),
                (f"(Option<{kind}>, Option<{kind}>)", [f"({kept}.first().copied(), {kept}.last().copied())"]),
            ]
        )
    function = Function(draw.names.function(), (several,), returns, (*before, sort, *end))
    items = [declared, comparing, function.text()] if draw.chance() else [comparing, declared, function.text()]
    return _piece(items, [function], _INT, _VOID)


def _of_all(draw: Draw, type_: Type, given: Sequence[str]) -> list[str]:
    """Statements and a number that depends on every one."""
    if type_ != draw.whole:
        return [f"{given[0]}.max({draw.literal()}) * {draw.literal(2, 9)}" + "".join(f" + {one}" for one in given[1:])]
    lines, value = draw.count([(one, draw.whole) for one in given], 2)
    text = "\n".join([*lines, value])
    missing = [one for one in given if one not in text]
    value = f"({value})" if missing and " " in value else value
    return [*lines, value + "".join(f" + {one}" for one in missing)]


def exported(draw: Draw) -> Piece:
    """A function that C could call, which another part of the program knows by its symbol alone."""
    name, module, symbol = draw.names.function(), draw.one_of(["raw", "ffi", "sys", "c"]), draw.names.function()
    renamed = draw.chance(0.35)
    called = symbol if renamed else name
    attribute = f'#[unsafe(export_name = "{symbol}")]' if renamed else "#[unsafe(no_mangle)]"
    count = draw.random.randint(1, 3)
    whole = draw.one_of(["i32", "u32", "i64", "u64"]) if draw.whole.text == "usize" else draw.whole.text
    type_ = draw.whole if draw.whole.text == whole else number(whole)
    given = [draw.names.measure() for _ in range(count)]
    pointer = draw.chance(0.4)
    body = _of_all(draw, type_, given)
    numbers, length = draw.names.several(), draw.names.measure()
    if pointer:
        head = f"{numbers}: *const {whole}, {length}: usize"
        view, one = draw.names.several(), draw.names.measure()
        body = [
            f"let {view} = unsafe {{ std::slice::from_raw_parts({numbers}, {length}) }};",
            draw.one_of(
                [
                    f"{view}.iter().{draw.one_of(['sum()', 'copied().max().unwrap_or_default()'])}",
                    f"{view}.iter().map(|{one}| {one} * {draw.literal(2, 9)}).{draw.one_of(['sum()', 'min().unwrap_or_default()'])}",
                    f"{view}.iter().filter(|{one}| **{one} > {draw.literal()}).sum()",
                ]
            ),
        ]
        guard = draw.one_of(
            [
                [],
                [f"if {length} == 0 {{", f"return {draw.literal()};", "}"],
                [f"if {numbers}.is_null() {{", f"return {draw.literal()};", "}"],
            ]
        )
        body = [*guard, *body]
    else:
        head = ", ".join(f"{one}: {whole}" for one in given)
    unsafety = "unsafe " if pointer else ""
    allowed = ["/// # Safety", f"/// `{numbers}` points to `{length}` numbers."] if pointer else []
    function = "\n".join([*allowed, attribute, f'pub {unsafety}extern "C" fn {name}({head}) -> {whole} {{', *body, "}"])
    safe = not pointer and draw.chance(0.65)
    inside = draw.chance(0.6)
    declaration = (
        f'unsafe extern "C" {{\n{"pub " if inside else ""}{"safe " if safe else ""}fn {called}({head}) -> {whole};\n}}'
    )
    if not inside and not renamed:
        inside = True
        declaration = declaration.replace("{\n", "{\npub ", 1)
    items = [function, f"mod {module} {{\n{declaration}\n}}" if inside else declaration]
    draw.random.shuffle(items)
    path = f"{module}::{called}" if inside else called
    got = draw.names.measure()
    if pointer:
        several = Parameter(draw.names.several(), draw.values(type_), "ref")
        parameters: tuple[Parameter, ...] = (several,)
        call = f"{path}({several.name}.as_ptr(), {several.name}.len())"
    else:
        parameters = tuple(Parameter(draw.names.measure(), type_) for _ in given)
        values = [
            draw.one_of([one.name, f"{one.name} + {draw.literal()}", f"{one.name} / {draw.literal(2, 4)}"])
            for one in parameters
        ]
        call = f"{path}({', '.join(values)})"
    call = call if safe else f"unsafe {{ {call} }}"
    ends = [
        (call,),
        (f"let {got} = {call};", f"{got} * {draw.literal(2, 5)} + {draw.literal()}"),
        (f"let {got} = {call};", f"if {got} > {draw.literal()} {{ {got} }} else {{ {draw.literal()} }}"),
        (
            f"let {got} = {call};",
            f"match {got} % {draw.literal(2, 5)} {{",
            f"0 => {draw.literal()},",
            f"_ => {got},",
            "}",
        ),
    ]
    caller = Function(draw.names.function(), parameters, whole, draw.one_of(ends))
    return _piece([*items, caller.text()], [caller])


def texts_from_c(draw: Draw) -> Piece:
    """Texts that end in zero, kept beside what they stand for."""
    name, choose, code, read = draw.names.constant(), draw.names.function(), draw.names.measure(), draw.names.function()
    words = [draw.names.text() for _ in range(draw.random.randint(2, 3))]
    arms = [f'{index} => c"{word}",' for index, word in enumerate(words[:-1])]
    chooser = (
        f"fn {choose}({code}: {draw.whole.text}) -> &'static CStr {{\n"
        + "\n".join([f"match {code} % {draw.literal(3, 5)} {{", *arms, f'_ => c"{words[-1]}",', "}"])
        + "\n}"
    )
    given, text, size = Parameter(draw.names.measure(), draw.whole), draw.names.label(), draw.names.measure()
    argument = draw.number_of((given.name, draw.whole), [])
    ways = [
        ("usize", [f"let {text} = {choose}({argument});", f"unsafe {{ strlen({text}.as_ptr()) }}"]),
        (
            "usize",
            [
                f"let {text} = {choose}({argument});",
                f"let {size} = unsafe {{ strlen({text}.as_ptr()) }};",
                f"{size} * {draw.literal(2, 9)} + {draw.literal()}",
            ],
        ),
        (
            "(usize, String)",
            [
                f"let {text} = {choose}({argument});",
                f"let {size} = unsafe {{ strlen({text}.as_ptr()) }};",
                f"({size}, {text}.to_string_lossy().into_owned())",
            ],
        ),
        ("bool", [f"unsafe {{ strlen({choose}({argument}).as_ptr()) > strlen({name}.as_ptr()) }}"]),
        ("usize", [f'unsafe {{ strlen({choose}({argument}).as_ptr()) + strlen(c"{draw.names.text()}".as_ptr()) }}']),
    ]
    returns, lines = draw.one_of(ways)
    function = Function(draw.names.function(), (given,), returns, tuple(lines))
    second = Function(read, (), "usize", (f"unsafe {{ strlen({name}.as_ptr()) }}",))
    constant = f'{draw.one_of(["const", "static"])} {name}: &CStr = c"{draw.names.text()}";'
    declared = 'unsafe extern "C" {\nfn strlen(text: *const c_char) -> usize;\n}'
    needs = name in "\n".join(lines) or draw.chance(0.5)
    items = [declared, chooser, *([constant] if needs else [])]
    draw.random.shuffle(items)
    functions = [function, *([second] if needs and (draw.chance() or name not in "\n".join(lines)) else [])]
    return _piece([*items, *(one.text() for one in functions)], functions, _CHAR, _STR)


SCENES = (exported, measured_texts, safe_numbers, sorted_by_c, texts_from_c)
