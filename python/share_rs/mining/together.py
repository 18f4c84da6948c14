"""Many small programs in one rustc: each a module of one crate, every error given back to the program that it is in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from share_rs._native import canonical

if TYPE_CHECKING:
    from collections.abc import Sequence

    from share_rs._native import Span, Verdict
    from share_rs.sandbox import Sandbox

TOGETHER = 60
"""Programs in one crate."""
LIMITS = {"source": 2048, "diagnostics": 16384, "compile_cpu": 60, "compile_wall": 120}
"""What a sandbox needs for so many."""
# What reaches beyond its module, or means the crate: such a program is compiled alone.
_ALONE = re.compile(
    r"\bcrate\b|\bextern\s+crate\b|#!?\s*\[\s*(?:unsafe\s*\()?\s*(?:no_mangle|export_name|macro_export|macro_use|global_allocator|"
    r"panic_handler|feature|no_std|no_main|no_core|no_implicit_prelude|path|recursion_limit|type_length_limit|crate_\w+|"
    r"cfg_attr|link_section|test)\b|^\s*(?:pub\s+)?mod\s+\w+\s*;|\bmacro_rules\b|\binclude(?:_str|_bytes)?!|\bmodule_path!|"
    r"\b(?:file|line|column)!|^\s*---|^#!(?!\s*\[)",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Text:
    """A program to compile, as `Sandbox.check` takes it."""

    source: str
    edition: str = "2024"
    allow_unsafe: bool = False
    externs: tuple[str, ...] = ()

    @property
    def terms(self) -> tuple[str, bool, tuple[str, ...]]:
        """What programs must have in common to share a crate: edition, whether unsafe is allowed, crates."""
        return self.edition, self.allow_unsafe, self.externs


@dataclass(frozen=True)
class Found:
    """An error of rustc within one program."""

    code: str | None
    message: str
    stage: str
    start: int
    """Byte where the outermost call site of its primary span begins."""
    end: int


def check_together(
    sandbox: Sandbox, texts: Sequence[Text], *, size: int = TOGETHER, strict: bool = False
) -> list[list[Found]]:
    """The errors of each program, none for one that compiles: what `Sandbox.check` finds of each alone, in a fraction of the time.

    Programs that fail are taken out and the rest is compiled again, so that no later stage of rustc stays hidden behind their
    errors; one that does not parse is compiled alone; a crate whose errors cannot all be given to a program is halved. Messages
    may name a module of that crate where a program compiled alone names none.

    Args:
        sandbox: one whose limits are `LIMITS`, or wider.
        texts: the programs.
        size: programs in one crate.
        strict: whether warnings are errors, too.

    Raises:
        ToolchainError, JailError: as `Sandbox.start`.
    """
    found: list[list[Found] | None] = [None] * len(texts)
    alone = [index for index, text in enumerate(texts) if not can_share(text.source)]
    kept = set(alone)
    kinds = sorted({text.terms for text in texts})
    pending = [[index] for index in alone]
    for kind in kinds:
        same = [index for index, text in enumerate(texts) if index not in kept and text.terms == kind]
        pending += [same[start : start + size] for start in range(0, len(same), size)]
    while pending:
        crates = [joined([texts[index] for index in group], strict=strict) for group in pending]
        verdicts = sandbox.check((crate.source, *crate.terms) for crate in crates)
        again: list[int] = []
        parts: list[list[int]] = []
        for group, crate, verdict in zip(pending, crates, verdicts, strict=True):
            errors = crate.errors(verdict)
            if errors is None and len(group) > 1:
                parts += _parts(group, crate.unparsed(verdict))
                continue
            for index, own in zip(group, errors or [[_whole(verdict)]], strict=True):
                found[index] = own
            if verdict.outcome != "compiles" and len(group) > 1:
                again += [index for index, own in zip(group, errors or [], strict=True) if not own]
        pending = parts + _grouped(again, texts, size)
    return [own or [] for own in found]


def can_share(source: str) -> bool:
    """Whether a program means the same as a module among others, and hides nothing of them."""
    return not _ALONE.search(source) and lexes(source)


def lexes(source: str) -> bool:
    """Whether every bracket and quote of a program closes within it."""
    try:
        canonical(source)
    except ValueError:
        return False
    return True


@dataclass(frozen=True)
class Joined:
    """Programs as modules of one text."""

    source: str
    terms: tuple[str, bool, tuple[str, ...]]
    places: tuple[tuple[int, int], ...]
    """Bytes of each program within `source`."""

    def errors(self, verdict: Verdict) -> list[list[Found]] | None:
        """The errors of each program; None where one cannot be given to any, or hides those of others."""
        if verdict.outcome == "compiles":
            return [[] for _ in self.places]
        if verdict.outcome != "compile_error" or verdict.truncated:
            return None
        given: list[list[Found]] = [[] for _ in self.places]
        for one in verdict.diagnostics:
            if one.level != "error":
                continue
            span = next((span for span in one.spans if span.is_primary), None)
            if span is None:
                if one.message.startswith(("aborting due to", "could not compile")):
                    continue
                return None
            owner = self._owner(span)
            # A program that does not parse ends rustc before it looks at the others.
            if owner is None or (one.stage == "parse" and len(self.places) > 1):
                return None
            start = self.places[owner][0]
            given[owner].append(Found(one.code, one.message, one.stage, span.byte_start - start, span.byte_end - start))
        return given if any(given) else None

    def unparsed(self, verdict: Verdict) -> list[int]:
        """The programs, by place, in which rustc says that something does not parse."""
        spans = [
            span
            for one in verdict.diagnostics
            if one.level == "error" and one.stage == "parse"
            for span in one.spans
            if span.is_primary
        ]
        return sorted({owner for span in spans if (owner := self._owner(span)) is not None})

    def _owner(self, span: Span) -> int | None:
        """The program, by place, that a span lies in."""
        return next(
            (
                number
                for number, (start, end) in enumerate(self.places)
                if start <= span.byte_start <= span.byte_end <= end
            ),
            None,
        )


def joined(texts: Sequence[Text], *, strict: bool = False) -> Joined:
    """Programs that can share a crate, as modules of one; a single one as it stands."""
    head = "#![deny(warnings)]\n" if strict else ""
    if len(texts) == 1:
        start = len(head)
        places = ((start, start + len(texts[0].source.encode())),)
        return Joined(head + texts[0].source, texts[0].terms, places)
    parts: list[str] = [head]
    places_: list[tuple[int, int]] = []
    at = len(head)
    for number, text in enumerate(texts):
        # Dead code is judged as if the program were the crate: what it makes public can be reached.
        opening, closing = f"pub mod share_rs_{number} {{\n", "\n}\n"
        at += len(opening)
        places_.append((at, at + len(text.source.encode())))
        at = places_[-1][1] + len(closing)
        parts += [opening, text.source, closing]
    return Joined("".join(parts), texts[0].terms, tuple(places_))


def _parts(group: list[int], alone: list[int]) -> list[list[int]]:
    """Those that are to be compiled alone, and the rest of the group; its halves where there are none."""
    if not alone or len(alone) == len(group):
        return [group[: len(group) // 2], group[len(group) // 2 :]]
    rest = [index for number, index in enumerate(group) if number not in alone]
    return [*([group[number]] for number in alone), rest]


def _grouped(indices: Sequence[int], texts: Sequence[Text], size: int) -> list[list[int]]:
    """Groups of programs that can share a crate."""
    groups: list[list[int]] = []
    for kind in sorted({texts[index].terms for index in indices}):
        same = [index for index in sorted(indices) if texts[index].terms == kind]
        groups += [same[start : start + size] for start in range(0, len(same), size)]
    return groups


def _whole(verdict: Verdict) -> Found:
    """What is known of a program that rustc did not finish, or that was not compiled at all."""
    return Found(None, verdict.detail, "unknown", 0, 0)
