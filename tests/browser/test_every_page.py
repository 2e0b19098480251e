"""Every page: no barrier that axe-core finds, no sideways scroll, nobody else's server, no broken policy."""

from __future__ import annotations

import datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from playwright.sync_api import Page, expect

from folkmoot.convene import actions as convene
from folkmoot.listen import actions as listen
from folkmoot.listen.models import Statement
from folkmoot.members.actions import give_role, import_roll
from folkmoot.members.contact_actions import change_contact
from folkmoot.members.models import Member, Role
from folkmoot.members.roll import row_of
from folkmoot.methods.transparency import COSIGNATURE, Signer, leaf_hash
from folkmoot.publiclog.actions import sign
from folkmoot.publiclog.models import Entry
from folkmoot.publiclog.witness_actions import accept_witness, take_cosignatures
from folkmoot.publish import actions as publish
from folkmoot.understand import actions as understand
from folkmoot.understand import check_actions, theme_actions
from folkmoot.understand.review import Reading
from tests.browser.conftest import DESK, PHONE
from tests.people import closed, draft, opened

pytestmark = pytest.mark.browser

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
# Addresses that show no page of ours: they answer with a file, a redirect or JSON, or take a form in.
NO_PAGE = {
    "listen:invited", "listen:vote", "listen:put", "listen:receipt", "convene:move", "members:take_back",
    "members:rule", "members:rule_leaving", "members:answer",
    "publish:publish", "publish:file", "publish:chart", "publiclog:receipt", "publiclog:key",
    "publiclog:checkpoint", "publiclog:entries", "publiclog:tile", "publiclog:cosignature", "publiclog:checker",
    "publiclog:end-witness", "understand:reviewers", "understand:begin_check", "understand:take_back",
    "mfa_get_webauthn", "mfa_login_webauthn", "mfa_reauthenticate_webauthn",
}  # fmt: skip


WITNESS = Signer("skelby.example/witness", COSIGNATURE, bytes(range(32)))
OTHER = Signer("thornhill.example/witness", COSIGNATURE, bytes(32))
WAYS = ("open_text", "statements", "priorities")


@pytest.fixture
def places(cast) -> dict[str, list[str]]:
    """The addresses of each named page, in the states in which people meet it."""
    running, drafted, over = opened(cast.maud), draft(cast.maud), opened(cast.maud)
    later = opened(cast.maud, opens=timezone.now() + datetime.timedelta(days=1))
    question = over.questions.get(way="open_text", closing=False)
    votes = over.questions.get(way="statements")
    ranks = over.questions.get(way="priorities")
    statements = [str(row.uuid) for row in Statement.objects.filter(question=votes)]
    for number in range(24):
        person = listen.take_part(
            over, member=None, token_hash=str(number), started_at=over.moment(), seed=number
        )
        listen.respond(person, question, {"text": f"Rents in town {number} are too high for carers to live."})
        listen.respond(
            person, votes, {"votes": {s: 1 if (n + number) % 3 else -1 for n, s in enumerate(statements)}}
        )
        listen.respond(person, ranks, {"ranking": ["o1", "o2"]})
        listen.consent(person, True)
    over = closed(over)
    understand.analyse(understand.ask(over))
    theme = next(iter(Reading.of(question).themes))
    decision = theme_actions.rename_theme(Reading.of(question), theme, name="high rents", by=cast.maud)
    themes, named = f"/a/{over.uuid}/themes/", decision.content["theme"]
    check = check_actions.begin_check(Reading.of(question), named, by=cast.maud)
    publish.publish(over, by=cast.maud)
    publish.publish(over, by=cast.maud, changed="A typing error.")
    first = drafted.questions.get(way="open_text", closing=False)
    jean = listen.take_part(running, member=cast.maud, token_hash=None, started_at=running.moment(), seed=1)
    listen.respond(jean, running.questions.get(way="open_text", closing=False), {"text": "Warm homes."})
    accept_witness(
        name="Skelby branch", key=str(WITNESS.key), address="https://skelby.example", authority="Nell Varga"
    )
    checkpoint = sign(at_once=True)
    text = checkpoint.note.split("\n\n")[0] + "\n"
    take_cosignatures(checkpoint.note + WITNESS.line(text, 1_790_000_000), source="Skelby branch")
    accept_witness(name="Thornhill", key=str(OTHER.key), address="", authority="Nell Varga")
    change_contact(cast.jean, "jean@else.example", reason="She moved.", by=cast.nell)
    stay = [row_of(member) for member in Member.objects.exclude(pk__in=[cast.maud.pk, cast.ada.pk])]
    import_roll(stay, file_digest="d" * 64, by=cast.nell, whole_roll=True)
    answer = Entry.objects.filter(kind="response").first()
    receipt = f"?place={answer.position}&hash={leaf_hash(answer.leaf)}"
    give_role(cast.maud, Role.ADMINISTRATOR, by=None)
    return {
        "home": ["/"],
        "account_login": ["/account/login/"],
        "account_logout": ["/account/logout/"],
        "mfa_index": ["/account/2fa/"],
        "members:roll": ["/members/"],
        "members:import": ["/members/import/"],
        "members:own": ["/members/me/"],
        "members:frozen": [f"/members/frozen/{running.uuid}/"],
        "members:contact": ["/members/contact/"],
        "members:officers": ["/members/officers/"],
        "publiclog:record": ["/record/", f"/record/?assembly={over.uuid}"],
        "publiclog:log": ["/log/"],
        "publiclog:check": ["/receipts/check/", f"/receipts/check/{receipt}"],
        "publiclog:mine": ["/receipts/"],
        "publiclog:witnesses": ["/log/witnesses/"],
        "publiclog:restored": ["/log/restored/"],
        "convene:new": ["/convene/new/"],
        "convene:assembly": [f"/a/{one.uuid}/" for one in (running, drafted, over, later)],
        "convene:versions": [f"/a/{running.uuid}/versions/"],
        "convene:links": [f"/a/{running.uuid}/links/"],
        "convene:edit": [f"/a/{drafted.uuid}/edit/", f"/a/{running.uuid}/edit/"],
        "convene:wording": [f"/a/{drafted.uuid}/edit/wording/"],
        "convene:timetable": [f"/a/{running.uuid}/edit/timetable/"],
        "convene:access": [f"/a/{drafted.uuid}/edit/access/"],
        "convene:open": [f"/a/{drafted.uuid}/edit/open/"],
        "convene:add": [f"/a/{drafted.uuid}/edit/questions/new/{way}/" for way in WAYS],
        "convene:question": [f"/a/{drafted.uuid}/edit/questions/{first.uuid}/"],
        "convene:remove": [f"/a/{drafted.uuid}/edit/questions/{first.uuid}/remove/"],
        "listen:begin": [f"/a/{one.uuid}/answer/" for one in (running, over, later)],
        "listen:step": [f"/a/{running.uuid}/answer/{step}/" for step in (1, 2, 3, 4)] + [f"/a/{over.uuid}/answer/1/"],
        "listen:consent": [f"/a/{running.uuid}/answer/words/"],
        "listen:done": [f"/a/{running.uuid}/answer/done/", f"/a/{over.uuid}/answer/done/"],
        "listen:kept": [f"/a/{running.uuid}/answer/kept/"],
        "listen:dashboard": [f"/a/{running.uuid}/dashboard/", f"/a/{over.uuid}/dashboard/"],
        "understand:progress": [f"/a/{over.uuid}/analysis/", f"/a/{running.uuid}/analysis/"],
        "understand:themes": [themes, f"/a/{running.uuid}/themes/"],
        "understand:theme": [f"{themes}{question.uuid}/{one}/" for one in (named, "unplaced")],
        "understand:check": [f"{themes}checks/{check.uuid}/"],
        "publish:theme": [f"/a/{over.uuid}/findings/1/themes/1-{one}/" for one in (named, "unplaced")],
        "publish:findings": [f"/a/{over.uuid}/findings/", f"/a/{running.uuid}/findings/"],
        "publish:version": [f"/a/{over.uuid}/findings/1/"],
        "publish:stand": [f"/a/{over.uuid}/findings/1/stand/"],
        "publish:draft": [f"/a/{over.uuid}/draft/", f"/a/{running.uuid}/draft/"],
        "somewhere else": ["/nowhere/", "/i/nonsense/"],
    }  # fmt: skip


def named_pages(patterns, prefix: str = "") -> set[str]:
    names: set[str] = set()
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            names |= named_pages(pattern.url_patterns, space)
        elif isinstance(pattern, URLPattern) and pattern.name:
            names.add(prefix + pattern.name)
    return names


def test_no_page_is_forgotten(places):
    ours = {
        name
        for name in named_pages(get_resolver().url_patterns)
        # allauth's pages but those that are reached without a state of their own are tested with signing in.
        if not name.startswith(("account_", "mfa_")) or name in places
    }
    assert ours - NO_PAGE == set(places) - {"somewhere else"}


def barriers(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]


@pytest.mark.parametrize(
    ("size", "scheme"), [(PHONE, "light"), (PHONE, "dark"), (DESK, "light"), (DESK, "dark")]
)
def test_no_page_has_a_barrier(cast, places, visit, size, scheme):
    page = visit(cast.maud, size=size, scheme=scheme)
    wrong = {}
    for address in [address for addresses in places.values() for address in addresses]:
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach((it) => { it.open = true })")
        # Where a bar that stays at the lower edge halves no box that scrolls by behind it.
        page.evaluate("scrollTo({ top: document.body.scrollHeight, behavior: 'instant' })")
        if found := barriers(page):
            wrong[address] = found
    assert wrong == {}


def test_forms_with_errors_have_no_barrier(cast, places, visit):
    page = visit(cast.maud)
    for address, field in (("/convene/new/", "title"), ("/account/login/", "login")):
        if field == "login":
            page = visit()
        page.goto(address)
        page.locator("main form button").first.click()
        expect(page.locator(".errors"), address).to_have_count(1)
        assert barriers(page) == []


@pytest.mark.parametrize("width", [320, 640])
def test_no_page_scrolls_sideways(cast, places, visit, width):
    """At 320 pixels, and at 640, which is what 200 % zoom leaves of 1280."""
    page = visit(cast.maud, size={"width": width, "height": 800})
    wide = {}
    for address in [address for addresses in places.values() for address in addresses]:
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach((it) => { it.open = true })")
        if (got := page.evaluate("document.documentElement.scrollWidth")) > width:
            wide[address] = got
    assert wide == {}


def test_strangers_see_pages_without_barriers(cast, places, visit):
    page = visit()
    for name in (
        "home",
        "publiclog:record",
        "publish:findings",
        "convene:assembly",
        "listen:begin",
        "listen:step",
    ):
        for address in places[name]:
            page.goto(address)
            assert barriers(page) == [], address


def test_every_page_has_one_heading_and_a_way_to_the_main_part(cast, places, visit):
    page = visit(cast.maud)
    for address in [address for addresses in places.values() for address in addresses]:
        page.goto(address)
        expect(page.locator("h1"), address).to_have_count(1)
        expect(page.locator("a.skip[href='#main']"), address).to_have_count(1)
        expect(page.locator("main#main"), address).to_have_count(1)
        assert page.title(), address


def test_an_organiser_goes_from_draft_to_findings_in_the_browser(cast, visit):
    assembly = draft(cast.maud)
    page = visit(cast.maud, size=DESK)
    page.goto(f"/a/{assembly.uuid}/edit/open/")
    page.locator("main form button").first.click()
    page.wait_for_url(lambda url: not url.endswith("/edit/open/"))
    assembly = convene.Assembly.objects.get(pk=assembly.pk)
    assert assembly.opened_at
    person = listen.take_part(assembly, member=cast.jean, token_hash=None, started_at=timezone.now(), seed=1)
    question = assembly.questions.get(way="open_text", closing=False)
    listen.respond(person, question, {"text": "Warm homes, and a bus that comes."})
    page.goto(f"/a/{assembly.uuid}/analysis/")
    page.get_by_role("button", name="Read them again now").click()
    expect(page.get_by_text("All answers up to")).to_be_visible()
    page.goto(f"/a/{assembly.uuid}/draft/")
    page.get_by_role("button", name="Publish").click()
    page.wait_for_url(f"**/a/{assembly.uuid}/findings/**")
    assert "who answered" in page.inner_text("h1") or "1" in page.inner_text("main")
