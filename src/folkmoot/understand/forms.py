"""What somebody fills in who decides about themes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from folkmoot.understand.review import UNPLACED, Reading
from folkmoot.understand.theme_actions import LONGEST_NAME

NAME_HINT = _("As it stands in a sentence: “214 people raised rents”. Never the name of a person.")


class OfReading(forms.Form):
    """A form about one theme in one reading, after so many decisions.

    When the answers are read again meanwhile, the form still means the same.
    """

    analysis = forms.UUIDField(widget=forms.HiddenInput)
    decisions = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, reading: Reading, theme: str, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("prefix", self.act)
        super().__init__(*args, **kwargs)
        self.reading, self.theme = reading, theme
        self.initial["analysis"] = reading.analysis.uuid
        self.initial["decisions"] = len(reading.decisions)
        if theme != UNPLACED:
            self.initial.setdefault("name", reading.themes[theme]["name"])

    act = ""

    def as_of(self, reading: Reading, theme: str) -> OfReading:
        """What was filled in, as a form of a newer reading."""
        data = self.data.copy()
        data[self.add_prefix("analysis")] = str(reading.analysis.uuid)
        data[self.add_prefix("decisions")] = str(len(reading.decisions))
        return type(self)(reading, theme, data)


class RenameForm(OfReading):
    act = "rename"
    name = forms.CharField(label=_("New name"), max_length=LONGEST_NAME, help_text=NAME_HINT)


class MergeForm(OfReading):
    act = "merge"
    others = forms.MultipleChoiceField(
        label=_("Put with this one"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one other theme to put with this one.")},
    )
    name = forms.CharField(
        label=_("Name of them together"),
        max_length=LONGEST_NAME,
        required=False,
        help_text=_(
            "Left empty, it is that of the largest of them. As it stands in a sentence: “214 people raised rents”."
        ),
    )

    def __init__(self, reading: Reading, theme: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(reading, theme, *args, **kwargs)
        self.initial["name"] = ""
        self.fields["others"].choices = other_themes(reading, theme)  # type: ignore[attr-defined]


class SplitForm(OfReading):
    act = "split"
    phrase = forms.CharField(
        label=_("Words that its points hold"),
        max_length=200,
        help_text=_("Whole words, such as “council rents”. Points that come later and hold them follow."),
    )
    name = forms.CharField(label=_("Name of the new theme"), max_length=LONGEST_NAME, help_text=NAME_HINT)

    def __init__(self, reading: Reading, theme: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(reading, theme, *args, **kwargs)
        self.initial["name"] = ""


# Where a theme is chosen: one that is yet to be made.
NEW = "new"


class MoveForm(OfReading):
    """Ticked points go to another theme, or become one of their own."""

    act = "move"
    # One of the two, which "optional" at both would not say.
    all_optional = True
    to = forms.ChoiceField(label=_("What is ticked goes to"), required=False)
    # The stylesheet shows it where a new theme is chosen, or something stands in it.
    name = forms.CharField(
        label=_("Name of the new theme"),
        max_length=LONGEST_NAME,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": " "}),
    )

    def __init__(self, reading: Reading, theme: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(reading, theme, *args, **kwargs)
        self.initial["name"] = ""
        unplaced = [] if theme == UNPLACED else [(UNPLACED, _("What fits no theme"))]
        choices = [
            ("", _("Choose a theme")),
            *other_themes(reading, theme),
            *unplaced,
            (NEW, _("A new theme")),
        ]
        self.fields["to"].choices = choices  # type: ignore[attr-defined]


class ReviewForm(OfReading):
    act = "review"


class AcceptForm(OfReading):
    act = "accept"


def other_themes(reading: Reading, theme: str) -> list[tuple[str, Any]]:
    return [
        (key, _("%(name)s (%(people)s people)") % {"name": one["name"], "people": one["people"]})
        for key, one in reading.themes.items()
        if key != theme
    ]
