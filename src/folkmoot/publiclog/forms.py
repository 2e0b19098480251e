"""What people fill in about the log."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from folkmoot.publiclog.checking import LARGEST


class CheckForm(forms.Form):
    """A receipt's file, or what stands on it."""

    file = forms.FileField(
        label=_("The file of your receipt"),
        required=False,
        help_text=_("Its name begins with “receipt”. It stays on this site only as long as it is read."),
    )
    place = forms.CharField(
        label=_("Or its number in the log"), required=False, max_length=15, help_text=_("Such as 1204.")
    )
    hash = forms.CharField(
        label=_("and the hash of the entry"),
        required=False,
        max_length=64,
        help_text=_("64 letters and digits, under “For checkers”."),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file and file.size > LARGEST:
            raise ValidationError(_("That file is too large to be a receipt. Choose another one."))
        return file

    def clean_hash(self) -> str:
        return str(self.cleaned_data["hash"]).strip().lower()

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("file") and not (given.get("place") and given.get("hash")) and not self.errors:
            raise ValidationError(_("Choose the file of your receipt, or fill in its number and its hash."))
        return given


class WitnessForm(forms.Form):
    name = forms.CharField(label=_("Who keeps it"), max_length=200, help_text=_("Such as Skelby branch."))
    key = forms.CharField(
        label=_("The key of the witness"),
        max_length=300,
        help_text=_("The line that “folkmoot witness” shows when it starts."),
    )
    address = forms.URLField(
        label=_("Where it can be asked, if it can"),
        required=False,
        assume_scheme="https",
        help_text=_("Leave this empty for a witness that comes by itself."),
    )


class RestorationForm(forms.Form):
    reason = forms.CharField(
        label=_("What happened"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        help_text=_("Everybody can read it, for as long as the log is kept."),
    )
