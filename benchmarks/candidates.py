"""Distinct candidates made from the koans: half of them compile, the others fail in type or borrow checking."""

from share_rs import Candidate, Koan, Sandbox, load_koans


def distinct(count: int, failing: frozenset[str]) -> list[Candidate]:
    """`count` candidates of which no two are equal, compiling and failing ones in turn, over all koans.

    Each is a koan's program with a private constant added: it is compiled anew, and behaves as before. Those that
    compile are references and repairs, right and wrong; `failing` names the koans whose broken program fails late.
    """
    koans = load_koans()
    compiling = [(koan, source) for koan in koans for source in (koan.fixed, *(one.source for one in koan.repairs))]
    compiling.sort(key=lambda pair: pair[1] not in {koan.fixed for koan in koans})
    broken = [(koan, koan.broken) for koan in koans if koan.id in failing]
    made: list[Candidate] = []
    for number in range(count):
        sources = broken if number % 2 else compiling
        koan, source = sources[number // 2 % len(sources)]
        made.append(Candidate(koan, f"{source}\nconst _NUMBER: u32 = {number};\n"))
    return made


def failing_late(sandbox: Sandbox) -> frozenset[str]:
    """The koans whose broken program gets through the parser and name resolution."""
    koans: list[Koan] = load_koans()
    verdicts = sandbox.check((koan.broken, koan.edition, koan.allow_unsafe) for koan in koans)
    return frozenset(
        koan.id for koan, verdict in zip(koans, verdicts, strict=True) if verdict.stage in {"typeck", "borrowck"}
    )
