"""What a format of answers is: how a program is shown, what is asked for, and the way from an answer to a program."""

from __future__ import annotations

from typing import Protocol


class Format(Protocol):
    """One way to write a repair.

    For every answer that `encode` gives, `decode` gives back the repaired program, byte for byte. Where all lines of a
    program end in CRLF, programs are shown and answers read with LF, and CRLF stands in what `decode` gives. The last
    line ends as that of the broken program, where a format says nothing of it.
    """

    @property
    def name(self) -> str:
        """By which `--answer` asks for it."""
        ...

    @property
    def tag(self) -> str:
        """Of the fenced block in which a prompt shows the program."""
        ...

    @property
    def instructions(self) -> str:
        """The last paragraph of a prompt: what to answer."""
        ...

    def show(self, source: str) -> str:
        """The program as a prompt shows it."""
        ...

    def encode(self, source: str, fixed: str) -> str:
        """The answer that turns `source` into `fixed`.

        Raises:
            FormatError: nothing changes, or the format has no such answer.
        """
        ...

    def decode(self, source: str, answer: str) -> str:
        """The program that an answer gives, applied exactly as it says.

        Raises:
            FormatError: the answer is not of this format, fits in no place or in several, or changes nothing.
        """
        ...

    def read(self, source: str, answer: str) -> str:
        """As `decode`, for an answer that is judged afterwards: whole programs may stand within running text."""
        ...
