"""A form that comes back says what to mend, beside each field and in one place; nothing typed is lost."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from django import forms
from django.template.loader import get_template, render_to_string


class NewAssembly(forms.Form):
    title = forms.CharField(help_text="Short, as on a poster.")
    purpose = forms.CharField(widget=forms.Textarea, required=False)
    answerers = forms.ChoiceField(widget=forms.RadioSelect, choices=[("m", "Members"), ("l", "Link")])
    days = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, choices=[("1", "Monday")])
    agreed = forms.BooleanField(help_text="After opening, changes stay visible.")
    token = forms.CharField(widget=forms.HiddenInput)

    def clean(self) -> None:
        raise forms.ValidationError("It closes before it opens.")


class Elements(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def values(self, attribute: str) -> list[str]:
        return [value for _, attrs in self.found if (value := attrs.get(attribute)) is not None]


@pytest.fixture
def page() -> Elements:
    return Elements(str(NewAssembly({"purpose": "To hear <everybody>"})))


def test_the_summary_leads_to_each_field_that_needs_mending(page: Elements) -> None:
    targets = [href.removeprefix("#") for href in page.values("href")]
    assert targets == ["id_title", "id_answerers_0", "id_days_0", "id_agreed"]
    assert set(targets) <= set(page.values("id"))


def test_the_summary_says_what_belongs_to_no_visible_field() -> None:
    drawn = str(NewAssembly({}))
    summary = drawn[: drawn.index("</ul>")]
    assert "It closes before it opens." in summary
    assert summary.count("<li>") == 6


def test_a_summary_is_announced_and_takes_the_focus(page: Elements) -> None:
    summary = next(attrs for _, attrs in page.found if attrs.get("class") == "errors")
    assert summary["role"] == "alert"
    assert {"tabindex", "autofocus"} <= summary.keys()


def test_what_describes_a_field_is_there(page: Elements) -> None:
    described = " ".join(page.values("aria-describedby")).split()
    assert {"id_title_helptext", "id_title_error", "id_answerers_error", "id_agreed_helptext"} <= set(
        described
    )
    assert set(described) <= set(page.values("id"))


def test_a_field_in_error_is_marked(page: Elements) -> None:
    fields = {attrs.get("name"): attrs for tag, attrs in page.found if tag in {"input", "textarea"}}
    assert fields["title"]["aria-invalid"] == "true"
    assert "aria-invalid" not in fields["purpose"]


def test_every_label_belongs_to_a_field_and_every_id_is_its_own(page: Elements) -> None:
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    labelled = page.values("for")
    assert set(labelled) <= set(ids)
    assert {"id_title", "id_purpose", "id_agreed", "id_answerers_0", "id_answerers_1"} <= set(labelled)


def test_options_stand_in_a_group_with_its_question() -> None:
    drawn = str(NewAssembly())
    groups = re.findall(r"<fieldset.*?</fieldset>", drawn, re.DOTALL)
    assert len(groups) == 2
    assert "<legend>Answerers</legend>" in groups[0]


def test_what_was_typed_is_kept() -> None:
    assert "To hear &lt;everybody&gt;" in str(NewAssembly({"purpose": "To hear <everybody>"}))


def test_a_field_that_may_stay_empty_says_so() -> None:
    drawn = str(NewAssembly())
    assert drawn.count("(optional)") == 1


def test_an_untouched_form_complains_of_nothing() -> None:
    drawn = str(NewAssembly())
    assert "errors" not in drawn
    assert 'class="error"' not in drawn


def test_a_template_may_include_a_form_as_well_as_print_it() -> None:
    form = NewAssembly({})
    included = render_to_string("components/form.html", {"form": form})
    assert Elements(included).values("id") == Elements(str(form)).values("id")


@pytest.mark.parametrize("name", ["400.html", "500.html"])
def test_the_page_for_a_failure_needs_nothing_that_may_have_failed(name: str) -> None:
    page = get_template(name).render()
    assert "<h1>" in page
    assert "<nav" not in page
    assert '<html lang="en' in page
