"""Priorities: rank some of a list, or share out points; the options shuffled for each person."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from folkmoot.convene.models import QuestionVersion, in_language
from folkmoot.listen.way import Way

RANK, POINTS = "rank", "points"


class Setup(forms.Form):
    options = forms.CharField(
        label=_("Options"),
        help_text=_("One on each line, three to twenty. Everybody sees them in an order of their own."),
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    manner = forms.ChoiceField(
        label=_("How people choose"),
        choices=[
            (RANK, _("Put the most important ones in order")),
            (POINTS, _("Share out points among the options")),
        ],
        widget=forms.RadioSelect,
        initial=RANK,
    )
    limit = forms.IntegerField(
        label=_("How many to rank, or how many points to share out"), min_value=1, max_value=100, initial=5
    )

    def clean_options(self) -> list[str]:
        lines = [" ".join(line.split()) for line in self.cleaned_data["options"].splitlines()]
        lines = [line for line in lines if line]
        if twice := sorted({line for line in lines if lines.count(line) > 1}):
            raise ValidationError(_("“%(option)s” is there twice."), params={"option": twice[0]})
        if not 3 <= len(lines) <= 20:
            raise ValidationError(
                _("There are %(count)d options. Give between 3 and 20."), params={"count": len(lines)}
            )
        return lines


class Answer(forms.Form):
    """A field for each option: its place in the ranking, or its points. Empty ones are left out."""

    all_optional = True

    def __init__(self, version: QuestionVersion, seed: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.manner, self.limit = version.options["manner"], version.options["limit"]
        options = list(version.options["options"])
        random.Random(f"{seed}/{version.question.uuid}").shuffle(options)
        for option in options:
            self.fields[option["key"]] = self._field(in_language(option["text"]), len(options))

    def _field(self, label: str, count: int) -> forms.Field:
        if self.manner == POINTS:
            return forms.IntegerField(
                label=label, min_value=0, max_value=self.limit, required=False, widget=forms.NumberInput
            )
        places = [("", _("–"))] + [(str(place), str(place)) for place in range(1, min(self.limit, count) + 1)]
        return forms.ChoiceField(label=label, choices=places, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        given = {key: int(value) for key, value in cleaned.items() if value not in ("", None)}
        if self.manner == POINTS:
            given = {key: value for key, value in given.items() if value}
            if (total := sum(given.values())) > self.limit:
                raise ValidationError(
                    _("You shared out %(total)d points; there are %(limit)d. Take %(over)d away."),
                    params={"total": total, "limit": self.limit, "over": total - self.limit},
                )
            return {"points": given}
        for place in sorted(set(given.values())):
            same = [self.fields[key].label for key, value in given.items() if value == place]
            if len(same) > 1:
                raise ValidationError(
                    _("“%(first)s” and “%(second)s” are both at place %(place)d. Give each its own place."),
                    params={"first": same[0], "second": same[1], "place": place},
                )
        # Gaps close up: places 1, 2 and 4 are a first, a second and a third.
        return {"ranking": sorted(given, key=lambda key: given[key])}


class Priorities(Way):
    name = "priorities"
    label = _("Priorities")
    description = _("People put the most important options in order, or share out points.")
    template = "listen/ways/priorities.html"
    setup_form = Setup
    seconds = 45

    def options(self, cleaned: dict[str, Any], language: str) -> dict[str, Any]:
        return {
            "manner": cleaned["manner"],
            "limit": cleaned["limit"],
            "options": [
                {"key": f"o{number}", "text": {language: text}}
                for number, text in enumerate(cleaned["options"], 1)
            ],
        }

    def initial(self, options: dict[str, Any], language: str) -> dict[str, Any]:
        return {
            "manner": options.get("manner", RANK),
            "limit": options.get("limit", 5),
            "options": "\n".join(
                in_language(option["text"], language) for option in options.get("options", [])
            ),
        }

    def answer_form(
        self,
        version: QuestionVersion,
        seed: int,
        *,
        data: Mapping[str, Any] | None = None,
        standing: dict[str, Any] | None = None,
    ) -> forms.Form:
        standing = standing or {}
        initial = standing.get("points") or {
            key: str(place) for place, key in enumerate(standing.get("ranking", []), 1)
        }
        return Answer(version, seed, data, initial=initial)

    def content(self, form: forms.Form) -> dict[str, Any] | None:
        # Whoever empties priorities that stood takes them back: that is a version too.
        return form.cleaned_data if form.initial or any(form.cleaned_data.values()) else None

    def check(self, version: QuestionVersion, content: dict[str, Any]) -> None:
        known = {option["key"] for option in version.options["options"]}
        ranking, points = content.get("ranking"), content.get("points")
        limit = version.options["limit"]
        if version.options["manner"] == RANK:
            right = isinstance(ranking, list) and len(set(ranking)) == len(ranking) <= limit
            right = right and set(ranking) <= known
        else:
            right = isinstance(points, dict) and set(points) <= known
            right = right and all(isinstance(n, int) and n >= 0 for n in points.values())
            right = right and sum(points.values()) <= limit
        if not right:
            raise ValidationError(_("These priorities do not fit the options of the question."))

    def check_revision(self, before: dict[str, Any], after: dict[str, Any]) -> None:
        """Answers name options by their place in the list: only rewording and adding at the end is safe."""
        if before["manner"] != after["manner"]:
            raise ValidationError(
                {"manner": _("People are answering already: this can no longer be changed.")}
            )
        old = [in_language(option["text"]) for option in before["options"]]
        new = [in_language(option["text"]) for option in after["options"]]
        moved = [text for place, text in enumerate(old) if text in new and new.index(text) != place]
        if len(new) < len(old) or moved:
            raise ValidationError(
                {
                    "options": _(
                        "People are answering already: options can be reworded where they stand or added at "
                        "the end, not moved or taken away."
                    )
                }
            )


way = Priorities()
