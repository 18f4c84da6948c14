"""`share-rs diagnose`: one program's errors, as text and as a pattern."""

from typing import Annotated, Literal

import typer

from share_rs import Sandbox, classify, render
from share_rs.cli.output import Json, Source, Trusted, print_json, read_source

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


@app.command()
def diagnose(
    file: Source,
    *,
    edition: Annotated[Literal["2015", "2018", "2021", "2024"], typer.Option(help="rustc's edition.")] = "2024",
    allow_unsafe: Annotated[bool, typer.Option("--allow-unsafe", help="Accept `unsafe` code.")] = False,
    json: Json = False,
    trusted: Trusted = False,
) -> None:
    """Compiles FILE as a library in the sandbox, runs nothing, and says what is wrong with it."""
    source = read_source(file)
    with Sandbox(workers=1, trusted=trusted) as sandbox:
        (verdict,) = sandbox.check([(source, edition, allow_unsafe)])
    rendered = render(verdict.diagnostics, source.decode("utf-8", "replace"))
    found = classify(verdict.diagnostics)
    if json:
        pattern = {
            "pattern": found.pattern,
            "confidence": found.confidence,
            "runner_up": found.runner_up,
            "code": found.code,
            "stage": found.stage,
            "rule": found.rule,
        }
        print_json({**verdict.to_dict(), "rendered": rendered, "classification": pattern})
        return
    typer.echo(rendered.rstrip() or verdict.detail)
    if verdict.diagnostics:
        sure = f" ({found.confidence:.2f})" if found.pattern else ", the table abstains"
        typer.echo(f"\npattern: {found.pattern or 'unknown'}{sure}")
