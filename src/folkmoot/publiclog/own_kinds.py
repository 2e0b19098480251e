"""How the log's own acts stand in it: erasures, without what was erased; witnesses; restored backups."""

from __future__ import annotations

from django.utils.translation import gettext as _

from folkmoot.publiclog.kinds import Kind, instant, register
from folkmoot.publiclog.models import Erasure, Restoration, WitnessChange

register(
    Kind(
        name="erasure",
        model=Erasure,
        content=lambda erasure: {
            "item": str(erasure.item),
            "kind": erasure.kind,
            "ground": erasure.ground,
            "authority": erasure.authority,
            "tie": erasure.tie,
            "at": instant(erasure.at),
        },
        show=lambda erasure: (
            (
                _("Who had put a statement was erased for good: %(ground)s")
                if erasure.tie
                else _("Something somebody had said was erased for good: %(ground)s")
            )
            % {"ground": erasure.ground}
        ),
        assembly=lambda erasure: erasure.assembly,
    )
)
register(
    Kind(
        name="witness",
        model=WitnessChange,
        content=lambda change: {
            "name": change.name,
            "key": change.key,
            "address": change.address,
            "accepted": change.accepted,
            "authority": change.authority,
            "at": instant(change.at),
        },
        show=lambda change: (
            (
                _("%(who)s accepted %(name)s as a witness of this log")
                if change.accepted
                else _("%(who)s no longer shows %(name)s as a witness of this log")
            )
            % {"who": change.authority, "name": change.name}
        ),
        assembly=lambda change: None,
    )
)
register(
    Kind(
        name="restoration",
        model=Restoration,
        content=lambda restoration: {
            "origin": restoration.origin,
            "before": restoration.before,
            "seen": restoration.seen,
            "seen_root": restoration.seen_root,
            "kept": restoration.kept,
            "reason": restoration.reason,
            "authority": restoration.authority,
            "at": instant(restoration.at),
        },
        show=lambda restoration: (
            _(
                "%(who)s restored a backup. The log “%(before)s” had %(seen)s entries: the first %(kept)s are sure to "
                "be here, and of the others some or all are lost. It goes on as “%(origin)s”. Reason given: %(reason)s"
            )
            % {
                "who": restoration.authority,
                "seen": restoration.seen,
                "kept": restoration.kept,
                "before": restoration.before,
                "origin": restoration.origin,
                "reason": restoration.reason,
            }
        ),
        assembly=lambda restoration: None,
    )
)
