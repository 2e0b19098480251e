"""The way of listening that CONTRIBUTING shows works as it says, from the page to the draft of the findings."""

from __future__ import annotations

import re
import types
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from folkmoot.convene import actions as convene
from folkmoot.convene import ways
from folkmoot.convene.models import Assembly
from folkmoot.listen import actions as listen
from folkmoot.listen import voices
from folkmoot.listen.models import Response
from folkmoot.publiclog.actions import broken
from folkmoot.publiclog.models import Entry
from folkmoot.publish import actions as publish
from folkmoot.publish import page
from folkmoot.publish.accounting import contents
from folkmoot.publish.found import FINDERS
from folkmoot.publish.report import method, tell
from folkmoot.understand import actions as understand
from folkmoot.understand import readings
from tests.conftest import ROOT
from tests.people import Cast, draft, signed_in

NAME = "one_sentence"
SAID = ("The rent is too high for care workers.", "Buses stop at six.", "Pay us a real wage.")


@pytest.fixture
def way(monkeypatch: pytest.MonkeyPatch) -> Any:
    """What the page shows, as if it lay in its file; the registries forget it afterwards."""
    text = (ROOT / "CONTRIBUTING.md").read_text()
    (code,) = re.findall(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    module = types.ModuleType(NAME)
    exec(compile(code, f"{NAME}.py", "exec"), module.__dict__)
    monkeypatch.setitem(ways._ways, NAME, module.way)
    return module.way


@pytest.fixture
def assembly(cast: Cast, way: Any) -> Assembly:
    drafted = draft(cast.maud)
    convene.add_question(drafted, way=NAME, text={"en": "In one sentence?"}, by=cast.maud)
    return convene.open_assembly(drafted, by=cast.maud)


def step_of(assembly: Assembly) -> str:
    asked = [question.way for question in assembly.questions.all()]
    return reverse("listen:step", args=[assembly.uuid, asked.index(NAME) + 1])


def test_an_organiser_can_choose_it(cast: Cast, assembly: Assembly) -> None:
    drafted = draft(cast.maud, title={"en": "Another"})
    shown = signed_in(cast.maud).get(reverse("convene:edit", args=[drafted.uuid]))
    assert "One sentence" in shown.content.decode()


def test_it_is_asked_and_taken_in_and_logged(cast: Cast, assembly: Assembly) -> None:
    jean = signed_in(cast.jean)
    shown = jean.get(step_of(assembly))
    assert "Your answer in one sentence" in shown.content.decode()
    sent = jean.post(step_of(assembly), {"text": SAID[0], "version": 1})
    assert sent.status_code == 302
    response = Response.objects.get(question__way=NAME)
    assert response.content == {"text": SAID[0]}
    assert broken(Entry.objects.about(response.uuid)) == []
    (row,) = voices.answers(response.question).texts
    assert (row.text, row.who) == (SAID[0], response.who)


def test_what_is_too_long_is_told_on_the_page_and_refused_elsewhere(cast: Cast, assembly: Assembly) -> None:
    shown = signed_in(cast.jean).post(step_of(assembly), {"text": "a" * 141, "version": 1})
    assert shown.status_code == 422
    assert "a" * 141 in shown.content.decode()
    person = listen.take_part(
        assembly, member=cast.idris, token_hash=None, started_at=assembly.moment(), seed=1
    )
    with pytest.raises(ValidationError):
        listen.respond(person, assembly.questions.get(way=NAME), {"text": "a" * 141})


def test_a_stranger_sees_it_by_the_open_link(assembly: Assembly) -> None:
    assert "In one sentence?" in Client().get(step_of(assembly)).content.decode()


def test_with_its_readings_it_reaches_the_findings(
    assembly: Assembly, monkeypatch: pytest.MonkeyPatch
) -> None:
    for registry in (readings.READINGS, readings.RESULTS, FINDERS, method.METHODS):
        monkeypatch.setitem(registry, NAME, registry["open_text"])
    question = assembly.questions.get(way=NAME)
    for number in range(12):
        person = listen.take_part(
            assembly, member=None, token_hash=f"{number}", started_at=assembly.moment(), seed=number
        )
        listen.respond(person, question, {"text": SAID[number % 3]})
    understand.analyse(understand.ask(assembly))
    found = publish.draft(assembly)
    assert found is not None
    (asked,) = [one for one in found.findings["questions"] if one["way"] == NAME]
    assert asked["found"]["writers"] == 12
    assert "In one sentence?" in page.body(tell(found.findings, None))
    (heard,) = [one for one in found.evidence.heard if one.question["way"] == NAME]
    rebuilt = dict(contents(heard.question, heard.answers))
    assert {content["content"]["text"] for content in rebuilt.values()} == set(SAID)
