"""What an organiser says when she publishes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class PublicationForm(forms.Form):
    """For a correction: what changed, which its readers will ask. A first version needs no words."""

    changed = forms.CharField(
        label=_("What changed since the last version?"),
        help_text=_("One or two sentences. They stand on the page and in the public log."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        error_messages={"required": _("Say what this version corrects; readers of the last one will ask.")},
    )

    def __init__(self, *args: Any, correcting: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not correcting:
            del self.fields["changed"]
