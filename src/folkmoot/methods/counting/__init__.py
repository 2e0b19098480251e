"""Counting: from ballots to a result sheet that anybody can redo.

`count` takes a profile, a rule's name, the seats and an order for ties, and gives the whole working. Rules are
found by themselves in the package `rules`, one file each. Votes are counted in whole numbers or fractions,
never in floating point.
"""

from __future__ import annotations

from folkmoot.methods.counting.ballots import Budget, Choices, Marks, Profile, Project, Rankings, rank
from folkmoot.methods.counting.reading_blt import read_blt
from folkmoot.methods.counting.reading_pabulib import read_pabulib
from folkmoot.methods.counting.registry import PROMISES, Option, Rule, count, find_rule, find_rules
from folkmoot.methods.counting.result import Candidate, Count, Funded, Stage, Tie, Transfer
from folkmoot.methods.counting.ties import FixedOrder, LotNeeded, LotOrder, NoOrder, TieOrder

__all__ = [
    "PROMISES",
    "Budget",
    "Candidate",
    "Choices",
    "Count",
    "FixedOrder",
    "Funded",
    "LotNeeded",
    "LotOrder",
    "Marks",
    "NoOrder",
    "Option",
    "Profile",
    "Project",
    "Rankings",
    "Rule",
    "Stage",
    "Tie",
    "TieOrder",
    "Transfer",
    "count",
    "find_rule",
    "find_rules",
    "rank",
    "read_blt",
    "read_pabulib",
]
