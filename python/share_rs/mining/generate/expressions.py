"""Random expressions over what is in scope: numbers, truths and texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from random import Random

    from share_rs.mining.generate.names import Names
    from share_rs.mining.generate.types import Type

Place = tuple[str, "Type"]
"""An expression that names a value, and its owned type; a place of a type that is not Copy is only looked at."""


class Expressions:
    """Draws expressions; all numbers of a program have one type, so that they can meet."""

    def __init__(self, random: Random, names: Names, whole: Type) -> None:
        self._random = random
        self._names = names
        self._whole = whole

    def literal(self, low: int = 1, high: int = 40) -> str:
        """A small whole number."""
        return str(self._random.randint(low, high))

    def number(self, places: Iterable[Place], depth: int = 2) -> str:
        """A whole number made of what is in scope; it never overflows for what probes draw."""
        places = list(places)
        atoms = [one for place in places for one in self._numbers(place)]
        if not atoms or depth == 0:
            # Without its type, no method could be called on a binding of it.
            return self._random.choice(atoms) if atoms else f"{self.literal()}_{self._whole.text}"
        one = self._random.choice(atoms)
        kind = self._random.randrange(9)
        if kind <= 1:
            return one
        if kind == 2:
            return f"{_bound(one)} + {_bound(self._other(one, places, depth))}"
        if kind == 3:
            return f"{_bound(one)} * {self.literal(2, 9)}"
        if kind == 4:
            return f"{_tight(one)}.{self._random.choice(['max', 'min'])}({self._other(one, places, depth)})"
        if kind == 5:
            return f"{_bound(one)} {self._random.choice(['/', '%'])} {self.literal(2, 9)}"
        if kind == 6:
            return f"{_tight(one)}.saturating_sub({self._other(one, places, depth)})"
        if kind == 7 and depth > 1:
            yes, no = self.number(places, 0), self.literal()
            return f"if {self.truth(places, 1)} {{ {yes} }} else {{ {no} }}"
        return f"{_bound(one)} + {self.literal()}"

    def _other(self, one: str, places: list[Place], depth: int) -> str:
        """A number that is not `one` again: what is made of the two would say nothing."""
        found = self.number(places, depth - 1)
        return self.literal() if found == one else found

    def sum(self, value: str, place: Place) -> str:
        """A number and what a place counts."""
        atoms = self._numbers(place)
        return f"{_bound(value)} + {_bound(self._random.choice(atoms))}" if atoms else value

    def truth(self, places: Iterable[Place], depth: int = 2) -> str:
        """A condition on what is in scope."""
        places = list(places)
        atoms = [one for place in places for one in self._truths(place)]
        if not atoms:
            return f"{self.literal()} > {self.literal()}"
        one = self._random.choice(atoms)
        if depth > 1 and self._random.random() < 0.25:
            other = self._random.choice(atoms)
            return one if one == other else f"{one} {self._random.choice(['&&', '||'])} {other}"
        return one

    def text(self, places: Iterable[Place]) -> str:
        """A `String` made of what is in scope."""
        places = list(places)
        shown = [text for text, type_ in places if type_.kind in {"text", "number", "truth"}]
        texts = [text for text, type_ in places if type_.kind == "text"]
        kind = self._random.randrange(6)
        if kind <= 1 and texts:
            how = self._random.choice(
                ["to_uppercase()", "trim().to_string()", "to_lowercase()", f"repeat({self.literal(2, 3)})"]
            )
            return f"{self._random.choice(texts)}.{how}"
        if kind <= 4 and shown:
            parts = self._random.sample(shown, min(len(shown), self._random.randint(1, 2)))
            between = self._random.choice(["-", ": ", " / ", "#", " "])
            inline = all(part.isidentifier() for part in parts)
            if inline:
                return (
                    'format!("'
                    + between.join("{" + part + "}" for part in parts)
                    + f'{self._random.choice(["", "!", " left"])}")'
                )
            return 'format!("' + between.join("{}" for _ in parts) + f'", {", ".join(parts)})'
        how = self._random.choice(['String::from("{}")', '"{}".to_string()', '"{}".to_owned()'])
        return how.format(self._names.text())

    def _numbers(self, place: Place) -> list[str]:
        text, type_ = place
        whole = self._whole.text
        cast = "" if whole == "usize" else f" as {whole}"
        if type_ == self._whole:
            return [text]
        if type_.kind in {"text", "list", "map"}:
            found = [f"{text}.len(){cast}"]
            if type_.kind == "list" and type_.inner == self._whole:
                found.append(f"{text}.iter().sum::<{whole}>()")
            return found
        if type_.kind == "option" and type_.inner == self._whole:
            return [f"{text}.unwrap_or({self.literal()})"]
        if type_.kind == "truth":
            return [f"{whole}::from({text})"]
        return []

    def _truths(self, place: Place) -> list[str]:
        text, type_ = place
        if type_ == self._whole:
            return [
                f"{text} {self._random.choice(['>', '<', '>=', '<=', '!=', '=='])} {self.literal()}",
                f"{text} % {self.literal(2, 5)} == 0",
            ]
        if type_.kind == "truth":
            return [text, f"!{text}"]
        if type_.kind == "text":
            letter = self._random.choice("aeiost")
            return [
                f"{text}.contains('{letter}')",
                f"{text}.starts_with('{letter}')",
                f"{text}.len() > {self.literal(2, 6)}",
            ]
        if type_.kind in {"list", "map"}:
            return [f"{text}.is_empty()", f"{text}.len() > {self.literal(1, 3)}"]
        if type_.kind == "option":
            return [f"{text}.{self._random.choice(['is_some', 'is_none'])}()"]
        return []


def _bound(text: str) -> str:
    """In parentheses where an operator would take it apart."""
    return text if _closed(text) else f"({text})"


def _tight(text: str) -> str:
    """In parentheses where a method call would take it apart."""
    return f"({text})" if text.startswith("*") or not _closed(text) else text


def _closed(text: str) -> bool:
    """Whether every blank of the text lies within brackets."""
    depth = 0
    for one in text:
        depth += (one in "([{") - (one in ")]}")
        if one == " " and depth == 0:
            return False
    return True
