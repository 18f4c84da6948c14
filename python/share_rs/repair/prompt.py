"""The words of a request, and of the answer that a model learns to give to it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from share_rs.errors import FormatError
from share_rs.repair.formats import Whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from share_rs.repair.formats.protocol import Format
    from share_rs.repair.protocol import Attempt

SHOWN = 3
"""The last attempts that a prompt tells of: with several samples in each round, all of them outgrow a small context."""
WHOLE = Whole()

_TASK = (
    "This Rust program does not compile. Repair it with the smallest change that keeps what it is meant to do; "
    "keep the names and signatures of its public items."
)
_TICKS = re.compile(r"`+")
_SHORTEST = 3
"""Backticks of a fence (CommonMark 0.31, section 4.5)."""


def repair_prompt(
    source: str,
    rendered: str,
    attempts: Sequence[Attempt] = (),
    *,
    hint: str | None = None,
    example: str | None = None,
    answer: Format = WHOLE,
) -> str:
    """What a model is asked: the program, what rustc says of it, and what became of the last attempts.

    A function of its arguments alone: where they hold no path and no time, neither does the prompt.

    Args:
        source: The broken program.
        rendered: rustc's errors as text.
        attempts: What was tried before, the oldest first; the last `SHOWN` are told.
        hint: A sentence on the kind of error; by default none.
        example: Another task with its answer, put first; by default none.
        answer: How the program is shown and the repair is to be written; by default as a whole program.
    """
    parts = [example] if example else []
    parts += [
        _TASK,
        _fenced(answer.show(source), answer.tag),
        "rustc says:",
        _fenced(rendered, "text"),
    ]
    if hint:
        parts.append(hint)
    for attempt in attempts[-SHOWN:]:
        parts += ["This repair was tried:", _tried(source, attempt.source, answer), "It did not pass:"]
        parts.append(_fenced(attempt.feedback, "text"))
    if attempts:
        parts.append("Give another repair.")
    parts.append(answer.instructions)
    return "\n\n".join(parts) + "\n"


def repair_answer(program: str) -> str:
    """The answer that `repair_prompt` asks for by default: what a model is trained to give for `program`."""
    return _fenced(program, "rust")


def _tried(source: str, program: str, answer: Format) -> str:
    """An earlier repair as the model may have written it; whole where the format cannot say it."""
    try:
        return answer.encode(source, program).rstrip("\n")
    except FormatError:
        return repair_answer(program)


def _fenced(text: str, tag: str) -> str:
    """The text in a fence that is longer than any run of backticks in it."""
    fence = "`" * max([_SHORTEST, *(len(run) + 1 for run in _TICKS.findall(text))])
    return f"{fence}{tag}\n{text.rstrip()}\n{fence}"
