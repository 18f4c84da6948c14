"""What generic code does with a list of a type parameter, and what bounds that needs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from share_rs.mining.generate.types import TEXT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from share_rs.mining.generate.draw import Draw
    from share_rs.mining.generate.types import Type


_OF_NUMBERS = {"Copy", "Add<Output = T>", "Mul<Output = T>"}
_OF_TEXTS = {"AsRef<str>", "Into<String>"}


@dataclass(frozen=True)
class Deed:
    """Something that is done with a list of a type parameter, and what it needs."""

    bounds: tuple[str, ...]
    lines: tuple[str, ...]
    value: str
    returns: str
    """With `T` for the parameter."""
    uses: tuple[str, ...] = ()
    wanted: bool = False
    """Whether it needs a value besides the list."""


def concrete(draw: Draw, picked: Sequence[Deed]) -> Type:
    """A type that has all that the deeds need."""
    bounds = {bound for one in picked for bound in one.bounds}
    if bounds & _OF_NUMBERS:
        return draw.whole
    return TEXT if bounds & _OF_TEXTS else draw.one_of([draw.whole, TEXT])


def deeds(draw: Draw, several: str, wanted: str) -> list[Deed]:
    """One to three deeds that one type has all for."""
    every = _deeds(draw, several, wanted)
    picked = draw.random.sample(every, draw.random.choice([1, 1, 2, 2, 3]))
    if any(_OF_NUMBERS.intersection(one.bounds) for one in picked):
        return [one for one in picked if not _OF_TEXTS.intersection(one.bounds)]
    return picked


def _deeds(draw: Draw, several: str, wanted: str) -> list[Deed]:
    one, made, grown = draw.names.variable(), draw.names.variable(), draw.names.variable()
    sign, best = draw.one_of([">", "<"]), draw.names.variable()
    end = draw.one_of(["max", "min"])
    word = draw.names.text()
    return [
        Deed(("PartialEq",), (), f"{several}.contains({wanted})", "bool", wanted=True),
        Deed(("PartialEq",), (), f"{several}.iter().filter(|{one}| *{one} == {wanted}).count()", "usize", wanted=True),
        Deed(("PartialEq",), (), f"{several}.iter().position(|{one}| {one} != {wanted})", "Option<usize>", wanted=True),
        Deed(("Ord", "Clone"), (), f"{several}.iter().{end}().cloned()", "Option<T>"),
        Deed(("Ord", "Clone"), (f"let mut {made} = {several}.to_vec();", f"{made}.sort();"), made, "Vec<T>"),
        Deed(
            ("PartialOrd", "Copy"),
            (
                f"let mut {best} = *{wanted};",
                f"for &{one} in {several}.iter() {{",
                f"if {one} {sign} {best} {{",
                f"{best} = {one};",
                "}",
                "}",
            ),
            best,
            "T",
            wanted=True,
        ),
        Deed(
            ("PartialOrd",),
            (),
            f"{several}.iter().filter(|{one}| *{one} {sign} {wanted}).count()",
            "usize",
            wanted=True,
        ),
        Deed(
            ("Eq", "Hash"),
            (),
            f"{several}.iter().collect::<HashSet<_>>().len()",
            "usize",
            ("std::collections::HashSet",),
        ),
        Deed(
            ("Ord",), (), f"{several}.iter().collect::<BTreeSet<_>>().len()", "usize", ("std::collections::BTreeSet",)
        ),
        Deed(
            ("Display",),
            (),
            f'{several}.iter().map(|{one}| {one}.to_string()).collect::<Vec<_>>().join("{draw.one_of([", ", "; ", "-"])}")',
            "String",
        ),
        Deed(("Display",), (), f'format!("{word} {{{wanted}}}")', "String", wanted=True),
        Deed(("Debug",), (), f'format!("{{{several}:?}}")', "String"),
        Deed(("Debug",), (), f'format!("{{{wanted}:?}} of {{}}", {several}.len())', "String", wanted=True),
        Deed(
            ("Clone",),
            (f"let mut {grown} = {several}.to_vec();", f"{grown}.push({wanted}.clone());"),
            grown,
            "Vec<T>",
            wanted=True,
        ),
        Deed(("Clone",), (), f"{several}.first().unwrap_or({wanted}).clone()", "T", wanted=True),
        Deed(("Clone",), (), f"vec![{wanted}.clone(); {draw.literal(2, 4)}]", "Vec<T>", wanted=True),
        Deed(
            ("Default", "Clone"), (), f"{several}.{draw.one_of(['first', 'last'])}().cloned().unwrap_or_default()", "T"
        ),
        Deed(
            ("Copy", "Add<Output = T>", "Default"),
            (),
            f"{several}.iter().fold(T::default(), |{made}, {one}| {made} + *{one})",
            "T",
        ),
        Deed(
            ("Copy", "Mul<Output = T>"),
            (),
            f"{several}.iter().map(|{one}| *{one} * *{wanted}).collect()",
            "Vec<T>",
            wanted=True,
        ),
        Deed(("AsRef<str>",), (), f"{several}.iter().map(|{one}| {one}.as_ref().len()).sum()", "usize"),
        Deed(
            ("AsRef<str>",),
            (),
            f"{several}.iter().filter(|{one}| {one}.as_ref().contains({wanted}.as_ref())).count()",
            "usize",
            wanted=True,
        ),
        Deed(("Into<String>", "Clone"), (), f"{several}.iter().cloned().map(Into::into).collect()", "Vec<String>"),
    ]


def renamed(text: str, letter: str) -> str:
    """With another name for the parameter."""
    return re.sub(r"\bT\b", letter, text)


def together(draw: Draw, picked: Sequence[Deed]) -> tuple[list[str], str]:
    """The lines of all deeds, and their values as one."""
    lines = [line for one in picked for line in one.lines]
    values = [one.value for one in picked]
    returns = [one.returns for one in picked]
    if len(picked) == 1:
        return [*lines, values[0]], returns[0]
    if draw.chance():
        names = [draw.names.variable() for _ in picked]
        typed = [
            f"{name}: {one.returns}" if "collect()" in one.value or "sum()" in one.value else name
            for name, one in zip(names, picked, strict=True)
        ]
        lines += [f"let {name} = {value};" for name, value in zip(typed, values, strict=True)]
        values = names
    return [*lines, f"({', '.join(values)})"], f"({', '.join(returns)})"
