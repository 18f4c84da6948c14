"""The whole repaired program in one fenced block."""

from __future__ import annotations

from share_rs.errors import FormatError
from share_rs.repair.extract import extract_program
from share_rs.repair.formats.fence import fenced, unfenced
from share_rs.repair.formats.text import Text


class Whole:
    """An answer is one fenced block, tagged rust, rs or not at all, with blank lines at most around it.

    The block's lines are the program's. Of a program whose last line has no newline the repair has none either, unless
    the block ends in an empty line.
    """

    name = "whole"
    tag = "rust"
    instructions = "Answer with the whole repaired program in one block that begins with ```rust."

    def show(self, source: str) -> str:
        """The program with LF where every line end is CRLF."""
        return Text.of(source).plain

    def encode(self, source: str, fixed: str) -> str:
        """The program in a fence that is longer than any run of backticks in it.

        Raises:
            FormatError: the last newline goes, or only some line ends of a program with CRLF.
        """
        text = Text.of(source)
        lines = text.repaired_lines(fixed)
        return fenced("".join(f"{line}\n" for line in lines), "rust")

    def decode(self, source: str, answer: str) -> str:
        """The program in the block.

        Raises:
            FormatError: the answer is not one block, or one with another tag.
        """
        text = Text.of(source)
        inside = unfenced(text.received(answer), ("rust", "rs"))
        if inside is None:
            raise FormatError(f"expected one block that begins with ```rust, got {answer.strip()[:80]!r}")
        return text.restored(inside if text.final else inside.removesuffix("\n"))

    def read(self, source: str, answer: str) -> str:  # noqa: ARG002 - what stands in the answer is a program by itself
        """The program that `extract_program` finds within running text: it cannot be put in a wrong place."""
        return extract_program(answer)
