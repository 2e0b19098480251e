"""The invented union has the shape that its findings are meant to show, and nobody in it is made twice."""

from __future__ import annotations

import datetime
import hashlib
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator

import numpy as np
import pytest

from folkmoot.methods.opinions import Votes, map_opinions
from folkmoot.site.demonstration import Assembly, Demonstration, Person, lantern_union
from folkmoot.site.demonstration.roll import is_recent
from folkmoot.site.demonstration.statements import SHARES, STATEMENTS
from folkmoot.site.demonstration.writers import THEMES, campaign

TODAY = datetime.datetime(2026, 3, 9, 10, tzinfo=datetime.UTC)
# Agreement in % of groups A, B, C on the statements that the findings of the demonstration are about.
PLANNED = {
    "care-pay": (86, 81, 80),
    "zero-hours": (88, 82, 85),
    "evening-bus": (79, 77, 93),
    "executive-votes": (83, 79, 90),
    "pay-freeze": (4, 11, 9),
    "wealth-tax": (92, 47, 78),
    "borrow": (81, 29, 55),
    "fuel-duty": (38, 86, 12),
    "drilling": (27, 78, 9),
    "land-tax": (49, 38, 90),
    "four-day-week": (46, 19, 81),
    "robot-tax": (35, 32, 36),
}


@pytest.fixture(scope="module")
def union() -> Demonstration:
    return lantern_union(today=TODAY)


@pytest.fixture(scope="module")
def budget(union: Demonstration) -> Assembly:
    return union.assemblies[0]


@pytest.fixture(scope="module")
def meetings(union: Demonstration) -> Assembly:
    return union.assemblies[1]


def contents(person: Person, question: str) -> list:
    return [answer.content for answer in person.answers if answer.question == question]


def writers(assembly: Assembly) -> list[Person]:
    return [person for person in assembly.people if contents(person, "words")]


def words(person: Person) -> str:
    """What stands: the last that somebody wrote."""
    return contents(person, "words")[-1]["text"]


def votes(assembly: Assembly) -> Iterator[tuple[Person, str, int]]:
    for person in assembly.people:
        for content in contents(person, "statements"):
            for statement, value in content["votes"].items():
                yield person, statement, value


def test_the_roll_has_everybody_once_in_a_tree_of_branches(union):
    assert len(union.members) == 3012
    assert len({member.email for member in union.members}) == 3012
    assert all(
        member.email.endswith("@lantern.example") and member.email.isascii() for member in union.members
    )
    branches = Counter(member.branch for member in union.members)
    assert len(branches) == 15
    assert len({branch.split("/")[0] for branch in branches}) == 4
    assert sum(size < 20 for size in branches.values()) == 2
    assert max(branches.values()) == branches["North/Skelby"] == 612


def test_every_role_is_held_by_a_member(union):
    assert {officer.role for officer in union.officers} == {
        "organiser",
        "facilitator",
        "moderator",
        "auditor",
        "administrator",
    }
    assert {officer.email for officer in union.officers} <= {member.email for member in union.members}


def test_new_members_are_heard_less_than_their_number(union, budget):
    new = {member.email for member in union.members if is_recent(member, TODAY.date())}
    answering = [person.member for person in budget.people if person.member]
    assert len(new) / 3012 == pytest.approx(0.31, abs=0.002)
    assert sum(email in new for email in answering) / len(answering) == pytest.approx(0.14, abs=0.002)


def test_members_and_the_open_link_through_every_channel(budget):
    assert len(budget.people) == 1104
    assert sum(person.member is None for person in budget.people) == 73
    assert len({person.member for person in budget.people if person.member}) == 1031
    assert len({person.key for person in budget.people}) == 1104
    assert Counter(person.channel for person in budget.people) == {
        "web": 1004,
        "paper": 60,
        "meeting": 24,
        "phone": 16,
    }


def test_not_everybody_does_everything(budget):
    ranked = [content for person in budget.people for content in contents(person, "order")]
    closing = [person for person in budget.people if contents(person, "closing")]
    assert len(writers(budget)) == 988
    assert len(ranked) == 1018
    assert len(closing) / 1104 == pytest.approx(0.25, abs=0.01)
    assert all(1 <= len(content["ranking"]) == len(set(content["ranking"])) <= 5 for content in ranked)
    consents = Counter(person.consent for person in writers(budget))
    assert consents[True] / 988 == pytest.approx(0.70, abs=0.05)
    assert consents[False] > 50
    assert consents[None] > 50


def test_pay_is_put_first_by_four_in_ten(budget):
    first = Counter(
        content["ranking"][0] for person in budget.people for content in contents(person, "order")
    )
    assert first.most_common(1) == [("pay", 417)]


def test_statements_come_from_organisers_and_from_members_who_agree_with_their_own(budget):
    assert len(budget.statements) == len({statement.key for statement in budget.statements}) == 60
    people = {person.key: person for person in budget.people}
    put = [statement for statement in budget.statements if statement.by]
    assert len(put) == 25
    for statement in put:
        assert people[statement.by].started_at <= statement.at < budget.closes
    own = {(statement.by, statement.key) for statement in put}
    assert {value for person, key, value in votes(budget) if (person.key, key) in own} == {1}


def test_nobody_votes_on_a_statement_before_it_is_there_or_twice(budget):
    put_at = {statement.key: statement.at for statement in budget.statements}
    for person in budget.people:
        seen = [
            (key, answer.at)
            for answer in person.answers
            for key in answer.content.get("votes", ())
            if answer.question == "statements"
        ]
        assert len({key for key, _at in seen}) == len(seen)
        assert all(put_at[key] <= at for key, at in seen)


def test_some_vote_on_seven_and_some_on_all(budget):
    counts = Counter(person.key for person, _statement, _value in votes(budget))
    numbers = list(counts.values())
    assert 26 <= np.median(numbers) <= 34
    assert numbers.count(7) >= 40
    assert max(numbers) >= 58


def test_groups_agree_as_planned_within_sampling_error(budget):
    seen: Counter[tuple[str, int]] = Counter()
    agreed: Counter[tuple[str, int]] = Counter()
    for person, statement, value in votes(budget):
        seen[statement, person.leaning] += 1
        agreed[statement, person.leaning] += value == 1
    stated = {put.key: put.agree for put in STATEMENTS}
    for key, planned in PLANNED.items():
        assert stated[key] == planned
        for group, percent in enumerate(planned):
            share, count = percent / 100, seen[key, group]
            assert count > 60
            error = 3.5 * np.sqrt(share * (1 - share) / count)
            assert agreed[key, group] / count == pytest.approx(share, abs=error), (key, group)


def test_the_map_finds_the_three_groups(budget):
    people, statements, values = zip(
        *((person.key, key, value) for person, key, value in votes(budget)), strict=True
    )
    found = map_opinions(Votes.from_rows(people, statements, values))
    assert found.verdict.k == 3
    leanings = {person.key: person.leaning for person in budget.people}
    pairs = Counter(
        (int(group), leanings[key])
        for key, group in zip(found.participants, found.group, strict=True)
        if group >= 0
    )
    matched = sum(max(pairs[group, leaning] for leaning in range(3)) for group in range(3))
    assert matched / pairs.total() > 0.85
    sizes = Counter(leanings.values())
    assert [sizes[leaning] / 1104 for leaning in range(3)] == pytest.approx(SHARES, abs=0.005)


def test_themes_are_raised_as_often_as_planned_and_mostly_by_whom(budget):
    raised = Counter(theme for person in writers(budget) for theme in person.raised)
    for theme, (share, _pull) in THEMES.items():
        assert raised[theme] / 988 == pytest.approx(share, abs=0.005), theme
    green = Counter(person.leaning for person in writers(budget) if "green_jobs" in person.raised)
    bills = Counter(person.leaning for person in writers(budget) if "energy_bills" in person.raised)
    assert green[2] / 0.23 > 2 * green[1] / 0.34
    assert bills[1] / 0.34 > 2 * bills[2] / 0.23
    points = Counter(len(person.raised) for person in writers(budget))
    assert set(points) == {0, 1, 2, 3, 4}


def test_answers_do_not_read_as_if_made_by_one(budget):
    texts = [words(person) for person in writers(budget)]
    repeated = Counter(texts).most_common(2)
    assert repeated[0] == (campaign(), 14)
    assert repeated[1][1] < 10
    assert len(set(texts)) > 900
    assert sum(text.isupper() for text in texts) >= 5
    assert sum("\n- " in text or text.startswith("- ") for text in texts) >= 10
    assert sum(len(text.split()) <= 2 for text in texts) >= 15


def test_one_answer_is_about_a_single_bus(budget):
    (driver,) = [person for person in writers(budget) if len(words(person)) > 3000]
    assert 3800 < len(words(driver)) < 5000
    assert words(driver).count("the 52") >= 5
    assert driver.consent is True


def test_there_is_dissent_and_what_belongs_elsewhere(budget):
    said = {words(person) for person in writers(budget)} | {put.text for put in STATEMENTS}
    assert {"Who picked these questions?", "The app logs me out", "No more zero hours!!"} <= said


def test_no_sentence_keeps_an_unfilled_gap_and_no_answer_is_too_long(union):
    for assembly in union.assemblies:
        texts = [
            answer.content["text"]
            for person in assembly.people
            for answer in person.answers
            if "text" in answer.content
        ]
        assert texts
        for text in texts:
            assert text == text.strip() != ""
            assert len(text) <= 5000
            assert not set("{}|") & set(text), text


def test_some_say_it_again_and_better(budget):
    twice = [person for person in budget.people if len(contents(person, "words")) > 1]
    assert 15 <= len(twice) <= 25
    for person in twice:
        first, last = contents(person, "words")
        assert len(first["text"]) < len(last["text"])


def test_every_answer_lies_within_the_timetable(union):
    for assembly in union.assemblies:
        assert assembly.opens < assembly.closes <= assembly.findings_due
        for person in assembly.people:
            moments = [answer.at for answer in person.answers]
            assert moments == sorted(moments)
            assert all(assembly.opens <= person.started_at <= moment < assembly.closes for moment in moments)


def test_most_answer_in_the_evening(budget):
    hours = Counter(person.started_at.hour for person in budget.people)
    assert sum(hours[hour] for hour in range(17, 23)) > 0.5 * 1104


def test_the_second_assembly_is_open_and_has_begun(meetings):
    assert meetings.opens < TODAY < meetings.closes
    assert len(meetings.people) == 40
    assert len(meetings.statements) == 12
    for person in meetings.people:
        assert all(answer.at < TODAY for answer in person.answers)
        (points,) = contents(person, "points")
        assert sum(points["points"].values()) == 10


def test_the_second_assembly_has_begun_at_any_hour_of_any_day():
    for moment in (
        TODAY.replace(hour=0, minute=5),
        datetime.datetime(2026, 3, 29, 1, 30, tzinfo=datetime.UTC),
    ):
        budget, meetings = lantern_union(today=moment, people=100).assemblies
        assert budget.findings_due < moment
        assert all(answer.at < moment for person in meetings.people for answer in person.answers)


def test_options_that_people_choose_are_on_the_list(union):
    for assembly in union.assemblies:
        for question in assembly.questions:
            known = {option.key for option in question.options}
            for person in assembly.people:
                for content in contents(person, question.key):
                    assert set(content.get("ranking", ())) | set(content.get("points", ())) <= known


def test_a_smaller_union_has_the_same_shape():
    small = lantern_union(today=TODAY, people=200)
    budget = small.assemblies[0]
    assert len(budget.people) == 200
    assert len(small.members) == pytest.approx(3012 * 200 / 1104, abs=10)
    assert len(writers(budget)) == pytest.approx(988 * 200 / 1104, abs=1)
    assert {person.channel for person in budget.people} == {"web", "paper", "meeting", "phone"}
    assert len(budget.statements) == 60


def test_too_small_a_union_and_a_time_without_zone_are_refused():
    with pytest.raises(ValueError, match="100 or more"):
        lantern_union(today=TODAY, people=20)
    with pytest.raises(ValueError, match="time zone"):
        lantern_union(today=datetime.datetime(2026, 3, 9))


def test_another_seed_gives_another_union():
    one, other = lantern_union(1, today=TODAY, people=100), lantern_union(2, today=TODAY, people=100)
    assert one.members != other.members
    assert one.assemblies != other.assemblies


def test_the_same_seed_gives_the_same_union_in_any_process():
    script = (
        "import datetime, hashlib\n"
        "from folkmoot.site.demonstration import lantern_union\n"
        "union = lantern_union(today=datetime.datetime(2026, 3, 9, 10, tzinfo=datetime.UTC), people=150)\n"
        "print(hashlib.sha256(repr(union).encode()).hexdigest())\n"
    )
    here = hashlib.sha256(repr(lantern_union(today=TODAY, people=150)).encode()).hexdigest()
    for hashseed in ("1", "2"):
        run = subprocess.run(
            [sys.executable, "-c", script],
            env=os.environ | {"PYTHONHASHSEED": hashseed},
            capture_output=True,
            text=True,
            check=True,
        )
        assert run.stdout.strip() == here
