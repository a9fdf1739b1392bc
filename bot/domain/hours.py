"""When each person works: their own hours and leave, else the programme's, and the institution's breaks.

What somebody says of their own time is for the clock alone. Whoever else looks, at a date by which an answer
is expected, sees what ``as_others_see`` gives, which hangs on nothing private.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy.orm import Session

from bot.domain.calendar import Away, WorkingTime, merged
from bot.domain.step import Step
from bot.errors import Refusal
from bot.guidelines import Guidelines
from bot.guidelines.holidays import is_known
from bot.guidelines.programme import DAYS, Day, Hours
from bot.store import hours as store
from bot.store import programmes
from bot.store.hours import Leave, Own, OwnHours

LEAST_LENGTH = timedelta(hours=1)
"""Of a working day: what is looked for every few seconds still needs some room."""
MOST_LEAVES = 8
"""At a time: Slack shows ten boxes to tick."""
LONGEST_LEAVE_DAYS = 366
FURTHEST_LEAVE_DAYS = 2 * 366

DAYS_FIELD = "days"
START_FIELD = "start"
END_FIELD = "end"
HOLIDAYS_FIELD = "hours.holidays"
FIRST_FIELD = "leave_first"
LAST_FIELD = "leave_last"


@dataclass(frozen=True)
class OwnTime:
    """What somebody fills in about their own time."""

    days: tuple[Day, ...]
    start: time
    end: time
    holidays: str


@dataclass(frozen=True)
class LeavePeriod:
    """Days on which somebody is away, both included."""

    leave_id: str
    first: date
    last: date


@dataclass(frozen=True)
class Form:
    """What the form shows: the hours in force for the reader, and the leave they noted that is not over."""

    own: OwnTime
    is_own: bool
    leaves: tuple[LeavePeriod, ...]


@dataclass(frozen=True)
class Saved:
    """How it stands after the form was sent."""

    own: OwnTime
    is_own: bool
    leaves: tuple[LeavePeriod, ...]


@dataclass(frozen=True)
class AtHome:
    """What Home shows: hours of one's own, and the leave one is on or that comes next."""

    own: OwnTime | None
    leave: LeavePeriod | None
    is_now: bool


def hours_of(
    session: Session, person_ids: Collection[str], rules: Guidelines, programme_id: str | None
) -> dict[str, WorkingTime]:
    """Return when each of these people may be written to; those who are nobody are absent.

    A fixed number of queries, within the session's workspace; ``programme_id`` decides
    which of the institution's breaks are kept. People with the same time share one object.
    """
    breaks = breaks_of(session, rules, programme_id)
    shared: dict[object, WorkingTime] = {}
    found = {}
    for person_id, own in store.of(session, person_ids).items():
        stretches = (*breaks, *(Away(leave.first, leave.last) for leave in own.leaves))
        kept = _kept(own, rules)
        zone = known_zone(own.time_zone)
        key = (zone, id(kept), stretches)
        if key not in shared:
            shared[key] = WorkingTime(zone, kept, merged(stretches))
        found[person_id] = shared[key]
    return found


def working_times(step: Step, person_ids: Collection[str]) -> dict[str, WorkingTime]:
    """Return when each of these people may be written to; those who are nobody are absent."""
    return hours_of(step.session, person_ids, step.rules, step.programme_id)


def working_time(step: Step, person_id: str | None) -> WorkingTime:
    """Return when one person may be written to; for nobody, the programme's hours by UTC."""
    found = working_times(step, [person_id]) if person_id else {}
    return found[person_id] if person_id in found else as_others_see(step, "UTC")


def on_leave_today(step: Step, person_ids: Collection[str]) -> frozenset[str]:
    """Return which of these people are on leave, by the calendars on their own walls."""
    return frozenset(
        person_id
        for person_id, own in store.of(step.session, person_ids).items()
        for today in [WorkingTime(known_zone(own.time_zone), step.rules.programme.hours).today(step.now)]
        if any(leave.first <= today <= leave.last for leave in own.leaves)
    )


def as_others_see(step: Step, time_zone: str) -> WorkingTime:
    """Return the programme's hours and breaks in a zone: what a date shown to others is counted by."""
    breaks = breaks_of(step.session, step.rules, step.programme_id)
    return WorkingTime(known_zone(time_zone), step.rules.programme.hours, merged(breaks))


def breaks_of(session: Session, rules: Guidelines, programme_id: str | None) -> tuple[Away, ...]:
    """Return the breaks of the institution that a programme keeps."""
    breaks = rules.programme.breaks
    name = None
    if programme_id and any(one.programmes for one in breaks):
        name = programmes.in_scope(session, programme_id).name
    return tuple(Away(one.first, one.last) for one in breaks if not one.programmes or name in one.programmes)


def known_zone(time_zone: str) -> str:
    """Return the zone, or UTC for one nobody knows: one person's odd profile must not stop the others."""
    try:
        return ZoneInfo(time_zone).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return "UTC"


def form(step: Step) -> Form:
    """Return what the form shows to ``step.by``."""
    own = _mine(step)
    return Form(
        own=_own_time(_kept(own, step.rules)), is_own=own.hours is not None, leaves=_coming(step, own)
    )


def save(
    step: Step, own_time: OwnTime, *, kept_leaves: Collection[str], first: date | None, last: date | None
) -> Saved:
    """Keep the caller's hours and leave. Sent twice, it changes nothing more.

    Hours equal to the programme's are not kept as one's own: they then follow when the programme's change.
    Leave that is over, or whose box is empty, is removed. Raises Refusal naming the field that is wrong.
    """
    _check(own_time)
    before = _mine(step)
    today = WorkingTime(known_zone(before.time_zone), step.rules.programme.hours).today(step.now)
    period = _period(first, last, today)
    _keep_hours(step, before, own_time)
    for leave in before.leaves:
        if leave.id not in kept_leaves or leave.last < today:
            step.session.delete(leave)
    step.session.flush()
    rest = [leave for leave in before.leaves if leave.id in kept_leaves and leave.last >= today]
    if period is not None and not any((leave.first, leave.last) == period for leave in rest):
        if len(rest) >= MOST_LEAVES:
            raise Refusal("hours.too_many_leaves", field=FIRST_FIELD, n=MOST_LEAVES)
        step.add(
            Leave(
                id=step.ids(),
                workspace_id=step.workspace_id,
                person_id=step.by,
                first=period[0],
                last=period[1],
            )
        )
    step.record("hours.set", step.by)
    shown = form(step)
    return Saved(own=shown.own, is_own=shown.is_own, leaves=shown.leaves)


def at_home(step: Step) -> AtHome:
    """Return what Home shows of the caller's own time."""
    own = _mine(step)
    coming = _coming(step, own)
    today = WorkingTime(known_zone(own.time_zone), step.rules.programme.hours).today(step.now)
    leave = coming[0] if coming else None
    return AtHome(
        own=_own_time(_kept(own, step.rules)) if own.hours is not None else None,
        leave=leave,
        is_now=leave is not None and leave.first <= today,
    )


def _mine(step: Step) -> Own:
    return store.of(step.session, [step.by])[step.by]


def _kept(own: Own, rules: Guidelines) -> Hours:
    """Return the hours in force for somebody: their own, else the programme's."""
    if own.hours is None:
        return rules.programme.hours
    return _hours(tuple(own.hours.days), own.hours.opens, own.hours.closes, own.hours.holidays)


@lru_cache(maxsize=4096)
def _hours(days: tuple[Day, ...], opens: time, closes: time, holidays: str) -> Hours:
    # What was stored was checked when it was stored; a calendar of holidays may be gone since.
    return Hours(days=days, start=opens, end=closes, holidays=holidays if is_known_or_none(holidays) else "")


def is_known_or_none(code: str) -> bool:
    """Tell whether a country's public holidays can be kept; none is fine too."""
    return not code or is_known(code)


def _own_time(kept: Hours) -> OwnTime:
    return OwnTime(kept.days, kept.start, kept.end, kept.holidays)


def _coming(step: Step, own: Own) -> tuple[LeavePeriod, ...]:
    today = WorkingTime(known_zone(own.time_zone), step.rules.programme.hours).today(step.now)
    return tuple(
        LeavePeriod(leave.id, leave.first, leave.last) for leave in own.leaves if leave.last >= today
    )


def _check(own: OwnTime) -> None:
    if not own.days or any(day not in DAYS for day in own.days):
        raise Refusal("hours.no_day", field=DAYS_FIELD)
    noon = datetime(2000, 1, 1)  # noqa: DTZ001 - only the distance of two times on a wall is wanted
    length = datetime.combine(noon, own.end) - datetime.combine(noon, own.start)
    if length < LEAST_LENGTH:
        raise Refusal("hours.too_short", field=END_FIELD)
    if not is_known_or_none(own.holidays):
        raise Refusal("hours.no_such_country", field=HOLIDAYS_FIELD)


def _period(first: date | None, last: date | None, today: date) -> tuple[date, date] | None:
    if first is None and last is None:
        return None
    if first is None:
        raise Refusal("hours.leave_needs_both", field=FIRST_FIELD)
    if last is None:
        raise Refusal("hours.leave_needs_both", field=LAST_FIELD)
    if last < first:
        raise Refusal("hours.leave_ends_before", field=LAST_FIELD)
    if last < today:
        raise Refusal("hours.leave_is_over", field=LAST_FIELD)
    far = today + timedelta(days=FURTHEST_LEAVE_DAYS)
    if (last - first).days >= LONGEST_LEAVE_DAYS or last > far:
        raise Refusal("hours.leave_too_long", field=LAST_FIELD)
    return first, last


def _keep_hours(step: Step, before: Own, own: OwnTime) -> None:
    ordered = tuple(day for day in DAYS if day in own.days)
    defaults = step.rules.programme.hours
    same = (set(defaults.days), defaults.start, defaults.end, defaults.holidays) == (
        set(ordered),
        own.start,
        own.end,
        own.holidays,
    )
    if same:
        if before.hours is not None:
            step.session.delete(before.hours)
            step.session.flush()
    elif before.hours is None:
        step.add(
            OwnHours(
                id=step.ids(),
                workspace_id=step.workspace_id,
                person_id=step.by,
                days=list(ordered),
                opens=own.start,
                closes=own.end,
                holidays=own.holidays,
            )
        )
    else:
        before.hours.days, before.hours.holidays = list(ordered), own.holidays
        before.hours.opens, before.hours.closes = own.start, own.end
        step.session.flush()
