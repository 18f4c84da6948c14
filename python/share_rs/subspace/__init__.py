"""Share on tensors: moments, bases, coefficients, merges, what they cost, and their files. Needs torch."""

from share_rs.subspace.space import Coefficients, LayerBasis, SharedSubspace, Skill

__all__ = ["Coefficients", "LayerBasis", "SharedSubspace", "Skill"]
