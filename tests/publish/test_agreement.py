"""Elsewhere sums differ in their last digits: that is told from a change, and neither is taken for the other."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from folkmoot.methods import themes
from folkmoot.publish import actions, recomputing
from folkmoot.publish.agreement import close, themes_apart
from folkmoot.publish.bundle import MANIFEST, place
from folkmoot.publish.evidence import Evidence, Heard
from folkmoot.publish.verdict import Report
from tests.publish.test_verification import bundle, check
from tests.understand.written import written

Json = dict[str, Any]


@pytest.mark.parametrize(
    ("stated", "found", "alike"),
    [
        ({"a": [0.5, None]}, {"a": [0.500001, None]}, True),
        (0.999999, 1, True),
        ({"a": 0.5}, {"a": 0.50001}, False),
        ({"people": 14}, {"people": 15}, False),
        ({"a": 1}, {"b": 1}, False),
        ([1, 2], [1], False),
        ("rents", "pay", False),
        (0.5, None, False),
    ],
)
def test_results_are_close_where_only_last_digits_differ(stated, found, alike):
    assert close(stated, found) is alike
    assert close(found, stated) is alike


@pytest.fixture
def published(cast):
    return bundle(actions.publish(written(cast), by=cast.maud), "members.zip")


@pytest.fixture
def heard(published) -> Heard:
    """The question of the members' bundle that people answered in their own words."""
    files = {name: content.decode() for name, content in published.items()}
    return next(
        one for one in Evidence.from_files(files, json.loads(files[MANIFEST])).heard if one.answers.texts
    )


@pytest.fixture
def elsewhere(monkeypatch) -> None:
    """This is another kind of machine than that which the bundle was made on."""
    monkeypatch.setattr(recomputing, "place", lambda: place() | {"processor": "Quill"})


def reading(heard: Heard) -> Json:
    return json.loads(heard.files["themes.json"])


def moved(stated: Json, count: int) -> Json:
    """The same with so many points of the first theme in the second."""
    found = copy.deepcopy(stated)
    if len(found["themes"]) < 2:
        return found  # the question at the end, which nobody answered
    first, second = (theme["id"] for theme in found["themes"][:2])
    for point in [point for point in found["points"] if point["theme"] == first][:count]:
        point["theme"] = second
    return found


def checked(files, monkeypatch, change: Callable[[Json], Json]) -> Report:
    """The report where reading the answers again gives something else."""
    as_ever = Heard.read_again

    def otherwise(self, **options):
        made = as_ever(self, **options)
        if "themes.json" in made:
            made["themes.json"] = json.dumps(change(json.loads(made["themes.json"])))
        return made

    monkeypatch.setattr(Heard, "read_again", otherwise)
    return check(files)


def test_a_few_points_that_fall_elsewhere_on_another_machine_are_told_and_accuse_nobody(
    published, elsewhere, monkeypatch
):
    report = checked(published, monkeypatch, lambda found: moved(found, 2))
    assert report.verifies
    told = next(line for line in report.outside if "points stand in another theme" in line)
    assert "question-1/themes.json" in told
    assert f"processor {place()['processor']}, here Quill" in told
    assert "here 2 of 44 points" in told


def test_what_differs_on_the_same_machine_was_changed(published, monkeypatch):
    report = checked(published, monkeypatch, lambda found: moved(found, 1))
    assert any("question-1/themes.json is not what the rows give" in line for line in report.wrong)


def test_more_than_a_few_are_not_explained_by_the_machine(published, elsewhere, monkeypatch):
    report = checked(published, monkeypatch, lambda found: moved(found, 5))
    assert any("that explains last digits, and not so much" in line for line in report.wrong)


def test_whoever_names_another_machine_may_not_change_counts(published, elsewhere):
    name = "question-2/opinions.json"
    changed = json.loads(published[name])
    changed["counts"]["votes"] += 1
    report = check(published | {name: json.dumps(changed).encode()})
    assert any(f"{name} is not what the rows give" in line for line in report.wrong)


def test_vectors_with_other_last_digits_verify(published, elsewhere, monkeypatch):
    model = themes.load_minilm()
    noise = np.random.default_rng(1)

    class OtherMachine:
        name = model.name

        def embed(self, texts, progress=None):
            vectors = model.embed(texts)
            return (vectors + noise.normal(0, 1e-8, vectors.shape)).astype(np.float32)

    monkeypatch.setattr("folkmoot.methods.themes.find.load_minilm", OtherMachine)
    report = check(published)
    assert report.wrong == []


def test_a_theme_with_another_name_is_named(heard):
    stated = reading(heard)
    found = copy.deepcopy(stated)
    found["themes"][0]["name"] = "Something else"
    apart = themes_apart(stated, found, heard.answers)
    assert apart is not None and apart.is_small
    assert (apart.elsewhere, apart.differing) == (0, 1)
    assert f"“{stated['themes'][0]['name']}” is called “Something else”" in str(apart)


def test_the_numbers_of_themes_mean_nothing(heard):
    stated = reading(heard)
    found = copy.deepcopy(stated)
    swapped = {"t1": "t2", "t2": "t1"}
    for one in [*found["themes"], *found["points"]]:
        key = "id" if "id" in one else "theme"
        one[key] = swapped.get(one[key], one[key])
    apart = themes_apart(stated, found, heard.answers)
    assert apart is not None
    assert (apart.elsewhere, apart.differing, apart.names) == (0, 0, ())


def first(stated: Json) -> Json:
    return stated["themes"][0]


def with_one_unplaced(stated: Json) -> Json:
    """A reading in which one answer of the first theme fits none."""
    alone = first(stated)["responses"].pop()
    next(point for point in stated["points"] if point["response"] == alone)["theme"] = None
    first(stated)["people"] -= 1
    low, high = first(stated)["interval"]
    first(stated)["interval"] = [low - 1, high]
    first(stated)["quotes"] = [one for one in first(stated)["quotes"] if one["response"] != alone]
    stated["unplaced"] = [alone]
    next(one for one in stated["responses"] if one["id"] == alone).update(theme=None, themes=[])
    return stated


FORGED: dict[str, Callable[[Json], object]] = {
    "more people": lambda stated: first(stated).update(people=first(stated)["people"] + 1),
    "an answer too many": lambda stated: first(stated)["responses"].append(stated["unplaced"][0]),
    "an answer too few": lambda stated: first(stated)["responses"].pop(),
    "a quote with other words": lambda stated: first(stated)["quotes"][0].update(text="Nobody wrote this."),
    "a range beside the count": lambda stated: first(stated).update(interval=[1, 2]),
    "somebody left out of the unplaced": lambda stated: stated["unplaced"].pop(),
    "another main theme": lambda stated: stated["responses"][0].update(theme="t99"),
    "an answer that stands nowhere": lambda stated: stated["responses"].pop(),
    "a point left out": lambda stated: stated["points"].pop(),
    "a point in a theme that is not there": lambda stated: stated["points"][0].update(theme="t99"),
    "a point in a part that is not there": lambda stated: stated["points"][0].update(subtheme="t1.9"),
    "a point twice": lambda stated: stated["points"].append(stated["points"][0]),
    "a theme twice": lambda stated: stated["themes"].append(first(stated)),
    "another language": lambda stated: stated.update(language=None),
    "another count of points": lambda stated: stated["counts"].update(points=99),
    "another seed": lambda stated: stated.update(seed=stated["seed"] + 1),
}


@pytest.mark.parametrize("forgery", FORGED)
def test_a_reading_that_does_not_hold_together_is_no_reading(heard, forgery):
    found, stated = with_one_unplaced(reading(heard)), with_one_unplaced(reading(heard))
    FORGED[forgery](stated)
    assert themes_apart(found, found, heard.answers) is not None
    assert themes_apart(stated, found, heard.answers) is None
