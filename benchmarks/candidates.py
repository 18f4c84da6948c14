"""Distinct candidates made from the koans: half of them compile, the others fail in type or borrow checking."""

from share_rs import Candidate, Koan, Sandbox, load_koans


def distinct(count: int, failing: frozenset[str]) -> list[Candidate]:
    """`count` candidates of which no two are equal, compiling and failing ones in turn, over all koans.

    Each is a koan's program with a private constant added: it is compiled anew, and behaves as before. Those that
    compile are references and repairs, right and wrong; `failing` is what `failing_late` returns.
    """
    koans = load_koans()
    compiling = [(koan, koan.fixed) for koan in koans]
    compiling += [
        (koan, one.source) for koan in koans for one in koan.repairs if f"{koan.id}/{one.name}" not in failing
    ]
    broken = [(koan, koan.broken) for koan in koans if koan.id in failing]
    made: list[Candidate] = []
    for number in range(count):
        sources = broken if number % 2 else compiling
        koan, source = sources[number // 2 % len(sources)]
        made.append(Candidate(koan, f"{source}\nconst _NUMBER: u32 = {number};\n"))
    return made


def failing_late(sandbox: Sandbox) -> frozenset[str]:
    """The koans, by id, whose broken program gets through the parser and name resolution.

    And the wrong repairs that do not compile beside the probes, as `id/name`.
    """
    koans: list[Koan] = load_koans()
    verdicts = sandbox.check((koan.broken, koan.edition, koan.allow_unsafe) for koan in koans)
    late = {koan.id for koan, verdict in zip(koans, verdicts, strict=True) if verdict.stage in {"typeck", "borrowck"}}
    repairs = [(koan, one) for koan in koans for one in koan.repairs]
    judged = sandbox.run(Candidate(koan, one.source) for koan, one in repairs)
    failed = (pair for pair, verdict in zip(repairs, judged, strict=True) if verdict.outcome == "compile_error")
    return frozenset(late | {f"{koan.id}/{one.name}" for koan, one in failed})
