"""Share on tensors: moments, bases, coefficients, merges, what they cost, and their files. Needs torch.

To read it in the order of the paper: `space` (what there is: beta, alpha, eps), `columns` and `directions` (moments and
their leading directions), `basis` and `fit` (phase 1), `project` (coefficients and errors), `turn` and `merge` (phase 3),
`remove`; then `adapter` (what comes in), `export` (what goes out), `files` (the folder), `accounting` (what it costs),
`replication` (the authors' released code).
"""

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
from share_rs.subspace.replication import Replication, replicate
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
    "Replication",
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
    "replicate",
    "save",
    "skill_factors",
]
