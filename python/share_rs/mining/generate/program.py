"""A whole generated program with its probes: the scene of a family, and company."""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from share_rs.mining.generate.company import company
from share_rs.mining.generate.draw import Draw
from share_rs.mining.generate.layout import layout
from share_rs.mining.generate.scenes import SCENES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from share_rs.mining.generate.piece import Piece

EDITION = "2024"


@dataclass(frozen=True)
class Program:
    """A library crate that compiles, and the probes that pin what it does."""

    source: str
    probes: str
    family: str
    """The family whose mutators it was written for; others find their places in it too."""
    scene: str
    edition: str = EDITION
    allow_unsafe: bool = False
    externs: tuple[str, ...] = ()


def program(seed: int, family: str, index: int) -> Program:
    """One program of a family; seed, family and index give the same one on every machine.

    Raises:
        KeyError: there is no such family.
    """
    random = Random(f"{seed}/{family}/{index}")
    scene = random.choice(SCENES[family])
    draw = Draw(random)
    piece = scene(draw)
    pieces = [piece]
    while len(pieces) < 2 or (len(pieces) < 3 and draw.chance(0.4)):
        pieces.append(company(draw))
    random.shuffle(pieces)
    return Program(
        source=_source(pieces),
        probes=_probes(pieces),
        family=family,
        scene=scene.__name__,
        allow_unsafe=piece.allow_unsafe,
        externs=tuple(piece.externs),
    )


def programs(seed: int, family: str, start: int = 0) -> Iterator[Program]:
    """All programs of a family from an index on, without end."""
    while True:
        yield program(seed, family, start)
        start += 1


def _source(pieces: Sequence[Piece]) -> str:
    uses = sorted({use for one in pieces for use in one.uses})
    blocks = ["\n".join(f"use {use};" for use in uses)] if uses else []
    blocks += [item for one in pieces for item in one.items]
    return layout("\n\n".join(blocks)) + "\n"


def _probes(pieces: Sequence[Piece]) -> str:
    called = [function for one in pieces for function in one.called]
    names = {name for one in pieces for name in one.imports}
    for one in called:
        names |= {one.name} if one.record is None else {one.record.name}
        names |= {name for parameter in one.parameters for name in parameter.type.records()}
    bodies = [one.probe() for one in called] + [probe for one in pieces for probe in one.probes]
    words = set(re.findall(r"\w+", "\n".join(bodies)))
    # The program's own types that a probe names, as a field's or in what it records.
    types = re.findall(
        r"^pub (?:enum|struct|type) (\w+)", "\n".join(item for one in pieces for item in one.items), re.MULTILINE
    )
    names |= words.intersection(types)
    uses = sorted({use for one in pieces for use in one.uses if use.rsplit("::", 1)[-1] in words})
    head = [
        f"use crate::{{{', '.join(sorted(names))}}};",
        "use probe::{Draw, Record};",
        *(f"use {use};" for use in uses),
    ]
    return layout("\n".join(head) + "\n\n" + "\n\n".join(bodies)) + "\n"
