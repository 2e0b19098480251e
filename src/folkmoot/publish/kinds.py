"""What this room puts in the public log."""

from __future__ import annotations

from django.utils.translation import gettext as _

from folkmoot.publiclog.kinds import Kind, instant, register
from folkmoot.publish.models import Publication


def _line(publication: Publication) -> str:
    if publication.number == 1:
        return _("The findings were published")
    return _("The findings were corrected, version %(number)d: %(changed)s") % {
        "number": publication.number,
        "changed": publication.changed,
    }


register(
    Kind(
        name="publication",
        model=Publication,
        content=lambda publication: {
            "assembly": str(publication.assembly.uuid),
            "number": publication.number,
            "by": str(publication.by.uuid) if publication.by else None,
            "at": instant(publication.at),
            "changed": publication.changed,
            "digests": publication.digests,
        },
        show=_line,
        assembly=lambda publication: publication.assembly.uuid,
    )
)
