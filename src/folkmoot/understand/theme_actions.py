"""What people decide about themes: each act is a row of its own, in the log before anybody sees its effect."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from folkmoot.convene.models import Assembly, Question
from folkmoot.members.models import Member, Role
from folkmoot.methods.themes.audit import VERDICTS, draw_sample
from folkmoot.publiclog.actions import logged, private, record
from folkmoot.understand.checking import checked
from folkmoot.understand.models import ThemeDecision, ThemeReviewers, Verdict
from folkmoot.understand.review import Reading
from folkmoot.understand.taken import Key

LONGEST_NAME = 80


@logged("theme_decision")
def rename_theme(reading: Reading, theme: str, *, name: str, by: Member) -> ThemeDecision:
    """Give a theme another name. Raises ValidationError for a name that says nothing, is too long or taken."""
    before = _theme(reading, theme)["name"]
    name = _name(reading, name, but=theme)
    if name == before:
        raise ValidationError({"name": _("That is its name already. Give another one.")})
    content = {"theme": reading.adopted_id(theme), "before": before, "name": name}
    return _decide(reading, "rename", [theme], content, by=by)


@logged("theme_decision")
def merge_themes(
    reading: Reading, theme: str, others: Sequence[str], *, name: str, by: Member
) -> ThemeDecision:
    """Put other themes into this one, under a name. Raises ValidationError where there is nothing to join."""
    before = _theme(reading, theme)["name"]
    others = [other for other in dict.fromkeys(others) if other != theme]
    if not others:
        raise ValidationError({"others": _("Choose at least one other theme to put with this one.")})
    names = [_theme(reading, other, "others")["name"] for other in others]
    name = _name(reading, name or before, but=theme, also=others)
    content = {
        "theme": reading.adopted_id(theme),
        "before": before,
        "name": name,
        "from": [reading.adopted_id(other) for other in others],
        "from_names": names,
    }
    return _decide(reading, "merge", [theme, *others], content, by=by)


@logged("theme_decision")
def split_theme(
    reading: Reading,
    theme: str | None,
    *,
    name: str,
    by: Member,
    phrase: str = "",
    points: Sequence[Key] = (),
) -> ThemeDecision:
    """Make a theme of its own of the points that hold a phrase, or of those that were ticked.

    None is what fits no theme. With a phrase, points that come later and hold it follow. Raises ValidationError
    where nothing, or a whole theme, would go.
    """
    before = "" if theme is None else _theme(reading, theme)["name"]
    field = "phrase" if phrase.strip() else "points"
    chosen = reading.with_phrase(theme, phrase) if phrase.strip() else _of(reading, theme, points)
    if not chosen:
        raise ValidationError({field: _nothing_to_split(phrase)})
    if theme is not None and len(chosen) == len(reading.keys(theme)):
        raise ValidationError({field: _("That is the whole theme. To give it another name, rename it.")})
    content = {
        "theme": None if theme is None else reading.adopted_id(theme),
        "before": before,
        "into": str(uuid.uuid4()),
        "name": _name(reading, name),
    }
    about = [] if theme is None else [theme]
    return _decide(reading, "split", about, content, points=chosen, phrase=phrase.strip(), by=by)


def _nothing_to_split(phrase: str) -> str:
    if phrase.strip():
        return _("No point of this theme holds “%(phrase)s”. Try a shorter phrase.") % {"phrase": phrase}
    return _("Tick the points that should become a theme of their own.")


@logged("theme_decision")
def move_points(
    reading: Reading, theme: str | None, points: Sequence[Key], *, to: str | None, by: Member
) -> ThemeDecision:
    """Move points from one theme to another; None is what fits no theme."""
    before = _theme(reading, theme)["name"] if theme is not None else ""
    chosen = _of(reading, theme, points)
    if not chosen:
        raise ValidationError({"points": _("Tick the points that you want to move.")})
    if to == theme:
        raise ValidationError({"to": _("They are there already. Choose another theme.")})
    content = {
        "theme": None if theme is None else reading.adopted_id(theme),
        "before": before,
        "to": None if to is None else reading.adopted_id(_theme(reading, to, "to")["id"]),
        "to_name": "" if to is None else _theme(reading, to, "to")["name"],
    }
    about = [one for one in (theme, to) if one is not None]
    return _decide(reading, "move", about, content, points=chosen, by=by)


@logged("theme_decision")
def review_theme(reading: Reading, theme: str | None, *, by: Member) -> ThemeDecision:
    """Say that somebody read all that stands in a theme now, and that it belongs there."""
    before = _theme(reading, theme)["name"] if theme is not None else ""
    content = {"theme": None if theme is None else reading.adopted_id(theme), "before": before}
    about = [] if theme is None else [theme]
    return _decide(reading, "review", about, content, points=reading.keys(theme), by=by)


@logged("theme_decision")
def begin_check(reading: Reading, theme: str, *, by: Member) -> ThemeDecision:
    """Draw a hundred answers by lot, in the theme and out of it. That a check was begun is in the log at once.

    The lot is the decision's own id, so that nobody draws until it suits her without everybody seeing it.
    """
    before = _theme(reading, theme)["name"]
    check = uuid.uuid4()
    seed = int.from_bytes(check.bytes[:6])
    drawn = draw_sample(*_in_and_out(reading, theme), seed=seed)
    content = {
        "theme": reading.adopted_id(theme),
        "before": before,
        "seed": seed,
        "sample": len(drawn.sample),
    }
    inside = set(_theme(reading, theme)["responses"])
    # How many there are may be fewer than ten: not for everybody.
    return _decide(
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
    inside = set(_theme(reading, theme)["responses"])
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
    return _decide(reading, "checked", [], content, by=by, verdicts=verdicts, found=found)


@private("it reads")
def unfinished_check(reading: Reading, theme: str) -> ThemeDecision | None:
    """The latest check of a theme that was begun and not finished."""
    begun = ThemeDecision.objects.filter(question=reading.question, what=ThemeDecision.What.CHECK)
    last = [one for one in begun if one.content["theme"] == reading.adopted_id(theme)][-1:]
    return next((one for one in last if not _is_finished(one)), None)


def _is_finished(check: ThemeDecision) -> bool:
    done = ThemeDecision.objects.filter(question=check.question, what=ThemeDecision.What.CHECKED)
    return any(one.content["check"] == str(check.uuid) for one in done)


def _theme(reading: Reading, theme: str, field: str | None = None) -> dict[str, Any]:
    """The theme as it stands. Raises ValidationError where it is no longer there."""
    if theme in reading.themes:
        return reading.themes[theme]
    problem = _("That theme is no longer there: somebody decided about it meanwhile. Look again.")
    raise ValidationError({field: problem} if field else problem)


def _name(reading: Reading, name: str, *, but: str = "", also: Sequence[str] = ()) -> str:
    name = " ".join(name.split())
    if not any(letter.isalnum() for letter in name):
        raise ValidationError({"name": _("Give the theme a name.")})
    if len(name) > LONGEST_NAME:
        raise ValidationError(
            {"name": _("Give a name of at most %(most)s letters.") % {"most": LONGEST_NAME}}
        )
    taken = {one["name"].casefold() for key, one in reading.themes.items() if key not in (but, *also)}
    if name.casefold() in taken:
        raise ValidationError(
            {"name": _("Another theme has this name. Put the two together, or choose another name.")}
        )
    return name


def _of(reading: Reading, theme: str | None, points: Sequence[Key]) -> list[Key]:
    """Those of the points that stand in the theme now, in the order of the answers."""
    wanted = set(points)
    return [key for key in reading.keys(theme) if key in wanted]


@transaction.atomic
def _decide(
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
    """Keep a decision as the next one, with the themes that it adopts, and log it."""
    # Whoever decides next waits here, so that numbers have no gaps and nothing is adopted twice.
    Question.objects.select_for_update().get(pk=reading.question.pk)
    now = reading.with_all_decisions()
    for theme in about:
        _theme(now, theme)
        if now.adopted_id(theme) != reading.adopted_id(theme):
            raise ValidationError(_("Somebody decided about that theme meanwhile. Look again."))
    adopted = {now.adopted_id(theme): theme for theme in about if not now.is_adopted(theme)}
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


@logged("theme_reviewers")
@transaction.atomic
def let_facilitators_review(assembly: Assembly, allowed: bool, *, by: Member) -> ThemeReviewers:
    """Say whether facilitators may decide about themes, beside organisers."""
    given = ThemeReviewers.objects.create(assembly=assembly, facilitators=allowed, by=by)
    record(given)
    return given


@private("it reads")
def may_review(assembly: Assembly, member: Member) -> bool:
    """Organisers may; facilitators where the assembly lets them."""
    if member.is_organiser:
        return True
    return member.holds(Role.FACILITATOR) and ThemeReviewers.objects.include_facilitators(assembly)
