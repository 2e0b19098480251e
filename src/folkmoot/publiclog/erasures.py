"""How an erasure itself stands in the log: openly, and without what was erased."""

from __future__ import annotations

from django.utils.translation import gettext as _

from folkmoot.publiclog.kinds import Kind, register
from folkmoot.publiclog.models import Erasure

register(
    Kind(
        name="erasure",
        model=Erasure,
        content=lambda erasure: {
            "item": str(erasure.item),
            "kind": erasure.kind,
            "ground": erasure.ground,
            "authority": erasure.authority,
        },
        show=lambda erasure: (
            _("Something somebody had said was erased for good: %(ground)s") % {"ground": erasure.ground}
        ),
        assembly=lambda erasure: erasure.assembly,
    )
)
