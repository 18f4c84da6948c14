"""`share-rs rows`: rows, made, looked at, checked, split and exported."""

import heapq
import json as json_text
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from share_rs import load_koans
from share_rs.cli.extras import needs
from share_rs.cli.making import docs, generate
from share_rs.cli.output import Json, print_json, say
from share_rs.errors import RowError
from share_rs.mining.known import Known, of_explanations, of_koans
from share_rs.mining.rowfile import PARQUET, read_rows, write_rows
from share_rs.mining.summary import PRIVATE, Tally, families

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from share_rs.mining.examples import Style
    from share_rs.mining.row import Row

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)

LINES = ".jsonl"
ROWS, STYLES = "rows", ("prompt", "trl", "alpaca")

File = Annotated[Path, typer.Argument(metavar="FILE", help=f"Rows: {LINES}, or {PARQUET}.")]
Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help=f"Rows: {LINES}, or {PARQUET}.")]
Koans = Annotated[
    list[Path] | None, typer.Option(metavar="DIR", help="Koans of your own that no row may copy; repeat it for more.")
]
Explain = Annotated[bool, typer.Option(help="Whether rows may not copy examples of `rustc --explain`, either.")]
Fraction = Annotated[float, typer.Option(min=0, max=1, help="The fraction of each family's rows.")]


@app.callback()
def rows() -> None:
    """Makes, counts, shows, checks, splits and exports rows: programs broken on purpose, with diagnostics and the way back."""


app.command()(generate)
app.command()(docs)


@app.command()
def stats(files: Files, *, json: Json = False) -> None:
    """Counts rows, groups (copies under other names count once), variants and codes of each family."""
    tally = Tally()
    found = families(tally.through(row for file in files for row in _read(file)))
    if json:
        print_json({**_counts(tally), "families": {name: asdict(family) for name, family in found.items()}})
        return
    for name, family in found.items():
        codes = " ".join(f"{code or '-'}:{count}" for code, count in family.codes.items())
        typer.echo(
            f"{name:20} {family.rows:7} rows {family.groups:7} groups {len(family.variants):3} variants  {codes}"
        )
    typer.echo(f"{tally.rows} rows in {len(found)} families")
    _say_licences(tally)


@app.command()
def show(
    file: File,
    *,
    family: Annotated[list[str] | None, typer.Option(help="Only this family; repeat it for more.")] = None,
    count: Annotated[int, typer.Option("--count", "-n", min=1, help="How many of each family.")] = 5,
    json: Json = False,
) -> None:
    """Prints some rows of each family, the same ones every time, for a person to read."""
    from share_rs.mining.shown import shown  # noqa: PLC0415 - the other verbs print no row

    chosen: dict[str, list[Row]] = {}
    for row in _read(file):
        if not family or row.family in family:
            # Ids are hashes, so that the smallest ones are a fair draw.
            best = [*chosen.get(row.family, ()), row]
            chosen[row.family] = heapq.nsmallest(count, best, key=lambda one: one.id)
    missing = sorted(set(family or ()) - set(chosen))
    if missing:
        raise RowError(f"{file}: expected rows of {', '.join(missing)}, got none; `share-rs rows stats` lists families")
    picked = [row for name in sorted(chosen) for row in chosen[name]]
    if json:
        print_json({"rows": [row.to_dict() for row in picked]})
    else:
        typer.echo("\n\n".join(map(shown, picked)) or "no rows")


@app.command()
def check(files: Files, *, koans: Koans = None, explain: Explain = True, json: Json = False) -> None:
    """Checks every row, and that no two FILEs share a source or a copy, none a row twice, and none copies a koan.

    Exit code 1 where anything leaks; the pairs are named.
    """
    from share_rs.mining.leakage import leaks  # noqa: PLC0415

    splits = {name: list(_read(file)) for name, file in _named(files).items()}
    known = _known((row for side in splits.values() for row in side), koans, explain=explain)
    found = leaks(splits, known)
    if json:
        counts = {name: len(side) for name, side in splits.items()}
        print_json({"files": counts, "known": len(known), "leaks": [asdict(leak) for leak in found]})
    else:
        for leak in found:
            typer.echo(str(leak))
        total = sum(map(len, splits.values()))
        typer.echo(f"{len(found)} leaks; {total} rows in {len(files)} files beside {len(known)} known programs")
    raise typer.Exit(1 if found else 0)


@app.command()
def split(
    files: Files,
    *,
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="Where train, validation, test and splits.json are written.")
    ],
    seed: Annotated[int, typer.Option(help="Of the assignment.")] = 0,
    validation: Fraction = 0.05,
    test: Fraction = 0.05,
    cap: Annotated[int | None, typer.Option(min=1, help="The most rows of one family in train.")] = None,
    koans: Koans = None,
    explain: Explain = True,
    json: Json = False,
) -> None:
    """Splits rows so that no source, no copy and no near copy is in two splits; says what was left out, and why."""
    from share_rs.mining.splits import split as split_rows  # noqa: PLC0415 - the name is the verb's

    found = [row for file in files for row in _read(file)]
    known = _known(found, koans, explain=explain)
    made = split_rows(found, seed=seed, validation=validation, test=test, cap=cap, known=known)
    out.mkdir(parents=True, exist_ok=True)
    for name, side in made.rows.items():
        write_rows(out / f"{name}{LINES}", side)
    reasons = sorted({one.reason for one in made.left_out})
    document: dict[str, Any] = {
        "seed": seed,
        "validation": validation,
        "test": test,
        "cap": cap,
        "rows": {name: len(side) for name, side in made.rows.items()},
        "families": {name: {key: one.rows for key, one in families(side).items()} for name, side in made.rows.items()},
        "left_out": {reason: sum(one.reason == reason for one in made.left_out) for reason in reasons},
    }
    listed = {**document, "left_out_rows": [asdict(one) for one in made.left_out]}
    from share_rs.evaluation.run_directory import replace  # noqa: PLC0415 - only this verb writes text

    replace(out / "splits.json", json_text.dumps(listed, indent=2) + "\n")
    if json:
        print_json(document)
        return
    for name, count in document["rows"].items():
        typer.echo(f"{name:10} {count:7} rows in {len(document['families'][name])} families")
    for reason, count in document["left_out"].items():
        typer.echo(f"left out   {count:7} rows: {reason}")


@app.command()
def export(
    file: File,
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE", help=f"Its name ends in {LINES} or {PARQUET}.")],
    *,
    to: Annotated[
        str, typer.Option(help="rows; or what trainers read: prompt (of `share-rs train`), trl or alpaca.")
    ] = ROWS,
    answer: Annotated[
        str, typer.Option(help="How an answer is written: lines, whole, diff or search_replace; as in `share-rs eval`.")
    ] = "lines",
    budget: Annotated[
        int | None, typer.Option(min=1, metavar="BYTES", help="Shows a window of programs that are longer than this.")
    ] = None,
    hints: Annotated[bool, typer.Option(help="Describes the error pattern in the prompt.")] = False,
    json: Json = False,
) -> None:
    """Writes rows as JSON lines or Parquet, or as prompts and answers, and prints their licences."""
    if to not in {ROWS, *STYLES}:
        raise RowError(f"expected --to {', '.join((ROWS, *STYLES))}, got {to}")
    kinds = (LINES, PARQUET) if to == ROWS else (LINES,)
    if out.suffix not in kinds:
        raise RowError(f"expected a name that ends in {' or '.join(kinds)}, got {out}")
    if out.suffix == PARQUET:
        needs("pyarrow")
    tally = Tally()
    through = tally.through(_read(file))
    refused: dict[str, int] = {}
    if to == ROWS:
        written = write_rows(out, through)
    else:
        from share_rs.mining.examples import Asked, Examples, write_examples  # noqa: PLC0415 - the other verbs ask nothing

        examples = Examples(through, Asked(answer=answer, budget=budget, hints=hints))
        written = write_examples(out, examples, cast("Style", to))
        refused = dict(examples.refused.most_common())
    if tally.holds_private_source:
        say(f"share-rs: {PRIVATE}")
    if json:
        print_json(
            {"out": str(out), **_counts(tally), **({} if to == ROWS else {"written": written, "refused": refused})}
        )
        return
    typer.echo(f"{out}: {written} rows")
    for reason, count in refused.items():
        typer.echo(f"{count:7} rows left out: {reason}")
    _say_licences(tally)


def _read(file: Path) -> "Iterator[Row]":
    if file.suffix == PARQUET:
        needs("pyarrow")
    return read_rows(file, torn=lambda what: say(f"share-rs: {what}"))


def _named(files: list[Path]) -> dict[str, Path]:
    """Files by their stems, or by their whole names where two have one."""
    stems = [file.stem for file in files]
    named = {file.stem if stems.count(file.stem) == 1 else str(file): file for file in files}
    if len(named) < len(files):
        raise RowError(f"expected each file once, got {', '.join(map(str, files))}")
    return named


def _known(found: "Iterable[Row]", koans: list[Path] | None, *, explain: bool) -> list[Known]:
    own = [koan for folder in koans or () for koan in load_koans(folder)]
    known = of_koans([*load_koans(), *own])
    return known + (of_explanations({code for row in found for code in row.codes}) if explain else [])


def _counts(tally: Tally) -> dict[str, Any]:
    parts = {"licences": tally.licences, "source_kinds": tally.source_kinds, "judges": tally.judges}
    return {"rows": tally.rows, **{name: dict(sorted(part.items())) for name, part in parts.items()}}


def _say_licences(tally: Tally) -> None:
    for licence, count in sorted(tally.licences.items(), key=lambda one: (-one[1], one[0])):
        typer.echo(f"{count:7} rows: {licence}")
