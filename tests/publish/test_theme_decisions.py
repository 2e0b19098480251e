"""What people decided about themes is published beside what the method proposed, and can be recomputed."""

from __future__ import annotations

import json
import re

import pytest

from folkmoot.publish import actions
from folkmoot.publish import sentences as say
from folkmoot.publish.report import theme as theme_report
from folkmoot.publish.report.words import words
from folkmoot.understand import theme_actions
from folkmoot.understand.doubt import fits_least
from folkmoot.understand.models import ThemeDecision
from folkmoot.understand.review import Reading
from tests.publish.test_verification import bundle, check
from tests.understand.written import question_of, written


@pytest.fixture
def published(cast):
    """Two themes were renamed, one split, and points moved; the findings are out."""
    assembly = written(cast, each=24)
    question = question_of(assembly)
    first = Reading.of(question)
    one, two = list(first.themes)[:2]
    theme_actions.rename_theme(first, one, name="what we said first", by=cast.maud)
    now = Reading.of(question)
    theme_actions.move_points(now, two, now.keys(two)[:1], to=None, by=cast.maud)
    now = Reading.of(question)
    theme_actions.split_theme(
        now,
        now.now["themes"][0]["id"],
        points=now.keys(now.now["themes"][0]["id"])[:12],
        name="twelve",
        by=cast.maud,
    )
    return actions.publish(assembly, by=cast.maud)


def test_decided_themes_recompute_byte_for_byte(published):
    files = bundle(published, "members.zip")
    report = check(files)
    assert report.wrong == []
    assert "question-1: 3 decisions about themes are those that the log committed to" in report.checked
    assert any("question-1/decided.json follows from" in line for line in report.checked)
    method = json.loads(files["question-1/themes.json"])
    assert "twelve" not in {theme["name"] for theme in method["themes"]}


def test_the_public_bundle_says_what_was_decided_and_not_about_which_answers(published):
    files = bundle(published, "public.zip")
    assert check(files).wrong == []
    opened = [act for act in json.loads(files["opened.json"]) if act["kind"] == "theme_decision"]
    assert [act["content"]["what"] for act in opened] == ["rename", "move", "split"]
    assert "reach" not in opened[0]["content"]
    assert "question-1/decisions.json" not in files
    themes = files["question-1/themes.csv"].decode()
    assert "what we said first" in themes
    assert themes.splitlines()[0].endswith("proposed,decided")


@pytest.mark.parametrize("change", ["name", "points", "drop", "all", "decided"])
def test_a_changed_or_dropped_decision_is_found(published, change):
    files = bundle(published, "members.zip")
    decisions = json.loads(files["question-1/decisions.json"])
    if change == "name":
        decisions[0]["content"]["name"] = "something else"
    elif change == "points":
        decisions[1]["reach"]["points"] = []
    elif change == "drop":
        del decisions[1]
    elif change == "all":
        del files["question-1/decisions.json"]
        del files["question-1/decided.json"]
    if change == "decided":
        files["question-1/decided.json"] = files["question-1/decided.json"].replace(b"twelve", b"eleven")
    elif change != "all":
        files["question-1/decisions.json"] = json.dumps(decisions).encode()
    assert not check(files).verifies


def test_the_findings_say_what_the_method_proposed_and_who_changed_it(published, client):
    page = client.get(f"/a/{published.assembly.uuid}/findings/").content.decode()
    assert "The method proposed it as" in page
    assert "by Maud Okafor on" in page
    assert "Fits no theme" in page


def test_a_theme_has_a_page_of_its_own_with_its_words_and_where_its_people_stand(published, client):
    findings = json.loads(published.findings)
    found = findings["questions"][0]["found"]
    base = f"/a/{published.assembly.uuid}/findings/1/themes/"
    for theme in found["themes"]:
        page = client.get(f"{base}1-{theme['id']}/")
        assert page.status_code == 200
        text = page.content.decode()
        assert theme["name"][1:] in text
        assert "In their words" in text
        for quote in theme["quotes"]:
            assert quote in text
    assert client.get(f"{base}1-unplaced/").status_code == 200
    assert client.get(f"{base}1-nothing/").status_code == 404
    assert client.get(f"{base}2-t1/").status_code == 404
    # The page of the findings leads to each.
    front = client.get(f"/a/{published.assembly.uuid}/findings/").content.decode()
    assert f"{base}1-{found['themes'][0]['id']}/" in front


def test_what_fits_no_theme_has_a_bar_as_every_theme_has(published):
    found = json.loads(published.findings)
    chart = next(part for part in words(found["questions"][0], titled=False) if part.kind == "figure").chart
    shown = [theme for theme in found["questions"][0]["found"]["themes"] if theme["people"]]
    assert found["questions"][0]["found"]["unplaced"] is None
    assert chart.count('class="bar"') == len(shown) + 1
    assert chart.index("Fits no theme") < chart.index("fewer than 10")


def test_groups_stand_beside_their_share_of_all_who_wrote(published):
    findings = json.loads(published.findings)
    found = findings["questions"][0]["found"]
    theme, writers = found["themes"][0], found["writers"]
    votes = next(one["id"] for one in findings["questions"] if one["way"] == "statements")
    parts = [
        {"part": 0, "writers": 43, "people": 12},
        {"part": 1, "writers": None, "people": 11},
        {"part": None, "writers": 20, "people": None},
    ]
    theme["stands"]["maps"] = [{"question": votes, "parts": parts}]
    page = theme_report.theme_page(findings, 1, theme["id"])
    figure = next(
        part for one in page.sections if one.name == "map" for part in one.parts if part.kind == "figure"
    )
    labels = [
        words for words in re.findall(r"<tspan[^>]*>([^<]*)", figure.chart) if words.startswith("Group")
    ]
    # Nothing is said of a group whose size was left out.
    assert labels == [f"Group A ({say.percent(43, writers)} of all who wrote)", "Group B"]
    everybody = ("All", str(writers), str(theme["people"]), say.percent(theme["people"], writers))
    assert figure.table.rows[0] == everybody


def test_small_numbers_of_a_branch_stand_nowhere(published):
    found = json.loads(published.findings)["questions"][0]["found"]
    shown = [
        part
        for theme in found["themes"]
        for parts in (theme["stands"]["branches"], *(each["parts"] for each in theme["stands"]["maps"]))
        for part in parts
    ]
    assert any(part["people"] for part in shown)
    assert all(part["people"] is None or part["people"] == 0 or part["people"] >= 10 for part in shown)
    assert all(part["writers"] is None or part["writers"] >= 10 for part in shown)


def test_words_without_consent_stand_on_no_page_of_a_theme(published, client):
    rows = Reading.of(question_of(published.assembly)).rows
    unprintable = [row.text for row in rows if row.may_print != "yes"]
    found = json.loads(published.findings)["questions"][0]["found"]
    pages = "".join(
        client.get(f"/a/{published.assembly.uuid}/findings/1/themes/1-{key}/").content.decode()
        for key in [*(theme["id"] for theme in found["themes"]), "unplaced"]
    )
    assert unprintable
    assert not [text for text in unprintable if text in pages]


def test_a_decision_that_was_taken_back_is_published_as_such_and_recomputes(published, client):
    question = question_of(published.assembly)
    last = ThemeDecision.objects.filter(question=question).order_by("number").last()
    theme_actions.take_back(last, by=last.by)
    corrected = actions.publish(published.assembly, by=last.by, changed="One theme is whole again.")
    names = {theme["name"] for theme in json.loads(corrected.findings)["questions"][0]["found"]["themes"]}
    assert "twelve" not in names
    files = bundle(corrected, "members.zip")
    assert check(files).wrong == []
    decisions = json.loads(files["question-1/decisions.json"])
    assert [decision["what"] for decision in decisions] == ["rename", "move", "split", "undo"]
    # Whoever leaves out that it was taken back is found out.
    files["question-1/decisions.json"] = json.dumps(decisions[:-1]).encode()
    assert not check(files).verifies
    assert "1 theme split, points moved once, taken back once" in client.get("/record/").content.decode()


def test_that_the_rest_of_a_theme_was_accepted_is_told_and_recomputes(cast, client):
    assembly = written(cast, each=24)
    reading = Reading.of(question_of(assembly))
    theme = next(iter(reading.themes))
    read = [point["response"] for point in reading.points[theme] if fits_least(point)]
    read = {*read, *reading.themes[theme]["responses"][:12]}
    theme_actions.accept_theme(reading, theme, read=read, by=cast.maud)
    published = actions.publish(assembly, by=cast.maud)
    files = bundle(published, "members.zip")
    assert check(files).wrong == []
    decided = json.loads(files["question-1/decided.json"])["themes"]
    line = next(one["reviewed"] for one in decided if one["reviewed"])
    assert (line["what"], line["read"]) == ("accept", len(read))
    # Whoever makes it look as if all had been read is found out.
    decisions = json.loads(files["question-1/decisions.json"])
    decisions[0]["what"] = "review"
    assert not check(files | {"question-1/decisions.json": json.dumps(decisions).encode()}).verifies
    told = f"Maud Okafor read {len(read)} of its answers on"
    key = next(one["id"] for one in decided if one["reviewed"])
    assert told in client.get(f"/a/{assembly.uuid}/findings/1/themes/1-{key}/").content.decode()


def test_a_page_of_a_theme_tells_changes_first_and_folds_most_of_the_words_away(
    published, client, monkeypatch
):
    monkeypatch.setattr(theme_report, "IN_SIGHT", 2)
    found = json.loads(published.findings)["questions"][0]["found"]
    changed = next(one for one in found["themes"] if one["name"] == "what we said first")
    page = client.get(f"/a/{published.assembly.uuid}/findings/1/themes/1-{changed['id']}/").content.decode()
    assert page.index("How it came by its name") < page.index("In their words") < page.index("By branch")
    before, folded = page.split("more</summary>")
    quotes = page.count("<blockquote")
    assert before.count("<blockquote") == 2
    assert before.rstrip().endswith(f"<summary>{quotes - 2}")
    assert all(quote in page for quote in [*changed["quotes"], *changed["more_quotes"]])
    assert folded.count("<blockquote") == quotes - 2
