"""From rows to an adapter, or to coefficients on a shared basis. Needs torch and transformers."""

from share_rs.training.finetune import finetune
from share_rs.training.result import opened, read_skill, trained, with_skill
from share_rs.training.rows import Row, read_rows
from share_rs.training.run import read_log
from share_rs.training.settings import TrainSettings
from share_rs.training.summary import summary
from share_rs.training.together import train_together
from share_rs.training.train import train

__all__ = [
    "Row",
    "TrainSettings",
    "finetune",
    "opened",
    "read_log",
    "read_rows",
    "read_skill",
    "summary",
    "train",
    "train_together",
    "trained",
    "with_skill",
]
