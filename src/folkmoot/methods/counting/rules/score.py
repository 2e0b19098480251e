"""Score: everybody gives each candidate a mark up to a highest one; the highest sums win.

W. D. Smith, Range voting (2000), https://rangevoting.org/WarrenSmithPages/homepage/rangevote.pdf. A candidate
whom a paper gives no mark has 0 from it.
"""

from __future__ import annotations

from folkmoot.methods.counting.ballots import Marks
from folkmoot.methods.counting.most_votes import elect_most, without
from folkmoot.methods.counting.registry import Option, Rule
from folkmoot.methods.counting.result import Count
from folkmoot.methods.counting.ties import TieOrder
from folkmoot.methods.counting.working import Working


def count(profile: Marks, seats: int, ties: TieOrder, *, highest: int) -> Count:
    """Elect those with the highest sums; a paper with a mark above the highest one is invalid."""
    profile = without(profile, (profile.marks > highest).any(axis=1))
    working = Working(profile, seats, ties)
    elect_most(working, profile, "Sums of marks")
    return working.finish(rule=RULE.name, title=RULE.title, source=RULE.source, options={"highest": highest})


RULE = Rule(
    name="score",
    title="Score voting",
    source="W. D. Smith, Range voting (2000)",
    ballots=Marks,
    count=count,
    options=(Option("highest", "The highest mark that a paper may give", 5, least=1),),
    help="Marks out of five for options that people know well.",
)
