"""What an import pulls in: nothing heavier than the binary; and the help reads no verb."""

import json
import subprocess
import sys

import pytest

from share_rs.cli.app import VERBS

HEAVY = ["torch", "numpy", "scipy", "matplotlib", "jinja2", "pydantic", "typer", "rich", "asyncio"]


@pytest.mark.parametrize(
    ("statement", "allowed"),
    [
        ("import share_rs", set[str]()),
        ("import share_rs.cli", set[str]()),
        ("import share_rs.repair", set[str]()),
        ("import share_rs.cli.app", {"typer"}),
        ("import share_rs.cli.verdict", {"typer"}),
        ("import share_rs.cli.koans", {"typer"}),
        *(
            (f"import share_rs.cli.{verb}", {"typer"})
            for verb in ("fit", "merge", "remove", "export", "inspect", "train")
        ),
    ],
)
def test_an_import_loads_nothing_heavy(statement: str, allowed: set[str]) -> None:
    program = f"{statement}; import sys, json; print(json.dumps([name for name in {HEAVY} if name in sys.modules]))"
    loaded: list[str] = json.loads(subprocess.check_output([sys.executable, "-c", program]))
    assert set(loaded) <= allowed


def test_the_help_imports_no_verb() -> None:
    program = """
import sys
from share_rs.cli import main
sys.argv = ["share-rs", "--help"]
try:
    main()
except SystemExit:
    pass
print(*(name for name in sys.modules if name.startswith("share_rs.")), file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    verbs = {f"share_rs.cli.{verb}" for verb in VERBS}
    assert not verbs & set(done.stderr.split())


def test_the_public_names_are_few_and_there() -> None:
    import share_rs  # noqa: PLC0415 - what is under test

    assert len(share_rs.__all__) <= 12
    assert all(hasattr(share_rs, name) for name in share_rs.__all__)
