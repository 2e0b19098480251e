"""What this room puts in the public log."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from folkmoot.convene.models import (
    Assembly,
    Invitation,
    LinksGiven,
    QuestionVersion,
    Timetable,
    Version,
    Wording,
    in_language,
)
from folkmoot.members.models import FrozenRoll
from folkmoot.publiclog.kinds import Kind, also_check, instant, register


def _name(member: Any) -> str:
    return member.name if member else _("The installation")


def _version(version: Version) -> dict[str, Any]:
    return {
        "number": version.number,
        "by": str(version.by.uuid) if version.by else None,
        "at": instant(version.at),
        "reason": version.reason,
    }


def _changed(what: str, version: Version, detail: str) -> str:
    if version.number == 1:
        return f"{what}: {detail}"
    return _("%(who)s changed %(what)s: %(detail)s. Reason given: %(reason)s") % {
        "who": _name(version.by),
        "what": what.lower(),
        "detail": detail,
        "reason": version.reason or _("none"),
    }


def _wrong_revision(assembly: Assembly) -> str:
    """Every version after the first of anything was a change, and each change is counted."""
    questions = [version for question in assembly.questions.all() for version in question.versions.all()]
    versions = [*assembly.wordings.all(), *assembly.timetables.all(), *questions]
    changes = sum(version.number > 1 for version in versions)
    return "" if assembly.revision == changes else f"it says {assembly.revision} changes, and had {changes}"


register(
    Kind(
        name="assembly",
        model=Assembly,
        content=lambda assembly: {
            "id": str(assembly.uuid),
            "access": assembly.access,
            "language": assembly.language,
            "created_at": instant(assembly.created_at),
            "created_by": str(assembly.created_by.uuid) if assembly.created_by else None,
            "opened_at": instant(assembly.opened_at),
            "by": str(assembly.opened_by.uuid) if assembly.opened_by else None,
        },
        show=lambda assembly: (
            _("%(who)s opened the assembly “%(title)s”")
            % {"who": _name(assembly.opened_by), "title": assembly.title}
        ),
        assembly=lambda assembly: assembly.uuid,
        due=lambda assembly: not assembly.is_draft,
        wrong=_wrong_revision,
        related=("opened_by", "created_by"),
        fetched=("wordings", "timetables", "questions__versions"),
    )
)
register(
    Kind(
        name="wording",
        model=Wording,
        content=lambda wording: (
            _version(wording)
            | {"assembly": str(wording.assembly.uuid), "title": wording.title, "purpose": wording.purpose}
        ),
        show=lambda wording: _changed(_("The title and purpose"), wording, in_language(wording.title)),
        assembly=lambda wording: wording.assembly.uuid,
        due=lambda wording: not wording.assembly.is_draft,
        related=("assembly", "by"),
    )
)
register(
    Kind(
        name="timetable",
        model=Timetable,
        content=lambda timetable: (
            _version(timetable)
            | {
                "assembly": str(timetable.assembly.uuid),
                "opens": instant(timetable.opens),
                "closes": instant(timetable.closes),
                "findings_due": instant(timetable.findings_due),
                "zone": timetable.zone,
            }
        ),
        show=lambda timetable: _changed(_("The timetable"), timetable, str(timetable)),
        assembly=lambda timetable: timetable.assembly.uuid,
        due=lambda timetable: not timetable.assembly.is_draft,
        related=("assembly", "by"),
    )
)
register(
    Kind(
        name="question",
        model=QuestionVersion,
        content=lambda version: (
            _version(version)
            | {
                "question": str(version.question.uuid),
                "assembly": str(version.question.assembly.uuid),
                "way": version.question.way,
                "closing": version.question.closing,
                "position": version.question.position,
                "text": version.text,
                "help": version.help,
                "options": version.options,
            }
        ),
        show=lambda version: _changed(_("A question"), version, in_language(version.text)),
        assembly=lambda version: version.question.assembly.uuid,
        due=lambda version: not version.question.assembly.is_draft,
        related=("question__assembly", "by"),
    )
)
register(
    Kind(
        name="links",
        model=LinksGiven,
        content=lambda given: {
            "assembly": str(given.assembly.uuid),
            "members": given.members,
            "by": str(given.by.uuid),
            "at": instant(given.at),
        },
        show=lambda given: (
            ngettext(
                "%(who)s downloaded %(number)s personal link. Whoever has one can answer with it",
                "%(who)s downloaded %(number)s personal links. Whoever has one can answer with it",
                given.members,
            )
            % {"who": given.by.name, "number": intcomma(given.members)}
        ),
        assembly=lambda given: given.assembly.uuid,
        related=("assembly", "by"),
    )
)


def _freezes() -> Iterator[str]:
    """A roll stays frozen until its assembly closes, and only rolls of assemblies are frozen."""
    closes = {
        assembly.uuid: assembly.timetable.closes
        for assembly in Assembly.objects.convened().prefetch_related("timetables")
    }
    for roll in FrozenRoll.objects.all():
        if closes.get(roll.assembly) != roll.until:
            yield f"the roll that was frozen for {roll.assembly} is not held until that closes"


also_check("every frozen roll is held until its assembly closes", _freezes)


def _links() -> Iterator[str]:
    """A personal link is worked out from whose it is: no other one seats anybody as her."""
    for invitation in Invitation.objects.select_related("assembly", "member").iterator():
        token = Invitation.token(invitation.assembly, invitation.member)
        if Invitation.digest(token) != invitation.token_hash:
            yield f"a link that is not hers seats somebody as member {invitation.member.uuid}"


also_check("every personal link is its member's own", _links)
