"""How people voted on statements, and the groups that their votes make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from folkmoot.publish.numbers import counted, number, percent, plain, quoted, small_number


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
