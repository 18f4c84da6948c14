"""The words that names are made of: nouns, verbs and adjectives that published Rust code uses, and trades that it does not."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Vocabulary:
    """Words, each list sorted."""

    nouns: tuple[str, ...]
    plurals: dict[str, str]
    """Of every noun."""
    verbs: tuple[str, ...]
    adjectives: tuple[str, ...]
    measures: tuple[str, ...]
    """Nouns for numbers."""
    labels: tuple[str, ...]
    """Nouns for texts."""
    syllables: tuple[str, ...]
    """What invented words are made of."""
    reserved: frozenset[str]
    """Keywords, and names that mean something else where they stand alone."""
    taken: frozenset[str]
    """Types and traits that a program's own would hide."""


@cache
def vocabulary() -> Vocabulary:
    """The words of `words.txt`, one a line: its kind, the word, and a noun's plural.

    They were counted in the identifiers of published crates: kept where two crates or more use them and where English knows
    them as that kind of word. Trades that no crate is about were added by hand.
    """
    text = files("share_rs.mining.generate").joinpath("words.txt").read_text("ascii")
    lines = [line.split() for line in text.splitlines()]

    def of(kind: str) -> tuple[str, ...]:
        return tuple(sorted(line[1] for line in lines if line[0] == kind))

    return Vocabulary(
        nouns=of("noun"),
        plurals={line[1]: line[2] for line in lines if line[0] == "noun"},
        verbs=of("verb"),
        adjectives=of("adjective"),
        measures=of("measure"),
        labels=of("label"),
        syllables=of("syllable"),
        reserved=frozenset(of("reserved")),
        taken=frozenset(of("taken")),
    )
