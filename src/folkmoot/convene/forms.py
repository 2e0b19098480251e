"""What an organiser fills in: wording, timetable, who may answer, and each question."""

from __future__ import annotations

import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from folkmoot.convene import ways
from folkmoot.convene.models import Assembly, QuestionVersion, Timetable, Version, Wording, in_language
from folkmoot.convene.moments import in_zone, zones
from folkmoot.convene.versions import fingerprint, lines

MOMENTS = ("opens", "closes", "findings_due")
TYPED = "%Y-%m-%dT%H:%M"


class LocalMoment(forms.DateTimeField):
    """A date and a time of day as typed, not yet in any time zone."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=TYPED)
    default_error_messages = {"invalid": _("Give a day and a time, such as 2027-03-12T20:00.")}

    def to_python(self, value: Any) -> datetime.datetime | None:
        with timezone.override(datetime.UTC):
            moment = super().to_python(value)
            if moment and not 2000 <= moment.year < 2200:
                raise ValidationError(_("Look at the year: it should be between 2000 and 2199."))
            return timezone.make_naive(moment) if moment else None


class WordingFields(forms.Form):
    title = forms.CharField(
        label=_("Title"), max_length=200, help_text=_("One short question or line, as on a poster.")
    )
    purpose = forms.CharField(
        label=_("Purpose"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Why you ask, and what will happen with the answers. An empty line begins a paragraph."),
    )


class TimetableFields(forms.Form):
    """Three local times and their zone; once cleaned the times are moments."""

    opens = LocalMoment(label=_("Opens"))
    closes = LocalMoment(
        label=_("Closes"),
        help_text=_("Answers count that come before this moment. Until it comes you can extend it."),
    )
    findings_due = LocalMoment(
        label=_("Findings due by"), help_text=_("People are told that they can read the findings by then.")
    )
    zone = forms.ChoiceField(label=_("Time zone"), help_text=_("All three times are meant in this zone."))

    # The timetable that is being changed: a time that was left as it stood keeps its seconds.
    standing: Timetable | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = self.get_initial_for_field(self.fields["zone"], "zone")
        names = zones() if here in zones() else [here, *zones()]
        self.fields["zone"].choices = [(name, name.replace("_", " ")) for name in names]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        zone = cleaned.get("zone")
        for name in MOMENTS:
            if zone and cleaned.get(name):
                try:
                    cleaned[name] = self._moment(name, cleaned[name], zone)
                except ValidationError as error:
                    self.add_error(name, error)
        self._check_not_over(cleaned)
        return cleaned

    def _moment(self, name: str, typed: datetime.datetime, zone: str) -> datetime.datetime:
        if self.standing and self.standing.zone == zone:
            stood = getattr(self.standing, name)
            if self.standing.local(stood).strftime(TYPED) == typed.strftime(TYPED):
                return stood
        return in_zone(typed, zone)

    def _check_not_over(self, cleaned: dict[str, Any]) -> None:
        closes = cleaned.get("closes")
        unchanged = self.standing is not None and closes == self.standing.closes
        if not self.errors and closes and closes <= timezone.now() and not unchanged:
            self.add_error("closes", _now("That moment has passed. Choose one that is still to come."))


class AccessFields(forms.Form):
    access = forms.ChoiceField(
        label=_("Who may answer"),
        choices=Assembly.Access.choices,
        widget=forms.RadioSelect,
        help_text=_("Members answer by a personal link or by signing in. This is settled when you open it."),
    )


class NewAssembly(AccessFields, TimetableFields, WordingFields):
    field_order = ("title", "purpose", "access", *MOMENTS, "zone")


def usual_timetable(now: datetime.datetime) -> dict[str, Any]:
    """Opens tomorrow at nine, closes five days later in the evening, findings two days after that."""
    zone = settings.FOLKMOOT.time_zone
    tomorrow = now.astimezone(ZoneInfo(zone)).date() + datetime.timedelta(days=1)
    evening = datetime.datetime.combine(tomorrow + datetime.timedelta(days=5), datetime.time(20))
    return {
        "opens": datetime.datetime.combine(tomorrow, datetime.time(9)),
        "closes": evening,
        "findings_due": evening + datetime.timedelta(days=2),
        "zone": zone,
    }


class ChangeForm(forms.Form):
    """A change to a version that others may be changing too; people who have seen it are told why."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, current: Version, assembly: Assembly, *args: Any, **kwargs: Any) -> None:
        self.current, self.assembly, self.overtaken = current, assembly, False
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = fingerprint(current)
        if not assembly.is_draft:
            self.fields["reason"] = forms.CharField(
                label=_("Why do you change it?"),
                help_text=_("Everybody sees this beside the old and the new version."),
                max_length=500,
                error_messages={"required": _("People have seen the old version. Say why you change it.")},
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.data.get("seen") != fingerprint(self.current):
            self._tell_of_the_other_change()
        return cleaned

    def _tell_of_the_other_change(self) -> None:
        # Sent again after a look, the form then builds upon the version that was shown.
        self.data = self.data.copy()
        self.data["seen"] = fingerprint(self.current)
        self.overtaken = True
        message = _now(
            "%(who)s changed this while you were writing. Below you see how it stands now; what you wrote is "
            "still in the form. Send it again if it should replace what stands."
        )
        who = self.current.by.name if self.current.by else _now("Somebody else")
        self.add_error(None, ValidationError(message, params={"who": who}))

    @property
    def standing_lines(self) -> list[tuple[str, str]]:
        return lines(self.current)


class WordingChange(ChangeForm, WordingFields):
    field_order = ("title", "purpose", "reason")

    @staticmethod
    def values(wording: Wording) -> dict[str, Any]:
        return {"title": in_language(wording.title), "purpose": in_language(wording.purpose)}


class TimetableChange(ChangeForm, TimetableFields):
    field_order = (*MOMENTS, "zone", "reason")

    def __init__(self, current: Timetable, *args: Any, **kwargs: Any) -> None:
        super().__init__(current, *args, **kwargs)
        self.standing = current

    @staticmethod
    def values(timetable: Timetable) -> dict[str, Any]:
        local = {name: timetable.local(getattr(timetable, name)).replace(tzinfo=None) for name in MOMENTS}
        return local | {"zone": timetable.zone}


class QuestionFields(forms.Form):
    text = forms.CharField(
        label=_("Question"), max_length=500, help_text=_("Exactly as people will read it. Ask one thing.")
    )
    help = forms.CharField(
        label=_("Hint under the question"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    field_order = ("text", "help")


def new_question_form(way: str) -> type[forms.Form]:
    """The question's own fields, then those that its way of listening must be told."""
    return type("NewQuestion", (QuestionFields, ways.named(way).setup_form), {})


def question_form(way: str) -> type[forms.Form]:
    """The same for a question that is there already."""
    return type("QuestionChange", (ChangeForm, QuestionFields, ways.named(way).setup_form), {})


def question_values(version: QuestionVersion, language: str) -> dict[str, Any]:
    setup = ways.named(version.question.way).initial(version.options, language)
    return setup | {
        "text": in_language(version.text, language),
        "help": in_language(version.help, language),
    }


class Opening(forms.Form):
    """Nothing to fill in: the page says what opening means, the form says whether it can be done."""

    def __init__(self, assembly: Assembly, *args: Any, **kwargs: Any) -> None:
        self.assembly = assembly
        super().__init__(*args, **kwargs)

    def clean(self) -> None:
        if self.assembly.timetable.closes <= self.assembly.moment():
            raise ValidationError(_now("Its closing time has passed. Change the timetable first."))
