"""What a scene draws from: names, types, structs, expressions and statements of one program."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from share_rs.mining.generate.expressions import Expressions
from share_rs.mining.generate.names import Names
from share_rs.mining.generate.record import Field, Record
from share_rs.mining.generate.steps import Steps
from share_rs.mining.generate.types import (
    DIGITS,
    FLOAT,
    NUMERAL,
    TEXT,
    TRUTH,
    Type,
    list_of,
    map_of,
    number,
    option_of,
    simple,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from random import Random

    from share_rs.mining.generate.expressions import Place

T = TypeVar("T")

_WHOLE = ("u32", "u64", "i32", "i64", "usize")


class Draw:
    """One program's material. Everything comes from `random`, so that a seed gives a program."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.names = Names(random)
        self.whole = number(random.choice(_WHOLE))
        """The type of all whole numbers."""
        self.cast = "" if self.whole.text == "usize" else f" as {self.whole.text}"
        """What makes a length such a number."""
        self._expressions = Expressions(random, self.names, self.whole)
        self._steps = Steps(random, self.names, self.whole, self._expressions)

    def one_of(self, choices: Sequence[T]) -> T:
        """One of some choices."""
        return self.random.choice(choices)

    def chance(self, share: float = 0.5) -> bool:
        """True in that share of all cases."""
        return self.random.random() < share

    def literal(self, low: int = 1, high: int = 40) -> str:
        """A small whole number."""
        return self._expressions.literal(low, high)

    def number(self, places: Iterable[Place] = (), depth: int = 2) -> str:
        """An expression of the program's number type."""
        return self._expressions.number(places, depth)

    def truth(self, places: Iterable[Place] = ()) -> str:
        """A condition."""
        return self._expressions.truth(places)

    def text(self, places: Iterable[Place] = ()) -> str:
        """An expression of type `String`."""
        return self._expressions.text(places)

    def number_of(self, place: Place, places: Iterable[Place] = (), depth: int = 1) -> str:
        """A number that depends on `place`, whatever else is drawn."""
        found = self.number([place, *places], depth)
        return found if _named(place, found) else self.number([place], 0)

    def text_of(self, place: Place, places: Iterable[Place] = ()) -> str:
        """A text that depends on `place`, a number's, truth's or text's."""
        found = self.text([place, *places])
        if _named(place, found):
            return found
        return f"{place[0]}.to_uppercase()" if place[1] is TEXT else f'format!("{{}}", {place[0]})'

    def counted_of(self, place: Place, places: Iterable[Place] = (), most: int = 2) -> tuple[str, ...]:
        """The body of a function that returns a number, which depends on `place`."""
        body = self.counted([place, *places], most)
        return body if _named(place, "\n".join(body)) else (self.number([place], 0),)

    def phrased_of(self, place: Place, places: Iterable[Place] = (), most: int = 2) -> tuple[str, ...]:
        """The body of a function that returns a `String`, which depends on `place`."""
        body = self.phrased([place, *places], most)
        return body if _named(place, "\n".join(body)) else (self.text_of(place),)

    def count(self, places: Iterable[Place] = (), most: int = 3) -> tuple[list[str], str]:
        """Statements, and the number that they lead to."""
        return self._steps.count(places, most)

    def phrase(self, places: Iterable[Place] = (), most: int = 2) -> tuple[list[str], str]:
        """Statements, and the `String` that they lead to."""
        return self._steps.phrase(places, most)

    def count_on(self, place: Place, others: Iterable[Place] = (), most: int = 3) -> tuple[list[str], str]:
        """As `count`, and the place is surely used."""
        lines, value = self.count([place, *others], most)
        if _named(place, "\n".join([*lines, value])):
            return lines, value
        return lines, self._expressions.sum(value, place)

    def phrase_on(self, place: Place, others: Iterable[Place] = (), most: int = 2) -> tuple[list[str], str]:
        """As `phrase`, and the place, a number or a text, is surely used."""
        lines, value = self.phrase([place, *others], most)
        if _named(place, "\n".join([*lines, value])):
            return lines, value
        sign = self.one_of(["-", ": ", "/", " "])
        return lines, f'format!("{{}}{sign}{{}}", {value}, {place[0]})'

    def counted(self, places: Iterable[Place] = (), most: int = 3) -> tuple[str, ...]:
        """The body of a function that returns a number."""
        lines, value = self.count(places, most)
        return (*lines, value)

    def phrased(self, places: Iterable[Place] = (), most: int = 2) -> tuple[str, ...]:
        """The body of a function that returns a `String`."""
        lines, value = self.phrase(places, most)
        return (*lines, value)

    def size(self, place: str) -> str:
        """The length of what has one, as the program's number type."""
        return f"{place}.len()" if self.whole.text == "usize" else f"{place}.len() as {self.whole.text}"

    def number_on(self, place: Place, others: Iterable[Place] = (), depth: int = 1) -> str:
        """As `number`, and the place is surely used."""
        value = self.number([place, *others], depth)
        return value if _named(place, value) else self._expressions.sum(value, place)

    def guard(self, place: Place) -> str:
        """A condition on one place that what probes draw often meets, and often does not."""
        text, type_ = place
        if type_.kind == "number":
            low, high = self.literal(6, 18), self.literal(18, 32)
            return self.one_of([f"{text} > {high}", f"{text} < {low}", f"{text} >= {high}", f"{text} % 2 == 1"])
        if type_ in {NUMERAL, DIGITS}:
            return self.one_of([f"{text}.len() == {self.literal(1, 2)}", f"{text}.starts_with('{self.literal(1, 3)}')"])
        if type_.kind == "text":
            return self.one_of([f"{text}.len() > {self.literal(4, 5)}", f"{text}.contains('{self.one_of('aei')}')"])
        if type_.kind == "list":
            return self.one_of([f"{text}.is_empty()", f"{text}.len() > {self.literal(1, 3)}", f"{text}.len() < 2"])
        return text if type_.kind == "truth" else f"{text}.is_none()"

    def record(self, *needed: Type, derives: tuple[str, ...] = (), copied: bool = False, least: int = 2) -> Record:
        """A struct with fields of the needed types and some more, in any order; with `copied` only of types that are Copy."""
        types = list(needed)
        while len(types) < least or (len(types) < 5 and self.chance(0.55)):
            types.append(self.one_of([self.whole, self.whole, TRUTH]) if copied else simple(self.random, self.whole))
        self.random.shuffle(types)
        return Record(self.names.entity(), tuple(Field(self._field(one), one) for one in types), derives)

    def value(self, type_: Type, places: Iterable[Place] = ()) -> str:
        """An expression of a number's, a truth's or a text's type."""
        if type_.kind == "text":
            return self.text(places)
        return self.truth(places) if type_ is TRUTH else self.number(places, 1)

    def member(self, record: Record, type_: Type) -> Field:
        """One of the fields of that type."""
        return self.one_of([one for one in record.fields if one.type == type_])

    def element(self, walked: Type, name: str) -> Place:
        """What a name is that a loop binds to the elements of a list that it borrows."""
        return (name, TEXT) if walked.inner is TEXT else (f"*{name}", self.whole)

    def key(self) -> Type:
        """A type that maps have as keys."""
        return self.one_of([TEXT, self.whole])

    def values(self, inner: Type | None = None) -> Type:
        """A vector of numbers, of texts, or of `inner`."""
        return list_of(inner or self.one_of([TEXT, self.whole]))

    def map(self) -> Type:
        """An ordered map from texts or numbers to numbers."""
        return map_of(self.key(), self.whole)

    def option(self, inner: Type | None = None) -> Type:
        """An option of a number, of a text, or of `inner`."""
        return option_of(inner or self.one_of([TEXT, self.whole]))

    def name_for(self, type_: Type) -> str:
        """A name that fits a value of the type."""
        return self._field(type_)

    def _field(self, type_: Type) -> str:
        if type_.kind == "number" or type_ is FLOAT:
            return self.names.measure()
        if type_.kind == "text":
            return self.names.label()
        if type_ is TRUTH:
            return self.names.flag()
        if type_.kind in {"list", "map"}:
            return self.names.several()
        return self.names.variable()


def _named(place: Place, text: str) -> bool:
    """Whether the text names the place, and not only a longer name that holds it."""
    return re.search(rf"(?<![\w.]){re.escape(place[0].lstrip('*&'))}(?!\w)", text) is not None
