"""Checking how right a theme is: what is drawn by lot, judged by a person, and kept with all its verdicts."""

from __future__ import annotations

import uuid

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from folkmoot.members.models import Member
from folkmoot.methods.themes.audit import VERDICTS, draw_sample
from folkmoot.publiclog.actions import logged, private
from folkmoot.understand.checking import checked
from folkmoot.understand.deciding import decide, theme_now
from folkmoot.understand.models import ThemeDecision, Verdict
from folkmoot.understand.review import Reading


@logged("theme_decision")
def begin_check(reading: Reading, theme: str, *, by: Member) -> ThemeDecision:
    """Draw a hundred answers by lot, in the theme and out of it. That a check was begun is in the log at once.

    The lot is the decision's own id, so that nobody draws until it suits her without everybody seeing it. Raises
    ValidationError for a theme without a name.
    """
    if theme_now(reading, theme)["mixed"]:
        raise ValidationError(_("Nobody can say what speaks of a theme without a name. Name it first."))
    before = theme_now(reading, theme)["name"]
    check = uuid.uuid4()
    seed = int.from_bytes(check.bytes[:6])
    drawn = draw_sample(*_in_and_out(reading, theme), seed=seed)
    content = {
        "theme": reading.adopted_id(theme),
        "before": before,
        "seed": seed,
        "sample": len(drawn.sample),
    }
    inside = set(theme_now(reading, theme)["responses"])
    # How many there are may be fewer than ten: not for everybody.
    return decide(
        reading,
        "check",
        [theme],
        content,
        by=by,
        item=check,
        inside=drawn.inside,
        outside=drawn.outside,
        sample=[[response, response in inside] for response in drawn.sample],
    )


def _in_and_out(reading: Reading, theme: str) -> tuple[list[str], list[str]]:
    """The written answers in a theme and those outside it."""
    written = [row.response for row in reading.rows if row.text.strip()]
    inside = set(theme_now(reading, theme)["responses"])
    return [one for one in written if one in inside], [one for one in written if one not in inside]


@private("the whole check is logged when it is finished")
def judge(check: ThemeDecision, place: int, verdict: str, *, by: Member) -> Verdict:
    """Say whether the answer at this place of a check raises the theme. The last verdict on it counts."""
    if verdict not in VERDICTS:
        raise ValidationError(_("Choose yes, no or not sure."))
    if not 0 <= place < len(check.reach["sample"]) or _is_finished(check):
        raise ValidationError(_("There is no such answer to judge in this check."))
    return Verdict.objects.create(check_of=check, place=place, verdict=verdict, by=by)


@private("it reads")
def next_to_judge(check: ThemeDecision) -> int | None:
    """The first answer of a check that nobody has judged; None when all are."""
    done = set(check.verdicts.values_list("place", flat=True))
    return next((place for place in range(len(check.reach["sample"])) if place not in done), None)


@logged("theme_decision")
def finish_check(check: ThemeDecision, *, by: Member) -> ThemeDecision:
    """Keep what a check found, with all its verdicts. Raises ValidationError before every answer was judged."""
    if next_to_judge(check) is not None or _is_finished(check):
        raise ValidationError(_("Every answer of a check is judged once before it is finished."))
    latest = dict(check.verdicts.order_by("pk").values_list("place", "verdict"))
    sample = check.reach["sample"]
    verdicts = {response: latest[place] for place, (response, _inner) in enumerate(sample)}
    reading = Reading.of(check.question)
    if reading is None:
        raise ValidationError(_("The answers are being read again. Try once more in a minute."))
    content = {
        "theme": check.content["theme"],
        "before": check.content["before"],
        "check": str(check.uuid),
        "sample": len(sample),
    }
    found = checked(check.reach, verdicts)
    return decide(reading, "checked", [], content, by=by, verdicts=verdicts, found=found)


@private("it reads")
def unfinished_check(reading: Reading, theme: str) -> ThemeDecision | None:
    """The latest check of a theme that was begun and not finished."""
    begun = ThemeDecision.objects.filter(question=reading.question, what=ThemeDecision.What.CHECK)
    last = [one for one in begun if one.content["theme"] == reading.adopted_id(theme)][-1:]
    return next((one for one in last if not _is_finished(one)), None)


def _is_finished(check: ThemeDecision) -> bool:
    done = ThemeDecision.objects.filter(question=check.question, what=ThemeDecision.What.CHECKED)
    return any(one.content["check"] == str(check.uuid) for one in done)
