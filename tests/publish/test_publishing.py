"""From answers to a publication through the site: a draft, a version, a correction, its files."""

from __future__ import annotations

import hashlib
import html
import io
import json
import re
import zipfile
from typing import Any

import pypdf
import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from folkmoot.listen import actions as listen
from folkmoot.listen.models import Statement
from folkmoot.publish.models import Publication
from folkmoot.publish.sentences import NO_BREAK
from folkmoot.understand import actions as understand
from tests.people import Cast, closed, opened, signed_in

PEOPLE = 14
TOPICS = (
    "The rent is too high for care workers.",
    "Buses stop at six in our town.",
    "Pay us a real wage now.",
)


@pytest.fixture
def answered(cast: Cast) -> Any:
    """Fourteen people by the open link answered everything; thirteen of them may be printed."""
    cache.clear()
    assembly = opened(cast.maud)
    text, votes, ranks = (
        assembly.questions.get(way=way, closing=False) for way in ("open_text", "statements", "priorities")
    )
    statements = [str(statement.uuid) for statement in Statement.objects.filter(question=votes)]
    for number in range(PEOPLE):
        person = listen.take_part(
            assembly, member=None, token_hash=f"{number}", started_at=assembly.moment(), seed=number
        )
        listen.respond(person, text, {"text": TOPICS[number % 3]})
        listen.respond(person, votes, {"votes": {s: -1 if n == 3 else 1 for n, s in enumerate(statements)}})
        listen.respond(person, ranks, {"ranking": ["o1", "o3"]})
        listen.consent(person, number > 0)
    assembly = closed(assembly)
    understand.analyse(understand.ask(assembly))
    return assembly


def address(name: str, assembly: Any, *rest: object) -> str:
    return reverse(f"publish:{name}", args=[assembly.uuid, *rest])


def read(answer: Any) -> str:
    return html.unescape(answer.content.decode()).replace(NO_BREAK, " ")


def test_the_draft_says_that_it_is_one(answered: Any, cast: Cast) -> None:
    text = read(signed_in(cast.maud).get(address("draft", answered)))
    assert f"Draft: made from the answers of {PEOPLE} people on" in text
    assert "Pay first, say Lantern Union members who answered." in text
    assert "Of 14 people who ranked priorities, 14 (100 %) put “Pay” first." in text
    assert "Publish these findings" in text
    assert 'href="#publishing"' in text
    assert "What changed since" not in text
    for_ada = read(signed_in(cast.ada).get(address("draft", answered)))
    assert "Publish these findings" not in for_ada
    assert "#publishing" not in for_ada


def test_an_organiser_publishes_and_everybody_reads_it(answered: Any, cast: Cast) -> None:
    answer = signed_in(cast.maud).post(address("publish", answered))
    assert answer.status_code == 302
    assert answer["Location"] == address("version", answered, 1)
    text = read(Client().get(answer["Location"]))
    assert "Of 14 people who ranked priorities, 14 (100 %) put “Pay” first." in text
    assert "Version 1, published by Maud Okafor." in text
    publication = Publication.objects.get()
    for name, digest in publication.digests.items():
        assert digest in text
        content = b"".join(signed_in(cast.jean).get(address("file", answered, 1, name)))
        assert hashlib.sha256(content).hexdigest() == digest


def test_the_pdf_and_the_page_tell_the_same(answered: Any, cast: Cast) -> None:
    signed_in(cast.maud).post(address("publish", answered))
    pdf = b"".join(Client().get(address("file", answered, 1, "findings.pdf")))
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    text = " ".join(" ".join(page.extract_text() for page in pages).replace(NO_BREAK, " ").split())
    page = read(Client().get(address("findings", answered)))
    for sentence in re.findall(r'<ol class="findings">.*?</ol>', page, re.DOTALL):
        for item in re.findall(r"<li[^>]*>(.*?)</li>", sentence):
            assert " ".join(item.split()) in text


def test_open_data_holds_what_the_page_shows(answered: Any, cast: Cast) -> None:
    signed_in(cast.maud).post(address("publish", answered))
    content = b"".join(Client().get(address("file", answered, 1, "public.zip")))
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        found = json.loads(bundle.read("findings.json"))
    assert json.loads(Publication.objects.get().findings) == found


def test_a_correction_says_what_changed(answered: Any, cast: Cast) -> None:
    maud = signed_in(cast.maud)
    maud.post(address("publish", answered))
    refused = maud.post(address("publish", answered), {"changed": "  "})
    assert refused.status_code == 200
    assert "Say what this version corrects" in read(refused)
    assert Publication.objects.count() == 1
    maud.post(address("publish", answered), {"changed": "Two answers on paper were added."})
    text = read(Client().get(address("findings", answered)))
    assert "version 2" in text
    assert "What changed: Two answers on paper were added." in text
    assert "This version was corrected since." in read(Client().get(address("version", answered, 1)))


def test_a_published_page_stays_when_more_is_said(answered: Any, cast: Cast) -> None:
    signed_in(cast.maud).post(address("publish", answered))
    before = read(Client().get(address("version", answered, 1)))
    Statement.objects.all().update(text="Changed behind everybody's back.")
    cache.clear()
    assert read(Client().get(address("version", answered, 1))) == before


def test_words_are_printed_only_where_somebody_said_so(answered: Any, cast: Cast) -> None:
    signed_in(cast.maud).post(address("publish", answered))
    found = json.loads(Publication.objects.get().findings)
    written = next(question for question in found["questions"] if question["way"] == "open_text")
    assert written["found"]["printable"] == PEOPLE - 1
