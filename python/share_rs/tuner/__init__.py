"""Share as a method of PEFT, named SHARELORA: importing this package registers it.

`get_peft_model(model, ShareConfig(subspace=FOLDER))` trains coefficients only, with whatever trains a PEFT model.
"""

from share_rs.tuner.attach import attach, detach_skill
from share_rs.tuner.bank import SkillBank
from share_rs.tuner.config import ShareConfig
from share_rs.tuner.layer import ShareLayer
from share_rs.tuner.model import ShareModel
from share_rs.tuner.norms import delta_norms, merge_residuals
from share_rs.tuner.register import register
from share_rs.tuner.routing import skill_ids, use_skills

__all__ = [
    "ShareConfig",
    "ShareLayer",
    "ShareModel",
    "SkillBank",
    "attach",
    "delta_norms",
    "detach_skill",
    "merge_residuals",
    "skill_ids",
    "use_skills",
]

register(ShareConfig, ShareModel)
