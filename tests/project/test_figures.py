"""The figures of the README are those that the benchmarks printed."""

import json
import re
from decimal import Decimal
from typing import Any

import pytest

from tests.project.files import ROOT

RESULTS = ROOT / "benchmarks" / "results"
SECTION = (ROOT / "README.md").read_text("utf-8").split("\n## Figures\n")[1].split("\n## ")[0]
COMMAND = re.compile(r"^`python benchmarks/(\w+)\.py`", re.MULTILINE)
ROW = re.compile(r"^\| `(?P<name>\w+)` \| (?P<value>[\d.,e-]+) ?(?P<unit>[^|]*?) \|", re.MULTILINE)


def quoted() -> list[tuple[str, str, str, str]]:
    """Benchmark, figure, value and unit of every row, in the README's order."""
    parts = COMMAND.split(SECTION)[1:]
    return [
        (name, row["name"], row["value"], row["unit"])
        for name, text in zip(parts[::2], parts[1::2], strict=True)
        for row in ROW.finditer(text)
    ]


def printed(benchmark: str) -> dict[str, Any]:
    return json.loads((RESULTS / f"{benchmark}.json").read_text("utf-8"))


def test_every_row_of_the_tables_is_compared() -> None:
    rows = [line for line in SECTION.splitlines() if line.startswith("| `")]
    assert len(quoted()) == len(rows) > 0
    assert {benchmark for benchmark, *_ in quoted()} == {"kernels", "sandbox", "step", "subspace", "together"}


@pytest.mark.parametrize(("benchmark", "name", "value", "unit"), quoted())
def test_a_figure_is_the_printed_one_rounded_to_the_digits_that_are_shown(
    benchmark: str, name: str, value: str, unit: str
) -> None:
    figure = printed(benchmark)["figures"][name]
    shown = Decimal(value.replace(",", ""))
    assert Decimal(repr(figure["value"])).quantize(shown) == shown
    # A sine has no unit that anybody would print.
    assert unit == ("" if figure["unit"] == "sine" else figure["unit"])


@pytest.mark.parametrize("benchmark", sorted({benchmark for benchmark, *_ in quoted()}))
def test_the_machine_is_the_one_that_is_named(benchmark: str) -> None:
    machine = printed(benchmark)["machine"]
    assert re.search(rf"a machine with {machine['cpus']} cores \({machine['cpu']},", " ".join(SECTION.split()))


def test_the_fastest_peer_is_the_one_that_is_named() -> None:
    against = printed("subspace")["figures"]["fit_vs_fastest_peer"]["against"]
    assert against.startswith("lorashare;")
    assert "lorashare 0.1.3, the faster of two peers" in SECTION
