"""Elections worked by hand after the published rules of 1997: what each step commands stands beside it."""

from __future__ import annotations

from folkmoot.methods.counting import Count, count, rank

A, B, C, D, E = range(1, 6)
NAMES = ("Ada", "Ben", "Cam", "Dee", "Eve")


def totals(found: Count, stage: int) -> list[str]:
    return [*found.stages[stage - 1].totals.values(), found.stages[stage - 1].non_transferable]


def actions(found: Count) -> list[str]:
    return [stage.action for stage in found.stages]


def test_candidates_who_together_cannot_reach_the_next_are_excluded_together() -> None:
    # 82 papers, one place: the quota is 82 / 2 = 41 exactly (5.1.6).
    # 3 + 4 + 5 = 12 does not exceed 30, but with the next, 42, it would exceed 40 (5.2.5b).
    lines = [(40, [A]), (30, [B]), (5, [C, B]), (4, [D, B]), (3, [E, A])]
    found = count(rank(NAMES, lines), "ers97", seats=1)
    assert found.quota == "41.00"
    assert actions(found) == ["First preferences", "Exclusion of Cam, Dee, Eve"]
    assert totals(found, 2) == ["43.00", "39.00", "0.00", "0.00", "0.00", "0.00"]
    assert found.elected == (A,)


def test_a_surplus_that_could_not_change_who_is_lowest_is_deferred() -> None:
    # 100 papers, two places: 33.33 and a remainder, so the quota is 33.34. Ada has a surplus of 1.66.
    # 5.2.2(a): it does not exceed 10 - 5; and 5 + 10 + 1.66 does not exceed 20, so both go out (5.2.5).
    # Then Cam has 33. Active: 100 - 33.34 - 2 = 64.66; over two it is 32.33: Cam is elected (5.4.9b).
    lines = [(35, [A]), (30, [B]), (20, [C]), (10, [D, C]), (3, [E, C]), (2, [E])]
    found = count(rank(NAMES, lines), "ers97", seats=2)
    assert found.quota == "33.34"
    assert actions(found) == ["First preferences", "Exclusion of Dee, Eve"]
    assert totals(found, 2) == ["35.00", "30.00", "33.00", "0.00", "0.00", "2.00"]
    assert found.elected == (A, C)
    assert found.candidates[B - 1].status == "excluded"
    assert found.candidates[B - 1].stage == 2


def test_a_surplus_is_shared_among_transferable_papers_and_an_exclusion_goes_by_value() -> None:
    # 60 papers, two places: the quota is 20. Ada has a surplus of 10; 24 of her 30 papers are transferable,
    # each at 10 / 24 = 0.41 (5.3.7); 24 x 0.41 = 9.84, so 0.16 is the non-transferable difference.
    # Ben, with 5 + 18 x 0.41 = 12.38, is lowest and goes out. First his 5 whole papers (5.4.2): two to Cam, one
    # to Dee, two nowhere; active then 60 - 20 - 2.16 = 37.84, over two 18.92, and nobody has it. Then his 18
    # papers at 0.41: 7.38 to Dee, who has 14 + 7.38 = 21.38 and is elected.
    lines = [(18, [A, B, D]), (6, [A, C]), (6, [A]), (2, [B, C]), (1, [B, D]), (2, [B]), (12, [C]), (13, [D])]
    found = count(rank(NAMES[:4], lines), "ers97", seats=2)
    assert found.quota == "20.00"
    assert actions(found) == ["First preferences", "Surplus of Ada", "Exclusion of Ben"]
    assert totals(found, 2) == ["20.00", "12.38", "14.46", "13.00", "0.16"]
    assert totals(found, 3) == ["20.00", "0.00", "16.46", "21.38", "2.16"]
    assert found.elected == (A, D)
    assert found.stages[2].notes == ("Dee was elected after the papers worth 0.41.",)


def test_only_the_batch_that_made_the_surplus_is_looked_at() -> None:
    # 90 papers, two places: the quota is 30. Eve's 12 are fewest and go to Ben, who then has 34; his surplus
    # of 4 comes from those 12 alone (5.3.2), 8 of which go on, to Cam, each at 4 / 8 = 0.50.
    # His 22 first papers, all for Dee next, stay where they are.
    lines = [(22, [B, D]), (8, [E, B, C]), (4, [E, B]), (29, [C]), (27, [D])]
    found = count(rank(NAMES, [(number, ranking) for number, ranking in lines]), "ers97", seats=2)
    assert actions(found) == ["First preferences", "Exclusion of Ada, Eve", "Surplus of Ben"]
    assert totals(found, 3) == ["0.00", "30.00", "33.00", "27.00", "0.00", "0.00"]
    assert found.elected == (B, C)


def test_papers_lost_before_anybody_is_elected_lower_the_quota_and_equals_go_by_the_first_stage() -> None:
    # 10 papers, one place: the quota is 5. Dee and Cam, 1 + 2, do not exceed Ben's 3 and go out together.
    # One paper passes to Ben, two are lost: the quota is 8 / 2 = 4 (5.4.8). Ada and Ben have 4 each; at the
    # first stage Ada had 4 and Ben 3, so Ada is elected (5.6.2).
    lines = [(4, [A]), (3, [B]), (1, [C, B]), (1, [C]), (1, [D])]
    found = count(rank(NAMES[:4], lines), "ers97", seats=1)
    assert (found.details["first_quota"], found.quota) == ("5.00", "4.00")
    assert totals(found, 2) == ["4.00", "4.00", "0.00", "0.00", "2.00"]
    assert found.elected == (A,)
    assert [(tie.by, tie.chosen) for tie in found.ties] == [("earlier stage", "1")]


def test_an_exclusion_that_would_leave_only_as_many_as_places_ends_the_count() -> None:
    # 5.5.1: with three left and two places, the lowest is not transferred any more.
    lines = [(10, [A]), (9, [B]), (8, [C])]
    found = count(rank(NAMES[:3], lines), "ers97", seats=2)
    assert found.elected == (A, B)
    assert totals(found, len(found.stages)) == ["10.00", "9.00", "8.00", "0.00"]
