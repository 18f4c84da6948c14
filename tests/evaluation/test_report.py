"""The report as text: self-contained, escaped, the same for the same run, of bounded size."""

import importlib.util
import json
import re
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any

import pytest

from share_rs.errors import ShareError
from share_rs.evaluation.heatmap import difference
from share_rs.evaluation.record import Cell, Line
from share_rs.evaluation.report import render_report, report_available, write_report
from share_rs.evaluation.run_directory import RunDirectory

from .runs import FIXED, HOSTILE, KOANS, Lines, manifest

MANIFEST = manifest({"copy": False, "suggestions": False, "reference": True, "cheat:empty": True})


def lines(candidate: str = FIXED) -> list[Line]:
    found = Lines()
    for koan in KOANS:
        found.cell("copy", koan, "compile_error").cell("cheat:empty", koan, "compile_error", source="")
        found.cell("suggestions", koan, "test_fail", source=candidate).cell("reference", koan, "pass", source=FIXED)
    return found.lines


def embedded(text: str) -> dict[str, object]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def test_equal_runs_give_equal_bytes() -> None:
    assert render_report(MANIFEST, lines()) == render_report(MANIFEST, lines())


def test_a_hostile_candidate_stays_text() -> None:
    text = render_report(MANIFEST, lines(HOSTILE))
    assert HOSTILE not in text
    assert text.lower().count("</script") == 2
    assert "+" + HOSTILE in "".join(str(part) for part in json.loads(json.dumps(embedded(text)["texts"])))


def test_nothing_is_loaded_from_elsewhere() -> None:
    text = render_report(MANIFEST, lines())
    assert not re.search(r"""(?:src|href)\s*=\s*["']?[^#"'\s]|@import|url\([^#]""", text)
    assert "default-src 'none'" in text


def test_titles_are_escaped() -> None:
    text = render_report(MANIFEST, lines())
    assert "A title of bc_001 &amp; &lt;others&gt;" in text
    assert "<others>" not in text


def test_a_run_with_a_model_shows_what_it_depends_on_and_what_routing_hurt() -> None:
    model = {
        "hash": "d" * 64,
        "dtype": "bfloat16",
        "generation": {"max_new_tokens": 77},
        "prompt": {"hints": False},
        "skills": {"kind": "subspace", "basis_hash": "e" * 64, "skills": {"moves": "f" * 64}, "patterns": {}},
        "versions": {"torch": "2.8.0"},
    }
    found = Lines()
    for koan in KOANS:
        found.cell("base", koan, "pass" if koan == "bc_003" else "panic").cell("routed", koan, "panic")
    found.lines += [
        Cell("routed", "bc_001", "bc", 1, passed=False, scored=True, attempts=0, candidates=0, note="too long")
    ]
    text = render_report({**manifest({"base": False, "routed": False}, repeats=2), "model": model}, found.lines)
    assert "<b>Routing hurt</b> 1 of 5 koans (20.0 %)" in text
    for shown in ("d" * 64, "bfloat16", "<dd>77</dd>", "e" * 64, "moves", "<dd>2.8.0</dd>"):
        assert shown in text
    panels: Any = embedded(text)["panels"]
    assert panels["bc_001/routed"]["notes"] == ["too long"]


def test_many_long_candidates_keep_the_report_small() -> None:
    found = Lines()
    for koan in KOANS:
        for repeat in range(100):
            source = "".join(f"fn f{repeat}_{koan}_{number}() {{}}\n" for number in range(3_000))
            found.cell("suggestions", koan, "test_fail", repeat=repeat, source=source)
    text = render_report(manifest({"suggestions": False}, repeats=100), found.lines)
    assert len(text) < 5_000_000
    assert "more characters in records.jsonl" in text


def test_a_run_without_a_line_has_a_report() -> None:
    assert "Koan bench" in render_report(MANIFEST, [])


def test_the_report_is_written_into_its_directory(tmp_path: Path) -> None:
    with RunDirectory(tmp_path, MANIFEST) as run:
        for line in lines():
            run.append(line)
    path = write_report(tmp_path)
    assert path == tmp_path / "report.html"
    assert path.read_text(encoding="utf-8") == render_report(MANIFEST, lines())
    assert not list(tmp_path.glob(".*.partial"))


def test_without_the_extra_the_remedy_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str, package: str | None = None) -> ModuleSpec | None:
        del name, package

    monkeypatch.setattr("share_rs.evaluation.report.find_spec", missing)
    assert not report_available()
    with pytest.raises(ShareError, match=r"pip install 'share_rs\[report\]'"):
        render_report(MANIFEST, lines())
    assert importlib.util.find_spec("jinja2") is not None


def test_a_diff_begins_with_both_names_and_is_empty_between_equals() -> None:
    assert difference("a\nb\n", "a\nc\n").splitlines()[:2] == ["--- broken.rs", "+++ candidate.rs"]
    assert difference("a\n", "a\n") == ""
