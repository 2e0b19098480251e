"""What people decide about themes: each act is a row of its own, in the log before anybody sees its effect."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from folkmoot.convene.models import Assembly
from folkmoot.listen.small_cells import SMALL
from folkmoot.members.models import Member, Role
from folkmoot.publiclog.actions import logged, private, record
from folkmoot.understand.deciding import decide, theme_now
from folkmoot.understand.doubt import fits_least
from folkmoot.understand.models import ThemeDecision, ThemeReviewers
from folkmoot.understand.review import Reading
from folkmoot.understand.taken import UNDO, Key, still_standing

LONGEST_NAME = 80
CHECKS = (ThemeDecision.What.CHECK, ThemeDecision.What.CHECKED)


@logged("theme_decision")
def rename_theme(reading: Reading, theme: str, *, name: str, by: Member) -> ThemeDecision:
    """Give a theme another name. Raises ValidationError for a name that says nothing, is too long or taken."""
    before = theme_now(reading, theme)["name"]
    name = _name(reading, name, but=theme)
    if name == before:
        raise ValidationError({"name": _("That is its name already. Give another one.")})
    content = {"theme": reading.adopted_id(theme), "before": before, "name": name}
    return decide(reading, "rename", [theme], content, by=by)


@logged("theme_decision")
def merge_themes(
    reading: Reading, theme: str, others: Sequence[str], *, name: str, by: Member
) -> ThemeDecision:
    """Put other themes into this one, under a name; without one, under that of the largest of them.

    Raises ValidationError where there is nothing to join.
    """
    before = theme_now(reading, theme)["name"]
    others = [other for other in dict.fromkeys(others) if other != theme]
    if not others:
        raise ValidationError({"others": _("Choose at least one other theme to put with this one.")})
    joined = [theme_now(reading, theme), *(theme_now(reading, other, "others") for other in others)]
    names = [one["name"] for one in joined[1:]]
    # What no phrase names has none to give.
    largest = max(joined, key=lambda one: (not one["mixed"], one["people"]))
    name = _name(reading, name.strip() or largest["name"], but=theme, also=others)
    content = {
        "theme": reading.adopted_id(theme),
        "before": before,
        "name": name,
        "from": [reading.adopted_id(other) for other in others],
        "from_names": names,
    }
    return decide(reading, "merge", [theme, *others], content, by=by)


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
    before = "" if theme is None else theme_now(reading, theme)["name"]
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
    return decide(reading, "split", about, content, points=chosen, phrase=phrase.strip(), by=by)


def _nothing_to_split(phrase: str) -> str:
    if phrase.strip():
        return _("No point of this theme holds “%(phrase)s”. Try a shorter phrase.") % {"phrase": phrase}
    return _("Tick the points that should become a theme of their own.")


@logged("theme_decision")
def move_points(
    reading: Reading, theme: str | None, points: Sequence[Key], *, to: str | None, by: Member
) -> ThemeDecision:
    """Move points from one theme to another; None is what fits no theme."""
    before = theme_now(reading, theme)["name"] if theme is not None else ""
    chosen = _of(reading, theme, points)
    if not chosen:
        raise ValidationError({"points": _("Tick the points that you want to move.")})
    if to == theme:
        raise ValidationError({"to": _("They are there already. Choose another theme.")})
    content = {
        "theme": None if theme is None else reading.adopted_id(theme),
        "before": before,
        "to": None if to is None else reading.adopted_id(theme_now(reading, to, "to")["id"]),
        "to_name": "" if to is None else theme_now(reading, to, "to")["name"],
    }
    about = [one for one in (theme, to) if one is not None]
    return decide(reading, "move", about, content, points=chosen, by=by)


@logged("theme_decision")
def review_theme(reading: Reading, theme: str | None, *, by: Member) -> ThemeDecision:
    """Say that somebody read all that stands in a theme now, and that it belongs there."""
    before = theme_now(reading, theme)["name"] if theme is not None else ""
    content = {"theme": None if theme is None else reading.adopted_id(theme), "before": before}
    about = [] if theme is None else [theme]
    return decide(reading, "review", about, content, points=reading.keys(theme), by=by)


@logged("theme_decision")
def accept_theme(reading: Reading, theme: str, *, read: Collection[str], by: Member) -> ThemeDecision:
    """Say that what fits a theme least was read, and that the rest is taken to fit. `read` are the answers read.

    Raises ValidationError where something that fits least was not read, and for a theme that no phrase names:
    nobody can say what fits it.
    """
    if theme_now(reading, theme)["mixed"]:
        raise ValidationError(
            _("Nobody can say what fits a theme without a name. Name it first, or read all of it.")
        )
    if not read or doubtful_unread(reading, theme, read):
        raise ValidationError(_("Read all that fits least first."))
    content = {
        "theme": reading.adopted_id(theme),
        "before": reading.themes[theme]["name"],
        "read": len(read) if len(read) >= SMALL else None,
    }
    return decide(reading, "accept", [theme], content, points=reading.keys(theme), by=by)


@private("it reads")
def doubtful_unread(reading: Reading, theme: str, read: Collection[str]) -> set[str]:
    """The answers that fit a theme least, are still to be reviewed, and are not among those that were read."""
    return {one["response"] for one in reading.to_review(theme) if fits_least(one)}.difference(read)


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


@logged("theme_decision")
def take_back(decision: ThemeDecision, *, by: Member) -> ThemeDecision:
    """Take back the last decision about the themes of a question; both stay in the record.

    Only the last, so that no decision ever stands on one that was taken back. Raises ValidationError for any other.
    """
    reading = Reading.of(decision.question)
    last = last_to_take_back(reading) if reading else None
    if reading is None or last is None or last["number"] != decision.number:
        raise ValidationError(
            _("Somebody decided something since. Only the last decision can be taken back.")
        )
    content = {"theme": decision.content["theme"], "before": decision.content["before"]}
    return decide(reading, UNDO, [], content | {"undoes": decision.number}, by=by)


@private("it reads")
def last_to_take_back(reading: Reading) -> Mapping[str, Any] | None:
    """The last decision that stands, where it can be taken back: a check cannot, so that none is hidden."""
    standing = still_standing(reading.decisions)
    return standing[-1] if standing and standing[-1]["what"] not in CHECKS else None


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
