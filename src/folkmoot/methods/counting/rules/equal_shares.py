"""Equal shares: everybody has the same part of the money, and spends it with others who want the same.

D. Peters, G. Pierczyński and P. Skowron, Proportional participatory budgeting with additive utilities, NeurIPS
2021, with utility = cost; completion `add1u` as in their section 5 and in the cities that use it: every share
is raised by one unit of the currency as long as the budget holds. Money is counted in exact fractions.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil

import numpy as np

from folkmoot.methods import InputError
from folkmoot.methods.counting.ballots import Budget
from folkmoot.methods.counting.numerals import rounded_text
from folkmoot.methods.counting.purses import CLOSE, Purses, Support
from folkmoot.methods.counting.registry import Option, Rule
from folkmoot.methods.counting.result import Count, Tie
from folkmoot.methods.counting.spending import Spending
from folkmoot.methods.counting.ties import TieOrder

# So often shares are raised, and by so much at a time, at most.
MOST_RAISES = 100_000
FARTHEST = 1e15
# So many runs in a row do not look ahead.
MOST_BLIND = 8
PURPOSE = "lowest price per unit of cost"


@dataclass(frozen=True)
class Purchase:
    """A project bought, what each supporter pays at most, and the projects that were as good a buy."""

    project: int
    price: Fraction
    rates: dict[int, Fraction]


class EqualShares:
    """One run of the rule for one share."""

    def __init__(self, profile: Budget, ties: TieOrder) -> None:
        self.profile, self.ties = profile, ties
        self.lines = sorted((sorted(chosen), number) for chosen, number in profile.approvals.items())
        self.supports = {
            project: support
            for project in range(len(profile.projects))
            if (support := self._support(project)).groups.size
        }
        self.costs = [project.cost for project in profile.projects]
        self.votes = {project: int(support.sizes.sum()) for project, support in self.supports.items()}
        # Every lot that was asked for, by stage and between whom, with the share at which it first was.
        self.drawn: dict[tuple[int, tuple[str, ...]], tuple[Fraction, list[str]]] = {}

    def _support(self, project: int) -> Support:
        groups = [at for at, (chosen, _) in enumerate(self.lines) if project in chosen]
        return Support(np.array(groups, np.intp), np.array([self.lines[at][1] for at in groups], np.int64))

    def run(self, share: Fraction, *, ahead: bool = False) -> tuple[list[Purchase], int]:
        """Buy, at the lowest price per unit of cost first, whatever its supporters can pay.

        Also gives how many units may at least be added to every share before that can change: 1, or more
        where one looks `ahead`, which costs time.
        """
        purses, bought = Purses(len(self.lines), share), list[Purchase]()
        others = set(self.supports) if ahead else set()
        # Purses only get lighter, so what a project's rate was at an earlier stage it will never fall below.
        least = dict.fromkeys(sorted(self.supports), 0.0)
        while rates := self.lowest_rates(least, purses):
            chosen = self.choose(rates, len(bought) + 1, share)
            del least[chosen]
            others.discard(chosen)
            self.pass_over(others, purses, float(rates[chosen]))
            price = rates[chosen] * self.costs[chosen]
            bought.append(Purchase(chosen, price, rates))
            purses.pay(self.supports[chosen], price)
        self.pass_over(others, purses, float("inf"))
        if not ahead:
            return bought, 1
        # A little less than found, for these are floating-point numbers.
        safe = min(purses.same_until * (1 - CLOSE) - CLOSE, FARTHEST)
        return bought, max(ceil(safe), 1)

    def pass_over(self, others: set[int], purses: Purses, rate: float) -> None:
        for each in others:
            if purses.same_until <= 1:
                return
            purses.pass_over(self.supports[each], self.costs[each], rate * self.costs[each])

    def lowest_rates(self, least: dict[int, float], purses: Purses) -> dict[int, Fraction]:
        """The projects at the lowest price per unit of cost, exactly; what nobody can pay any more drops out."""
        near: list[int] = []
        edge = float("inf")
        for each in sorted(least, key=least.__getitem__):
            if least[each] > edge:
                break
            least[each] = purses.rough_price(self.supports[each], self.costs[each]) / self.costs[each]
            if least[each] == float("inf"):
                del least[each]
            else:
                near.append(each)
                edge = min(edge, least[each] * (1 + CLOSE))
        exact: dict[int, Fraction] = {}
        for each in near:
            if least[each] <= edge:
                price = purses.exact_price(self.supports[each], self.costs[each])
                if price is None:
                    del least[each]
                    return self.lowest_rates(least, purses)
                exact[each] = price / self.costs[each]
        lowest = min(exact.values(), default=None)
        return {each: rate for each, rate in exact.items() if rate == lowest}

    def choose(self, rates: dict[int, Fraction], stage: int, share: Fraction) -> int:
        """Of equal prices the one with most supporters, then the cheapest, then by the order for ties."""
        equal = self.equals(rates)
        if len(equal) == 1:
            return equal[0]
        ids = {self.profile.projects[each].id: each for each in equal}
        order = self.ties.order(stage, sorted(ids))
        self.drawn.setdefault((stage, tuple(sorted(ids))), (share, order))
        return ids[order[0]]

    def equals(self, rates: dict[int, Fraction]) -> list[int]:
        best = min((-self.votes[each], self.costs[each]) for each in rates)
        return [each for each in sorted(rates) if (-self.votes[each], self.costs[each]) == best]

    def spent(self, bought: list[Purchase]) -> int:
        return sum(self.costs[each.project] for each in bought)

    def written(self, bought: list[Purchase]) -> Spending:
        """The sheet of these purchases."""
        spending = Spending(self.profile, self.ties)
        for each in bought:
            spending.settle(self.equals(each.rates), PURPOSE)
            price = rounded_text(each.price, 2)
            words = f"{self.votes[each.project]} supporters pay at most {price} each."
            spending.fund(each.project, each.rates, [words])
        spending.ties += self.ties_of_other_runs(spending.ties)
        return spending

    def ties_of_other_runs(self, told: list[Tie]) -> list[Tie]:
        """Lots of runs that were given up: they decide when the budget would be overspent, and so the result."""
        known = {(tie.stage, tie.between) for tie in told}
        return [
            Tie(
                stage,
                between,
                order[0],
                f"{PURPOSE}, with shares of {rounded_text(share, 2)}",
                "lot",
                tuple(order),
            )
            for (stage, between), (share, order) in self.drawn.items()
            if (stage, between) not in known
        ]


def count(profile: Budget, seats: int, ties: TieOrder, *, completion: str) -> Count:
    """Fund projects so that every group of voters directs its share of the money."""
    rule, added = EqualShares(profile, ties), 0
    start = Fraction(profile.budget, max(profile.valid, 1))
    bought, _ = rule.run(start)
    if completion.startswith("add1u"):
        bought, added = raise_shares(rule, start, bought)
    spending = rule.written(bought)
    if completion.endswith("utilitarian"):
        spending.fill("With what is left")
    return spending.finish(
        rule=RULE.name,
        title=RULE.title,
        source=RULE.source,
        options={"completion": completion},
        details={"share": str(start + added), "raised_by": added},
    )


def raise_shares(rule: EqualShares, start: Fraction, bought: list[Purchase]) -> tuple[list[Purchase], int]:
    """add1u: one unit more for everybody, until that would overspend or all that money reaches for is bought.

    Units that change nothing, as a run that looked ahead showed, are passed over; where looking was in vain
    the next few runs do not. Raises InputError where the unit of money is so small beside the costs that it
    would take for ever.
    """
    added, same, in_vain, blind = 0, 1, 0, 0
    in_reach = sum(rule.costs[each] <= rule.profile.budget for each in rule.supports)
    for _ in range(MOST_RAISES):
        if len(bought) >= in_reach:
            return bought, added
        richer, then = rule.run(start + added + same, ahead=not blind)
        if rule.spent(richer) > rule.profile.budget:
            return rule.run(start + added + same - 1)[0], added + same - 1
        if not blind:
            in_vain = 0 if then > 1 else in_vain + 1
        blind = blind - 1 if blind else min(in_vain, MOST_BLIND)
        bought, added, same = richer, added + same, then
    raise InputError(
        f"the shares were raised {MOST_RAISES:,} times, and money is still left",
        remedy="Write all amounts in a larger unit of money, or choose another completion.",
    )


RULE = Rule(
    name="equal-shares",
    title="Method of equal shares",
    source="D. Peters, G. Pierczyński and P. Skowron, Proportional participatory budgeting with additive "
    "utilities, NeurIPS 2021, with utility = cost",
    ballots=Budget,
    count=count,
    seats="none",
    options=(
        Option(
            "completion",
            "What is done with money that is left",
            "add1u",
            ("add1u", "none", "utilitarian", "add1u-utilitarian"),
        ),
    ),
    promises=frozenset({"never overspends"}),
    help="Spending money so that every group of voters directs its share.",
)
