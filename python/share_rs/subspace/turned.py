"""A skill on new bases, with what is known of its error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.subspace.adapter import Adapter
from share_rs.subspace.project import origin_of
from share_rs.subspace.space import ExpandedSkill, Skill
from share_rs.subspace.turn import total_loss

if TYPE_CHECKING:
    from collections.abc import Mapping

    from share_rs.subspace.parts import Part
    from share_rs.subspace.turn import Turned


FLOAT32_ROUNDING = 4 * 2.0**-24
"""What a file costs: bases and coefficients, of both sides, are each rounded to float32."""


def turned_skill(name: str, part: Part, before: Skill | None, turned: Mapping[str, Turned]) -> Skill:
    """The skill that a part becomes.

    Its scale is folded into its coefficients. The errors of an adapter are exact; of a skill whose original is not at hand
    they are a bound by the triangle inequality, and `origin["errors"]` says `bound`.

    Args:
        name: of the skill.
        part: what was projected.
        before: the skill as it was, where the subspace had it.
        turned: every layer after the merge.
    """
    placed = {layer: found.placed[name] for layer, found in turned.items() if name in found.placed}
    coefficients = {layer: one.coefficients for layer, one in placed.items()}
    losses = {layer: one.loss for layer, one in placed.items()}
    if isinstance(part, Adapter):
        norms = {layer: one.norm for layer, one in placed.items()}
        head = part.head() if before is None else before.head
        return Skill(name, coefficients, head=head, errors=losses, origin={**origin_of(part), "norms": norms})
    skill = part.skill if isinstance(part, ExpandedSkill) else part
    errors = {
        layer: error + (1 + error) * losses.get(layer, 0.0) + FLOAT32_ROUNDING for layer, error in skill.errors.items()
    }
    drift = [*skill.origin.get("drift", []), total_loss(placed.values())]
    # It was trained on the old bases; its coefficients are on the new ones now.
    known = {key: value for key, value in skill.origin.items() if key != "basis_hash"}
    origin = {**known, "drift": drift, "errors": "bound"}
    return Skill(name, coefficients, head=skill.head, errors=errors, origin=origin)
