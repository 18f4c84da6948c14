"""A mutation of a working program, before anybody knows what rustc says of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from share_rs._native import mutations
from share_rs.mining.need import Need, variant_of
from share_rs.mining.together import Text
from share_rs.mining.undo import undone

if TYPE_CHECKING:
    from random import Random

    from share_rs._native import Mutation
    from share_rs.mining.row import Edit
    from share_rs.mining.source import Source


@dataclass(frozen=True)
class Choice:
    """Which mutations of a source are tried."""

    per_source: int = 8
    """Rows of one program at most: they resemble each other."""
    per_variant: int = 2
    """Of one mutator among them."""
    tries: int = 3
    """Mutations that are compiled, together with others, for each row that is wanted: many do not fail as expected."""
    need: Need = field(default_factory=Need)
    """Which rows are wanted, and which most."""


@dataclass(frozen=True)
class Attempt:
    """A working program, what was done to it, and the way back."""

    source: Source
    mutation: Mutation
    broken: str
    back: tuple[Edit, ...]
    """Edits of `broken` that give the working program."""

    @property
    def text(self) -> Text:
        """The broken program, to be compiled."""
        return Text(self.broken, self.source.edition, self.source.allow_unsafe, self.source.externs)

    @property
    def item(self) -> tuple[int, int]:
        """The bytes of the changed item, after the change."""
        start, end = self.mutation.item
        for first, last, new in self.mutation.edits:
            grown = len(new.encode()) - (last - first)
            if last <= self.mutation.item[0] and first < self.mutation.item[0]:
                start += grown
            if first < self.mutation.item[1] or last <= self.mutation.item[1]:
                end += grown
        # Of an item that was moved away nothing is left, nor of the blank line behind it.
        return start, max(start, end)


def attempts(source: Source, choice: Choice, random: Random) -> list[Attempt]:
    """Some mutations of a program: those of its aim first, the rarest variants first, no variant too often."""
    every = [one for one in mutations(source.text) if choice.need.wants(one)]
    random.shuffle(every)
    taken: Counter[str] = Counter()
    turns: list[tuple[bool, int, float, int]] = []
    for index, one in enumerate(every):
        turn = taken[variant_of(one)] // choice.per_variant
        taken[variant_of(one)] += 1
        turns.append((one.family != source.aim, turn, choice.need.urgency(one), index))
    chosen: list[Attempt] = []
    for _, turn, _, index in sorted(turns):
        one = every[index]
        if len(chosen) < choice.tries * choice.per_source and turn < choice.tries:
            broken, back = undone(source.text, one.edits)
            chosen.append(Attempt(source, one, broken, back))
    return chosen
