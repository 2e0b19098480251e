"""The whole chain, through the addresses that people use: convene, listen, understand, publish, verify.

The best introduction to the code: follow each step into its views and from there into its actions.
"""

from __future__ import annotations

import datetime
import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from folkmoot.convene.models import Assembly
from folkmoot.listen.models import Participation, Response, Statement
from folkmoot.members.models import Member
from folkmoot.publiclog.actions import broken
from folkmoot.publiclog.audit import audit
from folkmoot.publiclog.models import Entry, Head
from folkmoot.publish.models import Publication
from folkmoot.understand import actions as understand
from tests.people import closed, signed_in

SAID = (
    "Rents take more than half of my wage. Cap them.",
    "The landlord put the rent up twice this year, cap rents please.",
    "Buses stop at six and the night shift walks home. Run an evening bus.",
    "An evening bus in our town, so that carers can get to work.",
    "Pay care workers what the supermarket pays.",
    "Wages of care workers first: nobody can live on them.",
)
VOTES = ("agree", "agree", "disagree", "unsure")


def test_one_assembly(cast, tmp_path: Path, client: Client) -> None:
    organiser = signed_in(cast.maud)

    # The roll: forty more members, from a file; the preview says what will change.
    roll = roll_of(cast, 40)
    given = {"file": io.BytesIO(roll.encode()), "extent": "some"}
    preview = organiser.post("/members/import/", given, follow=True)
    assert "<dt>New</dt><dd>40</dd>" in preview.content.decode()
    confirm(organiser, preview)
    assert Member.objects.on_the_roll().count() == 46

    # Convene: in the site itself, all three ways of listening, then open.
    assembly = convene(organiser)
    address = f"/a/{assembly.uuid}/"
    assert client.get(address).status_code == 200
    links = organiser.post(f"{address}links/")
    rows = b"".join(links.streaming_content) if links.streaming else links.content
    personal = re.findall(r"http\S+(/i/\w+/)", rows.decode("utf-8-sig"))
    assert len(personal) == 46

    # Listen: thirty members by their personal links, twelve by the open link, without JavaScript.
    for number, link in enumerate(personal[:30]):
        phone = Client()
        phone.get(link)
        answer(phone, address, number)
    for number in range(12):
        answer(Client(), address, number + 30)
    assert Participation.objects.count() == 42
    dashboard = organiser.get(f"{address}dashboard/").content.decode()
    assert "30 of 46 members." in re.sub(r"\s+", " ", dashboard)

    # One of them changes her mind: both versions stay.
    phone = Client()
    phone.get(personal[0])
    phone.post(f"{address}answer/1/", {"text": "Rents, rents, rents."})
    assert Response.objects.filter(content__text__startswith="Rents, rents").get().number == 2

    # Understand: after the close the worker reads everything, without being asked.
    closed(assembly)
    understand.tick()
    analysis = assembly.analyses.get()
    # (The queue moves when a transaction ends, and this test is one; so the waiting one is done here.)
    understand.analyse(analysis)
    analysis.refresh_from_db()
    assert analysis.state == "done", analysis.problem

    # Publish: the draft first, then for ever.
    draft = organiser.get(f"{address}draft/").content.decode()
    assert "Draft" in draft
    assert client.get(f"{address}findings/").status_code == 404
    organiser.post(f"{address}publish/", {"changed": ""})
    publication = Publication.objects.get()
    page = client.get(f"{address}findings/").content.decode()
    assert "Pay first, say Lantern Union members" in page
    assert "42 people" in page.replace("\xa0", " ")
    for member in Member.objects.all():
        assert member.email not in page

    # Verify: with the files alone, in another process that has no database.
    bundles = {name: tmp_path / name for name in ("public.zip", "members.zip")}
    stranger = client.get(f"{address}findings/1/members.zip")
    assert stranger.status_code in (302, 403)
    for name, path in bundles.items():
        got = signed_in(cast.jean).get(f"{address}findings/1/{name}")
        path.write_bytes(b"".join(got.streaming_content))
        report = verify(path)
        assert report.returncode == 0, report.stdout + report.stderr
        assert "This publication verifies." in report.stdout
    assert "byte for byte" in verify(bundles["members.zip"]).stdout
    no_names_in(bundles["members.zip"])

    # One value changed in the bundle is found.
    forged = tmp_path / "forged.zip"
    forge(bundles["members.zip"], forged)
    assert verify(forged).returncode == 1

    # And the log holds one commitment for each public act, in one order, and all of them still fit.
    assert broken(Entry.objects.all()) == []
    assert audit().wrong == []
    assert Head.objects.get().length == Entry.objects.count()
    kinds = set(Entry.objects.values_list("kind", flat=True))
    assert {"roll", "assembly", "timetable", "question", "statement", "response", "publication"} <= kinds
    assert str(publication.uuid) in {str(item) for item in Entry.objects.values_list("item", flat=True)}


def roll_of(cast, more: int) -> str:
    lines = ["name,email,branch,joined"]
    for member in Member.objects.select_related("branch"):
        lines.append(f"{member.name},{member.email},{member.branch.path},{member.joined}")
    for number in range(more):
        lines.append(
            f"Member {number},member{number}@lantern.example,South/Marl,2020-01-{1 + number % 28:02}"
        )
    return "\n".join(lines) + "\n"


def confirm(organiser: Client, preview) -> None:
    """Press the button of the preview, with all that its form holds."""
    form = re.search(
        r"<form[^>]*>(?:(?!</form>).)*type=\"hidden\"(?:(?!</form>).)*</form>", preview.content.decode(), re.S
    )
    assert form, preview.content.decode()
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form.group()))
    done = organiser.post(preview.request["PATH_INFO"], fields, follow=True)
    assert done.status_code == 200


def convene(organiser: Client) -> Assembly:
    today = timezone.now().date()
    made = organiser.post(
        "/convene/new/",
        {
            "title": "What should the Budget put first?",
            "purpose": "The executive meets the minister in March.",
            "opens": f"{today}T00:00",
            "closes": f"{today + datetime.timedelta(days=5)}T20:00",
            "findings_due": f"{today + datetime.timedelta(days=7)}T20:00",
            "zone": "UTC",
            "access": "both",
        },
    )
    assert made.status_code == 302, made.content.decode()
    assembly = Assembly.objects.get()
    questions = {
        "open_text": {"text": "What should the Budget put first, and why?"},
        "statements": {
            "text": "Do you agree?",
            "statements": "Cap rents.\nFreeze pay.\nRun the last bus at one.",
        },
        "priorities": {
            "text": "Rank up to two.",
            "options": "Pay\nRent\nBuses",
            "manner": "rank",
            "limit": "2",
        },
    }
    for way, given in questions.items():
        assert organiser.post(f"/a/{assembly.uuid}/edit/questions/new/{way}/", given).status_code == 302
    assert Client().get(f"/a/{assembly.uuid}/").status_code == 404
    organiser.post(f"/a/{assembly.uuid}/edit/open/")
    assembly.refresh_from_db()
    assert assembly.opened_at
    return assembly


def answer(phone: Client, address: str, number: int) -> None:
    phone.get(f"{address}answer/")
    phone.post(f"{address}answer/1/", {"text": SAID[number % len(SAID)]})
    if number == 3:
        phone.post(
            f"{address}answer/2/statement/", {"text": "Carers should be paid for travel between calls."}
        )
    for place, statement in enumerate(Statement.objects.order_by("pk")):
        vote = VOTES[(number + place) % len(VOTES)]
        phone.post(f"{address}answer/2/vote/", {"statement": str(statement.uuid), "vote": vote})
    phone.post(f"{address}answer/3/", {"o1": "1", "o2": "2"} if number % 4 else {"o3": "1"})
    phone.post(f"{address}answer/4/", {"text": "Who decided the list?"} if number % 10 == 0 else {"text": ""})
    phone.post(f"{address}answer/words/", {"may_print": "yes" if number % 3 else "no"})
    slip = phone.get(f"{address}answer/done/").content.decode()
    assert re.search(r"[A-Z]+-\d+", slip)


def verify(bundle: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "folkmoot", "verify", str(bundle)]
    return subprocess.run(
        command, capture_output=True, text=True, env={"PATH": "/usr/bin", "HOME": "/nonexistent"}
    )


def no_names_in(bundle: Path) -> None:
    with zipfile.ZipFile(bundle) as archive:
        everything = b"".join(
            archive.read(name) for name in archive.namelist() if not name.startswith("acts")
        )
    for text in ("@lantern.example", "Jean Petrie", "Member 12"):
        assert text.encode() not in everything


def forge(bundle: Path, forged: Path) -> None:
    with zipfile.ZipFile(bundle) as archive, zipfile.ZipFile(forged, "w") as copy:
        for name in archive.namelist():
            content = archive.read(name)
            if name.endswith("votes.csv"):
                content = re.sub(rb",1\n", b",-1\n", content, count=1)
            copy.writestr(name, content)


@pytest.fixture(autouse=True)
def _no_crowd(monkeypatch):
    from django.core.cache import cache

    cache.clear()
