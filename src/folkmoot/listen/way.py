"""What a way of listening is. Each is one file in `ways/`, found by itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms

from folkmoot.convene.models import QuestionVersion
from folkmoot.listen.models import Participation, Response
from folkmoot.members.models import Member


class Way(ABC):
    """Ask, and take the answer in.

    `setup_form` is what the convener fills in; `answer_form` makes the form that members see, bound where
    `data` is given; `content` turns what was filled in into the response's content; `store` writes rows
    of its own beside the response. A way that asks in more than one go brings its own `step` view.
    """

    name: ClassVar[str]
    label: ClassVar[Any]
    description: ClassVar[Any]
    template: ClassVar[str]
    setup_form: ClassVar[type[forms.Form]]
    # About how long an answer takes, for "about 2 minutes" before the first.
    seconds: ClassVar[int] = 45

    def options(self, cleaned: dict[str, Any], language: str) -> dict[str, Any]:
        return {}

    def initial(self, options: dict[str, Any], language: str) -> dict[str, Any]:
        return {}

    @abstractmethod
    def answer_form(
        self,
        version: QuestionVersion,
        seed: int,
        *,
        data: Mapping[str, Any] | None = None,
        standing: dict[str, Any] | None = None,
    ) -> forms.Form:
        """The form for this wording, shuffled by the seed, filled with the standing answer where there is one."""

    @abstractmethod
    def content(self, form: forms.Form) -> dict[str, Any] | None:
        """What was answered, or None where it was left empty."""

    def check(self, version: QuestionVersion, content: dict[str, Any]) -> None:
        """Raise ValidationError where content that did not come through the form cannot be an answer."""

    def store(self, response: Response, content: dict[str, Any]) -> None:
        """Write rows of its own beside the response; most ways have none."""

    def kept(self, content: dict[str, Any]) -> dict[str, Any] | None:
        """What stands in `Response.content`; None where `store` keeps it all in rows."""
        return content

    def prepare(self, version: QuestionVersion, by: Member | None) -> None:
        """What an opened assembly must have before the first answer, such as statements to vote on."""

    def check_revision(self, before: dict[str, Any], after: dict[str, Any]) -> None:
        """Raise ValidationError where answers that came in already would lose their meaning."""

    def context(self, version: QuestionVersion, participation: Participation | None) -> dict[str, Any]:
        """What the template needs beside the form."""
        return {}
