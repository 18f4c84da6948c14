"""Koan by arm: what each cell of the report's heatmap shows, and what opens on a click."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import unified_diff
from typing import Any

from share_rs.evaluation.manifest import Manifest
from share_rs.evaluation.record import Cell, Line, Record
from share_rs.evaluation.run_directory import records
from share_rs.evaluation.summary import Summary
from share_rs.evaluation.table import CHEAT

SYMBOLS = {"pass": "✓", "ran": "≠", "stopped": "✗", "nothing": "○", "infra": "!"}
MEANINGS = {
    "pass": "passes",
    "ran": "compiles, but does not do what the reference does",
    "stopped": "does not compile, or is refused",
    "nothing": "nothing proposed",
    "infra": "no verdict, not scored",
}
_COMPILED = frozenset(
    {"test_fail", "panic", "runtime_timeout", "runtime_oom", "runtime_signal", "output_limit"},
)
_TEXT_CHARACTERS = 8_000
_PANEL_ATTEMPTS = 60
_ALL_CHARACTERS = 2_500_000
"""JSON may escape one character as six; with real Rust the report stays near this size in bytes."""
_LEFT_OUT = "(left out to keep this file small; records.jsonl holds it)"


@dataclass
class Texts:
    """The diffs and diagnostics of a report, each kept once, up to a budget of characters."""

    kept: list[str] = field(default_factory=list[str])
    _places: dict[str, int] = field(default_factory=dict[str, int])
    _spent: int = 0

    def place(self, text: str) -> int:
        """The index in `kept`; long texts are cut, and those beyond the budget are left out."""
        if len(text) > _TEXT_CHARACTERS:
            text = text[:_TEXT_CHARACTERS] + f"\n(cut: {len(text) - _TEXT_CHARACTERS} more characters in records.jsonl)"
        if text not in self._places and self._spent + len(text) > _ALL_CHARACTERS:
            text = _LEFT_OUT
        if text not in self._places:
            self._places[text] = len(self.kept)
            self.kept.append(text)
            self._spent += len(text)
        return self._places[text]


@dataclass(frozen=True)
class Tile:
    """One cell of the heatmap."""

    state: str
    """A key of `SYMBOLS`."""
    label: str
    panel: str


def columns(summary: Summary) -> dict[str, list[str]]:
    """Heading to arms: each arm for itself, the cheat programs together and last."""
    single = {name: [name] for name in summary.arms if not name.startswith(CHEAT)}
    cheats = [name for name in summary.arms if name.startswith(CHEAT)]
    return {**single, "cheats": cheats} if cheats else single


def heatmap(
    manifest: Manifest, lines: Sequence[Line], summary: Summary
) -> tuple[dict[str, dict[str, Tile]], dict[str, Any]]:
    """Koan to heading to tile, and the JSON that the page's script opens panels from."""
    tried: defaultdict[tuple[str, str], list[Record]] = defaultdict(list)
    for record in records(lines):
        tried[record.arm, record.koan].append(record)
    cells: defaultdict[tuple[str, str], list[Cell]] = defaultdict(list)
    for line in lines:
        if isinstance(line, Cell):
            cells[line.arm, line.koan].append(line)
    texts = Texts()
    tiles: dict[str, dict[str, Tile]] = {koan["id"]: {} for koan in manifest["koans"]}
    panels: dict[str, Any] = {}
    # Column by column, so that the budget is spent on the contenders before the cheats.
    for heading, arms in columns(summary).items():
        for koan in manifest["koans"]:
            name = f"{koan['id']}/{heading}"
            found = [record for arm in arms for record in tried[arm, koan["id"]]]
            done = [cell for arm in arms for cell in cells[arm, koan["id"]]]
            panels[name] = {**_panel(found, koan["broken"], texts), "notes": _notes(done)}
            tiles[koan["id"]][heading] = _tile(found, done, name, together=len(arms) > 1)
    return tiles, {"panels": panels, "texts": texts.kept}


def state(record: Record) -> str:
    """How far a candidate came, as a key of `SYMBOLS`."""
    if record.passed:
        return "pass"
    if record.outcome == "infra_error":
        return "infra"
    return "ran" if record.outcome in _COMPILED else "stopped"


def _tile(found: list[Record], cells: list[Cell], panel: str, *, together: bool) -> Tile:
    scored = [cell for cell in cells if cell.scored]
    passed = sum(cell.passed for cell in scored)
    if cells and not scored:
        return Tile("infra", "infra", panel)
    if not found:
        return Tile("nothing", "none", panel)
    best = min(found, key=lambda record: list(SYMBOLS).index(state(record)))
    if together or len(cells) > 1:
        majority = 2 * passed > len(scored) if not together else passed > 0
        shown = "pass" if majority else state(best) if not passed else "ran"
        return Tile(shown, f"{passed}/{len(scored)}", panel)
    code = next(filter(None, best.codes), "")
    return Tile(state(best), code if best.outcome == "compile_error" and code else best.outcome, panel)


def _panel(found: list[Record], broken: str, texts: Texts) -> dict[str, Any]:
    shown = sorted(found, key=lambda record: not record.passed)[:_PANEL_ATTEMPTS]
    return {
        "more": len(found) - len(shown),
        "attempts": [
            {
                "arm": record.arm,
                "repeat": record.repeat + 1,
                "attempt": record.attempt,
                "sample": record.sample + 1,
                "seed": record.seed,
                "skill": record.skill,
                "cut": record.cut,
                "state": state(record),
                "outcome": record.outcome,
                "stage": record.stage,
                "codes": [code for code in record.codes if code],
                "detail": record.detail,
                "diff": texts.place(difference(broken, record.source)),
                "diagnostics": texts.place(record.diagnostics) if record.diagnostics else None,
            }
            for record in shown
        ],
    }


def _notes(cells: list[Cell]) -> list[str]:
    return list(dict.fromkeys(cell.note for cell in cells if cell.note))


def difference(broken: str, candidate: str) -> str:
    """The unified diff from the broken program; the empty string where they are equal."""
    return "\n".join(
        unified_diff(broken.splitlines(), candidate.splitlines(), "broken.rs", "candidate.rs", lineterm="")
    )
