"""How many working hours two people share on a day, by the clocks on their own walls."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.guidelines.programme import Hours

DAY = 24 * 60


def shared_minutes(now: datetime, hours: Hours, one: str, other: str) -> int:
    """Return the minutes of one working day that lie in both people's working hours, at today's offsets."""
    start, end = hours.start.hour * 60 + hours.start.minute, hours.end.hour * 60 + hours.end.minute
    apart = _offset(now, other) - _offset(now, one)
    # The other's day as the first one's wall clock shows it: also the days before and after reach into it.
    shifts = (start - apart + days * DAY for days in (-1, 0, 1))
    return sum(max(0, min(end, shift + end - start) - max(start, shift)) for shift in shifts)


def _offset(now: datetime, time_zone: str) -> int:
    offset = now.astimezone(ZoneInfo(time_zone)).utcoffset()
    return int(offset.total_seconds() // 60) if offset is not None else 0
