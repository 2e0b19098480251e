"""Moments in templates, said in the time zone of an assembly."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

from django import template

from folkmoot.convene import versions

register = template.Library()


@register.filter
def spoken(moment: datetime.datetime, zone: str) -> str:
    """`{{ timetable.closes|spoken:timetable.zone }}`: "Friday 12 March 2027, 20:00"."""
    return versions.spoken(moment.astimezone(ZoneInfo(zone)))
