"""When somebody is asked next: pure functions of the rule, the day it began, and the person's own calendar.

Days are counted on the calendar, never added up as hours, so that nothing drifts; instants are UTC.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from bot.domain.calendar import Away, on_wall, within_day, within_hours
from bot.guidelines.checkins import RhythmRules
from bot.guidelines.programme import Hours

MIDNIGHT = time(0)
Pause = Away
"""Days on a person's own calendar, both included, on which they are not asked."""


@dataclass(frozen=True)
class Occasion:
    """One check-in of a rhythm: the day it is named after, when it can be asked (UTC), and which survey."""

    on: date
    at: datetime
    survey: str


@dataclass(frozen=True)
class Calendar:
    """When one person can be asked: their zone, the hours kept, the time of day, and when they are not there.

    ``pauses`` are the check-ins' own, the programme's and the person's, and every leave and break.
    """

    time_zone: str
    hours: Hours
    ask_at: time
    pauses: Sequence[Pause] = ()

    def today(self, now: datetime) -> date:
        """Return the day it is for this person."""
        return now.astimezone(ZoneInfo(self.time_zone)).date()

    def open_from(self, moment: datetime) -> datetime:
        """Return ``moment`` if this person can be asked then, else the next moment they can."""
        return within_hours(moment, self.hours, self.time_zone, self.pauses)

    def asked_on(self, day: date) -> datetime:
        """Return when somebody due on ``day`` can be asked: that day, or the next one that is free.

        At the time of day at which people are asked; where that lies outside their hours, as those begin.
        """
        free = self.today(self.open_from(on_wall(day, MIDNIGHT, self.time_zone)))
        at = within_day(free, self.ask_at, self.hours, self.time_zone)
        # The day has hours, or it would not be the next one that is free.
        return at if at is not None else self.open_from(on_wall(free, self.ask_at, self.time_zone))


def days(rule: RhythmRules, started_on: date, least_gap_days: int) -> Iterator[tuple[date, str]]:
    """Give the days of a rhythm in order with their survey; a short one too near a longer one is left out."""
    in_depth = [started_on + relativedelta(months=months) for months in rule.in_depth_months]
    quick = (
        (day, rule.survey)
        for day in _quick_days(rule, started_on)
        if all(abs((day - longer).days) >= least_gap_days for longer in in_depth)
    )
    yield from heapq.merge(quick, ((day, rule.in_depth_survey) for day in in_depth))


def _quick_days(rule: RhythmRules, started_on: date) -> Iterator[date]:
    last = 0
    for last in rule.quick_days:
        yield started_on + timedelta(days=last)
    if rule.then_every:
        for step in count(1):
            yield started_on + timedelta(days=last + step * rule.then_every)


def next_due(
    rule: RhythmRules,
    started_on: date,
    calendar: Calendar,
    *,
    least_gap_days: int,
    not_before: date,
    after: date | None = None,
) -> Occasion | None:
    """Return the first check-in on or after the day ``not_before``, named after a later day than ``after``.

    None when the rhythm has ended. What lies before is never made up for.
    """
    for day, survey in days(rule, started_on, least_gap_days):
        if day < not_before or (after is not None and day <= after):
            continue
        return Occasion(day, calendar.asked_on(day), survey)
    return None


def asked_now(
    rule: RhythmRules, started_on: date, *, least_gap_days: int, planned: date, today: date
) -> tuple[date, str] | None:
    """Return which check-in is asked today where one was planned for ``planned``: the latest there is by now.

    After a long break that is one, whatever was missed. None where the rule no longer has any.
    """
    chosen: tuple[date, str] | None = None
    for day, survey in days(rule, started_on, least_gap_days):
        if day > max(planned, today):
            break
        chosen = (day, survey)
    return chosen
