"""The rule of 1997 beside a count on paper that was written from the text alone."""

from __future__ import annotations

import random
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from folkmoot.methods.counting import Count, FixedOrder, Rankings, count, rank, read_blt
from tests.methods.counting.ers97_by_the_book import Paper, Table

NAMES = ("Ada", "Ben", "Cam", "Dee", "Eve", "Fay", "Gil")


def made_up(chance: random.Random) -> tuple[Rankings, list[int]]:
    """A few papers for many candidates, so that many are level; and an order for lots."""
    names = NAMES[: chance.randint(3, len(NAMES))]
    numbers = list(range(1, len(names) + 1))
    lines = [
        (chance.randint(1, 4), chance.sample(numbers, chance.randint(1, len(numbers))))
        for _ in range(chance.randint(2, 14))
    ]
    return rank(names, lines, seats=chance.randint(1, len(names) - 1)), chance.sample(numbers, len(numbers))


def on_paper(profile: Rankings, lots: Sequence[int]) -> Table:
    papers = [
        Paper([number for place in places for number in place])
        for papers, places in profile.lines()
        for _ in range(papers)
    ]
    assert profile.seats is not None
    return Table(len(profile.candidates), profile.seats, papers, lots).count()


def agree(profile: Rankings, lots: Sequence[int]) -> tuple[Count, Table]:
    """Every total, the non-transferable vote and the quota at every stage, and the elected in order."""
    found = count(profile, "ers97", ties=FixedOrder([str(number) for number in lots]))
    table = on_paper(profile, lots)
    assert list(found.elected) == table.elected
    stages = [stage for stage in found.stages if stage.kind != "result"]
    assert len(stages) == len(table.sheets)
    for stage, sheet in zip(stages, table.sheets, strict=True):
        assert {int(key): Decimal(total) for key, total in stage.totals.items()} == sheet.votes
        assert (Decimal(stage.non_transferable), stage.quota) == (sheet.lost, str(sheet.quota))
    return found, table


def test_two_thousand_small_elections_agree_with_the_count_on_paper() -> None:
    chance, seen = random.Random(1997), set()
    for _ in range(2000):
        found, table = agree(*made_up(chance))
        seen |= {"a lot" for tie in found.ties if tie.by == "lot"}
        seen |= {"an earlier stage" for tie in found.ties if tie.by == "earlier stage"}
        seen |= {
            "several excluded" for stage in found.stages if stage.kind == "exclusion" and stage.acted_on[1:]
        }
        seen |= {"sub-stages" for stage in found.stages if len({each.value for each in stage.transfers}) > 2}
        seen |= {"a lower quota" for sheet in table.sheets if sheet.quota < table.sheets[0].quota}
        seen |= {"a surplus" for stage in found.stages if stage.kind == "surplus"}
        seen |= {"places left over" for stage in found.stages if stage.kind == "result"}
    assert len(seen) == 7


@pytest.mark.data
def test_all_scottish_wards_counted_by_these_rules_agree_with_the_count_on_paper(
    reference_data: Path,
) -> None:
    wards = sorted((reference_data / "elections" / "scottish-2017").glob("*.blt"))
    stages = 0
    for path in wards:
        profile = read_blt(path.read_bytes())
        found, _ = agree(profile, range(1, len(profile.candidates) + 1))
        stages += len(found.stages)
    assert len(wards) == 116
    assert stages > 500


def test_the_first_two_stages_of_the_published_model_election() -> None:
    """Section 8 of the text: eleven candidates for six places.

    Of it the facts of the first two stages are used, as far as they could be read: 758 papers, three with crosses
    only and two with a 1 against several; the first and the last two candidates' votes; 123 papers of 134 are
    transferable. The other candidates' votes and the papers' later preferences are made up to fit.
    """
    firsts = [134, 100, 92, 90, 80, 70, 60, 50, 30, 24, 23]
    assert sum(firsts) == 753
    others = [(votes, [number]) for number, votes in enumerate(firsts, 1) if number > 1]
    smith = [(60, [1, 2]), (40, [1, 3]), (23, [1, 4]), (11, [1])]
    names = ["Smith", *(f"Candidate {number}" for number in range(2, 12))]
    profile = rank(names, [*smith, *others, (2, [[2, 3], 4])], invalid=3, seats=6)
    found = count(profile, "ers97", ties=FixedOrder([str(number) for number in range(1, 12)]))
    first, second = found.stages[:2]
    assert (found.valid, found.invalid, first.quota) == (753, 5, "107.58")
    assert (first.elected, second.action) == (("1",), "Surplus of Smith")
    assert (second.totals["1"], second.non_transferable) == ("107.58", "0.59")
    moved = [each for each in second.transfers if each.target]
    assert {each.value for each in moved} == {"0.21"}
    assert sum(each.papers for each in moved) == 123
    assert sum(Decimal(each.votes) for each in moved) == Decimal("25.83")
    assert sum(map(Decimal, second.totals.values())) + Decimal(second.non_transferable) == 753
