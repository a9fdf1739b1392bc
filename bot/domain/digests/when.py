"""When a lead's digest is due: once an ISO week, by the lead's own clock and within working hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.calendar import WorkingTime
from bot.guidelines.digests import DigestRules
from bot.guidelines.programme import DAYS

WEEK = timedelta(days=7)
LONGEST_LOOK = timedelta(hours=2)
"""Between two looks at one lead: so late a new time zone, or new rules in the config, are seen at most."""


@dataclass(frozen=True)
class DueWeek:
    """The week a digest is about, and when it was due (UTC)."""

    week: str
    due_at: datetime


def monday_of(day: date) -> date:
    """Return the Monday of the ISO week of ``day``."""
    return day - timedelta(days=day.weekday())


def week_name(day: date) -> str:
    """Return the ISO week of ``day``, such as ``2027-W09``."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def due_week(now: datetime, started_at: datetime, rules: DigestRules, lead: WorkingTime) -> DueWeek | None:
    """Return the digest that is due now, or None.

    Only ever one: the newest. It waits for working hours, however late they come; one that fell due before
    the programme started for this lead is none, and one that is a whole week late makes way for the next.
    """
    if lead.opens(now) != now:
        return None
    zone = ZoneInfo(lead.time_zone)
    today = now.astimezone(zone).date()
    for monday in (monday_of(today), monday_of(today) - WEEK):
        day = monday + timedelta(days=DAYS.index(rules.day))
        wall = datetime(day.year, day.month, day.day, rules.time.hour, rules.time.minute, tzinfo=zone)
        due_at = lead.opens(wall.astimezone(UTC))
        if due_at > now:
            continue
        # An earlier week's digest is still due only where a weekend or holidays moved it into this week.
        this_week = monday_of(due_at.astimezone(zone).date()) == monday_of(today)
        return DueWeek(week_name(monday), due_at) if this_week and due_at >= started_at else None
    return None


def next_look(now: datetime, rules: DigestRules, lead: WorkingTime) -> datetime:
    """Return when a lead's digest may next become due (UTC): when one falls due, or working hours begin."""
    opens = lead.opens(now)
    looks = [now + LONGEST_LOOK] if opens == now else [now + LONGEST_LOOK, opens]
    zone = ZoneInfo(lead.time_zone)
    this_monday = monday_of(now.astimezone(zone).date())
    for monday in (this_monday - WEEK, this_monday, this_monday + WEEK):
        day = monday + timedelta(days=DAYS.index(rules.day))
        wall = datetime(day.year, day.month, day.day, rules.time.hour, rules.time.minute, tzinfo=zone)
        due_at = lead.opens(wall.astimezone(UTC))
        if due_at > now:
            looks.append(due_at)
    return min(looks)
