"""The page of one theme, or of what fits none: its answers as they were asked for, and what can be decided."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from folkmoot.convene.models import Question
from folkmoot.listen.small_cells import SMALL
from folkmoot.members.models import Member
from folkmoot.publiclog import kinds
from folkmoot.understand import check_actions, shown, theme_actions
from folkmoot.understand.doubt import fits_least
from folkmoot.understand.forms import OfReading
from folkmoot.understand.models import ThemeDecision
from folkmoot.understand.review import UNPLACED, Reading
from folkmoot.understand.taken import Key

A_PAGE = 25
# What leaves out some of the answers. What is new is all that is still to be read.
NARROWER = ("q", "part", "sub")
# What fits least comes first, unless this is asked for.
BEST_FIRST = "best"


def address(question: Question, theme: str | None) -> str:
    return reverse("understand:theme", args=[question.assembly.uuid, question.uuid, theme or UNPLACED])


def where_to_read(reading: Reading, theme: str) -> str:
    """The address of what came since a theme was reviewed; all of it, where it never was."""
    return address(reading.question, theme) + ("?new=1" if reading.reviewed(theme) else "")


@dataclass
class Page:
    """One theme, or what fits none, with what is asked for on its page."""

    request: HttpRequest
    member: Member
    reading: Reading
    theme: str

    @property
    def key(self) -> str | None:
        return None if self.theme == UNPLACED else self.theme

    def asked(self, name: str) -> str:
        return self.request.GET.get(name, "").strip()

    @cached_property
    def answers(self) -> list[shown.ShownAnswer]:
        return shown.answers(self.reading, self.theme)

    @cached_property
    def parts(self) -> list[tuple[str, str]]:
        return shown.parts(self.reading, self.answers)

    @cached_property
    def chosen(self) -> list[shown.ShownAnswer] | None:
        """The answers that were asked for; None where they would be too few of a branch or channel to show."""
        found, part = self.answers, self.asked("part")
        if part:
            if part not in dict(self.parts):
                return None
            found = shown.kept_to(self.reading, found, part)
        if self.asked("new"):
            found = [one for one in found if one.is_new]
        if self.asked("sub"):
            found = shown.part_of_theme(self.reading, found, self.asked("sub"))
        if self.asked("q"):
            found = shown.holding(self.reading, found, self.asked("q"))
        if self.asked("order") == BEST_FIRST:
            found = found[::-1]
        return None if part and len(found) < SMALL else found

    @cached_property
    def lines(self) -> list[shown.ShownAnswer]:
        """What was asked for, with what several people wrote word for word shown once."""
        return shown.gathered(self.chosen or [])

    @cached_property
    def paged(self) -> Any:
        return Paginator(self.lines, A_PAGE).get_page(self.request.GET.get("page"))

    @property
    def is_narrower(self) -> bool:
        """Whether something that is still to be reviewed is left out."""
        unseen = self.asked("new") and not self.reading.reviewed(self.theme)
        return bool(unseen) or any(self.asked(name) for name in NARROWER)

    @property
    def read(self) -> list[str]:
        """The answers up to the end of this page, where they began with what fits least and nothing was left out."""
        if self.is_narrower or self.asked("order"):
            return []
        seen = self.lines[: self.paged.number * A_PAGE]
        return [response for one in seen for response in (one.response, *one.others)]

    @property
    def may_accept_rest(self) -> bool:
        """Whether some of it may be left unread: what has a name to fit, once all that fits least was shown."""
        if self.theme == UNPLACED or self.reading.themes[self.theme]["mixed"] or not self.paged.has_next():
            return False
        return bool(self.read) and not theme_actions.doubtful_unread(self.reading, self.theme, self.read)

    def with_same(self, points: Sequence[Key]) -> list[Key]:
        """These points, with those of the answers that a line of the page stands for."""
        others = {one.response: one.others for one in self.lines}
        return [
            (response, start, end)
            for first, start, end in points
            for response in (first, *others.get(first, ()))
        ]

    def going_on(self, after: Sequence[Key], before: Page) -> str:
        """The address of the answer that came after these points before, with the same search."""
        asked = self.request.GET.copy()
        gone = {response for response, _start, _end in after}
        order = [one.response for one in before.lines]
        last = max((place for place, one in enumerate(order) if one in gone), default=-1)
        found = [one.response for one in self.lines]
        place = next((found.index(one) for one in order[last + 1 :] if one in found), len(found) - 1)
        if place >= A_PAGE or asked.get("page"):
            asked["page"] = str(place // A_PAGE + 1)
        query = f"?{asked.urlencode()}" if asked else ""
        answer = f"#a-{found[place]}" if after and found else ""
        return address(self.reading.question, self.key) + query + answer


def show(page: Page, forms: Mapping[str, type[OfReading]], failed: OfReading | None = None) -> HttpResponse:
    """The page, with a form that could not be obeyed as it was filled in."""
    reading, theme = page.reading, page.theme
    filled = {
        act: failed if failed is not None and failed.act == act else form_class(reading, theme)
        for act, form_class in forms.items()
        if theme != UNPLACED or act not in ("rename", "merge", "accept")
    }
    history = _history(reading, page.key)
    last = last_decision(reading)
    pending = reading.to_review(theme)
    context = {
        "assembly": reading.question.assembly,
        "question": reading.question,
        "reading": reading,
        "unplaced": theme == UNPLACED,
        "theme": reading.now if theme == UNPLACED else reading.themes[theme],
        "id": theme,
        "to_review": len(pending),
        "doubtful": sum(map(fits_least, pending)),
        "forms": filled,
        "form": failed,
        "ticked": page.request.POST.getlist("point"),
        "answers": len(page.answers),
        "page": page.paged,
        "tickable": any(one.points for one in page.paged),
        "parts": page.parts,
        "asked": {name: page.asked(name) for name in (*NARROWER, "new", "order")},
        "narrower": page.is_narrower,
        "chosen": any(page.asked(name) for name in (*NARROWER, "new", "order")),
        "seen": len(page.read),
        "may_accept_rest": page.may_accept_rest,
        "found": len(page.chosen or ()),
        "too_few": page.chosen is None,
        "following": _next(reading, theme),
        "history": [(at, line) for _number, at, line in history],
        "last": last if last and last["number"] in {number for number, _at, _line in history} else None,
        "read": reading.reviewed(theme),
        "check": [] if theme == UNPLACED else _checked(reading.themes[theme]["check"]),
        "others": len(reading.themes) > 1,
        "unfinished": None if theme == UNPLACED else check_actions.unfinished_check(reading, theme),
    }
    return render(page.request, "understand/theme.html", context, status=422 if failed is not None else 200)


def last_decision(reading: Reading) -> dict[str, Any] | None:
    """The last decision about a question's themes, in words, where it can be taken back."""
    last = theme_actions.last_to_take_back(reading)
    if last is None:
        return None
    row = ThemeDecision.objects.of(reading.question).get(number=last["number"])
    return {"number": row.number, "told": kinds.of(row).show(row)}


def _history(reading: Reading, theme: str | None) -> list[tuple[int, datetime.datetime, str]]:
    """What was decided about a theme, oldest first, as the record tells it."""
    lines = reading.now["unplaced_decided"] if theme is None else reading.themes[theme]["decided"]
    if theme is None and reading.now["unplaced_reviewed"]:
        lines = [*lines, reading.now["unplaced_reviewed"]]
    rows = ThemeDecision.objects.of(reading.question).filter(number__in=[line["number"] for line in lines])
    return [(row.number, row.at, kinds.of(row).show(row)) for row in rows]


def _next(reading: Reading, theme: str) -> str:
    """The theme after this one in the list; Unplaced is the last."""
    order = [*reading.themes, UNPLACED]
    place = order.index(theme)
    return order[place + 1] if place + 1 < len(order) else order[0]


def _checked(found: Mapping[str, Any] | None) -> list[str]:
    """What the last check of a theme found."""
    if found is None:
        return []
    lines = [_("Last checked by %(who)s.") % {"who": found["by_name"]}]
    if found["precision"] is not None:
        lines.append(_("Of those in it, %(share)s belong here.") % {"share": f"{found['precision']:.0%}"})
    if found["recall"] is not None:
        lines.append(_("Of all that belong here, %(share)s are in it.") % {"share": f"{found['recall']:.0%}"})
    if found["corrected"] is not None:
        low, high = found["corrected_interval"]
        told = {"people": round(found["corrected"]), "low": round(low), "high": round(high)}
        lines.append(_("Corrected by this, about %(people)s raised it (%(low)s to %(high)s).") % told)
    return lines
