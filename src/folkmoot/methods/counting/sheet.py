"""The result sheet as a table and in sentences, before it is written as text, as a page or for print.

Candidates stand down the side and stages across, each with what it changed and what it left, as returning
officers print it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from folkmoot.methods.counting.ballots import Budget
from folkmoot.methods.counting.numerals import decimal_text, fraction_text, rounded_text
from folkmoot.methods.counting.result import Count, Stage, Tie, Transfer

NON_TRANSFERABLE = "non-transferable"
KEPT = "What each of the elected keeps of a vote that comes to it"


@dataclass(frozen=True)
class Cell:
    """`change` since the stage before ("" for none), `total`, and what befell the candidate at this stage."""

    change: str
    total: str
    event: str = ""


@dataclass(frozen=True)
class Line:
    """A line of the table: a candidate's or project's, or the non-transferable votes."""

    key: str
    name: str
    outcome: str
    cells: tuple[Cell, ...]


def heads(found: Count) -> list[tuple[str, str]]:
    """What stands above each column, and in small below it."""
    if found.projects:
        return [("Funded as", ""), ("Cost", ""), ("Votes", ""), ("Spent so far", "")]
    return [(f"Stage {stage.number}", stage.action) for stage in found.stages]


def lines(found: Count) -> list[Line]:
    """The table, a line each; last the non-transferable votes, and the quota where it changes."""
    if isinstance(found.profile, Budget):
        return spending(found, found.profile)
    keys = [*dict.fromkeys(key for stage in found.stages for key in stage.totals)]
    if found.candidates and found.candidates[0].name != "The motion":
        keys = [str(each.number) for each in found.candidates if each.status != "withdrawn"]
    made = [Line(key, found.name_of(key), outcome(found, key), cells(found, key)) for key in keys]
    if any(Fraction(stage.non_transferable) for stage in found.stages):
        texts = [stage.non_transferable for stage in found.stages]
        made.append(Line("", "Non-transferable", "", tuple(changes(texts))))
    if quota_changes(found):
        made.append(Line("", "Quota", "", tuple(changes([stage.quota or "" for stage in found.stages]))))
    return made


def quota_changes(found: Count) -> bool:
    return len({stage.quota for stage in found.stages}) > 1


def spending(found: Count, profile: Budget) -> list[Line]:
    """What was funded in order, then the rest, most votes first."""
    votes = [
        sum(number for chosen, number in profile.approvals.items() if at in chosen)
        for at in range(len(profile.projects))
    ]
    order = {stage.acted_on[0]: at for at, stage in enumerate(found.stages, 1)}
    last = len(order) + 1
    spent, made = 0, list[Line]()
    for at in sorted(
        range(len(votes)), key=lambda at: (order.get(profile.projects[at].id, last), -votes[at], at)
    ):
        project = profile.projects[at]
        place = order.get(project.id)
        spent += project.cost if place else 0
        shown = (str(place or "–"), str(project.cost), str(votes[at]), str(spent if place else "–"))
        made.append(
            Line(
                project.id, project.name, outcome(found, project.id), tuple(Cell("", each) for each in shown)
            )
        )
    return made


def cells(found: Count, key: str) -> tuple[Cell, ...]:
    plain = changes([stage.totals.get(key, "") for stage in found.stages])
    return tuple(
        Cell(cell.change, cell.total, event(stage, key))
        for cell, stage in zip(plain, found.stages, strict=True)
    )


def changes(texts: list[str]) -> Iterator[Cell]:
    """Each total with its difference from the one before, where it has one."""
    before = ""
    for text in texts:
        change = difference(before, text) if before and text else ""
        yield Cell(change, text)
        before = text


def difference(before: str, after: str) -> str:
    """What was added or taken, with as many decimals as the totals have; "" where nothing was."""
    gap = Fraction(after) - Fraction(before)
    if not gap:
        return ""
    sign = "+" if gap > 0 else "−"
    units = abs(gap) * 10 ** len(after.partition(".")[2])
    if "/" in before + after or units.denominator != 1:
        return sign + fraction_text(abs(gap))
    return sign + decimal_text(units.numerator, len(after.partition(".")[2]))


def event(stage: Stage, key: str) -> str:
    if key in stage.elected:
        return "elected"
    return "excluded" if key in stage.excluded else ""


def outcome(found: Count, key: str) -> str:
    if found.projects:
        return "funded" if key in found.funded else "not funded"
    if not key.isdecimal():
        return ""
    each = found.candidates[int(key) - 1]
    return f"{each.status}, stage {each.stage}" if each.stage and each.status == "elected" else each.status


def headline(found: Count) -> list[str]:
    """Who was elected in order, what was funded, or whether the motion was carried."""
    if found.projects:
        spent, budget = found.details["spent"], found.details["budget"]
        names = [project.name for project in found.projects if project.funded]
        return [f"Funded ({spent} of {budget}): {'; '.join(names) or 'nothing'}."]
    if "carried" in found.details:
        return [" ".join(found.stages[-1].notes)]
    names = [f"{at}. {found.name_of(str(number))}" for at, number in enumerate(found.elected, 1)]
    everybody = len(found.elected) == len(found.candidates) > 1
    return [f"{'In' if everybody else 'Elected, in'} this order: {'; '.join(names) or 'nobody'}."]


def facts(found: Count) -> list[tuple[str, str]]:
    """What stands above the table."""
    told = [("Rule", f"{found.title} ({found.rule})"), ("Source", found.source)]
    if found.seats:
        told.append(("Seats", str(found.seats)))
    told += [("Valid papers", str(found.valid)), ("Invalid papers", str(found.invalid))]
    if "equal_places" in found.details:
        told.append(("Papers with equal places", equal_places(**found.details["equal_places"])))
    if found.quota is not None:
        told.append(("Quota at the end" if quota_changes(found) else "Quota", found.quota))
    if "share" in found.details:
        share = rounded_text(Fraction(found.details["share"]), 2)
        told.append(("Each voter's share", f"{share}, raised by {found.details['raised_by']}"))
    told += [(f"Option: {name}", str(value)) for name, value in sorted(found.options.items())]
    if found.lot is not None:
        told += [(f"Lot: {name}", written(value)) for name, value in sorted(found.lot.items())]
    withdrawn = [each.name for each in found.candidates if each.status == "withdrawn"]
    return told + ([("Withdrawn", ", ".join(withdrawn))] if withdrawn else [])


def equal_places(invalid: int, cut: int) -> str:
    """What became of papers on which several share a place."""
    return f"{invalid} invalid, for the first place is shared; {cut} counted up to the place that is shared"


def written(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def excluded_in_order(found: Count) -> list[str]:
    """One line with everybody who was excluded, or none."""
    names = [found.name_of(key) for stage in found.stages for key in stage.excluded]
    return [f"{'; '.join(names)}."] if names else []


def tie_sentences(found: Count) -> list[str]:
    """Every tie, or that there was none."""
    return [tie_sentence(found, tie) for tie in found.ties] or ["No tie had to be broken."]


def tie_sentence(found: Count, tie: Tie) -> str:
    """What was equal, how it was decided, and the whole order where it was by lot."""
    names = [found.name_of(each) for each in tie.between]
    how = "by their votes at an earlier stage" if tie.by == "earlier stage" else "by lot"
    drawn = ", ".join(found.name_of(each) for each in tie.drawn)
    return (
        f"Stage {tie.stage}, {tie.purpose}: {', '.join(names[:-1])} and {names[-1]} were equal; "
        f"{found.name_of(tie.chosen)} was taken {how}.{f' The order of the lot: {drawn}.' if drawn else ''}"
    )


def stage_sentences(stage: Stage) -> list[str]:
    return [f"Stage {stage.number}: {note}" for note in stage.notes]


def lists(found: Count) -> list[tuple[str, list[str]]]:
    """What stands below the table in lines, with a heading each; without those that are empty."""
    named = [
        ("Excluded, in this order", excluded_in_order(found)),
        ("Ties", tie_sentences(found)),
        ("Notes", [line for stage in found.stages for line in stage_sentences(stage)]),
        ("Transfers", [line for stage in found.stages for line in transfer_sentences(found, stage)]),
        (KEPT, [line for stage in found.stages for line in kept_sentences(found, stage)]),
    ]
    return [(name, lines) for name, lines in named if lines]


def transfer_sentences(found: Count, stage: Stage) -> list[str]:
    """A line for each source and each value of its papers, the sub-stages of an exclusion in order."""
    groups: dict[tuple[tuple[str, ...], str | None], list[str]] = {}
    for each in stage.transfers:
        groups.setdefault((each.sources, each.value), []).append(transferred(found, each))
    return [
        f"Stage {stage.number}, from {' and '.join(map(found.name_of, sources))}: {'; '.join(words)}."
        for (sources, _), words in groups.items()
    ]


def transferred(found: Count, each: Transfer) -> str:
    """To whom, how many papers at what value, and the votes that makes."""
    papers = f"{each.papers} paper{'' if each.papers == 1 else 's'}"
    if each.target is None and each.value is not None and not Fraction(each.value):
        if not each.papers:
            return f"{each.votes} lost to rounding"
        return f"{papers} without a next preference: no transfer; {each.votes} lost by that or to rounding"
    target = NON_TRANSFERABLE if each.target is None else f"to {found.name_of(each.target)}"
    if each.value is None:
        return f"{target}, {each.votes} ({papers})"
    return f"{target}, {each.papers} × {each.value} = {each.votes}"


def kept_sentences(found: Count, stage: Stage) -> list[str]:
    """What each of those elected keeps of a vote that reaches it, by rules that say so."""
    kept = stage.details.get("keep", {})
    words = "; ".join(f"{found.name_of(key)} {part}" for key, part in kept.items())
    return [f"Stage {stage.number}: {words}."] if words else []
