"""`share-rs cache`: the verdicts on disk, and the runtimes that were built for them."""

import typer

from share_rs import _native
from share_rs.cli.output import Json, print_json
from share_rs.sandbox import default_cache

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


@app.callback()
def cache() -> None:
    """Counts or removes what is kept on disk ($SHARE_RS_CACHE, or share_rs in your cache folder).

    That is verdicts, and for each Rust toolchain the runtime that the programs are built with.
    """


@app.command()
def stats(*, json: Json = False) -> None:
    """Counts the verdicts, the runtimes, and their bytes."""
    _print("holds", _native.cache_stats(default_cache()), json=json)


@app.command()
def clear(*, json: Json = False) -> None:
    """Removes every verdict, and every runtime that is not in use."""
    counts = _native.cache_clear(default_cache())
    _print("held", counts, json=json)
    if counts["runtimes_in_use"] and not json:
        typer.echo(
            f"{_number(counts['runtimes_in_use'], 'runtime')} stayed, in use; clear again when that run has ended"
        )


def _print(verb: str, counts: dict[str, int], *, json: bool) -> None:
    if json:
        print_json({"directory": str(default_cache()), **counts})
    else:
        verdicts = f"{counts['entries']} entries, {counts['bytes']:,} bytes"
        runtimes = f"{_number(counts['runtimes'], 'runtime')}, {counts['runtime_bytes']:,} bytes"
        typer.echo(f"{default_cache()} {verb} {verdicts}; {runtimes}")


def _number(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
