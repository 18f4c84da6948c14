"""Programs with error types of their own, into which other errors are converted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from share_rs.mining.generate.failure import Failure
from share_rs.mining.generate.function import Function, Parameter
from share_rs.mining.generate.piece import Piece
from share_rs.mining.generate.types import NUMERAL, TEXT, Type, joined, list_of, paired

if TYPE_CHECKING:
    from share_rs.mining.generate.draw import Draw


@dataclass(frozen=True)
class _Read:
    """A way to read something from a text, and the error of std that it may end in."""

    error: str
    call: str
    """With the text's place for `{}`."""
    type: str
    drawn: Type


def _reads(draw: Draw) -> list[_Read]:
    whole = draw.whole.text
    small = draw.one_of(["u8", "u16", "i16"])
    bounds = 'if draw.chance(1, 2) { draw.pick(&["true", "false"]).to_string() } else { draw.word() }'
    letters = 'draw.pick(&["a", "x", "ox", ""]).to_string()'
    decimal = 'if draw.chance(3, 4) { format!("{}.5", draw.int(0..40_u32)) } else { draw.word() }'
    return [
        _Read("std::num::ParseIntError", f"{{}}.parse::<{whole}>()", whole, NUMERAL),
        _Read("std::num::ParseIntError", f"{{}}.trim().parse::<{small}>()", small, NUMERAL),
        _Read("std::str::ParseBoolError", "{}.parse::<bool>()", "bool", Type("String", "text", bounds)),
        _Read("std::char::ParseCharError", "{}.parse::<char>()", "char", Type("String", "text", letters)),
        _Read("std::num::ParseFloatError", "{}.parse::<f64>()", "f64", Type("String", "text", decimal)),
    ]


def _short(draw: Draw, error: str) -> tuple[str, list[str]]:
    """The error's name, and the `use` that it needs."""
    return (error, []) if draw.chance(0.3) else (error.rpartition("::")[2], [error])


def converted(draw: Draw) -> Piece:
    """`?` converts std's errors by an impl of From for each."""
    reads = draw.random.sample(_reads(draw), draw.one_of([1, 3, 4, 4, 5]))
    reads = [one for index, one in enumerate(reads) if one.error not in {other.error for other in reads[:index]}][:3]
    failure = Failure(draw, "enum")
    uses, impls = list[str](), list[str]()
    parameters: list[Parameter] = []
    body: list[str] = []
    names: list[str] = []
    own = draw.one_of(["Self", failure.name])
    # One that is missing can be told from the others where they are alike.
    long = draw.chance(0.3)
    for one in reads:
        error = one.error if long else one.error.rpartition("::")[2]
        uses += [] if long else [one.error]
        case = failure.case(error).rpartition("::")[2]
        held = draw.one_of(["error", "error", "cause", "source", "inner"])
        impls.append(
            f"impl From<{error}> for {failure.name} {{\nfn from({held}: {error}) -> Self {{\n{own}::{case}({held})\n}}\n}}"
        )
        parameters.append(Parameter(draw.names.label(), one.drawn, "ref"))
        names.append(draw.names.variable())
        body.append(f"let {names[-1]} = {one.call.replace('{}', parameters[-1].name)}?;")
    if draw.chance(0.5) and reads[0].type == draw.whole.text:
        number = (names[0], draw.whole)
        body += [f"if {draw.guard(number)} {{", f"return Err({failure.raised([number])});", "}"]
    value = names[0] if len(names) == 1 else f"({', '.join(names)})"
    returns = reads[0].type if len(reads) == 1 else f"({', '.join(one.type for one in reads)})"
    reader = Function(
        draw.names.function(),
        tuple(parameters),
        f"Result<{returns}, {failure.name}>",
        (*body, f"Ok({value})"),
        shown=failure.shown,
    )
    functions = [reader]
    if draw.chance():
        several, found, one = (
            Parameter(draw.names.several(), list_of(reads[0].drawn), "ref"),
            draw.names.several(),
            draw.names.variable(),
        )
        read = reads[0].call.replace("{}", one)
        steps = draw.one_of(
            [
                (
                    f"let mut {found} = Vec::new();",
                    f"for {one} in {several.name} {{",
                    f"{found}.push({read}?);",
                    "}",
                    f"Ok({found})",
                ),
                (
                    f"let mut {found} = 0;",
                    f"for {one} in {several.name} {{",
                    f"{read}?;",
                    f"{found} += 1;",
                    "}",
                    f"Ok({found})",
                ),
            ]
        )
        result = f"Vec<{reads[0].type}>" if "Vec" in steps[0] else "usize"
        functions.append(
            Function(draw.names.function(), (several,), f"Result<{result}, {failure.name}>", steps, shown=failure.shown)
        )
    items = [*failure.items(), *impls, *(one.text() for one in functions)]
    return Piece(items, functions, uses=[*uses, *failure.uses()], imports=failure.imports())


def wrapped(draw: Draw) -> Piece:
    """A struct, or an enum, of errors takes what std says by `map_err`."""
    read = draw.one_of(_reads(draw))
    failure = Failure(draw, "enum")
    error, uses = _short(draw, read.error)
    form = draw.random.randrange(3)
    given = Parameter(draw.names.label(), read.drawn, "ref")
    held = draw.one_of(["error", "cause", "reason"])
    if form == 0:
        case = failure.case(error)
        mapped = draw.one_of([case, f"|{held}| {case}({held})"])
    elif form == 1:
        case, uses = failure.case(TEXT), []
        mapped = draw.one_of(
            [
                f"|{held}| {case}({held}.to_string())",
                f"|_| {case}({given.name}.to_string())",
                f"|_| {case}({given.name}.to_owned())",
            ]
        )
    else:
        case, uses = failure.case(), []
        mapped = f"|_| {case}"
    got = draw.names.variable()
    number = (got, draw.whole)
    body = [f"let {got} = {read.call.replace('{}', given.name)}.map_err({mapped})?;"]
    value = got
    if read.type == draw.whole.text:
        if draw.chance():
            body += [f"if {draw.guard(number)} {{", f"return Err({failure.raised([number])});", "}"]
        lines, value = draw.count_on(number, most=1)
        body += lines
    elif read.type == "bool" and draw.chance():
        body += [f"if !{got} {{", f"return Err({failure.raised([(given.name, TEXT)])});", "}"]
    if draw.chance(0.25) and value == got and len(body) == 1:
        body = [body[0].removeprefix(f"let {got} = ").removesuffix("?;")]
    else:
        body.append(f"Ok({value})")
    reader = Function(
        draw.names.function(), (given,), f"Result<{read.type}, {failure.name}>", tuple(body), shown=failure.shown
    )
    sign = draw.one_of([",", ";", " "])
    line, one, sum_ = (
        Parameter(draw.name_for(TEXT), joined(read.drawn, sign), "ref"),
        draw.names.variable(),
        draw.names.several(),
    )
    steps = draw.one_of(
        [
            (
                f"let mut {sum_} = Vec::new();",
                f"for {one} in {line.name}.split('{sign}') {{",
                f"{sum_}.push({reader.name}({one})?);",
                "}",
                f"Ok({sum_})",
            ),
            (f"{line.name}.split('{sign}').map({reader.name}).collect()",),
        ]
    )
    every = Function(
        draw.names.function(), (line,), f"Result<Vec<{read.type}>, {failure.name}>", steps, shown=failure.shown
    )
    functions = [reader, every] if draw.chance(0.7) else [reader]
    items = [*failure.items(), *(one.text() for one in functions)]
    return Piece(items, functions, uses=[*uses, *failure.uses()], imports=failure.imports())


def lower_and_upper(draw: Draw) -> Piece:
    """An error of a lower layer becomes a case of the error of an upper one, by From or by `map_err`."""
    lower, upper = Failure(draw, "enum"), Failure(draw, "enum")
    given, other = Parameter(draw.names.measure(), draw.whole), Parameter(draw.names.label(), TEXT, "ref")
    number = (given.name, draw.whole)
    lines, value = draw.count_on(number, most=1)
    body = [f"if {draw.guard(number)} {{", f"return Err({lower.raised([number])});", "}", *lines, f"Ok({value})"]
    if draw.chance(0.4):
        body[3:3] = [f"if {draw.guard(number)} {{", f"return Err({lower.raised([number])});", "}"]
    low = Function(
        draw.names.function(),
        (given,),
        f"Result<{draw.whole.text}, {lower.name}>",
        tuple(body),
        prefix=draw.one_of(["", "pub "]),
        shown=lower.shown,
    )
    case = upper.case(lower.name)
    got, held = draw.names.measure(), draw.one_of(["error", "cause", "inner"])
    by_from = draw.chance()
    mapped = "" if by_from else f".map_err({draw.one_of([case, f'|{held}| {case}({held})'])})"
    checks = [f"if {draw.guard((other.name, TEXT))} {{", f"return Err({upper.raised([(other.name, TEXT)])});", "}"]
    call = [f"let {got} = {low.name}({given.name}){mapped}?;"]
    lines, value = draw.count_on((got, draw.whole), [(other.name, TEXT)], 1)
    start = [*checks, *call] if draw.chance() else [*call, *checks]
    high = Function(
        draw.names.function(),
        (given, other),
        f"Result<{draw.whole.text}, {upper.name}>",
        (*start, *lines, f"Ok({value})"),
        shown=upper.shown,
    )
    own = draw.one_of(["Self", upper.name])
    made = f"{own}::{case.rpartition('::')[2]}({held})"
    head = f"impl From<{lower.name}> for {upper.name} {{\nfn from({held}: {lower.name}) -> Self {{\n"
    conversion = [f"{head}{made}\n}}\n}}"] if by_from else []
    lower.displayed = lower.displayed or upper.displayed
    items = [*lower.items(), *upper.items(), *conversion, low.text(), high.text()]
    called = [low, high] if low.prefix else [high]
    imports = [*(lower.imports() if low.prefix else ()), *upper.imports()]
    return Piece(items, called, uses=[*lower.uses(), *upper.uses()], imports=imports)


def kept_as_text(draw: Draw) -> Piece:
    """A struct of an error keeps a text and is made from others by From."""
    name = draw.names.entity() + draw.one_of(["Error", "Failure", "Fault"])
    field = draw.one_of(["0", draw.names.label()])
    read = draw.one_of(_reads(draw))
    error, uses = _short(draw, read.error)
    held = draw.one_of(["error", "cause", "reason"])
    struct = f"pub struct {name}(pub String);" if field == "0" else f"pub struct {name} {{\npub {field}: String,\n}}"

    def made(text: str) -> str:
        return f"{name}({text})" if field == "0" else f"{name} {{ {field}: {text} }}"

    def conversion(source: str, text: str) -> str:
        return f"impl From<{source}> for {name} {{\nfn from({held}: {source}) -> Self {{\n{made(text)}\n}}\n}}"

    sign = draw.one_of(["=", ":", "@"])
    conversions = [conversion(error, f"{held}.to_string()")]
    given, got = Parameter(draw.names.label(), read.drawn, "ref"), draw.names.variable()
    from_text = draw.chance(0.6)
    body = [f"let {got} = {read.call.replace('{}', given.name)}?;"]
    if from_text:
        conversions.append(conversion("&str", draw.one_of([f"{held}.to_string()", f"{held}.to_owned()"])))
        body = [
            f"if {draw.guard((given.name, given.type))} {{",
            f'return Err("{draw.names.text()}".into());',
            "}",
            *body,
        ]
    shown = f"{{}}.map_err(|error| error.{field})"
    reader = Function(
        draw.names.function(), (given,), f"Result<{read.type}, {name}>", (*body, f"Ok({got})"), shown=shown
    )
    line, left, right = Parameter(draw.names.label(), paired(sign), "ref"), draw.names.label(), draw.names.label()
    lazy = draw.one_of([f'ok_or("{draw.names.text()}")', f"ok_or_else(|| {made(f'{line.name}.to_string()')})"])
    lazy = lazy if from_text else f"ok_or_else(|| {made(f'{line.name}.to_string()')})"
    whole = draw.whole.text
    # Where the error is converted by From already, nothing has to be said.
    known = read.error == "std::num::ParseIntError"
    mapped = "" if known else f".map_err(|{held}| {made(f'{held}.to_string()')})"
    number = Function(
        draw.names.function(),
        (line,),
        f"Result<(String, {whole}), {name}>",
        (
            f"let ({left}, {right}) = {line.name}.split_once('{sign}').{lazy}?;",
            f"let {got} = {right}.parse::<{whole}>(){mapped}?;",
            f"Ok(({left}.to_string(), {got}))",
        ),
        shown=shown,
    )
    functions = draw.random.sample([reader, number], 2) if draw.chance(0.7) else [reader]
    draw.random.shuffle(conversions)
    items = [struct, *conversions, *(one.text() for one in functions)]
    return Piece(items, functions, uses=uses, imports=[name])


SCENES = (converted, kept_as_text, lower_and_upper, wrapped)
