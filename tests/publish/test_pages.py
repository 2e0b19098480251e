"""Findings on the site: who may read what, and that a version never changes."""

from __future__ import annotations

import gzip
import hashlib
import html
import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from folkmoot.publish import actions
from folkmoot.publish.compose import to_json
from folkmoot.publish.models import Publication, Withdrawal
from folkmoot.understand.models import Analysis
from tests.people import Cast, opened, signed_in
from tests.publish.example import about, example

FILES = {"findings.pdf": b"%PDF-1.7 invented", "public.zip": b"PK public", "members.zip": b"PK members"}


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    cache.clear()


@pytest.fixture
def assembly(cast: Cast) -> Any:
    return opened(cast.maud)


@pytest.fixture
def publication(assembly: Any, cast: Cast) -> Publication:
    return published(assembly, cast)


def published(assembly: Any, cast: Cast, number: int = 1, changed: str = "") -> Publication:
    """Sixty people's findings as they would lie there once published."""
    analysis = Analysis.objects.create(assembly=assembly, state=Analysis.State.DONE)
    found = example(**about(id=str(assembly.uuid), title=assembly.title))
    publication = Publication.objects.create(
        assembly=assembly,
        number=number,
        analysis=analysis,
        by=cast.maud,
        changed=changed,
        findings=to_json(found),
        digests={name: hashlib.sha256(content).hexdigest() for name, content in FILES.items()},
    )
    folder = actions.folder_of(publication)
    folder.mkdir(parents=True)
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    return publication


def address(name: str, assembly: Any, *rest: object) -> str:
    return reverse(f"publish:{name}", args=[assembly.uuid, *rest])


def read(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def test_anybody_reads_the_latest_version(publication: Publication, assembly: Any) -> None:
    answer = Client().get(address("findings", assembly))
    assert answer.status_code == 200
    assert "Pay first, say Lantern Union members who answered." in read(answer)
    assert "version 1" in read(answer)
    assert read(answer).count("<h1") == 1


def test_before_the_first_version_a_page_says_when(assembly: Any, cast: Cast) -> None:
    answer = Client().get(address("findings", assembly))
    assert answer.status_code == 404
    assert "There are no findings yet" in read(answer)
    assert "The findings are due by" in read(answer)
    assert address("draft", assembly) not in read(answer)
    assert address("draft", assembly) in read(signed_in(cast.maud).get(address("findings", assembly)))


def test_an_older_version_stays_and_points_to_the_latest(
    publication: Publication, assembly: Any, cast: Cast
) -> None:
    published(assembly, cast, number=2, changed="Nine answers were counted twice.")
    older = read(Client().get(address("version", assembly, 1)))
    assert "This version was corrected since." in older
    latest = read(Client().get(address("findings", assembly)))
    assert "This version was corrected since." not in latest
    assert "What changed: Nine answers were counted twice." in latest
    assert Client().get(address("version", assembly, 3)).status_code == 404


def test_a_reader_who_has_the_page_is_not_sent_it_again(
    publication: Publication, assembly: Any, cast: Cast
) -> None:
    client = Client()
    first = client.get(address("findings", assembly))
    again = client.get(address("findings", assembly), headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    assert again.content == b""
    published(assembly, cast, number=2, changed="A name was wrong.")
    corrected = client.get(address("version", assembly, 1), headers={"if-none-match": first["ETag"]})
    assert corrected.status_code == 200


def test_the_page_travels_compressed_and_is_the_same(
    publication: Publication, assembly: Any, cast: Cast
) -> None:
    for client in (Client(), signed_in(cast.jean)):
        plain = client.get(address("findings", assembly))
        packed = client.get(address("findings", assembly), headers={"accept-encoding": "gzip"})
        assert packed["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in packed["Vary"]
        assert gzip.decompress(packed.content) == plain.content
        assert len(packed.content) < len(plain.content) / 3


def test_signing_in_changes_the_frame_and_so_the_tag(
    publication: Publication, assembly: Any, cast: Cast
) -> None:
    stranger = Client().get(address("findings", assembly))
    maud = signed_in(cast.maud).get(address("findings", assembly))
    assert stranger["ETag"] != maud["ETag"]
    assert "Maud Okafor</a>" in read(maud)
    assert "Cookie" in stranger["Vary"]


def test_the_page_asks_for_little(publication: Publication, assembly: Any) -> None:
    text = read(Client().get(address("findings", assembly)))
    asked = re.findall(r'<(?:link rel="(?:icon|stylesheet)[^>]*|script[^>]*src=[^>]*|img[^>]*)>', text)
    assert 1 + len(asked) <= 5
    assert not re.search(r"\sstyle=|<style|<script>|\son[a-z]+=", text)


def test_a_cached_page_costs_few_questions_to_the_database(
    publication: Publication, assembly: Any, django_assert_max_num_queries: Any
) -> None:
    Client().get(address("findings", assembly))
    with django_assert_max_num_queries(6):
        Client().get(address("findings", assembly))


def test_every_chart_on_the_page_has_its_file(publication: Publication, assembly: Any) -> None:
    text = read(Client().get(address("findings", assembly)))
    charts = re.findall(r'href="([^"]+/charts/[^"]+\.svg)"', text)
    assert len(charts) == 4
    for chart in charts:
        answer = Client().get(chart)
        assert answer.status_code == 200
        assert answer["Content-Type"] == "image/svg+xml"
        assert answer.content.startswith(b"<svg")
        assert Client().get(chart, headers={"if-none-match": answer["ETag"]}).status_code == 304
    assert Client().get(address("chart", assembly, 1, "nothing")).status_code == 404


@pytest.mark.parametrize("name", ["findings.pdf", "public.zip"])
def test_anybody_may_have_paper_and_open_data(name: str, publication: Publication, assembly: Any) -> None:
    answer = Client().get(address("file", assembly, 1, name))
    assert b"".join(answer) == FILES[name]
    again = Client().get(address("file", assembly, 1, name), headers={"if-none-match": answer["ETag"]})
    assert again.status_code == 304


def test_rows_are_for_members_and_auditors(publication: Publication, assembly: Any, cast: Cast) -> None:
    where = address("file", assembly, 1, "members.zip")
    stranger = Client().get(where)
    assert stranger.status_code == 302
    assert stranger["Location"].startswith(reverse("account_login"))
    for member in (cast.jean, cast.ada):
        answer = signed_in(member).get(where)
        assert b"".join(answer) == FILES["members.zip"]
        assert "private" in answer["Cache-Control"]


@pytest.mark.parametrize("name", ["secret", "findings.json", "..%2Fsettings", "findings.pdf.part"])
def test_only_the_files_of_a_publication_are_given_out(
    name: str, publication: Publication, assembly: Any
) -> None:
    assert Client().get(address("version", assembly, 1) + name).status_code == 404


def test_withdrawn_files_say_why_and_keep_their_fingerprint(
    publication: Publication, assembly: Any, cast: Cast
) -> None:
    Withdrawal.objects.create(publication=publication, ground="A member asked for erasure of her words.")
    for name in FILES:
        answer = signed_in(cast.jean).get(address("file", assembly, 1, name))
        assert answer.status_code == 410
        assert "A member asked for erasure of her words." in read(answer)
        assert publication.digests[name] in read(answer)
    assert "were withdrawn on" in read(Client().get(address("findings", assembly)))


@pytest.mark.parametrize("name", ["maud", "bill", "ada"])
def test_those_with_a_role_read_the_draft(name: str, assembly: Any, cast: Cast) -> None:
    answer = signed_in(getattr(cast, name)).get(address("draft", assembly))
    assert answer.status_code == 200
    assert "There is no draft yet" in read(answer)


def test_a_draft_is_not_for_everybody(assembly: Any, cast: Cast) -> None:
    assert Client().get(address("draft", assembly)).status_code == 302
    assert signed_in(cast.jean).get(address("draft", assembly)).status_code == 403
    assert signed_in(cast.bill).post(address("publish", assembly)).status_code == 403
    assert Client().get(address("publish", assembly)).status_code == 405
    assert Publication.objects.count() == 0


def test_publishing_before_anything_was_read_is_refused(assembly: Any, cast: Cast) -> None:
    answer = signed_in(cast.maud).post(address("publish", assembly))
    assert "There is no draft yet" in read(answer)
    assert Publication.objects.count() == 0
