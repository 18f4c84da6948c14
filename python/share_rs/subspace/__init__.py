"""Share on tensors: moments, bases, coefficients, merges, what they cost, and their files. Needs torch."""

from share_rs.subspace.accounting import Account, LayerCost, account, account_layers
from share_rs.subspace.adapter import Adapter
from share_rs.subspace.combined import averaged_skill, mean_skill
from share_rs.subspace.export import export_lora, skill_factors
from share_rs.subspace.files import check_target, load, save
from share_rs.subspace.fit import fit
from share_rs.subspace.identity import basis_hash
from share_rs.subspace.merge import merge
from share_rs.subspace.project import project
from share_rs.subspace.remove import remove
from share_rs.subspace.settings import FitSettings
from share_rs.subspace.space import Coefficients, ExpandedSkill, LayerBasis, LayerMoments, SharedSubspace, Skill

__all__ = [
    "Account",
    "Adapter",
    "Coefficients",
    "ExpandedSkill",
    "FitSettings",
    "LayerBasis",
    "LayerCost",
    "LayerMoments",
    "SharedSubspace",
    "Skill",
    "account",
    "account_layers",
    "averaged_skill",
    "basis_hash",
    "check_target",
    "export_lora",
    "fit",
    "load",
    "mean_skill",
    "merge",
    "project",
    "remove",
    "save",
    "skill_factors",
]
