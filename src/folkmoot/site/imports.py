"""Conversations from elsewhere as assemblies of this installation: convened, heard, closed in one act."""

from __future__ import annotations

import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from folkmoot.convene import actions as convene
from folkmoot.convene.models import Assembly
from folkmoot.listen import import_actions, imports
from folkmoot.listen.imports import Conversation
from folkmoot.listen.models import Statement


@transaction.atomic
def import_polis(directory: Path, *, title: str) -> Assembly:
    """Bring a Polis conversation in, all of it or none. Raises InputError with file, line and remedy."""
    conversation = imports.read_conversation(directory)
    ended = conversation.ended or timezone.now()
    assembly = _assembly(
        title, conversation.topic, began=conversation.began or ended - datetime.timedelta(days=1), ended=ended
    )
    question = convene.add_question(
        assembly, way="statements", text={"en": conversation.topic or title}, by=None
    )
    convene.open_assembly(assembly, by=None)
    statements = import_actions.bring_statements(question, _statements(conversation))
    people = _people(question, conversation, statements, ended)
    import_actions.take_in(
        assembly, people, source=f"Polis, {directory.name}", file_digest=conversation.digest
    )
    return assembly


@transaction.atomic
def import_responses(path: Path, *, title: str, question: str, text: str, id: str | None) -> Assembly:
    """Bring a file of written answers in, a person each, all of them or none."""
    rows, digest = imports.read_written(path, text=text, id=id)
    now = timezone.now()
    assembly = _assembly(title, "", began=now - datetime.timedelta(days=1), ended=now)
    asked = convene.add_question(assembly, way="open_text", text={"en": question}, by=None)
    convene.open_assembly(assembly, by=None)
    people = [
        import_actions.Incoming(answers=[(asked, {"text": row.text}, now)], started_at=now) for row in rows
    ]
    import_actions.take_in(assembly, people, source=path.name, file_digest=digest)
    return assembly


def _assembly(title: str, topic: str, *, began: datetime.datetime, ended: datetime.datetime) -> Assembly:
    closes = max(ended, began) + datetime.timedelta(seconds=1)
    return convene.draft_assembly(
        title={"en": title},
        purpose={"en": topic} if topic and topic != title else {},
        opens=began,
        closes=closes,
        findings_due=closes,
        zone=settings.FOLKMOOT.time_zone,
        access=Assembly.Access.LINK,
        by=None,
    )


def _statements(conversation: Conversation) -> list[import_actions.Brought]:
    comments = conversation.comments
    rows = zip(comments.ids, comments.bodies, comments.authors, comments.moderated, strict=True)
    return [
        import_actions.Brought(id=id, text=body, author=author, moderated_out=moderated == -1)
        for id, body, author, moderated in rows
    ]


def _people(
    question: object,
    conversation: Conversation,
    statements: dict[str, Statement],
    at: datetime.datetime,
) -> list[import_actions.Incoming]:
    votes = conversation.votes
    ids = [str(statements[name].uuid) for name in votes.statements]
    people = []
    for person in range(len(votes.participants)):
        own = slice(votes.indptr[person], votes.indptr[person + 1])
        cast = {
            ids[column]: value
            for column, value in zip(votes.indices[own].tolist(), votes.values[own].tolist(), strict=True)
        }
        people.append(import_actions.Incoming(answers=[(question, {"votes": cast}, at)], started_at=at))
    return people
