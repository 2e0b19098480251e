"""The headline, who answered, and what opens and closes a report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from folkmoot.publish.numbers import count, day, day_and_time, local, number, percent, plain, quoted


def entitled(title: str, question: Mapping[str, Any], titled: bool) -> str:
    """A chart's or table's title, with the question's number where several were asked in this way."""
    if not titled:
        return title
    return _("%(title)s (question %(number)s)") % {"title": title, "number": number(question["number"])}


def headline(found: Mapping[str, Any] | None, organisation: str, access: str, statement: str = "") -> str:
    """From what was ranked or voted on; never from what happened to be raised."""
    if found is None:
        return _("%(people)s, in their own words") % {"people": _capital(answerers(organisation, access))}
    if found["from"] == "priorities":
        return _("%(option)s first, say %(people)s.") % {
            "option": plain(found["option"]),
            "people": answerers(organisation, access),
        }
    form = (
        _("Most %(people)s agree: %(statement)s")
        if found["direction"] == "agree"
        else _("Most %(people)s disagree: %(statement)s")
    )
    return form % {"people": answerers(organisation, access), "statement": quoted(statement)}


def answerers(organisation: str, access: str) -> str:
    if access == "link":
        return _("people who answered")
    return _("%(organisation)s members who answered") % {"organisation": organisation}


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def nobody_answered() -> str:
    return _("Nobody has answered yet.")


def too_few_answered() -> str:
    return _("Fewer than 10 people have answered: too few to say what they hold.")


def who_answered(who: Mapping[str, Any], access: str) -> str:
    """1,104 people: 1,031 of 3,012 members (34 %), 73 by open link."""
    if who["people"] is None:
        return _("Fewer than 10 people.")
    people = ngettext("%(people)s person", "%(people)s people", who["people"]) % {
        "people": number(who["people"])
    }
    if access == "both" and who["members"] is None and who["link"] is None:
        return _(
            "%(people)s, members and others by open link; one of them is under 10, so they are not told "
            "apart."
        ) % {"people": people}
    parts = []
    if access != "link":
        parts.append(_members(who["members"], who["roll"]))
    if access != "members":
        parts.append(_("%(count)s by open link") % {"count": count(who["link"])})
    return _("%(people)s: %(parts)s.") % {"people": people, "parts": ", ".join(parts)}


def _members(members: int | None, roll: int | None) -> str:
    if roll is None:
        return _("%(count)s members") % {"count": count(members)}
    if members is None:
        return _("fewer than 10 of %(roll)s members") % {"roll": number(roll)}
    return _("%(count)s of %(roll)s members (%(share)s)") % {
        "count": number(members),
        "roll": number(roll),
        "share": percent(members, roll),
    }


def no_poll() -> str:
    return _("They chose to take part; this is not an opinion poll.")


def membership(name: str) -> str:
    """Members of under two years."""
    names = {
        "under 2": _("Members of under two years"),
        "2 to 10": _("Members of two to ten years"),
        "over 10": _("Members of over ten years"),
    }
    return names.get(name, name)


def channel(name: str) -> str:
    names = {
        "web": pgettext("channel", "Web"),
        "paper": pgettext("channel", "Paper"),
        "meeting": pgettext("channel", "Meeting"),
        "phone": pgettext("channel", "Phone"),
        "import": pgettext("channel", "Brought in from elsewhere"),
    }
    return names.get(name, name)


def not_heard(row: Mapping[str, Any], who: Mapping[str, Any]) -> str:
    """Members of under two years: 31 % of the roll, 14 % of answers."""
    return _("%(part)s: %(roll)s of the roll, %(answers)s of answers.") % {
        "part": membership(row["name"]) if row["part"] == "membership" else row["name"].replace("/", " / "),
        "roll": percent(row["roll"], who["roll"]),
        "answers": percent(row["people"], who["members"]),
    }


def due(about: Mapping[str, Any], published: str | None) -> str:
    """Whether the findings came when they were promised."""
    zone, promised = about["zone"], about["findings_due"]
    when = day(promised, zone)
    if published is None:
        return _("The findings are due by %(when)s.") % {"when": when}
    if local(published, zone) <= local(promised, zone):
        return _("The findings were promised by %(when)s and came in time.") % {"when": when}
    late = max((local(published, zone).date() - local(promised, zone).date()).days, 0)
    if not late:
        return _("The findings were promised by %(when)s and came hours later.") % {
            "when": day_and_time(promised, zone)
        }
    return ngettext(
        "The findings were promised by %(when)s and came %(late)d day late.",
        "The findings were promised by %(when)s and came %(late)d days late.",
        late,
    ) % {"when": when, "late": late}


def dateline(about: Mapping[str, Any], publication: Mapping[str, Any]) -> str:
    """Lantern Union, 12 March 2026, version 1."""
    return _("%(organisation)s, %(day)s, version %(version)s") % {
        "organisation": about["organisation"],
        "day": day(publication["at"], about["zone"]),
        "version": number(publication["number"]),
    }


def draft_notice(people: int | None, moment: str, zone: str) -> str:
    if people is None:
        return _("Draft: made from the answers of fewer than 10 people on %(when)s. Not published.") % {
            "when": day_and_time(moment, zone)
        }
    return ngettext(
        "Draft: made from the answers of %(people)s person on %(when)s. Not published.",
        "Draft: made from the answers of %(people)s people on %(when)s. Not published.",
        people,
    ) % {"people": number(people), "when": day_and_time(moment, zone)}
