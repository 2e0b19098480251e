"""Approval: everybody marks all those they could live with; the most marks win.

S. J. Brams and P. C. Fishburn, Approval voting, American Political Science Review 72 (1978) 831–847.
"""

from __future__ import annotations

from folkmoot.methods.counting.ballots import Marks
from folkmoot.methods.counting.most_votes import elect_most, without
from folkmoot.methods.counting.registry import Rule
from folkmoot.methods.counting.result import Count
from folkmoot.methods.counting.ties import TieOrder
from folkmoot.methods.counting.working import Working


def count(profile: Marks, seats: int, ties: TieOrder) -> Count:
    """Elect those whom most approve of; a paper with another mark than 0 or 1 is invalid."""
    profile = without(profile, (profile.marks > 1).any(axis=1))
    working = Working(profile, seats, ties)
    elect_most(working, profile, "Approvals")
    return working.finish(rule=RULE.name, title=RULE.title, source=RULE.source)


RULE = Rule(
    name="approval",
    title="Approval voting",
    source="S. J. Brams and P. C. Fishburn, American Political Science Review 72 (1978) 831–847",
    ballots=Marks,
    count=count,
    help="One or several seats by breadth of support; several seats can all go to the largest group.",
)
