"""What a bundle states of its assembly, the record, the roll and the statements must be what was committed to."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from folkmoot.convene import actions as convene
from folkmoot.convene.models import Assembly, QuestionVersion, Timetable, Wording
from folkmoot.listen import actions as listen
from folkmoot.listen import voices
from folkmoot.listen.models import Statement
from folkmoot.members.models import FrozenRoll
from folkmoot.publiclog import kinds
from folkmoot.publiclog.models import EntryQuerySet
from folkmoot.publish import leaves
from folkmoot.publish.proofs import CONFIDENTIAL, VOICES
from folkmoot.publish.stated import in_language
from tests.people import draft, opened
from tests.publish.hostile import changed, give_out, somebody

Change = Callable[[Any], None]


@pytest.fixture
def assembly(cast) -> Assembly:
    """Reworded and extended after it opened; one statement was put by somebody who takes part."""
    made = opened(cast.maud)
    question = made.questions.get(way="open_text", closing=False)
    convene.reword_question(
        question,
        text={"en": "What first?"},
        help={"en": "A line."},
        options={},
        reason="Shorter.",
        by=cast.maud,
    )
    closes = made.timetable.closes + datetime.timedelta(days=1)
    convene.retime(
        made,
        opens=made.timetable.opens,
        closes=closes,
        findings_due=closes,
        zone="Europe/London",
        reason="Snow.",
        by=cast.maud,
    )
    person = somebody(made, "ada")
    listen.respond(person, question, {"text": "Rents."})
    votes = made.questions.get(way="statements")
    listen.put_statement(votes, "Trams should come first.", participation=person)
    statements = Statement.objects.filter(question=votes).values_list("uuid", flat=True)
    listen.respond(person, votes, {"votes": {str(one): 1 for one in statements}})
    return Assembly.objects.get(pk=made.pk)


def of_first(**values: Any) -> Change:
    """Of the first question."""
    return lambda stated: stated["questions"][0].update(values)


def of_assembly(**values: Any) -> Change:
    return lambda stated: stated["about"].update(values)


def swapped(stated: Any) -> None:
    """The texts of the first two options of the third question."""
    options = stated["questions"][2]["options"]["options"]
    options[0]["text"], options[1]["text"] = options[1]["text"], options[0]["text"]


def moved(stated: Any) -> None:
    """The second question before the first, numbered as if it had always been there."""
    first, second = stated["questions"][:2]
    stated["questions"][:2] = [second | {"number": 1}, first | {"number": 2}]


def version(**values: Any) -> Change:
    return lambda stated: stated["questions"][0]["versions"][1].update(values)


CHANGES: dict[str, Change] = {
    "a text": of_first(text="What should the Budget put first, and why?"),
    "a help": of_first(help="Say pay."),
    "a way": of_first(way="priorities"),
    "a closing": of_first(closing=True),
    "a number": of_first(number=2),
    "labels of options": swapped,
    "a limit": lambda stated: stated["questions"][2]["options"].update(limit=1),
    "a manner": lambda stated: stated["questions"][2]["options"].update(manner="points"),
    "an option dropped": lambda stated: stated["questions"][2]["options"]["options"].pop(),
    "first statements": lambda stated: stated["questions"][1]["options"]["first"].pop(),
    "the order": lambda stated: stated["questions"].reverse(),
    "the order with its numbers": moved,
    "a question dropped": lambda stated: stated["questions"].pop(),
    "a question twice": lambda stated: stated["questions"].append(stated["questions"][0] | {"number": 5}),
    "a version dropped": lambda stated: stated["questions"][0]["versions"].pop(0),
    "a version's text": version(text="What last?"),
    "a version's reason": version(reason="Longer."),
    "a version's time": version(at="2026-01-01T00:00:00+00:00"),
    "the title": of_assembly(title="What should the Budget forget?"),
    "the purpose": of_assembly(purpose="None."),
    "the opening": of_assembly(opens="2026-01-01T00:00:00+00:00"),
    "the close": of_assembly(closes="2026-01-01T00:00:00+00:00"),
    "the day of the findings": of_assembly(findings_due="2026-01-01T00:00:00+00:00"),
    "the zone": of_assembly(zone="Asia/Tokyo"),
    "who may answer": of_assembly(access="link"),
    "the language": of_assembly(language="cy"),
    "which assembly": of_assembly(id="00000000-0000-4000-8000-000000000000"),
}


def test_what_is_stated_as_it_was_agrees(assembly: Assembly):
    report = give_out(assembly).judged()
    assert report.wrong == []
    assert "title, purpose, timetable and who may answer are what was committed to" in report.checked
    assert "the roll is as large as when it was frozen" in report.checked
    assert "5 statements are what was put, word for word" in report.checked


@pytest.mark.parametrize("change", CHANGES)
def test_nothing_that_is_stated_can_be_changed(assembly: Assembly, change: str):
    given = give_out(assembly)
    forged = changed(given, "assembly.json", CHANGES[change])
    assert forged.files != given.files, "this forgery changes nothing: mend the test"
    assert not forged.judged().verifies


RECORD: dict[str, Change] = {
    "an act dropped": lambda acts: acts.pop(3),
    "an act added": lambda acts: acts.append(acts[-1]),
    "acts swapped": lambda acts: acts.insert(0, acts.pop()),
    "another kind": lambda acts: acts[0].update(kind="links"),
    "another hour": lambda acts: acts[0].update(at="2026-01-01T00:00:00+00:00"),
    "another reason": lambda acts: acts[-1].update(line=acts[-1]["line"].replace("Snow.", "No reason.")),
}


@pytest.mark.parametrize("change", RECORD)
def test_the_record_cannot_be_changed(assembly: Assembly, change: str):
    given = give_out(assembly)
    forged = changed(given, "acts.json", RECORD[change])
    assert forged.files != given.files
    assert any("acts.json does not tell" in line for line in forged.judged().wrong)


@pytest.mark.parametrize("kind", ["assembly", "wording", "timetable", "question", "roll-freeze"])
@pytest.mark.parametrize("how", ["sealed", "dropped"])
def test_an_act_of_the_organisers_cannot_be_removed(assembly: Assembly, monkeypatch, kind, how):
    """Left unopened; or left out altogether, of the log's part and of the record."""
    if how == "sealed":
        opening = leaves._opened
        monkeypatch.setattr(
            leaves, "_opened", lambda entries: [act for act in opening(entries) if act["kind"] != kind]
        )
    else:
        whole = EntryQuerySet.of_assembly
        monkeypatch.setattr(
            EntryQuerySet, "of_assembly", lambda entries, item: whole(entries, item).exclude(kind=kind)
        )
    assert not give_out(assembly).judged().verifies


def test_a_version_in_between_cannot_be_removed(assembly: Assembly, cast, monkeypatch):
    convene.reword(assembly, title={"en": "Now this"}, purpose={}, reason="A.", by=cast.maud)
    convene.reword(assembly, title={"en": "And this"}, purpose={}, reason="B.", by=cast.maud)
    middle = Wording.objects.get(assembly=assembly, number=2)
    whole = EntryQuerySet.of_assembly
    fresh = Assembly.objects.get(pk=assembly.pk)
    assert give_out(fresh).judged().wrong == []
    monkeypatch.setattr(
        EntryQuerySet, "of_assembly", lambda entries, item: whole(entries, item).exclude(item=middle.uuid)
    )
    assert any("what is stated of the assembly" in line for line in give_out(fresh).judged().wrong)


def test_an_act_of_another_assembly_cannot_stand_in(assembly: Assembly, cast, monkeypatch):
    """A second roll was frozen for another assembly, smaller by those who left meanwhile."""
    other = opened(cast.maud, title={"en": "Another"})
    mine, theirs = (FrozenRoll.objects.get(assembly=each.uuid) for each in (assembly, other))
    monkeypatch.setattr(
        EntryQuerySet,
        "of_assembly",
        lambda entries, item: (
            (entries.filter(assembly=item) | entries.filter(item=theirs.uuid))
            .exclude(item=mine.uuid)
            .order_by("position")
        ),
    )
    report = give_out(assembly).judged()
    assert any("an act of another assembly is among its own: roll-freeze" in line for line in report.wrong)


def test_the_roll_is_held_against_the_one_that_was_frozen(assembly: Assembly):
    forged = changed(give_out(assembly), "who.json", lambda who: who.update(roll=5))
    assert any("5 members are stated, 6 frozen" in line for line in forged.judged().wrong)


def test_an_assembly_by_the_open_link_alone_has_no_roll(cast):
    made = opened(cast.maud, access=Assembly.Access.LINK)
    given = give_out(made)
    report = given.judged()
    assert report.wrong == []
    assert "no roll was asked" in report.checked
    forged = changed(given, "who.json", lambda who: who.update(roll=500))
    assert not forged.judged().verifies


def test_versions_of_findings_are_counted_by_the_log(assembly: Assembly):
    given = give_out(assembly)
    assert not given.judged({"number": 2}).verifies
    assert given.judged({"number": 1}).verifies


def test_the_check_knows_which_kinds_are_never_opened():
    closed = {kind.name for kind in kinds.every() if not kind.is_open}
    assert closed == VOICES | CONFIDENTIAL
    assert {kind.name for kind in kinds.every() if kind.voice} == VOICES


# -- what the database was made to say before it was published


def update_statement() -> None:
    Statement.objects.filter(text="Rent should come first.").update(text="Rent should come last.")


def update_options() -> None:
    version = QuestionVersion.objects.get(question__way="priorities")
    version.options["options"][0]["text"]["en"] = "Nothing"
    version.save()


def update_close() -> None:
    for timetable in Timetable.objects.filter(number=2):
        timetable.closes -= datetime.timedelta(days=1)
        timetable.save()


@pytest.mark.parametrize("update", [update_statement, update_options, update_close])
def test_what_was_changed_in_the_database_is_found_in_the_bundle(assembly: Assembly, update):
    update()
    report = give_out(Assembly.objects.get(pk=assembly.pk)).judged()
    assert any("are not what was committed to in the log" in line for line in report.wrong)


@pytest.mark.parametrize("name", ["text", "who", "moderated_out"])
def test_a_statement_changed_in_the_rows_alone_is_found(assembly: Assembly, monkeypatch, name):
    reading = voices.statements

    def changing(question: Any) -> list[Any]:
        rows = reading(question)
        other = {"text": "Trams should come last.", "who": "0" * 32, "moderated_out": 1}[name]
        object.__setattr__(next(row for row in rows if row.author == "participant"), name, other)
        return rows

    monkeypatch.setattr(voices, "statements", changing)
    report = give_out(assembly).judged()
    assert any("is not what was put: it was changed or added" in line for line in report.wrong)


def test_a_statement_left_out_of_the_rows_is_found(assembly: Assembly, monkeypatch):
    """Also the last one that was put: somebody has voted on it."""
    reading = voices.statements
    for text in ("Pay should come first.", "Trams should come first."):
        monkeypatch.setattr(
            voices,
            "statements",
            lambda question, text=text: [row for row in reading(question) if row.text != text],
        )
        report = give_out(assembly).judged()
        assert any("is in the log and not in the rows: it was dropped" in line for line in report.wrong)


def test_a_statement_that_was_put_after_the_reading_is_told(assembly: Assembly, monkeypatch):
    reading, later = voices.statements, "Ferries should come first."
    listen.put_statement(
        assembly.questions.get(way="statements"), later, participation=somebody(assembly, "bea")
    )
    monkeypatch.setattr(
        voices, "statements", lambda question: [row for row in reading(question) if row.text != later]
    )
    report = give_out(assembly).judged()
    assert report.wrong == []
    assert "1 statements were put after the answers had been read" in report.outside


def test_a_second_question_of_statements_is_read_by_itself(cast, monkeypatch):
    """One put to the first question after that was read, and before the second was: nothing is dropped."""
    made = draft(cast.maud)
    convene.add_question(
        made, way="statements", text={"en": "And this?"}, options={"first": ["Run trams."]}, by=cast.maud
    )
    made = convene.open_assembly(made, by=cast.maud)
    first, second = made.questions.filter(way="statements")
    reading, late = voices.statements, "Put while others were read."
    listen.put_statement(first, late, participation=somebody(made, "ada"))
    listen.put_statement(second, "Run boats.", participation=somebody(made, "bea"))
    monkeypatch.setattr(
        voices, "statements", lambda question: [row for row in reading(question) if row.text != late]
    )
    report = give_out(made).judged()
    assert report.wrong == []
    assert "1 statements were put after the answers had been read" in report.outside


def test_texts_are_printed_in_the_language_of_the_assembly_or_in_another_they_have():
    both = {"en": "Rents", "cy": "Rhenti"}
    assert in_language(both, "cy") == {"Rhenti"}
    assert in_language(both, "en-gb") == {"Rents"}
    assert in_language(both, "de") == {"Rents", "Rhenti"}
    assert in_language({}, "en") == {""}
