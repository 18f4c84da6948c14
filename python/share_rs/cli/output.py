"""What every verb prints in the same way, and the options that several share."""

import json
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout; all else goes to stderr.")]
Trusted = Annotated[
    bool, typer.Option("--trusted", help="No jail: only for programs that you would run yourself, on your own account.")
]
Workers = Annotated[
    int | None, typer.Option(min=1, help="How many programs are judged at once; by default one per core.")
]
Seed = Annotated[
    int, typer.Option(min=0, max=(1 << 63) - 1, help="Seed of the inputs that the programs are called with.")
]
Subspace = Annotated[Path, typer.Argument(metavar="DIR", help="A folder that `share-rs fit` or `merge` wrote.")]
Source = Annotated[str, typer.Argument(metavar="FILE", help="A file of Rust, or - for stdin.")]

MOST_BYTES = 64 << 20
"""A program of 10 MB gets a verdict; what never ends, such as /dev/zero, an error."""


def print_json(document: Mapping[str, Any]) -> None:
    """Prints the one document of a verb."""
    typer.echo(json.dumps(document, indent=2))


def say(text: str) -> None:
    """Prints to stderr, where nothing is parsed."""
    typer.echo(text, err=True)


def read_source(name: str) -> bytes:
    """The bytes of a file or of stdin, whatever they are.

    Raises:
        typer.BadParameter: there is no such file, it cannot be read, or it is larger than `MOST_BYTES`.
    """
    try:
        if name == "-":
            source = sys.stdin.buffer.read(MOST_BYTES + 1)
        else:
            with Path(name).open("rb") as file:
                source = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise typer.BadParameter(f"cannot read {name}: {error.strerror}") from error
    if len(source) > MOST_BYTES:
        raise typer.BadParameter(f"{name} has more than {MOST_BYTES >> 20} MiB; expected a Rust program")
    return source


@contextmanager
def progress(what: str) -> "Generator[Callable[[int, int], None]]":
    """A bar on stderr where that is a terminal; it is told how much is done, and of how much."""
    from rich.console import Console  # noqa: PLC0415 - only who waits pays for it
    from rich.progress import Progress  # noqa: PLC0415

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
