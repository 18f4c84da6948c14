"""Bounds of type parameters, and items that have them at the parameters or in a where clause."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from share_rs.mining.generate.draw import Draw

# What a bound brings along.
_IMPLIED = {
    "Copy": {"Clone"},
    "Eq": {"PartialEq"},
    "PartialOrd": {"PartialEq"},
    "Ord": {"Eq", "PartialEq", "PartialOrd"},
}
_PATHS = {
    "Debug": "std::fmt::Debug",
    "Display": "std::fmt::Display",
    "Hash": "std::hash::Hash",
    "Add": "std::ops::Add",
    "Mul": "std::ops::Mul",
}


def bounded(draw: Draw, bounds: Mapping[str, Sequence[str]], *, where: bool) -> tuple[str, str]:
    """The generics, such as `<T: Ord + Clone>`, and the where clause, of which one is without bounds."""
    kept = {name: some for name, some in bounds.items() if some}
    if not where:
        written = [f"{name}: {' + '.join(some)}" if some else name for name, some in bounds.items()]
        return f"<{', '.join(written)}>", ""
    predicates = [f"{name}: {' + '.join(some)}" for name, some in kept.items()]
    if draw.chance(0.15) and len(next(iter(kept.values()))) > 1:
        name, some = next(iter(kept.items()))
        predicates[:1] = [f"{name}: {some[0]}", f"{name}: {' + '.join(some[1:])}"]
    return f"<{', '.join(bounds)}>", "where\n" + ",\n".join(predicates) + ","


def least(draw: Draw, bounds: Iterable[str]) -> list[str]:
    """The bounds without those that others bring along, in any order."""
    every = list(dict.fromkeys(bounds))
    implied = {one for bound in every for one in _IMPLIED.get(bound, set())}
    found = [one for one in every if one not in implied]
    draw.random.shuffle(found)
    return found


def imports(bounds: Iterable[str]) -> tuple[str, ...]:
    """The paths of bounds that are not in the prelude."""
    return tuple(_PATHS[name] for name in (one.split("<")[0] for one in bounds) if name in _PATHS)


def headed(head: str, clause: str, body: Sequence[str]) -> str:
    """An item from its head, its where clause and its lines."""
    if not clause:
        return f"{head} {{\n" + "\n".join(body) + "\n}"
    return f"{head}\n{clause}\n{{\n" + "\n".join(body) + "\n}"
