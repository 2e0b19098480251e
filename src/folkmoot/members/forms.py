"""What is filled in: the file with the roll, and who gets which role."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from folkmoot.members.models import Member, Role
from folkmoot.members.roll import LIMIT

SOME, WHOLE = "some", "whole"


class RollUpload(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "A table saved as CSV with the columns name, email, branch and joined, and number where you have one. "
            "20 MB at most."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv,text/plain"}),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("That file is empty. Choose the file with your members."),
        },
    )
    extent = forms.ChoiceField(
        label=_("Who is in this file?"),
        widget=forms.RadioSelect,
        choices=[
            (WHOLE, _("Everybody. Whoever is not in it has left.")),
            (SOME, _("New or changed members only. Nobody leaves.")),
        ],
        error_messages={"required": _("Say whether everybody is in the file.")},
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LIMIT:
            raise ValidationError(
                _now("That file is larger than 20 MB. Take out the columns that are not needed.")
            )
        return file

    @property
    def whole_roll(self) -> bool:
        return bool(self.cleaned_data["extent"] == WHOLE)


class RoleForm(forms.Form):
    email = forms.EmailField(
        label=_("Email address of the member"),
        help_text=_("The one on the roll."),
        error_messages={"invalid": _("Write an email address like jean@lantern.example.")},
    )
    role = forms.ChoiceField(
        label=_("Role"),
        choices=[("", _("Choose one")), *Role.choices],
        error_messages={"required": _("Choose a role.")},
    )

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].strip()
        self.member = Member.objects.on_the_roll().filter(email__iexact=email).first()
        if self.member is None:
            raise ValidationError(_now("Nobody on the roll has this address. Look it up in the roll."))
        return email

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        role = cleaned.get("role")
        if role and cleaned.get("email") and self.member and self.member.holds(role):
            message = _now("%(member)s holds this role already.") % {"member": self.member.name}
            self.add_error("role", message)
        return cleaned


class ContactForm(forms.Form):
    member = forms.CharField(
        label=_("The member’s address as it stands, or her number"),
        max_length=254,
        error_messages={"required": _("Say whose address it is.")},
    )
    email = forms.EmailField(
        label=_("Her new address"),
        error_messages={
            "required": _("Give the new address."),
            "invalid": _("Write an email address like jean@lantern.example."),
        },
    )
    reason = forms.CharField(
        label=_("Why"),
        help_text=_("Both addresses are told, and it stands in the record. Do not name the member here."),
        max_length=400,
        error_messages={"required": _("Say why.")},
    )

    def clean_member(self) -> Member:
        given = self.cleaned_data["member"].strip()
        on_the_roll = Member.objects.on_the_roll()
        found = on_the_roll.filter(email__iexact=given).first() or (
            on_the_roll.filter(number=given).first() if given else None
        )
        if found is None:
            raise ValidationError(
                _now("Nobody on the roll has this address or number. Look it up in the roll.")
            )
        return found
