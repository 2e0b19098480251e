"""Greedy budget: projects with the most votes are funded, as long as each still fits.

What most cities do today; described in D. Peters, G. Pierczyński and P. Skowron, Proportional participatory
budgeting with additive utilities, NeurIPS 2021, section 1. Shown so that it can be compared with equal shares.
"""

from __future__ import annotations

from folkmoot.methods.counting.ballots import Budget
from folkmoot.methods.counting.registry import Rule
from folkmoot.methods.counting.result import Count
from folkmoot.methods.counting.spending import Spending
from folkmoot.methods.counting.ties import TieOrder


def count(profile: Budget, seats: int, ties: TieOrder) -> Count:
    """Fund what has most votes, passing over what no longer fits; nothing without a vote is funded."""
    spending = Spending(profile, ties)
    spending.fill("Most votes first")
    return spending.finish(rule=RULE.name, title=RULE.title, source=RULE.source, options={}, details={})


RULE = Rule(
    name="greedy-budget",
    title="Most votes first, while money lasts",
    source="D. Peters, G. Pierczyński and P. Skowron, NeurIPS 2021, section 1",
    ballots=Budget,
    count=count,
    seats="none",
    promises=frozenset({"never overspends"}),
    help="Spending money the usual way; a majority can spend all of it.",
)
