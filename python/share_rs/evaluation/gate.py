"""Whether a koan is sound: what must fail fails, what must pass passes, and the probes can tell the two apart."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from share_rs._native import discover
from share_rs.errors import KoanError
from share_rs.koan import Koan
from share_rs.sandbox import Candidate

if TYPE_CHECKING:
    from share_rs._native import Verdict
    from share_rs.sandbox import Sandbox

SEEDS = (0, 1)
"""A repair is right where it agrees with the reference for both."""
FEWEST_WRONG = 2
"""Probes that turn away a single wrong repair may have been written for it alone."""


@dataclass(frozen=True)
class GateResult:
    """What the gate says of one folder."""

    koan: str
    """The koan's id, or the folder's name where it cannot be read as a koan."""
    path: str
    faults: list[str]
    """One sentence each; empty where the koan is sound."""


@dataclass(frozen=True)
class _Trial:
    """One program that must pass, or must not."""

    koan: Koan
    name: str
    source: str
    passes: bool
    seed: int


def check_koan(koan: Koan, sandbox: "Sandbox") -> list[str]:
    """The faults of one koan, one sentence each; empty where it is sound.

    Raises:
        ShareError: the sandbox cannot start, or may not judge koans of this folder.
    """
    return check_koans([koan], sandbox)[0]


def check_folder(root: str | PathLike[str], sandbox: "Sandbox") -> Iterator[GateResult]:
    """The result of every koan folder at or below `root`, sorted by folder; all are judged together.

    Raises:
        KoanError: there is no koan folder.
        ShareError: the sandbox cannot start, or may not judge koans of this folder.
    """
    found: dict[str, Koan | KoanError] = {str(path): _read(path) for path in discover(root)}
    koans = [koan for koan in found.values() if isinstance(koan, Koan)]
    faults = iter(check_koans(koans, sandbox))
    owners: dict[str, str] = {}
    for path, koan in found.items():
        if isinstance(koan, KoanError):
            yield GateResult(Path(path).name, path, [str(koan)])
            continue
        own = next(faults)
        owner = owners.setdefault(koan.id, path)
        if owner != path:
            own = [f"the id {koan.id} is that of {owner} too; give one of them another", *own]
        yield GateResult(koan.id, path, own)


def check_koans(koans: Sequence[Koan], sandbox: "Sandbox") -> list[list[str]]:
    """The faults of each koan, in order. What hangs on a reference that fails is not tried."""
    broken = _broken_faults(koans, sandbox)
    references = _reference_faults(koans, sandbox)
    usable = [koan for koan, faults in zip(koans, references, strict=True) if not faults]
    more = zip(_transcript_faults(usable, sandbox), _trial_faults(usable, sandbox), strict=True)
    return [
        [*first, *(reference or (fault for faults in next(more) for fault in faults))]
        for first, reference in zip(broken, references, strict=True)
    ]


def _read(path: str) -> Koan | KoanError:
    try:
        return Koan(path)
    except KoanError as error:
        return error


def _broken_faults(koans: Sequence[Koan], sandbox: "Sandbox") -> list[list[str]]:
    """Checked without its probes: what a solver is shown never hangs on the harness."""
    verdicts = sandbox.check([(koan.broken, koan.edition, koan.allow_unsafe, koan.externs) for koan in koans])
    return [list(_broken(koan, verdict)) for koan, verdict in zip(koans, verdicts, strict=True)]


def _broken(koan: Koan, verdict: "Verdict") -> Iterator[str]:
    declared = " or ".join(koan.codes) or "an error without a code"
    if verdict.outcome == "compiles":
        yield f"broken.rs compiles without its probes; expected {declared}"
    elif verdict.outcome != "compile_error":
        yield f"broken.rs gets {verdict.outcome} ({verdict.detail}); expected {declared}"
    elif verdict.codes[0] not in (koan.codes or [""]):
        got = verdict.codes[0] or "an error without a code"
        yield f"the first error of broken.rs is {got} ({verdict.diagnostics[0].message}); expected {declared}"


def _reference_faults(koans: Sequence[Koan], sandbox: "Sandbox") -> list[list[str]]:
    # rustc is told `-A warnings`, which an attribute of the crate overrules.
    strict = sandbox.check(
        [(f"#![deny(warnings)]\n{koan.fixed}", koan.edition, koan.allow_unsafe, koan.externs) for koan in koans]
    )
    judged = sandbox.run([Candidate(koan, koan.fixed, seed) for koan in koans for seed in SEEDS])
    faults: list[list[str]] = []
    for index in range(len(koans)):
        own: list[str] = []
        if strict[index].outcome != "compiles":
            first = [diagnostic.message for diagnostic in strict[index].diagnostics[:1]]
            own.append(f"fixed.rs has a warning or an error: {(first or [strict[index].detail])[0]}")
        for seed, verdict in zip(SEEDS, judged[index * len(SEEDS) :], strict=False):
            if said := _reference_fault(seed, verdict):
                own.append(said)
                break
        faults.append(own)
    return faults


def _reference_fault(seed: int, verdict: "Verdict") -> str | None:
    """Of one run of the reference, which was compared with an earlier run of itself."""
    if verdict.passed:
        return None
    if verdict.outcome in {"test_fail", "panic"} and verdict.frames_equal < verdict.frames_total:
        return (
            f"fixed.rs is not deterministic: two runs with seed {seed} differ from frame {verdict.frames_equal + 1} of "
            f"{verdict.frames_total} on; expected equal values, which no clock, address or order of a HashMap gives"
        )
    return f"fixed.rs gets {verdict.outcome} for seed {seed}: {verdict.detail}"


def _transcript_faults(koans: Sequence[Koan], sandbox: "Sandbox") -> list[list[str]]:
    def recorded(koan: Koan) -> list[str]:
        seeds = (SEEDS[0], SEEDS[0], SEEDS[1])
        runs = [sandbox.transcript(Candidate(koan, koan.fixed, seed)) for seed in seeds]
        for seed, (verdict, _) in zip(seeds, runs, strict=True):
            if said := _reference_fault(seed, verdict):
                return [said]
        if runs[0][1] == runs[2][1]:
            return [f"fixed.rs records the same values for the seeds {SEEDS[0]} and {SEEDS[1]}; draw the inputs"]
        return []

    threads = ThreadPoolExecutor(max_workers=sandbox.workers)
    try:
        return list(threads.map(recorded, koans))
    except BaseException:
        threads.shutdown(wait=False, cancel_futures=True)
        sandbox.close()  # ends what the threads still run: only the main thread sees Ctrl-C
        raise
    finally:
        threads.shutdown()


def _trial_faults(koans: Sequence[Koan], sandbox: "Sandbox") -> list[list[str]]:
    trials = [trial for koan in koans for trial in _trials(koan)]
    verdicts = sandbox.run([Candidate(trial.koan, trial.source, trial.seed) for trial in trials])
    # By koan and program: a repair that fails for both seeds is one fault.
    faults: dict[str, dict[str, str]] = {str(koan.path): {} for koan in koans}
    for trial, verdict in zip(trials, verdicts, strict=True):
        if said := _trial_fault(trial, verdict):
            faults[str(trial.koan.path)].setdefault(trial.name, said)
    return [[*_too_few(koan), *faults[str(koan.path)].values()] for koan in koans]


def _trial_fault(trial: _Trial, verdict: "Verdict") -> str | None:
    if verdict.outcome == "infra_error":
        return f"{trial.name} could not be judged: {verdict.detail}"
    if trial.passes and not verdict.passed:
        return f"{trial.name} gets {verdict.outcome} for seed {trial.seed} ({verdict.detail}); expected a pass"
    if verdict.passed and not trial.passes:
        return f"{trial.name} passes; expected values that differ from the reference's"
    return None


def _too_few(koan: Koan) -> list[str]:
    wrong = sum(not repair.right for repair in koan.repairs)
    return (
        []
        if wrong >= FEWEST_WRONG
        else [f"expected at least {FEWEST_WRONG} wrong repairs in repairs/wrong_*.rs, got {wrong}"]
    )


def _trials(koan: Koan) -> Iterable[_Trial]:
    for repair in koan.repairs:
        for seed in SEEDS if repair.right else SEEDS[:1]:
            yield _Trial(koan, f"repairs/{repair.name}.rs", repair.source, repair.right, seed)
    for kind, sources in koan.cheats().items():
        for number, source in enumerate(sources, 1):
            which = f" (program {number} of {len(sources)})" if len(sources) > 1 else ""
            yield _Trial(koan, f"the cheat {kind}{which}", source, passes=False, seed=SEEDS[0])
