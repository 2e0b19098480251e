"""A full disk gives errors, never a receipt for what is not in."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client

from folkmoot.listen.models import Response, Statement
from folkmoot.publiclog.models import Entry, Head
from tests.people import opened, signed_in

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        "connection.vendor != 'sqlite'", reason="the embedded database can be told that it is full"
    ),
]


@pytest.fixture
def assembly(cast):
    return opened(cast.maud)


@pytest.fixture
def full():
    """The database file may not grow by a single page from now on."""

    def fill() -> None:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA page_count")
            pages = cursor.fetchone()[0]
            cursor.execute(f"PRAGMA max_page_count = {pages}")

    yield fill
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA max_page_count = 1073741823")


def step_of(assembly, way: str) -> str:
    questions = list(assembly.questions.all())
    step = next(n for n, question in enumerate(questions, 1) if question.way == way)
    return f"/a/{assembly.uuid}/answer/{step}/"


LONG = "Rents are too high in Skelby. " * 130


def test_an_answer_that_finds_no_room_comes_back_filled_in(assembly, cast, full):
    jean = signed_in(cast.jean)
    where = step_of(assembly, "open_text")
    jean.get(where)
    full()
    taken, refused = [], None
    for number in range(200):
        answer = jean.post(where, {"text": f"{number} {LONG}"})
        if answer.status_code == 503:
            refused = answer
            break
        taken.append(number)
    assert refused is not None, "the disk was never full"
    page = refused.content.decode()
    assert "It could not be saved, and is not in" in page
    assert f"{len(taken)} {LONG}"[:200] in page
    assert Response.objects.count() == len(taken)
    assert Head.objects.get().length == Entry.objects.count()


def test_votes_and_statements_that_find_no_room_are_not_said_to_be_in(assembly, cast, full):
    jean = signed_in(cast.jean)
    where = step_of(assembly, "statements")
    statement = Statement.objects.filter(question__assembly=assembly).first()
    jean.get(where)
    full()
    refused = None
    for number in range(400):
        answer = jean.post(f"{where}statement/", {"text": f"{number} {LONG[:380]}"})
        if answer.status_code == 422:
            refused = answer
            break
    assert refused is not None
    assert "is not in" in refused.content.decode()
    votes = {f"vote-{statement.uuid}": "agree"}
    while (
        answer := jean.post(f"{where}vote/", votes, headers={"Accept": "application/json"})
    ).status_code == 200:
        assert answer.json()["saved"]
    assert answer.status_code == 503
    assert "saved" not in answer.json()
    assert Head.objects.get().length == Entry.objects.count()


def test_with_room_again_it_goes_on(assembly, cast, full):
    client = Client()
    assembly.access = "both"
    assembly.save()
    where = step_of(assembly, "open_text")
    client.get(where)
    full()
    for _ in range(200):
        if client.post(where, {"text": LONG + str(_)}).status_code == 503:
            break
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA max_page_count = 1073741823")
    before = Response.objects.count()
    assert client.post(where, {"text": "And now."}).status_code == 302
    assert Response.objects.count() == before + 1
