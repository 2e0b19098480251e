"""Keeping a decision about themes as the next one, and logging it; refused where the page it comes from is stale."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from folkmoot.convene.models import Question
from folkmoot.members.models import Member
from folkmoot.publiclog.actions import record
from folkmoot.understand.models import ThemeDecision
from folkmoot.understand.review import Reading
from folkmoot.understand.taken import Key


class Stale(ValidationError):
    """Somebody else decided about the same theme since the page was made."""


def theme_now(reading: Reading, theme: str, field: str | None = None) -> dict[str, Any]:
    """The theme as it stands. Raises ValidationError where it is no longer there."""
    if theme in reading.themes:
        return reading.themes[theme]
    problem = _("That theme is no longer there: somebody decided about it meanwhile. Look again.")
    raise ValidationError({field: problem} if field else problem)


@transaction.atomic
def decide(
    reading: Reading,
    what: str,
    about: Sequence[str],
    content: dict[str, Any],
    *,
    by: Member,
    points: Sequence[Key] = (),
    item: uuid.UUID | None = None,
    **reach: Any,
) -> ThemeDecision:
    """Keep a decision as the next one, with the themes that it adopts, and log it.

    Raises Stale where the first of the themes that it is about is no longer what stands in `reading`.
    """
    # Whoever decides next waits here, so that numbers have no gaps and nothing is adopted twice.
    Question.objects.select_for_update().get(pk=reading.question.pk)
    now = reading.with_all_decisions()
    here = [_still_there(reading, now, theme) for theme in about]
    _refuse_stale(reading, now, about, here, content)
    adopted = {now.adopted_id(theme): theme for theme in here if not now.is_adopted(theme)}
    decision = ThemeDecision.objects.create(
        uuid=item or uuid.uuid4(),
        question=reading.question,
        number=len(now.decisions) + 1,
        what=what,
        content=content
        | {
            "adopts": [
                {"theme": key, "proposed": now.themes[theme]["name"]} for key, theme in adopted.items()
            ]
        },
        reach=reach
        | {
            "adopts": {key: [list(point) for point in now.keys(theme)] for key, theme in adopted.items()},
            "points": [list(point) for point in points],
        },
        by=by,
    )
    record(decision)
    return decision


def _still_there(reading: Reading, now: Reading, theme: str) -> str:
    """The id under which a theme of the page is known now: somebody may have adopted it meanwhile."""
    adopted = reading.adopted_id(theme)
    for key in (adopted, theme):
        if key in now.themes and now.adopted_id(key) == adopted:
            return key
    raise Stale(
        _("Somebody decided about that theme meanwhile. This is how it stands now: look again, then decide.")
    )


def _refuse_stale(
    reading: Reading, now: Reading, about: Sequence[str], here: Sequence[str], content: dict[str, Any]
) -> None:
    """Whoever decides must have seen what she decides about: its name, and every point in it."""
    if about:
        before, after = (reading.themes[about[0]]["name"], now.themes[here[0]]["name"])
        same = before == after and set(reading.keys(about[0])) == set(now.keys(here[0]))
    elif "undoes" in content:
        same = len(reading.decisions) == len(now.decisions)
    else:
        # About what fits no theme; a check that is being finished stands by what it drew.
        same = content["theme"] is not None or set(reading.keys(None)) == set(now.keys(None))
    if not same:
        raise Stale(
            _(
                "Somebody decided about this meanwhile. This is how it stands now: look again, then decide. "
                "What you chose is still filled in."
            )
        )
