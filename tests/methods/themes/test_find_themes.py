"""What people raised is found, named and quoted, and nobody is left out."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections import Counter

import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from folkmoot.methods import InputError, themes
from folkmoot.methods.themes import Lsa, Response, Themes, find_themes, summary, to_json
from folkmoot.methods.themes.language import detect_language
from folkmoot.methods.themes.placing import placings


@pytest.fixture(scope="module")
def found(hall) -> Themes:
    return find_themes(hall, question="What should the Budget put first?")


def check_coverage(responses: list[Response], result: Themes) -> None:
    texts = {response.id: response.text for response in responses}
    placed = {response for theme in result.themes for response in theme.responses}
    assert placed | set(result.unplaced) == set(texts)
    assert not placed & set(result.unplaced)
    for theme in result.themes:
        assert theme.interval[0] <= theme.people <= theme.interval[1]
        assert 0 <= theme.stability <= 1
        for quote in theme.quotes:
            assert texts[quote.response][quote.start : quote.end] == quote.text != ""
            assert quote.response in theme.responses
    for point in result.points:
        assert texts[point.response][point.start : point.end].strip()
    to_json(result).encode()
    assert summary(result)


def test_every_response_is_in_a_theme_or_listed_as_unplaced(hall, found) -> None:
    check_coverage(hall, found)
    assert found.counts.responses == found.counts.people == 24
    assert found.counts.points == 27


def test_people_who_say_the_same_thing_share_a_theme(found) -> None:
    def most_common(low: int, high: int) -> tuple[str, int]:
        homes = Counter(
            point.theme for point in found.points if low <= int(point.response) <= high and point.theme
        )
        return homes.most_common(1)[0]

    buses, homes, pay = most_common(1, 8), most_common(9, 16), most_common(17, 24)
    assert len({buses[0], homes[0], pay[0]}) == 3
    assert min(buses[1], homes[1], pay[1]) >= 6


def test_names_are_words_that_people_used_and_no_two_are_alike(hall, found) -> None:
    said = " ".join(response.text.lower() for response in hall)
    names = [theme.name for theme in found.themes]
    assert len(set(names)) == len(names)
    assert any("bus" in name.lower() for name in names)
    assert any("rent" in name.lower() for name in names)
    for theme in found.themes:
        assert all(word in said for phrase in theme.phrases for word in phrase.lower().rstrip("s").split())


def test_themes_come_with_the_most_people_first(found) -> None:
    order = [(-theme.people, theme.name) for theme in found.themes]
    assert order == sorted(order)
    assert [theme.id for theme in found.themes] == [f"t{n}" for n in range(1, len(order) + 1)]


def test_the_order_of_the_responses_changes_nothing(hall, found) -> None:
    shuffled = list(hall)
    random.Random(7).shuffle(shuffled)
    again = find_themes(shuffled, question="What should the Budget put first?")
    assert to_json(again) == to_json(found)


def test_another_process_gives_the_same_bytes_whatever_threads_it_may_use(hall, found) -> None:
    program = (
        "import json, sys; from folkmoot.methods import themes\n"
        "rows = [themes.Response(*row) for row in json.load(sys.stdin)]\n"
        "found = themes.find_themes(rows, question='What should the Budget put first?')\n"
        "sys.stdout.buffer.write(themes.to_json(found).encode())"
    )
    rows = json.dumps([[response.id, response.text, response.person] for response in hall])
    threads = {"OPENBLAS_NUM_THREADS": "3", "OMP_NUM_THREADS": "3", "MKL_NUM_THREADS": "3"}
    environment = os.environ | threads | {"PYTHONHASHSEED": "4242"}
    ended = subprocess.run(
        [sys.executable, "-c", program], input=rows.encode(), capture_output=True, env=environment, check=True
    )
    assert ended.stdout == to_json(found).encode()


def test_sums_are_made_in_one_order_however_many_processors_there_are(hall, embedder) -> None:
    def threads() -> set[int]:
        return {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}

    seen = set()
    with threadpool_limits(3, user_api="blas"):
        find_themes(hall, embedder=embedder, bootstraps=2, progress=lambda *_: seen.update(threads()))
        assert threads() == {3}
    assert seen == {1}


def test_pythons_own_random_numbers_are_left_alone(hall, embedder) -> None:
    random.seed(1)
    before = random.getstate()
    find_themes(hall, embedder=embedder, bootstraps=2)
    assert random.getstate() == before


def test_the_cache_spares_work_and_changes_nothing(hall, embedder) -> None:
    cache: dict[str, bytes] = {}
    first = find_themes(hall, embedder=embedder, cache=cache)
    asked = len(embedder.asked)
    again = find_themes(hall, embedder=embedder, cache=cache)
    assert len(embedder.asked) == asked > 0
    assert to_json(again) == to_json(first)


def test_ten_more_responses_come_out_the_same_with_and_without_the_cache(hall) -> None:
    cache: dict[str, bytes] = {}
    find_themes(hall[:14], cache=cache, bootstraps=0)
    assert to_json(find_themes(hall, cache=cache)) == to_json(find_themes(hall))


def test_without_the_model_shared_words_are_compared_and_it_says_so(hall, monkeypatch) -> None:
    monkeypatch.setattr("folkmoot.methods.themes.find.load_minilm", lambda: None)
    cache: dict[str, bytes] = {}
    found = find_themes(hall, cache=cache)
    assert found.embedding == json.loads(to_json(found))["embedding"] == "lsa"
    assert "not installed" in summary(found)
    assert cache == {}
    check_coverage(hall, found)
    assert to_json(found) == to_json(find_themes(hall[::-1], embedder=Lsa(sorted(unique(found, hall)))))


def test_no_more_themes_than_are_asked_for_and_nobody_is_lost(hall, found) -> None:
    for most in (1, 2):
        fewer = find_themes(hall, question="What should the Budget put first?", most=most, bootstraps=2)
        assert len(fewer.themes) <= most < len(found.themes)
        assert fewer.resolution_used < found.resolution_used
        check_coverage(hall, fewer)
    as_many = find_themes(hall, question="What should the Budget put first?", most=20)
    assert to_json(as_many) == to_json(found)
    with pytest.raises(InputError, match="At most 0"):
        find_themes(hall, most=0)


def unique(found: Themes, hall: list[Response]) -> set[str]:
    from folkmoot.methods.themes.corpus import read_corpus

    return set(read_corpus(hall).texts)


def test_the_machines_form_has_the_agreed_keys(found) -> None:
    form = json.loads(to_json(found))
    assert form["format"] == "folkmoot.themes/1"
    assert {"version", "seed", "embedding", "language", "counts", "themes", "unplaced", "points"} <= set(form)
    assert set(form["counts"]) == {"responses", "points", "unique_points", "people"}
    wanted = {"id", "name", "phrases", "people", "interval", "stability", "mixed", "responses", "quotes"}
    assert wanted <= set(form["themes"][0])
    assert {"response", "start", "end", "text"} <= set(form["themes"][0]["quotes"][0])
    assert {"response", "start", "end", "theme", "similarity"} <= set(form["points"][0])
    assert to_json(found).endswith("}\n")


def test_every_response_has_a_main_theme_where_it_has_any(hall, found) -> None:
    form = json.loads(to_json(found))
    assert [one["id"] for one in form["responses"]] == [response.id for response in hall]
    assert {one["id"] for one in form["responses"] if one["theme"] is None} == set(form["unplaced"])
    for one in form["responses"]:
        holding = {theme["id"] for theme in form["themes"] if one["id"] in theme["responses"]}
        assert set(one["themes"]) == holding
        assert one["theme"] in holding or not holding


def test_the_main_theme_is_that_of_most_of_the_characters() -> None:
    def point(response: str, start: int, end: int, theme: str | None, similarity: float | None) -> dict:
        return {"response": response, "start": start, "end": end, "theme": theme, "similarity": similarity}

    points = [
        point("1", 0, 9, "t1", 0.9),
        point("1", 10, 16, "t2", 0.3),
        point("1", 17, 22, "t2", 0.2),
        point("2", 0, 5, "t1", 0.3),
        point("2", 6, 11, "t2", 0.4),
        point("3", 0, 90, None, None),
        point("3", 91, 93, "t2", 0.1),
    ]
    assert placings(points, ["1", "2", "3", "4"]) == [
        {"id": "1", "theme": "t2", "themes": ["t1", "t2"]},
        {"id": "2", "theme": "t2", "themes": ["t1", "t2"]},
        {"id": "3", "theme": "t2", "themes": ["t2"]},
        {"id": "4", "theme": None, "themes": []},
    ]


def test_one_person_who_writes_often_counts_once(hall) -> None:
    often = [Response(response.id, response.text, "Jean") for response in hall]
    assert find_themes(often, bootstraps=2).themes == ()
    assert len(find_themes(often, bootstraps=2).unplaced) == 24


def test_progress_is_told(hall, embedder) -> None:
    told: list[tuple[str, int, int]] = []
    find_themes(hall, embedder=embedder, cache={}, progress=lambda *step: told.append(step), bootstraps=3)
    assert {stage for stage, _, _ in told} == {"reading", "comparing", "checking"}
    assert all(0 < done <= total for _, done, total in told)


def test_a_higher_resolution_never_gives_fewer_points_than_there_are(hall, embedder) -> None:
    few = find_themes(hall, embedder=embedder, resolution=0.2, bootstraps=0)
    many = find_themes(hall, embedder=embedder, resolution=9.0, bootstraps=0)
    assert len(few.points) == len(many.points)
    assert max(theme.people for theme in few.themes) >= max(
        (theme.people for theme in many.themes), default=0
    )


def test_a_resolution_of_nothing_is_refused(hall) -> None:
    with pytest.raises(InputError, match="resolution"):
        find_themes(hall, resolution=0)


@pytest.mark.parametrize(
    ("text", "code", "warned"),
    [
        ("We should have more buses and the rents are too high", "en", False),
        ("Wir brauchen mehr Busse und die Mieten sind viel zu hoch", "de", True),
        ("Il faut plus de bus et les loyers sont trop chers pour nous", "fr", True),
        ("Нам нужно больше автобусов в нашем городе", "ru", True),
        ("نحتاج إلى المزيد من الحافلات في مدينتنا", "ar", True),
        ("我們需要更多公車", "zh", True),
        ("ok", "und", False),
    ],
)
def test_a_language_the_model_reads_badly_is_told(text: str, code: str, warned: bool) -> None:
    language = detect_language([text] * 3)
    assert language.code == code
    assert (language.warning is not None) == warned


@pytest.mark.data
def test_real_comments_are_all_placed_or_listed(reference_data) -> None:
    path = reference_data / "opinions" / "american-assembly.bowling-green" / "comments.csv"
    responses = themes.read_responses(
        path.read_bytes(), text="comment-body", id="comment-id", person="author-id"
    )
    found = find_themes(responses, bootstraps=5)
    check_coverage(responses, found)
    names = [theme.name.lower() for theme in found.themes]
    assert "bowling green" not in names
    assert "needs" not in names
    assert any("marijuana" in name for name in names)
    assert any("internet" in name for name in names)
