"""Forms that belong to no single way of listening."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from folkmoot.listen.models import LONGEST_STATEMENT


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
    text = forms.CharField(
        label=_("Add a statement of your own"),
        help_text=_("One thing that people can agree or disagree with. It is shown to others at once."),
        max_length=LONGEST_STATEMENT,
        error_messages={
            "required": _("Write your statement first."),
            "max_length": _("It has %(show_value)d characters; %(limit_value)d fit. Shorten it."),
        },
        widget=forms.Textarea(attrs={"rows": 2}),
    )
