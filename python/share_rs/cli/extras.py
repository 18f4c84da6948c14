"""What a verb needs beyond the core, and how to install it."""

from importlib import import_module

import typer

from share_rs.cli.output import say

EXTRAS = {"matplotlib": "report", "jinja2": "report", "pyarrow": "rows"}
"""Which extra brings a package; all others come with `train`."""


def needs(*packages: str) -> None:
    """Imports packages, or ends the verb with exit code 3 and the command that installs what is missing."""
    for package in packages:
        _need(package)


def _need(package: str) -> None:
    try:
        import_module(package)
    except ImportError as error:
        extra = EXTRAS.get(package, "train")
        say(f"share-rs: this needs {package}, which cannot be imported ({error}); pip install 'share_rs[{extra}]'")
        raise typer.Exit(3) from None
