"""The erroneous examples of `rustc --explain`, read from the user's toolchain and compiled in the sandbox.

`rustc --explain` prints its code blocks without the marks that rustdoc reads (which edition, which error) and without
hidden lines. An example is therefore tried as it stands and inside of a `fn main`, as rustdoc would wrap it, in each
edition, and counts where the first error has the code that it is to explain.
"""

import csv
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from share_rs import Diagnostic, Sandbox

LABELS = Path(__file__).parent / "labels" / "explain.csv"
EDITIONS = ("2015", "2018", "2021", "2024")


@dataclass(frozen=True)
class Label:
    """What a person says of one example."""

    code: str
    ordinal: int
    """Index of the fenced block among all of the code's blocks."""
    pattern: str


def labels() -> list[Label]:
    """The labels, in the order of the file."""
    with LABELS.open(encoding="utf-8", newline="") as file:
        return [Label(row["code"], int(row["ordinal"]), row["pattern"]) for row in csv.DictReader(file)]


def errors(wanted: Sequence[Label], sandbox: Sandbox) -> dict[Label, list[Diagnostic]]:
    """The errors of each example that shows its own code on this toolchain."""
    texts = {code: _blocks(code) for code in sorted({label.code for label in wanted})}
    left = {label: texts[label.code][label.ordinal] for label in wanted if label.ordinal < len(texts[label.code])}
    found: dict[Label, list[Diagnostic]] = {}
    for edition in EDITIONS:
        for shape in (str, _inside_main):
            sources = [(shape(text), edition, True) for text in left.values()]
            for label, verdict in zip(list(left), sandbox.check(sources), strict=True):
                if verdict.codes[:1] == [label.code]:
                    found[label] = verdict.diagnostics
                    del left[label]
    return found


def _blocks(code: str) -> list[str]:
    rustc = os.environ.get("SHARE_RS_RUSTC", "rustc")
    done = subprocess.run([rustc, "--explain", code], check=False, capture_output=True, text=True)
    blocks: list[list[str]] = []
    inside = False
    for line in done.stdout.splitlines():
        if line.lstrip().startswith("```"):
            inside = not inside
            if inside:
                blocks.append([])
        elif inside:
            blocks[-1].append(line)
    return ["\n".join([*block, ""]) for block in blocks]


def _inside_main(text: str) -> str:
    lines = text.splitlines()
    crate = [line for line in lines if line.startswith("#![")]
    return "\n".join([*crate, "fn main() {", *(line for line in lines if line not in crate), "}", ""])
