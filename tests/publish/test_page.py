"""The page says what was found, in one order, to everybody, and nothing that was not found."""

from __future__ import annotations

import html
import itertools
import json
import re
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

import pytest

from folkmoot.publish import page
from folkmoot.publish.report import tell
from folkmoot.publish.sentences import NO_BREAK
from tests.publish.example import PUBLICATION, example

DIGESTS = PUBLICATION["digests"]
ORDER = [
    "Who answered",
    "Priorities",
    "Where people stand",
    "What we share",
    "Where we differ",
    "In our words",
    "What should we have asked?",
    "Not heard",
    "What the organisers did",
    "What next",
    "Exactly what was asked",
    "How this was made",
    "Downloads",
    "Versions and corrections",
    "All statements",
    "The map",
]
NEVER = ("members want", "margin of error", "statistically significant", "representative sample")


class Outline(HTMLParser):
    """The headings, ids, links and open details of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.headings: list[tuple[int, str]] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tables = self.captions = self.opened = 0
        self._in: int | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.ids += [str(named["id"])] if "id" in named else []
        self.links += [str(named["href"])] if tag == "a" else []
        self.tables += tag == "table"
        self.captions += tag == "caption"
        self.opened += tag == "details" and "open" in named
        if re.fullmatch("h[1-6]", tag):
            self._in = int(tag[1])
            self.headings.append((self._in, ""))

    def handle_endtag(self, tag: str) -> None:
        if re.fullmatch("h[1-6]", tag):
            self._in = None

    def handle_data(self, data: str) -> None:
        if self._in is not None:
            self.headings[-1] = (self._in, self.headings[-1][1] + data)


@pytest.fixture(scope="module")
def findings() -> dict[str, Any]:
    return example()


@pytest.fixture(scope="module")
def shown(findings: dict[str, Any]) -> str:
    return page.static_page(findings, PUBLICATION, DIGESTS)


def words(text: str) -> str:
    """What a reader sees, with ordinary spaces."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).replace(NO_BREAK, " ").split())


def test_the_sections_come_in_the_agreed_order(shown: str) -> None:
    assert [text for level, text in Outline(shown).headings if level == 2] == ORDER


def test_the_headline_is_the_one_first_heading(shown: str) -> None:
    headings = Outline(shown).headings
    assert headings[0] == (1, "Pay first, say Lantern Union members who answered.")
    assert [level for level, _ in headings].count(1) == 1


def test_no_heading_level_is_left_out(shown: str) -> None:
    levels = [level for level, _ in Outline(shown).headings]
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_three_findings_stand_at_the_top(findings: dict[str, Any], shown: str) -> None:
    top = words(shown.partition("<section")[0])
    groups = {2: "both groups", 3: "all three groups"}[len(findings["questions"][1]["found"]["groups"])]
    assert "people who ranked priorities" in top
    assert f"; so do most in {groups}." in top
    assert "They differ most on" in top


def test_findings_are_the_counts_of_the_rows(findings: dict[str, Any], shown: str) -> None:
    ranked = findings["questions"][2]["found"]
    first = ranked["options"][0]["first"]
    assert f"Of {ranked['people']} people who ranked priorities, {first} (" in words(shown)


def test_a_sentence_to_quote_carries_number_date_and_address(shown: str) -> None:
    quote = re.search(r"<blockquote[^>]*data-copy.*?</blockquote>", shown, re.DOTALL)
    assert quote is not None
    told = words(quote.group())
    assert "findings version 1, 1 March 2026, https://lantern.example/a/" in told
    assert "They chose to take part; this is not an opinion poll." in told
    assert re.search(r"Of \d+ people who ranked priorities, \d+ \(\d+ %\) put pay first\.", told)


@pytest.mark.parametrize("people", [0, 3, 12, 60])
@pytest.mark.parametrize("published", [True, False])
def test_no_page_claims_what_those_who_answered_cannot_say(people: int, published: bool) -> None:
    text = page.static_page(example(people), PUBLICATION if published else None, DIGESTS).lower()
    assert [phrase for phrase in NEVER if phrase in text] == []
    assert "what you cannot say from this" in text
    assert "none" not in words(text).split()


def test_nobody_answered_is_said_plainly() -> None:
    text = page.static_page(example(0), PUBLICATION, DIGESTS)
    assert Outline(text).headings[0] == (1, "Nobody has answered yet.")
    assert "<svg" not in text.partition("<main")[2]


def test_a_handful_of_answers_is_not_laid_open() -> None:
    text = page.static_page(example(5), PUBLICATION, DIGESTS)
    assert "too few" in Outline(text).headings[0][1]
    assert "Fewer than 10 people wrote" in words(text)
    assert "I sat in my coat" not in text
    assert "opinion-map" not in text


def test_what_no_phrase_names_does_not_lead() -> None:
    findings = example(60)
    themes = findings["questions"][0]["found"]["themes"]
    largest = themes[0]["name"]
    themes[0]["mixed"] = True
    text = words(page.static_page(findings, PUBLICATION, DIGESTS))
    shown = text.partition("What people raised, in their own words")[2].casefold()
    places = [shown.index(theme["name"].casefold()) for theme in themes[:2]]
    assert places[0] > places[1]
    assert f"{largest.casefold()} was raised by most" not in shown
    assert f"{themes[1]['name'].casefold()} was raised by most" in shown


def test_hidden_cells_are_shown_as_left_out(findings: dict[str, Any], shown: str) -> None:
    hidden = [row for row in findings["who"]["membership"] if row["people"] is None]
    assert len(hidden) >= 2
    assert words(shown).count("left out") >= len(hidden)
    assert "fewer than 10 by open link" in words(shown)


def test_without_groups_the_page_says_so() -> None:
    found = example(60)
    voted = found["questions"][1]["found"]
    voted |= {"groups": [], "found": False, "small_groups": 0, "drawing": ""}
    for row in voted["statements"]:
        row["groups"] = []
    text = words(page.static_page(found, PUBLICATION, DIGESTS))
    assert "The votes show no clear groups" in text
    assert "half stand with most people on" in text
    assert "in all three groups" not in text
    assert "Group A" not in text


def test_members_words_are_shown_and_never_run(findings: dict[str, Any]) -> None:
    nasty = '<script>alert("x")</script><img src=x onerror=y>'
    told = json.loads(json.dumps(findings))
    told["questions"][0]["found"]["themes"][0]["quotes"] = [nasty]
    told["questions"][1]["found"]["statements"][0]["text"] = nasty
    told["questions"][2]["found"]["options"][0]["text"] = nasty
    told["assembly"]["title"] = nasty
    told["headline"]["option"] = nasty
    told["acts"][0]["line"] = nasty
    text = page.static_page(told, PUBLICATION | {"changed": nasty}, DIGESTS)
    assert "<script" not in text
    assert "<img" not in text
    assert html.escape(nasty, quote=False) in text or html.escape(nasty) in text


def test_an_awkward_quote_is_printed_with_a_theme(findings: dict[str, Any], shown: str) -> None:
    edges = [theme["edge"] for theme in findings["questions"][0]["found"]["themes"] if theme["edge"]]
    assert len(edges) >= 2
    for edge in edges:
        assert html.escape(edge) in shown
    assert words(shown).count("From the edge of this theme") == len(edges)


def test_a_campaigns_text_is_quoted_once_with_how_many_sent_it(findings: dict[str, Any]) -> None:
    told = json.loads(json.dumps(findings))
    theme = told["questions"][0]["found"]["themes"][0]
    theme["repeated"] = 14
    text = words(page.static_page(told, PUBLICATION, DIGESTS))
    assert f"{theme['quotes'][0]} 14 people sent exactly this." in text
    assert text.count("sent exactly this") == 1


def test_what_fits_no_theme_is_heard_too(shown: str) -> None:
    text = words(shown)
    assert "What fits no theme" in text
    assert "Who picked these questions" in text or "The app logs me out" in text


def test_only_words_that_may_be_printed_are_quoted(findings: dict[str, Any]) -> None:
    for asked in (findings["questions"][0], findings["questions"][3]):
        quotes = [quote for theme in asked["found"]["themes"] for quote in theme["quotes"]]
        assert len(quotes) == len(set(quotes))
        assert asked["found"]["printable"] == sum(1 for n in range(asked["found"]["writers"]) if n % 4 < 2)


def test_every_chart_has_its_table_and_its_file(findings: dict[str, Any], shown: str) -> None:
    report = tell(findings, PUBLICATION)
    files = page.static_files(findings, PUBLICATION)
    outline = Outline(shown)
    assert set(report.figures) == {"priorities-3", "shared-2", "differ-2", "themes-1"}
    for name, figure in report.figures.items():
        address = f"data/charts/{name}.svg"
        assert address in outline.links
        assert ElementTree.fromstring(files[address].decode()).tag.endswith("svg")
        assert html.escape(figure.table.rows[0][0]) in shown
    assert outline.tables == outline.captions > len(report.figures)
    assert files["data/site.css"].startswith(b"/*")


def test_a_picture_to_pass_on_names_its_source(findings: dict[str, Any]) -> None:
    picture = " ".join(words(page.picture(tell(findings, PUBLICATION), "priorities-3")).split())
    assert "findings version 1, 1 March 2026" in picture
    with pytest.raises(KeyError):
        page.picture(tell(findings, PUBLICATION), "nothing")


def test_the_map_is_last_and_closed(shown: str) -> None:
    outline = Outline(shown)
    assert outline.opened == 0
    assert shown.index('class="opinion-map"') > shown.index('id="map"') > shown.index('id="statements"')


def test_ids_on_the_page_are_unique_and_contents_lead_somewhere(shown: str) -> None:
    outline = Outline(shown)
    assert len(outline.ids) == len(set(outline.ids))
    assert {link[1:] for link in outline.links if link.startswith("#")} <= set(outline.ids)


def test_downloads_carry_their_fingerprint_and_size(shown: str) -> None:
    for name, digest in DIGESTS.items():
        assert digest in shown
        assert f'href="{name}"' in shown
    assert "1.3 MB" in words(shown)


def test_wording_is_exact_and_every_version_of_it_is_there(findings: dict[str, Any]) -> None:
    told = json.loads(json.dumps(findings))
    version = {
        "number": 2,
        "text": "And why?",
        "at": "2026-02-21T10:00:00+00:00",
        "reason": "It was unclear.",
    }
    told["questions"][0]["versions"].append(version)
    text = words(page.static_page(told, PUBLICATION, DIGESTS))
    assert "2 versions of this question" in text
    assert "2. “And why?” It was unclear." in text


def test_a_correction_says_what_changed_and_names_the_version_before() -> None:
    second = PUBLICATION | {"number": 2, "changed": "Nine answers were counted twice."}
    told = page.static_page(example(), second | {"versions": [PUBLICATION, second]}, DIGESTS)
    text = words(told)
    assert "Version 2, published by Maud Okafor. What changed: Nine answers were counted twice." in text
    assert text.index("Version 1, published by") < text.index("Version 2, published by")


def test_a_draft_says_so_and_is_not_to_be_quoted(findings: dict[str, Any]) -> None:
    report = tell(findings, None, made_at="2026-02-24T18:00:00+00:00")
    text = page.body(report)
    told = "Draft: made from the answers of 60 people on 24 February 2026, 18:00. Not published."
    assert told in words(text)
    assert "data-copy" not in text
    assert "A draft has no files" in words(text)


def test_a_warning_about_the_language_is_passed_on(findings: dict[str, Any]) -> None:
    told = json.loads(json.dumps(findings))
    told["questions"][0]["found"]["language"]["warning"] = "Most answers seem to be in Welsh."
    assert "Take care: Most answers seem to be in Welsh." in words(
        page.static_page(told, PUBLICATION, DIGESTS)
    )


def test_the_whole_page_is_light() -> None:
    """1,104 people; with the stylesheet at most 100 KB."""
    found = example(1104)
    files = page.static_files(found, PUBLICATION)
    weight = len(page.static_page(found, PUBLICATION, DIGESTS).encode()) + len(files["data/site.css"])
    assert weight <= 100 * 1024


def test_the_same_findings_give_the_same_page(findings: dict[str, Any], shown: str) -> None:
    again = json.loads(json.dumps(findings, sort_keys=True))
    assert page.static_page(again, PUBLICATION, DIGESTS) == shown
