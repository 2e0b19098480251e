"""The PDF is the page on paper: tagged, in its language, the same bytes each time."""

from __future__ import annotations

import io
import json
from typing import Any

import pypdf
import pytest

from folkmoot.publish.pdf import to_pdf
from folkmoot.publish.report import tell
from folkmoot.publish.sentences import NO_BREAK
from tests.publish.example import PUBLICATION, example


@pytest.fixture(scope="module")
def findings() -> dict[str, Any]:
    return example()


@pytest.fixture(scope="module")
def pdf(findings: dict[str, Any]) -> bytes:
    return to_pdf(findings, PUBLICATION)


def words(content: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).replace(NO_BREAK, " ").split())


def test_a_reader_for_the_blind_finds_tags_title_and_language(pdf: bytes) -> None:
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/StructTreeRoot"]
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert reader.metadata.title == "Pay first, say Lantern Union members who answered."


def test_every_chart_has_words_for_it(pdf: bytes, findings: dict[str, Any]) -> None:
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    told = [
        str(each.get_object()["/Alt"])
        for each in (reader.get_object(number) for number in range(1, reader.trailer["/Size"]))
        if isinstance(each, dict) and "/Alt" in each
    ]
    assert len(told) == len(tell(findings, PUBLICATION).figures) + 1
    assert any("Pay leads" in line for line in told)


def test_page_and_paper_say_the_same_sentences_in_the_same_order(
    pdf: bytes, findings: dict[str, Any]
) -> None:
    text, report = words(pdf), tell(findings, PUBLICATION)
    for sentence in report.findings:
        assert " ".join(sentence.replace(NO_BREAK, " ").split()) in text
    places = [text.index(section.heading) for section in report.sections]
    assert places == sorted(places)


def test_the_same_publication_gives_the_same_bytes(pdf: bytes, findings: dict[str, Any]) -> None:
    assert to_pdf(json.loads(json.dumps(findings)), dict(PUBLICATION)) == pdf


def test_fingerprints_of_files_made_after_it_do_not_change_it(pdf: bytes, findings: dict[str, Any]) -> None:
    assert to_pdf(findings, PUBLICATION | {"digests": {}}) == pdf


def test_members_words_are_shown_and_never_read_as_markup(findings: dict[str, Any]) -> None:
    nasty = '#panic("x") *bold* $1/0$ @nowhere <label> \\ [#] "quoted" // comment'
    told = json.loads(json.dumps(findings))
    told["questions"][0]["found"]["themes"][0]["quotes"] = [nasty]
    told["questions"][1]["found"]["statements"][0]["text"] = nasty
    told["assembly"]["title"] = told["assembly"]["purpose"] = nasty
    assert '#panic("x") *bold* $1/0$ @nowhere <label>' in words(to_pdf(told, PUBLICATION))


@pytest.mark.parametrize("people", [0, 3, 12])
def test_a_draft_of_few_answers_can_be_printed(people: int) -> None:
    text = words(to_pdf(example(people), None))
    assert "Draft. Not published." in text
    assert "What you cannot say from this" in text


def test_a_picture_among_the_words_is_named(findings: dict[str, Any]) -> None:
    told = json.loads(json.dumps(findings))
    told["questions"][0]["found"]["themes"][0]["quotes"] = ["More buses 😀 please ❤️"]
    assert "More buses [grinning face] please [heavy black heart]" in words(to_pdf(told, PUBLICATION))


def test_a_script_that_no_font_has_does_not_stop_the_press(findings: dict[str, Any]) -> None:
    told = json.loads(json.dumps(findings))
    told["questions"][0]["found"]["themes"][0]["quotes"] = [
        "我们需要更多的公共汽车",
        "نريد أجورا أفضل",
        "\U00012000",
    ]
    content = to_pdf(told, PUBLICATION)
    root = pypdf.PdfReader(io.BytesIO(content)).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert "people who ranked priorities" in words(content)
