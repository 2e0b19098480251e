"""When people answer: in the evening, at dinner time, on the first day and just before the close."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import numpy as np

ZONE = "Europe/London"
# Chance of each day from the opening on; the last is only the morning before the close at noon.
DAYS = (0.30, 0.19, 0.12, 0.12, 0.20, 0.07)
# Hour of the day, spread in hours, chance: before work, dinner, evening, and the rest of the clock.
PEAKS = ((7.4, 1.0, 0.14), (12.8, 0.8, 0.15), (20.1, 1.4, 0.61), (13.0, 5.0, 0.10))
MINUTE = datetime.timedelta(minutes=1)


def at_hour(today: datetime.datetime, days: int, hour: int) -> datetime.datetime:
    """That hour in Britain, so many days from today."""
    there = today.astimezone(ZoneInfo(ZONE)) + datetime.timedelta(days=days)
    local = there.replace(hour=hour, minute=0, second=0, microsecond=0)
    return local.astimezone(datetime.UTC)


def starts(
    rng: np.random.Generator, count: int, opens: datetime.datetime, latest: datetime.datetime
) -> list[datetime.datetime]:
    """When so many people begin, from the opening until the latest moment, in order."""
    found: list[datetime.datetime] = []
    midnight = opens.astimezone(ZoneInfo(ZONE)).replace(hour=0)
    hours, spreads, chances = zip(*PEAKS, strict=True)
    while len(found) < count:
        day = int(rng.choice(len(DAYS), p=DAYS))
        peak = int(rng.choice(len(PEAKS), p=chances))
        hour = float(rng.normal(hours[peak], spreads[peak])) % 24
        moment = (midnight + datetime.timedelta(days=day, seconds=round(hour * 3600))).astimezone(
            datetime.UTC
        )
        if opens <= moment < latest:
            found.append(moment)
    return sorted(found)


def seconds(rng: np.random.Generator, low: int, high: int) -> datetime.timedelta:
    return datetime.timedelta(seconds=int(rng.integers(low, high)))
