"""`share-rs koans`: what there is to repair."""

from pathlib import Path
from typing import Annotated, Any

import typer

from share_rs import Koan, Sandbox, load_koans
from share_rs._native import discover, scaffold
from share_rs.cli.output import Json, Trusted, Workers, print_json, progress
from share_rs.errors import KoanError
from share_rs.koan import BUNDLED, find_koan

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)

Folder = Annotated[Path | None, typer.Argument(metavar="DIR", help="A folder of koans of your own.", exists=True)]


def named_koan(name: str) -> Koan:
    """The koan of an id, or the one in a folder of the user's.

    Raises:
        KoanError: there is none; ids that are near are named.
    """
    return Koan(name) if (Path(name) / "koan.toml").is_file() else find_koan(name)


@app.callback()
def koans() -> None:
    """Lists, shows, checks and starts koans: small Rust programs that do not compile, for one stated reason each."""


@app.command("list")
def list_(folder: Folder = None, *, json: Json = False) -> None:
    """Lists the koans of this package, or those of DIR."""
    found = load_koans(folder)
    if json:
        print_json({"koans": [_summary(koan) for koan in found]})
        return
    for koan in found:
        typer.echo(f"{koan.id:8} {' '.join(koan.codes) or '-':12} {koan.pattern:24} {koan.title}")


@app.command()
def show(
    koan: Annotated[str, typer.Argument(metavar="ID", help="An id, or a folder of your own.")],
    *,
    reveal: Annotated[bool, typer.Option("--reveal", help="Shows the reference and the probes, too.")] = False,
    json: Json = False,
) -> None:
    """Shows a koan as a solver sees it, without the reference and the probes."""
    found = named_koan(koan)
    files = {"broken.rs": found.broken}
    if reveal:
        files |= {"fixed.rs": found.fixed, "probes.rs": found.probes}
        files |= {f"repairs/{repair.name}.rs": repair.source for repair in found.repairs}
    if json:
        print_json({**_summary(found), "files": files})
        return
    typer.echo(f"{found.id} ({found.family}): {found.title}\n{found.pattern}, {' or '.join(found.codes) or 'no code'}")
    for name, text in files.items():
        typer.echo(f"\n--- {name}\n{text.rstrip()}")


@app.command()
def check(folder: Folder = None, *, json: Json = False, trusted: Trusted = False, workers: Workers = None) -> None:
    """Says of each koan what is wrong with it; exit code 1 where there is anything."""
    from share_rs.evaluation.gate import check_folder  # noqa: PLC0415 - `list` and `show` judge nothing

    root = BUNDLED if folder is None else folder
    total = len(discover(root))
    with (
        progress("checking koans") as tell,
        Sandbox(workers=workers, trusted=trusted, hidden=[root.resolve()]) as sandbox,
    ):
        tell(0, total)
        results = list(check_folder(root, sandbox))
    sound = sum(not result.faults for result in results)
    if json:
        documents = [{"id": result.koan, "path": result.path, "faults": result.faults} for result in results]
        print_json({"koans": documents, "sound": sound, "total": total})
    else:
        for result in results:
            typer.echo(f"{result.koan} {'is sound' if not result.faults else ''}".rstrip())
            for fault in result.faults:
                typer.echo(f"  - {fault}")
        typer.echo(f"{sound} of {total} koans are sound")
    raise typer.Exit(0 if sound == total else 1)


@app.command()
def new(
    koan: Annotated[str, typer.Argument(metavar="ID", help="For example my_001; what stands before _ is the family.")],
    into: Annotated[Path, typer.Option(metavar="DIR", help="Where the folder of the koan is made.")] = Path(),
) -> None:
    """Starts a koan that is sound as it stands, for you to change."""
    files = scaffold(koan)
    folder = into / koan
    if folder.exists():
        raise KoanError(f"{folder} exists already; give another id, or another folder with --into")
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    typer.echo(f"{folder} is a new koan; `share-rs koans check {folder}` tells whether it is sound")


def _summary(koan: Koan) -> dict[str, Any]:
    return {
        "id": koan.id,
        "family": koan.family,
        "title": koan.title,
        "pattern": koan.pattern,
        "codes": koan.codes,
        "edition": koan.edition,
        "path": str(koan.path),
    }
