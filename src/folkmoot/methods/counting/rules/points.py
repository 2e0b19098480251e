"""Points: everybody shares out so many dots as they like; the most dots win.

Cumulative voting: J. Glasser, Game theory and cumulative voting for corporate directors, Management Science 5
(1959) 151–156. A paper may leave dots unused; with more than there are it is invalid.
"""

from __future__ import annotations

from folkmoot.methods.counting.ballots import Marks
from folkmoot.methods.counting.most_votes import elect_most, without
from folkmoot.methods.counting.registry import Option, Rule
from folkmoot.methods.counting.result import Count
from folkmoot.methods.counting.ties import TieOrder
from folkmoot.methods.counting.working import Working


def count(profile: Marks, seats: int, ties: TieOrder, *, dots: int) -> Count:
    """Elect those with the most dots; a paper that spends more dots than there are is invalid."""
    profile = without(profile, profile.marks.sum(axis=1) > dots)
    working = Working(profile, seats, ties)
    elect_most(working, profile, "Dots")
    return working.finish(rule=RULE.name, title=RULE.title, source=RULE.source, options={"dots": dots})


RULE = Rule(
    name="points",
    title="Points (dots to share out)",
    source="J. Glasser, Management Science 5 (1959) 151–156",
    ballots=Marks,
    count=count,
    options=(Option("dots", "How many dots each paper may share out", 10, least=1),),
    help="Putting options in order where how much people care should count.",
)
