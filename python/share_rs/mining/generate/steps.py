"""Chains of statements that lead from what is in scope to a number or a text, every binding of them used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.mining.generate.types import TEXT, Type

if TYPE_CHECKING:
    from collections.abc import Iterable
    from random import Random

    from share_rs.mining.generate.expressions import Expressions, Place
    from share_rs.mining.generate.names import Names


class Steps:
    """Draws statements."""

    def __init__(self, random: Random, names: Names, whole: Type, expressions: Expressions) -> None:
        self._random = random
        self._names = names
        self._whole = whole
        self._expressions = expressions

    def count(self, places: Iterable[Place], most: int = 3) -> tuple[list[str], str]:
        """Statements, and the expression of the number that they lead to."""
        places = list(places)
        lines: list[str] = []
        value = self._expressions.number(places)
        for _ in range(self._random.randint(0, most)):
            name = self._names.measure()
            lines += self._step(name, value, places)
            places.append((name, self._whole))
            rest = self._expressions.number(places, 1)
            rest = self._expressions.literal() if rest == name else rest
            value = self._random.choice([name, f"{name} + {self._expressions.literal()}", f"{name}.max({rest})"])
        return lines, value

    def phrase(self, places: Iterable[Place], most: int = 2) -> tuple[list[str], str]:
        """Statements, and the expression of the `String` that they lead to."""
        places = list(places)
        lines: list[str] = []
        value = self._expressions.text(places)
        for _ in range(self._random.randint(0, most)):
            name = self._names.label()
            # What moves into this binding is gone behind it.
            places = [one for one in places if value != one[0] and not value.startswith(f"{one[0]} + ")]
            kind = self._random.randrange(4)
            if kind == 0:
                lines += [f"let mut {name} = {value};", f'{name}.push_str("{self._names.text()}");']
            elif kind == 1:
                lines += [
                    f"let mut {name} = {value};",
                    f"if {self._expressions.truth(places)} {{",
                    f"{name}.push('{self._random.choice('!?*+')}');",
                    "}",
                ]
            elif kind == 2:
                condition = self._expressions.truth(places)
                other = self._expressions.text(places)
                lines += [f"let {name} = if {condition} {{", value, "} else {", other, "};"]
            else:
                lines.append(f"let {name} = {value};")
            places.append((name, TEXT))
            sign = self._random.choice("-+.#/")
            value = self._random.choice([name, f'{name} + "{sign}"', f'format!("{sign}{{{name}}}")'])
        return lines, value

    def _step(self, name: str, value: str, places: list[Place]) -> list[str]:
        expressions, random = self._expressions, self._random
        lists = [(text, type_) for text, type_ in places if type_.kind == "list"]
        kind = random.randrange(8)
        if kind <= 1 and lists:
            text, type_ = random.choice(lists)
            one = self._names.variable()
            inner = type_.inner or TEXT
            element: Place = (f"*{one}" if inner.copy else one, inner)
            if inner.kind not in {"number", "text"}:
                return [f"let {name} = {value};"]
            adds = [f"{name} += {expressions.number([element], 1)};"]
            if random.random() < 0.5:
                adds = [f"if {expressions.truth([element], 1)} {{", *adds, "}"]
            # A place without a dot may be a slice already.
            walked = random.choice([f"{text}.iter()", f"&{text}"]) if "." in text else f"{text}.iter()"
            return [f"let mut {name} = {value};", f"for {one} in {walked} {{", *adds, "}"]
        if kind == 2:
            sign = random.choice(["+=", "+=", "*="])
            amount = expressions.literal(2, 4) if sign == "*=" else expressions.number(places, 1)
            return [f"let mut {name} = {value};", f"if {expressions.truth(places)} {{", f"{name} {sign} {amount};", "}"]
        if kind == 3:
            low, high = sorted(random.sample(range(2, 40), 2))
            arms = [f"0..={low} => {expressions.literal()},", f"{low + 1}..={high} => {expressions.literal()},"]
            return [
                f"let {name}: {self._whole.text} = match {value} {{",
                *arms[: random.randint(1, 2)],
                f"_ => {expressions.literal()},",
                "};",
            ]
        if kind == 4:
            condition = expressions.truth(places)
            return [f"let {name} = if {condition} {{", value, "} else {", expressions.number(places, 1), "};"]
        if kind == 5:
            turns = random.randint(2, 4)
            return [f"let mut {name} = {value};", f"for step in 0..{turns} {{", f"{name} += step;", "}"]
        if kind == 6:
            other = self._names.measure()
            return [
                f"let {other} = {value};",
                f"let {name} = {other}.min({expressions.literal(20, 90)}) + {other} / 2;",
            ]
        return [f"let {name} = {value};"]
