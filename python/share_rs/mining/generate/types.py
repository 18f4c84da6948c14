"""The types of generated programs: how they are written, drawn by a probe, and recorded by it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from random import Random

Kind = Literal["number", "float", "truth", "text", "list", "option", "map", "record", "wrapped"]


@dataclass(frozen=True)
class Type:
    """A type of Rust, owned."""

    text: str
    kind: Kind
    drawn: str
    """The expression that draws a value from `draw: &mut Draw` of the probes."""
    copy: bool = False
    inner: Type | None = None
    """Of a list's or option's elements, of a map's values."""
    shown: str = "{}"
    """How a place of this type is recorded; a record is recorded as the tuple of its fields."""
    key: Type | None = None
    """Of a map's keys."""

    def borrowed(self) -> str:
        """As a parameter takes it that only reads: `&str`, `&[T]`, `&T`."""
        if self.kind == "text":
            return "&str"
        if self.kind == "list" and self.inner is not None:
            return f"&[{self.inner.text}]"
        return f"&{self.text}"

    def records(self) -> set[str]:
        """The names of the structs in it, which a probe imports."""
        inner = [one for one in (self.inner, self.key) if one is not None]
        return {self.text} if self.kind == "record" else {name for one in inner for name in one.records()}


TEXT = Type("String", "text", "draw.word()")
NUMERAL = Type("String", "text", "if draw.chance(3, 4) { draw.int(0..40_u32).to_string() } else { draw.word() }")
"""A text that mostly is a number."""
DIGITS = Type("String", "text", "draw.int(0..40_u32).to_string()")
"""A text that always is a number."""
TRUTH = Type("bool", "truth", "draw.bool()", copy=True)
FLOAT = Type("f64", "float", "draw.f64(0, 40)", copy=True)


def number(text: str) -> Type:
    """An integer type; small values, so that sums of products stay in range."""
    return Type(text, "number", f"draw.int(0..40_{text})", copy=True)


def list_of(inner: Type) -> Type:
    """`Vec<T>`, sometimes empty."""
    drawn = "draw.words(0..5)" if inner is TEXT else f"draw.vec(0..5, |draw| {inner.drawn})"
    shown = (
        "{}"
        if inner.shown == "{}"
        else "{}.iter().map(|one| " + inner.shown.replace("{}", "one") + ").collect::<Vec<_>>()"
    )
    return Type(f"Vec<{inner.text}>", "list", drawn, inner=inner, shown=shown)


def option_of(inner: Type) -> Type:
    """`Option<T>`, None in one case of three."""
    drawn = f"draw.option(|draw| {inner.drawn})"
    shown = "{}" if inner.shown == "{}" else "{}.as_ref().map(|one| " + inner.shown.replace("{}", "one") + ")"
    return Type(f"Option<{inner.text}>", "option", drawn, copy=inner.copy, inner=inner, shown=shown)


def result_of(inner: Type) -> Type:
    """`Result<T, String>`, an error in one case of three; expressions leave it alone."""
    drawn = f"match draw.option(|draw| {inner.drawn}) {{ Some(found) => Ok(found), None => Err(draw.word()) }}"
    return Type(f"Result<{inner.text}, String>", "wrapped", drawn, inner=inner)


def map_of(key: Type, inner: Type) -> Type:
    """`BTreeMap<K, V>` of a few pairs: what walks it walks it in order."""
    drawn = f"draw.vec(0..5, |draw| ({key.drawn}, {inner.drawn})).into_iter().collect()"
    return Type(f"BTreeMap<{key.text}, {inner.text}>", "map", drawn, inner=inner, key=key)


def wrapped(wrapper: str, path: str, inner: Type, shown: str) -> Type:
    """A type such as `Cell<T>`, made by its `new`; expressions leave it alone."""
    return Type(f"{wrapper}<{inner.text}>", "wrapped", f"{path}::new({inner.drawn})", inner=inner, shown=shown)


def cell_of(inner: Type) -> Type:
    """`Cell<T>`."""
    return wrapped("Cell", "std::cell::Cell", inner, "{}.get()")


def ref_cell_of(inner: Type) -> Type:
    """`RefCell<T>`."""
    return wrapped("RefCell", "std::cell::RefCell", inner, "{}.borrow().clone()")


def shared_of(owner: str, inner: Type) -> Type:
    """`Rc<T>` or `Arc<T>`."""
    return wrapped(owner, {"Rc": "std::rc::Rc", "Arc": "std::sync::Arc"}[owner], inner, "{}")


def joined(inner: Type, separator: str) -> Type:
    """A text of a few texts with a separator between them."""
    return Type("String", "text", f'draw.vec(1..5, |draw| {inner.drawn}).join("{separator}")')


def paired(separator: str) -> Type:
    """A text that mostly is a word and a number with a separator between them."""
    pair = f'format!("{{}}{separator}{{}}", draw.word(), {NUMERAL.drawn})'
    return Type("String", "text", f"if draw.chance(5, 6) {{ {pair} }} else {{ draw.word() }}")


def few_of(type_: Type) -> Type:
    """The same type, of which probes draw few values, so that two drawn ones are often equal: keys of maps."""
    if type_.kind == "text":
        return replace(type_, drawn='draw.pick(&["ox", "kelp", "amber", "a"]).to_string()')
    return replace(type_, drawn=f"draw.int(0..5_{type_.text})")


def simple(random: Random, whole: Type) -> Type:
    """A field's type: mostly numbers and texts, seldom truths, options and lists of them."""
    base = random.choices([whole, TEXT, TRUTH], [5, 4, 1])[0]
    return random.choices([base, option_of(base), list_of(base)], [7, 1, 2])[0]
