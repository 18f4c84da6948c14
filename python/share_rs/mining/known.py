"""Programs that no row may copy: what models are judged by, and what every reader of the compiler's texts has seen."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from share_rs.errors import ToolchainError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from share_rs import Koan


@dataclass(frozen=True)
class Known:
    """A program that is known elsewhere."""

    name: str
    """For messages: `koan bc_001, fixed`."""
    source: str


def of_koans(koans: Iterable[Koan]) -> list[Known]:
    """Every program of koans: what is broken, the reference, and the further repairs, wrong ones included."""
    return [
        Known(f"koan {koan.id}, {name}", source)
        for koan in koans
        for name, source in (
            ("broken", koan.broken),
            ("fixed", koan.fixed),
            *((repair.name, repair.source) for repair in koan.repairs),
        )
    ]


def of_explanations(codes: Iterable[str], rustc: str | None = None) -> list[Known]:
    """The examples of `rustc --explain` for these codes; what is no code, such as a lint's name, has none.

    Raises:
        ToolchainError: there is no rustc.
    """
    compiler = rustc or os.environ.get("SHARE_RS_RUSTC", "rustc")
    wanted = sorted({code for code in codes if code[:1] == "E" and code[1:].isdigit()})
    return [
        Known(f"rustc --explain {code}, example {number}", text)
        for code in wanted
        for number, text in enumerate(_blocks(_explained(compiler, code)), start=1)
    ]


def _explained(compiler: str, code: str) -> str:
    try:
        done = subprocess.run([compiler, "--explain", code], check=False, capture_output=True)
    except OSError as error:
        raise ToolchainError(
            f"expected rustc, to leave out its own examples, got {error.strerror} for {compiler}; "
            "install Rust, or name a compiler in SHARE_RS_RUSTC"
        ) from error
    return done.stdout.decode("utf-8", "replace")


def _blocks(text: str) -> list[str]:
    """What stands between lines of three backticks."""
    blocks: list[list[str]] = []
    inside = False
    for line in text.split("\n"):
        if line.lstrip().startswith("```"):
            inside = not inside
            if inside:
                blocks.append([])
        elif inside:
            blocks[-1].append(line)
    return ["\n".join([*block, ""]) for block in blocks]
