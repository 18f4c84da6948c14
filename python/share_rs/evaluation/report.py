"""The report of a run: one HTML file that needs nothing else, not even a network."""

import base64
import json
import os
from collections.abc import Sequence
from hashlib import sha256
from importlib.resources import files
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import Any

from share_rs.errors import RunError, ShareError
from share_rs.evaluation.figures import family_bars
from share_rs.evaluation.heatmap import MEANINGS, SYMBOLS, columns, heatmap
from share_rs.evaluation.manifest import Manifest
from share_rs.evaluation.record import Line
from share_rs.evaluation.run_directory import read_run, replace
from share_rs.evaluation.summary import HARD_SEVEN, Summary, summarise
from share_rs.evaluation.table import CHEAT, cheats, interval, p_value, percent

NAME = "report.html"


def report_available(*, required: bool = False) -> bool:
    """Whether the libraries of the extra `report` are installed.

    Raises:
        ShareError: they are `required` and are not.
    """
    missing = [name for name in ("jinja2", "matplotlib") if find_spec(name) is None]
    if missing and required:
        raise ShareError(f"the report needs {' and '.join(missing)}: pip install 'share_rs[report]'")
    return not missing


def write_report(directory: str | os.PathLike[str]) -> Path:
    """Renders the report of a run, finished or not, into its directory, and returns its path.

    Raises:
        ShareError: the libraries of the extra `report` are missing.
        RunError: `directory` is not a run, is damaged, or cannot be written.
    """
    manifest, lines = read_run(directory)
    path = Path(directory) / NAME
    text = render_report(manifest, lines)
    try:
        replace(path, text)
    except OSError as error:
        raise RunError(f"cannot write {path}: {error.strerror}") from error
    return path


def render_report(manifest: Manifest, lines: Sequence[Line]) -> str:
    """The HTML text; equal runs give equal bytes."""
    report_available(required=True)
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415 - an extra
    from markupsafe import Markup  # noqa: PLC0415 - an extra

    summary = summarise(manifest, lines)
    tiles, panels = heatmap(manifest, lines, summary)
    script = _asset("report.js")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters.update(percent=percent, interval=interval, p_value=p_value)
    return environment.from_string(_asset("report.html.j2")).render(
        manifest=manifest,
        summary=summary,
        contenders=_contenders(summary),
        cheats=[name for name in summary.arms if name.startswith(CHEAT)],
        worst_cheat=next(iter(cheats(summary)), None),
        comparisons={comparison.arm: comparison for comparison in summary.comparisons},
        families=[(name, list(koans)) for name, koans in groupby(manifest["koans"], key=lambda koan: koan["family"])],
        family_names=sorted({koan["family"] for koan in manifest["koans"]}),
        columns=columns(summary),
        tiles=tiles,
        symbols=SYMBOLS,
        meanings=MEANINGS,
        hard_seven=[koan["id"] for koan in manifest["koans"] if koan["id"] in HARD_SEVEN],
        bars=Markup(family_bars(summary, _contenders(summary))),  # noqa: S704 - matplotlib's, which escapes names
        style=Markup(_asset("report.css")),  # noqa: S704 - a file of this package
        script=Markup(script),  # noqa: S704 - a file of this package
        script_hash=base64.b64encode(sha256(script.encode()).digest()).decode(),
        data=Markup(_embedded({**panels, "symbols": SYMBOLS})),  # noqa: S704 - escaped for a script element
    )


def _contenders(summary: Summary) -> list[str]:
    return [name for name, arm in summary.arms.items() if not arm.control]


def _asset(name: str) -> str:
    return files("share_rs.evaluation").joinpath(name).read_text(encoding="utf-8")


def _embedded(value: Any) -> str:  # noqa: ANN401 - any JSON
    """JSON that no candidate can break out of: in a script element only `<` can end the data."""
    return json.dumps(value, separators=(",", ":"), sort_keys=True).replace("<", "\\u003c")
