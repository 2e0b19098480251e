"""Times as people say them: a local time in a time zone, whatever the clocks do there."""

from __future__ import annotations

import datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

AREAS = {"Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia"}
AREAS |= {"Europe", "Indian", "Pacific"}


@cache
def zones() -> list[str]:
    """Every time zone that is called after a place, and UTC."""
    return ["UTC", *sorted(zone for zone in available_timezones() if zone.partition("/")[0] in AREAS)]


def in_zone(local: datetime.datetime, zone: str) -> datetime.datetime:
    """This local time as a moment.

    Raises ValidationError where the clocks go forward over it (it never comes) or back over it (it comes
    twice): nobody should have to guess which was meant.
    """
    place = ZoneInfo(zone)
    earlier, later = (local.replace(tzinfo=place, fold=fold) for fold in (0, 1))
    if earlier.utcoffset() == later.utcoffset():
        return earlier.astimezone(datetime.UTC)
    if earlier.utcoffset() > later.utcoffset():  # type: ignore[operator]
        message = _(
            "%(time)s comes twice on that day in %(zone)s, because the clocks go back. "
            "Choose a time that comes once, such as an hour earlier or two hours later."
        )
    else:
        message = _(
            "%(time)s does not come on that day in %(zone)s, because the clocks go forward over it. "
            "Choose a time an hour earlier or later."
        )
    raise ValidationError(message, params={"time": local.strftime("%H:%M"), "zone": zone})
