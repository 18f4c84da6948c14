"""The README of a subspace's folder: what it is, what it cost, what it lost, how it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.subspace.accounting import account

if TYPE_CHECKING:
    from share_rs.subspace.space import SharedSubspace, Skill

CARD = "README.md"

_USE = """## Use

```python
import share_rs.tuner  # registers SHARELORA with PEFT
from share_rs.tuner import attach

model = attach(base_model, FOLDER, ["{skill}"])
```

Every skill leaves as a plain LoRA, which stock PEFT loads without share_rs: `share-rs export FOLDER {skill} -o OUT`.
"""


def render_card(subspace: SharedSubspace, basis: str) -> str:
    """The card as Markdown with the front matter that model hubs read; it depends on the subspace alone.

    Args:
        subspace: what the card is about.
        basis: its basis hash.
    """
    front = ["---", "library_name: share_rs", "tags: [peft, lora, sharelora]"]
    # A folder of somebody's machine says nothing to a hub.
    if subspace.base_model and not subspace.base_model.startswith((".", "/", "~")):
        front.append(f"base_model: {subspace.base_model}")
    parts = [
        "\n".join([*front, "---"]),
        f"# A shared subspace of {len(subspace.skills)} skills",
        f"One frozen basis for each of {len(subspace.layers)} layers, shared by all skills (arXiv:2602.06043). Basis `{basis}`.",
        _costs(subspace),
        _skills(subspace),
    ]
    if subspace.skills:
        parts.append(_USE.format(skill=min(subspace.skills)).rstrip())
    return "\n\n".join(part for part in parts if part) + "\n"


def _costs(subspace: SharedSubspace) -> str:
    if not subspace.layers:
        return ""
    cost = account(subspace)
    lines = [
        "## What it costs",
        "",
        f"- basis: {cost.basis:,} numbers, {cost.bytes_of(cost.basis):,} bytes, once",
        f"- coefficients: {cost.coefficients:,} numbers, {cost.bytes_of(cost.coefficients):,} bytes, for each skill",
        f"- heads: {cost.heads:,} numbers, of all skills",
    ]
    return "\n".join(lines)


def _skills(subspace: SharedSubspace) -> str:
    """A row for each skill, with the error that every verb prints of it."""
    if not subspace.skills:
        return ""
    rows = [
        f"| {name} | {skill.origin.get('kind', '')} | {max((one.p for one in skill.coefficients.values()), default=0)} "
        f"| {_error(skill)} |"
        for name, skill in sorted(subspace.skills.items())
    ]
    head = [
        "## Skills",
        "",
        "| skill | from | p | relative error of dW, all layers together |",
        "|---|---|---|---|",
    ]
    return "\n".join([*head, *rows])


def _error(skill: Skill) -> str:
    error = skill.error
    if error is None:
        return "trained here" if skill.origin.get("kind") == "trained" else "not known"
    return f"{'at most ' if skill.origin.get('errors') == 'bound' else ''}{100 * error:.2f} %"
