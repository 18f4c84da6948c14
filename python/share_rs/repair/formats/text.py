"""A program as lines, as the compiler counts them: newlines alone end a line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from share_rs.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Text:
    """A program without its line ends, and what they were."""

    lines: tuple[str, ...]
    final: bool
    """Whether the last line ends in a newline; so does what is written into an empty program."""
    crlf: bool
    """Whether every line end is CRLF. Where they are mixed, a carriage return is part of its line."""

    @classmethod
    def of(cls, source: str) -> Text:
        """The lines of a program."""
        crlf = "\r" in source and _uniform(source)
        text = source.replace("\r\n", "\n") if crlf else source
        final = not text or text.endswith("\n")
        return cls(split(text), final, crlf)

    @property
    def plain(self) -> str:
        """The program with LF where every line end was CRLF."""
        return join(self.lines, final=self.final)

    def repaired(self, fixed: str) -> str:
        """A repaired program with the line ends of `plain`.

        Raises:
            FormatError: this program has CRLF throughout, and the repaired one does not.
        """
        if not self.crlf:
            return fixed
        if not _uniform(fixed):
            raise FormatError("expected a repair with CRLF at each line's end, as its program has, got other ends too")
        return fixed.replace("\r\n", "\n")

    def repaired_lines(self, fixed: str) -> tuple[str, ...]:
        """The lines of a repaired program whose last line ends as this one's.

        Raises:
            FormatError: it ends without the newline that this one has, or as `repaired`.
        """
        text = self.repaired(fixed)
        if not self.final:
            return tuple(text.split("\n"))
        if text and not text.endswith("\n"):
            raise FormatError("expected a repair that ends in a newline, as its program does, got one that does not")
        return split(text)

    def received(self, answer: str) -> str:
        """An answer with LF for CRLF, where the program was shown so."""
        return answer.replace("\r\n", "\n") if self.crlf else answer

    def restored(self, text: str) -> str:
        """A repaired program with the line ends of this one."""
        return text.replace("\n", "\r\n") if self.crlf else text

    def joined(self, lines: Sequence[str]) -> str:
        """These lines with the line ends of this program."""
        return self.restored(join(lines, final=self.final))


def split(text: str) -> tuple[str, ...]:
    """The lines; none of them after a last newline."""
    return tuple(text.removesuffix("\n").split("\n")) if text else ()


def join(lines: Sequence[str], *, final: bool) -> str:
    """The lines as text; `final` says whether the last of them ends in a newline."""
    return "\n".join(lines) + ("\n" if final and lines else "")


def _uniform(text: str) -> bool:
    return text.count("\r\n") == text.count("\n") == text.count("\r")
