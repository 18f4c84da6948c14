"""From the lines of a run to its figures."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from share_rs.evaluation.manifest import Manifest
from share_rs.evaluation.record import Cell, Line, Record
from share_rs.evaluation.statistics import mcnemar, spread, wilson_interval

HARD_SEVEN = ("bc_003", "bc_005", "bc_010", "tb_002", "tb_007", "tb_008", "rh_004")
"""The koans that no experiment of the prior system solved."""


@dataclass(frozen=True)
class Score:
    """How many koans passed of those scored, with the 95 % Wilson interval as two shares."""

    passed: int
    total: int
    interval: tuple[float, float]

    @classmethod
    def of(cls, results: Iterable[bool]) -> "Score":
        """The score of one result per koan."""
        results = list(results)
        return cls(sum(results), len(results), wilson_interval(sum(results), len(results)))


@dataclass(frozen=True)
class ArmSummary(Score):
    """One arm. A koan counts as passed where more than half of its scored repeats passed."""

    families: dict[str, Score]
    infra_errors: int
    """Verdicts that say nothing about the candidate; koans without a scored repeat are not in `total`."""
    range: tuple[int, int]
    """Fewest and most koans passed in one repeat."""
    control: bool
    solved: list[str]


@dataclass(frozen=True)
class Comparison:
    """An arm against the baseline on the koans that both were scored on, by the exact McNemar test."""

    arm: str
    baseline: str
    gains: list[str]
    losses: list[str]
    p: float


@dataclass(frozen=True)
class Routing:
    """What the router's choice of a skill did to koans that the base model and the arm `routed` were both scored on."""

    hurt: list[str]
    """Those that the base model passes and `routed` does not."""
    total: int
    share: float
    """Of `total`, those that were hurt."""


@dataclass(frozen=True)
class Summary:
    """The figures of a run."""

    arms: dict[str, ArmSummary]
    """In the order of the run."""
    comparisons: list[Comparison]
    infra_errors: int
    hard_seven: dict[str, list[str]]
    """Per arm, those it solved of the seven koans that no experiment of the prior system solved."""
    unreached: list[str]
    """Koans that were scored, and that no arm but a control solved."""
    routing: Routing | None = None
    """Where the arms `base` and `routed` take part."""

    def to_dict(self) -> dict[str, Any]:
        """What summary.json holds."""
        document = asdict(self)
        if self.routing is None:
            del document["routing"]
        return document


def summarise(manifest: Manifest, lines: Sequence[Line]) -> Summary:
    """The figures of the cells that are done; of an unfinished run, those so far."""
    cells = [line for line in lines if isinstance(line, Cell)]
    infra = [line.arm for line in lines if isinstance(line, Record) and line.outcome == "infra_error"]
    passed = {arm["name"]: _koans([cell for cell in cells if cell.arm == arm["name"]]) for arm in manifest["arms"]}
    family = {koan["id"]: koan["family"] for koan in manifest["koans"]}
    arms = {
        arm["name"]: _arm(
            passed[arm["name"]],
            family,
            infra_errors=infra.count(arm["name"]),
            by_repeat=_by_repeat([cell for cell in cells if cell.arm == arm["name"]], len(manifest["seeds"])),
            control=arm["control"],
        )
        for arm in manifest["arms"]
    }
    baseline: str | None = manifest["settings"]["baseline"]
    scored = {koan for arm in manifest["arms"] if not arm["control"] for koan in passed[arm["name"]]}
    reached = {koan for arm in arms.values() if not arm.control for koan in arm.solved}
    return Summary(
        arms=arms,
        comparisons=[
            _compare(arm, baseline, passed[arm], passed[baseline]) for arm in arms if baseline and arm != baseline
        ],
        infra_errors=len(infra),
        hard_seven={name: [koan for koan in HARD_SEVEN if koan in arm.solved] for name, arm in arms.items()},
        unreached=sorted(scored - reached),
        routing=_routing(passed.get("base"), passed.get("routed")),
    )


def _koans(cells: Iterable[Cell]) -> dict[str, bool]:
    """Koan to whether most of its scored repeats passed, sorted by koan; koans without a scored repeat left out."""
    repeats: defaultdict[str, list[bool]] = defaultdict(list)
    for cell in cells:
        if cell.scored:
            repeats[cell.koan].append(cell.passed)
    return {koan: 2 * sum(results) > len(results) for koan, results in sorted(repeats.items())}


def _by_repeat(cells: Iterable[Cell], repeats: int) -> list[int]:
    counts = [0] * repeats
    for cell in cells:
        counts[cell.repeat] += cell.passed
    return counts


def _arm(
    passed: dict[str, bool], family: dict[str, str], *, infra_errors: int, by_repeat: list[int], control: bool
) -> ArmSummary:
    score = Score.of(passed.values())
    return ArmSummary(
        passed=score.passed,
        total=score.total,
        interval=score.interval,
        families={
            name: Score.of(result for koan, result in passed.items() if family[koan] == name)
            for name in sorted(set(family.values()))
        },
        infra_errors=infra_errors,
        range=spread(by_repeat),
        control=control,
        solved=[koan for koan, result in passed.items() if result],
    )


def _compare(arm: str, baseline: str, results: dict[str, bool], against: dict[str, bool]) -> Comparison:
    both = sorted(results.keys() & against.keys())
    gains = [koan for koan in both if results[koan] and not against[koan]]
    losses = [koan for koan in both if against[koan] and not results[koan]]
    return Comparison(arm, baseline, gains, losses, mcnemar(len(gains), len(losses)))


def _routing(base: dict[str, bool] | None, routed: dict[str, bool] | None) -> Routing | None:
    if base is None or routed is None:
        return None
    both = sorted(base.keys() & routed.keys())
    hurt = [koan for koan in both if base[koan] and not routed[koan]]
    return Routing(hurt, len(both), len(hurt) / len(both) if both else 0.0)
