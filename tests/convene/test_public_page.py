"""What everybody sees of an assembly before answering, and the personal links."""

from __future__ import annotations

import csv
import datetime
import html
import io
import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from folkmoot.convene.links import AT_ONCE, harmless
from folkmoot.convene.models import Assembly, Invitation, Timetable
from folkmoot.members.models import Member
from folkmoot.publiclog.models import Entry
from tests.convene.test_convening import page_of
from tests.people import Cast, closed, draft, opened, signed_in


def test_a_draft_is_there_for_organisers_only(cast: Cast) -> None:
    assembly = draft(cast.maud)
    for name in ("assembly", "versions"):
        address = reverse(f"convene:{name}", args=[assembly.uuid])
        assert Client().get(address).status_code == 404
        assert Client().get(address + "?preview").status_code == 404
        assert signed_in(cast.idris).get(address).status_code == 404
        assert signed_in(cast.maud).get(address).status_code == 200


def test_an_assembly_that_nobody_made_is_not_found(cast: Cast) -> None:
    assert Client().get(reverse("convene:assembly", args=[uuid.uuid4()])).status_code == 404


def test_the_page_says_what_is_asked_until_when_and_by_whom(cast: Cast) -> None:
    assembly = opened(cast.maud)
    Timetable.objects.update(
        closes=datetime.datetime(2199, 7, 12, 19, tzinfo=datetime.UTC),
        findings_due=datetime.datetime(2199, 7, 14, 19, tzinfo=datetime.UTC),
    )
    page = " ".join(page_of(Client(), "assembly", assembly).split())
    assert "Open until Friday 12 July 2199, 20:00 (Europe/London). 4 questions, about 4 minutes." in page
    assert "What should we have asked?" in page
    assert "Maud Okafor" in page
    assert "14 July 2199, 20:00" in page
    assert "Who can see what" in page
    assert "can look into its database" in page


@pytest.mark.parametrize(
    ("access", "says", "says_not"),
    [
        ("members", "Members of the organisation, once each.", "Anybody who has the link"),
        ("link", "Anybody who has the link to this page.", "personal link"),
        ("both", "The two are counted apart", "nobody checks"),
    ],
)
def test_the_page_says_who_may_answer(cast: Cast, access: str, says: str, says_not: str) -> None:
    page = page_of(Client(), "assembly", opened(cast.maud, access=access))
    assert says in page
    assert says_not not in page


def test_a_member_who_is_signed_in_needs_no_hint_about_links(cast: Cast) -> None:
    assembly = opened(cast.maud, access="members")
    assert "Have you been sent a personal link?" in page_of(Client(), "assembly", assembly)
    assert "Have you been sent a personal link?" not in page_of(signed_in(cast.idris), "assembly", assembly)


def test_the_page_says_when_it_opens_and_that_it_has_closed(cast: Cast) -> None:
    later = opened(cast.maud, opens=timezone.now() + datetime.timedelta(days=1))
    assert "Opens " in page_of(Client(), "assembly", later)
    assert "Answer now" not in page_of(Client(), "assembly", later)
    past = closed(opened(cast.maud))
    assert "The findings are due by" in page_of(Client(), "assembly", past)
    assert "Answer now" not in page_of(Client(), "assembly", past)


def test_an_open_assembly_leads_to_its_first_step(cast: Cast) -> None:
    assembly = opened(cast.maud)
    address = reverse("listen:begin", args=[assembly.uuid])
    assert f'<a class="button" href="{address}">Answer now</a>' in page_of(Client(), "assembly", assembly)


def test_findings_are_announced_once_the_log_has_a_publication(cast: Cast) -> None:
    assembly = closed(opened(cast.maud))
    address = reverse("convene:assembly", args=[assembly.uuid])
    assert "Read the findings" not in Client().get(address).content.decode()
    Entry.objects.create(
        position=10**6,
        kind="publication",
        item=uuid.uuid4(),
        epoch=1,
        commitment="0" * 64,
        assembly=assembly.uuid,
    )
    response = Client().get(address)
    assert f'<a class="button" href="{reverse("publish:findings", args=[assembly.uuid])}">' in html.unescape(
        response.content.decode()
    )
    assert "are due by" not in response.content.decode()


def test_a_title_cannot_bring_a_script(cast: Cast) -> None:
    evil = "<script>alert(1)</script>"
    assembly = opened(cast.maud, title={"en": evil}, purpose={"en": f"One\n\n{evil}"})
    for client in (Client(), signed_in(cast.maud)):
        for address in (
            "/",
            *(reverse(f"convene:{n}", args=[assembly.uuid]) for n in ("assembly", "versions")),
        ):
            page = client.get(address).content.decode()
            assert evil not in page
            assert "&lt;script&gt;" in page
    for name in ("edit", "wording", "links"):
        page = signed_in(cast.maud).get(reverse(f"convene:{name}", args=[assembly.uuid])).content.decode()
        assert evil not in page


def test_a_purpose_keeps_its_paragraphs(cast: Cast) -> None:
    assembly = opened(cast.maud, purpose={"en": "First.\n\nSecond."})
    page = page_of(Client(), "assembly", assembly)
    assert "<p>First.</p>" in page
    assert "<p>Second.</p>" in page


def test_members_and_strangers_see_no_preview(cast: Cast) -> None:
    address = reverse("convene:assembly", args=[opened(cast.maud).uuid]) + "?preview"
    for client in (Client(), signed_in(cast.idris)):
        assert "nothing is sent" not in client.get(address).content.decode()
    assert "nothing is sent" in signed_in(cast.maud).get(address).content.decode()


def test_the_page_costs_few_queries(cast: Cast, django_assert_max_num_queries) -> None:
    address = reverse("convene:assembly", args=[opened(cast.maud).uuid])
    with django_assert_max_num_queries(8):
        Client().get(address)


# Personal links.


def download(client: Client, assembly: Assembly) -> list[dict[str, str]]:
    response = client.post(reverse("convene:links", args=[assembly.uuid]))
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/csv")
    assert response["Cache-Control"] == "no-store"
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_each_member_gets_a_link_of_her_own(cast: Cast) -> None:
    assembly = opened(cast.maud)
    rows = download(signed_in(cast.maud), assembly)
    assert len(rows) == 6
    jean = next(row for row in rows if row["name"] == "Jean Petrie")
    assert (jean["email"], jean["branch"]) == ("jean@lantern.example", "South/Marl")
    token = jean["link"].removeprefix("http://127.0.0.1:8000/i/").removesuffix("/")
    assert Invitation.objects.holding(token).member == cast.jean


def test_the_links_are_the_same_whenever_they_are_asked_for(cast: Cast) -> None:
    assembly = opened(cast.maud)
    client = signed_in(cast.maud)
    first = download(client, assembly)
    Member.objects.filter(pk=cast.bill.pk).update(left=timezone.now().date())
    assert download(client, assembly) == [row for row in first if row["name"] != "Bill Hartley"]
    assert Invitation.objects.count() == 6


def test_a_roll_larger_than_one_batch_is_whole(cast: Cast) -> None:
    joined = datetime.date(2020, 1, 1)
    Member.objects.bulk_create(
        Member(name=f"Member {n}", email=f"m{n}@lantern.example", joined=joined) for n in range(AT_ONCE + 3)
    )
    rows = download(signed_in(cast.maud), opened(cast.maud))
    assert len({row["email"] for row in rows}) == len(rows) == AT_ONCE + 9
    assert len({row["link"] for row in rows}) == len(rows)


@pytest.mark.parametrize("cell", ['=HYPERLINK("x")', "+44", "-1", "@here", "\t=1"])
def test_a_name_that_looks_like_a_formula_is_made_harmless(cast: Cast, cell: str) -> None:
    Member.objects.filter(pk=cast.jean.pk).update(name=cell)
    names = [row["name"] for row in download(signed_in(cast.maud), opened(cast.maud))]
    assert "'" + cell in names
    assert harmless("Jean - North") == "Jean - North"


def test_an_assembly_by_open_link_has_no_personal_links(cast: Cast) -> None:
    assembly = opened(cast.maud, access="link")
    client, address = signed_in(cast.maud), reverse("convene:links", args=[assembly.uuid])
    assert "there are no personal links" in client.get(address).content.decode()
    assert client.post(address).status_code == 409
    assert not Invitation.objects.exists()


def test_drafts_and_closed_assemblies_have_no_personal_links(cast: Cast) -> None:
    client = signed_in(cast.maud)
    for assembly in (draft(cast.maud), closed(opened(cast.maud))):
        assert client.post(reverse("convene:links", args=[assembly.uuid])).status_code == 409
    assert not Invitation.objects.exists()


def test_links_are_for_organisers(cast: Cast) -> None:
    address = reverse("convene:links", args=[opened(cast.maud).uuid])
    assert signed_in(cast.idris).post(address).status_code == 403
    assert Client().post(address).status_code == 302
    assert not Invitation.objects.exists()
