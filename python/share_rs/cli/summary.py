"""What a subspace is, as one document and as text: fit, merge, remove and inspect print the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from share_rs.analysis.losses import Losses, layer_losses, losses_of
from share_rs.analysis.spectra import captured
from share_rs.cli.costs import account_document, account_lines
from share_rs.subspace import account, basis_hash
from share_rs.subspace.patterns import unmapped_patterns
from share_rs.subspace.turned import FLOAT32_ROUNDING

if TYPE_CHECKING:
    from pathlib import Path

    from share_rs.subspace import Account, LayerBasis, SharedSubspace

SHOWN = 60
"""Longer tables are cut in the terminal; --json has every line."""


def document(subspace: SharedSubspace, directory: Path, *, phi: int = 0) -> dict[str, Any]:
    """Everything that the verbs print of a subspace; its account of training is with `phi` columns of temporary factors."""
    losses = losses_of(subspace)
    errors = layer_losses(subspace)
    return {
        "directory": str(directory),
        "base_model": subspace.base_model,
        "basis_hash": basis_hash(subspace),
        "layers": {
            name: {**_layer(basis), "error": errors.get(name)} for name, basis in sorted(subspace.layers.items())
        },
        "skills": {
            name: {
                "p": max((one.p for one in skill.coefficients.values()), default=0),
                "layers": len(skill.coefficients),
                "error": losses.skills.get(name),
                "bound": name in losses.bounds,
                "kind": skill.origin.get("kind"),
                "heads": sorted(skill.head),
            }
            for name, skill in sorted(subspace.skills.items())
        },
        "errors": {"mean": losses.mean, "total": losses.total, "file_adds": FLOAT32_ROUNDING},
        "account": account_document(_account(subspace, phi)),
        "patterns": dict(subspace.patterns),
        "unmapped": list(unmapped_patterns(subspace.patterns)),
        "settings": dict(subspace.settings),
    }


def print_summary(subspace: SharedSubspace, directory: Path, *, phi: int = 0) -> None:
    """Prints tables and sentences to stdout; `phi` as for `document`."""
    typer.echo(
        f"{directory}: {len(subspace.skills)} skills of {subspace.base_model or 'an unnamed base model'}, "
        f"{len(subspace.layers)} layers, basis {basis_hash(subspace)[:12]}"
    )
    typer.echo("\nk by layer, the share of each side's energy that it holds, and the error of dW over all skills")
    errors = layer_losses(subspace)
    _table(
        [
            f"{name:40} n x d = {basis.shape[0]} x {basis.shape[1]:<6} k_b {basis.beta.shape[1]:>5} {_percent(held['held_b'])}"
            f"  k_a {basis.alpha.shape[1]:>5} {_percent(held['held_a'])}  error {_percent(errors.get(name))}"
            for name, basis in sorted(subspace.layers.items())
            for held in [_layer(basis)]
        ]
    )
    typer.echo("\nrelative error of dW by skill")
    losses = losses_of(subspace)
    _table([_skill_line(subspace, losses, name) for name in sorted(subspace.skills)])
    if losses.mean is not None:
        typer.echo(f"{'mean':40} {_percent(losses.mean)}\n{'total':40} {_percent(losses.total)}")
        typer.echo(f"of factors in float64; the file, in float32, adds up to {FLOAT32_ROUNDING:.1e}")
    typer.echo("\nwhat it costs")
    for line in account_lines(_account(subspace, phi)):
        typer.echo(line)


def print_patterns(subspace: SharedSubspace) -> None:
    """Prints the map from error patterns to skills, and what it leaves to the base model."""
    typer.echo("\nerror pattern to skill")
    for pattern, skill in subspace.patterns.items():
        typer.echo(f"{pattern:40} {skill}")
    typer.echo(f"without a skill: {', '.join(unmapped_patterns(subspace.patterns)) or 'none'}")


def _account(subspace: SharedSubspace, phi: int) -> Account:
    """Beside the adapters that the skills came from, where their rank is known."""
    ranks = [rank for skill in subspace.skills.values() if isinstance(rank := skill.origin.get("rank"), int)]
    return account(subspace, r=max(ranks) if ranks else None, phi=phi)


def _layer(basis: LayerBasis) -> dict[str, Any]:
    held_b, held_a = captured(basis.spectrum_b, basis.energy_b), captured(basis.spectrum_a, basis.energy_a)
    return {
        "n": basis.shape[0],
        "d": basis.shape[1],
        "k_b": basis.beta.shape[1],
        "k_a": basis.alpha.shape[1],
        "held_b": held_b[-1] if held_b else 1.0,
        "held_a": held_a[-1] if held_a else 1.0,
    }


def _skill_line(subspace: SharedSubspace, losses: Losses, name: str) -> str:
    error = losses.skills.get(name)
    known = "not known, for its original is not" if error is None else _percent(error)
    trained = " (trained here)" if subspace.skills[name].origin.get("kind") == "trained" else ""
    return f"{name:40} {'at most ' if name in losses.bounds else ''}{known}{trained}"


def _table(lines: list[str]) -> None:
    for line in lines[:SHOWN]:
        typer.echo(line)
    if len(lines) > SHOWN:
        typer.echo(f"... and {len(lines) - SHOWN} more; --json has all")


def _percent(share: float | None) -> str:
    return "   -   " if share is None else f"{100 * share:6.2f} %"
