"""Programs whose errors are anyhow's: contexts of what is missing, and early ends with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.mining.generate.function import Function, Parameter, needed
from share_rs.mining.generate.piece import Piece
from share_rs.mining.generate.types import NUMERAL, TEXT, few_of, joined, list_of, map_of, option_of, paired

if TYPE_CHECKING:
    from collections.abc import Sequence

    from share_rs.mining.generate.draw import Draw
    from share_rs.mining.generate.expressions import Place
    from share_rs.mining.generate.record import Record

_FINISHED = '{}.map_err(|error| format!("{error:#}"))'


class _Anyhow:
    """How a program names anyhow's items, and what its errors say."""

    def __init__(self, draw: Draw) -> None:
        self._draw = draw
        self._imports: set[str] = set()
        self._macros = draw.chance(0.6)
        self._result = draw.chance(0.6)
        self._grouped = draw.chance(0.7)
        self._told: list[str] = []
        self.constants: list[str] = []

    def result(self, type_: str) -> str:
        """Anyhow's `Result` of a type."""
        return f"{self._named('Result', imported=self._result)}<{type_}>"

    def macro(self, name: str) -> str:
        """A macro of anyhow, with its mark."""
        return self._named(name, imported=self._macros) + "!"

    def context(self, subject: str, shown: str = "", *, bound: bool = False) -> str:
        """A call that gives a reason, which follows from the program's constants or its comments.

        Or, with `shown`, from the name of a place, and with `bound` from the name to which the value is bound.
        """
        draw = self._draw
        self._imports.add("Context")
        words = subject.replace("_", " ")
        kind = draw.random.randrange(5 if shown else 4)
        if kind == 0 and bound:
            return f'.context("{words}")'
        if kind == 1:
            constant = draw.names.constant()
            self.constants.append(f'const {constant}: &str = "{draw.names.text()}";')
            return f".context({constant})"
        if kind == 4:
            return f'.with_context(|| format!("{{{shown}}}"))'
        self._told.append(f'/// Without {words} it fails with "no {words}".')
        return f'.context("no {words}")'

    def shown(self, name: str) -> str:
        """A call that gives a reason with a place in it."""
        self._imports.add("Context")
        return f'.with_context(|| format!("{self._draw.one_of(["in ", "not read: ", "line ", "at "])}{{{name}}}"))'

    def reason(self, places: Sequence[Place]) -> str:
        """A text for a macro, with something of what is in scope."""
        draw, words = self._draw, self._draw.names.text()
        names = [text.lstrip("*") for text, type_ in places if type_.kind in {"number", "text"}]
        if not names or draw.chance(0.3):
            return f'"{words}"'
        name = draw.one_of(names)
        if not name.isidentifier():
            return f'"{draw.one_of([f"{words}: {{}}", f"{{}} is {words}"])}", {name}'
        return f'"{draw.one_of([f"{words}: {{{name}}}", f"{words} {{{name}}}", f"{{{name}}} is {words}"])}"'

    def checks(self, places: Sequence[Place], least: int = 1, most: int = 2) -> list[str]:
        """Early ends."""
        draw, lines = self._draw, list[str]()
        for _ in range(draw.random.randint(least, most)):
            checked = draw.one_of([one for one in places if one[1].kind in {"number", "text", "list"}])
            end = self.end(places)
            lines += [f"if {draw.guard(checked)} {{", f"{end};", "}"]
        return lines

    def end(self, places: Sequence[Place]) -> str:
        """An early end."""
        if self._draw.chance(0.6):
            return f"{self.macro('bail')}({self.reason(places)})"
        return f"return Err({self.macro('anyhow')}({self.reason(places)}))"

    def taken(self, name: str, option: str, places: Sequence[Place], shown: str = "") -> list[str]:
        """Statements that bind to a name what an expression of type `Option` holds."""
        draw, kind = self._draw, self._draw.random.randrange(6)
        if kind <= 2:
            subject = name.strip("()").partition(",")[0]
            return [f"let {name} = {option}{self.context(subject, shown, bound=True)}?;"]
        if kind == 3:
            return [f"let Some({name}) = {option} else {{", f"{self.end(places)};", "};"]
        if kind == 4:
            inner = draw.names.variable()
            return [
                f"let {name} = match {option} {{",
                f"Some({inner}) => {inner},",
                f"None => {self.end(places)},",
                "};",
            ]
        return [f"let {name} = {option}.ok_or_else(|| {self.macro('anyhow')}({self.reason(places)}))?;"]

    def function(
        self,
        parameters: Sequence[Parameter],
        type_: str,
        body: Sequence[str],
        record: Record | None = None,
    ) -> Function:
        """A function, or a method of a struct, that may fail."""
        draw = self._draw
        return Function(
            draw.names.function(),
            tuple(parameters),
            self.result(type_),
            tuple(body),
            record,
            "&self" if record else "",
            pinned=f"Result<{type_}, String>",
            finished=_FINISHED,
        )

    def documented(self, function: Function) -> str:
        """The item, under what was told since the last one."""
        told, self._told = self._told, []
        return "\n".join([*dict.fromkeys(told), function.text()])

    def piece(self, items: Sequence[str], called: Sequence[Function], uses: Sequence[str] = ()) -> Piece:
        """All of it."""
        names = sorted(self._imports)
        if len(names) > 1 and self._grouped:
            names = [f"{{{', '.join(names)}}}"]
        imports = [f"anyhow::{name}" for name in names]
        return Piece([*self.constants, *items], called, [*imports, *uses], externs=("anyhow",))

    def _named(self, name: str, *, imported: bool) -> str:
        if not imported:
            return f"anyhow::{name}"
        self._imports.add(name)
        return name


def looked_up(draw: Draw) -> Piece:
    """What a list does not hold is an error."""
    anyhow, walked = _Anyhow(draw), draw.values()
    several, limit = Parameter(draw.names.several(), walked, "ref"), Parameter(draw.names.measure(), draw.whole)
    inner, one = walked.inner or TEXT, draw.names.variable()
    text = inner is TEXT
    name = draw.names.label() if text else draw.names.measure()
    index = limit.name if draw.whole.text == "usize" else f"{limit.name} as usize"
    option = several.name + draw.one_of(
        [
            ".first()",
            ".last()",
            f".get({index} % 4)",
            f".iter().{draw.one_of(['max', 'min'])}()",
            f".iter().find(|{one}| {draw.guard((one if text else '**' + one, inner))})",
            f".iter().skip({draw.literal(1, 2)}).next_back()",
        ]
    )
    place: Place = (name if text else f"*{name}", inner)
    number: Place = (limit.name, draw.whole)
    before = anyhow.checks([number, (several.name, walked)], 0, 1)
    body = [*before, *anyhow.taken(name, option, [number]), *anyhow.checks([place, number], 0, 2)]
    phrased = text and draw.chance()
    lines, value = draw.phrase_on(place, [number]) if phrased else draw.count_on(place, [number], 2)
    body += [*lines, f"Ok({value})"]
    finder = anyhow.function(needed((several, limit), body), "String" if phrased else draw.whole.text, body)
    return anyhow.piece([anyhow.documented(finder)], [finder])


def read(draw: Draw) -> Piece:
    """Texts are read as numbers, with a context."""
    anyhow, whole = _Anyhow(draw), draw.whole.text
    label, got = Parameter(draw.names.label(), NUMERAL, "ref"), draw.names.measure()
    trimmed = draw.one_of(["", ".trim()"])
    # As the last expression no question mark converts the error.
    reader = anyhow.function(
        [label],
        whole,
        [
            *anyhow.checks([(label.name, NUMERAL)], 0, 1),
            f"{label.name}{trimmed}.parse::<{whole}>(){anyhow.context(got, label.name)}",
        ],
    )
    items = [anyhow.documented(reader)]
    other = Parameter(draw.names.measure(), draw.whole)
    call = f"{reader.name}({label.name})"
    if draw.chance(0.4):
        call += anyhow.context(draw.names.label(), label.name)
    number, more = (got, draw.whole), (other.name, draw.whole)
    lines, value = draw.count_on(number, [more], 2)
    body = [f"let {got} = {call}?;", *anyhow.checks([number, more], 1, 2), *lines, f"Ok({value})"]
    user = anyhow.function(needed((label, other), body), whole, body)
    items.append(anyhow.documented(user))
    return anyhow.piece(items if draw.chance(0.7) else items[::-1], [reader, user])


def last(draw: Draw) -> Piece:
    """Functions that end in an option with a context, and one that calls them."""
    anyhow, whole = _Anyhow(draw), draw.whole.text
    walked = list_of(draw.whole)
    several, got = Parameter(draw.names.several(), walked, "ref"), draw.names.measure()
    one = draw.names.variable()
    place: Place = (f"**{one}", draw.whole)
    end = draw.one_of(["max", "min", "last"])
    chain = draw.one_of(
        [
            f".iter().copied().{end}()",
            f".iter().filter(|{one}| {draw.guard(place)}).copied().{end}()",
            f".iter().map(|{one}| {draw.number_of(('*' + one, draw.whole))}).{end}()",
            f".iter().copied().reduce(|{one}, next| {one}.max(next) + {draw.literal(1, 9)})",
            f".first().map(|{one}| {draw.number_of(('*' + one, draw.whole))})",
        ]
    )
    finder = anyhow.function(
        [several],
        whole,
        [*anyhow.checks([(several.name, walked)], 0, 1), f"{several.name}{chain}{anyhow.context(got)}"],
    )
    items = [anyhow.documented(finder)]
    limit = Parameter(draw.names.measure(), draw.whole)
    number, more = (got, draw.whole), (limit.name, draw.whole)
    lines, value = draw.count_on(number, [more], 2)
    body = [
        f"let {got} = {finder.name}({several.name})?;",
        *anyhow.checks([number, more], 0, 2),
        *lines,
        f"Ok({value})",
    ]
    user = anyhow.function(needed((several, limit), body), whole, body)
    items.append(anyhow.documented(user))
    return anyhow.piece(items, [finder, user])


def parts(draw: Draw) -> Piece:
    """Every part of a text is a name and a number."""
    anyhow, whole = _Anyhow(draw), draw.whole.text
    sign, separator = draw.one_of([("=", ";"), (":", ","), ("=", " "), (":", ";")])
    line, name, amount = draw.names.variable(), draw.names.label(), draw.names.measure()
    if draw.chance():
        given = Parameter(draw.names.several(), list_of(paired(sign)), "ref")
        walk = given.name
    else:
        given = Parameter(draw.names.label(), joined(paired(sign), separator), "ref")
        walk = f"{given.name}.split('{separator}')"
    split = f"{line}.split_once('{sign}')"
    if draw.chance(0.6):
        # What is said twice can be said again where it is missing.
        asked = anyhow.shown(line)
        start = [f"let ({name}, {amount}) = {split}{asked}?;"]
        read = f"let {amount}: {whole} = {amount}.trim().parse(){asked}?;"
    else:
        start = anyhow.taken(f"({name}, {amount})", split, [(line, TEXT)], line)
        read = f"let {amount} = {amount}.parse::<{whole}>(){anyhow.context(amount, line, bound=True)}?;"
    sum_, number = draw.names.measure(), (amount, draw.whole)
    checks = anyhow.checks([number, (name, TEXT)], 0, 1)
    adds = [f"{sum_} += {draw.number_on(number, [(name, TEXT)])};"]
    if draw.chance(0.4):
        adds = [f"if {draw.guard((name, TEXT))} {{", *adds, "}"]
    body = [f"let mut {sum_} = {draw.literal(0, 5)};", f"for {line} in {walk} {{", *start, read, *checks, *adds, "}"]
    # A name that nothing needs is not bound.
    if not needed([Parameter(name, TEXT)], [*checks, *adds]):
        body = [text.replace(f"({name}, {amount})", f"(_, {amount})") for text in body]
    lines, value = draw.count_on((sum_, draw.whole), most=1)
    function = anyhow.function(
        [given], whole, [*body, *anyhow.checks([(sum_, draw.whole)], 0, 1), *lines, f"Ok({value})"]
    )
    return anyhow.piece([anyhow.documented(function)], [function])


def kept(draw: Draw) -> Piece:
    """A struct says what it lacks."""
    anyhow, whole = _Anyhow(draw), draw.whole.text
    inner = draw.one_of([draw.whole, TEXT])
    record = draw.record(option_of(inner), draw.whole)
    field = draw.member(record, option_of(inner))
    places = [one for one in record.places("self") if one[1].kind in {"number", "text", "list"}]
    name = field.name if draw.chance() else draw.names.variable()
    option = f"self.{field.name}" if inner.copy else f"self.{field.name}.{draw.one_of(['as_ref', 'as_deref'])}()"
    lines, value = draw.count_on((name, inner), places, 2)
    body = [*anyhow.checks(places, 0, 2), *anyhow.taken(name, option, places), *lines, f"Ok({value})"]
    first = anyhow.function([], whole, body, record)
    members, methods = [anyhow.documented(first)], [first]
    if draw.chance(0.6):
        again = draw.names.measure()
        lines, value = draw.count_on((again, draw.whole), places, 1)
        body = [
            f"let {again} = self.{first.name}()?;",
            *anyhow.checks([(again, draw.whole), *places]),
            *lines,
            f"Ok({value})",
        ]
        methods.append(anyhow.function([], whole, body, record))
        members.append(anyhow.documented(methods[-1]))
    block = f"impl {record.name} {{\n" + "\n\n".join(members) + "\n}"
    return anyhow.piece([record.text(), block], methods)


def keyed(draw: Draw) -> Piece:
    """What a map does not hold is an error."""
    anyhow, key = _Anyhow(draw), few_of(draw.key())
    table = Parameter(draw.names.several(), map_of(key, draw.whole), "ref")
    wanted = [Parameter(draw.name_for(key), key, "ref") for _ in range(draw.random.randint(1, 2))]
    body, found = list[str](), list[str]()
    for one in wanted:
        name = draw.names.measure()
        plain = draw.one_of(["", ".copied()"])
        body += anyhow.taken(name, f"{table.name}.get({one.name}){plain}", [(one.name, key)], one.name)
        found.append(name if plain else f"*{name}")
    if draw.chance(0.3):
        body = [*anyhow.checks([(wanted[0].name, key)], 1, 1), *body]
    numbers = [(text, draw.whole) for text in found]
    body += anyhow.checks(numbers, 0, 2)
    lines, value = draw.count_on(numbers[0], numbers[1:], 2)
    told = [*lines, value]
    rest = " + ".join(text for text, _ in numbers[1:] if not needed([Parameter(text.lstrip("*"), key)], told))
    value = f"({value}) + {rest}" if rest else value
    function = anyhow.function([table, *wanted], draw.whole.text, [*body, *lines, f"Ok({value})"])
    return anyhow.piece([anyhow.documented(function)], [function], ["std::collections::BTreeMap"])


SCENES = (keyed, kept, last, looked_up, parts, read)
