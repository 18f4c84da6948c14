"""Programs whose format strings name their variables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.mining.generate.function import Function, Parameter, needed
from share_rs.mining.generate.host import host
from share_rs.mining.generate.piece import Piece
from share_rs.mining.generate.types import TEXT, Type, option_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from share_rs.mining.generate.draw import Draw
    from share_rs.mining.generate.expressions import Place
_SMALL = Type("usize", "number", "draw.int(0..14_usize)", copy=True)


def _shown(draw: Draw, name: str, type_: Type, width: str = "") -> str:
    """A variable in a format string."""
    debug = "?" if type_.kind in {"list", "option"} else ""
    if width and draw.chance(0.7):
        fill = draw.one_of(["", "", "-", ".", "*"])
        return f"{{{name}:{fill}{draw.one_of('<>^')}{width}${debug}}}"
    if debug:
        return f"{{{name}:?}}"
    plain = ["", "", "", f":>{draw.literal(3, 9)}", f":<{draw.literal(3, 9)}", f":^{draw.literal(4, 9)}", ":?"]
    numbers = [f":0{draw.literal(2, 5)}", ":x", ":#x", ":b", ":+"]
    return f"{{{name}{draw.one_of([*plain, *numbers] if type_.kind == 'number' else plain)}}}"


def _line(draw: Draw, names: Sequence[tuple[str, Type]], width: str = "") -> str:
    """The inside of a format string that names all of them, in any order."""
    parts = [_shown(draw, name, type_, width) for name, type_ in names]
    if width and not any(f"{width}$" in one for one in parts):
        name, type_ = names[0]
        parts[0] = f"{{{name}:{draw.one_of('<>^')}{width}${'?' if type_.kind in {'list', 'option'} else ''}}}"
    draw.random.shuffle(parts)
    if draw.chance(0.2):
        parts.append(draw.one_of(parts))
    between = draw.one_of([" ", ": ", ", ", " - ", "/", " | "])
    before, after = draw.one_of([("", ""), (f"{draw.names.text()} ", ""), ("", f" {draw.names.text()}"), ("[", "]")])
    braces = draw.one_of([("", ""), ("", ""), ("", ""), ("{{", "}}")])
    return f"{braces[0]}{before}{between.join(parts)}{after}{braces[1]}"


def labels(draw: Draw) -> Piece:
    """A text made of parameters and of what is counted from them."""
    types = [
        draw.one_of([draw.whole, TEXT, TEXT, draw.values(), option_of(draw.whole)])
        for _ in range(draw.random.randint(1, 3))
    ]
    parameters = [Parameter(draw.name_for(one), one, "own" if one.copy else "ref") for one in types]
    places: list[Place] = [(one.name, one.type) for one in parameters]
    names = list(places)
    lines: list[str] = []
    width = ""
    if draw.chance(0.6):
        made = draw.names.measure()
        before, value = draw.count(places, 1)
        lines += [*before, f"let {made} = {value};"]
        names.append((made, draw.whole))
    if draw.chance(0.4):
        width = draw.one_of(["width", "columns", "size", "pad"])
        first = places[0][0]
        size = f"{first}.len() + 2" if types[0].kind in {"text", "list"} else draw.literal(5, 9)
        lines.append(f"let {width} = {draw.one_of([draw.literal(4, 12), size])};")
    draw.random.shuffle(names)
    text = f'format!("{_line(draw, names, width)}")'
    end, returns = draw.one_of(
        [
            ([text], "String"),
            ([text], "String"),
            ([f"Some({text})"], "Option<String>"),
            ([f"vec![{text}]"], "Vec<String>"),
        ]
    )
    if draw.chance(0.3):
        kept = draw.names.label()
        change = draw.one_of([f"{kept}.push('{draw.one_of('!?.')}');", f"{kept}.insert(0, '{draw.one_of('-*>')}');"])
        end = [f"let mut {kept} = {text};", f"if {draw.truth(places)} {{", change, "}", kept]
        returns = "String"
    elif draw.chance(0.3):
        reason = f'format!("{_line(draw, [draw.one_of(places)])}")'
        end = [f"if {draw.guard(places[0])} {{", f"return Err({reason});", "}", f"Ok({text})"]
        returns = "Result<String, String>"
    body = [*lines, *end]
    function = Function(draw.names.function(), needed(parameters, body), returns, tuple(body))
    return Piece([function.text()], [function])


def lines_of_a_list(draw: Draw) -> Piece:
    """A line for each element."""
    walked = draw.values()
    home, one, out = host(draw, walked, "ref"), draw.names.variable(), draw.names.label()
    inner: Type = walked.inner or TEXT
    at = draw.one_of(["index", "at", "place", "i"])
    extra = Parameter(draw.names.measure(), draw.whole)
    names: list[Place] = [(one, inner)]
    numbered = draw.chance(0.6)
    if numbered:
        names.append((at, draw.whole))
    if draw.chance(0.4):
        names.append((extra.name, draw.whole))
    width = ""
    start: list[str] = []
    if draw.chance(0.35):
        width = draw.one_of(["width", "columns", "size", "pad"])
        start = [f"let {width} = {draw.literal(4, 12)};"]
        if inner is TEXT and draw.chance():
            start = [f"let {width} = {home.place}.iter().map(String::len).max().unwrap_or({draw.literal(1, 9)});"]
    text = _line(draw, names, width)
    each = f"({at}, {one})" if numbered else one
    walk = f"{home.place}.iter(){'.enumerate()' if numbered else ''}"
    kind, uses = draw.random.randrange(5), ()
    if kind == 0:
        body, returns = [f'{walk}.map(|{each}| format!("{text}")).collect()'], "Vec<String>"
    elif kind == 1:
        joint = draw.one_of(["\\n", ", ", "; ", " "])
        body, returns = (
            [f"let {out}: Vec<String> = {walk}", f'.map(|{each}| format!("{text}"))', ".collect();"],
            "String",
        )
        body.append(f'{out}.join("{joint}")')
    else:
        write = {
            2: [f'{out}.push_str(&format!("{text}\\n"));'],
            3: [f'let _ = writeln!({out}, "{text}");'],
            4: [f'write!({out}, "{text};").unwrap();'],
        }[kind]
        uses = ("std::fmt::Write",) if kind > 2 else ()
        if draw.chance(0.4):
            condition = draw.truth([(f"*{one}" if inner.copy else one, inner)])
            write = [f"if {condition} {{", *write, "}"]
        elif draw.chance(0.3):
            other = f'{out}.push_str(&format!("{_line(draw, [(one, inner)])}\\n"));'
            write = [f"if {draw.truth([(f'*{one}' if inner.copy else one, inner)])} {{", *write, "} else {", other, "}"]
        body = [f"let mut {out} = String::new();", f"for {each} in {walk} {{", *write, "}", out]
        returns = "String"
    body = [*start, *body]
    return home.piece(home.function(draw, body, returns, [extra]), uses=uses)


def shown_structs(draw: Draw) -> Piece:
    """A struct that writes itself."""
    record = draw.record(draw.whole, TEXT)
    out = draw.one_of(["f", "out", "formatter"])
    fields = [one for one in record.fields if one.type.kind in {"text", "number", "list", "option", "truth"}]
    some = draw.random.sample(fields, draw.random.randint(1, len(fields)))
    given = [(one.name, one.type) for one in some]
    width = ""
    lines: list[str] = []
    numbers = [name for name, type_ in given if type_.kind == "number"]
    if draw.chance(0.35):
        width = draw.one_of(["width", "columns", "pad"])
        lines.append(f"let {width} = {draw.literal(4, 12)};")
    if len(given) == len(record.fields):
        taken = [f"let Self {{ {', '.join(sorted(name for name, _ in given))} }} = self;"]
    elif draw.chance(0.6):
        taken = [f"let Self {{ {', '.join(name for name, _ in given)}, .. }} = self;"]
    else:
        taken = [f"let {name} = &self.{name};" for name, _ in given]
    lines = [*taken, *lines]
    if draw.chance(0.3) and numbers:
        write = [
            f"if *{numbers[0]} > {draw.literal()} {{",
            f'return write!({out}, "{_line(draw, [(numbers[0], draw.whole)])}");',
            "}",
        ]
        lines += write
    lines.append(f'write!({out}, "{_line(draw, given, width)}")')
    body = "\n".join(lines)
    display = f"impl fmt::Display for {record.name} {{\nfn fmt(&self, {out}: &mut fmt::Formatter<'_>) -> fmt::Result {{\n{body}\n}}\n}}"
    subject = Parameter(draw.names.variable(), record.type, "ref")
    count = Parameter(draw.names.measure(), draw.whole)
    asked = draw.one_of(
        [
            f'format!("{{{subject.name}}} {{{count.name}:>4}}")',
            f'format!("{{{count.name}}}: {{{subject.name}}}")',
            f'format!("<{{{subject.name}}}>")',
            f"{subject.name}.to_string()",
            f"{subject.name}.to_string().to_uppercase()",
        ]
    )
    function = Function(draw.names.function(), needed((subject, count), [asked]), "String", (asked,))
    return Piece([record.text(), display, function.text()], [function], ("std::fmt",))


def columns(draw: Draw) -> Piece:
    """Texts that are padded to a width that somebody gives."""
    wide = Parameter(draw.one_of(["width", "columns", "indent", "size"]), _SMALL)
    types = [draw.one_of([draw.whole, TEXT]) for _ in range(draw.random.randint(1, 3))]
    given = [Parameter(draw.name_for(one), one, "own" if one.copy else "ref") for one in types]
    names: list[Place] = [(one.name, one.type) for one in given]
    text = f'format!("{_line(draw, names, wide.name)}")'
    lines: list[str] = []
    kept = draw.names.label()
    kind = draw.random.randrange(4)
    if kind == 0:
        lines = [text]
    elif kind == 1:
        lines = [f"let {kept} = {text};", f'format!("{_line(draw, [(kept, TEXT)])}")']
    elif kind == 2:
        head = (
            f'format!("{{:{draw.one_of("-=~")}>{wide.name}$}}", "")'
            if draw.chance(0.3)
            else f'"{draw.one_of("-=~")}".repeat({wide.name})'
        )
        lines = [f"let {kept} = {head};", f'format!("{_line(draw, [*names, (kept, TEXT)], wide.name)}")']
    else:
        lines = [f"let mut {kept} = {text};", f"for step in 0..{draw.literal(2, 3)} {{"]
        lines += [f'{kept}.push_str(&format!("{_line(draw, [("step", draw.whole)], wide.name)}"));', "}", kept]
    parameters = [*given, wide]
    draw.random.shuffle(parameters)
    function = Function(draw.names.function(), needed(parameters, lines), "String", tuple(lines))
    return Piece([function.text()], [function])


SCENES = (columns, labels, lines_of_a_list, shown_structs)
