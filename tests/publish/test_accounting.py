"""Every answer of the log is accounted for in the members' bundle, and none can be left out by a publisher."""

from __future__ import annotations

import csv
import datetime
import io
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from folkmoot.convene import actions as convene
from folkmoot.convene.models import Assembly, Question
from folkmoot.listen import actions as listen
from folkmoot.listen import import_actions, voices
from folkmoot.listen.models import Participation, Response, Statement
from folkmoot.listen.rows import Aside, Text, from_csv, to_csv
from folkmoot.publiclog import store, verify_receipt
from folkmoot.publiclog.actions import record
from folkmoot.publiclog.models import Entry, EntryQuerySet, Erasure
from folkmoot.publiclog.receipts import Receipt
from folkmoot.publish import actions
from folkmoot.publish.verdict import Report
from tests.people import closed, opened
from tests.publish.hostile import Given, give_out, read, somebody


@dataclass
class Town:
    """An assembly in which people changed their minds, took back, were late, and had answers erased."""

    assembly: Assembly
    text: Question
    votes: Question
    ranks: Question
    statements: list[str]

    def says(self, person: Participation, *words: str) -> list[Any]:
        return [listen.respond(person, self.text, {"text": each})[0] for each in words]

    def ranked(self, person: Participation, *rankings: list[str]) -> list[Any]:
        return [listen.respond(person, self.ranks, {"ranking": each})[0] for each in rankings]

    def voted(self, person: Participation, *votes: dict[int, int]) -> list[Any]:
        return [
            listen.respond(
                person,
                self.votes,
                {"votes": {self.statements[place]: value for place, value in each.items()}},
            )[0]
            for each in votes
        ]


@pytest.fixture
def town(cast) -> Town:
    assembly = opened(cast.maud)
    asked = [
        assembly.questions.get(way=way, closing=False) for way in ("open_text", "statements", "priorities")
    ]
    statements = [str(one) for one in Statement.objects.order_by("pk").values_list("uuid", flat=True)]
    return Town(assembly, *asked, statements)


@pytest.fixture
def mixed(town: Town) -> Town:
    """Ada said one thing, Bea changed hers twice, Cleo took back, Dot was late, Eve had hers erased."""
    early = datetime.timedelta(minutes=10)
    people = {
        name: somebody(town.assembly, name, before=early) for name in ("ada", "bea", "cleo", "dot", "eve")
    }
    town.says(people["ada"], "Rents.")
    town.ranked(people["ada"], ["o1", "o2"])
    town.says(people["bea"], "Pay.", "Pay, and rents.", "Rents alone.")
    town.voted(people["bea"], {0: 1, 1: -1}, {0: -1}, {2: 0})
    town.ranked(people["cleo"], ["o3"], [])
    town.says(people["cleo"], "Buses.", "")
    town.says(people["dot"], "Care.")
    town.says(people["eve"], "Hush.", "Hush, hush.")
    listen.erase(people["eve"], ground="She asked for it.", authority="herself")
    shut = closed(town.assembly)
    later = Participation.objects.get(pk=people["dot"].pk)
    for question, content in ((town.text, {"text": "Care, now."}), (town.ranks, {"ranking": ["o4"]})):
        assert listen.respond(later, question, content)[0].late
    return Town(shut, town.text, town.votes, town.ranks, town.statements)


@pytest.fixture
def open_town(town: Town) -> Town:
    """Still open; three people wrote, ranked and voted, one after the other."""
    for name in ("ada", "bea", "cleo"):
        person = somebody(town.assembly, name)
        town.says(person, f"{name} first.", f"{name} then.")
        town.ranked(person, ["o1"], ["o2", "o1"])
        town.voted(person, {0: 1}, {0: -1, 1: 1})
    return town


def without(monkeypatch: pytest.MonkeyPatch, rows: str, leave_out: Callable[[Any], bool]) -> None:
    """A publisher whose program does not read these rows."""
    reading = getattr(voices, rows)
    monkeypatch.setattr(
        voices, rows, lambda question: [row for row in reading(question) if not leave_out(row)]
    )


def hide(monkeypatch: pytest.MonkeyPatch, *items: object) -> None:
    """A publisher who files these entries under no assembly."""
    of_assembly = EntryQuerySet.of_assembly
    monkeypatch.setattr(
        EntryQuerySet,
        "of_assembly",
        lambda entries, assembly: of_assembly(entries, assembly).exclude(item__in=items),
    )


def keep_sealed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A publisher who opens nothing but what counts."""
    monkeypatch.setattr(actions, "set_aside", lambda entries, heard: [])


def said_of(report: Report, words: str) -> bool:
    return any(words in line for line in report.wrong)


def test_every_answer_is_accounted_for(mixed: Town):
    report = give_out(mixed.assembly).judged()
    assert report.wrong == []
    assert (
        "all 17 answers in the log are accounted for: 8 count, 4 were replaced by a later one of the same person, "
        "2 came late, 1 were taken back, 2 were erased"
    ) in report.checked
    assert any("4 answers in the log were replaced" in line for line in report.outside)
    assert any("2 answers were erased, each by an act of the log" in line for line in report.outside)


def test_what_somebody_replaced_or_had_erased_is_not_in_the_bundle(mixed: Town):
    files = "".join(give_out(mixed.assembly).files.values())
    for words in ("Pay.", "Pay, and rents.", "Buses.", "Hush."):
        assert words not in files
    assert "Care, now." in files


@pytest.mark.parametrize("rows", ["texts", "rankings", "votes"])
@pytest.mark.parametrize("sealed", [True, False])
def test_an_answer_dropped_while_its_entry_stays_is_found(open_town: Town, monkeypatch, rows, sealed):
    first = getattr(voices, rows)(getattr(open_town, {"texts": "text", "rankings": "ranks"}.get(rows, rows)))
    by_place = {str(entry.item): entry.position for entry in Entry.objects.filter(kind="response")}
    gone = min(first, key=lambda row: by_place[row.response]).response
    without(monkeypatch, rows, lambda row: row.response == gone)
    if sealed:
        keep_sealed(monkeypatch)
    report = give_out(open_town.assembly).judged()
    assert said_of(report, "left out" if sealed else f"the answer {gone} came before others")


def test_the_latest_answer_dropped_is_told_as_unread_while_the_assembly_is_open(open_town: Town, monkeypatch):
    last = listen.respond(somebody(open_town.assembly, "dot"), open_town.text, {"text": "Care."})[0]
    without(monkeypatch, "texts", lambda row: row.response == str(last.uuid))
    report = give_out(open_town.assembly).judged()
    assert report.wrong == []
    assert any(
        "1 answers came into the log after the answers had been read" in line for line in report.outside
    )


def test_after_the_close_nothing_may_be_left_unread(mixed: Town, monkeypatch):
    without(monkeypatch, "texts", lambda row: row.text == "Rents.")
    with pytest.raises(actions.StaleError):
        give_out(mixed.assembly)
    monkeypatch.setattr(actions, "unread", lambda heard, aside: [])
    report = give_out(mixed.assembly).judged()
    assert said_of(report, "1 answers came in time and were not read, though the assembly had closed")


def test_an_earlier_answer_that_counts_in_place_of_the_last_is_found(open_town: Town, monkeypatch):
    whole = voices.texts(open_town.text)
    earlier = Response.objects.get(question=open_town.text, number=1, participation__token_hash="ada")

    def turned_back(row: Text) -> Text:
        if row.who != earlier.who:
            return row
        return replace(row, response=str(earlier.uuid), number=1, text=earlier.content["text"])

    given = sorted(map(turned_back, whole), key=lambda row: row.response)
    monkeypatch.setattr(voices, "texts", lambda question: given if question == open_town.text else [])
    assert said_of(give_out(open_town.assembly).judged(), "came before others that were read")
    keep_sealed(monkeypatch)
    assert said_of(give_out(open_town.assembly).judged(), "they were left out")


def test_somebody_who_counts_twice_is_found(open_town: Town, monkeypatch):
    whole = voices.texts(open_town.text)
    earlier = Response.objects.get(who=whole[0].who, question=open_town.text, number=1)
    again = replace(whole[0], response=str(earlier.uuid), number=1, text=earlier.content["text"])
    for more in (again, whole[0]):
        given = sorted([*whole, more], key=lambda row: row.response)
        monkeypatch.setattr(
            voices, "texts", lambda question, given=given: given if question == open_town.text else []
        )
        report = give_out(open_town.assembly).judged()
        assert said_of(report, "counts more than once") or said_of(report, "or there twice")


def test_votes_in_another_order_are_found(open_town: Town, monkeypatch):
    """Of votes on one statement the last row counts."""
    whole = voices.votes(open_town.votes)
    turned = sorted(whole, key=lambda row: (row.who, -row.number, row.statement))
    monkeypatch.setattr(voices, "votes", lambda question: turned)
    assert said_of(give_out(open_town.assembly).judged(), "in another order")


def test_an_entry_that_was_replaced_cannot_be_hidden_to_make_room(open_town: Town, monkeypatch):
    earlier = Response.objects.filter(question=open_town.text, number=1).first()
    hide(monkeypatch, earlier.uuid)
    assert said_of(
        give_out(open_town.assembly).judged(), "1 answers were replaced by later ones and have no entry"
    )


def test_a_batch_of_votes_left_out_with_its_entry_leaves_a_gap(open_town: Town, monkeypatch):
    first = Response.objects.filter(question=open_town.votes, number=1).first()
    without(monkeypatch, "votes", lambda row: row.response == str(first.uuid))
    hide(monkeypatch, first.uuid)
    assert said_of(
        give_out(open_town.assembly).judged(), "gave answers that are not shown: they were left out"
    )


def test_an_answer_left_out_with_its_entry_is_told_as_what_only_its_receipt_can_show(
    open_town: Town, monkeypatch
):
    only = listen.respond(somebody(open_town.assembly, "dot"), open_town.text, {"text": "Care."})[0]
    assert any("took in nothing else" in line for line in give_out(open_town.assembly).judged().checked)
    without(monkeypatch, "texts", lambda row: row.response == str(only.uuid))
    hide(monkeypatch, only.uuid)
    report = give_out(open_town.assembly).judged()
    assert report.wrong == []
    (line,) = [line for line in report.outside if "the log took in 1 more" in line]
    assert "verify_receipt.py --bundle" in line
    assert "folkmoot verify --database" in line


def test_what_opens_an_answer_removed_without_an_erasure_is_found(open_town: Town, monkeypatch):
    row = voices.texts(open_town.text)[0]
    without(monkeypatch, "texts", lambda other: other == row)
    Entry.objects.filter(item=row.response).update(salt=None, seal=None)
    with pytest.raises(actions.StaleError):
        give_out(open_town.assembly)
    monkeypatch.setattr(actions, "erased_since", lambda entries, heard: False)
    assert said_of(give_out(open_town.assembly).judged(), "1 answers are in the log, and the bundle neither")


def test_an_erased_answers_entry_stays_in_the_bundle(mixed: Town, monkeypatch):
    erased = Erasure.objects.filter(kind="response").first()
    hide(monkeypatch, erased.item)
    monkeypatch.setattr(actions, "erased_since", lambda entries, heard: False)
    assert said_of(
        give_out(mixed.assembly).judged(), f"the answer {erased.item} was erased, and its entry is not in"
    )


def test_an_answer_that_was_erased_after_it_was_read_is_not_published(open_town: Town, monkeypatch):
    analysis = read(open_town.assembly)
    listen.erase(Participation.objects.get(token_hash="ada"), ground="She asked.", authority="herself")
    with pytest.raises(actions.StaleError):
        give_out(open_town.assembly, analysis)
    assert give_out(open_town.assembly).judged().wrong == []


def test_a_second_entry_about_the_same_answer_is_found(open_town: Town, monkeypatch):
    """One with changed words, laid over the first by its item."""
    row = voices.texts(open_town.text)[0]
    response = Response.objects.get(uuid=row.response)
    response.content = {"text": "Tax nobody."}
    response.save()
    with transaction.atomic():
        record(response)
    given = give_out(open_town.assembly)
    assert "Tax nobody." in "".join(text.text for one in given.evidence.heard for text in one.answers.texts)
    assert said_of(given.judged(), "two leaves of the log are about the same thing")


@pytest.mark.parametrize("name", ["late", "number", "content", "who", "question"])
def test_nothing_that_is_set_aside_can_be_changed(mixed: Town, name):
    given = give_out(mixed.assembly)
    rows = from_csv(Aside, given.files["aside.csv"])
    late = next(row for row in rows if row.late)
    other = {"late": 0, "number": 9, "content": '{"text":"No."}', "who": "0" * 32, "question": "none"}[name]
    forged = [replace(row, **{name: other}) if row is late else row for row in rows]
    assert (
        not Given(given.evidence, given.files | {"aside.csv": to_csv(Aside, forged)}, given.closed)
        .judged()
        .verifies
    )
    dropped = [row for row in rows if row is not late]
    assert said_of(
        Given(given.evidence, given.files | {"aside.csv": to_csv(Aside, dropped)}, given.closed).judged(),
        "it was dropped",
    )


@pytest.mark.parametrize(("column", "other"), [("who", "0" * 32), ("number", "7"), ("state", "late")])
def test_what_log_csv_tells_of_an_answer_must_be_so(mixed: Town, column, other):
    """Of one that is opened, and of one that stays sealed."""
    given = give_out(mixed.assembly)
    rows = list(csv.DictReader(io.StringIO(given.files["log.csv"])))
    for sealed in (True, False):
        forged = [dict(row) for row in rows]
        next(row for row in forged if row["type"] == "response" and bool(row["salt"]) != sealed)[column] = (
            other
        )
        stream = io.StringIO()
        writer = csv.DictWriter(stream, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(forged)
        report = Given(given.evidence, given.files | {"log.csv": stream.getvalue()}, given.closed).judged()
        assert said_of(report, "what the rows do not say")


@pytest.fixture
def checked(tmp_path, monkeypatch, capsys) -> Callable[[Given, Response], tuple[int, str]]:
    """What the file for receipts says of an answer's own, with a members' bundle."""

    def run(given: Given, response: Response) -> tuple[int, str]:
        path = tmp_path / "receipt.json"
        path.write_text(Receipt.whole(Entry.objects.get(item=response.uuid), response).to_json())
        with zipfile.ZipFile(tmp_path / "members.zip", "w") as archive:
            for name, text in given.files.items():
                archive.writestr(name, text)
        words = ["verify_receipt.py", str(path), "--bundle", str(tmp_path / "members.zip")]
        monkeypatch.setattr(sys, "argv", words)
        code = verify_receipt.main()
        return code, capsys.readouterr().out

    return run


def test_a_receipt_tells_whether_its_answer_counts(mixed: Town, checked):
    given = give_out(mixed.assembly)
    told = {
        "Rents.": "It counts",
        "Pay.": "BUT it does not count: a later one replaced it.",
        "Rents alone.": "It counts",
        "Care, now.": "BUT it does not count: it came late.",
    }
    for text, words in told.items():
        code, said = checked(given, Response.objects.get(content={"text": text}))
        assert (code, words in said) == (0, True), said
    first, emptied = Response.objects.filter(question=mixed.ranks, participation__token_hash="cleo").order_by(
        "number"
    )
    assert "a later one replaced it" in checked(given, first)[1]
    assert "BUT it does not count: it is empty" in checked(given, emptied)[1]
    for batch in Response.objects.filter(question=mixed.votes):
        assert "It counts" in checked(given, batch)[1]


def test_the_receipt_of_an_answer_that_was_left_out_says_so(open_town: Town, monkeypatch, checked):
    gone = Response.objects.filter(question=open_town.text, number=2).first()
    without(monkeypatch, "texts", lambda row: row.response == str(gone.uuid))
    keep_sealed(monkeypatch)
    code, said = checked(give_out(open_town.assembly), gone)
    assert (code, "WRONG: It was left out or erased" in said) == (1, True)
    # Also with the entry of another's replaced answer hidden, so that the numbers fit again.
    hide(
        monkeypatch,
        Response.objects.filter(question=open_town.text, number=1).exclude(who=gone.who).first().uuid,
    )
    hidden = give_out(open_town.assembly)
    code, said = checked(hidden, gone)
    assert (code, "WRONG: It was left out or erased" in said) == (1, True)


def test_answers_brought_in_from_a_file_are_accounted_for(town: Town):
    at = town.assembly.moment()
    people = [
        import_actions.Incoming(
            answers=[
                (town.text, {"text": f"Rents {number}."}, at),
                (town.votes, {"votes": {town.statements[0]: 1}}, at),
                (town.text, {"text": f"Pay {number}."}, at),
                (town.votes, {"votes": {town.statements[0]: -1}}, at),
                (town.ranks, {"ranking": []}, at),
            ]
        )
        for number in range(30)
    ]
    import_actions.take_in(town.assembly, people, source="a file", file_digest="fa" * 32)
    report = give_out(closed(town.assembly)).judged()
    assert report.wrong == []
    assert (
        "all 150 answers in the log are accounted for: 90 count, 30 were replaced by a later one of the same person, "
        "30 were taken back"
    ) in report.checked


def test_priorities_taken_back_after_they_were_read_are_unread(open_town: Town):
    analysis = read(open_town.assembly)
    open_town.ranked(Participation.objects.get(token_hash="cleo"), [])
    report = give_out(open_town.assembly, analysis).judged()
    assert report.wrong == []
    assert any("1 answers came into the log after" in line for line in report.outside)


def test_a_publisher_is_told_to_wait_until_the_answers_are_read_again(mixed: Town, cast, monkeypatch):
    read(mixed.assembly)
    monkeypatch.setattr(actions.Evidence, "findings", lambda evidence: {})
    fay = somebody(mixed.assembly, "fay", before=datetime.timedelta(minutes=5))
    assert listen.respond(fay, mixed.text, {"text": "At the last minute."})[0].late
    import_actions.take_in(
        mixed.assembly,
        [import_actions.Incoming(answers=[(mixed.text, {"text": "On paper."}, mixed.assembly.moment())])],
        source="paper",
        file_digest="fa" * 32,
    )
    with pytest.raises(ValidationError, match="wait for the next draft"):
        actions.publish(mixed.assembly, by=cast.maud)
    assert mixed.assembly.analyses.under_way().exists()


def test_a_publisher_is_told_when_somebody_acts_at_that_very_moment(open_town: Town, cast, monkeypatch):
    analysis = read(open_town.assembly)
    evidence, length = actions.gather(analysis), store.length()
    convene.reword(open_town.assembly, title={"en": "Another"}, purpose={}, reason="A slip.", by=cast.maud)
    with pytest.raises(ValidationError, match="at this very moment"):
        actions.with_log(evidence, open_town.assembly, since=length, at=timezone.now())
