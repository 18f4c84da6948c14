"""What may be put beside a task, where it is asked for: a hint on the kind of error, and one solved example."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from share_rs._native import PatternTable
from share_rs.repair.prompt import WHOLE, repair_prompt

if TYPE_CHECKING:
    from share_rs.repair.formats.protocol import Format

_BROKEN = """\
pub struct Thermometer {
    readings: Vec<i32>,
}

impl Thermometer {
    pub fn sum(&self) -> i32 {
        self.reading.iter().sum()
    }
}
"""
_SAID = """\
error[E0609]: no field `reading` on type `&Thermometer`
  |
7 |         self.reading.iter().sum()
  |              ^^^^^^^ unknown field
  |
help: a field with a similar name exists
  |
7 |         self.readings.iter().sum()
  |                     +
"""
_REPAIRED = _BROKEN.replace("self.reading.", "self.readings.")


def hint(pattern: str | None) -> str | None:
    """A sentence that says what the pattern of a program's errors means; None where the router abstains."""
    description = None if pattern is None else _table().get(pattern)
    return None if description is None else f"Errors of this kind: {description}."


def example(answer: Format = WHOLE) -> str:
    """One task with its answer in this format, in the words of every task; its program stands in no koan."""
    return (
        f"Here is an example of the task.\n\n{repair_prompt(_BROKEN, _SAID, answer=answer)}\n"
        f"The answer:\n\n{answer.encode(_BROKEN, _REPAIRED)}\n\nHere is your task."
    )


@cache
def _table() -> dict[str, str]:
    return PatternTable().patterns
