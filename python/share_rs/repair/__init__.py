"""Solvers: whatever turns a broken program into candidates."""

from share_rs.repair.cheats import Cheat, cheats
from share_rs.repair.copy import Copy
from share_rs.repair.protocol import Attempt, Proposal, Solver, Task
from share_rs.repair.reference import Reference
from share_rs.repair.rustfix import Rustfix
from share_rs.repair.suggestions import Suggestions

__all__ = ["Attempt", "Cheat", "Copy", "Proposal", "Reference", "Rustfix", "Solver", "Suggestions", "Task", "cheats"]
