"""Programs with a derive of a macro crate: accessors for the fields of a struct, and the list of their names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.mining.generate.function import Function, Parameter, needed
from share_rs.mining.generate.piece import Piece, impl
from share_rs.mining.generate.types import TEXT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from share_rs.mining.generate.draw import Draw
    from share_rs.mining.generate.expressions import Place
    from share_rs.mining.generate.record import Field, Record


class _Derived:
    """A struct with `#[derive(Fields)]`: which fields have no accessor, or one of another name."""

    def __init__(self, draw: Draw, record: Record) -> None:
        self._draw = draw
        self.record = record
        self.skipped: list[Field] = []
        self._renamed: dict[str, str] = {}

    def rename(self, share: float = 0.6) -> None:
        """Gives accessors other names: of one field at least, of others in a share of all cases."""
        draw, open_ = self._draw, [one for one in self.record.fields if one not in self.skipped]
        first = draw.one_of([one for one in open_ if one.type.kind in {"number", "text"}])
        for one in open_:
            if one is first or draw.chance(share / 2):
                self._renamed[one.name] = self._another(one.name)

    def _another(self, name: str) -> str:
        """A name that shows which field it is: the last word alone, or one word more."""
        last = name.rpartition("_")[2]
        taken = {*(one.name for one in self.record.fields), *self._renamed.values()}
        if last not in taken and self._draw.chance(0.8):
            return last
        return f"{name}_{self._draw.one_of(['value', 'now', 'held', 'given', 'kept', 'seen'])}"

    def skip(self, field: Field) -> None:
        """Leaves a field out."""
        self.skipped.append(field)

    def text(self) -> str:
        """The item."""
        draw, lines = self._draw, list[str]()
        for one in self.record.fields:
            if one in self.skipped:
                lines.append("#[field(skip)]")
            elif one.name in self._renamed:
                lines.append(f'#[field(rename = "{self._renamed[one.name]}")]')
            lines.append(f"pub {one.name}: {one.type.text},")
        derives = draw.one_of(["Fields", "Debug, Fields", "Fields, Debug", "Clone, Debug, Fields", "Clone, Fields"])
        return f"#[derive({derives})]\npub struct {self.record.name} {{\n" + "\n".join(lines) + "\n}"

    def accessor(self, field: Field, base: str) -> Place:
        """What the accessor of a field gives, as a place."""
        call = f"{base}.{self._renamed.get(field.name, field.name)}()"
        return (f"*{call}" if field.type.copy else call, field.type)

    def places(self, base: str) -> list[Place]:
        """What the accessors give that expressions can look at, those of other names first."""
        open_ = [one for one in self.record.fields if one not in self.skipped]
        open_.sort(key=lambda one: one.name not in self._renamed)
        return [self.accessor(one, base) for one in open_ if one.type.kind in {"number", "text", "truth"}]

    def listed(self) -> tuple[list[str], str]:
        """A body about the names of the fields, and what it gives."""
        draw, owner = self._draw, self.record.name
        whole, one = draw.whole.text, draw.names.variable()
        sign = draw.one_of([", ", " ", "/", "|"])
        return draw.one_of(
            [
                ([f'{owner}::FIELDS.join("{sign}")'], "String"),
                ([f"{owner}::FIELDS.iter().map(|{one}| {one}.len()).sum()"], "usize"),
                ([f"{owner}::FIELDS.iter().map(|{one}| {one}.to_uppercase()).collect()"], "Vec<String>"),
                ([f"{owner}::FIELDS.iter().map(|{one}| {one}.replace('_', \" \")).collect()"], "Vec<String>"),
                ([f"{owner}::FIELDS.len(){draw.cast} * {draw.literal(2, 9)}"], whole),
                ([f"{owner}::FIELDS.iter().copied().max().unwrap_or_default()"], "&'static str"),
            ]
        )


def read(draw: Draw) -> Piece:
    """A function reads a struct by its accessors, some of which have names of their own."""
    made = _Derived(draw, draw.record(draw.whole, TEXT, least=3))
    made.rename()
    given = Parameter(draw.names.variable(), made.record.type, "ref")
    places = made.places(given.name)
    items, called = [made.text()], list[Function]()
    for place in draw.random.sample(places[:2], draw.random.randint(1, 2)):
        if place[1] is TEXT and draw.chance():
            called.append(Function(draw.names.function(), (given,), "String", draw.phrased_of(place, places)))
        else:
            lines, value = draw.count_on(place, places, 2)
            called.append(Function(draw.names.function(), (given,), draw.whole.text, (*lines, value)))
    if draw.chance():
        body, returns = made.listed()
        called.append(Function(draw.names.function(), (), returns, tuple(body)))
    items += [one.text() for one in called]
    return _piece(made, items, called)


def methods(draw: Draw) -> Piece:
    """Methods beside those that are derived."""
    made = _Derived(draw, draw.record(draw.whole, TEXT, least=3))
    if draw.chance(0.3):
        made.skip(draw.one_of(made.record.fields[2:]))
    made.rename()
    places = made.places("self")
    lines, value = draw.count_on(places[0], places, 2)
    own = [Function(draw.names.function(), (), draw.whole.text, (*lines, value), made.record, "&self")]
    if draw.chance(0.6):
        other = Parameter(draw.names.measure(), draw.whole)
        body = draw.counted_of(places[0], [*places, (other.name, draw.whole)])
        own.append(Function(draw.names.function(), needed([other], body), draw.whole.text, body, made.record, "&self"))
    if draw.chance():
        body, returns = made.listed()
        own.append(Function(draw.names.function(), (), returns, tuple(body), made.record))
    draw.random.shuffle(own)
    return _piece(made, [made.text(), impl(made.record, *own)], own)


def skipped(draw: Draw) -> Piece:
    """A trait's method bears the name of a field, which therefore has no accessor."""
    made = _Derived(draw, draw.record(draw.whole, draw.whole, TEXT))
    hidden = draw.member(made.record, draw.whole)
    made.skip(hidden)
    if draw.chance(0.4):
        made.rename(0)
    trait, method, whole = draw.names.trait(), hidden.name, draw.whole.text
    own = list(made.record.places("self"))
    # The field itself, and not only the field.
    told = draw.number_on((f"self.{hidden.name}", draw.whole), own)
    told = f"self.{hidden.name} + {draw.literal()}" if told == f"self.{hidden.name}" else told
    items = [
        f"pub trait {trait} {{\nfn {method}(&self) -> {whole};\n}}",
        made.text(),
        f"impl {trait} for {made.record.name} {{\nfn {method}(&self) -> {whole} {{\n{told}\n}}\n}}",
    ]
    given, got = Parameter(draw.names.variable(), made.record.type, "ref"), draw.names.measure()
    places = made.places(given.name)
    lines, value = draw.count_on((got, draw.whole), places, 2)
    # What is taken says its type: another one is an error here and not further down.
    called = [
        Function(
            draw.names.function(),
            (given,),
            whole,
            (f"let {got}: {whole} = {given.name}.{method}();", *lines, value),
        )
    ]
    if draw.chance(0.4):
        limit = draw.literal(6, 32)
        body = (f"{given.name}.{method}() {draw.one_of(['>', '<', '>='])} {limit}",)
        called.append(Function(draw.names.function(), (given,), "bool", body))
    if draw.chance(0.6):
        body, returns = made.listed()
        called.append(Function(draw.names.function(), (), returns, tuple(body)))
    items += [one.text() for one in called]
    return _piece(made, items, called)


def listed(draw: Draw) -> Piece:
    """What a struct lists of itself leaves a field out."""
    made = _Derived(draw, draw.record(draw.whole, TEXT, least=4))
    made.skip(draw.one_of(made.record.fields))
    made.rename(0.3)
    own: list[Function] = []
    for _ in range(draw.random.randint(1, 2)):
        body, returns = made.listed()
        own.append(Function(draw.names.function(), (), returns, tuple(body), made.record))
    name, places, count = draw.names.variable(), made.places("self"), draw.names.measure()
    search = Parameter(draw.names.label(), TEXT, "ref")
    owner = draw.one_of(["Self", made.record.name])
    if draw.chance():
        body = (f"{owner}::FIELDS.iter().any(|{name}| {name}.contains({search.name}))",)
        own.append(Function(draw.names.function(), (search,), "bool", body, made.record))
    else:
        lines, value = draw.count_on((count, draw.whole), places, 1)
        body = (f"let {count} = {owner}::FIELDS.len(){draw.cast};", *lines, value)
        own.append(Function(draw.names.function(), (), draw.whole.text, body, made.record, "&self"))
    lines, value = draw.count_on(places[0], places, 1)
    own.append(Function(draw.names.function(), (), draw.whole.text, (*lines, value), made.record, "&self"))
    return _piece(made, [made.text(), impl(made.record, *own)], own)


def compared(draw: Draw) -> Piece:
    """Two values are told apart by what their accessors give."""
    made = _Derived(draw, draw.record(draw.whole, TEXT, least=3))
    made.rename()
    first, second = (Parameter(draw.names.variable(), made.record.type, "ref") for _ in range(2))
    places = [*made.places(first.name), *made.places(second.name)]
    one, two = (next(place for place in made.places(of.name) if place[1].kind != "truth") for of in (first, second))
    kept = draw.names.measure()
    size = "" if one[1] == draw.whole else f".len(){draw.cast}"
    left, right = (place[0] + size for place in (one, two))
    lines, value = draw.count_on((kept, draw.whole), places, 2)
    body = draw.one_of(
        [
            [f"let {kept} = ({left}).max({right});"],
            [f"let {kept} = if {one[0].lstrip('*')} == {two[0].lstrip('*')} {{ {draw.literal()} }} else {{ {left} }};"],
            [f"let {kept} = {left} + {right} * {draw.literal(2, 9)};"],
            [
                f"let {kept} = ({left}).abs_diff({right}){'' if draw.whole.text[0] == 'u' else ' as ' + draw.whole.text};"
            ],
        ]
    )
    called = [Function(draw.names.function(), (first, second), draw.whole.text, (*body, *lines, value))]
    if draw.chance():
        text, returns = made.listed()
        called.append(Function(draw.names.function(), (), returns, tuple(text)))
    items = [made.text(), *(function.text() for function in called)]
    return _piece(made, items, called)


def _piece(made: _Derived, items: Sequence[str], called: Sequence[Function]) -> Piece:
    """With a probe of the list, which holds the names of all accessors."""
    owner = made.record.name
    name = f"probe_{owner.lower()}_fields"
    probe = (
        f"pub fn {name}(_draw: &mut Draw, record: &mut Record) {{\n"
        f'record.value("fields", &{owner}::FIELDS.join(","));\n}}'
    )
    return Piece(items, called, ["fields::Fields"], [probe], [owner], externs=("fields",))


SCENES = (compared, listed, methods, read, skipped)
