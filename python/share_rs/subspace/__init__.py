"""Share on tensors: moments, bases, coefficients, merges, what they cost, and their files. Needs torch."""

from share_rs.subspace.adapter import Adapter
from share_rs.subspace.export import export_lora, skill_factors
from share_rs.subspace.files import load, save
from share_rs.subspace.identity import basis_hash
from share_rs.subspace.space import Coefficients, ExpandedSkill, LayerBasis, LayerMoments, SharedSubspace, Skill

__all__ = [
    "Adapter",
    "Coefficients",
    "ExpandedSkill",
    "LayerBasis",
    "LayerMoments",
    "SharedSubspace",
    "Skill",
    "basis_hash",
    "export_lora",
    "load",
    "save",
    "skill_factors",
]
