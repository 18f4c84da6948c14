"""`share-rs cache`: the verdicts on disk."""

import typer

from share_rs import _native
from share_rs.cli.output import Json, print_json
from share_rs.sandbox import default_cache

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


@app.callback()
def cache() -> None:
    """Counts or removes the verdicts that are kept on disk ($SHARE_RS_CACHE, or share_rs in your cache folder)."""


@app.command()
def stats(*, json: Json = False) -> None:
    """Counts the entries and their bytes."""
    _print("holds", _native.cache_stats(default_cache()), json=json)


@app.command()
def clear(*, json: Json = False) -> None:
    """Removes every entry."""
    _print("held", _native.cache_clear(default_cache()), json=json)


def _print(verb: str, counts: dict[str, int], *, json: bool) -> None:
    if json:
        print_json({"directory": str(default_cache()), **counts})
    else:
        typer.echo(f"{default_cache()} {verb} {counts['entries']} entries, {counts['bytes']:,} bytes")
