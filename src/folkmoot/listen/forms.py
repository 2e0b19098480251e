"""Forms that belong to no single way of listening."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from folkmoot.listen.models import LONGEST_STATEMENT


class WordsField(forms.CharField):
    """Somebody's own words. A line ends in one character, whatever the browser sends for it."""

    def to_python(self, value: Any) -> str:
        words: str = super().to_python(value)
        return words.replace("\r\n", "\n").replace("\r", "\n")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        # With maxlength a browser cuts off a long paste and does not say so.
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}


class ConsentForm(forms.Form):
    """No default, and it may be left open."""

    # Every step can be skipped: saying so at the field would be said twice.
    all_optional = True

    may_print = forms.ChoiceField(
        label=_("May we print your words, without your name?"),
        choices=[("yes", _("Yes, you may print them")), ("no", _("No, count them but do not print them"))],
        widget=forms.RadioSelect,
        required=False,
    )


class StatementForm(forms.Form):
    text = WordsField(
        label=_("Add a statement of your own"),
        help_text=_("One thing that people can agree or disagree with. It is shown to others at once."),
        max_length=LONGEST_STATEMENT,
        error_messages={
            "required": _("Write your statement first."),
            "max_length": _("It has %(show_value)d characters; %(limit_value)d fit. Shorten it."),
        },
        widget=forms.Textarea(attrs={"rows": 2}),
    )
