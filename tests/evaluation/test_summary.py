"""From lines to figures."""

import json

import pytest

from share_rs.evaluation.statistics import wilson_interval
from share_rs.evaluation.summary import Routing, summarise

from .runs import KOANS, Lines, manifest

ARMS = {"copy": False, "cheat:empty": True, "suggestions": False}


def run() -> Lines:
    lines = Lines()
    for koan in KOANS:
        lines.cell("copy", koan, "compile_error").cell("cheat:empty", koan, "compile_error")
        lines.cell("suggestions", koan, "pass" if koan in {"bc_001", "tb_002"} else "test_fail")
    return lines


def test_a_summary_counts_passes_families_and_flips_by_name() -> None:
    summary = summarise(manifest(ARMS), run().lines)
    arm = summary.arms["suggestions"]
    assert (arm.passed, arm.total, arm.solved) == (2, 5, ["bc_001", "tb_002"])
    assert arm.interval == wilson_interval(2, 5)
    assert {family: (score.passed, score.total) for family, score in arm.families.items()} == {
        "bc": (1, 2),
        "rh": (0, 1),
        "tb": (1, 2),
    }
    compared = {comparison.arm: comparison for comparison in summary.comparisons}
    assert list(compared) == ["cheat:empty", "suggestions"]
    assert compared["suggestions"].gains == ["bc_001", "tb_002"]
    assert compared["suggestions"].losses == []
    assert compared["suggestions"].p == pytest.approx(0.5)
    assert compared["cheat:empty"].p == 1.0


def test_the_seven_and_the_unreached_are_named() -> None:
    summary = summarise(manifest(ARMS), run().lines)
    assert summary.hard_seven == {"copy": [], "cheat:empty": [], "suggestions": ["tb_002"]}
    assert summary.unreached == ["bc_003", "rh_004", "tb_005"]


def test_what_only_a_control_solves_is_unreached() -> None:
    lines = Lines().cell("reference", "bc_001", "pass").cell("copy", "bc_001", "compile_error")
    summary = summarise(manifest({"copy": False, "reference": True}, koans=("bc_001",)), lines.lines)
    assert summary.arms["reference"].passed == 1
    assert summary.unreached == ["bc_001"]


def test_a_koan_that_nothing_was_scored_on_is_not_called_unreached() -> None:
    lines = Lines().cell("copy", "bc_001", "infra_error").cell("copy", "bc_003", "panic")
    assert summarise(manifest({"copy": False}), lines.lines).unreached == ["bc_003"]


def test_an_infra_error_is_counted_apart_and_never_scored() -> None:
    lines = run()
    lines.lines = [line for line in lines.lines if (line.arm, line.koan) != ("suggestions", "bc_003")]
    lines.cell("suggestions", "bc_003", "infra_error")
    summary = summarise(manifest(ARMS), lines.lines)
    arm = summary.arms["suggestions"]
    assert (arm.passed, arm.total, arm.infra_errors) == (2, 4, 1)
    assert arm.families["bc"].total == 1
    assert summary.infra_errors == 1
    assert summary.arms["copy"].infra_errors == 0


@pytest.mark.parametrize(
    ("outcomes", "passed", "total", "spread"),
    [
        (["pass", "pass", "test_fail"], 1, 1, (0, 1)),
        (["pass", "test_fail", "test_fail"], 0, 1, (0, 1)),
        (["pass", "test_fail"], 0, 1, (0, 1)),
        (["pass", "infra_error", "pass"], 1, 1, (0, 1)),
        (["infra_error", "infra_error"], 0, 0, (0, 0)),
    ],
)
def test_a_koan_passes_where_most_of_its_scored_repeats_pass(
    outcomes: list[str], passed: int, total: int, spread: tuple[int, int]
) -> None:
    lines = Lines()
    for repeat, outcome in enumerate(outcomes):
        lines.cell("suggestions", "bc_001", outcome, repeat=repeat)
    run_of_one = manifest({"suggestions": False}, repeats=len(outcomes), koans=("bc_001",))
    arm = summarise(run_of_one, lines.lines).arms["suggestions"]
    assert (arm.passed, arm.total, arm.range) == (passed, total, spread)


def test_without_a_baseline_nothing_is_compared() -> None:
    lines = Lines().cell("suggestions", "bc_001", "pass")
    assert summarise(manifest({"suggestions": False}, koans=("bc_001",)), lines.lines).comparisons == []


def test_the_document_holds_what_machines_read() -> None:
    document = json.loads(json.dumps(summarise(manifest(ARMS), run().lines).to_dict()))
    assert document.keys() == {"arms", "comparisons", "infra_errors", "hard_seven", "unreached"}
    assert document["arms"]["copy"].keys() == {
        "passed",
        "total",
        "interval",
        "families",
        "infra_errors",
        "range",
        "control",
        "solved",
    }
    assert document["comparisons"][0].keys() == {"arm", "baseline", "gains", "losses", "p"}


def routed(**outcomes: str) -> Lines:
    lines = Lines()
    for koan in KOANS:
        lines.cell("base", koan, "pass" if koan in {"bc_001", "tb_002"} else "test_fail")
        lines.cell("routed", koan, outcomes.get(koan, "test_fail"))
    return lines


def test_the_koans_that_routing_hurt_are_named_with_their_share() -> None:
    arms = {"base": False, "routed": False}
    summary = summarise(manifest(arms), routed(bc_001="pass", rh_004="pass").lines)
    assert summary.routing == Routing(hurt=["tb_002"], total=5, share=0.2)
    assert summary.to_dict()["routing"] == {"hurt": ["tb_002"], "total": 5, "share": 0.2}


def test_what_was_not_scored_on_both_sides_was_not_hurt() -> None:
    arms = {"base": False, "routed": False}
    summary = summarise(manifest(arms), routed(bc_001="pass", tb_002="infra_error").lines)
    assert summary.routing == Routing(hurt=[], total=4, share=0.0)


def test_without_both_arms_nothing_is_said_of_routing() -> None:
    lines = Lines().cell("base", "bc_001", "pass")
    summary = summarise(manifest({"base": False}, koans=("bc_001",)), lines.lines)
    assert summary.routing is None
    assert "routing" not in summary.to_dict()
