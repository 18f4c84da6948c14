"""The table for the terminal, as plain text."""

from io import StringIO

from rich.console import Console

from share_rs.evaluation.summary import Summary, summarise
from share_rs.evaluation.table import summary_table

from .runs import KOANS, Lines, manifest

ARMS = {"copy": False, "cheat:empty": True, "cheat:todo_bodies": True, "suggestions": False}


def summary(cheating: str = "compile_error", outcome: str = "pass") -> Summary:
    lines = Lines()
    for koan in KOANS:
        lines.cell("copy", koan, "compile_error").cell("cheat:empty", koan, "compile_error")
        lines.cell("cheat:todo_bodies", koan, cheating)
        lines.cell("suggestions", koan, outcome if koan == "tb_002" else "test_fail")
    return summarise(manifest(ARMS), lines.lines)


def printed(summary: Summary, *, verbose: bool = False) -> str:
    text = StringIO()
    Console(file=text, width=100).print(summary_table(summary, verbose=verbose))
    return text.getvalue()


def test_arms_have_a_line_each_and_the_cheats_one_for_all() -> None:
    text = printed(summary())
    assert "cheats (2 programs)" in text
    assert "cheat:empty" not in text
    line = next(line for line in text.splitlines() if line.split()[:1] == ["suggestions"])
    assert line.split() == ["suggestions", "1/5", "20.0", "4-62", "0/2", "0/1", "1/2", "+1", "-0", "1.000"]


def test_a_cheat_that_passes_is_named() -> None:
    text = printed(summary(cheating="pass"))
    assert "cheat:todo_bodies passes 5 and must pass none: bc_001" in text
    assert next(line for line in text.splitlines() if "programs" in line).split()[3] == "5/5"


def test_verbose_shows_each_cheat() -> None:
    text = printed(summary(), verbose=True)
    assert "cheat:empty" in text
    assert "cheat:todo_bodies" in text
    assert "programs" not in text


def test_gains_the_seven_and_what_no_arm_reaches_are_named_below() -> None:
    text = printed(summary())
    assert "suggestions over copy: gains tb_002; loses none" in text
    assert "of the seven never solved before: suggestions 1 (tb_002)" in text
    assert "reached by no arm: 4 of 5: bc_001 bc_003 rh_004 tb_005" in text
    assert "infra" not in text


def test_the_share_of_koans_that_routing_hurt_is_told() -> None:
    lines = Lines()
    for koan in KOANS:
        lines.cell("base", koan, "pass" if koan == "tb_002" else "test_fail").cell("routed", koan, "test_fail")
    text = printed(summarise(manifest({"base": False, "routed": False}), lines.lines))
    assert "routing hurt 1 of 5 koans (20.0 %): tb_002" in text


def test_infra_errors_are_shown_where_there_are_any() -> None:
    assert "infra errors: 1, not scored" in printed(summary(outcome="infra_error"))


def test_what_is_no_terminal_gets_plain_ascii_words() -> None:
    assert "\x1b" not in printed(summary())
