"""Open text: an answer in one's own words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from folkmoot.convene.models import QuestionVersion
from folkmoot.listen.forms import WordsField
from folkmoot.listen.way import Way

LONGEST = 5000


class Setup(forms.Form):
    """Nothing to choose: the question and its help are enough."""


class Answer(forms.Form):
    # Every step can be skipped: saying so at the field would be said twice.
    all_optional = True

    text = WordsField(
        label=_("Your answer"),
        help_text=_("In your own words, up to 5,000 characters. A sentence is enough."),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={
            "max_length": _(
                "Your answer has %(show_value)d characters; %(limit_value)d fit. "
                "Shorten it, or send the rest by another answer."
            )
        },
    )


class OpenText(Way):
    name = "open_text"
    label = _("Open text")
    description = _("People answer in their own words. What they say is sorted into themes.")
    template = "listen/ways/open_text.html"
    setup_form = Setup
    seconds = 60

    def answer_form(
        self,
        version: QuestionVersion,
        seed: int,
        *,
        data: Mapping[str, Any] | None = None,
        standing: dict[str, Any] | None = None,
    ) -> forms.Form:
        return Answer(data, initial=standing)

    def content(self, form: forms.Form) -> dict[str, Any] | None:
        text = form.cleaned_data["text"]
        if text.strip():
            return {"text": text}
        # Whoever empties an answer that stood takes it back: that is a version too.
        return {"text": ""} if form.initial.get("text") else None

    def check(self, version: QuestionVersion, content: dict[str, Any]) -> None:
        if not isinstance(content.get("text"), str) or len(content["text"]) > LONGEST:
            raise ValidationError(_("An answer is a text of up to 5,000 characters."))


way = OpenText()
