"""The verbs by name. Each is imported when it is called, so that `share-rs --help` reads none of them."""

from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

VERBS = {
    "koans": "Lists, shows, checks and starts koans.",
    "verdict": "Judges one program as the repair of a koan.",
    "diagnose": "Says what is wrong with a program, and which error pattern it is.",
    "eval": "Evaluates solvers on all koans: a table and a report.",
    "fit": "Fits one SharedSubspace to LoRA adapters.",
    "merge": "Merges new adapters into a SharedSubspace.",
    "remove": "Removes skills from a SharedSubspace.",
    "export": "Writes a skill as a plain LoRA adapter.",
    "inspect": "Shows what a SharedSubspace holds, lost and costs.",
    "rows": "Makes, shows, checks, splits and exports rows.",
    "mine": "Makes rows of a crate of yours.",
    "train": "Trains an adapter or a skill on prompts and answers.",
    "env": "Prints what a bug report needs.",
    "cache": "Counts or removes the verdicts that are kept on disk.",
}
"""Name and help of each verb; its command is `app` in the file of its name."""


class _Verb(TyperCommand):
    """Stands for a verb until it is called."""

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:  # noqa: ANN401 - typer's own types are not public
        """Loads the verb and hands over to it."""
        verb = get_command(import_module(f"share_rs.cli.{self.name}").app)
        verb.name = self.name
        return verb.make_context(info_name, args, parent=parent, **extra)


class _Verbs(TyperGroup):
    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002 - as above
        return list(VERBS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401, ARG002 - as above
        return _Verb(cmd_name, help=VERBS[cmd_name]) if cmd_name in VERBS else None


app = typer.Typer(cls=_Verbs, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None)


def _version(wanted: bool) -> None:  # noqa: FBT001 - typer calls it so
    if wanted:
        from share_rs import __version__  # noqa: PLC0415 - the only use of the binary here

        typer.echo(f"share-rs {__version__}")
        raise typer.Exit


@app.callback()
def share_rs(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Prints the version.")
    ] = False,
) -> None:
    """One frozen low-rank basis for every LoRA skill of a model, proved on a bench for repairing Rust compile errors.

    Every verb that prints figures takes --json. Exit codes: 0 done; 1 done, and something that was checked fell short;
    2 bad input or usage; 3 this machine lacks something.
    """
