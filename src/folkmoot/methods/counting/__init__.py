"""Counting: from ballots to a result sheet that anybody can redo.

`count` takes a profile, a rule's name, the seats and an order for ties, and gives the whole working. Rules are
found by themselves in the package `rules`, one file each. Votes are counted in whole numbers or fractions,
never in floating point.
"""

from __future__ import annotations

from folkmoot.methods.counting.ballots import Budget, Choices, Marks, Profile, Project, Rankings, rank
from folkmoot.methods.counting.reading import read_ballots
from folkmoot.methods.counting.reading_blt import read_blt
from folkmoot.methods.counting.reading_csv import read_csv
from folkmoot.methods.counting.reading_pabulib import read_pabulib
from folkmoot.methods.counting.reading_preflib import read_preflib
from folkmoot.methods.counting.registry import PROMISES, Option, Rule, count, find_rule, find_rules
from folkmoot.methods.counting.result import Candidate, Count, Funded, Stage, Tie, Transfer
from folkmoot.methods.counting.sheet_html import to_html
from folkmoot.methods.counting.sheet_text import to_text
from folkmoot.methods.counting.ties import FixedOrder, LotNeeded, LotOrder, NoOrder, TieOrder
from folkmoot.methods.counting.writing import to_blt, to_json

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
    "read_ballots",
    "read_blt",
    "read_csv",
    "read_pabulib",
    "read_preflib",
    "to_blt",
    "to_html",
    "to_json",
    "to_text",
]
