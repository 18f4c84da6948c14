"""A part of a program: items, the functions that probes call, and what they need from the standard library."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from share_rs.mining.generate.choice import Choice
    from share_rs.mining.generate.function import Function
    from share_rs.mining.generate.record import Record


@dataclass(frozen=True)
class Piece:
    """What a scene makes. Items stand in this order; a probe is made for every function in `called`."""

    items: Sequence[str]
    """Whole items, without indentation."""
    called: Sequence[Function]
    """The functions and methods that probes call, already among the items."""
    uses: Sequence[str] = ()
    """Paths such as `std::rc::Rc`."""
    probes: Sequence[str] = ()
    """Probes that no `Function` can describe: `pub fn probe_...(draw: &mut Draw, record: &mut Record)`."""
    imports: Sequence[str] = ()
    """Names of the crate that `probes` use, besides those of `called`."""
    allow_unsafe: bool = False
    externs: Sequence[str] = field(default=())
    """Crates that it is compiled against."""


def impl(record: Record | Choice, *methods: Function | str) -> str:
    """The inherent impl of some methods."""
    texts = [one if isinstance(one, str) else one.text() for one in methods]
    return f"impl {record.name} {{\n" + "\n\n".join(texts) + "\n}"
