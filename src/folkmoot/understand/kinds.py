"""What this room puts in the public log: what people decided about themes, and who may."""

from __future__ import annotations

import uuid
from collections import Counter

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from folkmoot.publiclog.kinds import Kind, instant, register
from folkmoot.understand.models import ThemeDecision, ThemeReviewers


def _show(decision: ThemeDecision) -> str:
    content = decision.content
    names = {
        "who": decision.by.name,
        "before": content["before"] or _("what fits no theme"),
        "name": content.get("name", ""),
        "others": ", ".join(f"“{name}”" for name in content.get("from_names", [])),
        "to": content.get("to_name") or _("what fits no theme"),
        "sample": content.get("sample", ""),
        "read": content.get("read") or _("some"),
        "undone": _undone(decision),
    }
    return _lines()[decision.what] % names


def _undone(decision: ThemeDecision) -> str:
    """The decision that this one takes back, as the record tells it."""
    number = decision.content.get("undoes")
    undone = ThemeDecision.objects.of(decision.question).filter(number=number).first() if number else None
    return _show(undone) if undone else ""


def _lines() -> dict[str, str]:
    return {
        "rename": _("%(who)s renamed the theme “%(before)s” to “%(name)s”"),
        "merge": _("%(who)s put the themes “%(before)s” and %(others)s together as “%(name)s”"),
        "split": _("%(who)s split “%(name)s” off from the theme “%(before)s”"),
        "move": _("%(who)s moved points from “%(before)s” to “%(to)s”"),
        "review": _("%(who)s read all that stands in “%(before)s”"),
        "accept": _(
            "%(who)s read %(read)s of the answers in “%(before)s”, beginning with what fits it least, and accepted "
            "the rest"
        ),
        "check": _("%(who)s began to check the theme “%(before)s” on %(sample)s answers drawn by lot"),
        "undo": _("%(who)s took back: %(undone)s"),
        "checked": _("%(who)s finished checking the theme “%(before)s” on %(sample)s answers"),
    }


def _summary(assembly: uuid.UUID | None) -> str:
    """All of them in one line: "2 themes renamed, 1 split"; nothing where there is none."""
    found = ThemeDecision.objects.order_by()
    if assembly is not None:
        found = found.filter(question__assembly__uuid=assembly)
    counts = Counter(found.values_list("what", flat=True))
    words = {
        "rename": ngettext("%(n)s theme renamed", "%(n)s themes renamed", counts["rename"]),
        "merge": ngettext("themes put together once", "themes put together %(n)s times", counts["merge"]),
        "split": ngettext("%(n)s theme split", "%(n)s themes split", counts["split"]),
        "move": ngettext("points moved once", "points moved %(n)s times", counts["move"]),
        "undo": ngettext("taken back once", "taken back %(n)s times", counts["undo"]),
    }
    return ", ".join(text % {"n": counts[what]} for what, text in words.items() if counts[what])


register(
    Kind(
        name="theme_decision",
        model=ThemeDecision,
        content=lambda decision: {
            "question": str(decision.question.uuid),
            "number": decision.number,
            "what": decision.what,
            "content": decision.content,
            "by": str(decision.by.uuid),
            "at": instant(decision.at),
        },
        sealed=lambda decision: {"reach": decision.reach},
        show=_show,
        assembly=lambda decision: decision.question.assembly.uuid,
        related=("question__assembly", "by"),
        summary=_summary,
    )
)
register(
    Kind(
        name="theme_reviewers",
        model=ThemeReviewers,
        content=lambda given: {
            "assembly": str(given.assembly.uuid),
            "facilitators": given.facilitators,
            "by": str(given.by.uuid),
            "at": instant(given.at),
        },
        show=lambda given: (
            (
                _("%(who)s let facilitators decide about themes, too")
                if given.facilitators
                else _("%(who)s left decisions about themes to organisers alone")
            )
            % {"who": given.by.name}
        ),
        assembly=lambda given: given.assembly.uuid,
        related=("assembly", "by"),
    )
)
