"""Share on tensors: moments, bases, coefficients, merges, what they cost, and their files. Needs torch."""

from share_rs.subspace.files import load, save
from share_rs.subspace.identity import basis_hash
from share_rs.subspace.space import Coefficients, ExpandedSkill, LayerBasis, LayerMoments, SharedSubspace, Skill

__all__ = [
    "Coefficients",
    "ExpandedSkill",
    "LayerBasis",
    "LayerMoments",
    "SharedSubspace",
    "Skill",
    "basis_hash",
    "load",
    "save",
]
