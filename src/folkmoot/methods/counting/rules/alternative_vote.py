"""Alternative vote: one seat, whoever is last goes out until one has more than half.

As in the Parliamentary Voting System and Constituencies Act 2011, section 9 (never brought into force):
papers pass to the next preference, and more than half of the votes still in the count elects. Of those with
fewest votes the one that had fewer most recently goes out, then the lot decides. Schedule 10 (rule 47(3A)): a
paper whose next mark cannot be read as a preference for one candidate is not reallocated.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from folkmoot.methods.counting.ballots import Rankings
from folkmoot.methods.counting.papers import Papers, Rows
from folkmoot.methods.counting.registry import Rule
from folkmoot.methods.counting.result import Count
from folkmoot.methods.counting.ties import TieOrder
from folkmoot.methods.counting.working import Working


def count(profile: Rankings, seats: int, ties: TieOrder) -> Count:
    """Elect one whom more than half prefer to the last that is left beside it."""
    working, papers = Working(profile, 1, ties), Papers(profile)
    held: dict[int, list[Rows]] = defaultdict(list)
    working.begin("First preferences", "first")
    for candidate, rows, number in papers.first(working.continuing):
        working.totals[candidate] = number
        held[candidate].append(rows)
    close_stage(working)
    while working.vacancies and working.continuing:
        exclude_last(working, papers, held)
    return working.finish(rule=RULE.name, title=RULE.title, source=RULE.source)


def exclude_last(working: Working, papers: Papers, held: dict[int, list[Rows]]) -> None:
    fewest = min(working.totals[each] for each in working.continuing)
    tied = [each for each in working.continuing if working.totals[each] == fewest]
    last = working.settle(tied, "fewest votes", most=False, look_back="latest")
    working.begin(f"Exclusion of {working.names[last]}", "exclusion", [last])
    working.exclude(last)
    rows = np.concatenate(held.pop(last, [np.zeros(0, np.intp)]))
    for target, parcel, number in papers.pass_on(rows, working.continuing):
        if target == papers.nobody:
            working.non_transferable += number
            working.transfer([last], None, number, 1, number)
        else:
            working.totals[target] += number
            held[target].append(parcel)
            working.transfer([last], target, number, 1, number)
    working.totals[last] = 0
    close_stage(working)


def close_stage(working: Working) -> None:
    """Elect whoever has more than half of what is still in the count, or is left alone."""
    left = working.continuing
    for each in left:
        if 2 * working.totals[each] > sum(working.totals) or len(left) == 1:
            working.elect(each)
    working.end()
    working.point()


RULE = Rule(
    name="alternative-vote",
    title="Alternative vote",
    source="Parliamentary Voting System and Constituencies Act 2011, section 9 (as passed)",
    ballots=Rankings,
    count=count,
    seats="one",
    promises=frozenset({"conserves", "droop", "majority"}),
    equal_places="cut",
    help="One seat: a chair, a delegate, a secretary.",
)
