"""What other sizes would cost and keep, as a document and as a table."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from share_rs.cli.costs import size

if TYPE_CHECKING:
    from share_rs.analysis import Alternatives


def alternatives_document(found: Alternatives) -> dict[str, Any]:
    """One row per share of the energy and p, and the layers that they were made from."""
    return {
        "rows": [asdict(row) for row in found.rows],
        "looked_at": list(found.looked_at),
        "of_layers": found.of,
    }


def print_alternatives(found: Alternatives) -> None:
    """Prints the table to stdout."""
    looked = "all layers" if len(found.looked_at) == found.of else f"{', '.join(found.looked_at)} of {found.of} layers"
    typer.echo(f"\nother sizes, {looked}, nothing centred")
    typer.echo(f"{'energy':>7} {'p':>5} {'k_b + k_a':>10} {'basis':>10} {'a skill':>10}  mean error  total error")
    for row in found.rows:
        typer.echo(
            f"{row.share:7.0%} {row.p:5} {row.columns:10,} {size(row.basis_bytes):>10} {size(row.skill_bytes):>10}"
            f"  {row.mean:10.2%}  {row.total:11.2%}"
        )
