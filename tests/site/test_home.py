"""The home page: what is open, what is announced, what was found."""

from __future__ import annotations

import datetime
import html

from django.test import Client
from django.utils import timezone

from folkmoot.convene.models import Assembly
from folkmoot.publish.models import Publication
from folkmoot.understand.models import Analysis
from tests.people import Cast, closed, draft, opened, signed_in

DAY = datetime.timedelta(days=1)


def home(client: Client) -> str:
    response = client.get("/")
    assert response.status_code == 200
    return html.unescape(response.content.decode())


def published(assembly: Assembly, number: int, *, ago: datetime.timedelta = DAY) -> Publication:
    analysis = Analysis.objects.filter(assembly=assembly).first() or Analysis.objects.create(
        assembly=assembly
    )
    return Publication.objects.create(
        assembly=assembly, number=number, analysis=analysis, findings="{}", at=timezone.now() - ago
    )


def test_the_very_first_visit_says_what_to_do(db) -> None:
    page = home(Client())
    assert "Nothing has been asked here yet" in page
    assert "sign in to begin" in page


def test_the_first_organiser_is_led_to_a_first_assembly(cast: Cast) -> None:
    page = home(signed_in(cast.maud))
    assert "Three steps" in page
    assert "6 members are on the roll." in page
    assert 'href="/convene/new/"' in page


def test_a_member_is_told_that_organisers_begin(cast: Cast) -> None:
    page = home(signed_in(cast.idris))
    assert "Only organisers can begin an assembly." in page
    assert "/convene/new/" not in page


def test_everybody_sees_what_is_open_and_what_is_announced(cast: Cast) -> None:
    opened(cast.maud, title={"en": "Open one"})
    opened(cast.maud, title={"en": "Announced one"}, opens=timezone.now() + DAY)
    for client in (Client(), signed_in(cast.idris), signed_in(cast.maud)):
        page = home(client)
        assert page.index("Open now") < page.index("Open one") < page.index("Announced one")


def test_drafts_are_seen_by_organisers_only(cast: Cast) -> None:
    draft(cast.maud, title={"en": "Not yet"})
    assert "Not yet" in home(signed_in(cast.maud))
    assert "Not yet" in home(signed_in(cast.nell))
    assert "Not yet" not in home(signed_in(cast.idris))
    assert "Not yet" not in home(Client())


def test_findings_are_listed_once_with_their_last_version_the_newest_first(cast: Cast) -> None:
    older = closed(opened(cast.maud, title={"en": "Older"}))
    newer = closed(opened(cast.maud, title={"en": "Newer"}))
    published(older, 1, ago=5 * DAY)
    published(older, 2, ago=3 * DAY)
    published(newer, 1, ago=2 * DAY)
    page = home(Client())
    assert page.count(">Older<") == 1
    assert page.index(">Newer<") < page.index(">Older<")
    assert "version 2" in page
    assert "findings to come" not in page


def test_a_closed_assembly_without_findings_says_when_they_are_due(cast: Cast) -> None:
    closed(opened(cast.maud, title={"en": "Waiting"}))
    page = home(Client())
    assert page.index("findings to come") < page.index("Waiting")
    assert "The findings are due by" in page
    assert "Nothing is open at the moment." in page


def test_an_open_assembly_with_published_findings_is_in_both_lists(cast: Cast) -> None:
    published(opened(cast.maud, title={"en": "Twice"}), 1)
    assert home(Client()).count(">Twice<") == 2


def test_many_assemblies_cost_no_more_than_one(cast: Cast, django_assert_max_num_queries) -> None:
    for number in range(12):
        published(closed(opened(cast.maud, title={"en": f"No. {number}"})), 1)
    with django_assert_max_num_queries(6):
        home(Client())
