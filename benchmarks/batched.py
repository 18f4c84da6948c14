"""Many programs in one rustc against one rustc each: how much faster, and whether any verdict or code differs."""

import os
import tempfile
import time
from random import Random

from measure import Figure
from share_rs import Sandbox
from share_rs._native import Verdict
from share_rs.errors import ToolchainError
from share_rs.mining.attempt import Choice, attempts
from share_rs.mining.docs import examples
from share_rs.mining.generate.program import program
from share_rs.mining.generate.scenes import SCENES
from share_rs.mining.source import Source, generated
from share_rs.mining.together import LIMITS, Found, Text, check_together

SEED = 5
"""Of the sample."""
OF_A_SOURCE = 2


def batched(count: int) -> dict[str, Figure]:
    """Half of the programs are examples of the documentation, half are generated; most of them are broken."""
    texts = _sample(count)
    with tempfile.TemporaryDirectory() as cache, Sandbox(cache_dir=cache, limits=LIMITS) as sandbox:
        # The crates that programs use are built once, for both.
        sandbox.check([("", "2024", False, ["anyhow", "fields", "thiserror"])])
        started = time.perf_counter()
        together = check_together(sandbox, texts)
        between = time.perf_counter()
        alone = sandbox.check((one.source, *one.terms) for one in texts)
        ended = time.perf_counter()
        workers = sandbox.workers
    ratio = (ended - between) / (between - started)
    different = [index for index in range(len(texts)) if _first(together[index]) != _alone(alone[index])]
    for index in different:
        print(f"differs: {_first(together[index])} together, {_alone(alone[index])} alone\n{texts[index].source}")
    codes = sum(
        sorted({one.code or "" for one in found}) != sorted(set(verdict.codes))
        for found, verdict in zip(together, alone, strict=True)
    )
    failing = sum(verdict.outcome != "compiles" for verdict in alone)
    against = f"{len(texts)} programs, {failing} of them fail; {workers} workers"
    return {
        "batched_different": Figure(
            len(different), "programs", "<= 0", f"another outcome, or another first code; {against}"
        ),
        "batched_other_codes": Figure(codes, "programs", None, f"another set of codes; {against}"),
        "batched_vs_alone": Figure(
            None if different else round(ratio, 2),
            "x",
            ">= 5",
            f"one rustc each, both in the jail, {between - started:.1f} s against {ended - between:.1f} s; {against}",
        ),
    }


def _sample(count: int) -> list[Text]:
    random = Random(SEED)  # noqa: S311 - a sample, not a secret
    made = _docs(random, count // 2)
    families = sorted(SCENES)
    index = 0
    while len(made) < count:
        made += _texts(generated(program(SEED, families[index % len(families)], index)), random)
        index += 1
    return made[:count]


def _docs(random: Random, count: int) -> list[Text]:
    """None where the documentation is not installed: then all are generated."""
    try:
        sources = examples(os.environ.get("SHARE_RS_RUSTC") or "rustc")
    except ToolchainError as error:
        print(f"no examples of the documentation: {error}")
        return []
    found: list[Text] = []
    for source in random.sample(sources, len(sources)):
        if len(found) >= count:
            break
        found += _texts(source, random)
    return found[:count]


def _texts(source: Source, random: Random) -> list[Text]:
    """Some mutants of a program, and seldom the program itself."""
    try:
        broken = [one.text for one in attempts(source, Choice(per_source=1), random)[:OF_A_SOURCE]]
    except ValueError:
        return []
    whole = Text(source.text, source.edition, source.allow_unsafe, source.externs)
    return [*broken, *([whole] if random.random() < 1 / 3 else [])]  # about one in seven


def _first(found: list[Found]) -> tuple[str, str]:
    return ("fails", found[0].code or "") if found else ("compiles", "")


def _alone(verdict: Verdict) -> tuple[str, str]:
    if verdict.outcome == "compiles":
        return "compiles", ""
    first = next((one for one in verdict.diagnostics if one.level == "error"), None)
    return ("fails" if verdict.outcome == "compile_error" else verdict.outcome), (first.code or "" if first else "")
