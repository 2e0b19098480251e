"""Other counting programs, run in an environment of their own: a task as JSON in, their answers as JSON out."""

from __future__ import annotations

import itertools
import json
import resource
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

warnings.filterwarnings("ignore")
Election = dict[str, Any]


def winners_of(election: Election) -> dict[str, list[list[int]]]:
    """For each program and rule all the outcomes that it gives, as candidates from 0 in order of number."""
    found: dict[str, list[list[int]]] = {}
    if election["kind"] == "rankings":
        from pref_voting.iterative_methods import instant_runoff_put
        from pref_voting.margin_based_methods import beat_path, ranked_pairs
        from pref_voting.profiles import Profile

        lines, size, seats = election["lines"], election["size"], election["seats"]
        if election.get("only") == "meek":
            return by_meek(lines, size, seats)
        if all(len(order) == size for _, order in lines):
            profile = Profile([order for _, order in lines], rcounts=[number for number, _ in lines])
            found["schulze pref_voting"] = [[int(each)] for each in beat_path(profile)]
            found["ranked-pairs pref_voting"] = [[int(each)] for each in ranked_pairs(profile)]
            found["alternative-vote pref_voting"] = [[int(each)] for each in instant_runoff_put(profile)]
            found |= by_votelib(lines)
        found |= by_stv(lines, size, seats)
    elif election["kind"] == "approvals":
        found |= by_thiele(election) | by_approval(election)
    elif election["kind"] == "scores":
        found |= by_scores(election)
    else:
        found |= by_pabutools(election)
    return found


def by_votelib(lines: list[Any]) -> dict[str, list[list[int]]]:
    from votelib.convert import RankedToCondorcetVotes
    from votelib.evaluate.condorcet import RankedPairs, Schulze

    votes: dict[tuple[int, ...], int] = {}
    for number, order in lines:
        votes[tuple(order)] = votes.get(tuple(order), 0) + number
    pairs = RankedToCondorcetVotes().convert(votes)
    found = {}
    for name, rule in (("schulze", Schulze()), ("ranked-pairs", RankedPairs())):
        order = rule.evaluate(pairs, 1)
        if not order:  # no comparison has a majority, and it then elects nobody
            continue
        first = order[0]
        found[f"{name} votelib"] = [[each] for each in (first if isinstance(first, frozenset) else [first])]
    return found


def by_meek(lines: list[Any], size: int, seats: int) -> dict[str, list[list[int]]]:
    from pref_voting.profiles_with_ties import ProfileWithTies
    from pref_voting.proportional_methods import stv_meek

    rankings = [{each: place for place, each in enumerate(order, 1)} for _, order in lines]
    profile = ProfileWithTies(rankings, rcounts=[number for number, _ in lines], candidates=list(range(size)))
    return {"meek-stv pref_voting": [sorted(map(int, stv_meek(profile, num_seats=seats)))]}


def by_stv(lines: list[Any], size: int, seats: int) -> dict[str, list[list[int]]]:
    import random

    from pref_voting.profiles_with_ties import ProfileWithTies
    from pref_voting.proportional_methods import stv_meek, stv_scottish
    from pyrankvote import Ballot, Candidate, instant_runoff_voting, single_transferable_vote

    rankings = [{each: place for place, each in enumerate(order, 1)} for _, order in lines]
    profile = ProfileWithTies(rankings, rcounts=[number for number, _ in lines], candidates=list(range(size)))
    candidates = [Candidate(str(each)) for each in range(size)]
    ballots = [
        Ballot(ranked_candidates=[candidates[each] for each in order])
        for number, order in lines
        for _ in range(number)
    ]
    random.seed(1)
    one = instant_runoff_voting(candidates, ballots).get_winners()
    several = single_transferable_vote(candidates, ballots, seats).get_winners()
    return {
        "scottish-stv pref_voting": [sorted(map(int, stv_scottish(profile, num_seats=seats)))],
        "meek-stv pref_voting": [sorted(map(int, stv_meek(profile, num_seats=seats)))],
        "alternative-vote pyrankvote": [[int(each.name) for each in one]],
        "scottish-stv pyrankvote": [sorted(int(each.name) for each in several)],
    }


def by_thiele(election: Election) -> dict[str, list[list[int]]]:
    from votelib.evaluate.approval import SequentialProportionalApproval

    votes: dict[frozenset[int], int] = {}
    for number, chosen in election["lines"]:
        votes[frozenset(chosen)] = votes.get(frozenset(chosen), 0) + number
    try:
        order = SequentialProportionalApproval().evaluate(votes, election["seats"])
    except NotImplementedError:  # it does not break ties
        return {}
    return {"proportional-ranking votelib": [sorted(order)]}


def by_approval(election: Election) -> dict[str, list[list[int]]]:
    from votelib.convert import ApprovalToSimpleVotes
    from votelib.evaluate import Plurality

    votes: dict[frozenset[int], int] = {}
    for number, chosen in election["lines"]:
        votes[frozenset(chosen)] = votes.get(frozenset(chosen), 0) + number
    won = Plurality().evaluate(ApprovalToSimpleVotes().convert(votes), election["seats"])
    return {"approval votelib": in_full(won)}


def by_scores(election: Election) -> dict[str, list[list[int]]]:
    from votelib.evaluate.cardinal import ScoreVoting

    votes: dict[frozenset[tuple[int, int]], int] = {}
    for number, marks in election["lines"]:
        paper = frozenset(enumerate(marks))
        votes[paper] = votes.get(paper, 0) + number
    won = in_full(ScoreVoting("sum", unscored_value=0).evaluate(votes, election["seats"]))
    return {"score votelib": won, "points votelib": won}


def in_full(won: list[Any]) -> list[list[int]]:
    """All the ways to fill the places that a tie leaves open: at the end, the tied stand once for each place."""
    sure = [each for each in won if not isinstance(each, frozenset)]
    if len(sure) == len(won):
        return [sorted(sure)]
    return [sorted([*sure, *rest]) for rest in itertools.combinations(sorted(won[-1]), len(won) - len(sure))]


def by_pabutools(election: Election) -> dict[str, list[list[int]]]:
    from pabutools.election import ApprovalBallot, ApprovalProfile, Cost_Sat, Instance, Project
    from pabutools.rules import greedy_utilitarian_welfare, method_of_equal_shares
    from pabutools.tiebreaking import TieBreakingRule

    # Equal prices go to more supporters, then to the cheaper, then in the order of the list, as ours.
    ties = TieBreakingRule(lambda _, votes, each: (-votes.approval_score(each), each.cost, each.name))
    projects = [Project(str(at), cost) for at, cost in enumerate(election["costs"])]
    instance = Instance(projects, budget_limit=election["budget"])
    ballots = [
        ApprovalBallot([projects[each] for each in chosen])
        for number, chosen in election["lines"]
        for _ in range(number)
    ]
    profile = ApprovalProfile(ballots)
    plain = method_of_equal_shares(instance, profile, sat_class=Cost_Sat, tie_breaking=ties)
    raised = method_of_equal_shares(
        instance, profile, sat_class=Cost_Sat, tie_breaking=ties, voter_budget_increment=1
    )
    greedy = greedy_utilitarian_welfare(instance, profile, sat_class=Cost_Sat, resoluteness=False)

    def ids(allocation: Any) -> list[int]:
        return sorted(int(project.name) for project in allocation)

    return {
        "equal-shares/none pabutools": [ids(plain)],
        "equal-shares/add1u pabutools": [ids(raised)],
        "greedy-budget pabutools": [ids(each) for each in greedy],
    }


def speed(task: dict[str, Any]) -> dict[str, Any]:
    """CPU seconds from plain lists, or a file, to a result: building a profile counts, importing does not."""
    work = {"pyrankvote": pyrankvote, "pref_voting": pref_voting, "pabutools": pabutools}[task["peer"]](task)
    begun = time.process_time()
    won = work()
    seconds = time.process_time() - begun
    return {"won": won, "seconds": seconds, "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def pyrankvote(task: dict[str, Any]) -> Callable[[], list[Any]]:
    from pyrankvote import Ballot, Candidate, single_transferable_vote

    def work() -> list[Any]:
        candidates = [Candidate(str(each)) for each in range(task["size"])]
        ballots = [Ballot(ranked_candidates=[candidates[each] for each in order]) for order in task["orders"]]
        outcome = single_transferable_vote(candidates, ballots, task["seats"]).get_winners()
        return sorted(int(each.name) for each in outcome)

    return work


def pref_voting(task: dict[str, Any]) -> Callable[[], list[Any]]:
    from pref_voting.profiles_with_ties import ProfileWithTies
    from pref_voting.proportional_methods import stv_scottish

    def work() -> list[Any]:
        rankings = [{each: place for place, each in enumerate(order, 1)} for order in task["orders"]]
        profile = ProfileWithTies(rankings, candidates=list(range(task["size"])))
        return sorted(int(each) for each in stv_scottish(profile, num_seats=task["seats"]))

    return work


def pabutools(task: dict[str, Any]) -> Callable[[], list[Any]]:
    from pabutools.election import Cost_Sat, parse_pabulib
    from pabutools.rules import method_of_equal_shares

    def work() -> list[Any]:
        instance, profile = parse_pabulib(task["path"])
        outcome = method_of_equal_shares(instance, profile, sat_class=Cost_Sat, voter_budget_increment=1)
        return sorted(project.name for project in outcome)

    return work


def main() -> None:
    task = json.load(sys.stdin)
    answer: Any = speed(task) if "peer" in task else [winners_of(each) for each in task["elections"]]
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
