"""The two kinds of line in records.jsonl: a judged candidate, and a cell that is done."""

import json
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any, Literal

CellKey = tuple[str, str, int]
"""Arm, koan, repeat."""


@dataclass(frozen=True)
class Record:
    """One candidate and its verdict."""

    arm: str
    koan: str
    family: str
    repeat: int
    attempt: int
    """1-based round; 0 where the broken program itself got no verdict, so that no round began."""
    sample: int
    """0-based place among the candidates of this round."""
    seed: int
    outcome: str
    passed: bool
    stage: str | None
    codes: list[str]
    detail: str
    source_hash: str
    source: str
    diagnostics: str
    """As rendered text, free of paths."""
    cpu_seconds: float
    cached: bool
    key: str
    toolchain: str
    jail: str
    skill: str | None = None
    """The skill that was active in the model, as its layers told; None for the base model alone, or no model."""
    subspace: str | None = None
    """The hash of the shared bases that were attached to the model."""
    cut: bool = False
    """Whether the model's answer was as long as it might be, and not at its end."""
    kind: Literal["candidate"] = "candidate"

    @property
    def cell(self) -> CellKey:
        """The cell that the candidate belongs to."""
        return (self.arm, self.koan, self.repeat)


@dataclass(frozen=True)
class Cell:
    """One arm on one koan in one repeat, done; written after the last of its records."""

    arm: str
    koan: str
    family: str
    repeat: int
    passed: bool
    scored: bool
    """False where an infra_error leaves open whether the arm solves the koan."""
    attempts: int
    candidates: int
    note: str = ""
    """Why the solver proposed nothing, where it says so."""
    kind: Literal["cell"] = "cell"

    @property
    def key(self) -> CellKey:
        """What names the cell."""
        return (self.arm, self.koan, self.repeat)


Line = Record | Cell


def to_line(line: Line) -> str:
    """One line of JSON, the newline included; ASCII only, so that no candidate can break the file."""
    return json.dumps(asdict(line), separators=(",", ":")) + "\n"


def from_line(text: str) -> Line:
    """The inverse of `to_line`.

    Raises:
        ValueError: the text is not such a line.
    """
    try:
        fields: dict[str, Any] = json.loads(text)
        return Cell(**fields) if fields["kind"] == "cell" else Record(**fields)
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a record: {error}") from error


def source_hash(source: str) -> str:
    """SHA-256 of a program's bytes, in hexadecimal; lone surrogates are hashed as they stand."""
    return sha256(source.encode("utf-8", "surrogatepass")).hexdigest()
