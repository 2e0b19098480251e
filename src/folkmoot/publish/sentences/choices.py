"""What was put first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from folkmoot.publish.numbers import Speech, counted, number, plain


def first_choice(people: int, option: Mapping[str, Any], manner: str, speech: Speech) -> str:
    """Of 1,018 people who ranked priorities, 417 (41 %) put pay first."""
    if option["first"] is None:
        return _(
            "%(option)s came first over all places together, for %(people)s people who answered this."
        ) % {
            "option": plain(option["text"]),
            "people": number(people),
        }
    parts = {
        "people": number(people),
        "first": counted(option["first"], people),
        "option": speech.inside(option["text"]),
    }
    if manner == "points":
        return (
            ngettext(
                "Of %(people)s person who shared out points, %(first)s gave most to %(option)s.",
                "Of %(people)s people who shared out points, %(first)s gave most to %(option)s.",
                people,
            )
            % parts
        )
    return (
        ngettext(
            "Of %(people)s person who ranked priorities, %(first)s put %(option)s first.",
            "Of %(people)s people who ranked priorities, %(first)s put %(option)s first.",
            people,
        )
        % parts
    )


def other_first(first: Mapping[str, Any], most: Mapping[str, Any], people: int, speech: Speech) -> str:
    """Where the best over all places is not the one that most put first: say both."""
    return _(
        "More people, %(count)s, put %(most)s first; over all places together %(first)s stands higher."
    ) % {
        "most": speech.inside(most["text"]),
        "count": counted(most["first"], people),
        "first": speech.inside(first["text"]),
    }
