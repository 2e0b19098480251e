"""What this room puts in the public log."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from folkmoot.publiclog.kinds import Kind, instant, register
from folkmoot.publish.models import Publication, Withdrawal


def _line(publication: Publication) -> str:
    if publication.number == 1:
        return _("The findings were published")
    return _("The findings were corrected, version %(number)d: %(changed)s") % {
        "number": publication.number,
        "changed": publication.changed,
    }


def _wrong(publication: Publication) -> str:
    """What is kept beside the row: the findings as they stand, and the files on the disk."""
    withdrawn = publication.withdrawn
    stands = withdrawn.findings_digest if withdrawn else publication.findings_digest
    if hashlib.sha256(publication.findings.encode()).hexdigest() != stands:
        return "its findings are not those that were published"
    folder = Path(settings.PUBLICATIONS) / str(publication.uuid)
    for name, digest in publication.digests.items() if not withdrawn else ():
        if not (folder / name).is_file():
            return f"its file {name} is gone"
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != digest:
            return f"its file {name} was changed"
    return ""


register(
    Kind(
        name="publication",
        model=Publication,
        content=lambda publication: {
            "assembly": str(publication.assembly.uuid),
            "number": publication.number,
            "analysis": str(publication.analysis.uuid),
            "by": str(publication.by.uuid) if publication.by else None,
            "at": instant(publication.at),
            "changed": publication.changed,
            "log_size": publication.log_size,
            "findings": publication.findings_digest,
            "digests": publication.digests,
        },
        show=_line,
        assembly=lambda publication: publication.assembly.uuid,
        wrong=_wrong,
        related=("assembly", "analysis", "by", "withdrawal"),
    )
)
register(
    Kind(
        name="withdrawal",
        model=Withdrawal,
        content=lambda withdrawal: {
            "publication": str(withdrawal.publication.uuid),
            "ground": withdrawal.ground,
            "findings": withdrawal.findings_digest,
            "at": instant(withdrawal.at),
        },
        show=lambda withdrawal: (
            _("The files of version %(number)d of the findings were withdrawn: %(ground)s")
            % {"number": withdrawal.publication.number, "ground": withdrawal.ground}
        ),
        assembly=lambda withdrawal: withdrawal.publication.assembly.uuid,
        related=("publication__assembly",),
    )
)
