"""Names as real code has them: words joined in snake_case and CamelCase, some abbreviated, some invented, no two alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.mining.generate.vocabulary import vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random


class Names:
    """Names of one program, drawn from `random`; none is given twice."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._words = vocabulary()
        self._given: set[str] = set()

    def entity(self) -> str:
        """A type's name: `Invoice`, `PendingInvoice`, `InvoiceBatch`."""
        return self._fresh(self._entity, _camel, self._words.taken)

    def trait(self) -> str:
        """A trait's name: `Measure`, `Billable`, `Describe`."""
        return self._fresh(lambda: [self._verb() if self._chance(0.7) else self._noun()], _camel, self._words.taken)

    def function(self) -> str:
        """A function's name: `collect_invoices`, `merge_open_invoices`, `invoice_total`."""
        return self._fresh(self._function)

    def variable(self) -> str:
        """A binding's name, for one thing: `invoice`, `open_invoice`."""
        return self._fresh(lambda: [self._noun()] if self._chance(0.7) else [self._adjective(), self._noun()])

    def several(self) -> str:
        """A binding's or field's name, for many things: `invoices`, `open_invoices`."""

        def words() -> list[str]:
            plural = self._words.plurals[self._random.choice(self._words.nouns)]
            return [plural] if self._chance(0.7) else [self._adjective(), plural]

        return self._fresh(words)

    def measure(self) -> str:
        """A number's name: `price`, `unit_price`."""
        return self._fresh(lambda: self._qualified(self._random.choice(self._words.measures)))

    def label(self) -> str:
        """A text's name: `title`, `short_title`."""
        return self._fresh(lambda: self._qualified(self._random.choice(self._words.labels)))

    def flag(self) -> str:
        """A truth's name: `is_open`, `has_invoice`."""
        return self._fresh(lambda: ["is", self._adjective()] if self._chance(0.7) else ["has", self._noun()])

    def variant(self) -> str:
        """An enum variant's name: `Open`, `Invoice`."""
        return self._fresh(
            lambda: [self._adjective() if self._chance(0.5) else self._noun()], _camel, self._words.taken
        )

    def constant(self) -> str:
        """A constant's name: `MAX_INVOICES`."""
        return self._fresh(lambda: [self._adjective(), self._noun()], lambda words: "_".join(words).upper())

    def lifetime(self) -> str:
        """A lifetime's name: `'a`, seldom a word."""
        return "'a" if self._chance(0.7) else "'" + self._random.choice(["b", "src", "text", "data", "input", "s"])

    def text(self) -> str:
        """A few words for a literal, without quotes."""
        kinds = [
            lambda: self._random.choice(self._words.nouns),
            lambda: f"{self._adjective()} {self._random.choice(self._words.nouns)}",
            lambda: f"no {self._random.choice(self._words.nouns)}",
        ]
        return self._random.choice(kinds)()

    def _fresh(
        self,
        words: Callable[[], list[str]],
        join: Callable[[list[str]], str] = "_".join,
        taken: frozenset[str] | None = None,
    ) -> str:
        taken = self._words.reserved if taken is None else taken
        while True:
            name = join(words())
            if name not in self._given and name not in taken:
                self._given.add(name)
                return name

    def _chance(self, share: float) -> bool:
        return self._random.random() < share

    def _noun(self) -> str:
        noun = self._random.choice(self._words.nouns)
        kind = self._random.random()
        if kind < 0.06 and len(noun) > 5:
            return (
                noun[:4] if self._chance(0.5) else noun[0] + "".join(one for one in noun[1:] if one not in "aeiou")[:4]
            )
        if kind < 0.14:
            return "".join(self._random.choice(self._words.syllables) for _ in range(self._random.randint(2, 3)))
        return noun

    def _verb(self) -> str:
        return self._random.choice(self._words.verbs)

    def _adjective(self) -> str:
        return self._random.choice(self._words.adjectives)

    def _qualified(self, word: str) -> list[str]:
        kind = self._random.random()
        if kind < 0.4:
            return [word]
        return [self._noun() if kind < 0.7 else self._adjective(), word]

    def _entity(self) -> list[str]:
        kind = self._random.random()
        if kind < 0.5:
            return [self._noun()]
        return [self._adjective() if kind < 0.75 else self._noun(), self._noun()]

    def _function(self) -> list[str]:
        kind = self._random.random()
        plural = self._words.plurals[self._random.choice(self._words.nouns)]
        if kind < 0.35:
            return [self._verb(), self._noun()]
        if kind < 0.6:
            return [self._verb(), plural]
        if kind < 0.75:
            return [self._verb(), self._adjective(), plural]
        return [self._noun(), self._random.choice(self._words.measures)]


def _camel(words: list[str]) -> str:
    return "".join(word.capitalize() for word in "_".join(words).split("_"))
