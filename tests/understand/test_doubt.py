"""What fits a theme least is read first, and once that was read the rest may be accepted, which everybody is told."""

from __future__ import annotations

import json
import re

import pytest

from folkmoot.listen import actions as listen
from folkmoot.publish import actions as publish
from folkmoot.understand import actions, theme_page
from folkmoot.understand.doubt import certainty, fits_least
from folkmoot.understand.models import Result, ThemeDecision
from tests.people import signed_in
from tests.understand.test_review import decide, place, points, reading, themes
from tests.understand.written import ABOUT, question_of, written

SHOWN = 4


@pytest.fixture
def assembly(cast, monkeypatch):
    """Pages hold four answers, and six points of the theme about rents lie far from its middle."""
    monkeypatch.setattr(theme_page, "A_PAGE", SHOWN)
    assembly = written(cast)
    doubtful = points(assembly, themes(assembly)["rents"])[3:9]
    change(assembly, far=doubtful)
    return assembly


def change(assembly, *, far: list[str], **of_rents) -> None:
    """The method's own result, with these points flagged as far, and other things said of the theme about rents."""
    kept = Result.objects.filter(question=question_of(assembly), name="themes.json").latest("analysis")
    result, rents = json.loads(kept.body), themes(assembly)["rents"]
    for point in result["points"]:
        point["far"] = f"{point['response']}:{point['start']}:{point['end']}" in far
    for theme in result["themes"]:
        theme |= of_rents if theme["id"] == rents else {}
    kept.body = json.dumps(result)
    kept.save()


def shown(page: str) -> list[str]:
    return re.findall(r'name="point" value="([^"]+)"', page)


def point(
    *, similarity: float = 0.5, far: bool = False, by: str = "method", theme: str | None = "t1"
) -> dict:
    return {"theme": theme, "similarity": similarity, "far": far, "assigned_by": by}


def test_an_answer_is_as_sure_as_its_point_that_fits_least():
    sure, unsure, flagged = point(similarity=0.9), point(similarity=0.2), point(similarity=0.3, far=True)
    by_person = point(similarity=0.1, far=True, by="person")
    answers = {"sure": [sure], "mostly": [sure, unsure], "flagged": [sure, flagged], "placed": [by_person]}
    assert sorted(answers, key=lambda one: certainty(answers[one])) == ["flagged", "mostly", "sure", "placed"]


def test_what_a_person_placed_and_what_has_no_theme_is_not_said_to_fit_least():
    assert fits_least(point(far=True))
    assert not fits_least(point(far=True, by="person"))
    assert not fits_least(point(far=True, theme=None))
    assert certainty([]) == (True, 0.0)


def test_what_fits_least_comes_first_and_says_so(cast, assembly):
    maud, rents = signed_in(cast.maud), themes(assembly)["rents"]
    first = maud.get(place(assembly, rents)).content.decode()
    far = {":".join(map(str, key)) for key in reading(assembly).keys(rents)[3:9]}
    assert set(shown(first)) < far
    assert first.count("fits least</span>") == SHOWN
    assert "6 of them fit least" in first
    pages = [maud.get(f"{place(assembly, rents)}?page={n}").content.decode() for n in (1, 2, 3, 4)]
    assert [page.count("fits least</span>") for page in pages] == [4, 2, 0, 0]
    everything = [value for page in pages for value in shown(page)]
    assert sorted(everything) == sorted(points(assembly, rents))
    best = maud.get(f"{place(assembly, rents)}?order=best").content.decode()
    assert shown(best) == everything[::-1][:SHOWN]


def test_the_rest_is_accepted_only_once_all_that_fits_least_was_shown(cast, assembly):
    maud, rents = signed_in(cast.maud), themes(assembly)["rents"]
    offered = "The rest fits: mark as reviewed"
    addresses = [
        place(assembly, rents) + asked for asked in ("", "?q=town", "?q=town&page=2", "?order=best&page=2")
    ]
    for address in addresses:
        assert offered not in maud.get(address).content.decode()
        data = {"act": "accept", "accept-analysis": str(reading(assembly).analysis.uuid)}
        answer = maud.post(address, data)
        assert answer.status_code == 422
        assert "Read all that fits least first." in answer.content.decode()
    assert not ThemeDecision.objects.exists()
    second = maud.get(place(assembly, rents) + "?page=2").content.decode()
    assert offered in second
    assert "You have seen 8 of 14 answers" in second
    # All of it was shown: then all of it was read.
    assert offered not in maud.get(place(assembly, rents) + "?page=4").content.decode()


def accept(client, assembly, theme: str, asked: str):
    data = {"act": "accept", "accept-analysis": str(reading(assembly).analysis.uuid)}
    return client.post(place(assembly, theme) + asked, data)


def test_that_a_part_was_read_and_the_rest_accepted_stands_everywhere(cast, assembly, client):
    maud, rents = signed_in(cast.maud), themes(assembly)["rents"]
    answer = accept(maud, assembly, rents, "?page=3")
    decision = ThemeDecision.objects.get()
    assert (decision.what, decision.content["read"], len(decision.reach["points"])) == ("accept", 12, 14)
    assert answer["Location"] != place(assembly, rents)
    listed = maud.get(place(assembly)).content.decode()
    assert "read in part by Maud Okafor, who accepted the rest" in listed
    assert reading(assembly).to_review(themes(assembly)["rents"]) == []
    record = client.get(f"/record/?assembly={assembly.uuid}").content.decode()
    assert "Maud Okafor read 12 of the answers in" in record
    assert "and accepted the rest" in record
    publish.publish(assembly, by=cast.maud)
    page = client.get(f"/a/{assembly.uuid}/findings/1/themes/1-{decision.content['theme']}/").content.decode()
    assert "Maud Okafor read 12 of its answers on" in page
    assert "Everything in it was read" not in page


def test_how_many_were_read_is_not_told_where_they_are_fewer_than_ten(cast, assembly, client):
    accept(signed_in(cast.maud), assembly, themes(assembly)["rents"], "?page=2")
    assert ThemeDecision.objects.get().content["read"] is None
    assert "Maud Okafor read some of the answers in" in client.get("/record/").content.decode()


def test_what_no_phrase_names_is_read_in_full(cast, assembly):
    change(assembly, far=[], mixed=True)
    maud, rents = signed_in(cast.maud), themes(assembly)["rents"]
    assert "The rest fits" not in maud.get(place(assembly, rents) + "?page=2").content.decode()
    answer = accept(maud, assembly, rents, "?page=2")
    assert "Name it first, or read all of it" in answer.content.decode()
    assert not ThemeDecision.objects.exists()


def test_reading_what_is_new_after_a_part_was_accepted_does_not_make_all_of_it_read(cast, assembly):
    maud = signed_in(cast.maud)
    accept(maud, assembly, themes(assembly)["rents"], "?page=3")
    rents = themes(assembly)["rents"]
    late = listen.take_part(assembly, member=None, token_hash="l", started_at=assembly.moment(), seed=9)
    listen.respond(late, question_of(assembly), {"text": ABOUT["rents"].format(n=99)})
    actions.analyse(actions.ask(assembly))
    assert len(reading(assembly).to_review(rents)) == 1
    data = {"act": "review", "review-analysis": str(reading(assembly).analysis.uuid)}
    maud.post(place(assembly, rents) + "?new=1", data)
    assert [one.what for one in ThemeDecision.objects.all()] == ["accept", "accept"]
    assert reading(assembly).to_review(rents) == []
    decide(maud, assembly, rents, "review")
    assert reading(assembly).reviewed(rents)["what"] == "review"


def test_what_is_new_alone_is_not_marked_as_all_read_where_nobody_read_the_rest(cast, assembly):
    maud = signed_in(cast.maud)
    decide(maud, assembly, themes(assembly)["rents"], "rename", **{"rename-name": "high rents"})
    late = listen.take_part(assembly, member=None, token_hash="l", started_at=assembly.moment(), seed=9)
    listen.respond(late, question_of(assembly), {"text": ABOUT["rents"].format(n=99)})
    actions.analyse(actions.ask(assembly))
    page = maud.get(place(assembly, themes(assembly)["rents"]) + "?new=1").content.decode()
    assert page.count("data-answer") == 1
    assert "Mark as read: all of it belongs here" not in page
    assert "Show all answers, to mark them as read" in page


def test_an_acceptance_is_taken_back(cast, assembly):
    maud, rents = signed_in(cast.maud), themes(assembly)["rents"]
    accept(maud, assembly, rents, "?page=2")
    maud.post(f"{place(assembly)}{question_of(assembly).uuid}/decisions/1/take-back/")
    assert len(reading(assembly).to_review(themes(assembly)["rents"])) == 14


def test_an_answer_of_several_points_is_told_once_with_a_box_at_each(cast, monkeypatch):
    assembly = written(cast)
    found = reading(assembly)
    one = found.points[themes(assembly)["rents"]][0]
    kept = Result.objects.filter(question=question_of(assembly), name="themes.json").latest("analysis")
    result = json.loads(kept.body)
    result["points"].remove({key: one[key] for key in result["points"][0]})
    halves = [(2, 10), (12, one["end"])]
    result["points"] += [
        {**{key: one[key] for key in result["points"][0]}, "start": start, "end": end}
        for start, end in halves
    ]
    kept.body = json.dumps(result)
    kept.save()
    text = found.texts[one["response"]].text
    page = signed_in(cast.maud).get(place(assembly, one["theme"])).content.decode()
    answer = page.split(f'id="a-{one["response"]}"')[1].split("</li>")[0]
    assert len(shown(answer)) == 2
    told = "".join(re.sub(r"<[^>]+>", "", answer.partition(">")[2]).split()).replace("fitsleast", "")
    assert told == "".join(text.split())
