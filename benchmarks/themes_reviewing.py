"""What reviewing the demonstration's themes takes, and what stays unfound where the rest is accepted.

    python benchmarks/themes_reviewing.py

Who wrote of what is known there: an answer is wrong in a theme if its writer was not to raise what most in the theme
were. It is reckoned for somebody who sees every wrong answer that she reads and moves it, in three ways: the first page
of each theme and further ones until all that fits least was shown; on until a page holds no wrong answer; all of it.
What has no name is read in full each time. Beside it, how many wrong answers as many drawn by lot would hold.

Then, on the public data that themes.py measures (see _data.py), grouped as the method does by itself: what share of the
quarter of each theme that fits least has another label than most in the theme, and what share of its other answers.
"""

from __future__ import annotations

import datetime
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from _data import data_folder
from folkmoot.listen.rows import Answers, Text
from folkmoot.methods import themes
from folkmoot.site.demonstration import Question, lantern_union
from folkmoot.understand.decided import decided
from folkmoot.understand.doubt import certainty, fits_least
from folkmoot.understand.readings import Asked, read_open_text
from themes import Set, read_sets

# As the site shows them.
A_PAGE = 25
# Words a minute of somebody who reads; seconds to look at the next answer, to wait for a page, to move an answer.
WORDS, LOOK, WAIT, MOVE = 250, 1, 1, 8


@dataclass(frozen=True)
class Shown:
    """One answer in a theme: the words that put it there, whether it fits least, and whether it is wrong."""

    words: int
    least: bool
    wrong: bool


Stop = Callable[[Sequence[Shown], Sequence[Shown]], bool]


def first_pages(page: Sequence[Shown], rest: Sequence[Shown]) -> bool:
    return not any(one.least for one in rest)


def until_a_page_is_right(page: Sequence[Shown], rest: Sequence[Shown]) -> bool:
    return first_pages(page, rest) and not any(one.wrong for one in page)


def everything(page: Sequence[Shown], rest: Sequence[Shown]) -> bool:
    return False


def answers_of_the_demonstration() -> tuple[Question, list[Text], dict[str, set[str]]]:
    union = lantern_union(today=datetime.datetime(2026, 3, 9, 10, tzinfo=datetime.UTC))
    assembly = union.assemblies[0]
    question = next(one for one in assembly.questions if one.way == "open_text" and not one.closing)
    rows, raised = [], {}
    for person in assembly.people:
        texts = [one.content["text"] for one in person.answers if one.question == question.key]
        if texts:
            rows.append(Text(person.key, person.key, 1, len(rows), texts[-1], "yes"))
            raised[person.key] = set(person.raised)
    return question, rows, raised


def themes_in_order(
    now: Mapping[str, Any], texts: Mapping[str, str], raised: Mapping[str, set[str]]
) -> list[tuple[bool, list[Shown]]]:
    """Each theme: whether it is named, and its answers with what fits least first."""
    held: dict[str, dict[str, list[Mapping[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for point in now["points"]:
        if point["theme"]:
            held[point["theme"]][point["response"]].append(point)
    found = []
    for theme in now["themes"]:
        here = held[theme["id"]]
        about = Counter(what for response in here for what in raised[response]).most_common(1)[0][0]
        order = sorted(here, key=lambda response: (certainty(here[response]), response))
        shown = [
            Shown(
                sum(len(texts[one][point["start"] : point["end"]].split()) for point in here[one]),
                any(map(fits_least, here[one])),
                about not in raised[one],
            )
            for one in order
        ]
        found.append((not theme["mixed"], shown))
    return found


def read(shown: Sequence[Shown], stop: Stop) -> tuple[int, int]:
    """How many answers and pages are read before the rest is accepted."""
    for page in range(1, len(shown) // A_PAGE + 2):
        seen = page * A_PAGE
        if seen >= len(shown) or stop(shown[seen - A_PAGE : seen], shown[seen:]):
            return min(seen, len(shown)), page
    raise AssertionError("the last page ends it")


def main() -> None:
    question, rows, raised = answers_of_the_demonstration()
    result = json.loads(read_open_text(Answers(texts=rows), Asked(question.text, {}), seed=1)["themes.json"])
    found = themes_in_order(decided(result, rows, []), {row.response: row.text for row in rows}, raised)
    named = [shown for is_named, shown in found if is_named]
    least = sum(one.least for shown in named for one in shown)
    print(
        f"{len(rows)} answers, {len(result['points'])} points, {len(found)} themes ({len(named)} with a name); shown "
        f"{sum(len(shown) for _named, shown in found)} times in all, {least} of the named fit least"
    )
    print("\nread                      answers  pages  minutes   wrong found   by lot   wrong in the rest")
    for label, stop in (
        ("all that fits least", first_pages),
        ("until a page is right", until_a_page_is_right),
        ("everything", everything),
    ):
        print(line(label, found, stop))
    print("\nlabelled otherwise than most in the theme: the quarter that fits least, and the others")
    for family, sets in families(data_folder("themes")).items():
        print(f"{family:24} {quarters([theme for one in sets for theme in labelled(one)])}")


def families(data: Path) -> dict[str, list[Set]]:
    """One sample of banking77, and the motions of ArgKP."""
    found: dict[str, list[Set]] = defaultdict(list)
    for one in read_sets(data):
        if one.name == "banking 0" or one.family == "ArgKP, each motion":
            found[one.family].append(one)
    return found


def labelled(one: Set) -> list[list[bool]]:
    """Of each theme, what fits it least first: whether each text has another label than most."""
    responses = [themes.Response(str(place), text) for place, text in enumerate(one.texts)]
    held: dict[str, list[tuple[bool, float, str]]] = defaultdict(list)
    for point in themes.find_themes(responses, question=one.question, seed=1).points:
        if point.theme is not None:
            label = one.labels[int(point.response)]
            held[point.theme].append((not point.far, point.similarity or 0.0, label))
    found = []
    for here in held.values():
        most = Counter(label for *_order, label in here).most_common(1)[0][0]
        found.append([label != most for *_order, label in sorted(here)])
    return found


def quarters(found: Sequence[Sequence[bool]]) -> str:
    first = [wrong for theme in found for wrong in theme[: len(theme) // 4]]
    others = [wrong for theme in found for wrong in theme[len(theme) // 4 :]]
    return f"{sum(first) / len(first):6.1%} {sum(others) / len(others):6.1%}"


def line(label: str, found: Sequence[tuple[bool, Sequence[Shown]]], stop: Stop) -> str:
    answers = pages = seconds = seen_wrong = wrong = rest = 0
    by_lot = 0.0
    for named, shown in found:
        count, turned = read(shown, stop if named else everything)
        seen = shown[:count]
        moved = sum(one.wrong for one in seen) if named else 0
        answers, pages = answers + count, pages + turned
        seconds += sum(one.words for one in seen) * 60 / WORDS + count * LOOK + turned * WAIT + moved * MOVE
        if named:
            here = sum(one.wrong for one in shown)
            seen_wrong, wrong, rest = seen_wrong + moved, wrong + here, rest + len(shown) - count
            by_lot += here * count / len(shown)
    left = f"{wrong - seen_wrong} of {rest}" + (f" ({(wrong - seen_wrong) / rest:.1%})" if rest else "")
    return f"{label:24} {answers:8} {pages:6} {seconds / 60:8.0f} {seen_wrong:7} of {wrong} {by_lot:8.0f}   {left}"


if __name__ == "__main__":
    main()
