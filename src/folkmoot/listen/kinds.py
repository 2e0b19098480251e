"""What this room puts in the public log. Voices are committed to; what they say is not shown there."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from folkmoot.listen.models import Batch, Consent, Participation, Response, Statement
from folkmoot.publiclog.kinds import Kind, also_check, instant, register
from folkmoot.publiclog.models import Erasure


def _several(number: int, words: str) -> str:
    return words % intcomma(number)


def _response_content(response: Response) -> dict[str, Any]:
    content = response.content
    if content is None:
        content = {"votes": response.cast if response.cast is not None else _votes(response)}
    return {
        "who": response.who,
        "question": str(response.question.uuid),
        "version": response.version.number,
        "number": response.number,
        "late": response.late,
        "content": content,
    }


def _votes(response: Response) -> dict[str, int]:
    votes = response.votes.all()
    if "votes" not in getattr(response, "_prefetched_objects_cache", {}):
        votes = votes.select_related("statement")
    return {str(vote.statement.uuid): vote.value for vote in votes}


def _took_part(participation: Participation) -> dict[str, Any]:
    """All that is kept of somebody taking part: every answer of hers covers it, and nobody is given it."""
    return {
        "id": str(participation.uuid),
        "assembly": str(participation.assembly.uuid),
        "channel": participation.channel,
        "member": str(participation.member.uuid) if participation.member else None,
        "token": participation.token_hash,
        "batch": str(participation.batch.uuid) if participation.batch else None,
        "started_at": instant(participation.started_at),
        "seed": participation.seed,
    }


def _wrong_pseudonym(thing: Response | Statement) -> str:
    """Whether it stands under another pseudonym than that of whoever gave it."""
    if thing.participation is None:
        return ""
    key = getattr(thing.question, "pseudonym_key", None)
    if key is None:
        return "the key that its pseudonym is made with is gone"
    if key.pseudonym(thing.participation) == thing.who:
        return ""
    return "it does not stand under the pseudonym of whoever gave it"


def _wrong_statement(statement: Statement) -> str:
    if statement.who and statement.participation is None and not statement.brought:
        erased = Erasure.objects.filter(item=statement.uuid, tie=True).exists()
        return "" if erased else "who put it was removed without an erasure"
    if statement.participation is not None and not statement.who:
        return "whoever put it was removed"
    return _wrong_pseudonym(statement)


def _wrong_response(response: Response) -> str:
    if response.version.question_id != response.question_id:
        return "the version it answers is one of another question"
    if response.content is not None and len(response.votes.all()):
        return "it is no answer of votes, and has some"
    return _wrong_pseudonym(response)


def _own(model: type[Response] | type[Consent] | type[Statement]) -> Callable[[Any], Iterable[uuid.UUID]]:
    return lambda member: model.objects.filter(participation__member=member).values_list("uuid", flat=True)


def _told(response: Response) -> str:
    """What was answered, and whether this answer is the one that stands."""
    if response.late:
        words = _("To “%s”. It came late, and is kept aside.")
    elif response.content is None:
        words = _("Votes, to “%s”. The last one on each statement stands.")
    elif Response.objects.standing().filter(pk=response.pk).exists():
        words = _("To “%s”. It is the answer of yours that stands.")
    else:
        words = _("To “%s”. A later answer of yours stands in its place.")
    return words % response.question


PARTICIPATION = ("participation__assembly", "participation__member", "participation__batch")

register(
    Kind(
        name="response",
        model=Response,
        content=_response_content,
        sealed=lambda response: {"at": instant(response.at), "by": _took_part(response.participation)},
        show=lambda response: _("An answer was received"),
        assembly=lambda response: response.question.assembly.uuid,
        whose=lambda response: response.participation.member,
        voice=True,
        belonging=_own(Response),
        told=_told,
        erase=lambda response: response.delete(),
        wrong=_wrong_response,
        related=("question__assembly", "question__pseudonym_key", "version", *PARTICIPATION),
        fetched=("votes__statement",),
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
        sealed=lambda consent: {"at": instant(consent.at), "by": _took_part(consent.participation)},
        show=lambda consent: _("Somebody said whether her words may be printed"),
        assembly=lambda consent: consent.participation.assembly.uuid,
        whose=lambda consent: consent.participation.member,
        voice=True,
        belonging=_own(Consent),
        erase=lambda consent: consent.delete(),
        related=PARTICIPATION,
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
            "key": statement.key,
            "who": statement.who,
            "by": str(statement.by.uuid) if statement.by else None,
            "brought": statement.brought,
            "moderated_out": statement.moderated_out,
        },
        sealed=lambda statement: {"at": instant(statement.at)},
        show=lambda statement: _("A statement was put: “%s”") % statement.text,
        assembly=lambda statement: statement.question.assembly.uuid,
        whose=lambda statement: statement.participation.member if statement.participation else statement.by,
        voice=True,
        belonging=_own(Statement),
        wrong=_wrong_statement,
        related=("question__assembly", "question__pseudonym_key", "by", "participation"),
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
            "by": str(batch.by.uuid) if batch.by else None,
            "at": instant(batch.at),
        },
        show=lambda batch: (
            _("Answers of %(people)d people were brought in from %(source)s")
            % {"people": batch.people, "source": batch.source}
        ),
        assembly=lambda batch: batch.assembly.uuid,
        related=("assembly", "by"),
    )
)


def _silent() -> Iterator[str]:
    """That somebody takes part is logged with what she says: there is nobody who has said nothing."""
    said = [
        Exists(model.objects.filter(participation=OuterRef("pk"))) for model in (Response, Statement, Consent)
    ]
    silent = Participation.objects.filter(*(~each for each in said))
    for participation in silent.values_list("uuid", flat=True):
        yield f"{participation} takes part and said nothing: it was added, or what was said is gone"


also_check("everybody who takes part said something that was logged", _silent)
