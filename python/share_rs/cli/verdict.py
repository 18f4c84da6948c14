"""`share-rs verdict`: one program, judged."""

from pathlib import Path
from typing import Annotated

import typer

from share_rs import Candidate, Sandbox, render
from share_rs.cli.koans import named_koan
from share_rs.cli.output import Json, Seed, Source, Trusted, print_json, read_source

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


@app.command()
def verdict(
    file: Source,
    koan: Annotated[str, typer.Option(metavar="ID", help="The koan: an id, or a folder of your own.")],
    *,
    seed: Seed = 0,
    json: Json = False,
    trusted: Trusted = False,
) -> None:
    """Compiles and runs FILE in the sandbox and says whether it repairs the koan; exit code 1 where it does not."""
    found = named_koan(koan)
    source = read_source(file)
    with Sandbox(workers=1, trusted=trusted, hidden=[Path(found.path).resolve()]) as sandbox:
        (judged,) = sandbox.run([Candidate(found, source, seed)])
    rendered = render(judged.diagnostics, source.decode("utf-8", "replace"))
    if json:
        print_json({**judged.to_dict(), "rendered": rendered})
    else:
        typer.echo(f"{judged.outcome}: {judged.detail}")
        if rendered:
            typer.echo(f"\n{rendered.rstrip()}")
    raise typer.Exit(0 if judged.passed else 1)
