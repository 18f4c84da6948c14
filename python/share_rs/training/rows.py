"""The rows that a skill is trained on: JSON lines with a prompt and its answer, checked one by one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from share_rs.errors import TrainError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SHOWN = 5
"""Faults that a message tells; the others are counted."""


@dataclass(frozen=True)
class Row:
    """One prompt and the answer that is learned."""

    prompt: str
    answer: str
    place: str
    """`rows.jsonl, line 3`, for messages."""


@dataclass(frozen=True)
class Rows:
    """The sound rows in their order, and what is wrong with the others."""

    sound: tuple[Row, ...]
    faults: tuple[str, ...] = field(default=())
    """One sentence for each row that is none."""

    @property
    def content_hash(self) -> str:
        """SHA-256 over prompts and answers in their order, in hexadecimal."""
        digest = sha256()
        for row in self.sound:
            digest.update(json.dumps([row.prompt, row.answer]).encode("ascii") + b"\n")
        return digest.hexdigest()


def read_rows(rows: str | PathLike[str] | Iterable[Mapping[str, Any]]) -> Rows:
    """Reads a file of JSON lines, or takes mappings as they are; empty lines are passed over, other keys ignored.

    Raises:
        TrainError: the file cannot be read.
    """
    sound: list[Row] = []
    faults: list[str] = []
    for place, value, unreadable in _objects(rows):
        fault = unreadable or _fault(value)
        if fault is None:
            fields = cast("Mapping[str, str]", value)
            sound.append(Row(fields["prompt"], fields["answer"], place))
        else:
            faults.append(f"{place}: {fault}")
    return Rows(tuple(sound), tuple(faults))


def refuse(faults: tuple[str, ...], remedy: str) -> None:
    """Ends the run where there are faults.

    Raises:
        TrainError: with the first faults, how many more there are, and the remedy.
    """
    if faults:
        more = f"\n... and {len(faults) - _SHOWN} more" if len(faults) > _SHOWN else ""
        raise TrainError("\n".join(faults[:_SHOWN]) + f"{more}\n{remedy}")


def _objects(
    rows: str | PathLike[str] | Iterable[Mapping[str, Any]],
) -> Iterator[tuple[str, object, str | None]]:
    """Place and value of each row, and what keeps a line from being JSON."""
    if not isinstance(rows, (str, PathLike)):
        yield from ((f"row {number}", value, None) for number, value in enumerate(rows, start=1))
        return
    path = Path(cast("str", rows))
    try:
        lines = path.read_bytes().removeprefix(b"\xef\xbb\xbf").split(b"\n")
    except OSError as error:
        raise TrainError(f"cannot read the rows {path}: {error.strerror}; expected a file of JSON lines") from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield f"{path.name}, line {number}", *_parsed(line)


def _parsed(line: bytes) -> tuple[object, str | None]:
    try:
        return json.loads(line.decode("utf-8")), None
    except UnicodeDecodeError as error:
        return None, f"not UTF-8 at byte {error.start}; expected one JSON object a line"
    except (ValueError, RecursionError) as error:
        return None, f"no JSON ({error}); expected one JSON object a line"


def _fault(value: object) -> str | None:
    if not isinstance(value, Mapping):
        return f"expected an object with prompt and answer, got {_kind(value)}"
    fields = cast("Mapping[str, object]", value)
    for key in ("prompt", "answer"):
        if key not in fields:
            return f"{key} is missing, got {', '.join(map(repr, fields)) or 'no keys'}; expected prompt and answer"
        text = fields[key]
        if not isinstance(text, str):
            return f"{key} must be a string, got {_kind(text)}"
        if not text.strip():
            return f"{key} is empty; expected text"
        try:
            text.encode("utf-8")
        except UnicodeEncodeError as error:
            return f"{key} holds half of a surrogate pair at character {error.start}; expected valid Unicode"
    return None


def _kind(value: object) -> str:
    """The kind of a value in JSON's words."""
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    kinds: dict[type, str] = {str: "a string", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return kinds.get(type(value), type(value).__name__)
