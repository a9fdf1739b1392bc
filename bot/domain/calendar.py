"""Working hours on a person's own wall clock: pure functions, instants in UTC in and out."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.guidelines.holidays import calendar as public_holidays
from bot.guidelines.programme import DAYS, Hours

LONGEST_BREAK_DAYS = 400


def is_working_day(day: date, hours: Hours) -> bool:
    """Tell whether ``day`` is one of the working days and no public holiday kept."""
    if DAYS[day.weekday()] not in hours.days:
        return False
    return not (hours.holidays and public_holidays(hours.holidays)(day))


def within_hours(moment: datetime, hours: Hours, time_zone: str) -> datetime:
    """Return ``moment`` if it lies in working hours at ``time_zone``, else the next opening (both UTC)."""
    zone = ZoneInfo(time_zone)
    local = moment.astimezone(zone)
    day = local.date()
    for _ in range(LONGEST_BREAK_DAYS):
        if is_working_day(day, hours):
            opens = _on_wall(day, hours.start.hour, hours.start.minute, zone)
            closes = _on_wall(day, hours.end.hour, hours.end.minute, zone)
            if moment < closes:
                return max(moment, opens)
        day += timedelta(days=1)
    raise ValueError("no working day within a year: look at [hours] in programme.toml")


def add_working_days(moment: datetime, days: int, hours: Hours, time_zone: str) -> datetime:
    """Return the same time of day ``days`` working days later, moved into working hours (UTC)."""
    zone = ZoneInfo(time_zone)
    local = within_hours(moment, hours, time_zone).astimezone(zone)
    day, left = local.date(), days
    while left > 0:
        day += timedelta(days=1)
        if is_working_day(day, hours):
            left -= 1
    return within_hours(_on_wall(day, local.hour, local.minute, zone), hours, time_zone)


def on_wall(day: date, clock: time, time_zone: str) -> datetime:
    """Return the moment (UTC) at which the wall clock at ``time_zone`` shows this time on this day."""
    return _on_wall(day, clock.hour, clock.minute, ZoneInfo(time_zone))


def add_working_hours(moment: datetime, amount: int, hours: Hours, time_zone: str) -> datetime:
    """Return when ``amount`` working hours have passed since ``moment`` at ``time_zone`` (UTC)."""
    zone = ZoneInfo(time_zone)
    here, left = within_hours(moment, hours, time_zone), timedelta(hours=amount)
    while True:
        day = here.astimezone(zone).date()
        closes = _on_wall(day, hours.end.hour, hours.end.minute, zone)
        if left <= closes - here:
            return here + left
        left -= closes - here
        here = within_hours(closes, hours, time_zone)


def _on_wall(day: date, hour: int, minute: int, zone: ZoneInfo) -> datetime:
    # Going by UTC and back moves a time that a summer-time gap skips to the moment after the gap.
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone).astimezone(UTC)
