"""Which sources really work: they compile without a warning, and their probes record the same twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs._native import Koan
from share_rs.mining.together import Text, check_together
from share_rs.sandbox import Candidate

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Sequence

    from share_rs.mining.source import Source
    from share_rs.sandbox import Sandbox


def working(
    sandbox: Sandbox, sources: Sequence[Source], rejected: Counter[tuple[str, str, str]]
) -> tuple[list[Source], dict[str, Koan]]:
    """The sources that work, each once, and a koan of each that has probes, by its text; others are counted by their aim.

    Raises:
        ToolchainError, JailError: as `Sandbox.start`.
    """
    unique = list({one.text: one for one in sources}.values())
    texts = [Text(one.text, one.edition, one.allow_unsafe, one.externs) for one in unique]
    errors = check_together(sandbox, texts, strict=True)
    clean: list[Source] = []
    for one, own in zip(unique, errors, strict=True):
        if own:
            rejected[one.aim, "", "source has errors or warnings"] += 1
        else:
            clean.append(one)
    koans = {one.text: koan(one) for one in clean if one.probes}
    verdicts = sandbox.run(Candidate(one, text) for text, one in koans.items())
    failed = {text for text, verdict in zip(koans, verdicts, strict=True) if not verdict.passed}
    rejected.update((one.aim, "", "source fails its own probes") for one in clean if one.text in failed)
    return [one for one in clean if one.text not in failed], koans


def koan(source: Source) -> Koan:
    """What judges repairs of a source by value.

    Raises:
        KoanError: its probes are none.
    """
    return Koan.of(
        "row",
        fixed=source.text,
        probes=source.probes,
        edition=source.edition,
        allow_unsafe=source.allow_unsafe,
        externs=source.externs,
    )
