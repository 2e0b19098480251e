"""The sheet of a budget while it is being spent: what was bought, what it took, and how ties were broken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from folkmoot.methods.counting.ballots import Budget
from folkmoot.methods.counting.numerals import fraction_text
from folkmoot.methods.counting.result import Count, Funded, Stage, Tie
from folkmoot.methods.counting.ties import TieOrder


class Spending:
    """What has been funded of a budget, a stage for each project, in order."""

    def __init__(self, profile: Budget, ties: TieOrder) -> None:
        self.profile, self.order = profile, ties
        self.funded: list[int] = []
        self.stages: list[Stage] = []
        self.ties: list[Tie] = []

    @property
    def spent(self) -> int:
        return sum(self.profile.projects[each].cost for each in self.funded)

    @property
    def left(self) -> int:
        return self.profile.budget - self.spent

    def supporters(self, project: int) -> int:
        return sum(number for chosen, number in self.profile.approvals.items() if project in chosen)

    def settle(self, equal: Sequence[int], purpose: str) -> int:
        """One of several equal projects, by the order for ties."""
        ids = {self.profile.projects[each].id: each for each in equal}
        if len(ids) == 1:
            return equal[0]
        stage = len(self.stages) + 1
        drawn = tuple(self.order.order(stage, sorted(ids)))
        self.ties.append(Tie(stage, tuple(sorted(ids)), drawn[0], purpose, "lot", drawn))
        return ids[drawn[0]]

    def fund(self, project: int, totals: Mapping[int, Fraction], notes: Sequence[str] = ()) -> None:
        """Buy a project; `totals` says how the projects compared at this stage."""
        self.funded.append(project)
        bought = self.profile.projects[project]
        self.stages.append(
            Stage(
                number=len(self.stages) + 1,
                action=f"Funds {bought.name}",
                kind="purchase",
                acted_on=(bought.id,),
                totals={
                    self.profile.projects[each].id: fraction_text(value) for each, value in totals.items()
                },
                non_transferable="0",
                elected=(bought.id,),
                notes=(*notes, f"{self.spent} of {self.profile.budget} spent."),
            )
        )

    def fill(self, action: str) -> None:
        """Fund what still fits, most votes first; equals that do not all fit go by the order for ties."""
        votes = {each: self.supporters(each) for each in range(len(self.profile.projects))}
        waiting = {each for each, number in votes.items() if number and each not in self.funded}
        while waiting:
            most = max(votes[each] for each in waiting)
            equal = sorted(each for each in waiting if votes[each] == most)
            waiting -= set(equal)
            if sum(self.profile.projects[each].cost for each in equal) > self.left:
                equal = self._drawn([each for each in equal if self.profile.projects[each].cost <= self.left])
            for each in equal:
                if self.profile.projects[each].cost <= self.left:
                    totals = {each: Fraction(votes[each])}
                    self.fund(each, totals, [f"{action}: {votes[each]} votes."])

    def _drawn(self, equal: list[int]) -> list[int]:
        ordered: list[int] = []
        while equal:
            ordered.append(self.settle(equal, "most votes"))
            equal = [each for each in equal if each != ordered[-1]]
        return ordered

    def finish(
        self,
        *,
        rule: str,
        title: str,
        source: str,
        options: Mapping[str, str | int],
        details: Mapping[str, Any],
    ) -> Count:
        projects = tuple(
            Funded(project.id, project.name, project.cost, each in self.funded)
            for each, project in enumerate(self.profile.projects)
        )
        return Count(
            rule=rule,
            title=title,
            source=source,
            options=dict(options),
            profile=self.profile,
            seats=0,
            valid=self.profile.valid,
            invalid=self.profile.invalid,
            quota=None,
            candidates=(),
            elected=(),
            stages=tuple(self.stages),
            ties=tuple(self.ties),
            lot=self.order.form(),
            projects=projects,
            funded=tuple(sorted(self.profile.projects[each].id for each in self.funded)),
            details={"budget": self.profile.budget, "spent": self.spent, **details},
        )
