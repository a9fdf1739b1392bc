"""Working hours on a person's own wall clock: pure functions, instants in UTC in and out.

Days are counted on the calendar and times read off the wall, never added up, so that nothing drifts. On the
few days on which a zone's clock is changed, the hours are those its wall really shows: a skipped time comes
right after the gap, a doubled one twice, and a day a zone left out (Samoa's 30 December 2011) is no day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.guidelines.holidays import calendar as public_holidays
from bot.guidelines.programme import DAYS, Hours

LONGEST_BREAK_DAYS = 400
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Away:
    """Days on a person's own calendar, both included, on which they are not written to."""

    first: date
    last: date


def merged(away: Iterable[Away]) -> tuple[Away, ...]:
    """Return these stretches in order, those that overlap or touch made one."""
    found: list[Away] = []
    for stretch in sorted(away, key=lambda one: (one.first, one.last)):
        if found and stretch.first <= found[-1].last + DAY:
            found[-1] = Away(found[-1].first, max(found[-1].last, stretch.last))
        else:
            found.append(stretch)
    return tuple(found)


def is_working_day(day: date, hours: Hours, away: Sequence[Away] = ()) -> bool:
    """Tell whether ``day`` is one of the working days, no public holiday kept, and within no ``away``."""
    if DAYS[day.weekday()] not in hours.days or _back_on(day, away) is not None:
        return False
    return not (hours.holidays and public_holidays(hours.holidays)(day))


def within_hours(moment: datetime, hours: Hours, time_zone: str, away: Sequence[Away] = ()) -> datetime:
    """Return ``moment`` if it lies in working hours at ``time_zone``, else the next opening (both UTC).

    ``away`` may hold any stretches; however long they are, it ends behind them. Raises ValueError where there
    is no working day in over a year besides.
    """
    day = moment.astimezone(ZoneInfo(time_zone)).date()
    for _ in range(LONGEST_BREAK_DAYS):
        while (back := _back_on(day, away)) is not None:
            day = back
        if is_working_day(day, hours):
            for opens, closes in _windows(time_zone, day, hours.start, hours.end):
                if moment < closes:
                    return max(moment, opens)
        day += DAY
    raise ValueError("no working day within a year: look at [hours] in programme.toml")


def add_working_days(
    moment: datetime, days: int, hours: Hours, time_zone: str, away: Sequence[Away] = ()
) -> datetime:
    """Return the same time of day ``days`` working days later, moved into working hours (UTC)."""
    zone = ZoneInfo(time_zone)
    local = within_hours(moment, hours, time_zone, away).astimezone(zone)
    day, left = local.date(), days
    while left > 0:
        day += DAY
        while (back := _back_on(day, away)) is not None:
            day = back
        if is_working_day(day, hours):
            left -= 1
    return within_hours(_on_wall(day, local.hour, local.minute, zone), hours, time_zone, away)


def add_working_hours(
    moment: datetime, amount: int, hours: Hours, time_zone: str, away: Sequence[Away] = ()
) -> datetime:
    """Return when ``amount`` working hours have passed since ``moment`` at ``time_zone`` (UTC)."""
    zone = ZoneInfo(time_zone)
    here, left = within_hours(moment, hours, time_zone, away), timedelta(hours=amount)
    while True:
        day = here.astimezone(zone).date()
        windows = _windows(time_zone, day, hours.start, hours.end)
        closes = next(closes for opens, closes in windows if opens <= here < closes)
        if left <= closes - here:
            return here + left
        left -= closes - here
        here = within_hours(closes, hours, time_zone, away)


def on_wall(day: date, clock: time, time_zone: str) -> datetime:
    """Return the moment (UTC) at which the wall clock at ``time_zone`` shows this time on this day."""
    return _on_wall(day, clock.hour, clock.minute, ZoneInfo(time_zone))


def within_day(day: date, clock: time, hours: Hours, time_zone: str) -> datetime | None:
    """Return when it is ``clock`` on ``day``, moved into that day's hours (UTC); None where it has none.

    A time before the hours, or after them, becomes their beginning: it is the day that was meant.
    """
    windows = _windows(time_zone, day, hours.start, hours.end)
    wanted = on_wall(day, clock, time_zone)
    if any(opens <= wanted < closes for opens, closes in windows):
        return wanted
    return windows[0][0] if windows else None


@dataclass(frozen=True)
class WorkingTime:
    """When one person may be written to: their zone, the hours kept, and the days they are away."""

    time_zone: str
    hours: Hours
    away: tuple[Away, ...] = ()
    """As ``merged`` gives them."""

    def today(self, now: datetime) -> date:
        """Return the day it is for this person."""
        return now.astimezone(ZoneInfo(self.time_zone)).date()

    def opens(self, moment: datetime) -> datetime:
        """Return ``moment`` if they are at work then, else when they are next (UTC)."""
        return within_hours(moment, self.hours, self.time_zone, self.away)

    def add_days(self, moment: datetime, days: int) -> datetime:
        """Return the same time of day ``days`` of their working days later (UTC)."""
        return add_working_days(moment, days, self.hours, self.time_zone, self.away)

    def add_hours(self, moment: datetime, amount: int) -> datetime:
        """Return when ``amount`` of their working hours have passed since ``moment`` (UTC)."""
        return add_working_hours(moment, amount, self.hours, self.time_zone, self.away)


def _back_on(day: date, away: Sequence[Away]) -> date | None:
    """Return the day after the stretch that holds ``day``; None where none does."""
    return next((one.last + DAY for one in away if one.first <= day <= one.last), None)


@lru_cache(maxsize=16384)
def _windows(time_zone: str, day: date, start: time, end: time) -> tuple[tuple[datetime, datetime], ...]:
    """Return the stretches (UTC) during which the wall shows this day and a time from ``start`` to ``end``.

    One, but for days on which the clock is changed: none, or two.
    """
    zone = ZoneInfo(time_zone)
    begins, ends = _on_wall(day, 0, 0, zone), _on_wall(day + DAY, 0, 0, zone)
    opens = _on_wall(day, start.hour, start.minute, zone)
    if ends - begins == DAY and begins.astimezone(zone).date() == day:
        return ((opens, _on_wall(day, end.hour, end.minute, zone)),)
    found: list[tuple[datetime, datetime]] = []
    here = begins - timedelta(hours=3)  # a clock set back over midnight shows the day's last hours twice
    while here < ends + timedelta(hours=3):
        local = here.astimezone(zone)
        if here >= opens and local.date() == day and start <= local.time() < end:
            if found and found[-1][1] == here:
                found[-1] = (found[-1][0], here + MINUTE)
            else:
                found.append((here, here + MINUTE))
        here += MINUTE
    return tuple(found)


def _on_wall(day: date, hour: int, minute: int, zone: ZoneInfo) -> datetime:
    # Going by UTC and back moves a time that a summer-time gap skips to the moment after the gap.
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone).astimezone(UTC)
