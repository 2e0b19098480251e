"""What this room puts in the public log. Voices are committed to; what they say is not shown there."""

from __future__ import annotations

from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from folkmoot.listen.models import Batch, Consent, Response, Statement
from folkmoot.publiclog.kinds import Kind, instant, register


def _several(number: int, words: str) -> str:
    return words % intcomma(number)


def _response_content(response: Response) -> dict[str, Any]:
    content = response.content
    if content is None and response.cast is not None:
        content = {"votes": response.cast}
    elif content is None:
        votes = response.votes.values_list("statement__uuid", "value")
        content = {"votes": {str(statement): value for statement, value in votes}}
    return {
        "who": response.who,
        "question": str(response.question.uuid),
        "version": response.version.number,
        "number": response.number,
        "late": response.late,
        "content": content,
    }


register(
    Kind(
        name="response",
        model=Response,
        content=_response_content,
        show=lambda response: _("An answer was received"),
        assembly=lambda response: response.question.assembly.uuid,
        whose=lambda response: response.participation.member,
        voice=True,
        erase=lambda response: response.delete(),
        several=lambda number: _several(number, ngettext("%s answer", "%s answers", number)),
    )
)
register(
    Kind(
        name="consent",
        model=Consent,
        content=lambda consent: {
            "participation": str(consent.participation.uuid),
            "given": consent.given,
        },
        show=lambda consent: _("Somebody said whether her words may be printed"),
        assembly=lambda consent: consent.participation.assembly.uuid,
        whose=lambda consent: consent.participation.member,
        voice=True,
        erase=lambda consent: consent.delete(),
        several=lambda number: _several(
            number,
            ngettext(
                "%s choice whether words may be printed", "%s choices whether words may be printed", number
            ),
        ),
    )
)
register(
    Kind(
        name="statement",
        model=Statement,
        content=lambda statement: {
            "question": str(statement.question.uuid),
            "text": statement.text,
            "who": statement.who,
            "by": str(statement.by.uuid) if statement.by else None,
            "at": instant(statement.at),
        },
        show=lambda statement: _("A statement was put: “%s”") % statement.text,
        assembly=lambda statement: statement.question.assembly.uuid,
        whose=lambda statement: statement.participation.member if statement.participation else statement.by,
        voice=True,
        several=lambda number: _several(number, ngettext("%s statement", "%s statements", number)),
    )
)
register(
    Kind(
        name="import",
        model=Batch,
        content=lambda batch: {
            "assembly": str(batch.assembly.uuid),
            "source": batch.source,
            "file": batch.file_digest,
            "people": batch.people,
        },
        show=lambda batch: (
            _("Answers of %(people)d people were brought in from %(source)s")
            % {"people": batch.people, "source": batch.source}
        ),
        assembly=lambda batch: batch.assembly.uuid,
    )
)
