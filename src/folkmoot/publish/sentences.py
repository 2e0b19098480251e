"""Sentences made from numbers: count before percentage, each with its own denominator.

Those who answered chose to, so no sentence speaks for those who did not. A number that is None belongs to
fewer than ten people and is never told more exactly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from folkmoot.publish.numbers import (
    NO_BREAK,
    Speech,
    cell,
    count,
    counted,
    day,
    day_and_time,
    local,
    number,
    percent,
    plain,
    quoted,
    size,
    small_number,
)

# The report speaks through this module alone.
__all__ = [
    "NO_BREAK",
    "Speech",
    "cell",
    "count",
    "counted",
    "day",
    "number",
    "percent",
    "plain",
    "quoted",
    "size",
]


def entitled(title: str, question: Mapping[str, Any], titled: bool) -> str:
    """A chart's or table's title, with the question's number where several were asked in this way."""
    if not titled:
        return title
    return _("%(title)s (question %(number)s)") % {"title": title, "number": number(question["number"])}


# -- the headline


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


# -- findings


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


def vote(row: Mapping[str, Any], direction: str, groups: int = 0) -> str:
    """Of 689 who voted on it, 571 (83 %) agree: “…”; so do most in all three groups."""
    parts = {
        "seen": number(row["seen"]),
        "count": counted(row[direction], row["seen"]),
        "statement": quoted(row["text"]),
        "groups": small_number(groups),
    }
    if groups == 2:
        form = (
            _("Of %(seen)s who voted on it, %(count)s agree: %(statement)s; so do most in both groups.")
            if direction == "agree"
            else _(
                "Of %(seen)s who voted on it, %(count)s disagree: %(statement)s; so do most in both groups."
            )
        )
    elif groups > 2:
        form = (
            _(
                "Of %(seen)s who voted on it, %(count)s agree: %(statement)s; so do most in all %(groups)s "
                "groups."
            )
            if direction == "agree"
            else _(
                "Of %(seen)s who voted on it, %(count)s disagree: %(statement)s; so do most in all "
                "%(groups)s groups."
            )
        )
    else:
        form = (
            _("Of %(seen)s who voted on it, %(count)s agree: %(statement)s")
            if direction == "agree"
            else _("Of %(seen)s who voted on it, %(count)s disagree: %(statement)s")
        )
    return form % parts


def split(row: Mapping[str, Any]) -> str:
    """312 agree, 287 disagree, 66 not sure."""
    if row["agree"] is None:
        return _("fewer than 10 voted")
    return _("%(agree)s agree, %(disagree)s disagree, %(unsure)s not sure") % {
        "agree": number(row["agree"]),
        "disagree": number(row["disagree"]),
        "unsure": number(row["unsure"]),
    }


def divided(row: Mapping[str, Any]) -> str:
    """They differ most on “…”: of 665 who voted on it, 312 (47 %) agree, 287 (43 %) disagree, 66 are not "
    "sure."""
    form = _(
        "They differ most on %(statement)s: of %(seen)s who voted on it, %(agree)s agree, %(disagree)s "
        "disagree, "
        "%(unsure)s are not sure."
    )
    return form % {
        "statement": quoted(plain(row["text"])),
        "seen": number(row["seen"]),
        "agree": counted(row["agree"], row["seen"]),
        "disagree": counted(row["disagree"], row["seen"]),
        "unsure": number(row["unsure"]),
    }


# -- who answered


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


# -- in our words


def raised(theme: Mapping[str, Any], writers: int) -> str:
    """214 of 988 writers raised rents (190–236, depending on how answers are grouped)."""
    if theme["people"] is None:
        return _("Fewer than 10 of %(writers)s writers raised %(theme)s.") % {
            "writers": number(writers),
            "theme": theme_inside(theme),
        }
    parts = {
        "people": number(theme["people"]),
        "writers": number(writers),
        "theme": theme_inside(theme),
        "low": number(theme["interval"][0]) if theme["interval"] else "",
        "high": number(theme["interval"][1]) if theme["interval"] else "",
    }
    if theme["mixed"]:
        return (
            _("%(people)s of %(writers)s writers stand together here with no common thread; read the quotes.")
            % parts
        )
    if not theme["interval"]:
        return _("%(people)s of %(writers)s writers raised %(theme)s.") % parts
    return (
        _(
            "%(people)s of %(writers)s writers raised %(theme)s (%(low)s–%(high)s, depending on how answers "
            "are grouped)."
        )
        % parts
    )


def theme_inside(theme: Mapping[str, Any]) -> str:
    """A theme's name inside a sentence: as people write its first phrase there."""
    name: str = theme["name"]
    first: str = next(iter(theme.get("phrases") or ()), "")
    return name[:1].lower() + name[1:] if first[:1].islower() else name


def raising() -> str:
    return _("Raising is not agreeing.")


# -- groups


def tenths(size: int, whole: int) -> str:
    """4 in 10."""
    share = (20 * size + whole) // (2 * whole) if whole else 0
    return _("%(tenths)s in 10") % {"tenths": share} if share else _("fewer than 1 in 10")


def group_opening(group: Mapping[str, Any], placed: int) -> str:
    """Group A, 4 in 10 of those on the map."""
    return _("Group %(letter)s, %(tenths)s of those on the map") % {
        "letter": group["letter"],
        "tenths": tenths(group["size"], placed),
    }


def nothing_apart() -> str:
    return _("Nothing sets this group clearly apart.")


def holding(entry: Mapping[str, Any], text: str) -> str:
    """Agrees with “…”, unlike the others: 198 of 241 (82 %), the others 158 of 640 (25 %)."""
    return _("%(said)s: %(inside)s, the others %(outside)s.") % {
        "said": _side(entry) % {"it": quoted(plain(text))},
        "inside": _of(entry["inside"], entry["direction"]),
        "outside": _of(entry["outside"], entry["direction"]),
    }


def _of(votes: Mapping[str, Any], side: str) -> str:
    return _("%(part)s of %(whole)s (%(share)s)") % {
        "part": number(votes[side]),
        "whole": number(votes["seen"]),
        "share": percent(votes[side], votes["seen"]),
    }


def _side(entry: Mapping[str, Any]) -> str:
    """How the group stands to the others: alone on its side, further on the same side, or only leaning."""
    side, inside, outside = entry["direction"], entry["inside"], entry["outside"]
    if 2 * inside[side] <= inside["seen"]:
        return (
            _("Leans further towards %(it)s than the others")
            if side == "agree"
            else _("Leans further against %(it)s than the others")
        )
    if 2 * outside[side] <= outside["seen"]:
        return (
            _("Agrees with %(it)s, unlike the others")
            if side == "agree"
            else _("Disagrees with %(it)s, unlike the others")
        )
    return (
        _("Agrees with %(it)s, more than the others")
        if side == "agree"
        else _("Disagrees with %(it)s, more than the others")
    )


def no_clear_groups() -> str:
    return _(
        "The votes show no clear groups. People differ by degree, not as camps, so what follows is of everybody "
        "who voted, together."
    )


def how_grouped(found: Mapping[str, Any]) -> str:
    """What a group is here, what speaks for these, and who is in none of them."""
    parts = [_("A program put together people who vote alike.")]
    if (steady := found["sure"]["stability"]) is not None:
        parts.append(
            _(
                "These groups foretell votes better than one crowd would, and come out again when votes are drawn "
                "anew: agreement %(steady)s, where 1 is the same and 0 is chance."
            )
            % {"steady": f"{max(steady, 0.0):.2f}"}
        )
    parts.append(
        ngettext(
            "%(left_out)s person who cast too few votes is in no group.",
            "%(left_out)s people who cast too few votes are in no group.",
            found["left_out"],
        )
        % {"left_out": number(found["left_out"])}
    )
    if found["small_groups"]:
        parts.append(_("Groups of fewer than 10 people are not shown."))
    return " ".join(parts)


def alike(spread: Mapping[str, Any]) -> str:
    """Half of those on the map stand with most people on 71 % to 86 % of what they took a side on."""
    low, _middle, high = spread["quarters"]
    return _(
        "Of %(people)s people on the map, half stand with most people on %(low)s to %(high)s of the statements "
        "that they took a side on."
    ) % {"people": number(spread["people"]), "low": _hundredths(low), "high": _hundredths(high)}


def alike_band(tenth: int) -> str:
    """On 70 to 80 % of what they took a side on."""
    if tenth == 9:
        return _("On 90 % or more")
    return _("On %(low)d to %(high)d %%") % {"low": 10 * tenth, "high": 10 * tenth + 10}


def _hundredths(share: float) -> str:
    return percent(round(100 * share), 100)


def likely(interval: Sequence[float] | None) -> str:
    """75 to 88 %."""
    if interval is None:
        return ""
    return _("%(low)d to %(high)d %%") % {"low": round(100 * interval[0]), "high": round(100 * interval[1])}


def by_chance(q_value: float | None) -> str:
    """How many in a hundred listed so surely would be there by chance alone."""
    if q_value is None:
        return ""
    if q_value < 0.001:
        return _("under 1 in 1,000")
    return _("%(share)s in 1,000") % {"share": number(round(1000 * q_value))}


def pattern(row: Mapping[str, Any], letters: Sequence[str]) -> str:
    """Agree: 82 % in A, 25 % in B; or 571 agree, 60 disagree, 58 not sure."""
    shares = [
        _("%(share)s in %(letter)s") % {"share": percent(group["agree"], group["seen"]), "letter": letter}
        for letter, group in zip(letters, row["groups"], strict=True)
        if group["agree"] is not None
    ]
    if len(shares) < 2:
        return f"{split(row)}."
    return _("Agree: %(shares)s.") % {"shares": ", ".join(shares)}


# -- what next, and the rest


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
