"""A row as what a model is trained on: the prompt that a solver would ask, and the answer in one of the formats."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from share_rs._native import apply_edits, diagnostics_from_json, render, window
from share_rs.errors import FormatError, RowError
from share_rs.repair.formats import named_format
from share_rs.repair.hints import hint
from share_rs.repair.prompt import repair_prompt

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator

    from share_rs._native import Diagnostic
    from share_rs.mining.row import Row

Style: TypeAlias = Literal["prompt", "trl", "alpaca"]
"""`prompt` is what `share-rs train` reads: `prompt` and `answer`. `trl` is TRL's conversational prompt and completion,
`alpaca` has `instruction`, an empty `input`, and `output`."""


@dataclass(frozen=True)
class Example:
    """A prompt and its answer, and what they come from."""

    prompt: str
    answer: str
    row: Row

    def line(self, style: Style = "prompt") -> dict[str, Any]:
        """What JSON holds of it in this style, with the row's `id`, `family` and `pattern`."""
        source = {"id": self.row.id, "family": self.row.family, "pattern": self.row.pattern}
        if style == "trl":
            said = {"prompt": _turn("user", self.prompt), "completion": _turn("assistant", self.answer)}
        elif style == "alpaca":
            said = {"instruction": self.prompt, "input": "", "output": self.answer}
        else:
            said = {"prompt": self.prompt, "answer": self.answer}
        return {**said, **source}


@dataclass(frozen=True)
class Asked:
    """How rows are asked; as in `share-rs eval`, so that training sees what evaluation asks."""

    answer: str = "lines"
    """The format's name."""
    budget: int | None = None
    """Bytes of a program that are shown: of a longer one a window. None shows every program whole."""
    hints: bool = False
    """Whether the prompt describes the error pattern."""


def example(row: Row, asked: Asked | None = None) -> Example:
    """The prompt for a row, and the answer that repairs it.

    Raises:
        FormatError: the format cannot say this repair; in lines, it has more than three.
        RowError: the program is longer than the budget and no window of it can be cut.
    """
    asked = asked or Asked()
    one = named_format(asked.answer)
    found = _diagnostics(row)
    broken, fixed = row.broken, row.fixed
    if asked.budget is not None and len(broken.encode()) > asked.budget:
        broken, fixed, found = _cut(row, found, asked.budget)
    said = hint(row.pattern) if asked.hints else None
    prompt = repair_prompt(broken, render(found, broken), hint=said, answer=one)
    return Example(prompt, one.encode(broken, fixed), row)


@dataclass
class Examples:
    """Iterates over the examples of rows, and counts those that have none by their reason."""

    rows: Iterable[Row]
    asked: Asked = field(default_factory=Asked)
    refused: Counter[str] = field(default_factory=Counter[str])

    def __iter__(self) -> Iterator[Example]:
        """The examples, in the order of the rows.

        Raises:
            FormatError: no format has the name that is asked for.
        """
        named_format(self.asked.answer)
        for row in self.rows:
            try:
                found = example(row, self.asked)
            except (FormatError, RowError) as error:
                self.refused[str(error).partition("; ")[0]] += 1
                continue
            yield found


def write_examples(path: str | os.PathLike[str], examples: Iterable[Example], style: Style = "prompt") -> int:
    """Writes JSON lines in one step, and returns how many: readers see the old file or the new one.

    Raises:
        RowError: the file cannot be written.
    """
    path = Path(path)
    partial = path.with_name(f".{path.name}.partial")
    count = 0
    try:
        with partial.open("w", encoding="utf-8", newline="\n") as file:
            for count, one in enumerate(examples, start=1):  # noqa: B007 - counts
                file.write(json.dumps(one.line(style), ensure_ascii=False) + "\n")
        partial.replace(path)
    except OSError as error:
        raise RowError(f"cannot write the examples {path}: {error.strerror}") from error
    finally:
        partial.unlink(missing_ok=True)
    return count


def _diagnostics(row: Row) -> list[Diagnostic]:
    try:
        return diagnostics_from_json(json.dumps([dict(each) for each in row.diagnostics]))
    except ValueError as error:
        raise RowError(f"expected diagnostics with every field of Diagnostic.to_dict; row {row.id}: {error}") from error


def _cut(row: Row, found: list[Diagnostic], budget: int) -> tuple[str, str, list[Diagnostic]]:
    """Broken and fixed as a window shows them, and its diagnostics.

    Raises:
        RowError: no window can be cut, it is longer than the budget, or the repair lies outside of it.
    """
    spans = [(span.byte_start, span.byte_end) for each in found for span in each.spans if span.is_primary]
    spans += [(span.byte_start, span.byte_end) for each in found for span in each.spans if not span.is_primary]
    item = row.item or (row.edits[0][0], row.edits[-1][1])
    try:
        shown = window(row.broken, item, budget=budget, remote=[edit[:2] for edit in row.edits], spans=spans)
        fixed = apply_edits(shown.text, shown.from_file(row.edits))
    except ValueError as error:
        raise RowError(f"no window shows the repair; row {row.id}: {error}") from error
    if len(shown.text.encode()) > budget:
        raise RowError(f"expected items of at most {budget} bytes, got a longer one; row {row.id}")
    return shown.text, fixed, shown.diagnostics(found)


def _turn(role: str, content: str) -> list[dict[str, str]]:
    return [{"role": role, "content": content}]
