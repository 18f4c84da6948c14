"""Arms, koans and repeats: runs that resume, statistics, the table and the report."""

from share_rs.evaluation.evaluate import Progress, evaluate
from share_rs.evaluation.report import write_report
from share_rs.evaluation.rounds import Judge
from share_rs.evaluation.run_directory import RunDirectory, read_run
from share_rs.evaluation.settings import EvaluationSettings
from share_rs.evaluation.summary import ArmSummary, Comparison, Routing, Score, Summary, summarise
from share_rs.evaluation.table import summary_table

__all__ = [
    "ArmSummary",
    "Comparison",
    "EvaluationSettings",
    "Judge",
    "Progress",
    "Routing",
    "RunDirectory",
    "Score",
    "Summary",
    "evaluate",
    "read_run",
    "summarise",
    "summary_table",
    "write_report",
]
